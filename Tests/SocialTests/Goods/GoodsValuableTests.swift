internal import Platform
internal import Support
import Testing

@testable internal import Social

@Suite("What is valuable, through the wire") struct GoodsValuableTests {
    typealias Estate = GoodsEstate

    @Test("no volunteer throws it away, counts it down or sends it alone; the committee does")
    func alone() async throws {
        try await Estate.with { goods async throws in
            let item = try goods.item(
                "轮椅", unit: "piece", scale: 0, more: #","is_valuable":true"#)
            let lot = try goods.lot(of: item, "3")
            let place = #""place":"\#(Estate.room)""#
            let acts = [
                ("/lots/\(lot)/discards", #"{\#(place),"quantity":"1","because":"lost"}"#, 200),
                (
                    "/places/\(Estate.room)/stocktakes",
                    #"{"lines":[{"lot":"\#(lot)","counted":"1"}]}"#, 201
                ),
                (
                    "/lots/\(lot)/shipments",
                    #"{\#(place),"estate":"\#(APIFixture.b)","quantity":"1"}"#, 201
                ),
            ]
            for (path, body, _) in acts {
                #expect(
                    try goods.refusal(goods.ask(.neighbour, "POST", path, body))
                        == "403 goods-valuable", "\(path)")
                #expect(try goods.amounts(lot) == ["3", "0", "0"])
            }
            // What is there, or more, anybody on duty counts.
            try goods.content(
                goods.ask(
                    .neighbour, "POST", acts[1].0, #"{"lines":[{"lot":"\#(lot)","counted":"3"}]}"#),
                201)
            for (path, body, status) in acts {
                try goods.content(goods.ask(.officer, "POST", path, body), status)
            }
            #expect(try goods.amounts(lot) == ["0", "0", "0"])
        }
    }

    @Test("a kit says what is in it: each part's allergens, and that one is valuable")
    func kit() async throws {
        try await Estate.with { goods async throws in
            func packed(_ kit: String, _ part: String) throws -> TestClient.Answer {
                let lot = try goods.lot(of: part, "2")
                return try goods.ask(
                    .neighbour, "POST", "/kits",
                    """
                    {"item":"\(kit)","place":"\(Estate.room)","kits":1,"parts":[
                    {"lot":"\(lot)","quantity":"1"}]}
                    """)
            }
            let allergens = #","allergens":["peanut","milk"]"#
            let nuts = try goods.item("花生糖", unit: "bag", scale: 0, more: allergens)
            let chair = try goods.item("轮椅", unit: "piece", scale: 0, more: #","is_valuable":true"#)
            let plain = try goods.item("礼包", unit: "set", scale: 0)
            for part in [nuts, chair] {
                #expect(try goods.refusal(packed(plain, part)) == "422 goods-kit-unsaid")
            }
            let sweet = try goods.item("甜礼包", unit: "set", scale: 0, more: allergens)
            try goods.content(packed(sweet, nuts), 201)
            let dear = try goods.item("大礼包", unit: "set", scale: 0, more: #","is_valuable":true"#)
            try goods.content(packed(dear, chair), 201)
        }
    }
}
