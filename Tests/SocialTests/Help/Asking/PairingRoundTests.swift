internal import Platform
internal import Support
internal import Testing

@testable internal import Social

@Suite("Who is asked to help, through the wire") struct PairingRoundTests {
    typealias Estate = AskingEstate

    /// A tie of the mother and the neighbour.
    private static let tie = """
        INSERT INTO linli.tie (estate_id, id, claimer_id, other_id, kind, claimed_at, confirmed_at,
            ends)
        VALUES ('\(APIFixture.a)', '\(APIFixture.id(0x91))', '\(FamilyEstate.mother)',
            '\(FamilyEstate.neighbour)', 'friend', '2026-01-01Z', '2026-01-02Z', '2028-01-01Z');
        UPDATE linli.person SET claimed_at = '2026-01-01Z' WHERE account_id IS NOT NULL;
        """

    @Test("who is familiar is asked first; after a no, and after silence, the next is; never twice")
    func order() async throws {
        try await Estate.with(prepare: Self.tie) { help async throws in
            for reader in [Estate.Reader.father, .neighbour, .worker] { try help.offer(reader) }
            let request = try help.ask(.mother, in: 72)
            try await help.round()
            #expect(try help.asked() == [.neighbour])
            let seen = try help.open(.neighbour)[0]
            #expect(seen["reasons"]?.elements?.contains { $0["code"]?.text == "tie" } == true)
            #expect(seen["reasons"]?.elements?.allSatisfy { $0["zh"] != nil } == true)
            #expect(seen["address_zh"] == nil && seen["person_name"] == nil)
            #expect(seen["place_zh"]?.text == "1幢")
            let text = try help.shown(.mother, request)
            #expect(text["state"]?.text == "looking" && text["helper_name"] == nil)
            #expect(try help.answer(.neighbour, "refusal", Estate.no()) == "204")
            try await help.round()
            let second = try help.asked()
            #expect(second.count == 1 && second != [.neighbour])
            // Half a day without an answer.
            try help.api.clock.advance(by: .seconds(43_200))
            #expect(try help.asked() == [])
            try await help.round()
            let third = try help.asked()
            #expect(third.count == 1 && third != second && third != [.neighbour])
            #expect(try help.answer(third[0], "refusal", Estate.no("other")) == "204")
            try await help.round()
            #expect(try help.asked() == [])
            #expect(try help.state(.mother, request) == "looking")
        }
    }

    @Test("who accepts reads the address alone; given back, the request looks again")
    func acceptance() async throws {
        try await Estate.with { help async throws in
            try help.offer(.neighbour)
            let request = try help.ask(.mother)
            try await help.round()
            let id = try help.open(.neighbour).first?["id"]?.text ?? ""
            #expect(try help.answer(.father, "acceptance", to: id) == "404 not-found")
            #expect(try help.answer(.neighbour, "acceptance", to: id) == "200")
            let own = try help.estate.json(.neighbour, "GET", "/help-proposals/\(id)")
            #expect(own["address_zh"]?.text?.contains("101室") == true)
            let shown = try help.shown(.mother, request)
            #expect(shown["state"]?.text == "agreed")
            #expect(shown["helper_name"]?.text == "郑邻居")
            #expect(try help.answer(.neighbour, "acceptance", to: id) == "409 help-proposal-over")
            #expect(try help.answer(.neighbour, "release", to: id) == "204")
            #expect(try help.state(.mother, request) == "looking")
            let after = try help.estate.json(.neighbour, "GET", "/help-proposals/\(id)")
            #expect(after["address_zh"] == nil)
            #expect(
                try help.estate.texts("SELECT state FROM linli.help_visit") == ["cancelled"])
            try help.offer(.father)
            try await help.round()
            #expect(try help.asked() == [.father])
        }
    }

    @Test("where two stand apart none is asked, and an open asking is over for both")
    func blocked() async throws {
        try await Estate.with { help async throws in
            try help.offer(.neighbour)
            let request = try help.ask(.mother)
            try await help.round()
            let id = try help.open(.neighbour).first?["id"]?.text ?? ""
            try help.estate.run(
                """
                INSERT INTO linli.block (estate_id, id, blocker_id, other_id, was_shown, begins)
                VALUES ('\(APIFixture.a)', gen_random_uuid(), '\(FamilyEstate.mother)',
                    '\(FamilyEstate.neighbour)', true, '2026-01-01Z')
                """)
            #expect(try help.asked() == [])
            #expect(try help.answer(.neighbour, "acceptance", to: id) == "409 help-proposal-over")
            #expect(try help.state(.mother, request) == "looking")
            try help.tick()
            try help.ask(.mother, in: 60)
            try await help.round()
            #expect(try help.asked() == [])
            #expect(try help.count("SELECT count(*) FROM linli.help_visit") == 0)
        }
    }

    @Test("two devices accept at once: one visit; two servers run one round")
    func race() async throws {
        try await Estate.with { help async throws in
            for reader in [Estate.Reader.father, .neighbour, .worker] { try help.offer(reader) }
            let request = try help.ask(.mother)
            try await help.round(servers: 2)
            let who = try help.asked()
            #expect(who.count == 1)
            let id = try help.open(who[0]).first?["id"]?.text ?? ""
            let answers = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        Int(
                            try help.estate.ask(
                                who[0], "POST", "/help-proposals/\(id)/acceptance"
                            ).status)
                    }
                }
                return try await group.reduce(into: [Int]()) { $0.append($1) }.sorted()
            }
            #expect(answers == [200, 409, 409, 409])
            #expect(try help.count("SELECT count(*) FROM linli.help_visit") == 1)
            #expect(try help.state(.mother, request) == "agreed")
        }
    }

    @Test("an elder is helped by who is verified in person; nobody: a person is told, once")
    func elder() async throws {
        try await Estate.with { help async throws in
            try help.estate.run(
                "DELETE FROM linli.proof WHERE person_id = '\(FamilyEstate.father)' "
                    + "AND level = 'in_person'")
            try help.offer(.father)
            try help.ask(.grandmother, in: 12, #","is_elder":true"#)
            try await help.round()
            #expect(try help.asked() == [])
            try await help.round()
            #expect(
                try help.count("SELECT count(*) FROM linli.task WHERE kind = 'help-nobody'") == 1)
            let board = try help.estate.json(.father, "GET", "/help-board")
            #expect(board["requests"]?.elements?.isEmpty == true)
            try help.offer(.neighbour)
            try await help.round()
            #expect(try help.asked() == [.neighbour])
        }
    }

    @Test("an urgent asking asks at once, for half an hour")
    func urgent() async throws {
        try await Estate.with { help async throws in
            try help.offer(.neighbour)
            let request = try help.ask(.mother, in: 3, #","urgency":"urgent""#)
            #expect(try help.asked() == [.neighbour])
            try help.api.clock.advance(by: .seconds(1800))
            #expect(try help.asked() == [])
            try await help.round()
            try await help.round()
            #expect(
                try help.count("SELECT count(*) FROM linli.task WHERE kind = 'help-nobody'") == 1)
            // Nobody in its minutes: it goes on for two hours, then it is over.
            try help.api.clock.advance(by: .seconds(9000))
            try await help.round()
            #expect(try help.state(.mother, request) == "looking")
            let moved = try help.shown(.mother, request)["begins"]?.text.flatMap { Instant($0) }
            #expect(try #require(moved) >= help.api.clock.now() + .seconds(600))
            try help.api.clock.advance(by: .seconds(7200))
            try await help.round()
            #expect(try help.state(.mother, request) == "lapsed")
        }
    }

    @Test("nobody is asked for more than it takes in a month, nor in its days of rest")
    func limits() async throws {
        try await Estate.with { help async throws in
            try help.offer(.neighbour, ["company"], #","monthly_max":1"#)
            try help.offer(.father, ["shopping"], #","rest_days":2"#)
            for hours in [48, 60, 72] { try help.ask(.mother, in: Int64(hours)) }
            try help.ask(.mother, "shopping", in: 49)
            try help.ask(.mother, "shopping", in: 73)
            try await help.round()
            #expect(try help.open(.neighbour).count == 1)
            #expect(try help.open(.father).count == 1)
            #expect(try help.answer(.neighbour, "acceptance") == "200")
            #expect(try help.answer(.father, "acceptance") == "200")
            try await help.round()
            #expect(try help.asked() == [])
        }
    }

    @Test("'not this person' is for good, and nobody learns of it")
    func aversion() async throws {
        try await Estate.with { help async throws in
            try help.offer(.neighbour)
            try help.ask(.mother)
            try await help.round()
            #expect(
                try help.answer(.neighbour, "refusal", Estate.no("not_this_person")) == "204")
            try help.ask(.mother, in: 60)
            try await help.round()
            #expect(try help.asked() == [])
            try help.ask(.grandmother, in: 96)
            try await help.round()
            #expect(try help.asked() == [.neighbour])
        }
    }

    @Test("an office asks by hand through the same gates, with one word for every reason")
    func byHand() async throws {
        try await Estate.with { help async throws in
            let request = try help.ask(.mother)
            let begins = try help.shown(.mother, request)["begins"]?.text ?? ""
            func body(_ helper: UUID) -> String {
                #"{"helper":"\#(helper)","begins":"\#(begins)"}"#
            }
            let path = "/help-requests/\(request)/proposals"
            #expect(
                try help.estate.ask(.father, "POST", path, body(FamilyEstate.neighbour)).status
                    == 404)
            #expect(
                try help.estate.refusal(.worker, "POST", path, body(FamilyEstate.child))
                    == "409 help-helper-unfit")
            try help.tick()
            try help.estate.json(.worker, "POST", path, body(FamilyEstate.neighbour), is: 201)
            #expect(try help.asked() == [.neighbour])
            #expect(
                try help.estate.refusal(.worker, "POST", path, body(FamilyEstate.father))
                    == "409 help-over")
        }
    }
}
