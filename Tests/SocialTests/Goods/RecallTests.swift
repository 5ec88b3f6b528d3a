internal import Platform
internal import Realtime
internal import Support
import Testing

@testable internal import Social

@Suite("The recall of a lot") struct RecallTests {
    typealias Estate = GoodsEstate

    private static let cause = LedgerCause("test")
    private static let why = #"{"because":"maker","advice":"bring_back"}"#

    private func part(_ lot: String, _ much: String, _ scale: Int = 3) throws -> Lots.Part {
        Lots.Part(
            GoodsStockTests.id(lot), at: Estate.room, try GoodsStockTests.much(much, scale))
    }

    /// Hands out some of a lot to both households.
    private func handOut(_ goods: Estate, _ lot: String, scale: Int = 3) async throws {
        let part = try part(lot, "1", scale)
        for household in [Estate.household, Estate.volunteersHousehold] {
            let answer = try await goods.lots { lots, event in
                try await lots.issue(
                    [part], to: household, because: Self.cause, telling: event)
            }
            #expect(answer == .posted)
        }
    }

    @Test(
        "one call stops the lot and its kits, and ends when each household confirmed or was knocked at"
    )
    func whole() async throws {
        try await Estate.with { goods async throws in
            let rice = try goods.item()
            let lot = try goods.lot(of: rice, "10")
            try await handOut(goods, lot)
            let part = try part(lot, "2")
            let reserved = try await goods.lots { lots, event in
                try await lots.reserve(
                    [part], as: [APIFixture.id(0x601)], for: Estate.leader, of: Estate.household,
                    until: APIFixture.start + .seconds(60), because: Self.cause, telling: event)
            }
            #expect(reserved == .posted)
            // One who handles no goods recalls nothing.
            #expect(
                try goods.ask(.member, "POST", "/lots/\(lot)/recall", Self.why).status == 404)
            let made = try goods.content(
                goods.ask(.neighbour, "POST", "/lots/\(lot)/recall", Self.why), 201)
            let recall = made["recall"]?["id"]?.text ?? ""
            #expect(made["recall"]?["remaining"]?.integer == 2)
            // The volunteer sees where it lies, and not who has it.
            #expect(
                made["reach"]?.elements?.compactMap { $0["kind"]?.text } == ["place"])
            #expect(made["households"]?.elements?.isEmpty == true)
            #expect(try goods.amounts(lot) == ["0", "0", "8"])
            #expect(
                try goods.refusal(goods.ask(.neighbour, "POST", "/lots/\(lot)/recall", Self.why))
                    == "409 lot-recalled")
            try await standsStill(goods, lot)

            let seen = try goods.content(goods.ask(.officer, "GET", "/recalls/\(recall)"))
            #expect(
                seen["households"]?.elements?.compactMap { $0["id"]?.text }.sorted()
                    == [Estate.household.description, Estate.volunteersHousehold.description])
            #expect(seen["reach"]?.elements?.count == 3)
            try confirms(goods, recall)
        }
    }

    /// Nothing moves but into quarantine and away: said by the functions, and held by the database.
    private func standsStill(_ goods: Estate, _ lot: String) async throws {
        let one = try part(lot, "1")
        let issue = try await goods.lots { lots, event in
            try await lots.issue(
                [one], to: Estate.household, because: Self.cause, telling: event)
        }
        #expect(issue == .recalled(index: 0))
        let place = #""place":"\#(Estate.room)","quantity":"1""#
        for path in ["releases", "transfers"] {
            let more = path == "transfers" ? #","to":"\#(Estate.otherRoom)""# : ""
            #expect(
                try goods.refusal(
                    goods.ask(.neighbour, "POST", "/lots/\(lot)/\(path)", "{\(place)\(more)}"))
                    == "409 lot-recalled")
        }
        let raw = try BlockingConnection(goods.api.database.connection(as: "linli_owner"))
        for (name, value) in [
            ("instant", "\(goods.api.clock.now().microseconds)"), ("principal", "person"),
            ("estate", "\(APIFixture.a)"), ("person", "\(Estate.volunteer)"),
            ("account", "\(APIFixture.husband)"), ("job", ""), ("stock", "on"),
        ] { try raw.run("SELECT set_config('linli.\(name)', '\(value)', false)") }
        do {
            _ = try raw.run(
                OneCell<String>(
                    sql: """
                        SELECT (linli.post_movements(gen_random_uuid(), ARRAY[gen_random_uuid()],
                            ARRAY[\(GoodsStockTests.id(lot))], '{place}', ARRAY[\(Estate.room)],
                            '{quarantine}', '{household}', ARRAY[\(Estate.household)], '{issued}',
                            '{1}', '{issued}', '{test}', ARRAY[NULL::uuid], ARRAY[NULL::uuid],
                            ARRAY[NULL::text])).verdict
                        """))
            Issue.record("a recalled lot was handed out")
        } catch {
            #expect(error.constraint == "goods_lot_stopped_stays", "\(error)")
        }
        let back = try await goods.lots { lots, event in
            try await lots.takeBack(
                [one], from: Estate.household, isHeld: true, because: Self.cause, telling: event)
        }
        #expect(back == .posted)
        try goods.content(
            goods.ask(
                .neighbour, "POST", "/lots/\(lot)/discards",
                #"{\#(place),"status":"quarantine","because":"recalled"}"#))
    }

    private func confirms(_ goods: Estate, _ recall: String) throws {
        let path = "/recalls/\(recall)"
        // Both of the household were told; the one who is on duty has some, too, and did the recall.
        for reader in [Estate.Reader.leader, .member] {
            let notices = try goods.content(
                goods.ask(reader, "GET", "/api/v1/estates/\(APIFixture.a)/notices"))
            let text = notices["notices"]?.elements?.first?["text_zh"]?.text ?? ""
            #expect(text.contains("大米") && text.contains("送回"), "\(text)")
            let own = try goods.content(goods.ask(reader, "GET", path))
            #expect(own["recall"]?["is_own"]?.bool == true)
            #expect(own["recall"]?["remaining"] == nil)
            #expect(own["reach"]?.elements?.isEmpty == true)
        }
        let said = #"{"outcome":"brought_back"}"#
        #expect(
            try goods.ask(.member, "POST", path + "/confirmation", said).status == 204)
        #expect(
            try goods.refusal(goods.ask(.leader, "POST", path + "/confirmation", said))
                == "409 recall-noted")
        let remaining = try goods.content(goods.ask(.neighbour, "GET", path))
        #expect(remaining["recall"]?["remaining"]?.integer == 1)
        #expect(remaining["recall"]?["ended_at"] == nil)
        let open =
            "SELECT count(*) FROM linli.task WHERE kind = 'goods-recall' AND finished_at IS NULL"
        #expect(try goods.estate.count(SQL(stringLiteral: open)) == 1)
        let knock = #"{"household":"\#(Estate.volunteersHousehold)","outcome":"used_up"}"#
        for reader in [Estate.Reader.neighbour, .leader] {
            #expect(try goods.ask(reader, "POST", path + "/knocks", knock).status == 404)
        }
        #expect(try goods.ask(.officer, "POST", path + "/knocks", knock).status == 204)
        #expect(
            try goods.content(goods.ask(.officer, "GET", path))["recall"]?["ended_at"] != nil)
        #expect(try goods.estate.count(SQL(stringLiteral: open)) == 0)
    }

    @Test("a recall finds the kits that a part went into, and those who were handed one")
    func kits() async throws {
        try await Estate.with { goods async throws in
            let rice = try goods.item()
            let kit = try goods.item("春节套装", unit: "set", scale: 0)
            let lot = try goods.lot(of: rice, "10", expires: "2026-05-01")
            let other = try goods.lot(of: rice, "10", expires: "2026-08-01")
            let body = """
                {"item":"\(kit)","place":"\(Estate.room)","kits":4,"parts":[
                {"lot":"\(lot)","quantity":"1.5"},{"lot":"\(other)","quantity":"0.5"}]}
                """
            let packed = try goods.content(goods.ask(.neighbour, "POST", "/kits", body), 201)
            let kits = try #require(packed["id"]?.text)
            #expect(packed["free"]?.text == "4")
            // It is good as long as the first of its parts.
            #expect(packed["expires_on"]?.text == "2026-05-01")
            #expect(try goods.amounts(lot) == ["4", "0", "0"])
            #expect(
                try goods.refusal(goods.ask(.neighbour, "POST", "/kits", body))
                    == "409 not-enough-there")
            try await handOut(goods, kits, scale: 0)
            try goods.content(
                goods.ask(.officer, "POST", "/lots/\(lot)/recall", Self.why), 201)
            #expect(try goods.amounts(kits) == ["0", "0", "2"])
            #expect(try goods.amounts(other) == ["8", "0", "0"])
            let list = try goods.content(goods.ask(.officer, "GET", "/recalls"))
            #expect(list["recalls"]?.elements?.first?["remaining"]?.integer == 2)
            // What nobody has is over at once.
            let none = try goods.lot(of: rice, "1")
            let over = try goods.content(
                goods.ask(.officer, "POST", "/lots/\(none)/recall", Self.why), 201)
            #expect(over["recall"]?["ended_at"] != nil)
        }
    }

    @Test("of recall and issue at once, nothing goes out after the recall")
    func race() async throws {
        try await Estate.with { goods async throws in
            let lot = try goods.lot(of: try goods.item(), "10")
            let outcomes = try await Self.meet(goods, try part(lot, "0.01"))
            let issued = outcomes.filter { $0 == .posted }.count - 1
            #expect(outcomes.allSatisfy { $0 == .posted || $0 == .recalled(index: 0) })
            let handed = try goods.estate.count(
                """
                SELECT coalesce(sum(a.balance), 0)::bigint FROM linli.ledger_account AS a
                WHERE a.book = 'stock' AND a.holder_kind = 'household'
                """)
            #expect(handed == Int64(issued * 10))
            let retried = await goods.api.server.shard.transactionsRetried
            #expect(retried == 0)
        }
    }

    /// Forty who hand out, and one who recalls in between.
    private static func meet(_ goods: Estate, _ part: Lots.Part) async throws -> [Lots.Answer] {
        let ids = UUIDGenerator(clock: goods.api.clock)
        let principal = Principal.person(
            estate: APIFixture.a, person: Estate.volunteer, account: APIFixture.husband)
        return try await concurrently(41, on: goods.api.server.shard) { index, shard in
            guard index != 20 else { return try await shard.recall(part.lot, principal, ids) }
            return try await shard.lots(principal, ids) { lots, event in
                try await lots.issue(
                    [part], to: Estate.household, because: cause, telling: event)
            }
        }
    }
}

extension Shard {
    /// Recalls a lot in a transaction of the shard's database.
    fileprivate func recall(
        _ lot: UUID, _ principal: Principal, _ ids: UUIDGenerator
    ) async throws -> Lots.Answer {
        guard let database = local(Database.self) else {
            preconditionFailure("the fixture's shard has a database")
        }
        let (event, recall) = (ids.next() as UUID, ids.next() as UUID)
        let verdicts = try await database.write(principal) { tx in
            try await tx.run(
                GoodsVerdict(
                    sql: """
                        SELECT linli.goods_recall(\(event), \(recall), \(lot), 'maker',
                            'bring_back')
                        """))
        }
        return verdicts == ["recalled"] ? .posted : .unknown
    }
}
