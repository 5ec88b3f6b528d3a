internal import Platform
internal import Realtime

/// What those who came say afterwards; its organisers read it.
enum Feedback {
    /// Writes a page, in the order in which it was given.
    static func list(_ call: Call) async throws -> Response {
        let (occurrence, limit) = (call.id("occurrence"), call.limit())
        let page = FindFeedback(
            occurrence: occurrence, after: try call.cursor()?.id ?? UUID(high: 0, low: 0),
            count: limit + 1)
        let (meetings, rows) = try await call.read(FindMeeting(id: occurrence), page)
        guard let meeting = meetings.first else { throw Stop(.notFound) }
        guard meeting.isSteward else { throw Stop(.stewardsOnly) }
        var response = call.json(capacity: 4096) { json in
            json.object { json in
                json.key("feedback")
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

    /// Gives it, once.
    static func give(_ call: Call) async throws -> Response {
        let occurrence = call.id("occurrence")
        let (id, event) = (call.context.ids.next(), call.context.ids.next())
        guard let verdict = call.body["verdict"]?.text else { throw Stop(.invalid) }
        let words = call.body["body"]?.text
        return try await call.write { tx, caller in
            let (given, meetings) = try await tx.run(
                GiveFeedback(id: id, occurrence: occurrence, verdict: verdict, words: words),
                FindMeeting(id: occurrence))
            guard let meeting = meetings.first, let person = caller.person else {
                return .refused(Problem(.notFound))
            }
            switch given.first {
            case "given": break
            case "not_over": return .refused(Problem(.notOver))
            case "too_late": return .refused(Problem(.tooLongAgo))
            case "not_there": return .refused(Problem(.wasNotThere))
            case "already": return .refused(Problem(.feedbackGiven))
            default: return .refused(Problem(.notFound))
            }
            let stewards = try await tx.run(FindStewards(capacity: meeting.capacity))
            let draft = EventDraft(
                id: event, kind: "feedback.given",
                audience: Set(stewards + [person]).sorted().map { .person($0) }
            ) { json in
                json.member("occurrence", occurrence)
                json.member("feedback", id)
            }
            let notice = Notify(
                .feedbackGiven, of: event, about: NoticeSubject(.occurrence, occurrence),
                to: stewards
            ) { json in json.member("feedback", id) }
            try await tx.execute(AppendEvent(draft).sql, notice.sql)
            return .done(Response(.noContent))
        }
    }
}

private struct FindFeedback: Statement {
    var occurrence: UUID
    var after: UUID
    var count: Int64

    var sql: SQL {
        """
        SELECT id, person_id, display_name, verdict, body, at
        FROM linli.occurrence_feedback(\(occurrence), \(after), \(Int32(count)))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> (id: UUID, json: [UInt8]) {
        var json = JSONWriter(capacity: 512)
        json.beginObject()
        let id: UUID = try cells.read()
        json.member("id", id)
        for name in ["person", "display_name", "verdict"] { try cells.write(name, to: &json) }
        try cells.writeIfPresent("body", to: &json)
        try cells.write("at", to: &json)
        json.endObject()
        return (id, json.bytes)
    }
}

private struct GiveFeedback: Statement {
    var id: UUID
    var occurrence: UUID
    var verdict: String
    var words: String?

    var sql: SQL {
        "SELECT linli.activity_feedback_give(\(id), \(occurrence), \(verdict), \(words))"
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> String { try cells.read() }
}
