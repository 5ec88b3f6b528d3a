internal import Platform
internal import Support
import Testing

@testable internal import Social

@Suite("Rounds of allocation, through the wire") struct AllocationTests {
    typealias Estate = GoodsEstate

    static let wanted = #"{"room":"\#(Estate.room)","category":"food","unit":"can"}"#
    static let parcels = "/api/v1/estates/\(APIFixture.a)/me/parcels"

    /// Cans, some of them in a lot, and a need of each household.
    static func stock(
        _ goods: Estate, _ quantity: String, needs: [String] = ["4", "2"],
        expires: String = "2026-06-30"
    ) throws -> (item: String, lot: String) {
        let item = try goods.item("豆罐头", unit: "can", scale: 0)
        let lot = try goods.lot(of: item, quantity, expires: expires)
        for (reader, need) in zip([Estate.Reader.leader, .neighbour], needs) {
            _ = try NeedTests.need(goods, by: reader, NeedTests.wanted(need, unit: "can"))
        }
        return (item, lot)
    }

    /// Proposes as the committee; the round's id, and what is given, by falling quantity.
    static func propose(_ goods: Estate) throws -> (id: String, got: [String?]) {
        let made = try goods.content(goods.ask(.officer, "POST", "/allocations", wanted), 201)
        let got = (made["shares"]?.elements ?? []).map { $0["got"]?.text }
        return (
            try #require(made["round"]?["id"]?.text),
            got.sorted { ($0 ?? "") > ($1 ?? "") }
        )
    }

    static func accept(_ goods: Estate, _ round: String) throws {
        try goods.content(
            goods.ask(.officer, "POST", "/allocations/\(round)/acceptance"), 204)
    }

    @Test(
        "a person accepts by code what is proposed: reserved, told of, explained; the rest is open")
    func round() async throws {
        try await Estate.with { goods async throws in
            let (_, lot) = try Self.stock(goods, "3")
            // The volunteer sees codes, and no name, household or need.
            let seen = try goods.ask(.neighbour, "POST", "/allocations", Self.wanted)
            let made = try goods.content(seen, 201)
            for secret in [Estate.household, Estate.volunteersHousehold] {
                #expect(!seen.text.contains(secret.description))
            }
            let round = try #require(made["round"]?["id"]?.text)
            #expect(
                made["shares"]?.elements?.compactMap { $0["got"]?.text }.sorted() == ["1", "2"])
            // Its own household gets some: somebody else accepts.
            #expect(
                try goods.refusal(
                    goods.ask(.neighbour, "POST", "/allocations/\(round)/acceptance"))
                    == "403 hand-over-own-household")
            #expect(try goods.amounts(lot) == ["3", "0", "0"])
            for reader in [Estate.Reader.leader, .member] {
                #expect(
                    try goods.ask(reader, "GET", "/allocations/\(round)").status == 404)
                #expect(
                    try goods.ask(reader, "POST", "/allocations/\(round)/acceptance").status == 404)
            }
            try Self.accept(goods, round)
            #expect(try goods.amounts(lot) == ["0", "3", "0"])
            #expect(
                try goods.refusal(
                    goods.ask(.officer, "POST", "/allocations/\(round)/acceptance"))
                    == "409 allocation-over")
            let own = try goods.content(goods.ask(.member, "GET", Self.parcels))
            let parcel = try #require(own["parcels"]?.elements?.first)
            #expect(parcel["state"]?.text == "ready")
            #expect(parcel["parts"]?.elements?.first?["quantity"]?.text == "2")
            let base = "/api/v1/estates/\(APIFixture.a)/me"
            let why = try goods.ask(.leader, "GET", base + "/allocations")
            #expect(why.text.contains("50%"), "\(why.text)")
            let needs = try goods.content(goods.ask(.leader, "GET", base + "/needs"))
            #expect(needs["needs"]?.elements?.first?["got"]?.text == "2")
            let notices = try goods.ask(
                .member, "GET", "/api/v1/estates/\(APIFixture.a)/notices")
            #expect(notices.text.contains("留出了物资"))

            // What is open is shared out next time, with more weight for who got less.
            _ = try goods.lot(of: Self.itemOf(goods, lot), "3")
            let next = try Self.propose(goods)
            #expect(next.got == ["2", "1"])
            try Self.accept(goods, next.id)
            let met = try goods.content(goods.ask(.leader, "GET", base + "/needs"))
            #expect(met["needs"]?.elements?.first?["state"]?.text == "met")
        }
    }

    @Test("what one bin has not whole comes from the next, and waits where most of it lay")
    func bins() async throws {
        try await Estate.with { goods async throws in
            let item = try goods.item("豆罐头", unit: "can", scale: 0)
            let lot = try goods.lot(of: item, "5")
            let made = try goods.content(
                goods.ask(
                    .neighbour, "POST", "/places/\(Estate.room)/bins",
                    #"{"code":"A-1","name_zh":"甲一","name_en":"A 1"}"#), 201)
            let bin = try #require(made["id"]?.text)
            try goods.content(
                goods.ask(
                    .neighbour, "POST", "/lots/\(lot)/transfers",
                    #"{"place":"\#(Estate.room)","to":"\#(bin)","quantity":"2"}"#))
            _ = try NeedTests.need(goods, by: .leader, NeedTests.wanted("5", unit: "can"))
            let proposed = try goods.content(
                goods.ask(.officer, "POST", "/allocations", Self.wanted), 201)
            let lots = proposed["shares"]?.elements?.first?["lots"]?.elements
            #expect(lots?.compactMap { $0["quantity"]?.text } == ["5"])
            try Self.accept(goods, try #require(proposed["round"]?["id"]?.text))
            let packed = try goods.content(
                goods.ask(.neighbour, "GET", "/places/\(Estate.room)/parcels"))
            let part = packed["parcels"]?.elements?.first?["parts"]?.elements?.first
            #expect(part?["quantity"]?.text == "5")
            #expect(part?["place"]?.text == "\(Estate.room)")
            let fetched = part?["fetched"]?.elements
            #expect(fetched?.compactMap { $0["place"]?.text } == [bin])
            #expect(fetched?.compactMap { $0["quantity"]?.text } == ["2"])
            #expect(try goods.amounts(lot) == ["0", "5", "0"])
            // The bin is empty now, and may be closed; where the parcel waits is not.
            try goods.content(goods.ask(.neighbour, "POST", "/places/\(bin)/closing"), 204)
            #expect(
                try goods.refusal(
                    goods.ask(.officer, "POST", "/places/\(Estate.room)/closing"))
                    == "409 goods-place-stocked")
            let visit = try HandOverTests.visit(goods, try HandOverTests.word(goods))
            try goods.content(HandOverTests.hand(goods, visit), 204)
            #expect(try goods.amounts(lot) == ["0", "0", "0"])
            let own = try goods.content(goods.ask(.leader, "GET", Self.parcels))
            let mine = own["parcels"]?.elements?.first?["parts"]?.elements?.first
            #expect(mine?["issued"]?.text == "5")
            #expect(mine?["fetched"]?.elements?.isEmpty == true)
        }
    }

    @Test("a round goes when its time is over, with what it owes; the parcel and its need stay")
    func retention() async throws {
        try await Estate.with { goods async throws in
            _ = try Self.stock(goods, "3")
            try Self.accept(goods, try Self.propose(goods).id)
            func kept() throws -> [Int64?] {
                try ["allocation_round", "allocation_result", "allocation_share", "need_deficit"]
                    .map { try goods.estate.count(Self.rows(of: $0)) }
            }
            let decided = goods.api.clock.now()
            for (later, left) in [
                (Duration.zero, [1, 2, 2, 2] as [Int64]), (.seconds(1), [0, 0, 0, 0]),
            ] {
                try goods.api.clock.set(decided + .seconds(365 * 86_400) + later)
                let job = try goods.estate.connect(job: "retention")
                for number in 1...4 {
                    _ = try job.run(
                        OneCell<Int64>(
                            sql: "SELECT linli.retain('allocation', \(Int32(number)), 500)"))
                }
                #expect(try kept() == left)
            }
            #expect(try goods.estate.count(Self.rows(of: "goods_parcel")) == 2)
            #expect(try goods.estate.count(Self.rows(of: "need")) == 2)
        }
    }

    private static func rows(of table: String) -> SQL {
        switch table {
        case "allocation_round": "SELECT count(*) FROM linli.allocation_round"
        case "allocation_result": "SELECT count(*) FROM linli.allocation_result"
        case "allocation_share": "SELECT count(*) FROM linli.allocation_share"
        case "need_deficit": "SELECT count(*) FROM linli.need_deficit"
        case "goods_parcel": "SELECT count(*) FROM linli.goods_parcel"
        default: "SELECT count(*) FROM linli.need"
        }
    }

    private static func itemOf(_ goods: Estate, _ lot: String) throws -> String {
        try #require(goods.content(goods.ask(.officer, "GET", "/lots/\(lot)"))["item"]?.text)
    }

    @Test("when stock or a need moved meanwhile nothing is set aside")
    func moved() async throws {
        try await Estate.with { goods async throws in
            let (item, lot) = try Self.stock(goods, "6")
            let other = try goods.lot(of: item, "9", expires: "2026-07-31")
            let first = try Self.propose(goods)
            #expect(first.got == ["4", "2"])
            try goods.content(
                goods.ask(
                    .neighbour, "POST", "/lots/\(lot)/discards",
                    #"{"place":"\#(Estate.room)","quantity":"1","because":"damaged"}"#))
            #expect(
                try goods.refusal(
                    goods.ask(.officer, "POST", "/allocations/\(first.id)/acceptance"))
                    == "409 allocation-moved")
            #expect(try goods.amounts(lot) == ["5", "0", "0"])
            let second = try Self.propose(goods)
            let needs = "/api/v1/estates/\(APIFixture.a)/me/needs"
            let need = try goods.content(goods.ask(.leader, "GET", needs))["needs"]?.elements?
                .first?["id"]?.text
            try goods.content(goods.ask(.leader, "DELETE", "/needs/\(need ?? "")"), 204)
            #expect(
                try goods.refusal(
                    goods.ask(.officer, "POST", "/allocations/\(second.id)/acceptance"))
                    == "409 allocation-moved")
            #expect(try goods.amounts(lot) == ["5", "0", "0"])
            let third = try Self.propose(goods)
            #expect(third.got == ["2"])
            try goods.content(
                goods.ask(
                    .neighbour, "POST", "/lots/\(other)/recall",
                    #"{"because":"maker","advice":"bring_back"}"#), 201)
            try goods.content(
                goods.ask(
                    .neighbour, "POST", "/lots/\(lot)/recall",
                    #"{"because":"maker","advice":"bring_back"}"#), 201)
            #expect(
                try goods.refusal(
                    goods.ask(.officer, "POST", "/allocations/\(third.id)/acceptance"))
                    == "409 allocation-moved")
            try goods.content(goods.ask(.officer, "DELETE", "/allocations/\(third.id)"), 204)
            #expect(
                try goods.refusal(goods.ask(.officer, "POST", "/allocations", Self.wanted))
                    == "409 allocation-nothing")
            #expect(
                try goods.estate.count("SELECT count(*) FROM linli.goods_parcel") == 0)
        }
    }

    @Test("what is not fetched goes back at its instant, and the need is open again")
    func uncollected() async throws {
        try await Estate.with { goods async throws in
            let (_, lot) = try Self.stock(goods, "6", expires: "2026-03-03")
            try Self.accept(goods, try Self.propose(goods).id)
            #expect(try goods.amounts(lot) == ["0", "6", "0"])
            let own = try goods.content(goods.ask(.leader, "GET", Self.parcels))
            // Kept no longer than it is good: to the midnight after its last day in Shanghai.
            #expect(own["parcels"]?.elements?.first?["until"]?.text == "2026-03-03T16:00:00Z")
            try goods.api.clock.set(Instant("2026-03-03T16:00:00Z") ?? .epoch)
            let gone = try goods.content(goods.ask(.leader, "GET", Self.parcels))
            #expect(gone["parcels"]?.elements?.first?["state"]?.text == "gone")
            let needs = "/api/v1/estates/\(APIFixture.a)/me/needs"
            #expect(
                try goods.content(goods.ask(.leader, "GET", needs))["needs"]?.elements?.first?[
                    "got"]?
                    .text == "0")
            let job = try goods.estate.connect(job: "goods-sweep")
            _ = try job.run(OneCell<Int64>(sql: "SELECT linli.goods_sweep(100)"))
            #expect(try goods.amounts(lot) == ["0", "0", "6"])
        }
    }

    @Test("two who accept at once, and a proposal each, reserve nothing twice")
    func race() async throws {
        try await Estate.with { goods async throws in
            let (_, lot) = try Self.stock(goods, "6")
            let rounds = try (0..<4).map { _ in try Self.propose(goods).id }
            let answers = await withTaskGroup(of: Int.self) { group in
                for round in rounds + rounds {
                    group.addTask {
                        let path = "/allocations/\(round)/acceptance"
                        return (try? goods.ask(.officer, "POST", path).status) ?? 0
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers.filter { $0 == 204 }.count == 1)
            #expect(answers.filter { $0 == 409 }.count == 7)
            #expect(try goods.amounts(lot) == ["0", "6", "0"])
            #expect(try goods.estate.count("SELECT count(*) FROM linli.goods_parcel") == 2)
        }
    }
}
