internal import Platform
internal import Realtime
internal import Support
internal import Testing

@testable internal import Social

@Suite("Who may speak with whom, through the wire") struct ConversationSafetyTests {
    typealias Estate = FamilyEstate

    @Test("a block closes what is open as any end does; then the desk answers, and nobody sees it")
    func blocked() async throws {
        try await TalkEstate.with { talk async throws in
            let before = try talk.begin(.mother, "您好")
            try talk.block(.neighbour, Estate.mother)
            #expect(try talk.refusal(.mother, before) == "409 conversation-closed")
            #expect(try talk.refusal(.neighbour, before) == "409 conversation-closed")
            for reader in [Estate.Reader.mother, .neighbour] {
                #expect(try talk.said(reader, before) == ["您好"])
            }
            let closings = try talk.count(
                "SELECT cardinality(audience) FROM linli.event WHERE kind = 'conversation.closed'")
            #expect(closings == 2, "both hear of it as of any end")
            // She begins anew, and sees what the grandmother sees, whom nobody blocks.
            let id = try talk.begin(.mother, "请问几点开始？")
            let other = try talk.begin(.grandmother, "请问几点开始？")
            let (mine, hers) = (try talk.shown(.mother, id), try talk.shown(.grandmother, other))
            #expect(names(mine["conversation"]) == names(hers["conversation"]))
            #expect(try talk.list(.neighbour) == [other, before])
            #expect(try talk.estate.ask(.neighbour, "GET", "/conversations/\(id)").status == 404)
            // The worker's task leads there; what she reads is logged, what she says is the organisers'.
            let tasks = try talk.estate.ask(.worker, "GET", "/tasks").text
            #expect(tasks.contains("conversation-desk") && tasks.contains(id))
            #expect(!(try talk.estate.ask(.neighbour, "GET", "/tasks").text.contains(id)))
            #expect(try talk.list(.worker) == [id])
            #expect(try talk.shown(.worker, id)["conversation"]?["side"]?.text == "desk")
            try talk.say(.worker, id, "七点。")
            try talk.say(.neighbour, other, "七点。")
            let (answered, same) = (
                try talk.shown(.mother, id)["messages"]?.elements?.first,
                try talk.shown(.grandmother, other)["messages"]?.elements?.first
            )
            #expect(names(answered) == names(same))
            #expect(answered?["side"]?.text == "host")
            #expect(
                try talk.count(
                    """
                    SELECT count(*) FROM linli.record_read
                    WHERE kind = 'conversation' AND purpose = 'desk' AND about_id = \(Estate.mother)
                    """) == 1)
            #expect(talk.api.logged.lines.isEmpty)
        }
    }

    @Test("who is protected and the other speak no more, and both find it closed")
    func protected() async throws {
        try await TalkEstate.with { talk async throws in
            let id = try talk.begin(.mother, "您好")
            try talk.estate.json(
                .worker, "POST", "/protections",
                """
                {"person":"\(Estate.mother)","from":"\(Estate.neighbour)",
                "until":"2027-01-01T00:00:00Z",
                "evidence":{"kind":"protective_order","reference":"民保令1号"}}
                """, is: 201)
            #expect(try talk.refusal(.neighbour, id) == "409 conversation-closed")
            // Her session was not proved by herself, and ended with it: her thread is read as it stands.
            #expect(
                try talk.count(
                    """
                    SELECT count(*) FROM linli.conversation
                    WHERE id = \(id)::uuid AND closed_at IS NOT NULL
                    """) == 1)
            let second = try talk.begin(.grandmother, "我女儿问几点")
            #expect(try talk.list(.neighbour).contains(second))
        }
    }

    @Test("a minor speaks with relatives alone, by consent; its guardian reads it, and it knows")
    func minors() async throws {
        try await TalkEstate.with(prepare: Self.teenager) { talk async throws in
            func asTeen(_ method: String, _ path: String, _ body: String? = nil) throws
                -> TestClient.Answer
            {
                try talk.api.request(
                    method, Estate.base + path, key: method == "GET" ? nil : UUID.random(),
                    fields: [("Authorization", "Bearer \(Self.token.text)")], body: body)
            }
            func code(_ answer: TestClient.Answer) throws -> String? {
                try JSON(parsing: answer.body)["code"]?.text
            }
            #expect(
                try code(asTeen("POST", "/conversations", talk.wanted("我能来吗")))
                    == "guardian-writes")
            // Beside a grandmother who helps, and with a consent, it speaks with her, and her alone.
            try talk.estate.json(
                .neighbour, "POST", "/activities/\(talk.activity)/organisers",
                #"{"person":"\#(Estate.grandmother)"}"#)
            #expect(
                try code(asTeen("POST", "/conversations", talk.wanted("我能来吗")))
                    == "guardian-writes")
            // Without this one her session would end with the other.
            try talk.estate.agree(.mother, "\(Self.teen)", "sign_in")
            let consent = try talk.estate.agree(.mother, "\(Self.teen)", "conversation")
            let begun = try asTeen("POST", "/conversations", talk.wanted("奶奶，我能来吗"))
            #expect(begun.status == 201, "\(begun.text)")
            let id = try JSON(parsing: begun.body)["conversation"]?.text ?? ""
            #expect(try talk.list(.neighbour) == [])
            try talk.say(.grandmother, id, "来吧")
            let shown = try JSON(parsing: asTeen("GET", "/conversations/\(id)").body)
            #expect(shown["conversation"]?["guardians_read"] == .bool(true))
            #expect(try talk.estate.told(Estate.mother).contains("conversation.ofChild"))
            let path = "/children/\(Self.teen)/conversations"
            #expect(try talk.estate.ask(.mother, "GET", path).text.contains(id))
            #expect(try talk.said(.mother, id) == ["来吧", "奶奶，我能来吗"])
            #expect(try talk.refusal(.mother, id) == "403 conversation-read-only")
            // The father guards it, too, and does not learn what belongs to the other home.
            try talk.estate.run(
                """
                INSERT INTO linli.guardianship (estate_id, id, guardian_id, child_id, rights, how,
                    evidence, recorded_by, begins)
                VALUES ('\(APIFixture.a)', '\(APIFixture.id(0x9F))', '\(Estate.father)',
                    '\(Self.teen)', linli.guardian_rights(), 'office', '离婚协议',
                    '\(Estate.worker)', '2026-01-02Z')
                """)
            #expect(!(try talk.estate.ask(.father, "GET", path).text.contains(id)))
            #expect(try talk.estate.ask(.father, "GET", "/conversations/\(id)").status == 404)
            // Without the consent nobody goes on.
            try talk.estate.json(
                .mother, "POST", "/consents/\(consent["id"]?.text ?? "")/withdrawal")
            #expect(
                try code(
                    asTeen(
                        "POST", "/conversations/\(id)/messages", TalkEstate.words("还在吗")))
                    == "guardian-writes")
            #expect(try talk.refusal(.grandmother, id) == "409 guardian-writes")
        }
    }

    private static let teen = APIFixture.id(0xFE)
    private static let token = SessionToken.random()
    /// A girl of sixteen in the mother's home, with a session.
    private static var teenager: String {
        let (a, account) = (APIFixture.a, APIFixture.id(0xEE))
        return """
            INSERT INTO linli.account (id, created_at) VALUES ('\(account)', '2026-01-01Z');
            INSERT INTO linli.person
                (estate_id, id, account_id, display_name, created_at, claimed_at)
            VALUES ('\(a)', '\(teen)', '\(account)', '小敏', '2026-01-01Z', '2026-01-01Z');
            INSERT INTO linli.membership
                (estate_id, id, household_id, person_id, role_in_household, begins)
            VALUES ('\(a)', '\(APIFixture.id(0x7E))', '\(FamilyEstate.home)', '\(teen)', 'child',
                '2026-01-01Z');
            INSERT INTO linli.proof (estate_id, id, person_id, level, how, household_id, proved_at)
            VALUES ('\(a)', '\(APIFixture.id(0x7E))', '\(teen)', 'household', 'roster',
                '\(FamilyEstate.home)', '2026-01-01Z');
            INSERT INTO linli.session (account_id, id, token_hash, device_label, created_at,
                last_seen_on, expires_at)
            VALUES ('\(account)', '\(APIFixture.id(0x6EE))', '\\x\(Hex.encoded(token.hash))',
                'test', '2026-02-01Z', '2026-03-01', '2027-01-01Z');
            INSERT INTO linli.age (estate_id, person_id, entered_at, turns_14, turns_18)
            VALUES ('\(a)', '\(teen)', '2026-01-01Z', '2024-01-01', '2028-01-01');
            INSERT INTO linli.guardianship (estate_id, id, guardian_id, child_id, rights, how,
                household_id, recorded_by, begins)
            VALUES ('\(a)', '\(APIFixture.id(0x9E))', '\(FamilyEstate.mother)', '\(teen)',
                linli.guardian_rights(), 'declared', '\(FamilyEstate.home)',
                '\(FamilyEstate.mother)', '2026-01-02Z');
            """
    }

    @Test("a guardian speaks for a child that comes, wherever the activity is open")
    func forChild() async throws {
        try await TalkEstate.with { talk async throws in
            try talk.estate.run(
                """
                INSERT INTO linli.age (estate_id, person_id, entered_at, turns_14, turns_18)
                VALUES ('\(APIFixture.a)', '\(Estate.child)', '2026-01-01Z', '2031-07-07',
                    '2035-07-07');
                INSERT INTO linli.guardianship (estate_id, id, guardian_id, child_id, rights, how,
                    household_id, recorded_by, begins)
                VALUES ('\(APIFixture.a)', '\(APIFixture.id(0x9D))', '\(Estate.mother)',
                    '\(Estate.child)', linli.guardian_rights(), 'declared', '\(Estate.home)',
                    '\(Estate.mother)', '2026-01-02Z');
                """)
            let child = #","child":"\#(Estate.child)""#
            let early = try talk.estate.refusal(
                .mother, "POST", "/conversations", talk.wanted("他过敏", child))
            #expect(early == "404 not-found", "the child does not come yet")
            try talk.join(
                .mother,
                #"{"members":[{"person":"\#(Estate.mother)"},{"person":"\#(Estate.child)"}]}"#)
            let id = try talk.begin(.mother, "他对花生过敏", child)
            let shown = try talk.shown(.neighbour, id)
            #expect(shown["conversation"]?["child_name"]?.text == "小强")
            // An organiser writes to the guardian, never to the child.
            let to = #","person":"\#(Estate.child)""#
            #expect(
                try talk.estate.refusal(
                    .neighbour, "POST", "/conversations", talk.wanted("你好", to))
                    == "409 guardian-writes")
        }
    }

    @Test("one tap reports a message; who decides reads it after a few, and that is logged")
    func reported() async throws {
        try await TalkEstate.with { talk async throws in
            let id = try talk.begin(.mother, "您好")
            let bad = try talk.say(.neighbour, id, "先转账，再领鸡蛋")["id"]?.text ?? ""
            func report(_ reader: Estate.Reader) throws -> Int {
                try talk.estate.ask(
                    reader, "POST", "/reports",
                    #"{"thing_kind":"message","thing":"\#(bad)","kind":"scam"}"#
                ).status
            }
            #expect(try report(.father) == 404)
            #expect(try report(.neighbour) == 409)
            #expect(try report(.mother) == 204)
            // Reported, it is kept for those who decide, though its author takes it back.
            try talk.estate.json(
                .neighbour, "DELETE", "/conversations/\(id)/messages/\(bad)", is: 204)
            let read = try talk.estate.json(.worker, "GET", "/moderation/\(bad)")
            #expect(
                read["messages"]?.elements?.map { $0["body"]?.text } == ["您好", "先转账，再领鸡蛋"])
            #expect(read["messages"]?.elements?.last?["is_taken_back"] == .bool(true))
            #expect(
                try talk.count(
                    """
                    SELECT count(*) FROM linli.record_read
                    WHERE kind = 'conversation' AND purpose = 'moderation'
                    """) == 2)
            let decision = #"{"visibility":"hidden","because":"scam","reason":"诈骗"}"#
            try talk.estate.json(.worker, "POST", "/moderation/\(bad)/decisions", decision)
            #expect(try talk.estate.ask(.mother, "GET", "/moderation/\(bad)").status == 404)
            // A newcomer's watched words let somebody look, without the rest of what it says.
            try talk.estate.run("DELETE FROM linli.proof WHERE level = 'in_person'")
            try talk.say(.neighbour, id, "银 行-卡 带上，别告诉家里")
            #expect(
                try talk.count(
                    """
                    SELECT count(*) FROM linli.task
                    WHERE kind = 'unusual-pattern' AND finished_at IS NULL
                    """) == 1)
            #expect(talk.api.logged.lines.isEmpty)
        }
    }

    @Test(
        "writing while it is blocked or closed: never a message after it",
        arguments: [true, false])
    func races(blocks: Bool) async throws {
        try await TalkEstate.with { talk async throws in
            for round in 0..<6 {
                let id = try talk.begin(.mother, "第\(round)次")
                let path = "/conversations/\(id)/messages"
                var acts: [@Sendable () throws -> TestClient.Answer] = []
                for number in 0..<3 {
                    acts.append {
                        try talk.estate.ask(
                            number < 2 ? .mother : .neighbour, "POST", path,
                            TalkEstate.words("第\(number)句"))
                    }
                }
                acts.append {
                    blocks
                        ? try talk.estate.ask(
                            .neighbour, "POST", "/me/blocks",
                            #"{"person":"\#(Estate.mother)"}"#)
                        : try talk.estate.ask(.mother, "POST", "/conversations/\(id)/closing")
                }
                let answers = try await together(acts)
                #expect(
                    answers.allSatisfy { [201, 204, 409].contains($0.status) },
                    "\(answers.map(\.text))")
                #expect(try talk.refusal(.neighbour, id) == "409 conversation-closed")
                // The log has them in the order of their commits.
                #expect(
                    try talk.count(
                        """
                        SELECT count(*)
                        FROM linli.event AS closed
                        JOIN linli.event AS said ON said.kind = 'message.sent'
                            AND said.payload ->> 'conversation' = closed.payload ->> 'conversation'
                            AND said.id > closed.id
                        WHERE closed.kind = 'conversation.closed'
                            AND closed.payload ->> 'conversation' = \(id)
                        """) == 0)
                try talk.estate.run("DELETE FROM linli.block")
                try talk.estate.set(
                    "2026-03-01T00:00:00Z", plus: Int64(round + 1) * 120_000_000)
            }
            #expect(talk.api.logged.lines.isEmpty)
        }
    }

    /// Asks all at once, each on a connection of its own.
    private func together(
        _ requests: [@Sendable () throws -> TestClient.Answer]
    ) async throws -> [TestClient.Answer] {
        try await withThrowingTaskGroup(of: TestClient.Answer.self) { group in
            for request in requests { group.addTask { try request() } }
            var answers: [TestClient.Answer] = []
            for try await answer in group { answers.append(answer) }
            return answers
        }
    }
}

/// The names of the members of an object.
private func names(_ json: JSON?) -> Set<String> {
    guard case .object(let members)? = json else { return [] }
    return Set(members.keys)
}
