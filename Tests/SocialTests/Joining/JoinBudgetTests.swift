internal import Platform
internal import Realtime
internal import Support
internal import Testing

@testable internal import Social

@Suite("Join codes against guessing") struct JoinBudgetTests {
    typealias Estate = JoiningEstate

    @Test("a code is read however it is typed, and has sixty bits")
    func form() throws {
        let code = try #require(JoinCode("7k3m-9qwa-2dxh"))
        #expect(code.text == "7K3M-9QWA-2DXH")
        #expect(JoinCode("７Ｋ３Ｍ ９ＱＷＡ　2dxh") == code)
        #expect(JoinCode("OIL0-1110-0000") == JoinCode("0110-1110-0000"))
        for wrong in ["", "7K3M-9QWA-2DX", "7K3M-9QWA-2DXHH", "7K3M-9QWA-2DXU", "七K3M-9QWA-2DXH"] {
            #expect(JoinCode(wrong) == nil)
        }
        #expect("\(code)" == "a join code")
        let many = (0..<2000).map { _ in JoinCode.random() }
        #expect(Set(many).count == many.count)
        #expect(Set(many.flatMap { $0.text }).count == 33, "all characters, and the hyphen")
    }

    /// Guesses of strangers from many addresses and phones: how many were looked at.
    private func guess(
        _ estate: Estate, _ count: Int, minute: Int
    ) throws {
        try estate.run(
            """
            DO $$
            DECLARE
                at CONSTANT timestamptz := timestamptz '2026-03-01Z'
                    + \(minute) * interval '1 minute';
            BEGIN
                FOR n IN 1..\(count) LOOP
                    PERFORM linli.request_join(gen_random_uuid(),
                        sha256(int4send(n % 800)), sha256(int4send(n % 97)), '\\x00', '\\x00',
                        sha256(uuid_send(gen_random_uuid())), at, 300, 1000, 1000, 1000, 1000, 1000,
                        300, 6000, 10);
                END LOOP;
            END
            $$
            """)
    }

    @Test("of any number of guesses in an hour, no more are looked at than the budget in all")
    func budget() async throws {
        try await Estate.with { estate async throws in
            _ = try estate.issue(#""residence":"\#(Estate.empty)""#)
            // More than a minute's budget, minute by minute, until that of the hour is spent.
            for minute in 0..<25 { try guess(estate, 320, minute: minute) }
            let looked = try estate.count("SELECT count(*) FROM linli.join_request")
            let refused = try estate.count(
                "SELECT sum(refusals)::bigint FROM linli.sign_in_refusal")
            #expect(looked == 6000)
            #expect(looked + refused == 8000)
            #expect(
                try estate.count(
                    "SELECT count(*) FROM linli.join_request WHERE join_id IS NOT NULL") == 0)
            #expect(estate.post.count == 0)
            // So a million guesses take a week at the least, and each of them finds one of ten
            // thousand open codes with a chance of 10⁴ in 2⁶⁰.
            let limits = JoinLimits()
            let hours = 1_000_000.0 / Double(limits.signIn.allPerHour)
            #expect(hours > 24 * 6)
            let bits = 60.0
            let chance =
                1_000_000.0 * 10_000.0 / Double(sign: .plus, exponent: Int(bits), significand: 1)
            #expect(chance < 1e-8)
        }
    }

    @Test("a phone, an address and a code each have a budget of messages")
    func budgets() async throws {
        var limits = JoinLimits()
        limits.messagesPerCodeAndDay = 2
        try await Estate.with(limits: limits) { estate async throws in
            let paper = try estate.issue(#""residence":"\#(Estate.empty)""#)
            _ = try estate.request(paper.code, "13911110001")
            _ = try await estate.message(after: 0)
            // The same phone within the minute.
            _ = try estate.request(paper.code, "13911110001")
            _ = try estate.request(paper.code, "13911110002")
            _ = try await estate.message(after: 1)
            // A third phone: the code's budget is spent.
            let third = try estate.request(paper.code, "13911110003")
            #expect(
                try estate.refusal(try estate.join(third, "000000")) == "422 join-code-wrong")
            #expect(estate.post.count == 2)
            // An address has ten a minute.
            for number in 4..<12 {
                _ = try estate.request("0000-0000-0000", "139111100\(number + 10)")
            }
            #expect(try estate.count("SELECT count(*) FROM linli.join_request") == 10)
        }
    }

    @Test("what no limit counts any more is forgotten")
    func sweep() async throws {
        try await Estate.with { estate async throws in
            _ = try estate.request("0000-0000-0000", "13911110001")
            _ = try estate.ask(
                .stranger, "POST", "/api/v1/me/joining", #"{"code":"0000-0000-0000"}"#)
            #expect(
                try estate.count("SELECT linli.forget_joins('2026-03-01T23:59:59Z', 10)::bigint")
                    == 0)
            #expect(
                try estate.count("SELECT linli.forget_joins('2026-03-02T00:00:00Z', 10)::bigint")
                    == 2)
        }
    }
}
