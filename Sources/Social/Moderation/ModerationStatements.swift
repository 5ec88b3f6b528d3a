internal import Platform
internal import Realtime

/// Reports a post; its verdict.
struct ReportPost: Statement {
    var id: UUID
    var kind: String
    var thing: UUID
    var what: String
    var sealed: [UInt8]?

    var sql: SQL {
        """
        SELECT linli.report_post(\(id), \(kind), \(thing), \(what), \(sealed),
            \(Moderation.reportsPerDayMax))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> String { try cells.read() }
}

/// Posts that the principal decides on, each as JSON.
struct ModerationSeen: Statement {
    var thing: UUID?
    var view = "all"
    var before = UUID(high: .max, low: .max)
    var count: Int32 = 1

    var sql: SQL {
        """
        SELECT thing_id, thing_kind, author_id, author_name, visibility, changed_at, title, words,
            reports, report_kinds, is_appealed
        FROM linli.moderation_seen(\(thing), \(view), \(before), \(count))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> (thing: UUID, json: [UInt8]) {
        var json = JSONWriter(capacity: 1024)
        json.beginObject()
        let thing = try cells.read(UUID.self)
        json.member("thing", thing)
        for name in ["thing_kind", "author", "author_name", "visibility", "changed_at"] {
            try cells.write(name, to: &json)
        }
        for name in ["title", "words"] { try cells.writeIfPresent(name, to: &json) }
        for name in ["reports", "report_kinds", "is_appealed"] {
            try cells.write(name, to: &json)
        }
        json.endObject()
        return (thing, json.bytes)
    }
}

/// What was said of a post that the principal decides on, sealed.
struct ModerationLog: Statement {
    struct Row {
        var id: UUID
        var what: String
        var at: Instant
        var code: String?
        var becomes: String?
        var by: UUID?
        var sealed: [UInt8]?
    }

    var thing: UUID

    var sql: SQL {
        """
        SELECT id, what, at, code, becomes, by_person, words_sealed
        FROM linli.moderation_log(\(thing))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Row {
        Row(
            id: try cells.read(), what: try cells.read(), at: try cells.read(),
            code: try cells.read(), becomes: try cells.read(), by: try cells.read(),
            sealed: try cells.read())
    }
}

/// Decides on a post; its verdict.
struct DecideOnPost: Statement {
    var id: UUID
    var thing: UUID
    var visibility: String
    var because: String
    var sealed: [UInt8]
    var event: UUID

    var sql: SQL {
        """
        SELECT linli.moderate(\(id), \(thing), \(visibility), \(because), \(sealed), \(event))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> String { try cells.read() }
}

/// What was decided on the principal's own posts.
struct OwnModeration: Statement {
    struct Row {
        var thing: UUID
        var kind: String
        var visibility: String
        var changedAt: Instant
        var because: String?
        var decision: UUID?
        var sealed: [UInt8]?
        var mayAppeal: Bool
        var appealedAt: Instant?
    }

    var before: UUID
    var count: Int32

    var sql: SQL {
        """
        SELECT thing_id, thing_kind, visibility, changed_at, because, decision_id, reason_sealed,
            may_appeal, appealed_at
        FROM linli.own_moderation(\(before), \(count))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Row {
        Row(
            thing: try cells.read(), kind: try cells.read(), visibility: try cells.read(),
            changedAt: try cells.read(), because: try cells.read(), decision: try cells.read(),
            sealed: try cells.read(), mayAppeal: try cells.read(),
            appealedAt: try cells.read())
    }
}

/// Appeals against a decision; its verdict.
struct AppealDecision: Statement {
    var id: UUID
    var thing: UUID
    var sealed: [UInt8]

    var sql: SQL { "SELECT linli.appeal_decision(\(id), \(thing), \(sealed))" }

    func decode(_ cells: inout Cells) throws(PostgresError) -> String { try cells.read() }
}
