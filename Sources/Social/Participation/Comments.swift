internal import Platform
internal import Realtime

/// The thread of an activity: its readers see and write it, the author or an organiser removes.
enum Comments {
    /// Most comments of one activity, removed ones among them.
    static let threadMax: Int32 = 2000
    /// Most comments of one author within an hour.
    static let perHourMax: Int32 = 20

    /// Writes a page, the latest first.
    static func list(_ call: Call) async throws -> Response {
        let (activity, limit) = (call.id("activity"), call.limit())
        let page = FindComments(
            activity: activity, before: try call.cursor()?.id ?? UUID(high: .max, low: .max),
            count: limit + 1)
        let (found, rows) = try await call.read(ReadableActivity(id: activity), page)
        guard !found.isEmpty else { throw Stop(.notFound) }
        var response = call.json(capacity: 4096) { json in
            json.object { json in
                json.key("comments")
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

    /// Adds one.
    static func add(_ call: Call) async throws -> Response {
        let activity = call.id("activity")
        let (id, event) = (call.context.ids.next(), call.context.ids.next())
        guard let words = call.body["body"]?.text else { throw Stop(.invalid) }
        return try await call.write { tx, _ in
            let (verdicts, found) = try await tx.run(
                AddComment(id: id, activity: activity, words: words), OneActivity(id: activity))
            switch verdicts.first {
            case "added": break
            case "closed": return .refused(Problem(.activityCancelled))
            case "full": return .refused(Problem(.threadFull))
            case "too_many":
                var problem = Problem(.tooMany)
                problem.retryAfterSeconds = 3600
                throw Stop(problem)
            default: return .refused(Problem(.notFound))
            }
            guard let row = found.first else { return .refused(Problem(.notFound)) }
            let draft = change(event, "comment.added", row, id)
            let notice = Notify(
                .commentAdded, of: event, about: NoticeSubject(.activity, activity),
                to: row.stewards
            ) { json in json.member("comment", id) }
            try await tx.execute(AppendEvent(draft).sql, notice.sql)
            return .done(
                call.json(.created) { json in
                    json.object { json in
                        json.member("id", id)
                        json.member("at", tx.instant)
                    }
                })
        }
    }

    /// Takes the words of one away.
    static func remove(_ call: Call) async throws -> Response {
        let (activity, id) = (call.id("activity"), call.id("comment"))
        let event = call.context.ids.next()
        return try await call.write { tx, _ in
            let (removed, found) = try await tx.run(
                RemoveComment(activity: activity, comment: id), OneActivity(id: activity))
            guard let removed = removed.first, let author = removed.author, let row = found.first
            else { return .refused(Problem(.notFound)) }
            guard removed.verdict != "forbidden" else {
                return .refused(Problem(.notTheAuthor))
            }
            let draft = change(event, "comment.removed", row, id)
            let notice = Notify(
                .commentRemoved, of: event, about: NoticeSubject(.activity, activity),
                to: removed.verdict == "steward" ? [author] : []
            ) { json in json.member("comment", id) }
            try await tx.execute(AppendEvent(draft).sql, notice.sql)
            return .done(Response(.noContent))
        }
    }

    private static func change(
        _ event: UUID, _ kind: String, _ row: ActivityRow, _ id: UUID
    ) -> EventDraft {
        EventDraft(id: event, kind: kind, audience: row.eventAudience) { json in
            json.member("activity", row.id)
            json.member("comment", id)
        }
    }
}

/// A page of a thread that the principal may read.
private struct FindComments: Statement {
    var activity: UUID
    var before: UUID
    var count: Int64

    var sql: SQL {
        """
        SELECT id, author_id, author_name, is_steward, body, at, removed_as
        FROM linli.activity_comments(\(activity), \(before), \(Int32(count)))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> (id: UUID, json: [UInt8]) {
        var json = JSONWriter(capacity: 512)
        json.beginObject()
        let id: UUID = try cells.read()
        json.member("id", id)
        for name in ["author", "author_name", "is_organiser"] {
            try cells.write(name, to: &json)
        }
        try cells.writeIfPresent("body", to: &json)
        try cells.write("at", to: &json)
        try cells.writeIfPresent("removed_as", to: &json)
        json.endObject()
        return (id, json.bytes)
    }
}

private struct AddComment: Statement {
    var id: UUID
    var activity: UUID
    var words: String

    var sql: SQL {
        """
        SELECT linli.activity_comment_add(\(id), \(activity), \(words), \(Comments.threadMax),
            \(Comments.perHourMax))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> String { try cells.read() }
}

private struct RemoveComment: Statement {
    var activity: UUID
    var comment: UUID

    var sql: SQL {
        "SELECT verdict, author_id FROM linli.activity_comment_remove(\(activity), \(comment))"
    }

    func decode(
        _ cells: inout Cells
    ) throws(PostgresError) -> (verdict: String, author: UUID?) {
        (try cells.read(), try cells.read())
    }
}
