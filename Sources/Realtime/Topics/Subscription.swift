/// What can be published: it is shared by all subscribers, so its wire form is best made before.
package protocol TopicMessage: Sendable {
    /// What it counts towards a subscriber's limit, in bytes.
    var byteCount: Int { get }
}

extension [UInt8]: TopicMessage {
    /// Its length.
    package var byteCount: Int { count }
}

/// What a subscriber is given.
package enum TopicDelivery<Message: TopicMessage>: Sendable {
    /// Everything that came since the last time, in order; never empty.
    case messages([Message])
    /// Nothing more will come, and what waited was thrown away: say this code and end.
    ///
    /// `resume` means that the subscriber was too slow, `goingAway` that the server stops.
    case dropped(WebSocketCloseCode)
    /// It was cancelled by its own side.
    case cancelled
}

/// Bounds of one subscriber's queue.
package struct TopicLimits: Sendable, Hashable {
    /// Most messages waiting.
    package var messagesMax: Int
    /// Most bytes waiting, shared messages counted in full.
    package var bytesMax: Int

    /// 256 messages, 256 KiB.
    package init(messagesMax: Int = 256, bytesMax: Int = 256 * 1024) {
        self.messagesMax = messagesMax
        self.bytesMax = bytesMax
    }
}

/// A subscriber's own end: a bounded queue that fills while the subscriber is busy.
///
/// Belongs to the loop it was made on. Letting go of it ends the subscription.
package final class Subscription<Message: TopicMessage> {
    private let mailbox: TopicMailbox<Message>
    private let table: TopicTable<Message>
    private let shard: Shard

    init(_ mailbox: TopicMailbox<Message>, in table: TopicTable<Message>, on shard: Shard) {
        self.mailbox = mailbox
        self.table = table
        self.shard = shard
    }

    /// Waits until there is something, and takes all of it; one caller at a time.
    ///
    /// Cancelling the task cancels the subscription.
    package func next() async -> TopicDelivery<Message> {
        let (mailbox, table) = (mailbox, table)
        return await shard.loop.cancelling {
            await withCheckedContinuation { waiting in
                guard !Task.isCancelled else { return waiting.resume(returning: .cancelled) }
                mailbox.wait(waiting)
            }
        } onCancel: {
            table.cancel(mailbox.id)
        }
    }

    /// What is there now, without waiting; nil for nothing.
    package func takeNow() -> TopicDelivery<Message>? { mailbox.take() }

    /// Ends the subscription: `next`, also one that waits, gives `cancelled`.
    package func cancel() { table.cancel(mailbox.id) }

    deinit { table.cancel(mailbox.id) }
}

/// A queue with at most one waiter; touched on one loop only.
final class TopicMailbox<Message: TopicMessage> {
    let id: UInt64
    let topics: [String]
    /// Whether its table is about to wake it.
    var isTouched = false
    private let limits: TopicLimits
    private var messages: [Message] = []
    private var byteCount = 0
    private var end: TopicDelivery<Message>?
    private var waiter: CheckedContinuation<TopicDelivery<Message>, Never>?

    init(id: UInt64, topics: [String], limits: TopicLimits) {
        self.id = id
        self.topics = topics
        self.limits = limits
    }

    /// Adds a message; false when there is no room for it.
    func add(_ message: Message) -> Bool {
        guard messages.count < limits.messagesMax,
            message.byteCount <= limits.bytesMax - byteCount
        else { return false }
        messages.append(message)
        byteCount += message.byteCount
        return true
    }

    /// Ends the queue, throwing away what waits; the first reason stands.
    func finish(_ reason: TopicDelivery<Message>) {
        guard end == nil else { return }
        messages = []
        byteCount = 0
        end = reason
        wake()
    }

    /// Gives the waiter, if there is one, what has come.
    func wake() {
        guard waiter != nil, let delivery = take() else { return }
        waiter.take()?.resume(returning: delivery)
    }

    func take() -> TopicDelivery<Message>? {
        if let end { return end }
        guard !messages.isEmpty else { return nil }
        defer {
            messages = []
            byteCount = 0
        }
        return .messages(messages)
    }

    func wait(_ continuation: CheckedContinuation<TopicDelivery<Message>, Never>) {
        precondition(waiter == nil, "one caller waits at a time")
        waiter = continuation
        wake()
    }
}
