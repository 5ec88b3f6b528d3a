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
    private let smsGateway: SMSGateway?
    private let smsChannel: SMSChannel?
    private let mailChannel: SMTPChannel?
    private let pushChannel: WebPushChannel
    private let webhookChannel: HTTPWebhookChannel
    private let relay: HTTPCallRelay?
    private let erasures: ErasureList
    private let signals = EventSignals()
    private let logger = Logger(label: "linli")
    private let openFilesMax = OpenFiles.raiseLimit()
    /// Files that are no client's: databases, logs, loops and calls to others.
    private static let ownFilesMax = 256

    /// Reads what it needs of the data folder, and starts the loops.
    init(_ serve: Serve, clock: Clock) throws {
        self.serve = serve
        self.clock = clock
        let keyring = try serve.settings.keyring()
        migrator = try Migrator()
        erasures = serve.settings.erasureList(keyring)
        tls = try serve.tls.settings.map {
            try TLSContextStore($0, nowSeconds: clock.now().microseconds / 1_000_000)
        }
        shards = try (0..<serve.loops).map { try Shard(index: $0) }
        let shard = shards[0]
        let sms = try serve.smsGatewayFile.map { path in
            do {
                return try SMSGatewayConfiguration(
                    path: path, credentials: Files.environment("CREDENTIALS_DIRECTORY"))
            } catch { throw NodeFault.gateway(path, error) }
        }
        smsGateway = sms.map { SMSGateway($0, on: shard) }
        smsChannel = sms.map { SMSChannel($0, on: shard) }
        mailChannel = try serve.mailServerFile.map { path in
            do {
                let configuration = try MailConfiguration(
                    path: path, credentials: Files.environment("CREDENTIALS_DIRECTORY"))
                return SMTPChannel(configuration, on: shard)
            } catch { throw NodeFault.mail(path, error) }
        }
        relay = try serve.callRelayFile.map { path in
            do {
                let configuration = try CallRelayConfiguration(
                    path: path, credentials: Files.environment("CREDENTIALS_DIRECTORY"))
                return HTTPCallRelay(configuration, on: shard, clock: clock)
            } catch { throw NodeFault.relay(path, error) }
        }
        pushChannel = WebPushChannel(
            try WebPush(keyring, contact: "https://\(serve.reach.publicHost.first ?? "localhost")"),
            on: shard)
        webhookChannel = HTTPWebhookChannel(on: shard)
        let outbox = OutboxGateway(path: "\(serve.settings.data)/outbox.jsonl", clock: clock)
        services = try Services(
            clock: clock, keyring: keyring, gateway: smsGateway ?? outbox,
            channels: NoticeChannels(
                texts: smsChannel ?? outbox,
                mails: mailChannel ?? (serve.settings.profile == .development ? outbox : nil),
                pushes: pushChannel, reportSecret: sms?.reportSecret),
            webhooks: webhookChannel,
            signals: signals,
            relay: relay, readiness: readiness,
            isSecure: tls != nil || serve.settings.profile == .production,
            webFolder: serve.web ?? Files.environment("LINLI_WEB"), logger: logger)
    }

    /// Connects, checks that row-level security binds us, and listens.
    func start() async throws {
        let configuration = serve.settings.databaseConfiguration
        for shard in shards {
            try await shard.install(configuration, services, clock, signals)
        }
        if serve.settings.profile == .production { try await checkProduction() }
        if await shards[0].servesUnbound() {
            throw NodeFault.unbound
        }
        try await eraseAgain()
        try await smsGateway?.start()
        try await smsChannel?.start()
        try await mailChannel?.start()
        try await pushChannel.start()
        try await webhookChannel.start()
        try await relay?.start()
        try await shards[0].startWork(
            jobs: services.jobs(heads: "\(serve.settings.data)/heads", erasures: erasures),
            services, clock)
        await shards[0].watch(readiness, migrator, serve.settings.data, clock)
        await shards[0].watchJobs(services.jobMetrics, clock)
        let router = services.router(shards)
        for shard in shards { try await shard.listen(httpConfiguration(), router) }
        logger.info("serving", metadata: ["port": "\(serve.port)", "loops": "\(serve.loops)"])
    }

    /// Erases again, before anybody is served, whom a restored backup brought back.
    private func eraseAgain() async throws {
        let end = ContinuousClock.now + .seconds(45)
        for estate in erasures.estates() {
            while true {
                do {
                    let count = try await shards[0].eraseAgain(
                        in: estate, erasures, UUIDGenerator(clock: clock))
                    if count > 0 {
                        logger.warning("erased again", metadata: ["persons": "\(count)"])
                    }
                    break
                } catch let error as PostgresError {
                    // An older schema is not served from, either: /readyz asks for linli migrate.
                    guard error.state != "42883", error.state != "3F000" else { break }
                    guard error.isTemporary, ContinuousClock.now < end else {
                        throw NodeFault.database(error)
                    }
                    logger.warning("waiting for the database", error: error)
                    await shards[0].sleep(for: .seconds(1))
                } catch let fault as ErasureList.Fault {
                    throw NodeFault.erasures(erasures.folder, fault)
                }
            }
        }
    }

    /// Refuses a database with demo people; waits for one that is not up yet, as at a boot.
    private func checkProduction() async throws {
        let end = ContinuousClock.now + .seconds(45)
        while true {
            switch await shards[0].demoEstates() {
            case .success(let codes) where codes.isEmpty: return
            case .success(let codes): throw NodeFault.demo(codes)
            case .failure(let error):
                guard error.isTemporary, ContinuousClock.now < end else {
                    throw NodeFault.database(error)
                }
                logger.warning("waiting for the database", error: error)
                await shards[0].sleep(for: .seconds(1))
            }
        }
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
        await smsGateway?.stop()
        await smsChannel?.stop()
        await mailChannel?.stop()
        await pushChannel.stop()
        await webhookChannel.stop()
        await relay?.stop()
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
        configuration.policy.hosts = serve.reach.hosts
        configuration.proxies = serve.reach.proxies
        // A loop that accepts without a descriptor to spare stands still until there is one.
        configuration.limits.connectionCountMax = min(
            configuration.limits.connectionCountMax,
            max(1, (openFilesMax - Self.ownFilesMax) / serve.loops))
        services.adjust(&configuration, logsAccess: !serve.quiet)
        return configuration
    }
}

/// Why a process refuses to serve.
enum NodeFault: Error, CustomStringConvertible {
    case unbound
    case demo([String])
    case database(PostgresError)
    case gateway(String, any Error)
    case mail(String, any Error)
    case relay(String, any Error)
    case erasures(String, ErasureList.Fault)

    var description: String {
        switch self {
        case .unbound:
            "the database role is a superuser, the owner, or past row-level security: serve as"
                + " linli"
        case .demo(let codes):
            "数据库里有演示小区（\(codes.joined(separator: "、"))），正式环境请换一个新库并导入真实资料。"
                + "\nthe database holds demo estates (\(codes.joined(separator: ", "))): make a new"
                + " database for production, and import the real registry into it"
        case .database(let error):
            "the database cannot be examined (\(error.message)): start it, run linli migrate, and"
                + " look with linli doctor"
        case .erasures(let folder, let fault):
            "注销名单 \(folder) 被改动过或读不到（\(fault)），已注销的人可能随备份回来：请从别处的副本恢复名单再启动。"
                + "\nthe list of erasures in \(folder) was altered or cannot be read (\(fault)), and"
                + " who was erased may be back with a backup: restore the list from the copy kept"
                + " elsewhere, then start"
        case .gateway(let path, let error):
            "the SMS gateway in \(path) cannot be used: \(error)"
        case .mail(let path, let error):
            "the mail server in \(path) cannot be used: \(error)"
        case .relay(let path, let error):
            "the relay of calls in \(path) cannot be used: \(error)"
        }
    }
}
