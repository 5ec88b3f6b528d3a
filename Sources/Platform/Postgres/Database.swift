package import Realtime

/// A shard's connections to the database.
///
/// Reads share a few connections, pipelined; a transaction leases one alone. Made, used and dropped
/// on the shard's loop.
package final class Database {
    /// What the pool is doing now, for metrics.
    package struct Counters: Sendable, Hashable {
        /// Connections that are up.
        package var connections = 0
        /// Reads sent and not yet answered.
        package var batchesInFlight = 0
        /// Connections leased by transactions.
        package var leased = 0
        /// Calls waiting for a connection, or for a turn.
        package var waiting = 0
        /// Connections opened since the start.
        package var opened = 0
        /// Transactions run again since the start, after a deadlock or serialization failure.
        package var retries = 0
    }

    /// How it was set up.
    package let configuration: DatabaseConfiguration
    private let clock: Clock
    private let loop: EventLoop
    private let readers: [Link]
    private let writers: [Link]
    private let readersUp = WaitList<Link>()
    private let leases = WaitList<Link>()
    private let turns: Turns
    private var retries = 0
    private var isClosed = false
    private var silence: Timer?

    /// Starts connecting; calls wait shortly for the first connection.
    package init(_ configuration: DatabaseConfiguration, clock: Clock, on loop: EventLoop) {
        self.configuration = configuration
        self.clock = clock
        self.loop = loop
        readers = (0..<configuration.readersPerShard).map { _ in Link(configuration, on: loop) }
        writers = (0..<configuration.writersPerShard).map { _ in Link(configuration, on: loop) }
        turns = Turns(
            atOnceMax: configuration.turnsAtOnceMax, waitersMax: configuration.turnWaitersMax,
            patience: configuration.turnWaitMax, on: loop)
        for link in readers {
            link.becameUp = { [weak self] link in
                while self?.readersUp.hand(link) == true {}
            }
            link.start()
        }
        for link in writers {
            link.becameUp = { [weak self] in self?.offer($0) }
            link.start()
        }
        watchSilence()
    }

    /// Gives up connections whose server has stopped answering.
    private func watchSilence() {
        guard configuration.statementTimeout > .zero else { return }
        let max = configuration.statementTimeout + configuration.silenceMax
        let milliseconds = UInt64(clamping: max.wholeMilliseconds)
        do {
            let timer = try Timer(on: loop) { [weak self] in
                guard let self else { return }
                for link in readers + writers { link.connection?.checkSilence(milliseconds) }
            }
            timer.start(after: .seconds(1), repeating: .seconds(1))
            silence = consume timer
        } catch {
            preconditionFailure("uv_timer_init cannot fail: \(error)")
        }
    }

    /// What the pool is doing now.
    package var counters: Counters {
        let links = readers + writers
        return Counters(
            connections: links.count { $0.isUp },
            batchesInFlight: readers.reduce(0) { $0 + $1.batchesInFlight },
            leased: writers.count { $0.isLeased },
            waiting: readersUp.count + leases.count + turns.waitingCount,
            opened: links.reduce(0) { $0 + $1.openedCount },
            retries: retries)
    }

    /// The instant of the server's clock.
    package var now: Instant { clock.now() }

    /// Why no connection is up, if none is; for the log.
    package var lastError: PostgresError? {
        readers.contains { $0.isUp } ? nil : readers.lazy.compactMap(\.lastError).first
    }

    // MARK: Reading

    /// Runs statements as `principal` in one round trip and one implicit transaction.
    ///
    /// A session that is not valid is no error here: `identity` of the answers is `nil`, and the
    /// statements ran as nobody.
    package func answers(
        _ principal: Principal, _ statements: [SQL]
    ) async throws(PostgresError) -> Answers {
        let connection = try await reader()
        let instant = clock.now()
        let batch = try await connection.run([principal.statement(at: instant)] + statements)
        return try Answers(batch, principal, at: instant)
    }

    /// Closes every connection once nothing is in flight, or when `patience` runs out.
    package func close(patience: Duration = .seconds(5)) async {
        isClosed = true
        let start = ContinuousClock.now
        while counters.batchesInFlight + counters.leased > 0,
            ContinuousClock.now - start < patience
        {
            await loop.pause(for: .milliseconds(5))
        }
        silence = nil
        for link in readers + writers { link.stop() }
    }

    /// The connection with the fewest batches in flight.
    private func reader() async throws(PostgresError) -> PostgresConnection {
        guard !isClosed else { throw PostgresError(.unavailable, message: "the pool is closed") }
        var best: PostgresConnection?
        for link in readers {
            guard let connection = link.connection, connection.isUp else { continue }
            if let found = best, found.batchesInFlight <= connection.batchesInFlight { continue }
            best = connection
        }
        if let best {
            guard best.batchesInFlight < configuration.batchesInFlightMax else {
                throw PostgresError(.busy, message: "too many statements in flight")
            }
            return best
        }
        guard readersUp.count < configuration.waitersMax else {
            throw PostgresError(.busy, message: "too many calls wait for a connection")
        }
        let link = await readersUp.wait(on: loop, for: configuration.unavailableAfter)
        guard let connection = link?.connection, connection.isUp else {
            throw PostgresError(
                .unavailable, message: lastError?.message ?? "no connection is up")
        }
        return connection
    }

    // MARK: Writing

    /// Runs `body` in a transaction as `principal`, and commits it.
    ///
    /// Any error rolls it back. When the task is cancelled, the statement that runs is cancelled in
    /// the server (57014); a COMMIT never is. A deadlock or a serialization failure runs `body` again, up to
    /// `attemptsMax` times in all, so `body` must have no effect outside the transaction.
    ///
    /// Those of one `thing`, which would wait for its lock, take turns before they lease a connection:
    /// however many come for it, the others' transactions find one.
    ///
    /// - Throws: What `body` throws, or `PostgresError`: `busy` or `unavailable` when there was no
    ///   connection, `noSession`, and `unknownOutcome` when the answer to COMMIT was lost.
    package func write<Value>(
        _ principal: Principal, isolation: Transaction.Isolation = .readCommitted,
        attemptsMax: Int = 4, inTurnAt thing: UUID? = nil,
        _ body: (Transaction) async throws -> Value
    ) async throws -> Value {
        if let thing { try await turns.take(thing) }
        defer { if let thing { turns.give(thing) } }
        var attempt = 1
        while true {
            let (link, connection) = try await lease()
            let transaction = Transaction(
                on: connection, principal, at: clock.now(), isolation: isolation)
            do {
                let value = try await interruptible(transaction, body)
                try await transaction.commit()
                release(link)
                return value
            } catch {
                await transaction.rollback()
                release(link)
                guard transaction.mayRunAgain, attempt < attemptsMax else { throw error }
            }
            retries += 1
            await loop.pause(
                for: Link.jittered(.milliseconds(4)...(.milliseconds(100)), attempt: attempt))
            attempt += 1
        }
    }

    /// Runs `body`; if the task is cancelled meanwhile, so is the statement in flight.
    private func interruptible<Value>(
        _ transaction: Transaction, _ body: (Transaction) async throws -> Value
    ) async throws -> Value {
        let loop = loop
        let outcome: Result<Value, any Error> = await loop.cancelling {
            do { return .success(try await body(transaction)) } catch { return .failure(error) }
        } onCancel: {
            transaction.interrupt(on: loop)
        }
        await transaction.interrupted()
        return try outcome.get()
    }

    private func lease() async throws(PostgresError) -> (Link, PostgresConnection) {
        guard !isClosed else { throw PostgresError(.unavailable, message: "the pool is closed") }
        if let link = writers.first(where: { $0.isUp && !$0.isLeased }),
            let connection = link.connection
        {
            link.isLeased = true
            return (link, connection)
        }
        guard leases.count < configuration.waitersMax else {
            throw PostgresError(.busy, message: "too many transactions wait for a connection")
        }
        let isAnyUp = writers.contains { $0.isUp }
        let patience = isAnyUp ? configuration.leaseWaitMax : configuration.unavailableAfter
        guard let link = await leases.wait(on: loop, for: patience) else {
            throw PostgresError(
                writers.contains { $0.isUp } ? .busy : .unavailable,
                message: writers.lazy.compactMap(\.lastError).first?.message
                    ?? "no connection came free")
        }
        guard let connection = link.connection, connection.isUp else {
            release(link)
            throw PostgresError(.unavailable, message: "the connection was lost while waiting")
        }
        return (link, connection)
    }

    private func release(_ link: Link) {
        link.isLeased = false
        // One that is still in a transaction could not be rolled back.
        if let connection = link.connection, connection.isUp, connection.isInTransaction {
            connection.close()
        }
        offer(link)
    }

    /// Leases a free connection to whoever has waited longest.
    private func offer(_ link: Link) {
        guard link.isUp, !link.isLeased else { return }
        link.isLeased = leases.hand(link)
    }
}
