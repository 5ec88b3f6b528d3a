package import Platform
package import Realtime

/// What a process tells Prometheus of periodic work: by job, never by estate.
///
/// Every process shows the same rows of the database, so take the maximum over processes, not the
/// sum.
package struct JobMetrics: Sendable {
    private let jobs: [String]
    private let failed: MetricsRegistry.Gauge
    private let late: MetricsRegistry.Gauge
    private let finished: MetricsRegistry.Gauge
    private let next: MetricsRegistry.Gauge

    /// How long after its time a run counts as late.
    package static let lateAfter: Duration = .seconds(300)

    /// Declares the numbers of these jobs.
    package init(_ jobs: [String], in registry: inout MetricsRegistry) {
        self.jobs = jobs
        let rows = jobs.map { [$0] }
        failed = registry.gauge(
            "linli_jobs_failed", help: "Runs of a job, one an estate, that ended badly last time.",
            labels: ["job"], rows: rows)
        late = registry.gauge(
            "linli_jobs_late", help: "Runs of a job that have been due for five minutes.",
            labels: ["job"], rows: rows)
        finished = registry.gauge(
            "linli_job_last_finished_timestamp_seconds",
            help: "When the run that ended longest ago ended, since 1970; 0 before the first.",
            labels: ["job"], rows: rows)
        next = registry.gauge(
            "linli_job_next_run_timestamp_seconds",
            help: "When the run that is due first is due, since 1970.", labels: ["job"], rows: rows)
    }

    /// Shows the rows of the database on the shard whose metrics these are.
    package func show(_ statuses: [JobStatus], at instant: Instant, in metrics: ShardMetrics) {
        for (series, job) in jobs.enumerated() {
            let own = statuses.filter { $0.job == job }
            metrics.set(failed, to: Int64(own.count { $0.hasFailed }), series: series)
            let lateCount = own.count { $0.isLate(at: instant, by: Self.lateAfter) }
            metrics.set(late, to: Int64(lateCount), series: series)
            let ends = own.map { $0.lastFinished?.microseconds ?? 0 }
            metrics.set(finished, to: (ends.min() ?? 0) / 1_000_000, series: series)
            let due = own.map(\.nextRun.microseconds).min() ?? 0
            metrics.set(next, to: due / 1_000_000, series: series)
        }
    }
}
