/// The installation's job that forgets what signing in left behind.
package enum SignInSweep {
    /// Rows of each kind that one transaction takes.
    static let batch: Int64 = 1000
    /// Transactions of one run; what is left then goes in the next.
    static let batchesMax = 100

    /// Codes and tickets that no limit counts any more, refusals of 30 days ago, sessions that
    /// ended 90 days ago.
    package static func job(every interval: Duration = .seconds(600)) -> Job {
        Job(name: "sign-in-sweep", every: interval, scope: .installation) { run, database, _ in
            for _ in 0..<batchesMax {
                try Task.checkCancellation()
                let forget = ForgetSignIns(at: run.instant, batch: batch)
                let gone = try await database.write(run.principal) { tx in
                    try await tx.finish(forget)
                }
                guard let count = gone.first, count >= batch else { return }
            }
        }
    }
}

/// Forgets a batch; how many rows went.
private struct ForgetSignIns: Statement {
    var at: Instant
    var batch: Int64

    var sql: SQL { "SELECT linli.forget_sign_ins(\(at), \(batch))::bigint" }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Int64 { try cells.read() }
}
