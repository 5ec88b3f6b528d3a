/// Carries messages from any thread to the subscribers of a topic on all loops.
///
/// A message hops once to each loop, however many subscribers wait there, and messages of one
/// publisher reach every subscriber in the order of their publishing. There is one hub of each
/// message type in a process's shards.
package final class Topics<Message: TopicMessage>: Sendable {
    private struct Published: Sendable {
        let topic: String
        let message: Message
    }

    /// What waits for one loop, and whether a task is under way to fetch it.
    private struct Inbox: Sendable {
        var messages: [Published] = []
        var isHopping = false
        var hasOverflowed = false
    }

    /// One loop's way in.
    private struct Station: Sendable {
        let shard: Shard
        let inbox = Locked(Inbox())
    }

    private let stations: [Station]

    /// Messages handed to a loop's subscribers before these get their turn.
    private static var batchMax: Int { 64 }
    /// Most messages waiting for a loop; past it, its subscribers are told to resume.
    private static var inboxMessagesMax: Int { 16_384 }

    /// A hub over these shards; it installs a table of subscribers in each.
    package init(on shards: [Shard]) async {
        stations = shards.map { Station(shard: $0) }
        for shard in shards { await shard.install { _ in TopicTable<Message>() } }
    }

    /// Gives a message to all who are subscribed when it arrives at their loop.
    ///
    /// Returns at once; may be called on any thread.
    package func publish(_ message: Message, to topic: String) {
        for station in stations {
            let isHopping = station.inbox.withLock { inbox in
                if inbox.messages.count < Self.inboxMessagesMax {
                    inbox.messages.append(Published(topic: topic, message: message))
                } else {
                    inbox.messages = []
                    inbox.hasOverflowed = true
                }
                defer { inbox.isHopping = true }
                return inbox.isHopping
            }
            // A hop that is under way takes this message along.
            guard !isHopping else { continue }
            Task(executorPreference: station.shard.loop) {
                await Self.deliver(from: station.inbox, on: station.shard)
            }
        }
    }

    /// Subscribes to topics on the caller's shard, from now on.
    package func subscribe(
        to topics: [String], limits: TopicLimits = TopicLimits(), on shard: isolated Shard
    ) -> Subscription<Message> {
        guard let table = shard.local(TopicTable<Message>.self) else {
            preconditionFailure("the hub was not made over this shard, or the shard has stopped")
        }
        return Subscription(table.add(topics, limits: limits), in: table, on: shard)
    }

    /// Subscribers on the caller's shard.
    package func subscriberCount(on shard: isolated Shard) -> Int {
        shard.local(TopicTable<Message>.self)?.subscriberCount ?? 0
    }

    /// Drops every subscriber with a code, as a server does that stops.
    package func dropAll(_ code: WebSocketCloseCode) async {
        for station in stations { await Self.dropAll(code, on: station.shard) }
    }

    private static func deliver(from inbox: Locked<Inbox>, on shard: isolated Shard) async {
        while let (batch, hasOverflowed) = takeBatch(from: inbox) {
            guard let table = shard.local(TopicTable<Message>.self) else { continue }
            if hasOverflowed { table.dropAll(.resume) }
            for each in batch { table.add(each.message, to: each.topic) }
            table.wakeTouched()
            await Task.yield()
        }
    }

    /// The next messages; nil ends the hop.
    private static func takeBatch(from inbox: Locked<Inbox>) -> ([Published], Bool)? {
        inbox.withLock { inbox in
            let hasOverflowed = inbox.hasOverflowed
            inbox.hasOverflowed = false
            guard !inbox.messages.isEmpty || hasOverflowed else {
                inbox.isHopping = false
                return nil
            }
            guard inbox.messages.count > batchMax else {
                defer { inbox.messages = [] }
                return (inbox.messages, hasOverflowed)
            }
            defer { inbox.messages.removeFirst(batchMax) }
            return (Array(inbox.messages.prefix(batchMax)), hasOverflowed)
        }
    }

    private static func dropAll(_ code: WebSocketCloseCode, on shard: isolated Shard) {
        shard.local(TopicTable<Message>.self)?.dropAll(code)
    }
}

/// One loop's subscribers; touched on that loop only.
final class TopicTable<Message: TopicMessage> {
    private var mailboxes: [UInt64: TopicMailbox<Message>] = [:]
    private var members: [String: [UInt64: TopicMailbox<Message>]] = [:]
    private var touched: [TopicMailbox<Message>] = []
    private var mailboxesMade: UInt64 = 0

    var subscriberCount: Int { mailboxes.count }

    func add(_ topics: [String], limits: TopicLimits) -> TopicMailbox<Message> {
        mailboxesMade += 1
        let mailbox = TopicMailbox<Message>(id: mailboxesMade, topics: topics, limits: limits)
        mailboxes[mailbox.id] = mailbox
        for topic in topics { members[topic, default: [:]][mailbox.id] = mailbox }
        return mailbox
    }

    /// Queues a message for a topic's subscribers; drops those without room for it.
    func add(_ message: Message, to topic: String) {
        guard let subscribers = members[topic] else { return }
        for (id, mailbox) in subscribers {
            guard mailbox.add(message) else {
                remove(id)?.finish(.dropped(.resume))
                continue
            }
            guard !mailbox.isTouched else { continue }
            mailbox.isTouched = true
            touched.append(mailbox)
        }
    }

    /// Wakes each subscriber that got messages, once.
    func wakeTouched() {
        for mailbox in touched {
            mailbox.isTouched = false
            mailbox.wake()
        }
        touched.removeAll(keepingCapacity: true)
    }

    func cancel(_ id: UInt64) { remove(id)?.finish(.cancelled) }

    func dropAll(_ code: WebSocketCloseCode) {
        for id in mailboxes.keys { remove(id)?.finish(.dropped(code)) }
    }

    private func remove(_ id: UInt64) -> TopicMailbox<Message>? {
        guard let mailbox = mailboxes.removeValue(forKey: id) else { return nil }
        for topic in mailbox.topics {
            members[topic]?[id] = nil
            if members[topic]?.isEmpty == true { members[topic] = nil }
        }
        return mailbox
    }

    // Nobody waits for ever on a shard that has stopped.
    deinit { dropAll(.goingAway) }
}
