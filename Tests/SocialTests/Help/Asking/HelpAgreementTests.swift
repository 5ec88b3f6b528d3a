internal import Platform
internal import Realtime
internal import Support
internal import Testing

@testable internal import Social

@Suite("What comes of an acceptance, through the wire") struct HelpAgreementTests {
    typealias Estate = AskingEstate

    @Test("an acceptance tells who is helped once, and who agreed nothing more")
    func toldOnce() async throws {
        try await Estate.with { help async throws in
            try help.offer(.neighbour)
            try help.ask(.mother)
            try await help.round()
            #expect(try help.answer(.neighbour, "acceptance") == "200")
            let told = try help.estate.told(FamilyEstate.mother).filter { $0.hasPrefix("help") }
            #expect(told == ["helpRequest.agreed"])
            #expect(try help.estate.told(FamilyEstate.neighbour) == ["helpProposal.made"])
            #expect(try help.events("helpVisit.planned") == 1)
        }
    }

    @Test(
        "the address that a helper reads leaves a line with who is helped, once a day"
    )
    func addressIsLogged() async throws {
        try await Estate.with { help async throws in
            try help.offer(.neighbour)
            try help.ask(.grandmother)
            try await help.round()
            let lines: SQL = """
                SELECT reader_role || ' ' || kind || ' ' || purpose FROM linli.record_read
                WHERE about_id = \(FamilyEstate.grandmother)
                    AND reader_id = \(FamilyEstate.neighbour)
                """
            // Before an acceptance there is no address to read.
            _ = try help.open(.neighbour)
            #expect(try help.estate.texts(lines) == [])
            #expect(try help.answer(.neighbour, "acceptance") == "200")
            #expect(try help.estate.texts(lines) == ["helper address visit"])
            let visits = try help.estate.json(.neighbour, "GET", "/me/visits")["visits"]?.elements
            #expect(visits?.first?["address_zh"]?.text?.contains("101室") == true)
            // Once a day, however often; she who is helped leaves none by reading her own.
            #expect(try help.estate.texts(lines) == ["helper address visit"])
            _ = try help.estate.json(.grandmother, "GET", "/me/visits")
            #expect(
                try help.count(
                    "SELECT count(*) FROM linli.record_read WHERE reader_role = 'helper'") == 1)
        }
    }

    @Test("a visit names the talk of its two sides to these, and to nobody else")
    func talk() async throws {
        try await Estate.with { help async throws in
            try help.offer(.neighbour)
            try help.ask(.grandmother)
            try await help.round()
            #expect(try help.answer(.neighbour, "acceptance") == "200")
            let visits = try help.estate.json(.neighbour, "GET", "/me/visits")["visits"]?.elements
            let own = try help.estate.json(.grandmother, "GET", "/me/visits")["visits"]?.elements
            let talks = try help.estate.json(.grandmother, "GET", "/conversations")
            let talk = try #require(talks["conversations"]?.elements?.first?["id"]?.text)
            #expect(own?.first?["conversation"]?.text == talk)
            #expect(visits?.first?["conversation"]?.text == talk)
            // Neither an office nor another of the household is in what the two say.
            for reader in [Estate.Reader.mother, .worker] {
                let id = visits?.first?["id"]?.text ?? ""
                let seen = try help.estate.json(reader, "GET", "/visits/\(id)")
                #expect(seen["visit"]?["conversation"] == nil, "\(reader)")
            }
        }
    }

    @Test("a block between proposal and acceptance: too late in the usual words, nothing half-done")
    func blockInTheMiddle() async throws {
        try await Estate.with { help async throws in
            try help.offer(.neighbour)
            let request = try help.ask(.mother)
            try await help.round()
            let asked = try #require(help.open(.neighbour).first?["id"]?.text)
            try help.estate.json(
                .mother, "POST", "/me/blocks", #"{"person":"\#(FamilyEstate.neighbour)"}"#, is: 201)
            #expect(
                try help.answer(.neighbour, "acceptance", to: asked) == "409 help-proposal-over")
            try Self.nothingDone(help, request)
        }
    }

    @Test("a guardian's consent taken back in the middle: refused, and nothing half-done")
    func consentInTheMiddle() async throws {
        let vetted = """
            INSERT INTO linli.vetting (estate_id, id, person_id, because, vetted_by, begins, ends)
            VALUES ('\(APIFixture.a)', gen_random_uuid(), '\(FamilyEstate.neighbour)', '看过',
                '\(FamilyEstate.worker)', '2026-01-01Z', '2027-01-01Z')
            """
        try await Estate.with { help async throws in
            let child = try help.estate.enter()
            let consent = try help.estate.agree(.mother, child, "alone_with_adult")
            try help.estate.run(vetted)
            try help.offer(.neighbour, ["childcare"])
            let request = try help.ask(
                .mother, "childcare", in: 48, #","child":"\#(child)""#)
            try await help.round()
            let asked = try #require(help.open(.neighbour).first?["id"]?.text)
            let given = consent["id"]?.text ?? ""
            try help.estate.json(.mother, "POST", "/consents/\(given)/withdrawal")
            #expect(
                try help.answer(.neighbour, "acceptance", to: asked) == "409 help-proposal-over")
            try Self.nothingDone(help, request)
        }
    }

    /// No visit, no talk and no promise came of an acceptance that was refused.
    private static func nothingDone(_ help: Estate, _ request: String) throws {
        #expect(try help.state(.mother, request) == "looking")
        for table in ["help_visit", "conversation"] {
            #expect(
                try help.estate.texts(
                    SQL(stringLiteral: "SELECT count(*)::text FROM linli.\(table)")) == ["0"],
                "\(table)")
        }
        #expect(try help.events("helpVisit.planned") == 0)
        #expect(try help.events("helpRequest.agreed") == 0)
    }

    @Test(
        "two who block each other while one accepts: never a visit between them", arguments: 0..<4)
    func blockBesideAcceptance(turn: Int) async throws {
        try await Estate.with { help async throws in
            try help.offer(.neighbour)
            try help.ask(.mother, in: 12)
            try await help.round()
            let asked = try #require(help.open(.neighbour).first?["id"]?.text)
            try help.tick()
            let estate = help.estate
            let accept: @Sendable () throws -> Int = {
                Int(
                    try estate.ask(.neighbour, "POST", "/help-proposals/\(asked)/acceptance").status
                )
            }
            let one: @Sendable () throws -> Int = {
                Int(
                    try estate.ask(
                        .mother, "POST", "/me/blocks",
                        #"{"person":"\#(FamilyEstate.neighbour)"}"#
                    ).status)
            }
            let other: @Sendable () throws -> Int = {
                Int(
                    try estate.ask(
                        .neighbour, "POST", "/me/blocks",
                        #"{"person":"\#(FamilyEstate.mother)"}"#
                    ).status)
            }
            let acts = turn % 2 == 0 ? [accept, one, other] : [one, other, accept]
            let answers = try await withThrowingTaskGroup(of: Int.self) { group in
                for act in acts { group.addTask { try act() } }
                return try await group.reduce(into: [Int]()) { $0.append($1) }.sorted()
            }
            #expect(answers == [200, 201, 201] || answers == [201, 201, 409], "\(answers)")
            // What was agreed a moment before ends as the desk ends it.
            try help.tick()
            let connection = try help.api.database.superuser()
            for (name, value) in [
                ("instant", "\(help.api.clock.now().microseconds)"), ("principal", "job"),
                ("estate", "\(APIFixture.a)"), ("job", "help-visits"),
            ] { try connection.run("SELECT set_config('linli.\(name)', '\(value)', false)") }
            _ = try connection.run(OneCell<Int64>(sql: "SELECT linli.help_visits_sweep(50)"))
            #expect(
                try help.count("SELECT count(*) FROM linli.help_visit WHERE state = 'planned'") == 0
            )
            let waiting = try help.open(.neighbour)
            #expect(waiting.isEmpty)
        }
    }

    @Test("a vouch of 180 days ago counts for nothing from that instant on")
    func vouchExpired() async throws {
        try await Estate.with { help async throws in
            try help.offer(.neighbour)
            try help.estate.json(
                .father, "POST", "/me/vouches",
                #"{"person":"\#(FamilyEstate.neighbour)","domain":"company"}"#, is: 204)
            func counted() throws -> [Int64] {
                try help.owner().run(
                    OneCell<Int64>(
                        sql: """
                            SELECT e.vouches::bigint
                            FROM linli.help_round_evidence(
                                \([FamilyEstate.neighbour]), \([FamilyEstate.mother])) AS e
                            """)
                ).filter { $0 > 0 }
            }
            let said = help.api.clock.now()
            #expect(try counted() == [1])
            try help.api.clock.set(said + .seconds(180 * 86_400) - .microseconds(1))
            #expect(try counted() == [1])
            try help.api.clock.set(said + .seconds(180 * 86_400))
            #expect(try counted() == [])
        }
    }
}
