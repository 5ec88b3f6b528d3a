package import Platform
internal import Realtime

/// The job that raises a task for whoever on the care list is overdue, outside quiet hours.
package enum CareSweep {
    /// Its name.
    static let name = "care-due"
    private static let batch: Int32 = 100

    /// Ends what has lost its ground, and raises tasks; `committed` hears of each transaction
    /// that wrote.
    package static func job(committed: @escaping @Sendable () -> Void) -> Job {
        Job(name: name, every: .seconds(300)) { run, database, _ in
            var done: Int64 = 0
            repeat {
                try Task.checkCancellation()
                done =
                    try await database.write(run.principal) { tx in
                        try await tx.finish(SweepCare(rowsMax: batch))
                    }.first ?? 0
                if done > 0 { committed() }
            } while done >= Int64(batch)
        }
    }
}

/// Sweeps at most so many entries of each kind; how many there were.
struct SweepCare: Statement {
    var rowsMax: Int32

    var sql: SQL { "SELECT linli.care_sweep(\(rowsMax))" }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Int64 { try cells.read() }
}
