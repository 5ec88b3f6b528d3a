internal import Platform
internal import Realtime

/// One reader's event stream over HTTP.
///
/// Each event is a message whose `id` resumes right after it. Messages with a name are about the
/// stream itself: `served` says up to where the reader has been served, though it may see nothing of
/// it, first of all and with each heartbeat; `resume` says that the server ends the stream and the
/// reader should come again; `ended` says that its rights have ended.
///
/// Who may see an event is decided for each batch by the feed. The session is looked up again with
/// each heartbeat, so that a revoked one hears nothing more after `heartbeatInterval` at the latest.
/// Used on the feed's shard.
final class EventStream {
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
    func run(_ writer: BodyWriter, on shard: isolated Shard) async throws {
        defer { feed.cancel(subscription) }
        let timer = try Timer(on: shard.loop) { [subscription] in subscription.remind() }
        let interval = ServerSentEvent.heartbeatInterval
        timer.start(after: interval, repeating: interval)
        defer { timer.stop() }
        try await shard.loop.cancelling { () -> Result<Void, any Error> in
            do {
                // What was cancelled before is not told again.
                if !Task.isCancelled { try await self.pump(to: writer) }
                return .success(())
            } catch {
                return .failure(error)
            }
        } onCancel: { [feed, subscription] in
            feed.cancel(subscription)
        }.get()
    }

    private func pump(to writer: BodyWriter) async throws {
        try await writer.write(
            ServerSentEvent.retry(after: Self.retryDelay) + served("served", #"{}"#))
        while true {
            switch await subscription.next() {
            case .batch(let batch):
                try await writer.write(try messages(batch))
            case .reminder:
                guard try await reader.isValid(database) else {
                    return try await writer.write(served("ended", #"{"reason":"session"}"#))
                }
                try await writer.write(ServerSentEvent.heartbeat + served("served", #"{}"#))
            case .ended(.tooSlow):
                return try await writer.write(served("resume", #"{"reason":"too-slow"}"#))
            case .ended(.stopping):
                return try await writer.write(served("resume", #"{"reason":"stopping"}"#))
            case .ended(.cancelled):
                return
            }
        }
    }

    private func served(_ name: String, _ payload: String) throws -> [UInt8] {
        try ServerSentEvent(id: subscription.cursorText(), name: name, payload: payload).encode()
    }

    private func messages(_ batch: EventBatch) throws -> [UInt8] {
        var bytes: [UInt8] = []
        for element in batch.elements {
            let id = try subscription.cursorText(after: element)
            let payload = String(decoding: element.json, as: UTF8.self)
            bytes += ServerSentEvent(id: id, payload: payload).encode()
        }
        return bytes
    }

    /// How long a reader waits before it comes again.
    private static let retryDelay = Duration.seconds(2)
}
