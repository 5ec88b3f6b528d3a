internal import Realtime

/// Makes rows for the estates that do not know these jobs yet.
struct ScheduleJobs: Statement {
    var jobs: [String]

    var sql: SQL { "SELECT linli.schedule_jobs(\(jobs))" }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Int64 { try cells.read() }
}

/// Makes rows for the installation's own jobs that it does not know yet.
struct ScheduleCommonJobs: Statement {
    var jobs: [String]

    var sql: SQL { "SELECT linli.schedule_common_jobs(\(jobs))" }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Int64 { try cells.read() }
}

/// Leases due runs.
struct LeaseJobs: Statement {
    var jobs: [String]
    var holder: UUID
    var lease: Duration
    var runsMax: Int
    var instant: Instant

    var sql: SQL {
        """
        SELECT estate_id, job, run_count
        FROM linli.lease_jobs(\(jobs), \(holder), \(Int32(clamping: lease.components.seconds)),
            \(Int32(runsMax)))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Job.Run {
        let estate: UUID = try cells.read()
        let job: String = try cells.read()
        return Job.Run(job: job, estate: estate, number: try cells.read(), instant: instant)
    }
}

/// Holds a run for longer; false when it was lost.
struct ExtendJob: Statement {
    var run: Job.Run
    var holder: UUID
    var lease: Duration

    var sql: SQL {
        """
        SELECT linli.extend_job(\(run.estate), \(run.job), \(holder), \(run.number),
            \(Int32(clamping: lease.components.seconds)))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Bool { try cells.read() }
}

/// Ends a run; false when it was lost.
struct FinishJob: Statement {
    var run: Job.Run
    var holder: UUID
    var outcome: String
    var next: Duration

    var sql: SQL {
        """
        SELECT linli.finish_job(\(run.estate), \(run.job), \(holder), \(run.number), \(outcome),
            \(Int32(next.components.seconds)))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Bool { try cells.read() }
}

/// How the last run of a job in an estate went, and when the next is due.
package struct JobStatus: Sendable, Hashable {
    /// `Job.noEstate` for a job of the installation.
    package var estate: UUID
    package var job: String
    package var nextRun: Instant
    package var lastStarted: Instant?
    package var lastFinished: Instant?
    /// `done`, or the code of what went wrong.
    package var outcome: String?
    package var leaseUntil: Instant?
    package var runCount: Int64

    /// How long the last run took that has ended; `nil` while one is under way.
    package var milliseconds: Int64? {
        guard let lastStarted, let lastFinished, lastFinished >= lastStarted else { return nil }
        return (lastFinished.microseconds - lastStarted.microseconds) / 1_000
    }

    /// Whether its last run ended otherwise than well.
    package var hasFailed: Bool { outcome.map { $0 != "done" } ?? false }

    /// Whether it has been due for so long and nobody runs it.
    package func isLate(at instant: Instant, by duration: Duration) -> Bool {
        let isHeld = leaseUntil.map { $0 > instant } ?? false
        return !isHeld && nextRun + duration < instant
    }
}

/// The state of all jobs in all estates, for the doctor and for metrics.
package struct JobStatuses: Statement {
    /// All of them.
    package init() {}

    package var sql: SQL {
        """
        SELECT estate_id, job, next_run, last_started, last_finished, outcome, lease_until, run_count
        FROM linli.job_runs()
        """
    }

    package func decode(_ cells: inout Cells) throws(PostgresError) -> JobStatus {
        JobStatus(
            estate: try cells.read(), job: try cells.read(), nextRun: try cells.read(),
            lastStarted: try cells.read(), lastFinished: try cells.read(),
            outcome: try cells.read(), leaseUntil: try cells.read(), runCount: try cells.read())
    }
}
