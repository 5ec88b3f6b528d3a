internal import Platform
internal import Support
internal import Testing

@testable internal import Social

@Suite("Who might suit whom") struct PairingSuggestionTests {
    typealias Estate = PairedEstate

    private func wish(
        _ pair: Estate, _ reader: Estate.Reader, _ side: String, _ more: String = ""
    ) throws {
        #expect(
            try pair.said(
                reader, "PUT", "/me/pairing-wishes/\(side)",
                #"{"form":"elder","kinds":["walk","company"]\#(more)}"#) == "204")
    }

    private func suggested(_ pair: Estate) throws -> [JSON] {
        try pair.tick()
        return try pair.estate.json(.worker, "GET", "/pairing-suggestions")["suggestions"]?.elements
            ?? []
    }

    @Test("of those who would be paired the offices read who suits whom and why, and it is logged")
    func suggestions() async throws {
        try await Estate.with { pair async throws in
            try wish(pair, .neighbour, "helper", #","seats":2"#)
            #expect(try suggested(pair).isEmpty)
            try wish(pair, .grandmother, "person")
            try wish(pair, .father, "person")
            for reader in [Estate.Reader.neighbour, .grandmother, .father] {
                #expect(try pair.estate.ask(reader, "GET", "/pairing-suggestions").status == 404)
            }
            let list = try suggested(pair)
            #expect(
                list.map { $0["person"]?.text }
                    == ["\(Estate.elder)", "\(FamilyEstate.father)"])
            let reasons = list[0]["reasons"]?.elements ?? []
            #expect(
                reasons.map { $0["code"]?.text } == ["wish", "tie", "same_building"])
            #expect(reasons.allSatisfy { $0["zh"]?.text != nil && $0["en"]?.text != nil })
            #expect(
                try pair.count(
                    """
                    SELECT count(*) FROM linli.record_read
                    WHERE kind = 'help' AND about_id = \(Estate.elder)
                    """) == 1)
            // One place: who is known has it. What is proposed is suggested no more.
            try wish(pair, .neighbour, "helper")
            #expect(try suggested(pair).map { $0["person"]?.text } == ["\(Estate.elder)"])
            _ = try pair.propose()
            #expect(try suggested(pair).isEmpty)
        }
    }

    @Test("whom anything keeps apart, and who has taken it back, is suggested to nobody")
    func apart() async throws {
        try await Estate.with { pair async throws in
            try wish(pair, .neighbour, "helper")
            try wish(pair, .grandmother, "person")
            #expect(try suggested(pair).count == 1)
            #expect(
                try pair.said(
                    .grandmother, "POST", "/me/blocks", #"{"person":"\#(Estate.helper)"}"#)
                    == "201")
            #expect(try suggested(pair).isEmpty)
            try wish(pair, .father, "person")
            #expect(try suggested(pair).count == 1)
            let own = try pair.estate.json(.father, "GET", "/me/pairing-wishes")
            #expect(own["wishes"]?.elements?.first?["kinds"]?.elements?.count == 2)
            #expect(try pair.said(.father, "DELETE", "/me/pairing-wishes/person") == "204")
            #expect(
                try pair.said(.father, "DELETE", "/me/pairing-wishes/person") == "404 not-found")
            #expect(try suggested(pair).isEmpty)
        }
    }

    private func couple(_ helper: UInt64, _ person: UInt64, tie: String? = nil, seats: Int32 = 1)
        -> PairingSuggester.Couple
    {
        PairingSuggester.Couple(
            helper: APIFixture.id(helper), helperName: "", seats: seats,
            person: APIFixture.id(person), personName: "", form: "elder", kind: "walk", tie: tie,
            visits: 0, isOfStair: false, isOfBuilding: false)
    }

    @Test("no two who are not together would both rather be; a helper takes no more than it said")
    func stable() {
        let couples = [
            couple(1, 11), couple(2, 11, tie: "friend"), couple(1, 12), couple(2, 12, tie: "kin"),
            couple(1, 13, seats: 1), couple(2, 13),
        ]
        let solved = PairingSuggester(couples: couples).solve()
        let found = solved.map { "\($0.helper == APIFixture.id(1) ? 1 : 2) \($0.person)" }
        #expect(found == ["1 \(APIFixture.id(11))", "2 \(APIFixture.id(12))"])
        let roomy = [couple(3, 21, seats: 2), couple(3, 22, seats: 2), couple(3, 23, seats: 2)]
        #expect(
            PairingSuggester(couples: roomy).solve().map(\.person)
                == [APIFixture.id(21), APIFixture.id(22)])
        #expect(PairingSuggester(couples: []).solve().isEmpty)
    }
}
