package import Logging
package import Realtime

/// Streams the events of estates to this shard's subscribers.
///
/// One on each shard. However many subscribe, a stretch of an estate's log is read once for all who
/// stand at the same place, and who sees what is decided in that query, by the rights of that
/// moment.
package final class EventFeed {
    /// Most batches that wait for one subscriber; past it, the subscriber is dropped.
    package static let waitingBatchesMax = 64

    private let database: Database
    private let signals: EventSignals
    private let cursors: EventCursors
    private let logger: Logger
    private let shardIndex: Int
    private let pacer: Pacer
    private var plans: [UUID: FeedPlan] = [:]
    private var subscriptions: [Int: EventSubscription] = [:]
    private var subscriptionsMade = 0
    private var task: Task<Void, Never>?
    private var hasStopped = false

    /// A feed that does not run yet; install it on the shard whose database it uses.
    package init(
        _ database: Database, signals: EventSignals, cursors: EventCursors,
        on shard: isolated Shard, logger: Logger
    ) throws(UVError) {
        self.database = database
        self.signals = signals
        self.cursors = cursors
        self.logger = logger
        shardIndex = shard.index
        pacer = try Pacer(on: shard.loop)
    }

    /// Starts streaming; `shard` is the one it is installed on.
    package func start(on shard: isolated Shard) {
        guard task == nil else { return }
        let loop = shard.loop
        signals.setFeed(shardIndex) { heads in
            Task(executorPreference: loop) { await shard.headsMoved(heads) }
        }
        task = Task.immediate(executorPreference: loop) {
            _ = shard
            await self.run()
        }
    }

    /// Ends every subscription, and the feed.
    package func stop() async {
        hasStopped = true
        signals.setFeed(shardIndex, nil)
        task?.cancel()
        pacer.wake()
        await task?.value
        task = nil
        for subscription in subscriptions.values { subscription.end(.stopping) }
        subscriptions = [:]
        plans = [:]
    }

    /// How many subscribe, for metrics.
    package var subscriberCount: Int { subscriptions.count }

    /// Streams an estate to a person, or to a visitor if `person` is `nil`.
    ///
    /// The person's offices open events until `officeUntil`, if at all. `cursor` says up to where it
    /// was served before; `nil` begins after the last event of this moment. Once the feed has
    /// stopped, what comes back has ended.
    package func subscribe(
        person: UUID?, officeUntil: Instant? = nil, estate: UUID, after cursor: EventCursor?
    ) async throws(PostgresError) -> EventSubscription {
        // Announced before the head is read: what moves from here on is told, what moved is read.
        subscriptionsMade += 1
        let id = subscriptionsMade
        plans[estate, default: FeedPlan()].expect(id)
        watch()
        let head: Int64
        do throws(PostgresError) {
            let heads = try await database.read(.none, EventHeads(estates: [estate]))
            head = heads.first?.sequence ?? 0
        } catch {
            leave(id, estate)
            throw error
        }
        // A cursor past the head is of a log that was restored to an earlier state: begin there.
        let place = min(cursor?.sequence ?? head, head)
        let subscription = EventSubscription(
            id, person: person, officeUntil: officeUntil,
            cursor: EventCursor(estate: estate, sequence: place), cursors: cursors)
        // Connections that still drain may ask for a stream, which nobody would end.
        guard !hasStopped else {
            leave(id, estate)
            subscription.end(.stopping)
            return subscription
        }
        subscriptions[subscription.id] = subscription
        plans[estate, default: FeedPlan()].add(id, at: place)
        headsMoved([estate: head])
        return subscription
    }

    /// The subscription with this id, unless it has ended.
    package subscript(id: Int) -> EventSubscription? { subscriptions[id] }

    /// Ends a subscription; its connection has closed.
    package func cancel(_ subscription: EventSubscription) { drop(subscription.id, .cancelled) }

    /// Reminds every subscriber, as its own timer does.
    package func remindAll() { for subscription in subscriptions.values { subscription.remind() } }

    /// Takes news of the last numbers of estates' logs, as the numberer's signals bring it.
    package func headsMoved(_ heads: [UUID: Int64]) {
        for (estate, sequence) in heads {
            guard plans[estate]?.headMoved(to: sequence) != nil, plans[estate]?.next != nil else {
                continue
            }
            pacer.wake()
        }
    }

    private func run() async {
        while !Task.isCancelled {
            do {
                while try await serveNext() { if Task.isCancelled { return } }
                await pacer.wait(for: .seconds(60))
            } catch {
                logger.warning("event feed waits: \(error)")
                await pacer.wait(for: .milliseconds(250))
            }
        }
    }

    /// Serves one stretch of every estate that has one; whether there was any.
    private func serveNext() async throws(PostgresError) -> Bool {
        let due = plans.compactMap { estate, plan in plan.next.map { (estate, $0) } }
        for (estate, stretch) in due { try await serve(estate, stretch) }
        return !due.isEmpty
    }

    private func serve(_ estate: UUID, _ stretch: FeedPlan.Stretch) async throws(PostgresError) {
        let readers = stretch.subscribers.compactMap { subscriptions[$0] }
        let now = database.now
        let (pairs, rows) = try await database.read(
            .job("feed", estate: estate),
            VisibleEvents(
                after: stretch.after, until: stretch.until,
                readers: Set(readers.map { $0.reader(at: now) })),
            EventsAsJSON(
                estate: estate, after: stretch.after, until: stretch.until,
                countMax: Int(FeedPlan.stretchMax)))
        let json = Dictionary(
            rows.map { ($0.sequence, $0.json) }, uniquingKeysWith: { one, _ in one })
        var seen: [FeedReader: [EventBatch.Element]] = [:]
        for pair in pairs {
            guard let event = json[pair.sequence] else { continue }
            seen[pair.reader, default: []].append(
                EventBatch.Element(sequence: pair.sequence, json: event))
        }
        let cursor = EventCursor(estate: estate, sequence: stretch.until)
        for reader in readers where subscriptions[reader.id] != nil {
            let events = seen[reader.reader(at: now)] ?? []
            if !reader.deliver(events, upTo: cursor) { drop(reader.id, .tooSlow) }
        }
        plans[estate]?.served(stretch)
    }

    private func drop(_ id: Int, _ reason: EventSubscription.End) {
        guard let subscription = subscriptions.removeValue(forKey: id) else { return }
        subscription.end(reason)
        leave(id, subscription.estate)
    }

    private func leave(_ id: Int, _ estate: UUID) {
        plans[estate]?.remove(id)
        if plans[estate]?.isEmpty == true { plans[estate] = nil }
        watch()
    }

    private func watch() { signals.watch(Set(plans.keys), by: shardIndex) }
}

extension Shard {
    fileprivate func headsMoved(_ heads: [UUID: Int64]) {
        local(EventFeed.self)?.headsMoved(heads)
    }
}
