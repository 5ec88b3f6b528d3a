internal import Platform
internal import Realtime
internal import Support
internal import Testing

@testable internal import Social

@Suite("Joining by a code, through the wire") struct JoinByCodeTests {
    typealias Estate = JoiningEstate

    private static let phone = "13911110001"

    @Test("a newcomer with a paper code is a proved member, and those concerned are told")
    func newcomer() async throws {
        try await Estate.with { estate async throws in
            let paper = try estate.issue(#""residence":"\#(Estate.empty)""#)
            let joined = try await estate.come(
                paper.code, Self.phone, name: " 沈新 ", #""birth_date":"1985-04-04""#)
            let json = try estate.content(joined, 201)
            let token = try #require(json["token"]?.text)
            let person = try #require(json["person"]?.text)
            #expect(joined["set-cookie"]?.contains("linli=\(token)") == true)
            let standing = try estate.content(
                try estate.ask(token: token, "GET", Estate.base + "/me/standing"))
            #expect(standing["level"]?.text == "household")
            #expect(standing["is_claimed"]?.bool == true)
            #expect(standing["proofs"]?.elements?.first?["how"]?.text == "paper_code")
            #expect(standing["next"]?["level"]?.text == "in_person")
            let home = try estate.content(
                try estate.ask(token: token, "GET", Estate.base + "/household"))
            #expect(home["members"]?.elements?.map { $0["display_name"]?.text } == ["沈新"])
            // The leader of the stair, and who issued the code; nobody else.
            #expect(
                try estate.told(.leader, "person.joined")
                    == ["新住户：1幢 3号 103室 沈新。若不认识，请告诉居委会。"])
            #expect(
                try estate.told(.officer, "joinCode.used")
                    == ["您发出的加入码已由 1幢 3号 103室 沈新 使用。"])
            for reader in [Estate.Reader.wife, .husband] {
                #expect(try estate.told(reader, "person.joined") == [])
            }
            let events = try estate.texts(
                "SELECT kind FROM linli.event WHERE about = ARRAY[\(UUID(person) ?? APIFixture.a)] ORDER BY id"
            )
            #expect(events == ["person.joined", "joinCode.used"])
            #expect(
                try estate.count(
                    "SELECT count(*) FROM linli.event WHERE payload::text LIKE '%沈%'") == 0)
            // The same phone signs in from now on, and is at least proved as a phone.
            #expect(
                try estate.count(
                    """
                    SELECT count(*) FROM linli.account_identifier
                    WHERE verified_at = '2026-03-01Z' AND kind = 'phone'
                    """) == 1)
            #expect(estate.api.logged.lines.isEmpty)
        }
    }

    @Test("of two households in one flat, a code opens the one it is for")
    func sharedFlat() async throws {
        try await Estate.with { estate async throws in
            let first = try estate.issue(
                #""household":"\#(Estate.firstFlat)""#, standing: "flatmate")
            let joined = try estate.content(try await estate.come(first.code, Self.phone), 201)
            let person = try #require(joined["person"]?.text)
            #expect(try estate.households(of: person) == [Estate.firstFlat.description])
            let token = try #require(joined["token"]?.text)
            let home = try estate.content(
                try estate.ask(token: token, "GET", Estate.base + "/household"))
            let names = home["members"]?.elements?.compactMap { $0["display_name"]?.text } ?? []
            #expect(Set(names) == ["周甲", "新来的"])
            #expect(
                try estate.texts(
                    """
                    SELECT person_id::text FROM linli.notice WHERE kind = 'person.joined'
                    ORDER BY 1
                    """)
                    == [Estate.leader, Estate.firstFlatmate].map(\.description).sorted())
            // A tenant there, for as long as it belongs there.
            let role: SQL = """
                SELECT role || ' ' || ends::text FROM linli.role_term
                WHERE person_id::text = \(person)
                """
            #expect(try estate.texts(role) == ["tenant infinity"])
            try estate.run(
                """
                UPDATE linli.membership SET ends = '2026-06-01T00:00:00Z'
                WHERE person_id = '\(person)'
                """)
            #expect(
                try estate.texts(
                    "SELECT (ends = '2026-06-01Z')::text FROM linli.role_term WHERE person_id::text = \(person)"
                ) == ["true"])
            // The code of the one does not open the other, which needs one of its own.
            let again = try estate.ask(
                token: token, "POST", "/api/v1/me/joining", #"{"code":"\#(first.code)"}"#)
            #expect(try estate.refusal(again) == "409 join-code-ended")
            let second = try estate.issue(
                #""household":"\#(Estate.secondFlat)""#, standing: "flatmate")
            let both = try estate.ask(
                token: token, "POST", "/api/v1/me/joining", #"{"code":"\#(second.code)"}"#)
            #expect(both.status == 201, "\(both.text)")
            #expect(try estate.households(of: person).count == 2)
        }
    }

    @Test("an unknown code is answered like a good one, and no message comes")
    func unknown() async throws {
        try await Estate.with { estate async throws in
            let paper = try estate.issue(#""residence":"\#(Estate.empty)""#)
            let shown = ["0000-0000-0000", "nonsense", paper.code]
            let bodies = shown.enumerated().map {
                #"{"code":"\#($1)","phone":"1391111000\#($0)"}"#
            }
            let answers = try bodies.map {
                try estate.ask(.nobody, "POST", "/api/v1/joining/codes", $0)
            }
            #expect(answers.allSatisfy { $0.status == 202 })
            #expect(Set(answers.map(\.body.count)).count == 1)
            #expect(Set(answers.map { $0.fields.map(\.name) }).count == 1)
            _ = try await estate.message(after: 0)
            #expect(estate.post.count == 1)
            for answer in answers.dropLast() {
                let request = try JSON(parsing: answer.body)["request"]?.text ?? ""
                #expect(
                    try estate.refusal(try estate.join(request, "000000"))
                        == "422 join-code-wrong")
            }
            #expect(
                try estate.refusal(try estate.join(APIFixture.id(1).description, "000000"))
                    == "422 join-code-wrong")
        }
    }

    @Test(
        "who holds a whole code that lives no more is told why, and gets no message",
        arguments: [
            ("used", "已被用过"), ("revoked", "已作废"), ("expired", "最后一天"), ("early", "第一天"),
            ("gone", "有变动"),
        ])
    func ended(_ way: String, _ word: String) async throws {
        try await Estate.with { estate async throws in
            let paper = try estate.issue(
                #""household":"\#(Estate.firstFlat)","last_day":"2026-03-02""#, standing: "other")
            switch way {
            case "used": #expect(try await estate.come(paper.code, "13911110009").status == 201)
            case "revoked":
                let path = Estate.base + "/join-codes/\(paper.id)"
                #expect(try estate.ask(.officer, "DELETE", path).status == 204)
            case "expired":
                // Midnight in Shanghai after the last day.
                try estate.api.clock.set(Instant("2026-03-02T16:00:00Z") ?? .epoch)
            case "early":
                try estate.run("UPDATE linli.join_code SET begins = ends - interval '1 hour'")
            default:
                try estate.run(
                    """
                    UPDATE linli.household SET ends = '2026-03-01Z'
                    WHERE id = '\(Estate.firstFlat)'
                    """)
            }
            let count = estate.post.count
            let request = try estate.request(paper.code, Self.phone)
            for phoneCode in [nil, "123456"] {
                let refused = try estate.join(request, phoneCode)
                #expect(try estate.refusal(refused) == "409 join-code-ended")
                #expect(refused.text.contains(word), "\(refused.text)")
            }
            let own = try estate.ask(
                .stranger, "POST", "/api/v1/me/joining", #"{"code":"\#(paper.code)"}"#)
            #expect(try estate.refusal(own) == "409 join-code-ended")
            #expect(own.text.contains(word))
            #expect(estate.post.count == count)
            #expect(try estate.households(of: APIFixture.id(0xF2).description) == [])
        }
    }

    @Test("a code is good to the last microsecond of its last day in the estate's zone")
    func lastMicrosecond() async throws {
        try await Estate.with { estate async throws in
            let paper = try estate.issue(
                #""residence":"\#(Estate.empty)","last_day":"2026-03-02""#)
            let midnight = Instant("2026-03-02T16:00:00Z") ?? .epoch
            try estate.api.clock.set(midnight - .microseconds(1))
            let joined = try await estate.come(paper.code, Self.phone)
            #expect(joined.status == 201, "\(joined.text)")
        }
    }

    @Test("a code taken for that of another residence is not used")
    func elsewhere() async throws {
        try await Estate.with { estate async throws in
            let paper = try estate.issue(#""residence":"\#(Estate.empty)""#)
            let request = try estate.request(paper.code, Self.phone)
            let code = try await estate.message(after: 0)
            let wrong = try estate.join(
                request, code, #""residence":"\#(Estate.otherHome)""#)
            #expect(try estate.refusal(wrong) == "409 join-code-elsewhere")
            let own = try estate.ask(
                .husband, "POST", "/api/v1/me/joining",
                #"{"code":"\#(paper.code)","residence":"\#(Estate.otherHome)"}"#)
            #expect(try estate.refusal(own) == "409 join-code-elsewhere")
            let right = try estate.join(request, code, #""residence":"\#(Estate.empty)""#)
            #expect(right.status == 201, "\(right.text)")
        }
    }

    @Test("the message's code is tried five times, for five minutes")
    func tries() async throws {
        try await Estate.with { estate async throws in
            let paper = try estate.issue(#""residence":"\#(Estate.empty)""#)
            let request = try estate.request(paper.code, Self.phone)
            let code = try await estate.message(after: 0)
            let wrong = code == "000000" ? "000001" : "000000"
            for _ in 0..<5 {
                #expect(
                    try estate.refusal(try estate.join(request, wrong)) == "422 join-code-wrong")
            }
            #expect(try estate.refusal(try estate.join(request, code)) == "422 join-code-wrong")
            try estate.api.clock.advance(by: .seconds(60))
            let late = try estate.request(paper.code, Self.phone)
            let fresh = try await estate.message(after: 1)
            try estate.api.clock.advance(by: .seconds(300))
            #expect(try estate.refusal(try estate.join(late, fresh)) == "422 join-code-wrong")
            #expect(try estate.count("SELECT count(*) FROM linli.account") == 7)
        }
    }

    @Test("nobody under fourteen joins; at midnight of the birthday one does")
    func underFourteen() async throws {
        try await Estate.with { estate async throws in
            let paper = try estate.issue(
                #""household":"\#(Estate.firstFlat)""#, standing: "child")
            let midnight = Instant("2026-03-01T16:00:00Z") ?? .epoch
            try estate.api.clock.set(midnight - .seconds(60))
            let request = try estate.request(paper.code, Self.phone)
            let code = try await estate.message(after: 0)
            #expect(
                try estate.refusal(try estate.join(request, code)) == "400 invalid",
                "a child says when it was born")
            let birth = #""birth_date":"2012-03-02""#
            try estate.api.clock.set(midnight - .microseconds(1))
            let young = try estate.join(request, code, birth)
            #expect(try estate.refusal(young) == "422 under-fourteen")
            #expect(young.text.contains("监护人"))
            try estate.api.clock.set(midnight)
            let joined = try estate.join(request, code, birth)
            #expect(joined.status == 201, "\(joined.text)")
        }
    }
}
