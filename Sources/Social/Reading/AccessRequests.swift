internal import Platform
internal import Realtime

/// How an operator of the software comes to read anything personal: it asks, a second person decides.
enum AccessRequests {
    /// Days within which a request is decided.
    static let waitingDays: Int64 = 3
    /// Most requests of one operator that wait at once.
    static let waitingMax: Int32 = 20
    /// Most hours that access lasts.
    static let hoursMax: Int64 = 24

    /// Writes a page of the requests that the person asked for, or may decide.
    static func list(_ call: Call) async throws -> Response {
        let limit = call.limit()
        let page = AccessRequestPage(
            before: try call.cursor()?.id ?? UUID(high: .max, low: .max), count: Int32(limit + 1))
        let rows = try await call.read(page)
        var response = call.json(capacity: 4096) { json in
            json.object { json in
                json.key("requests")
                json.array { json in
                    for row in rows.prefix(Int(limit)) { json.raw(row.json) }
                }
            }
        }
        if rows.count > limit, let last = rows.prefix(Int(limit)).last {
            response.add("Link", try call.link(next: Cursor(id: last.id)))
        }
        return response
    }

    /// Asks.
    static func ask(_ call: Call) async throws -> Response {
        let (id, event) = (call.context.ids.next(), call.context.ids.next())
        guard let kind = call.body["kind"]?.text, let because = call.body["because"]?.text,
            let hours = call.body["hours"]?.integer
        else { throw Stop(.invalid) }
        return try await call.write { tx, _ in
            let ask = AskAccess(
                id: id, kind: kind, about: call.body["person"]?.text.flatMap { UUID($0) },
                because: because, hours: Int32(clamping: hours),
                lapses: tx.instant + .seconds(waitingDays * 86_400), event: event)
            return switch try await tx.run(ask).first {
            case "asked": .done(call.json(.created) { $0.object { $0.member("id", id) } })
            case "no_rule": .refused(Problem(.accessNever))
            case "too_many": .refused(Problem(.accessWaitingMax))
            default: .refused(Problem(.notFound))
            }
        }
    }

    /// Decides, as the second person.
    static func decide(_ call: Call) async throws -> Response {
        let event = call.context.ids.next()
        guard let decision = call.body["decision"]?.text else { throw Stop(.invalid) }
        let decide = DecideAccess(
            id: call.id("request"), decision: decision,
            announcement: call.body["announcement"]?.text.flatMap { UUID($0) }, event: event)
        return try await call.write { tx, _ in
            switch try await tx.run(decide).first {
            case "approved", "refused": .done(Response(.noContent))
            case "self": .refused(Problem(.secondPersonNeeded))
            case "decided", "lapsed": .refused(Problem(.accessOver))
            case "not_announced": .refused(Problem(.accessNotAnnounced))
            default: .refused(Problem(.notFound))
            }
        }
    }

    /// Ends a request or what it has opened.
    static func end(_ call: Call) async throws -> Response {
        let end = EndAccess(id: call.id("request"), event: call.context.ids.next())
        return try await call.write { tx, _ in
            switch try await tx.run(end).first {
            case "ended": .done(Response(.noContent))
            case "over": .refused(Problem(.accessOver))
            default: .refused(Problem(.notFound))
            }
        }
    }
}

/// A page of requests, the latest first, each as JSON.
struct AccessRequestPage: Statement {
    var before: UUID
    var count: Int32

    var sql: SQL {
        """
        SELECT id, asked_by, asked_name, asked_at, kind, purpose, about_id, because, hours,
            lapses_at, state, decided_by, decided_at, announcement_id, ends
        FROM linli.access_requests(\(before), \(count))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> (id: UUID, json: [UInt8]) {
        var json = JSONWriter(capacity: 512)
        json.beginObject()
        let id = try cells.read(UUID.self)
        json.member("id", id)
        for name in ["asked_by", "asked_name", "asked_at", "kind", "purpose"] {
            try cells.write(name, to: &json)
        }
        try cells.writeIfPresent("person", to: &json)
        for name in ["because", "hours", "lapses_at", "state"] { try cells.write(name, to: &json) }
        for name in ["decided_by", "decided_at", "announcement", "ends"] {
            try cells.writeIfPresent(name, to: &json)
        }
        json.endObject()
        return (id, json.bytes)
    }
}

/// Asks for access for support; its verdict.
struct AskAccess: Statement {
    var id: UUID
    var kind: String
    var about: UUID?
    var because: String
    var hours: Int32
    var lapses: Instant
    var event: UUID

    var sql: SQL {
        """
        SELECT linli.ask_access(\(id), \(kind), 'support', \(about), \(because), \(hours),
            \(lapses), \(AccessRequests.waitingMax), \(event))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> String { try cells.read() }
}

/// Decides on a request; its verdict.
struct DecideAccess: Statement {
    var id: UUID
    var decision: String
    var announcement: UUID?
    var event: UUID

    var sql: SQL {
        "SELECT linli.decide_access(\(id), \(decision), \(announcement), \(event))"
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> String { try cells.read() }
}

/// Ends a request; its verdict.
struct EndAccess: Statement {
    var id: UUID
    var event: UUID

    var sql: SQL { "SELECT linli.end_access(\(id), \(event))" }

    func decode(_ cells: inout Cells) throws(PostgresError) -> String { try cells.read() }
}
