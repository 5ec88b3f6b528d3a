internal import Platform
internal import Realtime
internal import Support
import Testing

@testable internal import Social

@Suite("Free, reserved, issued") struct LotTests {
    typealias Estate = GoodsEstate

    private static let cause = LedgerCause("test")
    private static let until = APIFixture.start + .seconds(3600)

    private func reserve(
        _ goods: Estate, _ lot: String, _ units: Int64, as reservation: UUID,
        for holder: UUID = Estate.leader, of household: UUID = Estate.household
    ) async throws -> Lots.Answer {
        let part = Lots.Part(
            GoodsStockTests.id(lot), at: Estate.room, try #require(Quantity(units: units)))
        return try await goods.lots { lots, event in
            try await lots.reserve(
                [part], as: [reservation], for: holder, of: household, until: Self.until,
                because: Self.cause, telling: event)
        }
    }

    @Test("what is reserved is free no more, is collected in part, and the rest is free again")
    func collect() async throws {
        try await Estate.with { goods async throws in
            let lot = try goods.lot(of: try goods.item(), "3")
            let (one, two) = (APIFixture.id(0x501), APIFixture.id(0x502))
            #expect(try await reserve(goods, lot, 2000, as: one) == .posted)
            #expect(try goods.amounts(lot) == ["1", "2", "0"])
            #expect(try await reserve(goods, lot, 1, as: two) == .again)
            #expect(
                try await reserve(
                    goods, lot, 1001, as: two, for: Estate.volunteer,
                    of: Estate.volunteersHousehold) == .short(index: 0, there: 1000))
            let over = try await goods.lots { lots, event in
                try await lots.collect(
                    [one], [2001], by: Estate.household, because: Self.cause, telling: event)
            }
            #expect(over == .over)
            let taken = try await goods.lots { lots, event in
                try await lots.collect(
                    [one], [1500], by: Estate.household, because: Self.cause, telling: event)
            }
            #expect(taken == .posted)
            #expect(try goods.amounts(lot) == ["1.5", "0", "0"])
            let part = Lots.Part(
                GoodsStockTests.id(lot), at: Estate.room, try GoodsStockTests.much("0.5", 3))
            let back = try await goods.lots { lots, event in
                try await lots.takeBack(
                    [part], from: Estate.household, isHeld: true, because: Self.cause,
                    telling: event)
            }
            #expect(back == .posted)
            #expect(try goods.amounts(lot) == ["1.5", "0", "0.5"])
            // A resident hands nothing out, not even to itself.
            let own = try await goods.lots(
                as: .person(
                    estate: APIFixture.a, person: Estate.leader, account: APIFixture.resident)
            ) { lots, event in
                try await lots.issue(
                    [part], to: Estate.household, because: Self.cause, telling: event)
            }
            #expect(own == .unknown)
        }
    }

    @Test("a hold is void at its instant; whoever reserves next has it, and so has the sweep")
    func lapse() async throws {
        try await Estate.with { goods async throws in
            let lot = try goods.lot(of: try goods.item(), "1")
            let (one, two) = (APIFixture.id(0x511), APIFixture.id(0x512))
            #expect(try await reserve(goods, lot, 1000, as: one) == .posted)
            try goods.api.clock.set(Self.until)
            let late = try await goods.lots { lots, event in
                try await lots.collect(
                    [one], [1000], by: Estate.household, because: Self.cause, telling: event)
            }
            #expect(late == .lapsed)
            let part = Lots.Part(
                GoodsStockTests.id(lot), at: Estate.room, try GoodsStockTests.much("0.4", 3))
            let next = try await goods.lots { lots, event in
                try await lots.reserve(
                    [part], as: [two], for: Estate.volunteer, of: Estate.volunteersHousehold,
                    until: Self.until + .seconds(60), because: Self.cause, telling: event)
            }
            #expect(next == .posted)
            #expect(try goods.amounts(lot) == ["0.6", "0.4", "0"])
            try goods.api.clock.set(Self.until + .seconds(60))
            let sweep = try goods.estate.connect(job: "goods-sweep")
            #expect(try sweep.run(SweepGoods(rowsMax: 10)) == [1])
            #expect(try goods.amounts(lot) == ["1", "0", "0"])
            #expect(try sweep.run(SweepGoods(rowsMax: 10)) == [0])
        }
    }

    @Test("from midnight of its last day on nothing of a lot is handed out, swept or not")
    func expiry() async throws {
        try await Estate.with { goods async throws in
            let lot = try goods.lot(of: try goods.item(), "2", expires: "2026-03-02")
            let one = APIFixture.id(0x521)
            let midnight = try #require(Instant("2026-03-02T16:00:00Z"))
            try goods.api.clock.set(midnight - .microseconds(1))
            let part = Lots.Part(
                GoodsStockTests.id(lot), at: Estate.room, try GoodsStockTests.much("1", 3))
            let reserved = try await goods.lots { lots, event in
                try await lots.reserve(
                    [part], as: [one], for: Estate.leader, of: Estate.household,
                    until: midnight + .seconds(600), because: Self.cause, telling: event)
            }
            #expect(reserved == .posted)
            try goods.api.clock.set(midnight)
            let issue = try await goods.lots { lots, event in
                try await lots.issue(
                    [part], to: Estate.household, because: Self.cause, telling: event)
            }
            #expect(issue == .expired(index: 0))
            let taken = try await goods.lots { lots, event in
                try await lots.collect(
                    [one], [1000], by: Estate.household, because: Self.cause, telling: event)
            }
            #expect(taken == .expired(index: 0))
            let sweep = try goods.estate.connect(job: "goods-sweep")
            #expect(try sweep.run(SweepGoods(rowsMax: 10)) == [1])
            #expect(try goods.amounts(lot) == ["0", "0", "2"])
            let release = #"{"place":"\#(Estate.room)","quantity":"1"}"#
            #expect(
                try goods.refusal(
                    goods.ask(.neighbour, "POST", "/lots/\(lot)/releases", release))
                    == "409 lot-expired")
        }
    }

    @Test(
        "of eighty who reserve and collect at once, with two at the shelf, nobody gets what is not there"
    )
    func race() async throws {
        try await Estate.with { goods async throws in
            let rice = try goods.item()
            let lots = try (0..<3).map { _ in
                GoodsStockTests.id(try goods.lot(of: rice, "0.02"))
            }
            let holders = try holders(40, goods)
            let amounts = [
                try GoodsStockTests.much("0.001", 3), try GoodsStockTests.much("0.002", 3),
            ]
            let ids = UUIDGenerator(clock: goods.api.clock)
            let seed = UInt64.random(in: 0..<1 << 32)
            print("seed \(seed)")
            let principal = Principal.person(
                estate: APIFixture.a, person: Estate.volunteer, account: APIFixture.husband)
            let outcomes = try await concurrently(80, on: goods.api.server.shard) { index, shard in
                let first = Int((UInt64(index) &* 7 &+ seed) % 3)
                let parts = [first, (first + 1) % 3].map { number in
                    Lots.Part(lots[number], at: Estate.room, amounts[index % 2])
                }
                guard index % 4 != 0 else {
                    return try await shard.lots(principal, ids) { lots, event in
                        try await lots.issue(
                            parts, to: Estate.household, because: Self.cause, telling: event)
                    }
                }
                let reservations = parts.map { _ in ids.next() as UUID }
                let answer = try await shard.lots(principal, ids) { lots, event in
                    try await lots.reserve(
                        parts, as: reservations, for: holders[index % 40], of: Estate.household,
                        until: Self.until, because: Self.cause, telling: event)
                }
                guard answer == .posted else { return answer }
                return try await shard.lots(principal, ids) { lots, event in
                    index % 3 == 0
                        ? try await lots.release(
                            reservations, because: Self.cause, telling: event)
                        : try await lots.collect(
                            reservations, parts.map(\.quantity.units), by: Estate.household,
                            because: Self.cause, telling: event)
                }
            }
            #expect(outcomes.contains(.posted))
            #expect(outcomes.contains { if case .short = $0 { true } else { false } })
            #expect(await goods.api.server.shard.transactionsRetried == 0)
            let there = try goods.estate.count(
                """
                SELECT sum(a.balance)::bigint FROM linli.ledger_account AS a
                WHERE a.book = 'stock' AND (a.holder_kind IN ('place', 'household'))
                """)
            #expect(there == 60)
        }
    }

    /// Persons who hold nothing yet.
    private func holders(_ count: Int, _ goods: Estate) throws -> [UUID] {
        let ids = (0..<count).map { APIFixture.id(0x900 + UInt64($0)) }
        let server = try goods.api.database.superuser()
        for id in ids {
            try server.run(
                """
                INSERT INTO linli.person (estate_id, id, display_name, created_at)
                VALUES ('\(APIFixture.a)', '\(id)', '领取人', '2026-01-01Z')
                """)
        }
        return ids
    }
}
