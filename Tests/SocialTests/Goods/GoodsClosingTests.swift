internal import Platform
internal import Support
import Testing

@testable internal import Social

@Suite("Closing goods rooms and bins, through the wire") struct GoodsClosingTests {
    typealias Estate = GoodsEstate

    private static let closing = "/places/\(Estate.room)/closing"

    private func bin(_ goods: Estate, _ code: String = "A-1") throws -> String {
        let made = try goods.content(
            goods.ask(
                .neighbour, "POST", "/places/\(Estate.room)/bins",
                #"{"code":"\#(code)","name_zh":"甲一","name_en":"A 1"}"#), 201)
        return try #require(made["id"]?.text)
    }

    private func move(
        _ goods: Estate, _ lot: String, from: String, to: String, _ quantity: String,
        _ reader: Estate.Reader = .officer
    ) throws -> TestClient.Answer {
        try goods.ask(
            reader, "POST", "/lots/\(lot)/transfers",
            #"{"place":"\#(from)","to":"\#(to)","quantity":"\#(quantity)"}"#)
    }

    private func open(_ goods: Estate) throws -> Set<String> {
        let list = try goods.content(goods.ask(.leader, "GET", "/places"))
        return Set(list["places"]?.elements?.compactMap { $0["id"]?.text } ?? [])
    }

    @Test("a room with stock does not close; the refusal names what remains")
    func stocked() async throws {
        try await Estate.with { goods async throws in
            let bin = try bin(goods)
            let rice = try goods.item()
            let lot = try goods.lot(of: rice, "3")
            let code = try goods.content(goods.ask(.neighbour, "GET", "/lots/\(lot)"))["code"]?.text
            // What is held back in a bin is stock of the room too.
            try goods.content(move(goods, lot, from: "\(Estate.room)", to: bin, "3", .neighbour))
            try goods.content(
                goods.ask(
                    .neighbour, "POST", "/lots/\(lot)/quarantines",
                    #"{"place":"\#(bin)","quantity":"3"}"#))
            for path in [Self.closing, "/places/\(bin)/closing"] {
                let refused = try goods.ask(.officer, "POST", path)
                #expect(try goods.refusal(refused) == "409 goods-place-stocked")
                #expect(refused.text.contains(try #require(code)))
            }
            try goods.content(
                goods.ask(
                    .neighbour, "POST", "/lots/\(lot)/discards",
                    #"{"place":"\#(bin)","quantity":"3","status":"quarantine","because":"spoiled"}"#
                ))
            try goods.content(goods.ask(.officer, "POST", Self.closing), 204)
            #expect(try open(goods) == ["\(Estate.otherRoom)"])
            let all = try goods.content(goods.ask(.leader, "GET", "/places?state=all"))
            #expect(all["places"]?.elements?.count { $0["closed_at"] != nil } == 2)
        }
    }

    @Test("the committee closes rooms, those on duty their bins; everybody else is refused")
    func whoMay() async throws {
        try await Estate.with { goods async throws in
            let bin = try bin(goods)
            for reader in [Estate.Reader.neighbour, .leader, .member] {
                #expect(
                    try goods.refusal(goods.ask(reader, "POST", Self.closing))
                        == "403 not-on-goods-duty")
                #expect(
                    try goods.refusal(goods.ask(reader, "DELETE", Self.closing))
                        == "403 not-on-goods-duty")
            }
            #expect(
                try goods.refusal(goods.ask(.leader, "POST", "/places/\(bin)/closing"))
                    == "403 not-on-goods-duty")
            for reader in [Estate.Reader.stranger, .officer] {
                let path = "/places/\(reader == .officer ? Estate.plain : Estate.room)/closing"
                #expect(try goods.ask(reader, "POST", path).status == 404)
                #expect(try goods.ask(reader, "DELETE", path).status == 404)
            }
            #expect(
                try goods.refusal(goods.ask(.neighbour, "DELETE", "/places/\(bin)/closing"))
                    == "409 goods-place-there")
            try goods.content(goods.ask(.neighbour, "POST", "/places/\(bin)/closing"), 204)
            #expect(
                try goods.refusal(goods.ask(.neighbour, "POST", "/places/\(bin)/closing"))
                    == "409 goods-place-closed")
            #expect(try open(goods).contains("\(Estate.room)"))
            try goods.content(goods.ask(.neighbour, "DELETE", "/places/\(bin)/closing"), 204)
            #expect(try open(goods).contains(bin))
        }
    }

    @Test("nothing comes to lie where it is closed, whatever way it would come")
    func nothingIn() async throws {
        try await Estate.with { goods async throws in
            let rice = try goods.item()
            let bin = try bin(goods)
            let lot = try goods.lot(of: rice, "3")
            let elsewhere = "\(Estate.otherRoom)"
            let first = try goods.content(goods.ask(.neighbour, "GET", "/lots/\(lot)/movements"))
            let intake = try #require(first["movements"]?.elements?.first?["id"]?.text)
            try goods.content(move(goods, lot, from: "\(Estate.room)", to: elsewhere, "3"))
            let moved = try goods.content(goods.ask(.officer, "GET", "/lots/\(lot)/movements"))
            let transfer = try #require(moved["movements"]?.elements?.first?["id"]?.text)
            try goods.content(goods.ask(.officer, "POST", Self.closing), 204)
            #expect(
                try goods.refusal(move(goods, lot, from: elsewhere, to: "\(Estate.room)", "1"))
                    == "422 not-goods-place")
            #expect(
                try goods.refusal(move(goods, lot, from: elsewhere, to: bin, "1"))
                    == "422 not-goods-place")
            let brought = """
                {"place":"\(bin)","source":"anonymous","lines":[{"item":"\(rice)","quantity":"1",
                "expires_on":"2026-06-30"}]}
                """
            for reader in [Estate.Reader.officer, .neighbour] {
                #expect(
                    try goods.refusal(goods.ask(reader, "POST", "/intakes", brought))
                        == "403 not-on-goods-duty")
            }
            let because = #"{"because":"mistake"}"#
            #expect(
                try goods.refusal(
                    goods.ask(.officer, "POST", "/movements/\(transfer)/reversals", because))
                    == "409 goods-place-closed")
            #expect(
                try goods.refusal(
                    goods.ask(.officer, "POST", "/movements/\(intake)/reversals", because))
                    == "409 not-enough-there")
            #expect(
                try goods.refusal(
                    goods.ask(
                        .officer, "POST", "/places/\(Estate.room)/bins",
                        #"{"code":"B","name_zh":"乙","name_en":"B"}"#)) == "409 goods-place-closed")
            #expect(
                try goods.refusal(
                    goods.ask(
                        .officer, "POST", "/drives",
                        """
                        {"title_zh":"募集","title_en":"Drive","room":"\(Estate.room)","items":[],
                        "begins":"2026-03-01T00:00:00Z","ends":"2026-03-09T00:00:00Z"}
                        """)) == "422 not-goods-place")
            // Whose duty it was reads no stock any more.
            #expect(
                try goods.refusal(goods.ask(.neighbour, "GET", "/lots"))
                    == "403 not-on-goods-duty")
            // Opened again, all of it is as it was.
            try goods.content(
                goods.ask(.officer, "POST", "/places", #"{"place":"\#(Estate.room)"}"#), 201)
            #expect(try open(goods).isSuperset(of: ["\(Estate.room)", bin]))
            try goods.content(
                goods.ask(.officer, "POST", "/movements/\(transfer)/reversals", because), 201)
            #expect(try goods.amounts(lot) == ["3", "0", "0"])
        }
    }

    @Test("a bin that was closed before its room stays closed, and opens only in an open room")
    func ownBin() async throws {
        try await Estate.with { goods async throws in
            let (early, late) = (try bin(goods, "A-1"), try bin(goods, "A-2"))
            try goods.content(goods.ask(.neighbour, "POST", "/places/\(early)/closing"), 204)
            try goods.content(goods.ask(.officer, "POST", Self.closing), 204)
            #expect(
                try goods.refusal(goods.ask(.officer, "DELETE", "/places/\(late)/closing"))
                    == "409 goods-place-closed")
            try goods.content(goods.ask(.officer, "DELETE", Self.closing), 204)
            #expect(try open(goods).contains(late))
            #expect(try !open(goods).contains(early))
            #expect(
                try goods.refusal(goods.ask(.officer, "DELETE", Self.closing))
                    == "409 goods-place-there")
        }
    }

    private func race(_ asks: [@Sendable () throws -> TestClient.Answer]) async -> [Int] {
        await withTaskGroup(of: Int.self) { group in
            for ask in asks { group.addTask { (try? ask().status) ?? 0 } }
            return await group.reduce(into: []) { $0.append($1) }
        }
    }

    /// Amounts at the room and its bins, when it is over.
    private func lies(_ goods: Estate) throws -> Int64? {
        try goods.estate.count(
            """
            SELECT coalesce(sum(a.balance), 0)::bigint
            FROM linli.ledger_account AS a
            JOIN linli.goods_place AS g ON g.estate_id = a.estate_id AND g.place_id = a.holder_id
            WHERE a.holder_kind = 'place' AND g.room_id = \(Estate.room)
            """)
    }

    @Test("intakes and a closing at once: stock and open, or closed and empty", arguments: 0..<6)
    func intakeRace(turn: Int) async throws {
        try await Estate.with { goods async throws in
            let rice = try goods.item()
            let bin = try bin(goods)
            let bring: @Sendable () throws -> TestClient.Answer = {
                try goods.ask(
                    .officer, "POST", "/intakes",
                    """
                    {"place":"\(bin)","source":"anonymous","lines":[{"item":"\(rice)",
                    "quantity":"1","expires_on":"2026-06-30"}]}
                    """)
            }
            let close: @Sendable () throws -> TestClient.Answer = {
                try goods.ask(.officer, "POST", Self.closing)
            }
            let answers = await race(
                turn % 2 == 0 ? [bring, close, bring] : [close, bring, bring])
            #expect(Set(answers).isSubset(of: [201, 204, 403, 409]), "\(answers)")
            #expect(answers.contains(204) != answers.contains(201), "\(answers)")
            #expect(try lies(goods) == Int64(answers.count { $0 == 201 }) * 1000)
        }
    }

    @Test("a transfer into a room and its closing at once: one of them", arguments: 0..<6)
    func transferRace(turn: Int) async throws {
        try await Estate.with { goods async throws in
            let lot = try goods.lot(of: try goods.item(), "2", at: Estate.room)
            let elsewhere = "\(Estate.otherRoom)"
            try goods.content(move(goods, lot, from: "\(Estate.room)", to: elsewhere, "2"))
            let back: @Sendable () throws -> TestClient.Answer = {
                try self.move(goods, lot, from: elsewhere, to: "\(Estate.room)", "1")
            }
            let close: @Sendable () throws -> TestClient.Answer = {
                try goods.ask(.officer, "POST", Self.closing)
            }
            let answers = await race(turn % 2 == 0 ? [back, close] : [close, back])
            #expect(Set(answers).isSubset(of: [200, 204, 409, 422]), "\(answers)")
            #expect(answers.contains(204) != answers.contains(200), "\(answers)")
            #expect(try lies(goods) == (answers.contains(200) ? 1000 : 0))
            let left = try goods.content(goods.ask(.officer, "GET", "/lots/\(lot)"))
            #expect(left["free"]?.text == "2")
        }
    }
}
