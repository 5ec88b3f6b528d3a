internal import Platform
internal import Support
import Testing

@testable internal import Social

@Suite("Reports of goods, through the wire") struct GoodsReportTests {
    typealias Estate = GoodsEstate

    @Test(
        "a period is a month, a quarter or a year",
        arguments: [
            ("2026-03", "2026-03-01", 1), ("2026-Q1", "2026-01-01", 3),
            ("2026-Q4", "2026-10-01", 3), ("2026", "2026-01-01", 12),
        ])
    func periods(text: String, first: String, months: Int32) {
        let period = GoodsPeriod(text)
        #expect(period?.first == Day(first))
        #expect(period?.months == months)
    }

    @Test(
        "what is no period is none",
        arguments: ["", "2026-13", "2026-Q0", "2026-Q5", "2026-3", "26", "2026-", "-2026", "Q1-26"])
    func noPeriods(text: String) { #expect(GoodsPeriod(text) == nil) }

    private func rows(
        _ goods: Estate, _ query: String = "", _ reader: Estate.Reader = .neighbour
    ) throws -> [String: JSON] {
        let report = try goods.content(goods.ask(reader, "GET", "/report\(query)"))
        return Dictionary(
            (report["rows"]?.elements ?? []).map {
                ("\($0["flow"]?.text ?? "") \($0["reason"]?.text ?? "")", $0)
            }, uniquingKeysWith: { first, _ in first })
    }

    private func amounts(_ rows: [String: JSON]) -> [String: String] {
        rows.compactMapValues { $0["quantity"]?.text }
    }

    /// Hands some of a lot to a household, as the entry does.
    private func issue(
        _ goods: Estate, _ lot: String, _ quantity: String, to household: UUID = Estate.household
    ) async throws {
        let answer = try await goods.lots { lots, event in
            try await lots.issue(
                [
                    .init(
                        GoodsStockTests.id(lot), at: Estate.room,
                        try GoodsStockTests.much(quantity, 3))
                ], to: household, because: LedgerCause("walk_in"), telling: event)
        }
        #expect(answer == .posted)
    }

    @Test("by category and reason, as the day began; a reversal takes back what it reverses")
    func reasons() async throws {
        try await Estate.with { goods async throws in
            let rice = try goods.item()
            let lot = try goods.lot(of: rice, "10.5")
            let discard = #"{"place":"\#(Estate.room)","quantity":"2","because":"damaged"}"#
            for _ in 0..<2 {
                try goods.content(goods.ask(.neighbour, "POST", "/lots/\(lot)/discards", discard))
            }
            let moved = try goods.content(goods.ask(.neighbour, "GET", "/lots/\(lot)/movements"))
            let last = moved["movements"]?.elements?.first?["id"]?.text ?? ""
            try goods.content(
                goods.ask(
                    .neighbour, "POST", "/movements/\(last)/reversals", #"{"because":"mistake"}"#),
                201)
            try await issue(goods, lot, "1.25")
            try goods.content(
                goods.ask(
                    .neighbour, "POST", "/places/\(Estate.room)/stocktakes",
                    #"{"lines":[{"lot":"\#(lot)","counted":"7"}]}"#), 201)
            // Today is not in it.
            #expect(try rows(goods).isEmpty)
            try goods.api.clock.set(Instant("2026-03-02T00:00:00Z") ?? APIFixture.start)
            _ = try goods.lot(of: rice, "3")
            let found = try rows(goods, "?period=2026-03")
            #expect(
                amounts(found) == [
                    "in given": "10.5", "out damaged": "2", "out issued": "1.25",
                    "corrected counted": "-0.25", "shelf end": "7",
                ])
            #expect(found["in given"]?["category"]?.text == "food")
            // One intake, one household: below five.
            #expect(found.values.allSatisfy { $0["times"] == nil && $0["households"] == nil })
            #expect(try amounts(rows(goods, "?period=2026-Q1")) == amounts(found))
            #expect(try amounts(rows(goods)) == amounts(found))
            #expect(try rows(goods, "?period=2025").isEmpty)
            #expect(try rows(goods, "?period=2027-01").isEmpty)
            // In the month before nothing lay there.
            #expect(try rows(goods, "?period=2026-02").isEmpty)
            #expect(try goods.ask(.neighbour, "GET", "/report?period=2026-13").status == 400)
            let file = try goods.ask(.neighbour, "GET", "/report.csv?period=2026")
            #expect(file["content-type"] == "text/csv; charset=utf-8")
            #expect(file.text.contains("food,kilogram,out,issued,1.25,,"))
        }
    }

    @Test("at five, how often and for how many households is told, to who reads counts alone too")
    func five() async throws {
        try await Estate.with { goods async throws in
            let lot = try goods.lot(of: try goods.item(), "10")
            for number in 0..<5 as Range<UInt64> {
                let id = APIFixture.id(0xD50 + number)
                try goods.api.database.superuser().run(
                    """
                    INSERT INTO linli.household (estate_id, id, residence_id, begins) VALUES
                        ('\(APIFixture.a)', '\(id)', '\(APIFixture.id(0xA4))', '2026-01-01Z')
                    """)
                if number < 4 { try await issue(goods, lot, "0.5", to: id) }
            }
            try goods.api.clock.set(Instant("2026-03-02T00:00:00Z") ?? APIFixture.start)
            let four = try rows(goods)["out issued"]
            #expect(four?["quantity"]?.text == "2")
            #expect(four?["households"] == nil)
            try await issue(goods, lot, "0.5", to: APIFixture.id(0xD54))
            try goods.api.clock.set(Instant("2026-03-03T00:00:00Z") ?? APIFixture.start)
            for reader in [Estate.Reader.neighbour, .officer] {
                let five = try rows(goods, "", reader)["out issued"]
                #expect(five?["households"]?.integer == 5)
                #expect(five?["times"]?.integer == 5)
            }
            for reader in [Estate.Reader.leader, .member, .stranger] {
                #expect(try goods.ask(reader, "GET", "/report").status == 404)
                #expect(try goods.ask(reader, "GET", "/report.csv").status == 404)
            }
            #expect(try goods.ask(.visitor, "GET", "/report").status == 401)
        }
    }
}
