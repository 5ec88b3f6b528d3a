internal import Platform
internal import Realtime

/// Why a block is refused.
extension ProblemKind {
    /// A person has as many as it may.
    static let blocksMax = ProblemKind(
        "blocks-max", .conflict,
        Text(zh: "屏蔽的人太多", en: "There are as many blocks as there may be"),
        Text(
            zh: "每人最多屏蔽 \(Blocks.liveMax) 人；请先解除不再需要的。",
            en: "At most \(Blocks.liveMax) a person; end one that is needed no more."))
}

/// Blocks (屏蔽): whom a person wants to meet no more.
///
/// The other is told nothing, and nothing that it is shown tells it.
enum Blocks {
    /// Most live blocks of a person.
    static let liveMax: Int32 = 200

    /// Writes a page of the person's blocks.
    static func list(_ call: Call) async throws -> Response {
        let limit = call.limit(default: 100)
        let rows = try await call.read(
            OwnBlocks(after: try call.cursor()?.id ?? UUID(high: 0, low: 0), count: limit + 1))
        var response = call.json(capacity: 4096) { json in
            json.object { json in
                json.key("blocks")
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

    /// Sets a block; for one that stands it answers the same again.
    static func set(_ call: Call) async throws -> Response {
        let (id, event) = (call.context.ids.next(), call.context.ids.next())
        guard let other = call.body["person"]?.text.flatMap({ UUID($0) }) else {
            throw Stop(.invalid)
        }
        return try await call.write { tx, caller in
            guard let person = caller.person,
                let block = try await tx.run(SetBlock(id: id, other: other)).first
            else { throw Stop(.notFound) }
            switch block.verdict {
            case "set": break
            case "self": throw Stop(Problem(.invalid, faults: [Problem.Fault("/person", another)]))
            default: return .refused(Problem(.blocksMax))
            }
            guard let id = block.id, let begins = block.begins else { throw Stop(.notFound) }
            if block.isNew {
                try await tx.execute(AppendEvent(change(event, "block.set", id, person)).sql)
            }
            return .done(
                call.json(.created) { json in
                    json.object { json in
                        json.member("id", id)
                        json.member("person", other)
                        json.member("begins", begins)
                    }
                })
        }
    }

    /// Ends a block of one's own.
    static func end(_ call: Call) async throws -> Response {
        let (id, event) = (call.id("block"), call.context.ids.next())
        return try await call.write { tx, caller in
            guard let person = caller.person,
                try await tx.run(EndBlock(id: id)).first != nil
            else { return .refused(Problem(.notFound)) }
            try await tx.execute(AppendEvent(change(event, "block.ended", id, person)).sql)
            return .done(Response(.noContent))
        }
    }

    /// Its event is the blocker's alone, and does not say whom it is about.
    private static func change(
        _ event: UUID, _ kind: String, _ block: UUID, _ person: UUID
    ) -> EventDraft {
        EventDraft(id: event, kind: kind, audience: [.person(person)], about: [person]) { json in
            json.member("block", block)
        }
    }

    private static let another = Text(
        zh: "不能屏蔽自己；请填写另一个人。", en: "Name another person than yourself.")
}

/// A page of the principal's blocks that live.
private struct OwnBlocks: Statement {
    var after: UUID
    var count: Int64

    var sql: SQL {
        """
        SELECT id, other_id, display_name, begins
        FROM linli.own_blocks(\(after), \(Int32(count)))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> (id: UUID, json: [UInt8]) {
        var json = JSONWriter(capacity: 256)
        json.beginObject()
        let id: UUID = try cells.read()
        json.member("id", id)
        try cells.write("person", to: &json)
        try cells.writeIfPresent("display_name", to: &json)
        try cells.write("begins", to: &json)
        json.endObject()
        return (id, json.bytes)
    }
}

/// Sets a block of the principal, or finds the one that stands.
private struct SetBlock: Statement {
    struct Row {
        var verdict: String
        var id: UUID?
        var begins: Instant?
        var isNew: Bool
    }

    var id: UUID
    var other: UUID

    var sql: SQL {
        """
        SELECT verdict, id, begins, is_new
        FROM linli.block_set(\(id), \(other), \(Blocks.liveMax))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Row {
        Row(
            verdict: try cells.read(), id: try cells.read(), begins: try cells.read(),
            isNew: try cells.read())
    }
}

/// Ends a block of the principal that lives; what comes is its id.
private struct EndBlock: Statement {
    var id: UUID

    var sql: SQL {
        """
        UPDATE linli.block
        SET ended_at = linli.instant()
        WHERE estate_id = (SELECT linli.estate_id()) AND id = \(id)
            AND blocker_id = (SELECT linli.person_id()) AND ended_at IS NULL
        RETURNING id
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> UUID { try cells.read() }
}
