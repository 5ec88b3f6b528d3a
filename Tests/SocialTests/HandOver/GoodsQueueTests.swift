internal import Platform
internal import Support
import Testing

@testable internal import Social

@Suite("What a household and a desk see of parcels live, through the wire") struct GoodsQueueTests {
    typealias Estate = GoodsEstate

    private static func queue(
        _ goods: Estate, _ reader: Estate.Reader = .officer, _ more: String = ""
    ) throws -> [JSON] {
        let path = "/places/\(Estate.room)/visits" + more
        return try goods.content(goods.ask(reader, "GET", path))["visits"]?.elements ?? []
    }

    @Test("a household's adults hear of their parcel, and not who served; others hear nothing")
    func live() async throws {
        try await Estate.with { goods async throws in
            _ = try HandOverTests.parcel(goods)
            let visit = try HandOverTests.visit(goods, try HandOverTests.word(goods))
            try goods.content(HandOverTests.hand(goods, visit), 204)
            try goods.content(
                goods.ask(.neighbour, "DELETE", "/parcels/\(visit.parcel)/hand-over"), 204)
            let heard = ["parcel.ready", "parcel.handedOver", "parcel.undone"]
            for reader in [Estate.Reader.leader, .member] {
                let events = try goods.events(reader, "parcel.")
                    .filter { $0["kind"]?.text != "parcel.wordMade" }
                #expect(events.compactMap { $0["kind"]?.text } == heard, "\(reader)")
                #expect(events.allSatisfy { $0["payload"]?["parcel"]?.text == visit.parcel })
                #expect(events.allSatisfy { $0["actor"] == nil || $0["actor"] == .null })
            }
            // On duty one hears of what was handed over, once, and of no household's own notice.
            let desk = try goods.events(.neighbour, "parcel.").compactMap { $0["kind"]?.text }
            #expect(desk == ["parcel.handedOver", "parcel.undone"])
            let told = try goods.content(
                goods.ask(.member, "GET", "/api/v1/estates/\(APIFixture.a)/notices"))
            #expect(
                told["notices"]?.elements?.compactMap { $0["kind"]?.text }
                    .filter { $0.hasPrefix("parcel.") }.sorted() == heard.sorted())
        }
    }

    @Test("two volunteers see one queue by number and code, and no name; pages join")
    func queue() async throws {
        try await Estate.with { goods async throws in
            _ = try HandOverTests.parcel(goods)
            #expect(try Self.queue(goods).isEmpty)
            let first = try HandOverTests.visit(goods, try HandOverTests.word(goods))
            let card = try #require(
                goods.content(
                    goods.ask(.officer, "POST", "/households/\(Estate.household)/card"), 201)[
                        "word"]?.text)
            let second = try HandOverTests.visit(goods, card, .officer)
            let both = try Self.queue(goods)
            #expect(both.compactMap { $0["id"]?.text } == [first.id, second.id])
            #expect(both.compactMap { $0["number"]?.integer } == [1, 2])
            #expect(try Self.queue(goods, .neighbour) == both)
            #expect(
                both[0]["parcels"]?.elements?.map { $0["state"]?.text } == ["ready"])
            let text = try goods.ask(.officer, "GET", "/places/\(Estate.room)/visits").text
            for secret in ["张三", "\(Estate.leader)", "\(Estate.household)", "罐头"] {
                #expect(!text.contains(secret))
            }
            for reader in [Estate.Reader.leader, .member] {
                #expect(
                    try goods.ask(reader, "GET", "/places/\(Estate.room)/visits").status == 403)
            }
            #expect(
                try goods.ask(.visitor, "GET", "/places/\(Estate.room)/visits").status == 401)
            // Who serves the second hands it over; the first sees that nothing waits any more.
            try goods.content(
                HandOverTests.hand(goods, (second.id, first.parcel, ""), "", .officer), 204)
            let after = try Self.queue(goods, .neighbour)
            #expect(after[0]["parcels"]?.elements?.isEmpty == true)
            #expect(
                after[1]["parcels"]?.elements?.map { $0["state"]?.text } == ["handed_out"])
            // Two pages, then what time has ended.
            let page = try goods.ask(.officer, "GET", "/places/\(Estate.room)/visits?limit=1")
            #expect(page.text.contains(first.id) && !page.text.contains(second.id))
            let next = try #require(
                page["link"]?.firstMatch(of: /<([^>]+)>; rel="next"/)?.1)
            #expect(try goods.ask(.officer, "GET", String(next)).text.contains(second.id))
            try goods.api.clock.advance(by: .seconds(7_201))
            #expect(try Self.queue(goods).isEmpty)
            let ended = try Self.queue(goods, .officer, "?state=all")
            #expect(ended.map { $0["state"]?.text } == ["ended", "ended"])
            #expect(
                ended[1]["parcels"]?.elements?.map { $0["state"]?.text } == ["handed_out"])
        }
    }

    @Test("one's own household stands in the queue by its number alone")
    func ownHousehold() async throws {
        try await Estate.with { goods async throws in
            _ = try AllocationTests.stock(goods, "9")
            try AllocationTests.accept(goods, try AllocationTests.propose(goods).id)
            _ = try HandOverTests.visit(goods, try HandOverTests.word(goods, .neighbour), .officer)
            #expect(try Self.queue(goods).first?["parcels"]?.elements?.count == 1)
            let own = try Self.queue(goods, .neighbour)
            #expect(own.compactMap { $0["number"]?.integer } == [1])
            #expect(own.first?["parcels"]?.elements?.isEmpty == true)
        }
    }
}
