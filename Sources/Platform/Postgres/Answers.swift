/// What one pipelined read brought back: the rows of each statement, not yet decoded.
package final class Answers {
    /// Whose session it was, when the principal was one; `nil` when it is not valid.
    package let identity: SessionIdentity?
    /// The instant that the statements saw.
    package let instant: Instant
    private let batch: Batch
    /// Where the first of our statements stands in the batch.
    private let start: Int

    init(_ batch: Batch, _ principal: Principal, at instant: Instant) throws(PostgresError) {
        self.batch = batch
        self.instant = instant
        start = 1
        identity = try principal.identity(from: batch, at: 0)
    }

    private init(_ answers: Answers, dropping count: Int) {
        batch = answers.batch
        instant = answers.instant
        identity = answers.identity
        start = answers.start + count
    }

    /// The same answers without those of the first statements.
    package func dropping(_ count: Int) -> Answers { Answers(self, dropping: count) }

    /// Decodes the rows of the statement at `index`, counted from 0.
    package func rows<S: Statement>(
        _ index: Int, _ statement: S
    ) throws(PostgresError) -> [S.Row] {
        try batch.rows(start + index, statement)
    }

    /// Reads each row of the statement at `index` with `body`, such as into a `JSONWriter`.
    package func forEachRow(
        _ index: Int, _ body: (inout Cells) throws(PostgresError) -> Void
    ) throws(PostgresError) {
        try batch.forEachRow(start + index, body)
    }

    /// Rows of the statement at `index`.
    package func rowCount(_ index: Int) -> Int { batch.results[start + index].result.rowCount }
}
