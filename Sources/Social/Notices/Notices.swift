internal import Platform
internal import Realtime

/// What a person does with what it was told.
enum Notices {
    /// Writes a page of notices, each with its words in both languages.
    static func list(_ call: Call, _ titles: [NoticeTitles]) async throws -> Response {
        let limit = call.limit()
        let page = NoticePage(
            isUnread: call.text("state") == "unread",
            after: try call.cursor()?.id ?? UUID(high: .max, low: .max), count: limit + 1)
        let (all, unread) = try await call.read(page, UnreadNotices())
        let rows = Array(all.prefix(Int(limit)))
        let named = try await names(call, titles, of: rows)
        var response = call.json(capacity: 4096) { json in
            json.object { json in
                json.key("notices")
                json.array { json in
                    for row in rows { write(row, named[row.subject], to: &json) }
                }
                json.member("unread", unread.first ?? 0)
            }
        }
        if all.count > limit, let last = rows.last {
            response.add("Link", try call.link(next: Cursor(id: last.id)))
        }
        return response
    }

    /// The titles of what the notices lead to, as far as their reader may see them now.
    private static func names(
        _ call: Call, _ titles: [NoticeTitles], of rows: [NoticePage.Row]
    ) async throws -> [UUID: Text] {
        let statements = titles.compactMap { each -> SQL? in
            let ids = Set(rows.filter { $0.subjectKind == each.kind.rawValue }.map(\.subject))
            return ids.isEmpty ? nil : each.sql(ids.sorted())
        }
        guard !statements.isEmpty else { return [:] }
        let answers = try await call.answers(statements)
        var named: [UUID: Text] = [:]
        for (index, sql) in statements.enumerated() {
            for row in try answers.rows(index, NoticeTitles.Named(sql: sql)) {
                named[row.id] = row.title
            }
        }
        return named
    }

    private static func write(_ row: NoticePage.Row, _ title: Text?, to json: inout JSONWriter) {
        let details = try? JSON(parsing: Array(row.details.utf8))
        let text = NoticeWords.text(
            row.kind,
            NoticeWords.Values(
                title: title, until: row.until, begins: row.begins,
                what: (details?["what"]?.elements ?? []).compactMap(\.text),
                count: details?["count"]?.integer, because: details?["because"]?.text))
        json.object { json in
            json.member("id", row.id)
            json.member("kind", row.kind)
            json.key("subject")
            json.object { json in
                json.member("kind", row.subjectKind)
                json.member("id", row.subject)
            }
            json.member("text_zh", text.zh)
            json.member("text_en", text.en)
            json.key("details")
            json.raw(Array(row.details.utf8))
            json.member("at", row.at)
            json.member("read_at", row.readAt)
        }
    }

    /// Marks one as read.
    static func receive(_ call: Call) async throws -> Response {
        let (id, event) = (call.id("notice"), call.context.ids.next())
        return try await call.write { tx, caller in
            guard let person = caller.person,
                let isNews = try await tx.run(ReceiveNotice(id: id)).first
            else { return .refused(Problem(.notFound)) }
            if isNews { _ = try await tx.run(read(until: id, count: 1, by: person, event)) }
            return .done(Response(.noContent))
        }
    }

    /// Marks all up to one as read, and says how many are left.
    static func receiveAll(_ call: Call) async throws -> Response {
        let event = call.context.ids.next()
        guard let until = call.body["until"]?.text.flatMap({ UUID($0) }) else {
            throw Stop(.invalid)
        }
        return try await call.write { tx, caller in
            guard let person = caller.person else { return .refused(Problem(.notFound)) }
            let count = try await tx.run(ReceiveNotices(until: until)).first ?? 0
            if count > 0 {
                _ = try await tx.run(read(until: until, count: count, by: person, event))
            }
            let unread = try await tx.run(UnreadNotices()).first ?? 0
            return .done(
                call.json { json in
                    json.object { json in
                        json.member("read", count)
                        json.member("unread", unread)
                    }
                })
        }
    }

    private static func read(
        until id: UUID, count: Int64, by person: UUID, _ event: UUID
    ) -> AppendEvent {
        AppendEvent(
            EventDraft(id: event, kind: "notice.read", audience: [.person(person)]) { json in
                json.member("until", id)
                json.member("count", count)
            })
    }

    /// The periodic work that forgets notices whose time has passed.
    static func sweep() -> Job {
        .sweep(
            name: "notice-sweep", every: .seconds(86_400),
            [forget, "SELECT linli.forget_deliveries()"])
    }

    /// Forgets those of the job's estate.
    static let forget: SQL = """
        DELETE FROM linli.notice
        WHERE estate_id = linli.estate_id() AND expires_at <= linli.instant()
        """
}
