internal import Platform
internal import Support
import Testing

@testable internal import Social

@Suite("The signed list for a network outage") struct ParcelListTests {
    typealias Estate = GoodsEstate

    private static let path = "/places/\(Estate.room)/parcel-list"

    /// The officer's person, here for its office.
    private func officer(_ goods: Estate) throws -> UUID {
        let rows = try goods.api.database.superuser().run(
            OneCell<UUID>(
                sql: "SELECT id FROM linli.person WHERE account_id = \(APIFixture.officer)"))
        return try #require(rows.first)
    }

    private func list(_ goods: Estate, _ reader: Estate.Reader = .neighbour) throws -> String {
        let answer = try goods.ask(reader, "GET", Self.path)
        try #require(answer.status == 200, "\(answer.text)")
        return answer.text
    }

    private func values(_ name: String, _ list: String) -> [String] {
        list.split(separator: "\n").filter { $0.hasPrefix(name + " ") }
            .map { String($0.dropFirst(name.count + 1)) }
    }

    /// The code of the one parcel that waits.
    private func code(_ goods: Estate) throws -> String {
        try #require(values("parcel", try list(goods)).first)
    }

    private func line(
        _ goods: Estate, _ code: String, by: UUID = Estate.volunteer, second: UUID? = nil,
        at given: Instant? = nil
    ) -> String {
        let more = second.map { #","second":"\#($0)""# } ?? ""
        return """
            {"code":"\(code)","given_at":"\(given ?? goods.api.clock.now())","by":"\(by)"\(more)}
            """
    }

    /// What the lines came to.
    private func entered(
        _ goods: Estate, _ lines: [String], _ reader: Estate.Reader = .officer, key: String? = nil
    ) throws -> [String] {
        let body = #"{"lines":[\#(lines.joined(separator: ","))]}"#
        let answer = try goods.ask(reader, "POST", Self.path + "/reconciliation", body, key: key)
        return try goods.content(answer)["lines"]?.elements?.compactMap { $0["verdict"]?.text }
            ?? []
    }

    private func tasks(_ goods: Estate) throws -> Int64? {
        try goods.estate.count(
            "SELECT count(*) FROM linli.task WHERE kind = 'parcel-list' AND finished_at IS NULL")
    }

    @Test("names nobody, is checked by a script alone, and knows the word that fetches")
    func checked() async throws {
        try await Estate.with { goods async throws in
            _ = try HandOverTests.parcel(goods)
            let word = try HandOverTests.word(goods)
            let other = try HandOverTests.word(goods, .neighbour)
            let text = try list(goods)
            for secret in ["\(Estate.household)", "\(Estate.leader)", "张三", word] {
                #expect(!text.contains(secret))
            }
            #expect(values("parcels", text) == ["1"])
            #expect(values("word", text).count == 1)
            #expect(values("part", text).first?.contains("4 can") == true)
            #expect(try goods.refusal(goods.ask(.member, "GET", Self.path)).hasPrefix("403"))
            try check(goods, text, word, other)
        }
    }

    private func check(_ goods: Estate, _ text: String, _ word: String, _ other: String) throws {
        let pem = Estate.keyring.signingKey.verifyingKey.pem
        let now = goods.api.clock.now()
        let code = try #require(values("parcel", text).first)
        func status(
            _ list: String, _ more: [String] = [], key: String = pem, at instant: Instant = now
        ) throws -> Int32 {
            try VerifyList.run(list, key: key, at: "\(instant)", more).status
        }
        #expect(try status(text) == 0)
        let fetched = try VerifyList.run(text, key: pem, at: "\(now)", [code, word])
        #expect(fetched.status == 0, "\(fetched.text)")
        #expect(fetched.text.contains("4 can"))
        #expect(try status(text, [code, other]) == 1)
        #expect(try status(text, ["0000-0000", word]) == 1)
        // Neither changed, nor signed by another, nor of another day.
        #expect(try status(text.replacing("4 can", with: "5 can")) == 1)
        #expect(try status(String(text.dropLast(40))) == 1)
        #expect(try status(text, key: Keyring.random().signingKey.verifyingKey.pem) == 1)
        #expect(try status(text, at: now + .seconds(86_400)) == 1)
        #expect(try status(text, at: now + .seconds(-86_400)) == 1)
    }

    @Test("what went out is posted once, in whatever way it is entered again")
    func postedOnce() async throws {
        try await Estate.with { goods async throws in
            let lot = try HandOverTests.parcel(goods)
            let word = try HandOverTests.word(goods)
            let code = try code(goods)
            let line = line(goods, code)
            let key = "\(UUID.random())"
            #expect(try entered(goods, [line, line], key: key) == ["posted", "again"])
            #expect(try entered(goods, [line, line], key: key) == ["posted", "again"])
            #expect(try entered(goods, [line]) == ["again"])
            #expect(try entered(goods, [self.line(goods, code)]) == ["again"])
            #expect(try goods.amounts(lot) == ["5", "0", "0"])
            #expect(try tasks(goods) == 0)
            #expect(
                try goods.estate.count(
                    """
                    SELECT count(*) FROM linli.goods_custody AS c
                    JOIN linli.goods_visit AS v ON v.estate_id = c.estate_id AND v.id = c.visit_id
                    WHERE v.how = 'list' AND c.by_id = \(Estate.volunteer)
                    """) == 1)
            // The word is spent, the household is told, and the list is empty.
            #expect(
                try goods.refusal(
                    goods.ask(
                        .neighbour, "POST", "/visits",
                        #"{"room":"\#(Estate.room)","word":"\#(word)"}"#))
                    == "422 parcel-word-unknown")
            #expect(values("parcels", try list(goods)) == ["0"])
            // Another says that it gave it too: that is a difference.
            #expect(try entered(goods, [self.line(goods, code, by: try officer(goods))]) == ["out"])
            #expect(try tasks(goods) == 1)
            #expect(
                try goods.refusal(
                    goods.ask(
                        .member, "POST", Self.path + "/reconciliation", #"{"lines":[\#(line)]}"#))
                    == "403 not-on-goods-duty")
        }
    }

    @Test("at once and doubled, it is posted once", arguments: 0..<3)
    func doubled(turn: Int) async throws {
        try await Estate.with { goods async throws in
            let lot = try HandOverTests.parcel(goods)
            let line = try line(goods, code(goods))
            let all = try await race(goods, line)
            #expect(all.sorted() == ["again", "again", "again", "posted"])
            #expect(try goods.amounts(lot) == ["5", "0", "0"])
        }
    }

    private func race(_ goods: Estate, _ line: String) async throws -> [String] {
        await withTaskGroup(of: [String].self) { group in
            for _ in 0..<4 {
                group.addTask { (try? entered(goods, [line])) ?? [] }
            }
            return await group.reduce(into: []) { $0 += $1 }
        }
    }

    @Test("what was out by another way, lapsed or never there differs, and somebody looks at it")
    func differs() async throws {
        try await Estate.with { goods async throws in
            let lot = try HandOverTests.parcel(goods)
            let code = try code(goods)
            let now = goods.api.clock.now()
            #expect(
                try entered(
                    goods,
                    [
                        line(goods, "0000-0000"), line(goods, code, at: now + .seconds(60)),
                        line(goods, code, by: Estate.leader),
                        line(goods, code, by: APIFixture.id(0x7777)),
                    ]) == ["unknown", "when", "duty", "nobody"])
            // Who gives it to its own household is no witness of it.
            try NeedTests.give(goods, Estate.leader, "residents_committee")
            #expect(try entered(goods, [line(goods, code, by: Estate.leader)]) == ["own"])
            #expect(try goods.amounts(lot) == ["5", "4", "0"])
            #expect(try tasks(goods) == 4)
            let page = try goods.content(goods.ask(.neighbour, "GET", Self.path + "/differences"))
            #expect(
                page["lines"]?.elements?.compactMap { $0["verdict"]?.text }.sorted()
                    == ["duty", "own", "unknown", "when"])
            let visit = try HandOverTests.visit(goods, try HandOverTests.word(goods))
            try goods.content(HandOverTests.hand(goods, visit), 204)
            #expect(try entered(goods, [line(goods, code)]) == ["out"])
            try goods.content(
                goods.ask(.neighbour, "DELETE", "/parcels/\(visit.parcel)/hand-over"), 204)
            let given = goods.api.clock.now()
            try goods.api.clock.set(given + .seconds(8 * 86_400))
            #expect(
                try entered(goods, [line(goods, code, at: given + .seconds(2 * 86_400))])
                    == ["lapsed"])
        }
    }

    @Test("what was recalled meanwhile is not posted: the household is on the recall")
    func recalled() async throws {
        try await Estate.with { goods async throws in
            let lot = try HandOverTests.parcel(goods)
            let code = try code(goods)
            let given = line(goods, code)
            let made = try goods.content(
                goods.ask(
                    .officer, "POST", "/lots/\(lot)/recall",
                    #"{"because":"maker","advice":"bring_back"}"#), 201)
            let recall = try #require(made["recall"]?["id"]?.text)
            #expect(made["recall"]?["remaining"]?.integer == 0)
            #expect(try entered(goods, [given]) == ["recalled"])
            #expect(try entered(goods, [given]) == ["recalled"])
            #expect(try goods.amounts(lot) == ["0", "0", "9"])
            #expect(try tasks(goods) == 1)
            let shown = try goods.content(goods.ask(.officer, "GET", "/recalls/\(recall)"))
            #expect(shown["recall"]?["remaining"]?.integer == 1)
            try goods.content(
                goods.ask(
                    .leader, "POST", "/recalls/\(recall)/confirmation",
                    #"{"outcome":"brought_back"}"#), 204)
        }
    }

    @Test("what is valuable needs the second person, and is posted when it is named")
    func valuable() async throws {
        try await Estate.with { goods async throws in
            let item = try goods.item(
                "罐头", unit: "can", scale: 0, more: #","is_valuable":true"#)
            let lot = try goods.lot(of: item, "9")
            _ = try NeedTests.need(goods, NeedTests.wanted("2", unit: "can"))
            try AllocationTests.accept(goods, try AllocationTests.propose(goods).id)
            let (code, now) = (try code(goods), goods.api.clock.now())
            #expect(try entered(goods, [line(goods, code, at: now)]) == ["second"])
            #expect(try tasks(goods) == 1)
            #expect(
                try entered(goods, [line(goods, code, second: try officer(goods), at: now)])
                    == ["posted"])
            #expect(try tasks(goods) == 0)
            #expect(try goods.amounts(lot) == ["7", "0", "0"])
        }
    }
}
