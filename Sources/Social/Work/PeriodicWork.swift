internal import Platform
internal import Realtime

/// How periodic work goes, as those who hold an office in an estate see it.
enum PeriodicWork {
    /// Writes each piece of work of the estate, and of the installation that serves it.
    static func list(_ call: Call) async throws -> Response {
        let runs = try await call.read(PeriodicRuns())
        guard !runs.isEmpty else { throw Stop(.notFound) }
        let at = call.context.clock.now()
        return call.json { json in
            json.object { json in
                json.key("work")
                json.array { json in
                    for run in runs { json.object { write(run, at, to: &$0) } }
                }
            }
        }
    }

    private static func write(_ run: JobStatus, _ at: Instant, to json: inout JSONWriter) {
        let title = WorkWords.all[run.job] ?? Text(zh: run.job, en: run.job)
        json.member("job", run.job)
        json.member("title_zh", title.zh)
        json.member("title_en", title.en)
        json.member("state", state(of: run, at))
        json.memberIfPresent("last_started", run.lastStarted)
        json.memberIfPresent("last_finished", run.lastFinished)
        json.memberIfPresent("milliseconds", run.milliseconds)
        json.memberIfPresent("outcome", run.outcome)
        json.member("next_run", run.nextRun)
        json.member("runs", run.runCount)
    }

    /// One word for how it goes: what failed says so even while it is tried again.
    private static func state(of run: JobStatus, _ at: Instant) -> String {
        if run.hasFailed { return "failed" }
        if run.isLate(at: at, by: JobMetrics.lateAfter) { return "late" }
        if run.leaseUntil.map({ $0 > at }) ?? false { return "running" }
        return run.lastFinished == nil ? "waiting" : "done"
    }
}

/// The runs that one may see; none without an office.
struct PeriodicRuns: Statement {
    var sql: SQL {
        """
        SELECT estate_id, job, next_run, last_started, last_finished, outcome, lease_until, run_count
        FROM linli.periodic_work()
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> JobStatus {
        try JobStatuses().decode(&cells)
    }
}
