internal import Platform
internal import Realtime
internal import Support
internal import Testing

@testable internal import Social

@Suite("What is set aside is brought home, through the wire") struct DeliveryTests {
    typealias Estate = GoodsEstate

    private static let own = "/api/v1/estates/\(APIFixture.a)"

    /// What is set aside for the leader's household; its lot and the parcel.
    private static func parcel(_ goods: Estate) throws -> (lot: String, id: String) {
        let lot = try HandOverTests.parcel(goods)
        let page = try goods.content(goods.ask(.member, "GET", AllocationTests.parcels))
        return (lot, try #require(page["parcels"]?.elements?.first?["id"]?.text))
    }

    private static func ask(
        _ goods: Estate, _ parcel: String, _ reader: Estate.Reader = .leader, in hours: Int64 = 6
    ) throws -> TestClient.Answer {
        let begins = goods.api.clock.now() + .seconds(hours * 3600)
        return try goods.ask(
            reader, "POST", own + "/me/parcels/\(parcel)/delivery",
            #"{"begins":"\#(begins)","ends":"\#(begins + .seconds(5400))"}"#)
    }

    private static func offer(
        _ goods: Estate, _ reader: Estate.Reader = .neighbour, _ person: UUID = Estate.volunteer
    ) throws {
        try goods.api.database.superuser().run(
            """
            INSERT INTO linli.proof
                (estate_id, id, person_id, level, how, proved_at, by_person_id, because)
            VALUES ('\(APIFixture.a)', gen_random_uuid(), '\(person)', 'in_person', 'desk',
                '2026-01-01Z', '\(Estate.leader)', '看过身份证')
            """)
        let windows = (1...7).map {
            #"{"weekday":\#($0),"begins_minute":0,"ends_minute":1440}"#
        }.joined(separator: ",")
        try goods.content(
            goods.ask(
                reader, "PUT", own + "/me/helping",
                """
                {"is_active":true,"kinds":["delivery"],"languages":[],"days_off":[],
                "windows":[\(windows)]}
                """), 204)
    }

    /// Runs the round of the estate.
    private static func round(_ goods: Estate) async throws {
        let (clock, configuration) = (goods.api.clock, goods.api.database.configuration)
        let ids = UUIDGenerator(clock: clock)
        try await withShard { shard in
            let pool = Database(configuration, clock: clock, on: shard.loop)
            do {
                try await HelpRound.run(pool, .job(HelpRound.name, estate: APIFixture.a), ids: ids)
            } catch {
                await pool.close()
                throw error
            }
            await pool.close()
        }
    }

    /// The neighbour has agreed to bring the parcel; the visit.
    private static func agreed(_ goods: Estate, _ parcel: String) async throws -> String {
        try offer(goods)
        try goods.content(ask(goods, parcel), 201)
        try await round(goods)
        let asked = try goods.ask(.neighbour, "GET", own + "/help-proposals")
        // Neither whose it is nor what is in it.
        for secret in ["张三", "罐头", "室"] { #expect(!asked.text.contains(secret)) }
        let id = try #require(goods.content(asked)["proposals"]?.elements?.first?["id"]?.text)
        let agreed = try goods.content(
            goods.ask(.neighbour, "POST", own + "/help-proposals/\(id)/acceptance"))
        #expect(agreed["address_zh"]?.text?.isEmpty == false)
        return try #require(agreed["visit"]?.text)
    }

    private static func give(
        _ goods: Estate, _ parcel: String, _ reader: Estate.Reader = .officer
    ) throws -> TestClient.Answer {
        try goods.ask(reader, "POST", "/parcels/\(parcel)/delivery")
    }

    private static func seen(_ goods: Estate, _ reader: Estate.Reader) throws -> [JSON] {
        try goods.content(goods.ask(reader, "GET", own + "/me/deliveries"))["deliveries"]?.elements
            ?? []
    }

    private static func hand(_ goods: Estate, _ word: String) throws -> TestClient.Answer {
        let id = try seen(goods, .neighbour).first?["id"]?.text ?? "\(Estate.room)"
        return try goods.ask(
            .neighbour, "POST", own + "/me/deliveries/\(id)/hand-over", #"{"word":"\#(word)"}"#)
    }

    @Test("asked once, by who speaks for the household, for what waits until then")
    func asking() async throws {
        try await Estate.with { goods async throws in
            let (_, parcel) = try Self.parcel(goods)
            #expect(try goods.refusal(Self.ask(goods, parcel, .neighbour)) == "404 not-found")
            #expect(try goods.refusal(Self.ask(goods, parcel, .officer)) == "404 not-found")
            #expect(
                try goods.refusal(Self.ask(goods, parcel, in: 24 * 7))
                    == "409 parcel-not-waiting")
            #expect(try goods.refusal(Self.ask(goods, parcel, in: -3)) == "422 help-time-unfit")
            let made = try goods.content(Self.ask(goods, parcel), 201)
            #expect(try goods.refusal(Self.ask(goods, parcel, .member)) == "409 delivery-asked")
            // Taken back, it may be asked again.
            let request = made["request"]?.text ?? ""
            try goods.content(
                goods.ask(.leader, "DELETE", Self.own + "/help-requests/\(request)"), 204)
            try goods.content(Self.ask(goods, parcel, .member), 201)
            #expect(
                try Self.seen(goods, .leader).map { $0["state"]?.text } == ["looking", "withdrawn"])
            #expect(try Self.seen(goods, .neighbour).isEmpty)
        }
    }

    @Test("from the desk into the helper's hands, and to the door against the household's word")
    func brought() async throws {
        try await Estate.with { goods async throws in
            let (lot, parcel) = try Self.parcel(goods)
            _ = try await Self.agreed(goods, parcel)
            let mine = try goods.ask(.neighbour, "GET", Self.own + "/me/deliveries")
            #expect(mine.text.contains("allergens") && mine.text.contains(#""side":"helper""#))
            for secret in ["罐头", "张三", "request"] { #expect(!mine.text.contains(secret)) }
            // Hours before it is too early, and nobody gives it to itself.
            #expect(try goods.refusal(Self.give(goods, parcel)) == "409 delivery-not-agreed")
            try goods.api.clock.advance(by: .seconds(10_800))
            #expect(
                try goods.refusal(Self.give(goods, parcel, .neighbour))
                    == "409 hand-over-second-person")
            #expect(try goods.refusal(Self.give(goods, parcel, .leader)) == "404 not-found")
            #expect(try goods.amounts(lot) == ["5", "4", "0"])
            try goods.content(Self.give(goods, parcel), 204)
            #expect(try goods.amounts(lot) == ["5", "0", "0"])
            #expect(try goods.refusal(Self.give(goods, parcel)) == "409 parcel-not-waiting")
            #expect(
                try goods.estate.count(
                    "SELECT count(*) FROM linli.goods_custody WHERE undone_at IS NULL") == 1)
            #expect(try goods.refusal(Self.hand(goods, "00000000")) == "422 parcel-word-unknown")
            let word = try HandOverTests.word(goods)
            try goods.content(Self.hand(goods, word), 204)
            #expect(try Self.seen(goods, .leader).map { $0["state"]?.text } == ["handed"])
            #expect(try goods.refusal(Self.hand(goods, word)) == "404 not-found")
            #expect(
                try goods.refusal(
                    goods.ask(
                        .officer, "POST", "/visits",
                        #"{"room":"\#(Estate.room)","word":"\#(word)"}"#))
                    == "422 parcel-word-unknown", "a word is spent")
            // The desk's with the helper, and the household's own.
            #expect(try goods.events(.officer, "parcel.delivered").count == 1)
            #expect(try goods.events(.member, "parcel.delivered").count == 1)
        }
    }

    @Test("what does not arrive goes back to the desk, and somebody else is looked for")
    func missed() async throws {
        try await Estate.with { goods async throws in
            let (lot, parcel) = try Self.parcel(goods)
            let visit = try await Self.agreed(goods, parcel)
            try goods.api.clock.advance(by: .seconds(10_800))
            try goods.content(Self.give(goods, parcel), 204)
            let open: SQL = """
                SELECT count(*) FROM linli.task
                WHERE kind = 'delivery-return' AND finished_at IS NULL
                """
            try goods.content(
                goods.ask(
                    .neighbour, "POST", Self.own + "/visits/\(visit)/cancellation",
                    #"{"because":"ill"}"#), 204)
            #expect(try goods.estate.count(open) == 1)
            #expect(try Self.seen(goods, .leader).map { $0["state"]?.text } == ["taken"])
            try goods.content(
                goods.ask(.officer, "DELETE", "/parcels/\(parcel)/hand-over"), 204)
            #expect(try goods.amounts(lot) == ["5", "4", "0"])
            #expect(try goods.estate.count(open) == 0)
            #expect(try Self.seen(goods, .leader).map { $0["state"]?.text } == ["looking"])
            #expect(try Self.seen(goods, .neighbour).isEmpty)
            #expect(try goods.refusal(Self.give(goods, parcel)) == "409 delivery-not-agreed")
        }
    }

    /// Ends what time has ended of stock.
    private static func sweep(_ goods: Estate) throws {
        _ = try goods.estate.connect(job: "goods-sweep").run(
            OneCell<Int64>(sql: "SELECT linli.goods_sweep(100)"))
    }

    @Test("a parcel that lapses takes its asking back, with the visit; both hear of it, once")
    func lapsed() async throws {
        try await Estate.with { goods async throws in
            let (lot, parcel) = try Self.parcel(goods)
            let visit = try await Self.agreed(goods, parcel)
            try Self.sweep(goods)
            #expect(try Self.seen(goods, .leader).map { $0["state"]?.text } == ["agreed"])
            // The last day of what is in it is over: it is taken out of issue.
            try goods.api.database.superuser().run(
                "UPDATE linli.goods_lot SET expires_on = '2026-02-01' WHERE id = '\(lot)'")
            try Self.sweep(goods)
            #expect(try goods.amounts(lot) == ["0", "0", "9"])
            #expect(try Self.seen(goods, .leader).map { $0["state"]?.text } == ["withdrawn"])
            #expect(try Self.seen(goods, .neighbour).isEmpty)
            let shown = try goods.content(
                goods.ask(.neighbour, "GET", Self.own + "/visits/\(visit)"))
            #expect(shown["visit"]?["state"]?.text == "cancelled")
            for (reader, kind) in [
                (Estate.Reader.leader, "parcel.lapsed"), (.neighbour, "helpVisit.cancelled"),
            ] {
                let told = try goods.content(goods.ask(reader, "GET", Self.own + "/notices"))
                #expect(
                    told["notices"]?.elements?.count { $0["kind"]?.text == kind } == 1, "\(reader)")
            }
            try Self.sweep(goods)
            #expect(try goods.events(.leader, "parcel.lapsed").count == 1)
        }
    }

    @Test("two at the desk give it once; who belongs to the household is never asked to bring it")
    func once() async throws {
        try await Estate.with { goods async throws in
            let (lot, parcel) = try Self.parcel(goods)
            try Self.offer(goods, .member, Estate.member)
            _ = try await Self.agreed(goods, parcel)
            #expect(
                try goods.estate.count(
                    """
                    SELECT count(*) FROM linli.help_proposal WHERE helper_id = \(Estate.member)
                    """) == 0)
            try goods.api.clock.advance(by: .seconds(10_800))
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<4 {
                    group.addTask { Int(try Self.give(goods, parcel).status) }
                }
                return try await group.reduce(into: [Int]()) { $0.append($1) }.sorted()
            }
            #expect(statuses == [204, 409, 409, 409])
            #expect(try goods.amounts(lot) == ["5", "0", "0"])
        }
    }
}
