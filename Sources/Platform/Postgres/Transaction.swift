internal import Realtime

/// A transaction on a connection of its own: what `Database.write` hands to its body.
///
/// BEGIN and the principal go with the first statement, in one round trip. After an error nothing
/// more can run, so a refusal that must be kept is found by a statement that does not fail, such as
/// `ON CONFLICT DO NOTHING`, or inside `attempt`.
package final class Transaction {
    /// How much a transaction sees of others (PostgreSQL manual, 13.2).
    package enum Isolation: Sendable {
        case readCommitted
        case repeatableRead
        case serializable
    }

    /// The instant that its statements see.
    package let instant: Instant
    /// Whose session it is, when the principal is one; known once a statement has run.
    package private(set) var identity: SessionIdentity?
    /// The first error, after which it can only roll back.
    private(set) var failure: PostgresError?
    private let connection: PostgresConnection
    private let principal: Principal
    private let isolation: Isolation
    /// What goes along with the next statements.
    private var deferred: [SQL] = []
    private var hasBegun = false
    private var isCommitted = false
    /// Whether statements are in flight that may be cancelled.
    private var isInterruptible = false
    private var interruption: Task<Void, Never>?

    init(
        on connection: PostgresConnection, _ principal: Principal, at instant: Instant,
        isolation: Isolation
    ) {
        self.connection = connection
        self.principal = principal
        self.instant = instant
        self.isolation = isolation
    }

    /// Runs a statement and returns its rows.
    package func run<S: Statement>(_ statement: S) async throws(PostgresError) -> [S.Row] {
        let (batch, first) = try await send([statement.sql])
        return try batch.rows(first, statement)
    }

    /// Runs several statements in one round trip.
    package func run<each S: Statement>(
        _ statements: repeat each S
    ) async throws(PostgresError) -> (repeat [(each S).Row]) {
        var all: [SQL] = []
        for statement in repeat each statements { all.append(statement.sql) }
        let (batch, first) = try await send(all)
        var next = first
        func rows<One: Statement>(_ statement: One) throws(PostgresError) -> [One.Row] {
            defer { next += 1 }
            return try batch.rows(next, statement)
        }
        return (repeat try rows(each statements))
    }

    /// Runs statements in one round trip; returns how many rows each touched or returned.
    @discardableResult
    package func execute(_ statements: SQL...) async throws(PostgresError) -> [Int] {
        try await execute(statements)
    }

    /// Runs statements in one round trip; returns how many rows each touched or returned.
    @discardableResult
    package func execute(_ statements: [SQL]) async throws(PostgresError) -> [Int] {
        let (batch, first) = try await send(statements)
        return batch.results[first...].map(\.touchedCount)
    }

    /// Sends statements along with the next, or with COMMIT; their error is thrown there.
    ///
    /// A change whose rows nobody reads costs no round trip of its own.
    package func later(_ statements: [SQL]) { deferred += statements }

    /// Runs a statement that may fail without ending the transaction: its error is undone alone.
    ///
    /// One round trip when it succeeds, two when it fails. A savepoint costs the server a little, so
    /// prefer a statement that cannot fail.
    package func attempt<S: Statement>(
        _ statement: S
    ) async throws(PostgresError) -> Result<[S.Row], PostgresError> {
        if !hasBegun || !deferred.isEmpty { try await execute([]) }
        do {
            let (batch, first) = try await send([
                "SAVEPOINT attempt", statement.sql, "RELEASE SAVEPOINT attempt",
            ])
            return .success(try batch.rows(first + 1, statement))
        } catch {
            guard error.kind == .server, !error.isConnectionLost, !error.isSerializationFailure,
                !error.isStalePlan
            else { throw error }
            failure = nil
            try await execute(["ROLLBACK TO SAVEPOINT attempt", "RELEASE SAVEPOINT attempt"])
            return .failure(error)
        }
    }

    /// Runs the last statements and COMMIT in one round trip; nothing can run after it.
    @discardableResult
    package func finish(_ statements: SQL...) async throws(PostgresError) -> [Int] {
        let (batch, first) = try await sendLast(statements)
        return batch.results[first...].dropLast().map(\.touchedCount)
    }

    /// Runs the last statement and COMMIT in one round trip; nothing can run after it.
    package func finish<S: Statement>(_ statement: S) async throws(PostgresError) -> [S.Row] {
        let (batch, first) = try await sendLast([statement.sql])
        return try batch.rows(first, statement)
    }

    /// Runs the last statements and COMMIT in one round trip; nothing can run after it.
    package func finish<each S: Statement>(
        _ statements: repeat each S
    ) async throws(PostgresError) -> (repeat [(each S).Row]) {
        var all: [SQL] = []
        for statement in repeat each statements { all.append(statement.sql) }
        let (batch, first) = try await sendLast(all)
        var next = first
        func rows<One: Statement>(_ statement: One) throws(PostgresError) -> [One.Row] {
            defer { next += 1 }
            return try batch.rows(next, statement)
        }
        return (repeat try rows(each statements))
    }

    /// Sends statements, after BEGIN and the principal the first time.
    private func send(_ statements: [SQL]) async throws(PostgresError) -> (Batch, first: Int) {
        precondition(!isCommitted, "a transaction has ended with `finish`")
        if let failure { throw failure }
        let isFirst = !hasBegun
        let opening = opening()
        do throws(PostgresError) {
            // Not `run`: what was before in this transaction must be run again too.
            let batch = connection.send(opening + statements)
            isInterruptible = true
            defer { isInterruptible = false }
            try await batch.finished()
            if isFirst { try enter(batch) }
            return (batch, opening.count)
        } catch {
            failure = error
            throw error
        }
    }

    /// What goes before the next statements: how it begins, the first time, and what was put off.
    private func opening() -> [SQL] {
        defer { (hasBegun, deferred) = (true, []) }
        return (hasBegun ? [] : [begin, principal.statement(at: instant)]) + deferred
    }

    private func enter(_ batch: Batch) throws(PostgresError) {
        guard case .session = principal else { return }
        identity = try principal.identity(from: batch, at: 1)
        if identity == nil {
            throw PostgresError(.noSession, message: "no such session, or no longer")
        }
    }

    private func sendLast(_ statements: [SQL]) async throws(PostgresError) -> (Batch, first: Int) {
        // A session is checked before anything can be committed in its name.
        if !hasBegun, case .session = principal { try await execute([]) }
        if let failure { throw failure }
        let opening = opening()
        let batch = try await commit(opening + statements)
        return (batch, opening.count)
    }

    /// Ends it, if it began and `finish` did not end it already.
    func commit() async throws(PostgresError) {
        if let failure { throw failure }
        guard hasBegun || !deferred.isEmpty, !isCommitted else { return }
        _ = try await sendLast([])
    }

    private func commit(_ statements: [SQL]) async throws(PostgresError) -> Batch {
        if interruption != nil { await interrupted() }
        guard connection.isUp else {
            let error = PostgresError(.connectionLost, message: "lost before the commit was sent")
            failure = error
            throw error
        }
        let batch = connection.send(statements + ["COMMIT"])
        do throws(PostgresError) {
            try await batch.finished()
        } catch {
            // An answer to COMMIT is the commit, even if the connection broke right after it.
            if batch.results.count <= statements.count || batch.results.last?.tag != "COMMIT" {
                failure = outcome(of: error)
                throw failure ?? error
            }
        }
        guard batch.results.last?.tag == "COMMIT" else {
            let error = PostgresError(.server, state: "25P02", message: "rolled back by COMMIT")
            failure = error
            throw error
        }
        isCommitted = true
        return batch
    }

    /// What an error of a batch with COMMIT means: only a refusal by the server is certain.
    private func outcome(of error: PostgresError) -> PostgresError {
        guard error.kind != .server || error.isConnectionLost else { return error }
        return PostgresError(.unknownOutcome, state: error.state, message: error.message)
    }

    /// Has the server end the statement in flight, unless a COMMIT goes with it.
    ///
    /// Called on the loop's thread, which it leaves: asking blocks.
    func interrupt(on loop: EventLoop) {
        guard isInterruptible, interruption == nil, let canceller = connection.canceller() else {
            return
        }
        interruption = Task.immediate(executorPreference: loop) {
            // Not asked because too much waits already: then the statement's time-out ends it.
            _ = try? await OffLoop.run(on: loop) { canceller.cancel() }
        }
    }

    /// Waits until a cancellation that was asked for can hit nothing more.
    func interrupted() async {
        await interruption?.value
        interruption = nil
    }

    /// Undoes it; closes a connection on which that fails.
    func rollback() async {
        guard hasBegun, connection.isUp, connection.isInTransaction else { return }
        do throws(PostgresError) {
            try await connection.send(["ROLLBACK"]).finished()
        } catch {
            connection.close()
        }
    }

    /// Whether it failed in a way that running it again may well mend.
    var mayRunAgain: Bool {
        guard let failure else { return false }
        return failure.isSerializationFailure || failure.isStalePlan
    }

    private var begin: SQL {
        switch isolation {
        case .readCommitted: "BEGIN ISOLATION LEVEL READ COMMITTED"
        case .repeatableRead: "BEGIN ISOLATION LEVEL REPEATABLE READ"
        case .serializable: "BEGIN ISOLATION LEVEL SERIALIZABLE"
        }
    }
}
