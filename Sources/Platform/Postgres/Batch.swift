/// Statements sent together: one implicit transaction, ended by one sync.
///
/// Its results arrive in order. A statement that fails takes the rest of its own batch with it, and
/// no other's.
final class Batch {
    let statements: [SQL]
    /// What was sent, in order, of which `steps[stepsDone...]` are unanswered.
    var steps: [Step] = []
    private(set) var stepsDone = 0
    private(set) var results: [Answer] = []
    /// Why the batch failed: the first error.
    private(set) var error: PostgresError?
    private var isFinished = false
    private var continuation: CheckedContinuation<Void, Never>?

    /// One result, kept until its rows are read.
    final class Answer {
        let result: PostgresResult
        init(_ result: consuming PostgresResult) { self.result = result }
        var tag: String { result.tag }
        var touchedCount: Int { result.touchedCount }
    }

    /// One command of a batch.
    enum Step {
        case prepare(PreparedStatements.Entry)
        case execute(PreparedStatements.Entry)
        case deallocate(name: String)
    }

    init(_ statements: [SQL]) {
        self.statements = statements
        results.reserveCapacity(statements.count)
    }

    /// How one command ended.
    enum Outcome {
        case done
        case failed(PostgresError)
        /// An earlier command failed, so it did not run.
        case skipped
    }

    /// Takes the next result, which is not the sync; returns its command and how it ended.
    func take(_ result: consuming PostgresResult) -> (step: Step, outcome: Outcome)? {
        let status = result.status
        let failure = status == .failed ? result.error : nil
        if let failure { error = error ?? failure }
        // Past the last command an error is the commit's, such as a deferred constraint's.
        guard stepsDone < steps.count else { return nil }
        let step = steps[stepsDone]
        stepsDone += 1
        if let failure { return (step, .failed(failure)) }
        if status == .skipped { return (step, .skipped) }
        if case .execute = step { results.append(Answer(result)) }
        return (step, .done)
    }

    /// Ends the batch, with `failure` unless it failed before.
    func finish(_ failure: PostgresError? = nil) {
        if let failure { error = error ?? failure }
        isFinished = true
        continuation.take()?.resume()
    }

    /// Waits for the end; throws its error.
    func finished() async throws(PostgresError) {
        if !isFinished {
            // It may end between the question above and the closure below.
            await withCheckedContinuation { waiting in
                if isFinished { waiting.resume() } else { continuation = waiting }
            }
        }
        if let error { throw error }
    }

    /// Decodes the rows of the statement at `index`.
    func rows<S: Statement>(_ index: Int, _ statement: S) throws(PostgresError) -> [S.Row] {
        var rows: [S.Row] = []
        if index < results.count { rows.reserveCapacity(results[index].result.rowCount) }
        try forEachRow(index) { (cells) throws(PostgresError) in
            rows.append(try statement.decode(&cells))
        }
        return rows
    }

    /// Reads each row of the statement at `index` with `body`.
    func forEachRow(
        _ index: Int, _ body: (inout Cells) throws(PostgresError) -> Void
    ) throws(PostgresError) {
        guard index < results.count else {
            throw PostgresError(.connectionLost, message: "a statement went unanswered")
        }
        try results[index].result.forEachRow(body)
    }
}
