internal import Platform
internal import Support
import Testing

@testable internal import Social

@Suite("Taking kits and boxes apart") struct GoodsApartTests {
    typealias Estate = GoodsEstate

    private static let recall = #"{"because":"maker","advice":"bring_back"}"#

    /// Four kits of two lots; the kit's lot and theirs.
    private func kits(_ goods: Estate) throws -> (kit: String, first: String, second: String) {
        let rice = try goods.item()
        let kit = try goods.item("春节套装", unit: "set", scale: 0)
        let first = try goods.lot(of: rice, "10", expires: "2026-05-01")
        let second = try goods.lot(of: rice, "10", expires: "2026-08-01")
        let made = try goods.content(
            goods.ask(
                .neighbour, "POST", "/kits",
                """
                {"item":"\(kit)","place":"\(Estate.room)","kits":4,"parts":[
                {"lot":"\(first)","quantity":"1.5"},{"lot":"\(second)","quantity":"0.5"}]}
                """), 201)
        return (try #require(made["id"]?.text), first, second)
    }

    private func open(
        _ goods: Estate, _ kit: String, _ kits: Int, _ status: String = "free",
        _ reader: Estate.Reader = .neighbour
    ) throws -> TestClient.Answer {
        try goods.ask(
            reader, "POST", "/lots/\(kit)/openings",
            #"{"place":"\#(Estate.room)","kits":\#(kits),"status":"\#(status)"}"#)
    }

    @Test(
        "a kit opened gives its parts back to their lots, by movements, and no more than there are")
    func opened() async throws {
        try await Estate.with { goods async throws in
            let (kit, first, second) = try kits(goods)
            #expect(try goods.amounts(first) == ["4", "0", "0"])
            #expect(try open(goods, kit, 1, "free", .member).status == 404)
            #expect(try goods.refusal(open(goods, first, 1)) == "422 goods-not-apart")
            let left = try goods.content(open(goods, kit, 3))
            #expect(left["free"]?.text == "1")
            #expect(try goods.amounts(first) == ["8.5", "0", "0"])
            #expect(try goods.amounts(second) == ["9.5", "0", "0"])
            #expect(try goods.refusal(open(goods, kit, 2)) == "409 not-enough-there")
            try goods.content(open(goods, kit, 1))
            #expect(try goods.amounts(first) == ["10", "0", "0"])
            #expect(try goods.amounts(second) == ["10", "0", "0"])
        }
    }

    @Test("a recalled or expired kit is opened to save what is good; what is not is held back")
    func saved() async throws {
        try await Estate.with { goods async throws in
            let (kit, first, second) = try kits(goods)
            try goods.content(
                goods.ask(.officer, "POST", "/lots/\(first)/recall", Self.recall), 201)
            #expect(try goods.amounts(kit) == ["0", "0", "4"])
            try goods.content(open(goods, kit, 2, "quarantine"))
            #expect(try goods.amounts(first) == ["0", "0", "7"])
            #expect(try goods.amounts(second) == ["9", "0", "0"])
            try goods.api.clock.set(Instant("2026-05-03T00:00:00Z") ?? .epoch)
            try goods.content(open(goods, kit, 2, "quarantine"))
            #expect(try goods.amounts(second) == ["10", "0", "0"])
            #expect(try goods.amounts(first) == ["0", "0", "10"])
        }
    }

    @Test("boxes split into pieces keep their last day, and their recall finds the pieces")
    func split() async throws {
        try await Estate.with { goods async throws in
            let box = try goods.item("牛奶箱", unit: "box", scale: 0)
            let pack = try goods.item("牛奶", unit: "pack", scale: 0)
            let weighed = try goods.item()
            let lot = try goods.lot(of: box, "5", expires: "2026-05-01")
            func body(_ item: String) -> String {
                #"{"place":"\#(Estate.room)","item":"\#(item)","boxes":2,"each":12}"#
            }
            let path = "/lots/\(lot)/splits"
            #expect(
                try goods.refusal(goods.ask(.neighbour, "POST", path, body(weighed)))
                    == "422 goods-not-apart")
            let made = try goods.content(goods.ask(.neighbour, "POST", path, body(pack)), 201)
            let pieces = try #require(made["id"]?.text)
            #expect(made["free"]?.text == "24")
            #expect(made["expires_on"]?.text == "2026-05-01")
            #expect(try goods.amounts(lot) == ["3", "0", "0"])
            // Back into whole boxes alone.
            #expect(try goods.refusal(open(goods, pieces, 5)) == "422 goods-not-apart")
            try goods.content(open(goods, pieces, 12))
            #expect(try goods.amounts(lot) == ["4", "0", "0"])
            try goods.content(
                goods.ask(.officer, "POST", "/lots/\(lot)/recall", Self.recall), 201)
            #expect(try goods.amounts(pieces) == ["0", "0", "12"])
            #expect(try goods.amounts(lot) == ["0", "0", "4"])
        }
    }
}
