internal import Glibc
internal import Logging
internal import Platform
internal import Realtime
internal import Social

/// What a node installs on its shards, and takes away again.
extension Shard {
    /// The shard's database, and its feed of events.
    func install(
        _ configuration: DatabaseConfiguration, _ services: Services, _ clock: Clock,
        _ signals: EventSignals
    ) throws {
        install { Database(configuration, clock: clock, on: $0.loop) }
        try services.installMetrics(on: self)
        try install { shard in
            guard let database = shard.local(Database.self) else {
                preconditionFailure("the database was installed just before")
            }
            let feed = try EventFeed(
                database, signals: signals, cursors: services.cursors, on: shard,
                logger: Logger(label: "feed"))
            feed.start(on: shard)
            return feed
        }
    }

    /// Whether the database role could see past row-level security; an answer must come first.
    func servesUnbound() async -> Bool {
        guard let database = local(Database.self),
            let role = try? await database.read(.none, ServingRole()).first
        else { return false }
        return !role.mayServe
    }

    /// Erases again those of an estate whom the list names; how many there were.
    func eraseAgain(
        in estate: UUID, _ list: ErasureList, _ ids: UUIDGenerator
    ) async throws -> Int {
        guard let database = local(Database.self) else { return 0 }
        return try await ErasureJob.reapply(in: estate, list, ids, database, on: self)
    }

    /// The process's numberer and its periodic work.
    func startWork(jobs: [Job], _ services: Services, _ clock: Clock) throws {
        try install { shard in
            guard let database = shard.local(Database.self) else {
                preconditionFailure("the database was installed before")
            }
            let numberer = try Numberer(
                database, signals: services.signals, on: shard.loop,
                logger: Logger(label: "numberer"))
            numberer.start(on: shard)
            return numberer
        }
        install { shard in
            guard let database = shard.local(Database.self) else {
                preconditionFailure("the database was installed before")
            }
            let runner = JobRunner(
                jobs, holder: UUIDGenerator(clock: clock).next(), database, clock: clock,
                logger: Logger(label: "jobs"))
            runner.start(on: shard)
            return runner
        }
    }

    /// Looks again and again whether the server can do its work.
    func watch(
        _ readiness: Readiness, _ migrator: Migrator, _ dataFolder: String, _ clock: Clock
    ) async {
        guard let database = local(Database.self) else { return }
        let watch = ReadinessWatch(
            readiness, database, migrator, dataFolder: dataFolder, clock: clock, on: loop)
        await watch.look(on: self)
        let task = Task.immediate(executorPreference: loop) {
            while !Task.isCancelled {
                await self.sleep(for: ReadinessWatch.interval)
                await watch.look(on: self)
            }
        }
        install { _ in Watch(task) }
    }

    /// Shows every 15 s how periodic work goes.
    func watchJobs(_ metrics: JobMetrics, _ clock: Clock) {
        install { shard in
            JobWatch(
                Task.immediate(executorPreference: shard.loop) {
                    while !Task.isCancelled {
                        guard let database = shard.local(Database.self),
                            let own = shard.local(ShardMetrics.self)
                        else { return }
                        if let statuses = try? await database.read(.none, JobStatuses()) {
                            metrics.show(statuses, at: clock.now(), in: own)
                        }
                        await shard.sleep(for: .seconds(15))
                    }
                })
        }
    }

    /// The estates with demo people.
    func demoEstates() async -> Result<[String], PostgresError> {
        guard let database = local(Database.self) else { return .success([]) }
        do throws(PostgresError) {
            return .success(try await database.read(.none, DemoEstates()))
        } catch {
            return .failure(error)
        }
    }

    /// Listens and serves.
    func listen(_ configuration: HTTPServer.Configuration, _ router: Router) throws {
        try install { shard in
            let server = HTTPServer(configuration, router, on: shard.loop)
            try server.start(on: shard)
            return server
        }
    }

    /// Ends streams and connections, each after its answer.
    func stopServing() async {
        await local(EventFeed.self)?.stop()
        await local(HTTPServer.self)?.drain(within: .seconds(10), on: self)
    }

    /// Ends what runs besides requests.
    func stopWork() async {
        local(Watch.self)?.task.cancel()
        await local(Watch.self)?.task.value
        local(JobWatch.self)?.task.cancel()
        await local(JobWatch.self)?.task.value
        await local(JobRunner.self)?.stop()
        await local(Numberer.self)?.stop()
    }

    /// Waits for SIGTERM or SIGINT, telling systemd meanwhile that the loop turns.
    func untilSignalled(_ notifier: ServiceNotifier, hangUp: @escaping () -> Void) async {
        let ears = Ears()
        do {
            for number in [SIGTERM, SIGINT] {
                ears.signals.append(try Ear(on: loop, number) { ears.heard() })
            }
            ears.signals.append(try Ear(on: loop, SIGHUP, heard: hangUp))
            if let interval = notifier.watchdogInterval {
                ears.watchdog = try Pulse(on: loop, every: interval / 2) {
                    notifier.notify(.watchdog)
                }
            }
        } catch {
            Logger(label: "linli").error("signals cannot be heard", error: error)
        }
        await withCheckedContinuation { waiting in
            if ears.isTold { waiting.resume() } else { ears.told = waiting }
        }
        ears.signals = []
        ears.watchdog = nil
    }
}

/// The task that looks after readiness.
private final class Watch {
    let task: Task<Void, Never>

    init(_ task: Task<Void, Never>) { self.task = task }
}

/// The task that shows how periodic work goes.
private final class JobWatch {
    let task: Task<Void, Never>

    init(_ task: Task<Void, Never>) { self.task = task }
}

/// What a process listens for besides requests.
private final class Ears {
    var signals: [Ear] = []
    var watchdog: Pulse?
    var isTold = false
    var told: CheckedContinuation<Void, Never>?

    func heard() {
        isTold = true
        told.take()?.resume()
    }
}

/// One signal listened for.
private final class Ear {
    private let signal: Signal

    init(on loop: EventLoop, _ number: Int32, heard: @escaping () -> Void) throws(UVError) {
        signal = try Signal(on: loop, number, received: heard)
    }
}

/// A repeating timer.
private final class Pulse {
    private let timer: Timer

    init(
        on loop: EventLoop, every interval: Duration, beat: @escaping () -> Void
    ) throws(UVError) {
        timer = try Timer(on: loop, fired: beat)
        timer.start(after: interval, repeating: interval)
    }
}
