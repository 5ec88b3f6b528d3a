internal import Platform
internal import Support
internal import Testing

@testable internal import Social

@Suite("Pairs that two want at once") struct PairedRaceTests {
    typealias Estate = PairedEstate

    /// Does some things at once; what each was answered, in order of the things.
    private func atOnce(
        _ things: [@Sendable () throws -> Int]
    ) async throws -> [Int] {
        try await withThrowingTaskGroup(of: (Int, Int).self) { group in
            for (number, thing) in things.enumerated() { group.addTask { (number, try thing()) } }
            var answers = [Int](repeating: 0, count: things.count)
            for try await (number, status) in group { answers[number] = status }
            return answers
        }
    }

    private func yes(
        _ pair: Estate, _ reader: Estate.Reader, _ pairing: String
    ) -> @Sendable () throws -> Int {
        {
            Int(
                try pair.estate.ask(
                    reader, "POST", "/pairings/\(pairing)/answer", #"{"answer":"yes"}"#
                ).status)
        }
    }

    private func live(_ pair: Estate) throws -> Int64? {
        try pair.count(
            "SELECT count(*) FROM linli.pairing WHERE state IN ('trial', 'active', 'review')")
    }

    @Test("two elders agree to one helper's last place at once: one has it")
    func lastPlace() async throws {
        try await Estate.with { pair async throws in
            try pair.estate.json(
                .officer, "PUT", "/help/pairing-rules", PairedFamiliesTests.rules(elders: 1),
                is: 204)
            for _ in 0..<6 {
                let one = try pair.propose()
                let other = try pair.propose(Estate.wanted(Estate.helper, FamilyEstate.father))
                #expect(try pair.answer(.neighbour, one) == "204")
                #expect(try pair.answer(.neighbour, other) == "204")
                let answers = try await atOnce([
                    yes(pair, .grandmother, one), yes(pair, .father, other),
                ])
                #expect(answers.sorted() == [204, 409])
                #expect(try live(pair) == 1)
                try clear(pair, [one, other])
            }
        }
    }

    /// A household has one family, whichever of its members agrees first.
    @Test("two of one household agree to a family each at once: one has it")
    func household() async throws {
        try await Estate.with { pair async throws in
            for _ in 0..<4 {
                let one = try pair.propose(Estate.wanted(form: "family"))
                let other = try pair.propose(
                    Estate.wanted(FamilyEstate.father, FamilyEstate.mother, form: "family"))
                #expect(try pair.answer(.neighbour, one) == "204")
                #expect(try pair.answer(.father, other) == "204")
                let answers = try await atOnce([
                    yes(pair, .grandmother, one), yes(pair, .mother, other),
                ])
                #expect(answers.sorted() == [204, 409])
                #expect(try live(pair) == 1)
                try clear(pair, [one, other])
            }
        }
    }

    private func clear(_ pair: Estate, _ pairings: [String]) throws {
        for pairing in pairings {
            _ = try pair.said(.worker, "POST", "/pairings/\(pairing)/end")
        }
        #expect(try live(pair) == 0)
    }

    @Test("both sides agree at once, on two devices each: it begins once")
    func twoSides() async throws {
        try await Estate.with { pair async throws in
            for round in 1...6 {
                let pairing = try pair.propose()
                let answers = try await atOnce([
                    yes(pair, .grandmother, pairing), yes(pair, .neighbour, pairing),
                    yes(pair, .grandmother, pairing), yes(pair, .neighbour, pairing),
                ])
                #expect(answers.filter { $0 == 204 }.count >= 2)
                #expect(answers.allSatisfy { $0 == 204 || $0 == 409 })
                #expect(try pair.state(.grandmother, pairing) == "trial")
                #expect(
                    try pair.count("SELECT count(*) FROM linli.event WHERE kind = 'pairing.begun'")
                        == Int64(round))
                #expect(
                    try pair.count(
                        "SELECT count(*) FROM linli.conversation WHERE closed_at IS NULL") == 1)
                try clear(pair, [pairing])
            }
        }
    }

    @Test("a block and an agreement at once: whichever is first, they are no pair")
    func block() async throws {
        try await Estate.with { pair async throws in
            for _ in 0..<8 {
                let pairing = try pair.propose()
                #expect(try pair.answer(.neighbour, pairing) == "204")
                let answers = try await atOnce([
                    yes(pair, .grandmother, pairing),
                    {
                        Int(
                            try pair.estate.ask(
                                .neighbour, "POST", "/me/blocks",
                                #"{"person":"\#(Estate.elder)"}"#
                            ).status)
                    },
                ])
                #expect(answers[1] == 201 && [204, 409].contains(answers[0]))
                #expect(try live(pair) == 0)
                #expect(
                    try pair.count(
                        "SELECT count(*) FROM linli.conversation WHERE closed_at IS NULL") == 0)
                try await pair.tend()
                #expect(try pair.visits("planned") == [])
                let blocks = try pair.estate.json(.neighbour, "GET", "/me/blocks")["blocks"]
                let id = blocks?.elements?.first?["id"]?.text ?? ""
                #expect(try pair.said(.neighbour, "DELETE", "/me/blocks/\(id)") == "204")
            }
        }
    }

    @Test("both end it while the job tends it: it ends once, and nothing is planned after")
    func ending() async throws {
        try await Estate.with { pair async throws in
            for round in 1...4 {
                let pairing = try await pair.begun()
                let ends: [@Sendable () throws -> Int] = [
                    Estate.Reader.neighbour, .grandmother, .worker,
                ].map { reader in
                    {
                        Int(
                            try pair.estate.ask(
                                reader, "POST", "/pairings/\(pairing)/end"
                            ).status)
                    }
                }
                try pair.api.clock.advance(by: .seconds(960))
                async let tended: Void = pair.tend()
                let answers = try await atOnce(ends)
                try await tended
                #expect(answers.sorted() == [204, 409, 409])
                #expect(try pair.visits("planned") == [])
                #expect(
                    try pair.count("SELECT count(*) FROM linli.event WHERE kind = 'pairing.ended'")
                        == Int64(round))
            }
        }
    }

    private func post(
        _ pair: Estate, _ reader: Estate.Reader, _ path: String, _ body: String? = nil
    ) -> @Sendable () throws -> Int {
        { Int(try pair.estate.ask(reader, "POST", path, body).status) }
    }

    @Test("a report, a block, an end and the job at once: it ends once, and nobody is in the way")
    func report() async throws {
        try await Estate.with { pair async throws in
            for (round, (first, weekday, next)) in [
                ("2026-04-01", 4, "2026-04-02"), ("2026-04-04", 7, "2026-04-05"),
                ("2026-04-07", 3, "2026-04-08"),
            ].enumerated() {
                try pair.at("\(first)T00:00:00Z")
                let pairing = try await pair.begun(
                    Estate.wanted().replacing(#""weekday":3"#, with: #""weekday":\#(weekday)"#))
                let visit = try pair.visit()
                try pair.at("\(next)T02:00:00Z")
                #expect(try pair.said(.neighbour, "POST", "/visits/\(visit)/check-in") == "204")
                async let tended: Void = pair.tend()
                let answers = try await atOnce([
                    post(pair, .grandmother, "/visits/\(visit)/safety", #"{"is_safe":false}"#),
                    post(pair, .neighbour, "/me/blocks", #"{"person":"\#(Estate.elder)"}"#),
                    post(pair, .worker, "/pairings/\(pairing)/end"),
                ])
                try await tended
                #expect(answers[0] == 204 && answers[1] == 201)
                #expect([204, 409].contains(answers[2]))
                #expect(try live(pair) == 0)
                #expect(try pair.visits("planned") == [])
                #expect(
                    try pair.count("SELECT count(*) FROM linli.event WHERE kind = 'pairing.ended'")
                        == Int64(round + 1))
                try pair.estate.run(
                    """
                    DELETE FROM linli.help_safety_report; DELETE FROM linli.block;
                    UPDATE linli.help_visit SET state = 'done', checked_out_at = checked_in_at,
                        closed_at = checked_in_at WHERE state = 'under_way'
                    """)
            }
        }
    }
}
