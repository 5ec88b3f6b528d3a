package import Logging
package import Realtime

/// Runs due jobs, an estate at a time; one on a shard of each process.
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
        /// Most runs leased at a look; they are done one after another.
        package var runsMax = 4

        /// The defaults.
        package init() {}
    }

    private let jobs: [String: Job]
    private let holder: UUID
    private let database: Database
    private let clock: Clock
    private let pace: Pace
    private let logger: Logger
    private let pacer: Pacer
    private var task: Task<Void, Never>?

    /// A runner that does not run yet; install it on the shard whose database it uses.
    ///
    /// `holder` is an id of this process's own.
    package init(
        _ jobs: [Job], holder: UUID, _ database: Database, clock: Clock, on loop: EventLoop,
        logger: Logger, pace: Pace = Pace()
    ) throws(UVError) {
        self.jobs = Dictionary(jobs.map { ($0.name, $0) }, uniquingKeysWith: { _, last in last })
        self.holder = holder
        self.database = database
        self.clock = clock
        self.pace = pace
        self.logger = logger
        pacer = try Pacer(on: loop)
    }

    /// Starts looking for due runs; `shard` is the one it is installed on.
    package func start(on shard: isolated Shard) {
        guard task == nil else { return }
        task = Task.immediate(executorPreference: shard.loop) {
            while !Task.isCancelled {
                do {
                    while try await self.runDue(on: shard) > 0, !Task.isCancelled {}
                } catch {
                    self.logger.warning("jobs wait: \(error)")
                }
                await self.pacer.wait(for: self.pace.look)
            }
        }
    }

    /// Ends after the run that is under way, which is told that its task is cancelled.
    package func stop() async {
        task?.cancel()
        pacer.wake()
        await task?.value
        task = nil
    }

    /// Runs what is due now, up to `runsMax`; how many runs there were.
    package func runDue(on shard: isolated Shard) async throws -> Int {
        let names = jobs.keys.sorted()
        let lease = LeaseJobs(
            jobs: names, holder: holder, lease: pace.lease, runsMax: pace.runsMax,
            instant: clock.now())
        let common = names.filter { jobs[$0]?.scope == .installation }
        let ofEstates = names.filter { jobs[$0]?.scope == .estate }
        let runs = try await database.write(.none) { tx in
            try await tx.run(
                ScheduleJobs(jobs: ofEstates), ScheduleCommonJobs(jobs: common), lease
            ).2
        }
        for run in runs {
            guard let job = jobs[run.job] else { continue }
            // What waited behind a long run may have lost its lease meanwhile.
            guard try await holds(run) else { continue }
            try await perform(job, run, on: shard)
        }
        return runs.count
    }

    private func holds(_ run: Job.Run) async throws -> Bool {
        let extend = ExtendJob(run: run, holder: holder, lease: pace.lease)
        return try await database.write(.none) { tx in try await tx.finish(extend) } == [true]
    }

    private func perform(_ job: Job, _ run: Job.Run, on shard: isolated Shard) async throws {
        let work = Task.immediate(executorPreference: shard.loop) {
            try await job.work(run, self.database, shard)
        }
        let extending = Task.immediate(executorPreference: shard.loop) {
            while !Task.isCancelled {
                await shard.sleep(for: self.pace.lease / 3)
                guard !Task.isCancelled else { return }
                // A lease that cannot be extended is lost at its instant: the work must stop.
                guard (try? await self.holds(run)) == true else { return work.cancel() }
            }
        }
        let outcome = await withTaskCancellationHandler {
            await work.result
        } onCancel: {
            work.cancel()
        }
        extending.cancel()
        await extending.value
        let finish: FinishJob
        switch outcome {
        case .success:
            finish = FinishJob(run: run, holder: holder, outcome: "done", next: job.every)
        case .failure(let error):
            logger.warning("job \(job.name) failed: \(error)")
            finish = FinishJob(
                run: run, holder: holder, outcome: Self.code(error),
                next: min(pace.retry, job.every))
        }
        let isFinished = try await database.write(.none) { tx in try await tx.finish(finish) }
        if isFinished != [true] { logger.warning("job \(job.name) lost its lease") }
    }

    private static func code(_ error: any Error) -> String {
        switch error {
        case let error as PostgresError: error.state.map { "sql-\($0)" } ?? "database"
        case is CancellationError: "cancelled"
        default: "failed"
        }
    }
}
