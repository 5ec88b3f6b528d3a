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
