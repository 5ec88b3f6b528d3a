internal import Platform
internal import Realtime
internal import Support
import Testing

@testable internal import Social

@Suite("Notices, through the wire") struct NoticeTests {
    typealias Estate = AnnouncementEstate

    private static let path = "/api/v1/estates/\(APIFixture.a)/notices"
    private static let subject = APIFixture.id(0x51)
    private static let leader = APIFixture.id(0xF1)
    private static let member = APIFixture.id(0xF3)
    private static let neighbour = APIFixture.id(0xF4)

    private func with(_ body: @Sendable (Estate) async throws -> Void) async throws {
        try await Estate.with(operations: NoticeOperations.all(signals: EventSignals()), body)
    }

    /// Tells those persons, as the leader, of an event written just before; returns its id.
    private func tell(
        _ estate: Estate, _ kind: NoticeKind, to persons: [UUID], event: UInt64,
        details: @Sendable (inout JSONWriter) -> Void = { _ in }
    ) throws -> UUID {
        let id = APIFixture.id(event)
        let connection = try estate.connect(person: Self.leader, account: APIFixture.resident)
        try connection.run("BEGIN")
        _ = try connection.run(
            AppendEvent(
                EventDraft(id: id, kind: kind.rawValue, audience: persons.map { .person($0) }) {
                    _ in
                }))
        _ = try connection.run(
            Notify(
                kind, of: id, about: NoticeSubject(.activity, Self.subject), to: persons,
                details: details))
        try connection.run("COMMIT")
        return id
    }

    private func page(
        _ estate: Estate, _ reader: Estate.Reader, _ query: String = "",
        fields: [(String, String)] = []
    ) throws -> JSON {
        let answer = try estate.ask(reader, "GET", Self.path + query, fields: fields)
        try #require(answer.status == 200, "\(answer.text)")
        return try JSON(parsing: answer.body)
    }

    private func ids(_ json: JSON) -> [String?] {
        (json["notices"]?.elements ?? []).map { $0["id"]?.text }
    }

    @Test("who is concerned is told in both languages; the doer, others and other estates are not")
    func told() async throws {
        try await with { estate async throws in
            let until = "2026-03-01T04:30:00Z"
            let id = try tell(
                estate, .reservationOffered, to: [Self.leader, Self.member, Self.neighbour],
                event: 0x21
            ) { json in json.member("until", until) }
            let one = try #require(try page(estate, .neighbour)["notices"]?.elements?.first)
            #expect(one["id"]?.text == id.description)
            #expect(one["kind"]?.text == "reservation.offered")
            #expect(one["subject"]?["id"]?.text == Self.subject.description)
            // Half past twelve in Shanghai; the title is not open to this reader.
            #expect(
                one["text_zh"]?.text
                    == "「一项活动」为您留出了名额，请在 3月1日 12:30 前确认，过时名额会让给下一位。")
            #expect(one["text_en"]?.text?.contains("until 1 Mar 12:30;") == true)
            #expect(one["details"]?["until"]?.text == until)
            #expect(one["read_at"] == nil)
            #expect(ids(try page(estate, .member)) == [id.description])
            for reader in [Estate.Reader.leader, .officer] {
                #expect(
                    try page(estate, reader)
                        == .object(["notices": .array([]), "unread": .integer(0)]))
            }
            #expect(try estate.ask(.stranger, "GET", Self.path).status == 404)
            #expect(try estate.ask(.visitor, "GET", Self.path).status == 401)
            #expect(estate.api.logged.lines.isEmpty)
        }
    }

    @Test("a title is looked up by its reader's rights of that moment")
    func titles() async throws {
        try await Estate.with(
            operations: NoticeOperations.all(
                signals: EventSignals(),
                titles: [
                    NoticeTitles(kind: .activity) { ids in
                        """
                        SELECT p.id, p.name_zh, p.name_en
                        FROM linli.place AS p
                        WHERE p.id = ANY (\(ids)) AND (SELECT linli.person_id()) = \(Self.member)
                        """
                    }
                ]),
            prepare: """
                INSERT INTO linli.place (estate_id, id, kind, code, name_zh, name_en)
                VALUES ('\(APIFixture.a)', '\(Self.subject)', 'public', 'G9', '花园', 'Garden');
                """
        ) { estate async throws in
            _ = try tell(
                estate, .activityChanged, to: [Self.member, Self.neighbour], event: 0x21
            ) { json in json.member("what", ["time", "place", "unheard"]) }
            let seen = try page(estate, .member)["notices"]?.elements?.first
            #expect(seen?["text_zh"]?.text == "「花园」有变动：时间、地点。")
            #expect(seen?["text_en"]?.text == "“Garden” has changed: time, place.")
            let unseen = try page(estate, .neighbour)["notices"]?.elements?.first
            #expect(unseen?["text_zh"]?.text == "「一项活动」有变动：时间、地点。")
        }
    }

    @Test("one is marked once, by its person alone; all up to one are, and the rest stay unread")
    func receipts() async throws {
        try await with { estate async throws in
            let all = try (UInt64(0x21)...0x25).map {
                try tell(estate, .commentAdded, to: [Self.member, Self.neighbour], event: $0)
            }
            #expect(ids(try page(estate, .member)) == all.reversed().map(\.description))
            #expect(try page(estate, .member)["unread"]?.integer == 5)
            let third = Self.path + "/\(all[2])/receipt"
            for key in ["1", "1", "2"] {
                #expect(try estate.ask(.member, "PUT", third, key: key).status == 204)
            }
            let read: SQL = "SELECT count(*) FROM linli.event WHERE kind = 'notice.read'"
            #expect(try estate.count(read) == 1)
            #expect(try page(estate, .member)["unread"]?.integer == 4)
            #expect(try page(estate, .neighbour)["unread"]?.integer == 5)
            let unknown = Self.path + "/\(APIFixture.id(0x77))/receipt"
            #expect(try estate.ask(.member, "PUT", unknown, key: "3").status == 404)
            #expect(try estate.ask(.leader, "PUT", third, key: "4").status == 404)
            let body = #"{"until":"\#(all[3])"}"#
            for _ in 0..<2 {
                let done = try estate.ask(
                    .member, "POST", Self.path + "/receipts", key: "5", body: body)
                #expect(done.text == #"{"read":3,"unread":1}"#)
            }
            let unread = try page(estate, .member, "?state=unread")
            #expect(ids(unread) == [all[4].description])
            let nothing = try estate.ask(
                .member, "POST", Self.path + "/receipts", key: "6", body: body)
            #expect(nothing.text == #"{"read":0,"unread":1}"#)
            #expect(try estate.count(read) == 2)
            #expect(estate.api.logged.lines.isEmpty)
        }
    }

    @Test("pages of notices join without a gap, the latest first")
    func pages() async throws {
        try await with { estate async throws in
            let all = try (UInt64(0x21)...0x25).map {
                try tell(estate, .commentAdded, to: [Self.member], event: $0)
            }
            var found: [String?] = []
            var target: String? = Self.path + "?limit=2&state=unread"
            while let next = target, found.count < 10 {
                let answer = try estate.ask(.member, "GET", next)
                found += ids(try JSON(parsing: answer.body))
                target = answer["link"].flatMap {
                    $0.split(separator: ">").first.map { String($0.dropFirst()) }
                }
            }
            #expect(found == all.reversed().map(\.description))
        }
    }

    @Test("a page and the count of what is unread are read by an index, in its order")
    func plans() async throws {
        try await with { estate async throws in
            let own = try estate.connect(person: Self.member, account: APIFixture.wife)
            try own.run("SET enable_seqscan = off; SET enable_bitmapscan = off")
            let page = "('', '', '', '', '\(Self.subject)', 21)"
            for (sql, values, index) in [
                (
                    NoticePage(isUnread: false, after: Self.subject, count: 21).sql, page,
                    "notice_pkey"
                ),
                (
                    NoticePage(isUnread: true, after: Self.subject, count: 21).sql, page,
                    "notice_unread"
                ),
                (UnreadNotices().sql, "(1000)", "notice_unread"),
            ] {
                try own.run("PREPARE page AS \(sql.text)")
                let explain = SQL(stringLiteral: "EXPLAIN EXECUTE page\(values)")
                let plan = try own.run(OneCell<String>(sql: explain))
                try own.run("DEALLOCATE page")
                #expect(plan.contains { $0.contains("using \(index)") }, "\(plan)")
                #expect(!plan.contains { $0.contains("Sort") }, "\(plan)")
            }
        }
    }

    @Test("who acts for another in activities reads and marks its notices; for announcements, not")
    func onBehalf() async throws {
        try await with { estate async throws in
            let id = try tell(estate, .commentAdded, to: [Self.neighbour], event: 0x21)
            let fields = [("On-Behalf-Of", Self.neighbour.description)]
            func delegate(_ scope: String) throws {
                try estate.api.database.superuser().run(
                    """
                    DELETE FROM linli.delegation;
                    INSERT INTO linli.delegation (estate_id, id, doer_id, beneficiary_id, scope,
                        begins, ends, because)
                    VALUES ('\(APIFixture.a)', '\(APIFixture.id(0x41))', '\(Self.member)',
                        '\(Self.neighbour)', '{\(scope)}', '2026-02-01Z', '2026-04-01Z', 'registry')
                    """)
            }
            try delegate("announcements")
            let refused = try estate.ask(.member, "GET", Self.path, fields: fields)
            #expect(refused.status == 403)
            try delegate("activities")
            #expect(ids(try page(estate, .member, fields: fields)) == [id.description])
            let receipt = Self.path + "/\(id)/receipt"
            #expect(try estate.ask(.member, "PUT", receipt, key: "1").status == 404)
            #expect(try estate.ask(.member, "PUT", receipt, key: "2", fields: fields).status == 204)
            #expect(try page(estate, .neighbour)["unread"]?.integer == 0)
        }
    }

    @Test("nobody tells of an event that is not its own of this moment, nor writes a notice itself")
    func policies() async throws {
        try await with { estate async throws in
            let id = try tell(estate, .commentAdded, to: [Self.member], event: 0x21)
            try estate.api.clock.advance(by: .seconds(1))
            let other = try estate.connect(person: Self.neighbour, account: APIFixture.husband)
            for event in [id, APIFixture.id(0x99)] {
                #expect(throws: PostgresError.self) {
                    _ = try other.run(
                        Notify(
                            .commentAdded, of: event, about: NoticeSubject(.activity, Self.subject),
                            to: [Self.member]))
                }
            }
            #expect(throws: PostgresError.self) {
                try other.run(
                    """
                    INSERT INTO linli.notice (estate_id, person_id, id, kind, subject_kind,
                        subject_id, details, at, expires_at)
                    VALUES ('\(APIFixture.a)', '\(Self.member)', '\(id)', 'a.b', 'activity',
                        '\(id)', '{}', linli.instant(), 'infinity')
                    """)
            }
            let seen = OneCell<Int64>(sql: "SELECT count(*) FROM linli.notice")
            #expect(try other.run(seen).first == 0)
            try other.run(
                "UPDATE linli.notice SET read_at = linli.instant(), expires_at = linli.instant()")
            #expect(
                try estate.count("SELECT count(*) FROM linli.notice WHERE read_at IS NULL") == 1)
            let own = try estate.connect(person: Self.member, account: APIFixture.wife)
            #expect(try own.run(seen).first == 1)
            // A reader cannot keep it for longer.
            #expect(throws: PostgresError.self) {
                try own.run(
                    "UPDATE linli.notice SET read_at = linli.instant(), expires_at = 'infinity'")
            }
            try own.run("DELETE FROM linli.notice")
            #expect(try estate.count("SELECT count(*) FROM linli.notice") == 1)
        }
    }

    private struct Forget: Command {
        var sql: SQL { Notices.forget }
    }

    @Test("a read notice goes 180 days after it was read, an unread one after two years")
    func sweep() async throws {
        try await with { estate async throws in
            let read = try tell(estate, .commentAdded, to: [Self.member], event: 0x21)
            _ = try tell(estate, .commentAdded, to: [Self.member], event: 0x22)
            let receipt = Self.path + "/\(read)/receipt"
            #expect(try estate.ask(.member, "PUT", receipt, key: "1").status == 204)
            for (days, microseconds, left) in [
                (180, -1, 2), (180, 0, 1), (730, -1, 1), (730, 0, 0),
            ] as [(Int64, Int64, Int64)] {
                try estate.api.clock.set(
                    APIFixture.start + .seconds(days * 86_400) + .microseconds(microseconds))
                let job = try estate.connect(job: "notice-sweep")
                _ = try job.run(Forget())
                #expect(try estate.count("SELECT count(*) FROM linli.notice") == left)
            }
        }
    }
}

@Suite("The words of notices") struct NoticeWordsTests {
    @Test(
        "every kind has words in both languages, that name the subject if it has a title",
        arguments: NoticeKind.allCases)
    func words(_ kind: NoticeKind) {
        let values = NoticeWords.Values(
            title: Text(zh: "包粽子", en: "Dumplings"), until: Text(zh: "三点", en: "three"),
            begins: Text(zh: "四点", en: "four"), what: ["time"], because: "capacity")
        let text = NoticeWords.text(kind.rawValue, values)
        // What is of an activity names it in quotation marks; a person, a task or a role stands bare,
        // or is the reader's own and is not named.
        let isOfActivity = [
            "reservation.", "activity.", "attendance.", "noShow.", "comment.", "feedback.",
            "message.", "helpGroup.", "helpRota.", "helpShift.",
        ].contains { kind.rawValue.hasPrefix($0) }
        if kind.isOfAccount { #expect(!(text.zh + text.en).contains("包粽子")) }
        #expect(text.zh.contains("「包粽子」") == isOfActivity)
        #expect(text.en.contains("“Dumplings”") == isOfActivity)
        #expect(!(text.zh + text.en).contains { "{}".contains($0) })
        #expect(text != NoticeWords.text("no.such", values))
    }

    @Test("what is missing, unknown or shaped like a placeholder leaves whole sentences")
    func gaps() {
        let released = NoticeWords.text(
            "reservation.released", NoticeWords.Values(title: nil, because: "never-heard"))
        #expect(released.zh == "「一项活动」名额有变，您已回到候补并优先补上。")
        #expect(released.en.hasSuffix("at its front."))
        let title = NoticeWords.text(
            "comment.added", NoticeWords.Values(title: Text(zh: "{until}{", en: "{what}")))
        #expect(title.zh == "「{until}{」有新的留言。")
        #expect(NoticeWords.text("later.kind", NoticeWords.Values()).zh == "「一项活动」有新消息。")
        let unnamed = NoticeWords.text("joinCode.used", NoticeWords.Values())
        #expect(unnamed.zh == "您发出的加入码已由 一位居民 使用。")
    }
}
