internal import Platform
internal import Realtime
internal import Support
internal import Testing

@testable internal import Social

@Suite("Safety bans and their notes, through the wire") struct SafetyBanTests {
    typealias Estate = FamilyEstate

    /// Serves safety bans besides; the worker is of the committee, too, as is the stranger in estate B.
    private static func with(
        _ body: @Sendable (TalkEstate) async throws -> Void
    ) async throws {
        try await TalkEstate.with(
            prepare: """
                INSERT INTO linli.role_term
                    (estate_id, id, person_id, role, begins, ends, because) VALUES
                    ('\(APIFixture.a)', '\(APIFixture.id(0x84))', '\(Estate.worker)',
                        'residents_committee', '2026-01-01Z', '2035-01-01Z', 'elected'),
                    ('\(APIFixture.b)', '\(APIFixture.id(0x85))', '\(APIFixture.id(0xF2))',
                        'residents_committee', '2026-01-01Z', '2035-01-01Z', 'elected');
                INSERT INTO linli.delegation (estate_id, id, doer_id, beneficiary_id, scope, begins,
                    ends, because)
                VALUES ('\(APIFixture.a)', '\(APIFixture.id(0x9A))', '\(Estate.mother)',
                    '\(Estate.grandmother)', '{activities}', '2026-01-01Z', '2027-01-01Z',
                    'mandate');
                """
        ) { talk async throws in
            try talk.estate.run(
                """
                UPDATE linli.session
                SET proved_at = '2026-02-01Z', proved_by = 'development', office_until = '2035-01-01Z'
                WHERE account_id = '\(APIFixture.stranger)'
                """)
            try await body(talk)
        }
    }

    private static func wanted(
        _ person: UUID = Estate.neighbour, until: String = "2027-03-01T00:00:00Z"
    ) -> String {
        """
        {"person":"\(person)","kind":"fraud","reason":"向老人推销理财","evidence":"派出所回执甲号",
        "until":"\(until)"}
        """
    }

    private func ban(_ talk: TalkEstate, until: String = "2027-03-01T00:00:00Z") throws -> String {
        let set = try talk.estate.json(
            .officer, "POST", "/safety-bans", Self.wanted(until: until), is: 201)
        return set["id"]?.text ?? ""
    }

    @Test("who is banned organises nothing for elders, speaks and sits with none, and reads why")
    func meaning() async throws {
        try await Self.with { talk async throws in
            let hers = try talk.begin(.grandmother)
            let other = try talk.begin(.mother)
            let id = try ban(talk)
            #expect(
                try talk.estate.refusal(.officer, "POST", "/safety-bans", Self.wanted())
                    == "409 safety-ban-there")
            // Only the committee, and nobody for itself.
            for reader in [Estate.Reader.mother, .neighbour, .unproved] {
                #expect(
                    try talk.estate.ask(reader, "POST", "/safety-bans", Self.wanted()).status
                        != 201)
                let list = try talk.estate.ask(reader, "GET", "/safety-bans")
                #expect(!list.text.contains(id))
            }
            #expect(
                try talk.estate.refusal(
                    .worker, "POST", "/safety-bans", Self.wanted(Estate.worker))
                    == "403 safety-own-case")
            let own = try talk.estate.json(.neighbour, "GET", "/me/safety-bans")["bans"]?
                .elements?.first
            #expect(own?["reason"]?.text == "向老人推销理财")
            #expect(own?["evidence"] == nil && own?["decided_by"] == nil)
            #expect(try talk.estate.told(Estate.neighbour).contains("safety.banned"))
            // What is open with an elder closes as anything else; a new thread goes to the desk.
            #expect(try talk.refusal(.grandmother, hers) == "409 conversation-closed")
            let again = try talk.begin(.grandmother, "还有人吗")
            #expect(!(try talk.list(.neighbour).contains(again)))
            try talk.say(.neighbour, other, "七点。")
            // Neither published, nor vetted.
            let draft = try talk.estate.json(
                .neighbour, "POST", "/activities",
                StewardEstate.draft("健康讲座", meantFor: "elders"), is: 201)
            let path = "/activities/\(draft["activity"]?["id"]?.text ?? "")/publication"
            #expect(
                try talk.estate.refusal(.neighbour, "POST", path + "?declared=yes")
                    == "409 safety-banned")
            #expect(
                try talk.count(
                    """
                    SELECT count(*) FROM linli.record_read
                    WHERE kind = 'safety' AND about_id = \(Estate.neighbour)
                    """) == 0)
            try talk.estate.json(.officer, "GET", "/safety-bans")
            #expect(
                try talk.count(
                    """
                    SELECT count(*) FROM linli.record_read
                    WHERE kind = 'safety' AND about_id = \(Estate.neighbour)
                    """) == 1)
            // Its term ends at that very instant.
            #expect(try isBanned(talk, at: "2027-02-28T23:59:59.999999Z"))
            #expect(try !isBanned(talk, at: "2027-03-01T00:00:00Z"))
            #expect(talk.api.logged.lines.isEmpty)
        }
    }

    /// Whether the neighbour is under a ban at an instant.
    private func isBanned(_ talk: TalkEstate, at instant: String) throws -> Bool {
        let connection = try talk.api.database.superuser()
        try connection.run(
            """
            SELECT set_config('linli.principal', 'job', false),
                set_config('linli.job', 'safety-notes', false),
                set_config('linli.estate', '\(APIFixture.a)', false),
                set_config('linli.instant',
                    (extract(epoch FROM timestamptz '\(instant)') * 1000000)::bigint::text, false)
            """)
        return try connection.run(
            OneCell<Bool>(sql: "SELECT linli.is_banned(\(Estate.neighbour))")) == [true]
    }

    @Test("a small company does not bring the two together, and who comes later waits as others do")
    func smallCompany() async throws {
        try await Self.with { talk async throws in
            _ = try ban(talk)
            try talk.estate.json(
                .neighbour, "POST", "/activities/\(talk.activity)/organisers",
                #"{"person":"\#(Estate.mother)"}"#)
            let first = try talk.estate.json(
                .neighbour, "POST", "/occurrences/\(talk.meeting)/reservations", "{}", is: 201)
            #expect(first["state"]?.text == "confirmed")
            let second = try talk.estate.json(
                .grandmother, "POST", "/occurrences/\(talk.meeting)/reservations", "{}", is: 201)
            #expect(second["state"]?.text == "waiting")
        }
    }

    @Test("the person appeals once, and another member than decided on it decides")
    func appeals() async throws {
        try await Self.with { talk async throws in
            let id = try ban(talk)
            let appeal = "/me/safety-bans/\(id)/appeal"
            let words = #"{"words":"我没有推销"}"#
            #expect(try talk.estate.ask(.mother, "POST", appeal, words).status == 404)
            try talk.estate.json(.neighbour, "POST", appeal, words, is: 204)
            #expect(
                try talk.estate.refusal(.neighbour, "POST", appeal, words)
                    == "409 safety-appealed")
            let path = "/safety-bans/\(id)/appeal-decision"
            let decision = #"{"outcome":"lifted","answer":"核实后解除"}"#
            #expect(
                try talk.estate.refusal(.officer, "POST", path, decision)
                    == "403 safety-appeal-by-another")
            #expect(try talk.estate.ask(.neighbour, "POST", path, decision).status == 404)
            try talk.estate.json(.worker, "POST", path, decision, is: 204)
            #expect(try talk.estate.told(Estate.neighbour).contains("safety.lifted"))
            #expect(
                try talk.count(
                    """
                    SELECT count(*) FROM linli.task
                    WHERE kind = 'safety-appeal' AND finished_at IS NOT NULL
                    """) == 1)
            #expect(
                try talk.estate.refusal(.officer, "POST", "/safety-bans/\(id)/lifting")
                    == "409 safety-ban-over")
        }
    }

    // MARK: Travelling

    private func inB(
        _ talk: TalkEstate, _ method: String, _ path: String, _ body: String? = nil
    ) throws -> TestClient.Answer {
        try talk.api.request(
            method, "/api/v1/estates/\(APIFixture.b)" + path, as: APIFixture.stranger,
            key: method == "GET" ? nil : UUID.random(), body: body)
    }

    private func code(_ answer: TestClient.Answer) throws -> String {
        "\(answer.status) \(try JSON(parsing: answer.body)["code"]?.text ?? "")"
    }

    private func note(_ talk: TalkEstate, of ban: String) throws -> String {
        let issued = try talk.estate.ask(.officer, "POST", "/safety-bans/\(ban)/notes")
        try #require(issued.status == 201, "\(issued.text)")
        return issued.text
    }

    /// Compares notes with who is in estate B, as the job does.
    private func compare(_ talk: TalkEstate) async throws {
        let (shard, keyring) = (talk.api.server.shard, talk.api.keyring)
        try await Task { try await shard.compareNotes(keyring) }.value
    }

    private func newcomer(_ talk: TalkEstate, _ name: String, _ number: UInt64) throws {
        try talk.estate.run(
            """
            INSERT INTO linli.person (estate_id, id, display_name, created_at)
            VALUES ('\(APIFixture.b)', '\(APIFixture.id(number))', '\(name)', '2026-03-01Z')
            """)
    }

    private func matches(_ talk: TalkEstate) throws -> [JSON] {
        try JSON(parsing: inB(talk, "GET", "/safety-matches").body)["matches"]?.elements ?? []
    }

    @Test("a note goes to another committee, finds who joins, and decides nothing by itself")
    func travels() async throws {
        try await Self.with { talk async throws in
            let id = try ban(talk)
            let file = try note(talk, of: id)
            #expect(
                try code(inB(talk, "POST", "/safety-notes", file)) == "201 ", "received once")
            #expect(
                try code(inB(talk, "POST", "/safety-notes", file)) == "409 safety-note-again")
            #expect(
                try talk.estate.refusal(.officer, "POST", "/safety-notes", file)
                    == "409 safety-note-own")
            #expect(try talk.estate.ask(.mother, "POST", "/safety-notes", file).status == 404)
            let forged = file.replacing(#""payload":"e"#, with: #""payload":"f"#)
            #expect(
                try code(inB(talk, "POST", "/safety-notes", forged))
                    == "422 safety-note-unreadable")
            try await compare(talk)
            #expect(try matches(talk).isEmpty, "nobody here has that name")
            try newcomer(talk, "郑 邻居", 0x301)
            try newcomer(talk, "郑邻人", 0x302)
            try await compare(talk)
            try await compare(talk)
            let found = try matches(talk)
            #expect(found.map { $0["person"]?.text } == ["\(APIFixture.id(0x301))"])
            #expect(found.first?["reason"]?.text == "向老人推销理财")
            #expect(
                try talk.count(
                    """
                    SELECT count(*) FROM linli.task
                    WHERE kind = 'safety-match' AND estate_id = \(APIFixture.b)
                    """) == 1)
            #expect(
                try talk.count(
                    "SELECT count(*) FROM linli.safety_ban WHERE estate_id = \(APIFixture.b)")
                    == 0, "a note decides nothing")
            let path = "/safety-matches/\(found.first?["id"]?.text ?? "")/decision"
            let decision =
                #"{"decision":"ban","because":"核实是同一人","until":"2029-01-01T00:00:00Z"}"#
            #expect(try inB(talk, "POST", path, decision).status == 204)
            #expect(
                try code(inB(talk, "POST", path, decision)) == "409 safety-match-decided")
            // It ends no later than the other; when that is lifted, the committee thinks again.
            #expect(
                try talk.count(
                    """
                    SELECT count(*) FROM linli.safety_ban
                    WHERE estate_id = \(APIFixture.b) AND ends = '2027-03-01T00:00:00Z'
                    """) == 1)
            try talk.estate.json(.worker, "POST", "/safety-bans/\(id)/lifting", is: 204)
            #expect(
                try code(inB(talk, "POST", "/safety-notes", try note(talk, of: id))) == "201 ")
            #expect(
                try talk.count(
                    "SELECT count(*) FROM linli.task WHERE kind = 'safety-note-lifted'") == 1)
            try noNames(talk)
            #expect(talk.api.logged.lines.isEmpty)
        }
    }

    /// Whom a note is about stands in clear in no table but the persons'.
    private func noNames(_ talk: TalkEstate) throws {
        for word in ["郑邻居", "推销理财", "派出所回执"] {
            #expect(
                try talk.count(
                    """
                    SELECT (SELECT count(*) FROM linli.safety_note AS t
                            WHERE t::text LIKE \("%\(word)%")
                                OR position(convert_to(\(word), 'UTF8') IN whom_sealed) > 0)
                        + (SELECT count(*) FROM linli.safety_ban AS t
                            WHERE t::text LIKE \("%\(word)%"))
                        + (SELECT count(*) FROM linli.event AS t WHERE t::text LIKE \("%\(word)%"))
                        + (SELECT count(*) FROM linli.task AS t WHERE t::text LIKE \("%\(word)%"))
                    """) == 0, "\(word)")
        }
    }

    @Test("a lifted ban's note, one that has ended, and one of a stranger's key are refused")
    func refused() async throws {
        try await Self.with { talk async throws in
            let id = try ban(talk)
            let file = try note(talk, of: id)
            try talk.estate.json(.officer, "POST", "/safety-bans/\(id)/lifting", is: 204)
            #expect(
                try code(inB(talk, "POST", "/safety-notes", file)) == "409 safety-note-lifted")
            // Another installation: its key is entered first. A lifting that came before the note
            // refuses the note.
            let key = Keyring.random().signingKey
            func foreign(_ kind: String, until: String = "2027-01-01T00:00:00Z") throws -> String {
                var content = SafetyNote.Content(
                    kind: kind, ban: "\(APIFixture.id(0x400))", estate: "\(APIFixture.id(0x401))",
                    issuer: "丙小区居民委员会", because: "violence", from: "2026-01-01T00:00:00Z",
                    until: until, issued: "2026-02-01T00:00:00Z")
                if kind == "ban" { (content.name, content.reason) = ("某人", "打人") }
                var json = JSONWriter(capacity: 1024)
                try SafetyNote(content, signedBy: key).write(to: &json)
                return String(decoding: json.bytes, as: UTF8.self)
            }
            #expect(
                try code(inB(talk, "POST", "/safety-notes", foreign("ban")))
                    == "422 safety-note-issuer")
            let issuer =
                #"{"name":"丙小区","key":"\#(Base64.urlEncoded(key.verifyingKey.rawBytes))"}"#
            #expect(try code(inB(talk, "POST", "/safety-issuers", issuer)) == "201 ")
            #expect(
                try code(inB(talk, "POST", "/safety-issuers", issuer))
                    == "409 safety-issuer-there")
            #expect(
                try code(
                    inB(
                        talk, "POST", "/safety-notes",
                        foreign("ban", until: "2026-03-01T00:00:00Z")))
                    == "409 safety-note-expired")
            #expect(try code(inB(talk, "POST", "/safety-notes", foreign("lifting"))) == "201 ")
            #expect(
                try code(inB(talk, "POST", "/safety-notes", foreign("ban")))
                    == "409 safety-note-lifted")
            // The other estate's committee entered nothing.
            #expect(
                try talk.estate.refusal(.officer, "POST", "/safety-notes", foreign("ban"))
                    == "422 safety-note-issuer")
        }
    }
}

extension Shard {
    fileprivate func compareNotes(_ keyring: Keyring) async throws {
        guard let database = local(Database.self) else { return }
        let job = Principal.job(SafetyNoteMatching.name, estate: APIFixture.b)
        _ = try await database.write(job) { tx in
            try await SafetyNoteMatching.compare(tx, keyring, APIFixture.b)
        }
    }
}
