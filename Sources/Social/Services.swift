package import Logging
package import Platform
package import Realtime

/// Everything the server answers with: all routes of the house in one list.
package struct Services: Sendable {
    /// Every route but `/metrics`, which needs the shards.
    package let routes: [Route]
    /// Seals the positions in event logs.
    package let cursors: EventCursors
    /// Commits and moved heads of this process.
    package let signals: EventSignals

    private let api: API
    private let metrics: HTTPMetrics
    /// The numbers of periodic work.
    package let jobMetrics: JobMetrics
    private var registry = MetricsRegistry()
    private let keyring: Keyring
    private let ids: UUIDGenerator
    private let channels: NoticeChannels
    private let webhooks: any WebhookChannel

    /// Builds API, pages and health routes.
    ///
    /// - Throws: `OperationFault` when a route and its operation disagree.
    package init(
        clock: Clock, keyring: Keyring, gateway: any MessageGateway, channels: NoticeChannels,
        webhooks: any WebhookChannel,
        signals: EventSignals, relay: (any CallRelay)? = nil, readiness: Readiness, isSecure: Bool,
        webFolder: String?,
        logger: Logger
    ) throws {
        self.keyring = keyring
        ids = UUIDGenerator(clock: clock)
        self.channels = channels
        self.webhooks = webhooks
        self.signals = signals
        cursors = EventCursors(keyring.sealer(for: "event-cursor"))
        let context = APIContext(
            clock: clock, ids: ids, keyring: keyring,
            cookie: SessionCookie(isSecure: isSecure), logger: logger,
            shed: ShedRequests(in: &registry))
        let operations =
            AccountOperations.all(keyring: keyring, gateway: gateway)
            + AnnouncementOperations.all(signals: signals)
            + EventOperations.all(cursors: cursors)
            + CalendarOperations.all
            + PlaceOperations.all
            + HouseholdOperations.all(keyring: keyring)
            + FamilyOperations.all(keyring: keyring, signals: signals)
            + JoiningOperations.all(keyring: keyring, gateway: gateway, signals: signals)
            + StandingOperations.all(keyring: keyring, signals: signals)
            + MergeOperations.all(keyring: keyring, signals: signals)
            + NoticeOperations.all(
                signals: signals,
                titles: ActivityTitles.all
                    + ChildTitles.all
                    + ConversationTitles.all
                    + GoodsTitles.all
                    + HelpGroupTitles.all
                    + PersonTitles.all
                    + TaskTitles.all
                    + TieTitles.all)
            + NoticeSettingsOperations.all(signals: signals, channels: channels)
            + NoticeEmailOperations.all(
                keyring: keyring, signals: signals, channel: channels.mails)
            + NoticePushOperations.all(
                keyring: keyring, signals: signals, channel: channels.pushes)
            + WebhookOperations.all(keyring: keyring, signals: signals)
            + ActivityOperations.all(signals: signals, keyring: keyring)
            + ParticipationOperations.all(signals: signals, keyring: keyring)
            + CalendarLinkOperations.all(signals: signals)
            + ChildCareOperations.all(keyring: keyring, signals: signals)
            + VenueOperations.all(signals: signals)
            + GoodsOperations.all(signals: signals)
            + NeedOperations.all(signals: signals)
            + HandOverOperations.all(keyring: keyring, signals: signals)
            + HelpRooms.operations(keyring: keyring, signals: signals)
            + ConversationOperations.all(keyring: keyring, signals: signals, relay: relay)
            + SafetyOperations.all(keyring: keyring, signals: signals)
            + TaskOperations.all(keyring: keyring, signals: signals)
            + PeriodicWorkOperations.all()
            + ModerationOperations.all(keyring: keyring, signals: signals)
            + SecondProofOperations.all(keyring: keyring, gateway: gateway, signals: signals)
            + ReadingOperations.all(signals: signals)
            + BlockOperations.all(signals: signals)
            + ProtectionOperations.all(keyring: keyring, signals: signals)
            + VisibilityOperations.all(signals: signals)
            + RightsOperations.all(keyring: keyring, signals: signals)
        api = try API(
            operations, title: Text(zh: "邻里 API", en: "Linli API"), version: "1",
            context: context)
        let pages = try webFolder.map { try StaticFiles(folder: $0).routes() } ?? []
        routes =
            api.routes + Health.routes(readiness) + DevelopmentClock.routes(clock)
            + [Self.eventKey(keyring)] + pages
        jobMetrics = JobMetrics(Self.jobNames, in: &registry)
        metrics = HTTPMetrics(routes, in: &registry)
    }

    /// The names of all periodic work.
    static let jobNames =
        [
            "activity-successor",
            "attendance-sweep",
            "calendar-link-sweep",
            "event-heads",
            "idempotency-sweep",
            "notice-sweep",
            "reseal",
            "reseal-accounts",
            "reservation-sweep",
            "sign-in-sweep",
            "tie-sweep",
            Ages.name,
            ErasureJob.name,
            ExportJob.name,
            GoodsRoad.name,
            GoodsSweep.name,
            JoinSweep.name,
            Retention.name,
            SafetyNoteMatching.name,
            Tasks.climbing,
            WebhooksOut.name,
        ] + HelpRooms.jobNames + NoticesOut.jobNames

    /// The public key that checks the signed heads of event logs: what an outsider needs, and may know.
    private static func eventKey(_ keyring: Keyring) -> Route {
        let pem = Array(keyring.signingKey.verifyingKey.pem.utf8)
        return Route(
            .get, "/.well-known/linli/event-key.pem",
            immediate: { _ in
                Response(.ok, "application/x-pem-file", pem)
                    .adding("Cache-Control", "public, max-age=3600")
            })
    }

    /// From a path to its route, numbers of the given shards among them.
    package func router(_ shards: [Shard]) -> Router {
        Router(routes + [metrics.route(registry, shards)])
    }

    /// Starts counting on a shard.
    package func installMetrics(on shard: isolated Shard) throws {
        try metrics.install(registry, on: shard)
    }

    /// The periodic work of every estate, and of the installation.
    package func jobs(heads folder: String, erasures: ErasureList) -> [Job] {
        [
            SignedHeads(folder: folder, key: keyring.signingKey).job(), Call.sweep(),
            SignInSweep.job(), Notices.sweep(), Attendance.sweep(), JoinSweep.job(),
            Ages.job(keyring),
            Tasks.climb { [signals] in signals.committed() },
            SafetyNoteMatching.job(keyring) { [signals] in signals.committed() },
            Ties.sweep(),
            ActivitySuccessors.job(ids: ids) { [signals] in signals.committed() },
            ReservationSweep.job([ActivityFeature()], ids: ids) { [signals] in
                signals.committed()
            },
            CalendarLinks.sweep(),
            GoodsSweep.job { [signals] in signals.committed() },
            GoodsRoad.job { [signals] in signals.committed() },
            ExportJob.job(keyring, ids: ids) { [signals] in signals.committed() },
            ErasureJob.job(erasures, ids: ids) { [signals] in signals.committed() },
            Retention.job(),
            WebhooksOut.job(webhooks, keyring: keyring) { [signals] in signals.committed() },
        ] + HelpRooms.jobs(ids: ids, signals: signals) + Reseal.jobs(keyring)
            + NoticesOut.jobs(channels, keyring: keyring) { [signals] in signals.committed() }
    }

    /// Makes the server's refusals problems, and writes a line for each answer if asked to.
    package func adjust(_ configuration: inout HTTPServer.Configuration, logsAccess: Bool) {
        api.adjust(&configuration)
        let metrics = metrics
        let logger = Logger(label: "access")
        configuration.answered = { answer, shard in
            metrics.answered(answer, shard)
            guard logsAccess else { return }
            logger.info(
                "answered",
                metadata: [
                    "route": "\(answer.template)",
                    "method": "\(answer.method.rawValue)",
                    "status": "\(answer.status.code)",
                    "micros": "\(answer.nanoseconds / 1000)",
                    "request": "\(shard.index)-\(answer.number)",
                ])
        }
    }
}
