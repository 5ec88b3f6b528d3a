internal import Logging
internal import Platform
internal import Realtime

/// An event stream over a WebSocket; docs/events.md tells clients what is said on it.
struct EventSocket: EventWire {
    /// The reader has gone.
    private struct Ended: Error {}

    /// Longest message taken, in bytes: a cursor in an object.
    static let messageBytesMax = 1024

    let socket: WebSocketConnection
    /// How long a client without a cursor in its address may take to send its first message.
    let greetingWait: Duration

    /// Where a client wants to begin, if its address says so.
    enum Opening {
        case after(EventCursor)
        /// The first message will say.
        case asked
    }

    /// The answer that becomes this socket.
    static func response(
        _ opening: Opening, _ cursors: EventCursors, for reader: EventReader,
        greetingWait: Duration, _ logger: Logger
    ) -> Response {
        var limits = WebSocketConnection.Limits()
        limits.session.messageBytesMax = messageBytesMax
        // Pages of other sites are refused before it comes to this.
        return .webSocket(origins: .any, limits: limits) { socket, shard in
            do {
                try await EventSocket(socket: socket, greetingWait: greetingWait)
                    .serve(opening, cursors, reader, on: shard)
            } catch is Ended {
                return
            } catch {
                logger.error("an event socket failed", error: error)
                socket.close(.internalError, reason: "resume after the last cursor")
            }
        }
    }

    private func serve(
        _ opening: Opening, _ cursors: EventCursors, _ reader: EventReader,
        on shard: isolated Shard
    ) async throws {
        guard let feed = shard.local(EventFeed.self), let database = shard.local(Database.self)
        else { preconditionFailure("a shard that serves the API has a feed of events") }
        let place: EventCursor?
        switch opening {
        case .after(let cursor): place = cursor
        case .asked: place = try await greeting(cursors, of: reader.estate, on: shard)
        }
        let subscription = try await feed.subscribe(
            person: reader.person, officeUntil: reader.officeUntil, estate: reader.estate,
            after: place)
        socket.ignoreMessages { feed.cancel(subscription) }
        try await EventStream(subscription, of: feed, for: reader, database).run(self, on: shard)
    }

    /// The place that the first message names; `nil` to begin now.
    private func greeting(
        _ cursors: EventCursors, of estate: UUID, on shard: isolated Shard
    ) async throws -> EventCursor? {
        let timer = try Timer(on: shard.loop) { [socket] in
            socket.close(.policyViolation, reason: "say where to begin")
        }
        timer.start(after: greetingWait)
        defer { timer.stop() }
        guard let message = await socket.next() else { throw Ended() }
        guard case .text(let bytes) = message, let json = try? JSON(parsing: bytes),
            EventSchemas.greeting.faults(in: json).isEmpty
        else {
            socket.close(.policyViolation, reason: #"begin with {} or {"cursor":"…"}"#)
            throw Ended()
        }
        guard let text = json["cursor"]?.text else { return nil }
        guard let cursor = cursors.cursor(text, of: estate) else {
            socket.close(.policyViolation, reason: "this cursor is not valid: begin with {}")
            throw Ended()
        }
        return cursor
    }

    func served(_ cursor: String, isFirst: Bool) async throws {
        var json = JSONWriter(capacity: 160)
        json.object { json in
            json.member("type", "served")
            json.member("cursor", cursor)
        }
        try await send(json.bytes)
    }

    func events(_ events: [(cursor: String, json: [UInt8])]) async throws {
        for event in events {
            var json = JSONWriter(capacity: event.json.count + 160)
            json.object { json in
                json.member("type", "event")
                json.member("cursor", event.cursor)
                json.key("event")
                json.raw(event.json)
            }
            try await send(json.bytes)
        }
    }

    func end(_ reason: EventStream.End, _ cursor: String) async throws {
        switch reason {
        case .tooSlow: socket.closeAtOnce(.resume, reason: "resume after the last cursor")
        case .stopping: socket.close(.goingAway, reason: WebSocketConnection.stoppingReason)
        case .session: socket.close(.credentialEnded, reason: "the session has ended: sign in")
        }
    }

    private func send(_ bytes: [UInt8]) async throws(Ended) {
        guard case .queued = socket.send(text: bytes) else { throw Ended() }
        await socket.whileCongested()
        guard socket.isOpen else { throw Ended() }
    }
}
