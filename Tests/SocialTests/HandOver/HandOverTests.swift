internal import Platform
internal import Support
import Testing

@testable internal import Social

@Suite("Need-blind hand-over, through the wire") struct HandOverTests {
    typealias Estate = GoodsEstate

    static let words = "/api/v1/estates/\(APIFixture.a)/me/parcel-words"

    static func word(
        _ goods: Estate, _ reader: Estate.Reader = .leader, _ body: String = "{}"
    ) throws -> String {
        try #require(goods.content(goods.ask(reader, "POST", words, body), 201)["word"]?.text)
    }

    /// Opens a visit as a volunteer; its id, and its first parcel's.
    static func visit(
        _ goods: Estate, _ word: String, _ reader: Estate.Reader = .neighbour
    ) throws -> (id: String, parcel: String, text: String) {
        let answer = try goods.ask(
            reader, "POST", "/visits", #"{"room":"\#(Estate.room)","word":"\#(word)"}"#)
        let made = try goods.content(answer, 201)
        return (
            try #require(made["id"]?.text),
            made["parcels"]?.elements?.first?["id"]?.text ?? "", answer.text
        )
    }

    /// A parcel of four cans waits for the leader's household; its lot.
    static func parcel(_ goods: Estate, _ quantity: String = "9") throws -> String {
        let (_, lot) = try AllocationTests.stock(goods, quantity, needs: ["4"])
        try AllocationTests.accept(goods, try AllocationTests.propose(goods).id)
        return lot
    }

    static func hand(
        _ goods: Estate, _ visit: (id: String, parcel: String, text: String), _ more: String = "",
        _ reader: Estate.Reader = .neighbour
    ) throws -> TestClient.Answer {
        try goods.ask(
            reader, "POST", "/parcels/\(visit.parcel)/hand-over",
            #"{"visit":"\#(visit.id)"\#(more)}"#)
    }

    private func state(_ goods: Estate) throws -> String? {
        try goods.content(goods.ask(.member, "GET", AllocationTests.parcels))["parcels"]?.elements?
            .first?["state"]?.text
    }

    @Test("a word is said, code and allergens are seen; handed over and undone in one call each")
    func whole() async throws {
        try await Estate.with { goods async throws in
            let lot = try Self.parcel(goods)
            #expect(try goods.amounts(lot) == ["5", "4", "0"])
            let list = try goods.ask(.neighbour, "GET", "/places/\(Estate.room)/parcels")
            #expect(try goods.content(list)["parcels"]?.elements?.count == 1)
            #expect(try goods.ask(.member, "GET", "/places/\(Estate.room)/parcels").status == 403)

            let word = try Self.word(goods)
            let visit = try Self.visit(goods, word)
            for answer in [list.text, visit.text] {
                for secret in [Estate.household, Estate.leader] {
                    #expect(!answer.contains(secret.description))
                }
                #expect(!answer.contains("张三"))
                #expect(answer.contains("allergens"))
            }
            // A word is spent.
            #expect(
                try goods.refusal(
                    goods.ask(
                        .neighbour, "POST", "/visits",
                        #"{"room":"\#(Estate.room)","word":"\#(word)"}"#))
                    == "422 parcel-word-unknown")
            try goods.content(Self.hand(goods, visit), 204)
            #expect(try goods.amounts(lot) == ["5", "0", "0"])
            #expect(try state(goods) == "handed_out")
            #expect(
                try goods.refusal(Self.hand(goods, visit)) == "409 parcel-not-waiting")
            try goods.content(
                goods.ask(.neighbour, "DELETE", "/parcels/\(visit.parcel)/hand-over"), 204)
            #expect(try goods.amounts(lot) == ["5", "4", "0"])
            #expect(try state(goods) == "ready")
            #expect(
                try goods.refusal(
                    goods.ask(.neighbour, "DELETE", "/parcels/\(visit.parcel)/hand-over"))
                    == "409 hand-over-not-undone")
            try goods.content(Self.hand(goods, visit), 204)
            #expect(try goods.amounts(lot) == ["5", "0", "0"])
        }
    }

    @Test("part of a parcel leaves the rest free and the need open; a substitute goes out instead")
    func partAndSubstitute() async throws {
        try await Estate.with { goods async throws in
            let lot = try Self.parcel(goods)
            let item = try #require(
                goods.content(goods.ask(.officer, "GET", "/lots/\(lot)"))["item"]?.text)
            let other = try goods.lot(of: item, "3", expires: "2026-07-31")
            let visit = try Self.visit(goods, try Self.word(goods))
            func part(_ quantity: String, _ more: String = "") -> String {
                #","parts":[{"lot":"\#(lot)","quantity":"\#(quantity)"\#(more)}]"#
            }
            let instead = #","instead":"\#(other)","place":"\#(Estate.room)""#
            #expect(
                try goods.refusal(Self.hand(goods, visit, part("5"))) == "422 parcel-part-unfit")
            #expect(
                try goods.refusal(Self.hand(goods, visit, part("5", instead)))
                    == "422 substitute-unfit")
            #expect(
                try goods.refusal(Self.hand(goods, visit, part("4", instead)))
                    == "409 not-enough-there")
            #expect(try goods.amounts(lot) == ["5", "4", "0"])
            try goods.content(Self.hand(goods, visit, part("3", instead)), 204)
            #expect(try goods.amounts(lot) == ["9", "0", "0"])
            #expect(try goods.amounts(other) == ["0", "0", "0"])
            let needs = try goods.content(goods.ask(.leader, "GET", NeedTests.own))
            #expect(needs["needs"]?.elements?.first?["got"]?.text == "3")
            // Undone, the substitute waits in the parcel.
            try goods.content(
                goods.ask(.neighbour, "DELETE", "/parcels/\(visit.parcel)/hand-over"), 204)
            #expect(try goods.amounts(other) == ["0", "3", "0"])
            try goods.content(
                Self.hand(goods, visit, #","parts":[{"lot":"\#(other)","quantity":"2"}]"#), 204)
            #expect(try goods.amounts(other) == ["1", "0", "0"])
            let left = try goods.content(goods.ask(.leader, "GET", NeedTests.own))
            #expect(left["needs"]?.elements?.first?["got"]?.text == "2")
            #expect(left["needs"]?.elements?.first?["state"]?.text == "confirmed")
        }
    }

    @Test("one's own household passes to another person, and what is valuable takes two")
    func twoPersons() async throws {
        try await Estate.with { goods async throws in
            let item = try goods.item(
                "罐头", unit: "can", scale: 0, more: #","is_valuable":true"#)
            let lot = try goods.lot(of: item, "9")
            _ = try NeedTests.need(goods, NeedTests.wanted("2", unit: "can"))
            _ = try NeedTests.need(goods, by: .neighbour, NeedTests.wanted("2", unit: "can"))
            try AllocationTests.accept(goods, try AllocationTests.propose(goods).id)
            let own = try Self.word(goods, .neighbour)
            #expect(
                try goods.refusal(
                    goods.ask(
                        .neighbour, "POST", "/visits",
                        #"{"room":"\#(Estate.room)","word":"\#(own)"}"#))
                    == "403 hand-over-own-household")
            // The word is still good, with somebody else.
            let theirs = try Self.visit(goods, own, .officer)
            #expect(
                try goods.refusal(goods.ask(.neighbour, "POST", "/visits/\(theirs.id)/second"))
                    == "403 hand-over-own-household")

            let visit = try Self.visit(goods, try Self.word(goods))
            #expect(
                try goods.refusal(Self.hand(goods, visit)) == "409 hand-over-second-person")
            #expect(
                try goods.refusal(goods.ask(.neighbour, "POST", "/visits/\(visit.id)/second"))
                    == "409 hand-over-second-person")
            try goods.content(goods.ask(.officer, "POST", "/visits/\(visit.id)/second"), 204)
            try goods.content(Self.hand(goods, visit), 204)
            #expect(
                try goods.estate.count(
                    """
                    SELECT count(*) FROM linli.goods_custody
                    WHERE by_id = \(Estate.volunteer) AND second_id IS NOT NULL
                    """) == 1)
            #expect(try goods.amounts(lot) == ["5", "2", "0"])
        }
    }

    @Test("a neighbour fetches by a word, who has no telephone by a card, out of free stock too")
    func walkIn() async throws {
        try await Estate.with { goods async throws in
            let lot = try Self.parcel(goods)
            let word = try Self.word(goods, .leader, #"{"for_neighbour":true}"#)
            let visit = try Self.visit(goods, word)
            try goods.content(Self.hand(goods, visit), 204)
            #expect(
                try goods.estate.count(
                    "SELECT count(*) FROM linli.goods_visit WHERE how = 'neighbour'") == 1)

            let card = "/households/\(Estate.household)/card"
            #expect(try goods.ask(.neighbour, "POST", card).status == 404)
            let number = try #require(
                goods.content(goods.ask(.officer, "POST", card), 201)["word"]?.text)
            let walkIn = try Self.visit(goods, number)
            #expect(walkIn.parcel.isEmpty)
            func issue(_ quantity: String) throws -> TestClient.Answer {
                try goods.ask(
                    .neighbour, "POST", "/visits/\(walkIn.id)/issues",
                    #"{"lot":"\#(lot)","place":"\#(Estate.room)","quantity":"\#(quantity)"}"#)
            }
            // All that was needed was handed out.
            #expect(try goods.refusal(issue("1")) == "409 visit-no-need")
            _ = try NeedTests.need(goods, by: .member, NeedTests.wanted("3", unit: "can"))
            #expect(try goods.refusal(issue("4")) == "409 visit-no-need")
            try goods.content(issue("2"), 201)
            #expect(try goods.amounts(lot) == ["3", "0", "0"])
            #expect(try goods.refusal(issue("2")) == "409 visit-no-need")
            // The card opens again; the one issued anew ends it.
            _ = try Self.visit(goods, number)
            _ = try goods.content(goods.ask(.officer, "POST", card), 201)
            let old = try goods.ask(
                .neighbour, "POST", "/visits", #"{"room":"\#(Estate.room)","word":"\#(number)"}"#)
            #expect(try goods.refusal(old) == "422 parcel-word-unknown")
            for _ in 0..<9 {
                _ = try goods.ask(
                    .neighbour, "POST", "/visits", #"{"room":"\#(Estate.room)","word":"1"}"#)
            }
            let many = try goods.ask(
                .neighbour, "POST", "/visits", #"{"room":"\#(Estate.room)","word":"1"}"#)
            #expect(many.status == 429)
        }
    }

    @Test("a parcel that was kept long enough is not handed out, nor with an old visit")
    func late() async throws {
        try await Estate.with { goods async throws in
            let lot = try Self.parcel(goods)
            let visit = try Self.visit(goods, try Self.word(goods))
            try goods.api.clock.set(APIFixture.start + .seconds(7201))
            #expect(try goods.refusal(Self.hand(goods, visit)) == "409 visit-over")
            let late = APIFixture.start + .seconds(7 * 86_400 + 1)
            try goods.api.clock.set(late - .seconds(60))
            let again = try Self.visit(goods, try Self.word(goods))
            #expect(again.parcel == visit.parcel)
            try goods.api.clock.set(late)
            #expect(try goods.refusal(Self.hand(goods, again)) == "409 parcel-lapsed")
            let job = try goods.estate.connect(job: "goods-sweep")
            _ = try job.run(OneCell<Int64>(sql: "SELECT linli.goods_sweep(100)"))
            #expect(try goods.amounts(lot) == ["9", "0", "0"])
            #expect(try goods.refusal(Self.hand(goods, again)) == "409 parcel-not-waiting")
        }
    }

    private func race(_ asks: [@Sendable () throws -> TestClient.Answer]) async -> [Int] {
        await withTaskGroup(of: Int.self) { group in
            for ask in asks { group.addTask { (try? ask().status) ?? 0 } }
            return await group.reduce(into: []) { $0.append($1) }
        }
    }

    @Test("two volunteers with one parcel: one hands it over", arguments: 0..<4)
    func twoAtOnce(turn: Int) async throws {
        try await Estate.with { goods async throws in
            let lot = try Self.parcel(goods)
            let visit = try Self.visit(goods, try Self.word(goods))
            let readers: [Estate.Reader] = [.neighbour, .officer, .neighbour, .officer]
            let answers = await race(
                readers.map { reader in { try Self.hand(goods, visit, "", reader) } })
            #expect(answers.sorted() == [204, 409, 409, 409])
            #expect(try goods.amounts(lot) == ["5", "0", "0"])
            let undone = await race(
                readers.map { reader in
                    { try goods.ask(reader, "DELETE", "/parcels/\(visit.parcel)/hand-over") }
                })
            #expect(undone.sorted() == [204, 409, 409, 409])
            #expect(try goods.amounts(lot) == ["5", "4", "0"])
        }
    }

    @Test("a recall in the middle: handed over or held back, never both", arguments: 0..<6)
    func recallInTheMiddle(turn: Int) async throws {
        try await Estate.with { goods async throws in
            let lot = try Self.parcel(goods)
            let visit = try Self.visit(goods, try Self.word(goods))
            let recall: @Sendable () throws -> TestClient.Answer = {
                try goods.ask(
                    .officer, "POST", "/lots/\(lot)/recall",
                    #"{"because":"maker","advice":"bring_back"}"#)
            }
            let answers = await race(
                turn % 2 == 0
                    ? [{ try Self.hand(goods, visit) }, recall]
                    : [recall, { try Self.hand(goods, visit) }])
            #expect(answers.contains(201))
            let handed = answers.contains(204)
            #expect(handed || answers.contains(409))
            #expect(try goods.amounts(lot) == ["0", "0", handed ? "5" : "9"])
            // Undone after a recall, it is held back.
            if handed {
                try goods.content(
                    goods.ask(.neighbour, "DELETE", "/parcels/\(visit.parcel)/hand-over"), 204)
                #expect(try goods.amounts(lot) == ["0", "0", "9"])
            }
        }
    }
}
