internal import Platform
internal import Support
import Testing

@testable internal import Social

@Suite("Goods between estates, through the wire") struct GoodsShipmentTests {
    typealias Estate = GoodsEstate

    /// Estate B, where the stranger is on duty at a goods room of an own catalogue.
    struct Other: Sendable {
        static let base = "/api/v1/estates/\(APIFixture.b)/goods"
        static let room = APIFixture.id(0xBB1)
        let goods: Estate

        func ask(
            _ method: String, _ path: String, _ body: String? = nil
        ) throws -> TestClient.Answer {
            try goods.ask(.stranger, method, Self.base + path, body)
        }

        /// An item of the catalogue there.
        func item(_ unit: String = "kilogram", allergens: String = "") throws -> String {
            let id = UUID.random()
            try goods.api.database.superuser().run(
                """
                INSERT INTO linli.goods_item (estate_id, id, name_zh, name_en, category, unit, scale,
                    is_perishable, changed_at, allergens)
                VALUES ('\(APIFixture.b)', '\(id)', '米', 'Rice', 'food', '\(unit)', 3, true,
                    '2026-03-01Z', '{\(allergens)}')
                """)
            return id
        }

        func amounts(_ lot: String) throws -> [String?] {
            let shown = try goods.content(ask("GET", "/lots/\(lot)"))
            return ["free", "reserved", "quarantine"].map { shown[$0]?.text }
        }

        /// The shipment's row as the receiving estate reads it.
        func arrival(_ shipment: String) throws -> JSON {
            let list = try goods.content(ask("GET", "/arrivals"))
            return try #require(
                list["arrivals"]?.elements?.first { $0["id"]?.text == shipment })
        }

        func receive(
            _ shipment: String, as item: String, _ counted: String, _ more: String = ""
        ) throws -> TestClient.Answer {
            try ask(
                "POST", "/arrivals/\(shipment)/receipt",
                #"{"place":"\#(Self.room)","item":"\#(item)","counted":"\#(counted)"\#(more)}"#)
        }
    }

    private static func with(_ body: @Sendable (Estate, Other) async throws -> Void) async throws {
        try await Estate.with { goods async throws in
            try goods.api.database.superuser().run(rows)
            try await body(goods, Other(goods: goods))
            #expect(try unbalanced(goods) == 0)
        }
    }

    private static var rows: String {
        let (b, id) = (APIFixture.b, APIFixture.id)
        return """
            INSERT INTO linli.place (estate_id, id, kind, code, name_zh, name_en) VALUES
                ('\(b)', '\(Other.room)', 'public', 'G1', '物资间', 'Goods room');
            INSERT INTO linli.goods_place (estate_id, place_id, room_id, opened_at) VALUES
                ('\(b)', '\(Other.room)', '\(Other.room)', '2026-01-01Z');
            INSERT INTO linli.role_term
                (estate_id, id, person_id, role, place_id, begins, ends, because) VALUES
                ('\(b)', '\(id(0x8C))', '\(id(0xF2))', 'volunteer', '\(Other.room)', '2026-01-01Z',
                    '2027-01-01Z', 'volunteered');
            """
    }

    /// Lots of which one estate shipped what no other has.
    private static func unbalanced(_ goods: Estate) throws -> Int64? {
        try goods.estate.count(
            """
            SELECT count(*) FROM (
                SELECT a.asset_id
                FROM linli.ledger_account AS a
                WHERE a.holder_kind = 'outside' AND a.status = 'shipped'
                GROUP BY a.asset_id
                HAVING sum(a.balance) <> 0) AS n
            """)
    }

    private func send(
        _ goods: Estate, _ lot: String, _ quantity: String = "4", to estate: UUID = APIFixture.b,
        _ reader: Estate.Reader = .neighbour
    ) throws -> TestClient.Answer {
        try goods.ask(
            reader, "POST", "/lots/\(lot)/shipments",
            #"{"place":"\#(Estate.room)","estate":"\#(estate)","quantity":"\#(quantity)"}"#)
    }

    private func sent(_ goods: Estate, _ lot: String, _ quantity: String = "4") throws -> String {
        try #require(goods.content(send(goods, lot, quantity), 201)["id"]?.text)
    }

    /// Runs the job of an estate until there is nothing to do.
    private func road(_ goods: Estate, _ estate: UUID) throws {
        let job = try goods.estate.connect(job: "goods-road")
        try job.run("SELECT set_config('linli.estate', '\(estate)', false)")
        for _ in 0..<10 {
            let moved = try job.run(OneCell<Int64>(sql: "SELECT linli.goods_road(100)")).first
            if moved == 0 { return }
        }
        Issue.record("the job does not end")
    }

    private func shipped(_ goods: Estate, _ shipment: String) throws -> JSON {
        let list = try goods.content(goods.ask(.neighbour, "GET", "/shipments"))
        return try #require(list["shipments"]?.elements?.first { $0["id"]?.text == shipment })
    }

    @Test("what is sent is on the way, and arrives as the same lot, code and last day")
    func arrives() async throws {
        try await Self.with { goods, other async throws in
            let lot = try goods.lot(of: try goods.item(more: #","allergens":["nuts"]"#))
            let code = try goods.content(goods.ask(.neighbour, "GET", "/lots/\(lot)"))["code"]
            let shipment = try sent(goods, lot)
            #expect(try goods.amounts(lot) == ["6", "0", "0"])
            let coming = try other.arrival(shipment)
            #expect(coming["state"]?.text == "underway")
            #expect(coming["quantity"]?.text == "4")
            let item = try other.item(allergens: "nuts,milk")
            let made = try goods.content(other.receive(shipment, as: item, "4"), 201)
            #expect(made["state"]?.text == "arrived")
            #expect(try other.amounts(lot) == ["4", "0", "0"])
            let there = try goods.content(other.ask("GET", "/lots/\(lot)"))
            #expect(there["code"] == code)
            #expect(there["expires_on"]?.text == "2026-06-30")
            #expect(there["source"]?.text == "estate")
            #expect(try shipped(goods, shipment)["state"]?.text == "underway")
            try road(goods, APIFixture.a)
            let ended = try shipped(goods, shipment)
            #expect(ended["state"]?.text == "arrived")
            #expect(ended["counted"]?.text == "4")
            // What is there is not here, and what was taken in is not taken in again.
            #expect(
                try goods.refusal(other.receive(shipment, as: item, "4")) == "409 shipment-over")
            let undo = try goods.ask(.neighbour, "DELETE", "/shipments/\(shipment)")
            #expect(try goods.refusal(undo) == "409 shipment-over")
            // The same lot once more is added to it.
            let second = try sent(goods, lot, "1")
            try goods.content(other.receive(second, as: item, "1"), 201)
            #expect(try other.amounts(lot) == ["5", "0", "0"])
            try road(goods, APIFixture.a)
        }
    }

    @Test("a count that differs needs a reason, and what is missing is written off by who sent it")
    func differs() async throws {
        try await Self.with { goods, other async throws in
            let lot = try goods.lot(of: try goods.item())
            let item = try other.item()
            let (less, more, none) = (
                try sent(goods, lot, "3"), try sent(goods, lot, "2"), try sent(goods, lot, "1")
            )
            for (shipment, counted, because) in [
                (less, "2", ""), (less, "3", #","because":"lost""#), (none, "0", ""),
            ] {
                #expect(
                    try goods.refusal(other.receive(shipment, as: item, counted, because))
                        == "422 shipment-differs")
            }
            #expect(try other.receive(less, as: item, "-1").status == 400)
            #expect(try other.receive(less, as: item, "2.0001").status == 400)
            #expect(try other.receive(less, as: item, "3000000").status == 400)
            try goods.content(other.receive(less, as: item, "2", #","because":"damaged""#), 201)
            try goods.content(
                other.receive(more, as: item, "2.5", #","because":"miscounted""#), 201)
            try goods.content(other.receive(none, as: item, "0", #","because":"lost""#), 201)
            #expect(try other.amounts(lot) == ["4.5", "0", "0"])
            try road(goods, APIFixture.a)
            #expect(try shipped(goods, less)["because"]?.text == "damaged")
            #expect(try shipped(goods, none)["counted"]?.text == "0")
            let history = try goods.content(goods.ask(.neighbour, "GET", "/lots/\(lot)/movements"))
            let reasons = history["movements"]?.elements?.compactMap { $0["reason"]?.text } ?? []
            #expect(reasons.count { $0 == "damaged" } == 1)
            #expect(reasons.count { $0 == "lost" } == 1)
            #expect(reasons.count { $0 == "arrived" } == 2)
            let underway = try goods.estate.count(
                """
                SELECT sum(balance)::bigint FROM linli.ledger_account
                WHERE holder_kind = 'underway'
                """)
            #expect(underway == 0)
        }
    }

    @Test("before it arrives it is taken back; who may not send, receive or read is refused")
    func undo() async throws {
        try await Self.with { goods, other async throws in
            let lot = try goods.lot(of: try goods.item())
            #expect(try send(goods, lot, "1", .leader).status == 404)
            #expect(
                try goods.refusal(send(goods, lot, "1", to: APIFixture.a))
                    == "422 shipment-estate-unknown")
            #expect(
                try goods.refusal(send(goods, lot, "1", to: APIFixture.id(0xC)))
                    == "422 shipment-estate-unknown")
            #expect(try goods.refusal(send(goods, lot, "11")) == "409 not-enough-there")
            let shipment = try sent(goods, lot)
            for path in ["/shipments", "/arrivals"] {
                #expect(
                    try goods.refusal(goods.ask(.leader, "GET", path)) == "403 not-on-goods-duty")
                #expect(try goods.ask(.visitor, "GET", path).status == 401)
            }
            #expect(try goods.ask(.leader, "DELETE", "/shipments/\(shipment)").status == 404)
            // Nothing of the other estate's is read or done here, and the other way round.
            #expect(try goods.ask(.stranger, "DELETE", "/shipments/\(shipment)").status == 404)
            #expect(try other.ask("DELETE", "/shipments/\(shipment)").status == 404)
            #expect(
                try goods.ask(
                    .neighbour, "POST", "/arrivals/\(shipment)/receipt",
                    #"{"place":"\#(Estate.room)","item":"\#(try goods.item())","counted":"4"}"#
                ).status == 404)
            let here = try goods.content(goods.ask(.neighbour, "GET", "/arrivals"))
            #expect(here["arrivals"]?.elements?.isEmpty == true)
            try goods.content(goods.ask(.neighbour, "DELETE", "/shipments/\(shipment)"), 204)
            #expect(try goods.amounts(lot) == ["10", "0", "0"])
            #expect(
                try goods.refusal(goods.ask(.neighbour, "DELETE", "/shipments/\(shipment)"))
                    == "409 shipment-over")
            #expect(try other.arrival(shipment)["state"]?.text == "undone")
            #expect(
                try goods.refusal(other.receive(shipment, as: try other.item(), "4"))
                    == "409 shipment-over")
        }
    }

    @Test(
        "an item that says less than what was sent does not fit; nor another of a lot that is here")
    func items() async throws {
        try await Self.with { goods, other async throws in
            let lot = try goods.lot(of: try goods.item(more: #","allergens":["milk"]"#))
            let (first, second) = (try sent(goods, lot, "1"), try sent(goods, lot, "1"))
            let (fit, twin) = (try other.item(allergens: "milk"), try other.item(allergens: "milk"))
            for item in [try other.item(), try other.item("litre", allergens: "milk")] {
                #expect(
                    try goods.refusal(other.receive(first, as: item, "1"))
                        == "422 shipment-item-unfit")
            }
            try goods.content(other.receive(first, as: fit, "1", #","is_held":true"#), 201)
            #expect(try other.amounts(lot) == ["0", "0", "1"])
            #expect(
                try goods.refusal(other.receive(second, as: twin, "1"))
                    == "422 shipment-item-unfit")
            try goods.content(other.receive(second, as: fit, "1"), 201)
            try road(goods, APIFixture.a)
        }
    }

    @Test("a recall stops what arrived, what is on the way, and is carried out there")
    func recall() async throws {
        try await Self.with { goods, other async throws in
            let lot = try goods.lot(of: try goods.item())
            let item = try other.item()
            let (there, coming, back) = (
                try sent(goods, lot, "3"), try sent(goods, lot, "2"), try sent(goods, lot, "1")
            )
            try goods.content(other.receive(there, as: item, "3"), 201)
            let recalled = try goods.content(
                goods.ask(
                    .neighbour, "POST", "/lots/\(lot)/recall",
                    #"{"because":"spoiled","advice":"throw_away"}"#), 201)
            let reach = recalled["reach"]?.elements?.filter { $0["kind"]?.text == "estate" }
            #expect(reach?.compactMap { $0["quantity"]?.text } == ["6"])
            #expect(reach?.first?["id"]?.text == "\(APIFixture.b)")
            // At once, before the job there has run: nothing of it moves but into quarantine.
            let moved = try other.ask(
                "POST", "/lots/\(lot)/shipments",
                #"{"place":"\#(Other.room)","estate":"\#(APIFixture.a)","quantity":"1"}"#)
            #expect(try goods.refusal(moved) == "409 lot-recalled")
            try goods.content(other.receive(coming, as: item, "2"), 201)
            #expect(try other.amounts(lot) == ["3", "0", "2"])
            try road(goods, APIFixture.b)
            #expect(try other.amounts(lot) == ["0", "0", "5"])
            let shown = try goods.content(other.ask("GET", "/lots/\(lot)"))
            #expect(shown["stopped"]?.text == "recalled")
            let list = try goods.content(other.ask("GET", "/recalls"))
            #expect(list["recalls"]?.elements?.compactMap { $0["because"]?.text } == ["spoiled"])
            // What comes back of it is held back, and nothing more is sent.
            try goods.content(goods.ask(.neighbour, "DELETE", "/shipments/\(back)"), 204)
            #expect(try goods.amounts(lot) == ["0", "0", "5"])
            #expect(try goods.refusal(send(goods, lot, "1")) == "409 lot-recalled")
            try road(goods, APIFixture.a)
            try road(goods, APIFixture.b)
        }
    }

    @Test("a recall by who was sent it stops it where it came from, and from there everywhere")
    func recalledThere() async throws {
        try await Self.with { goods, other async throws in
            let lot = try goods.lot(of: try goods.item())
            let item = try other.item()
            let there = try sent(goods, lot, "3")
            try goods.content(other.receive(there, as: item, "3"), 201)
            try road(goods, APIFixture.a)
            _ = try NeedTests.need(goods, NeedTests.wanted("2"))
            let word = try HandOverTests.word(goods)
            let visit = try HandOverTests.visit(goods, word)
            try goods.content(
                other.ask(
                    "POST", "/lots/\(lot)/recall", #"{"because":"spoiled","advice":"throw_away"}"#),
                201)
            #expect(try other.amounts(lot) == ["0", "0", "3"])
            // At once, before the job here has run: nothing of it is handed out.
            let issue = #"{"lot":"\#(lot)","place":"\#(Estate.room)","quantity":"1"}"#
            #expect(
                try goods.refusal(
                    goods.ask(.neighbour, "POST", "/visits/\(visit.id)/issues", issue))
                    == "409 lot-recalled")
            #expect(try goods.refusal(send(goods, lot, "1")) == "409 lot-recalled")
            #expect(try goods.events(.officer, "goods.recallCame").count == 1)
            try road(goods, APIFixture.a)
            #expect(try goods.amounts(lot) == ["0", "0", "7"])
            let list = try goods.content(goods.ask(.officer, "GET", "/recalls"))
            #expect(list["recalls"]?.elements?.compactMap { $0["because"]?.text } == ["spoiled"])
            // It does not travel to and fro.
            try road(goods, APIFixture.b)
            try road(goods, APIFixture.a)
            #expect(try goods.estate.count("SELECT count(*) FROM linli.goods_recall") == 2)
            #expect(try goods.estate.count("SELECT count(*) FROM linli.goods_recall_call") == 1)
        }
    }

    private func race(_ asks: [@Sendable () throws -> TestClient.Answer]) async -> [Int] {
        await withTaskGroup(of: Int.self) { group in
            for ask in asks { group.addTask { (try? ask().status) ?? 0 } }
            return await group.reduce(into: []) { $0.append($1) }
        }
    }

    @Test("taken back and taken in at once: one of them", arguments: 0..<6)
    func undoRace(turn: Int) async throws {
        try await Self.with { goods, other async throws in
            let lot = try goods.lot(of: try goods.item())
            let item = try other.item()
            let shipment = try sent(goods, lot)
            let undo: @Sendable () throws -> TestClient.Answer = {
                try goods.ask(.neighbour, "DELETE", "/shipments/\(shipment)")
            }
            let receive: @Sendable () throws -> TestClient.Answer = {
                try other.receive(shipment, as: item, "4")
            }
            let answers = await race(
                turn % 2 == 0 ? [undo, receive, receive] : [receive, receive, undo])
            #expect(answers.count { $0 == 201 || $0 == 204 } == 1, "\(answers)")
            #expect(answers.count { $0 == 409 } == 2, "\(answers)")
            try road(goods, APIFixture.a)
            let isBack = answers.contains(204)
            #expect(try goods.amounts(lot).first == (isBack ? "10" : "6"))
            #expect(try isBack || other.amounts(lot) == ["4", "0", "0"])
        }
    }

    @Test(
        "two shipments of a lot taken in at once, with its recall: all held back", arguments: 0..<4)
    func recallRace(turn: Int) async throws {
        try await Self.with { goods, other async throws in
            let lot = try goods.lot(of: try goods.item())
            let item = try other.item()
            let shipments = [try sent(goods, lot, "3"), try sent(goods, lot, "2")]
            let receives: [@Sendable () throws -> TestClient.Answer] = shipments.map { shipment in
                { try other.receive(shipment, as: item, shipment == shipments[0] ? "3" : "2") }
            }
            let recall: @Sendable () throws -> TestClient.Answer = {
                try goods.ask(
                    .neighbour, "POST", "/lots/\(lot)/recall",
                    #"{"because":"maker","advice":"bring_back"}"#)
            }
            let answers = await race(turn % 2 == 0 ? receives + [recall] : [recall] + receives)
            #expect(answers == [201, 201, 201])
            try road(goods, APIFixture.b)
            try road(goods, APIFixture.a)
            #expect(try other.amounts(lot) == ["0", "0", "5"])
            #expect(try goods.amounts(lot) == ["0", "0", "5"])
        }
    }
}
