package import Platform
internal import Realtime

/// The operations over an estate's event log: pages of it, its stream, and its socket.
///
/// Each shard must have an `EventFeed` installed, with the same cursors.
package enum EventOperations {
    /// All of them; a socket's client has `greetingWait` to say where it begins.
    package static func all(
        cursors: EventCursors, greetingWait: Duration = .seconds(10)
    ) -> [Operation] {
        [
            .read(
                "/api/v1/estates/{estate}/events", "listEvents",
                Text(
                    zh: "小区事件；未登录只见公开的",
                    en: "The estate's events; without a session the public ones"),
                tag: "events", security: .open,
                parameters: [
                    .estate, EventSchemas.cursor, .limit(max: Int64(EventPages.countMax)),
                ],
                answers: [
                    Operation.Answer(
                        .ok, Text(zh: "一页事件", en: "A page of events"), EventSchemas.page)
                ], problems: [.unauthenticated]
            ) { call, _ in try await list(call, cursors) },
            .read(
                "/api/v1/estates/{estate}/events/stream", "streamEvents",
                Text(
                    zh: "小区事件流；用 Last-Event-ID 或 cursor 续接，否则从现在开始",
                    en: "The estate's events as they come (Server-Sent Events); resumes after "
                        + "Last-Event-ID or cursor, otherwise begins now"),
                tag: "events", security: .open, parameters: [.estate, EventSchemas.cursor],
                answers: [
                    Operation.Answer(
                        .ok, Text(zh: "事件流", en: "The stream"),
                        mediaType: ServerSentEvent.contentType)
                ], problems: [.unauthenticated]
            ) { call, shard in try await stream(call, cursors, on: shard) },
            .read(
                "/api/v1/estates/{estate}/events/socket", "openEventSocket",
                Text(
                    zh: "小区事件的 WebSocket；用 cursor 或第一条消息续接",
                    en: "The estate's events as they come, over a WebSocket; resumes after "
                        + "`cursor`, or after what the client's first message says"),
                tag: "events", security: .open, parameters: [.estate, EventSchemas.cursor],
                answers: [Operation.Answer(.switch, EventSchemas.socketNote)],
                problems: [.unauthenticated]
            ) { call, _ in try await socket(call, cursors, greetingWait) },
        ]
    }

    private static func list(_ call: Call, _ cursors: EventCursors) async throws -> Response {
        let place = try place(call.text("cursor"), call, cursors)
        let reader = try await EventReader(call)
        let page = try await EventPages.page(
            of: reader.estate, as: reader.principal, after: place,
            count: Int(call.limit(default: 50)), from: call.database)
        let cursor = try cursors.text(page.cursor)
        return call.json(capacity: 4096) { json in
            json.object { json in
                json.key("items")
                json.array { json in
                    for event in page.events { json.raw(event) }
                }
                json.member("cursor", cursor)
                json.member("has_more", page.hasMore)
            }
        }
    }

    private static func stream(
        _ call: Call, _ cursors: EventCursors, on shard: isolated Shard
    ) async throws -> Response {
        guard let feed = shard.local(EventFeed.self) else {
            preconditionFailure("a shard that serves the API has a feed of events")
        }
        let text: String?
        // A browser that reconnects repeats its first address, so what it has seen since counts.
        switch LastEventID(values: call.request.field("last-event-id").map { [$0] } ?? []) {
        case .none: text = call.text("cursor")
        case .resume(let id): text = id
        case .invalid: throw invalidCursor
        }
        let place = try place(text, call, cursors)
        let reader = try await EventReader(call)
        // HEAD: nobody would ever end the subscription.
        guard call.request.method == .get else {
            return Response(.ok, ServerSentEvent.contentType) { _, _ in }
        }
        let subscription = try await feed.subscribe(
            person: reader.person, officeUntil: reader.officeUntil, estate: reader.estate,
            after: place)
        let id = subscription.id
        return Response(.ok, ServerSentEvent.contentType) { writer, shard in
            guard let feed = shard.local(EventFeed.self), let subscription = feed[id],
                let database = shard.local(Database.self)
            else { return }
            let stream = EventStream(subscription, of: feed, for: reader, database)
            try await stream.run(EventSourceWire(writer: writer), on: shard)
        }
    }

    private static func socket(
        _ call: Call, _ cursors: EventCursors, _ greetingWait: Duration
    ) async throws -> Response {
        let place = try place(call.text("cursor"), call, cursors)
        let reader = try await EventReader(call)
        return EventSocket.response(
            place.map { .after($0) } ?? .asked, cursors, for: reader, greetingWait: greetingWait,
            call.context.logger)
    }

    private static func place(
        _ text: String?, _ call: Call, _ cursors: EventCursors
    ) throws(Stop) -> EventCursor? {
        guard let text else { return nil }
        guard let cursor = cursors.cursor(text, of: call.id("estate")) else { throw invalidCursor }
        return cursor
    }

    private static let invalidCursor = Stop(
        Problem(
            .cursorInvalid,
            advice: Text(
                zh: "请去掉 cursor 和 Last-Event-ID 重新读取。",
                en: "Read again without cursor and Last-Event-ID.")))
}

/// Whose rights open the events of an estate.
struct EventReader: Sendable {
    let estate: UUID
    /// `nil` is a visitor.
    let person: UUID?
    let principal: Principal
    /// Until when the person's offices count in its session; `nil`: they do not.
    let officeUntil: Instant?

    /// Finds out who asks: without a session a visitor.
    ///
    /// - Throws: `Stop` when a session was sent but is not valid, or has no person in the estate,
    ///   or there is no such estate.
    init(_ call: Call) async throws {
        estate = call.id("estate")
        guard let token = call.token else {
            guard call.request.field("authorization") == nil else { throw Stop(.unauthenticated) }
            person = nil
            officeUntil = nil
            principal = .job("visitor", estate: estate)
            guard try await call.database.read(principal, EstateHere()).count == 1 else {
                throw Stop(.notFound)
            }
            return
        }
        let sessions = Sessions(
            database: call.database, clock: call.context.clock, ids: call.context.ids)
        guard let session = try await sessions.session(of: token, estate: estate) else {
            throw Stop(.unauthenticated)
        }
        guard let person = session.person else { throw Stop(.notFound) }
        self.person = person
        officeUntil = session.officeUntil
        principal = session.principal
    }

    /// Whether the session still lives and still is this person; a database that is away for a
    /// moment ends nothing, for it delivers nothing either.
    func isValid(_ database: Database) async throws -> Bool {
        guard let person else { return true }
        do {
            return try await database.answers(principal, []).identity?.person == person
        } catch  where error.isTemporary {
            return true
        }
    }
}
