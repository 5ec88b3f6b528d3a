internal import Logging
internal import Platform
internal import Realtime
internal import Social

/// One serving process: its loops, and what runs on each.
struct Node {
    private let serve: Serve
    private let clock: Clock
    private let shards: [Shard]
    private let services: Services
    private let tls: TLSContextStore?
    private let readiness = Readiness()
    private let migrator: Migrator
    private let signals = EventSignals()
    private let logger = Logger(label: "linli")

    /// Reads what it needs of the data folder, and starts the loops.
    init(_ serve: Serve, clock: Clock) throws {
        self.serve = serve
        self.clock = clock
        let keyring = try serve.settings.keyring()
        migrator = try Migrator()
        if let certificate = serve.certificate, let key = serve.key {
            let settings = TLSServerSettings(certificateChainFile: certificate, privateKeyFile: key)
            tls = try TLSContextStore(
                settings, nowSeconds: clock.now().microseconds / 1_000_000)
        } else {
            tls = nil
        }
        services = try Services(
            clock: clock, keyring: keyring,
            gateway: OutboxGateway(path: "\(serve.settings.data)/outbox.jsonl", clock: clock),
            signals: signals, readiness: readiness, isSecure: tls != nil,
            webFolder: serve.web ?? Files.environment("LINLI_WEB"), logger: logger)
        shards = try (0..<serve.loops).map { try Shard(index: $0) }
    }

    /// Connects, checks that row-level security binds us, and listens.
    func start() async throws {
        let configuration = serve.settings.databaseConfiguration
        for shard in shards {
            try await shard.install(configuration, services, clock, signals)
        }
        if await shards[0].servesUnbound() {
            throw NodeFault.unbound
        }
        try await shards[0].startWork(
            jobs: services.jobs(heads: "\(serve.settings.data)/heads"), services, clock)
        await shards[0].watch(readiness, migrator, serve.settings.data)
        let router = services.router(shards)
        for shard in shards { try await shard.listen(httpConfiguration(), router) }
        logger.info("serving", metadata: ["port": "\(serve.port)", "loops": "\(serve.loops)"])
    }

    /// Waits for SIGTERM or SIGINT; SIGHUP reads the certificates anew.
    func untilToldToStop(_ notifier: ServiceNotifier) async {
        let tls = tls
        let clock = clock
        let logger = logger
        await shards[0].untilSignalled(notifier) {
            do {
                try tls?.reload(nowSeconds: clock.now().microseconds / 1_000_000)
                logger.info("certificates read anew")
            } catch {
                logger.error("the certificates could not be read; the old ones stay", error: error)
            }
        }
    }

    /// Lets answers under way end, then ends everything.
    func stop() async {
        readiness.stopping()
        logger.info("stopping")
        // All at once: a client that one loop sends away must not settle on the next.
        await withDiscardingTaskGroup { group in
            for shard in shards { group.addTask { await shard.stopServing() } }
        }
        for shard in shards {
            await shard.stopWork()
            await shard.closeDatabase()
            await shard.removeLocals()
            shard.loop.stop()
        }
        logger.info("stopped")
    }

    private func httpConfiguration() -> HTTPServer.Configuration {
        let clock = clock
        var configuration = HTTPServer.Configuration(
            endpoint: .tcp(host: serve.host, port: serve.port),
            unixSeconds: { clock.now().microseconds / 1_000_000 })
        configuration.tls = tls
        services.adjust(&configuration, logsAccess: !serve.quiet)
        return configuration
    }
}

/// Why a process refuses to serve.
enum NodeFault: Error, CustomStringConvertible {
    case unbound

    var description: String {
        "the database role is a superuser, the owner, or past row-level security: serve as linli"
    }
}
