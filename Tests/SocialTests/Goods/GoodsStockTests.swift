internal import Platform
internal import Support
import Testing

@testable internal import Social

@Suite("What is done with stock, through the wire") struct GoodsStockTests {
    typealias Estate = GoodsEstate

    @Test("stock moves, is held back, let go, thrown away and counted; each is a movement")
    func acts() async throws {
        try await Estate.with { goods async throws in
            let rice = try goods.item()
            let lot = try goods.lot(of: rice, "10.5")
            let made = try goods.content(
                goods.ask(
                    .neighbour, "POST", "/places/\(Estate.room)/bins",
                    #"{"code":"A-1","name_zh":"甲一","name_en":"A 1"}"#), 201)
            let bin = made["id"]?.text ?? ""
            let place = #""place":"\#(Estate.room)""#
            let moved = try goods.content(
                goods.ask(
                    .neighbour, "POST", "/lots/\(lot)/transfers",
                    #"{\#(place),"to":"\#(bin)","quantity":"4.25"}"#))
            #expect(
                moved["places"]?.elements?.compactMap { $0["quantity"]?.text }.sorted()
                    == ["4.25", "6.25"])
            let short = try goods.ask(
                .neighbour, "POST", "/lots/\(lot)/transfers",
                #"{\#(place),"to":"\#(bin)","quantity":"6.251"}"#)
            #expect(try goods.refusal(short) == "409 not-enough-there")
            #expect(short.text.contains("6.25"))
            #expect(
                try goods.refusal(
                    goods.ask(
                        .neighbour, "POST", "/lots/\(lot)/transfers",
                        #"{\#(place),"to":"\#(Estate.room)","quantity":"1"}"#))
                    == "422 goods-same-place")
            try goods.content(
                goods.ask(
                    .neighbour, "POST", "/lots/\(lot)/quarantines", #"{\#(place),"quantity":"2"}"#))
            #expect(try goods.amounts(lot) == ["8.5", "0", "2"])
            try goods.content(
                goods.ask(
                    .neighbour, "POST", "/lots/\(lot)/releases", #"{\#(place),"quantity":"1.5"}"#))
            try goods.content(
                goods.ask(
                    .neighbour, "POST", "/lots/\(lot)/discards",
                    #"{\#(place),"quantity":"0.5","status":"quarantine","because":"spoiled"}"#))
            #expect(try goods.amounts(lot) == ["10", "0", "0"])
            let counted = try goods.content(
                goods.ask(
                    .neighbour, "POST", "/places/\(bin)/stocktakes",
                    #"{"lines":[{"lot":"\#(lot)","counted":"4"}]}"#), 201)
            #expect(counted["differs"]?.integer == 1)
            #expect(try goods.amounts(lot) == ["9.75", "0", "0"])
            let again = try goods.content(
                goods.ask(
                    .neighbour, "POST", "/places/\(bin)/stocktakes",
                    #"{"lines":[{"lot":"\#(lot)","counted":"4"}]}"#), 201)
            #expect(again["differs"]?.integer == 0)
            let history = try goods.content(goods.ask(.neighbour, "GET", "/lots/\(lot)/movements"))
            #expect(
                history["movements"]?.elements?.compactMap { $0["reason"]?.text } == [
                    "counted", "spoiled", "released", "quarantined", "moved", "taken_in",
                ])
            for reader in [Estate.Reader.member, .leader, .stranger] {
                #expect(try goods.ask(reader, "GET", "/lots/\(lot)").status == 404)
                #expect(try goods.ask(reader, "GET", "/lots/\(lot)/movements").status == 404)
            }
        }
    }

    @Test("a wrong entry is taken back by a movement the other way, once, and never below nothing")
    func reversal() async throws {
        try await Estate.with { goods async throws in
            let lot = try goods.lot(of: try goods.item(), "3")
            func last() throws -> String {
                let all = try goods.content(goods.ask(.neighbour, "GET", "/lots/\(lot)/movements"))
                return all["movements"]?.elements?.first?["id"]?.text ?? ""
            }
            let intake = try last()
            let discard = #"{"place":"\#(Estate.room)","quantity":"2","because":"damaged"}"#
            try goods.content(goods.ask(.neighbour, "POST", "/lots/\(lot)/discards", discard))
            let thrown = try last()
            let because = #"{"because":"mistake"}"#
            // Two of the three are gone: the intake cannot be taken back before them.
            #expect(
                try goods.refusal(
                    goods.ask(.neighbour, "POST", "/movements/\(intake)/reversals", because))
                    == "409 not-enough-there")
            try goods.content(
                goods.ask(.neighbour, "POST", "/movements/\(thrown)/reversals", because), 201)
            #expect(try goods.amounts(lot) == ["3", "0", "0"])
            #expect(
                try goods.refusal(
                    goods.ask(.neighbour, "POST", "/movements/\(thrown)/reversals", because))
                    == "409 movement-reversed")
            #expect(
                try goods.ask(.member, "POST", "/movements/\(intake)/reversals", because).status
                    == 404)
            try goods.content(
                goods.ask(.neighbour, "POST", "/movements/\(intake)/reversals", because), 201)
            #expect(try goods.amounts(lot) == ["0", "0", "0"])
        }
    }

    @Test("boards, file, label and the public month show what there is, and nobody's name")
    func boards() async throws {
        try await Estate.with { goods async throws in
            let rice = try goods.item(more: #","short_below":"20""#)
            let soon = try goods.lot(of: rice, "5", expires: "2026-03-10")
            let later = try goods.lot(of: rice, "7.125", expires: "2026-09-30")
            let near = try goods.content(goods.ask(.neighbour, "GET", "/expiring"))
            #expect(near["lots"]?.elements?.compactMap { $0["id"]?.text } == [soon])
            let pages = try goods.ask(.neighbour, "GET", "/expiring?days=366&limit=1")
            let next = try #require(
                pages["link"]?.split(separator: ">").first?.dropFirst())
            let second = try goods.content(goods.ask(.neighbour, "GET", String(next)))
            #expect(second["lots"]?.elements?.compactMap { $0["id"]?.text } == [later])
            let short = try goods.content(goods.ask(.officer, "GET", "/shortages"))
            #expect(short["items"]?.elements?.first?["free"]?.text == "12.125")
            let file = try goods.ask(.neighbour, "GET", "/stock.csv")
            #expect(file["content-type"] == "text/csv; charset=utf-8")
            #expect(file.text.contains("7.125,kilogram"))
            let label = try goods.ask(.neighbour, "GET", "/lots/\(soon)/label.svg")
            #expect(label.text.hasPrefix("<svg"))
            let answer = try await goods.lots { lots, event in
                try await lots.issue(
                    [.init(Self.id(later), at: Estate.room, try Self.much("1", 3))],
                    to: Estate.household, because: LedgerCause("walk_in"), telling: event)
            }
            #expect(answer == .posted)
            for reader in [Estate.Reader.visitor, .leader] {
                let month = try goods.content(goods.ask(reader, "GET", "/month"))
                let row = month["items"]?.elements?.first
                #expect(row?["came"]?.text == "12.125")
                #expect(row?["went"]?.text == "1")
                #expect(row?["shelf"]?.text == "11.125")
            }
            let before = try goods.content(goods.ask(.visitor, "GET", "/month?month=2026-02"))
            #expect(before["items"]?.elements?.isEmpty == true)
            for path in ["/expiring", "/shortages", "/stock.csv"] {
                #expect(
                    try goods.refusal(goods.ask(.leader, "GET", path))
                        == "403 not-on-goods-duty")
            }
            #expect(try goods.ask(.leader, "GET", "/lots/\(soon)/label.svg").status == 404)
        }
    }

    static func id(_ text: String) -> UUID { UUID(text) ?? UUID(high: 0, low: 0) }

    static func much(_ text: String, _ scale: Int) throws -> Quantity {
        try Quantity(text, scale: scale)
    }
}
