/// Reads an estate's whole log in order, a stretch at a time, for the verifier and the export.
package struct EventLogReader {
    /// Rows read at once.
    static let stretchMax = 500

    private let database: Database
    private let estate: UUID
    private let principal: Principal

    /// A reader that acts as the job `audit` or `export`.
    package init(database: Database, estate: UUID, job: String) {
        self.database = database
        self.estate = estate
        principal = .job(job, estate: estate)
    }

    /// Hands over every numbered event; stops where `body` throws.
    package func read(_ body: (Event) throws -> Void) async throws {
        var last: Int64 = 0
        while true {
            let rows = try await database.read(
                principal, EventRows(of: estate, after: last, countMax: Self.stretchMax))
            for event in rows { try body(event) }
            guard rows.count == Self.stretchMax, let end = rows.last?.sequence else { return }
            last = end
        }
    }
}
