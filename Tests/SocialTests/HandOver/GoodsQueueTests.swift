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
}
