package import Logging
package import Realtime

/// Runs due jobs, an estate at a time and a few of them side by side; one on a shard of each process.
///
/// A run is held under a lease, which is extended while the work goes on. A process that dies loses
/// its leases at their instants, and another takes the runs over.
package final class JobRunner {
    /// Leases and pauses.
    package struct Pace: Sendable {
        /// How long a run is held without an extension; whole seconds.
        package var lease: Duration = .seconds(60)
        /// Between two looks for due runs.
        package var look: Duration = .seconds(1)
        /// Until a failed run is tried again; whole seconds.
        package var retry: Duration = .seconds(60)
        /// Most runs at a time.
        ///
        /// Each takes one of the shard's connections for transactions at most
        /// (`DatabaseConfiguration.writersPerShard`); the others are left to requests.
        package var runsMax = 2
        /// Most runs of urgent jobs at a time, beside the others.
        package var urgentRunsMax = 1

        /// The defaults.
        package init() {}
    }

    private let jobs: [String: Job]
    private let holder: UUID
    private let database: Database
    private let clock: Clock
    private let pace: Pace
    private let logger: Logger
    private var task: Task<Void, Never>?
    /// What runs now: each task does one run after another, while some are due.
    private var lanes: [Int: Task<Void, Never>] = [:]
    /// Those of `lanes` that are urgent jobs' alone.
    private var urgentLanes: Set<Int> = []
    private var lanesMade = 0
    private var runsMade = 0

    /// A runner that does not run yet; install it on the shard whose database it uses.
    ///
    /// `holder` is an id of this process's own.
    package init(
        _ jobs: [Job], holder: UUID, _ database: Database, clock: Clock, logger: Logger,
        pace: Pace = Pace()
    ) {
        self.jobs = Dictionary(jobs.map { ($0.name, $0) }, uniquingKeysWith: { _, last in last })
        self.holder = holder
        self.database = database
        self.clock = clock
        self.pace = pace
        self.logger = logger
    }

    /// Starts looking for due runs; `shard` is the one it is installed on.
    package func start(on shard: isolated Shard) {
        guard task == nil else { return }
        task = Task.immediate(executorPreference: shard.loop) {
            while !Task.isCancelled {
                do {
                    try await self.look(on: shard)
                } catch {
                    self.logger.warning("jobs wait: \(error)")
                }
                await shard.sleep(for: self.pace.look)
            }
        }
    }

    /// Ends after the runs that are under way, which are told that their tasks are cancelled.
    package func stop() async {
        task?.cancel()
        await task?.value
        task = nil
        for lane in lanes.values { lane.cancel() }
        await lanesEnd()
    }

    /// Runs what is due, until nothing is; how many runs there were.
    package func runDue(on shard: isolated Shard) async throws -> Int {
        let before = runsMade
        try await look(on: shard)
        await lanesEnd()
        return runsMade - before
    }

    private func lanesEnd() async {
        while let lane = lanes.values.first { await lane.value }
    }

    /// Leases as many due runs as may still go side by side, and begins each.
    private func look(on shard: isolated Shard) async throws {
        let free = pace.runsMax - (lanes.count - urgentLanes.count)
        let urgentFree = pace.urgentRunsMax - urgentLanes.count
        guard free > 0 || urgentFree > 0 else { return }
        let common = jobs.values.filter { $0.scope == .installation }.map(\.name).sorted()
        let ofEstates = jobs.values.filter { $0.scope == .estate }.map(\.name).sorted()
        let (lease, urgentLease) = (lease(free, urgent: false), lease(urgentFree, urgent: true))
        let (runs, urgentRuns) = try await database.write(.none) { tx in
            let all = try await tx.finish(
                ScheduleJobs(jobs: ofEstates), ScheduleCommonJobs(jobs: common), lease,
                urgentLease)
            return (all.2, all.3)
        }
        for run in runs + urgentRuns { begin(run, on: shard) }
    }

    private func begin(_ run: Job.Run, on shard: isolated Shard) {
        let lane = lanesMade
        lanesMade += 1
        if jobs[run.job]?.isUrgent == true { urgentLanes.insert(lane) }
        lanes[lane] = Task.immediate(executorPreference: shard.loop) {
            // It is noted before it can have ended.
            await Task.yield()
            await self.work(from: run, on: shard)
            self.lanes[lane] = nil
            self.urgentLanes.remove(lane)
        }
    }

    private func lease(_ runsMax: Int, urgent isUrgent: Bool) -> LeaseJobs {
        LeaseJobs(
            jobs: jobs.values.filter { $0.isUrgent == isUrgent }.map(\.name).sorted(),
            holder: holder, lease: onClock(pace.lease), runsMax: max(0, runsMax),
            instant: clock.now())
    }

    /// A duration of this process in seconds of its clock, which may run faster.
    private func onClock(_ duration: Duration) -> Duration {
        .seconds(Int64((duration / .seconds(1) * max(1, clock.scale)).rounded(.up)))
    }

    /// Does a run, and then one that is due after another.
    private func work(from first: Job.Run, on shard: isolated Shard) async {
        var next: Job.Run? = first
        while let run = next, let job = jobs[run.job] {
            let finish = await perform(job, run, on: shard)
            runsMade += 1
            do {
                next = try await turn(finish, urgent: job.isUrgent)
            } catch {
                logger.warning("jobs wait: \(error)")
                next = nil
            }
        }
    }

    /// Ends a run, and leases the next in the same transaction; none when it is told to stop.
    private func turn(_ finish: FinishJob, urgent isUrgent: Bool) async throws -> Job.Run? {
        let lease = lease(Task.isCancelled ? 0 : 1, urgent: isUrgent)
        let (isFinished, next) = try await database.write(.none) { tx in
            try await tx.finish(finish, lease)
        }
        if isFinished != [true] { logger.warning("job \(finish.run.job) lost its lease") }
        return next.first
    }

    private func holds(_ run: Job.Run, for lease: Duration) async throws -> Bool {
        let extend = ExtendJob(run: run, holder: holder, lease: onClock(lease))
        return try await database.write(.none) { tx in try await tx.finish(extend) } == [true]
    }

    /// Does the work while it holds the lease; how it ended.
    private func perform(
        _ job: Job, _ run: Job.Run, on shard: isolated Shard
    ) async -> FinishJob {
        let lease = job.lease ?? pace.lease
        // All are leased alike: one that is held for another time says so at once.
        if job.lease != nil { _ = try? await holds(run, for: lease) }
        let work = Task.immediate(executorPreference: shard.loop) {
            try await job.work(run, self.database, shard)
        }
        let extending = Task.immediate(executorPreference: shard.loop) {
            while !Task.isCancelled {
                await shard.sleep(for: lease / 3)
                guard !Task.isCancelled else { return }
                // A lease that cannot be extended is lost at its instant: the work must stop.
                guard (try? await self.holds(run, for: lease)) == true else { return work.cancel() }
            }
        }
        let outcome = await withTaskCancellationHandler {
            await work.result
        } onCancel: {
            work.cancel()
        }
        extending.cancel()
        await extending.value
        switch outcome {
        case .success:
            return FinishJob(run: run, holder: holder, outcome: "done", next: job.every)
        case .failure(let error):
            logger.warning("job \(job.name) failed: \(error)")
            return FinishJob(
                run: run, holder: holder, outcome: Self.code(error),
                next: min(pace.retry, job.every))
        }
    }

    private static func code(_ error: any Error) -> String {
        switch error {
        case let error as PostgresError: error.state.map { "sql-\($0)" } ?? "database"
        case is CancellationError: "cancelled"
        default: "failed"
        }
    }
}
