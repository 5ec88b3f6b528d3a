internal import Platform
internal import Realtime

/// How the messages of an event stream look on one kind of connection.
///
/// Each event comes with the cursor that resumes right after it. What is thrown ends the stream: the
/// reader has gone.
protocol EventWire {
    /// Says up to where the reader has been served, though it may see nothing of it; `isFirst`
    /// before all else.
    func served(_ cursor: String, isFirst: Bool) async throws
    /// Sends events in order.
    func events(_ events: [(cursor: String, json: [UInt8])]) async throws
    /// Says why nothing more comes.
    func end(_ reason: EventStream.End, _ cursor: String) async throws
}

/// One reader's event stream, whatever it travels on.
///
/// Who may see an event is decided for each batch by the feed. The session is looked up again with
/// each heartbeat, so that a revoked one hears nothing more after `heartbeatInterval` at the latest.
/// Used on the feed's shard.
final class EventStream {
    /// Why the server ends a stream.
    enum End {
        /// The reader could not keep up: it should resume.
        case tooSlow
        /// The server stops: the reader should come again and resume.
        case stopping
        /// The session, or its person here, is no more.
        case session
    }

    private let subscription: EventSubscription
    private let feed: EventFeed
    private let reader: EventReader
    private let database: Database

    init(
        _ subscription: EventSubscription, of feed: EventFeed, for reader: EventReader,
        _ database: Database
    ) {
        self.subscription = subscription
        self.feed = feed
        self.reader = reader
        self.database = database
    }

    /// Streams until the server or the reader's rights end it.
    ///
    /// - Throws: When the reader has gone, or something fails; the connection is closed then.
    func run(_ wire: any EventWire, on shard: isolated Shard) async throws {
        defer { feed.cancel(subscription) }
        let timer = try Timer(on: shard.loop) { [subscription] in subscription.remind() }
        let interval = ServerSentEvent.heartbeatInterval
        timer.start(after: interval, repeating: interval)
        defer { timer.stop() }
        try await shard.loop.cancelling { () -> Result<Void, any Error> in
            do {
                // What was cancelled before is not told again.
                if !Task.isCancelled { try await self.pump(to: wire) }
                return .success(())
            } catch {
                return .failure(error)
            }
        } onCancel: { [feed, subscription] in
            feed.cancel(subscription)
        }.get()
    }

    private func pump(to wire: any EventWire) async throws {
        try await wire.served(try subscription.cursorText(), isFirst: true)
        while true {
            switch await subscription.next() {
            case .batch(let batch):
                try await wire.events(
                    batch.elements.map { (try subscription.cursorText(after: $0), $0.json) })
            case .reminder:
                guard try await reader.isValid(database) else {
                    return try await wire.end(.session, try subscription.cursorText())
                }
                try await wire.served(try subscription.cursorText(), isFirst: false)
            case .ended(.tooSlow):
                return try await wire.end(.tooSlow, try subscription.cursorText())
            case .ended(.stopping):
                return try await wire.end(.stopping, try subscription.cursorText())
            case .ended(.cancelled):
                return
            }
        }
    }
}

/// Server-Sent Events: an event is a message whose `id` resumes right after it.
///
/// Messages with a name are about the stream itself: `served` says up to where the reader has been
/// served, `resume` that it should come again, `ended` that its rights have ended.
struct EventSourceWire: EventWire {
    let writer: BodyWriter

    func served(_ cursor: String, isFirst: Bool) async throws {
        let opening =
            isFirst ? ServerSentEvent.retry(after: Self.retryDelay) : ServerSentEvent.heartbeat
        try await writer.write(opening + message("served", #"{}"#, cursor))
    }

    func events(_ events: [(cursor: String, json: [UInt8])]) async throws {
        var bytes: [UInt8] = []
        for event in events {
            let payload = String(decoding: event.json, as: UTF8.self)
            bytes += ServerSentEvent(id: event.cursor, payload: payload).encode()
        }
        try await writer.write(bytes)
    }

    func end(_ reason: EventStream.End, _ cursor: String) async throws {
        let bytes =
            switch reason {
            case .tooSlow: message("resume", #"{"reason":"too-slow"}"#, cursor)
            case .stopping: message("resume", #"{"reason":"stopping"}"#, cursor)
            case .session: message("ended", #"{"reason":"session"}"#, cursor)
            }
        try await writer.write(bytes)
    }

    private func message(_ name: String, _ payload: String, _ cursor: String) -> [UInt8] {
        ServerSentEvent(id: cursor, name: name, payload: payload).encode()
    }

    /// How long a reader waits before it comes again.
    private static let retryDelay = Duration.seconds(2)
}
