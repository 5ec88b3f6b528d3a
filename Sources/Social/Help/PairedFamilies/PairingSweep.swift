package import Platform
internal import Realtime

/// The job that sees to pairings: what lapses, what goes on, the visits of the next weeks, and those missed.
package enum PairingSweep {
    /// Its name.
    static let name = "pairings"
    private static let batch: Int64 = 200

    /// Tends each pairing that is due, one a transaction; `committed` hears of each.
    package static func job(committed: @escaping @Sendable () -> Void) -> Job {
        Job(name: name, every: .seconds(60)) { run, database, _ in
            try await tend(database, run.principal, committed: committed)
        }
    }

    /// Tends those that are due now; each holds the agendas of its two, and no others with them.
    ///
    /// One that the database refuses holds up no other; the run has failed nevertheless.
    static func tend(
        _ database: Database, _ principal: Principal, committed: () -> Void
    ) async throws {
        var refusal: PostgresError?
        for pairing in try await database.read(principal, PairingsDue(rowsMax: batch)) {
            try Task.checkCancellation()
            do {
                _ = try await database.write(principal) { tx in
                    try await tx.finish(TendPairing(pairing: pairing))
                }
                committed()
            } catch let error as PostgresError where error.state != nil {
                refusal = refusal ?? error
            }
        }
        if let refusal { throw refusal }
    }
}

/// The pairings that are due now.
struct PairingsDue: Statement {
    var rowsMax: Int64

    var sql: SQL { "SELECT d FROM linli.pairings_due(\(rowsMax)) AS d" }

    func decode(_ cells: inout Cells) throws(PostgresError) -> UUID { try cells.read() }
}

/// Does what is due for one; whether there was something.
struct TendPairing: Statement {
    var pairing: UUID

    var sql: SQL { "SELECT linli.pairing_tend(\(pairing))" }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Bool { try cells.read() }
}
