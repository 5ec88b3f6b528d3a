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
}
