internal import Platform
internal import Support
import Testing

@testable internal import Social

@Suite("The catalogue and the door of the goods room, through the wire") struct GoodsCatalogueTests
{
    typealias Estate = GoodsEstate

    @Test("the committee keeps the catalogue, everybody reads it, food is never taken opened")
    func catalogue() async throws {
        try await Estate.with { goods async throws in
            let rice = try goods.item()
            let body = """
                {"name_zh":"大米","name_en":"Rice","category":"food","is_perishable":true,
                "least":"0.5","short_below":"20"
                """
            for reader in [Estate.Reader.leader, .member, .neighbour] {
                let answer = try goods.ask(
                    reader, "POST", "/items", body + #","unit":"kilogram","scale":3}"#)
                #expect(try goods.refusal(answer) == "403 may-not-manage-goods")
                let list = try goods.content(goods.ask(reader, "GET", "/items"))
                #expect(list["items"]?.elements?.count == 1)
            }
            let opened = try goods.ask(
                .officer, "POST", "/items", body + #","unit":"kilogram","refuses":[]}"#)
            #expect(try goods.refusal(opened) == "400 invalid")
            let fine = try goods.ask(
                .officer, "PUT", "/items/\(rice)", body + #","least":"0.0005"}"#, match: "\"1\"")
            #expect(fine.status == 400)
            let changed = try goods.content(
                goods.ask(.officer, "PUT", "/items/\(rice)", body + "}", match: "\"1\""))
            #expect(changed["least"]?.text == "0.5")
            #expect(changed["version"]?.integer == 2)
            let late = try goods.ask(.officer, "PUT", "/items/\(rice)", body + "}", match: "\"1\"")
            #expect(late.status == 412)
            #expect(
                try goods.ask(.neighbour, "PUT", "/items/\(rice)", body + "}", match: "\"2\"")
                    .status == 403)
        }
    }

    @Test(
        "the committee opens rooms; who is on duty there makes bins; a duty elsewhere is none here")
    func places() async throws {
        try await Estate.with { goods async throws in
            let room = #"{"place":"\#(Estate.plain)"}"#
            #expect(
                try goods.refusal(goods.ask(.neighbour, "POST", "/places", room))
                    == "403 may-not-manage-goods")
            try goods.content(goods.ask(.officer, "POST", "/places", room), 201)
            #expect(
                try goods.refusal(goods.ask(.officer, "POST", "/places", room))
                    == "409 goods-place-there")
            #expect(
                try goods.ask(.officer, "POST", "/places", #"{"place":"\#(UUID.random())"}"#).status
                    == 404)
            let bin = #"{"code":"A-1","name_zh":"甲架一格","name_en":"Shelf A 1"}"#
            let path = "/places/\(Estate.room)/bins"
            // A volunteer of the whole estate is on duty at no goods room.
            #expect(
                try goods.refusal(goods.ask(.member, "POST", path, bin))
                    == "403 not-on-goods-duty")
            try goods.content(goods.ask(.neighbour, "POST", path, bin), 201)
            #expect(
                try goods.refusal(goods.ask(.neighbour, "POST", path, bin))
                    == "409 goods-place-there")
            let elsewhere = "/places/\(Estate.otherRoom)/bins"
            #expect(
                try goods.refusal(goods.ask(.neighbour, "POST", elsewhere, bin))
                    == "403 not-on-goods-duty")
            let list = try goods.content(goods.ask(.neighbour, "GET", "/places"))
            #expect(
                list["places"]?.elements?.filter { $0["is_served"]?.bool == true }.count == 2)
            // A term that has ended opens nothing.
            try goods.api.clock.set(try #require(Instant("2027-01-01T00:00:00Z")))
            #expect(try goods.ask(.neighbour, "POST", path, bin).status >= 401)
        }
    }

    @Test("each line that is refused at the door says what to do, and then nothing was taken in")
    func door() async throws {
        try await Estate.with { goods async throws in
            let milk = try goods.item(
                "牛奶", unit: "bottle", scale: 0, more: #","shelf_days_min":3,"least":"2""#)
            func line(_ more: String, _ quantity: String = "6") -> String {
                #"{"item":"\#(milk)","quantity":"\#(quantity)"\#(more)}"#
            }
            let lines = [
                line(#","expires_on":"2026-02-28""#), line(""),
                line(#","expires_on":"2026-03-03""#),
                line(#","expires_on":"2026-03-09","nature":"opened""#),
                line(#","expires_on":"2026-03-09","nature":"home_made""#),
                line(#","expires_on":"2026-03-09","nature":"prescription""#),
                line(#","expires_on":"2026-03-09""#, "1"),
                line(#","expires_on":"2026-03-04""#),
            ].joined(separator: ",")
            let answer = try goods.ask(
                .neighbour, "POST", "/intakes",
                #"{"place":"\#(Estate.room)","source":"anonymous","lines":[\#(lines)]}"#)
            #expect(try goods.refusal(answer) == "422 goods-refused-at-door")
            let faults = try JSON(parsing: answer.body)["errors"]?.elements ?? []
            #expect(
                faults.compactMap { $0["pointer"]?.text } == (0..<7).map { "/lines/\($0)" })
            #expect(faults.allSatisfy { !($0["detail"]?.text ?? "").isEmpty })
            #expect(try goods.estate.count("SELECT count(*) FROM linli.goods_intake") == 0)
            #expect(try goods.estate.count("SELECT count(*) FROM linli.goods_lot") == 0)
            for quantity in ["0", "-1", "1.5", "1e3", "1,000", "99999999999999999999", "ten", ""] {
                let odd = try goods.ask(
                    .neighbour, "POST", "/intakes",
                    """
                    {"place":"\(Estate.room)","source":"anonymous","lines":[
                    \(line(#","expires_on":"2026-03-09""#, quantity))]}
                    """)
                #expect(odd.status == 400, "\(quantity) \(odd.text)")
            }
            let much = try goods.ask(
                .neighbour, "POST", "/intakes",
                """
                {"place":"\(Estate.room)","source":"anonymous","lines":[
                \(line(#","expires_on":"2026-03-09""#, "2000000001"))]}
                """)
            #expect(try goods.refusal(much) == "422 goods-refused-at-door")
        }
    }

    @Test("the same intake retried a hundred times counts once, whatever key it comes with")
    func once() async throws {
        try await Estate.with { goods async throws in
            let rice = try goods.item()
            let body = """
                {"place":"\(Estate.room)","source":"person","donor":"\(Estate.leader)",
                "reference":"desk-1-17","lines":[{"item":"\(rice)","quantity":"2.5",
                "expires_on":"2026-06-30"}]}
                """
            let answers = try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 0..<100 {
                    group.addTask {
                        try goods.estate.ask(
                            .neighbour, "POST", Estate.base + "/intakes", key: UUID.random(),
                            body: body
                        ).text
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers.count { $0.contains(#""is_repeat":false"#) } == 1)
            #expect(answers.count { $0.contains(#""is_repeat":true"#) } == 99)
            let lots = Set(
                try answers.map {
                    try JSON(parsing: Array($0.utf8))["lots"]?.elements?.first?["id"]?.text
                })
            #expect(lots.count == 1)
            let lot = try #require(lots.first ?? nil)
            #expect(try goods.amounts(lot) == ["2.5", "0", "0"])
            let other = try goods.ask(
                .neighbour, "POST", "/intakes", body.replacing("2.5", with: "2"))
            #expect(try goods.refusal(other) == "409 intake-reference-reused")
            // The donor reads what became of it; the volunteer of nothing, since he gave nothing.
            let gifts = try goods.content(
                goods.ask(.leader, "GET", "/api/v1/estates/\(APIFixture.a)/me/gifts"))
            let gift = gifts["gifts"]?.elements?.first?["lots"]?.elements?.first
            #expect(gift?["given"]?.text == "2.5")
            #expect(gift?["here"]?.text == "2.5")
            #expect(
                try goods.content(
                    goods.ask(.neighbour, "GET", "/api/v1/estates/\(APIFixture.a)/me/gifts"))[
                        "gifts"]?.elements?.isEmpty == true)
            let notices = try goods.content(
                goods.ask(.leader, "GET", "/api/v1/estates/\(APIFixture.a)/notices"))
            #expect(notices["notices"]?.elements?.count == 1)
        }
    }

    @Test("nobody takes in who is not on duty there, and a drive takes only while it is on")
    func duty() async throws {
        try await Estate.with { goods async throws in
            let rice = try goods.item()
            func body(_ place: UUID, _ more: String = "") -> String {
                """
                {"place":"\(place)","source":"anonymous"\(more),"lines":[{"item":"\(rice)",
                "quantity":"1","expires_on":"2026-06-30"}]}
                """
            }
            for reader in [Estate.Reader.member, .leader] {
                #expect(
                    try goods.refusal(goods.ask(reader, "POST", "/intakes", body(Estate.room)))
                        == "403 not-on-goods-duty")
                #expect(
                    try goods.refusal(goods.ask(reader, "GET", "/lots"))
                        == "403 not-on-goods-duty")
            }
            #expect(
                try goods.refusal(
                    goods.ask(.neighbour, "POST", "/intakes", body(Estate.otherRoom)))
                    == "403 not-on-goods-duty")
            #expect(
                try goods.refusal(goods.ask(.neighbour, "POST", "/intakes", body(Estate.plain)))
                    == "422 not-goods-place")
            let drive = """
                {"title_zh":"春季募集","title_en":"Spring drive","room":"\(Estate.room)",
                "begins":"2026-02-01T00:00:00Z","ends":"2026-03-02T00:00:00Z","items":["\(rice)"]}
                """
            #expect(
                try goods.refusal(goods.ask(.neighbour, "POST", "/drives", drive))
                    == "403 may-not-manage-goods")
            let made = try goods.content(goods.ask(.officer, "POST", "/drives", drive), 201)
            let id = made["id"]?.text ?? ""
            #expect(
                try goods.content(goods.ask(.leader, "GET", "/drives"))["drives"]?.elements?.first?[
                    "is_on"]?.bool == true)
            let given = body(Estate.room, #","drive":"\#(id)""#)
            try goods.content(goods.ask(.neighbour, "POST", "/intakes", given), 201)
            try goods.api.clock.set(try #require(Instant("2026-03-02T00:00:00Z")))
            #expect(
                try goods.refusal(goods.ask(.neighbour, "POST", "/intakes", given))
                    == "422 drive-not-on")
        }
    }
}
