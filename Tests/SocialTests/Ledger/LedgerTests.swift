internal import Platform
internal import Realtime
internal import Support
internal import Testing

@testable internal import Social

@Suite("The ledger, on a real database") struct LedgerTests {
    typealias Fixture = LedgerFixture

    @Test("moves what is there, in order, all or none, and says what is not there")
    func posting() async throws {
        try await Fixture.with { it, _ in
            let rice = try await it.lot(1)
            // In between it is at the first shelf: what comes first may go on.
            let first = try await it.post([
                it.movement(2_500, of: rice, from: .outside, to: .place(0)),
                it.movement(1_000, of: rice, from: .place(0), to: .place(1)),
            ])
            #expect(try first.get().count == 2)
            let short = try await it.post([
                it.movement(400, of: rice, from: .place(0), to: .place(1)),
                it.movement(1_101, of: rice, from: .place(0), to: .place(1, "reserved")),
            ])
            guard case .failure(.short(let index, _, let there)) = short else {
                Issue.record("\(short)")
                return
            }
            #expect((index, there) == (1, 1_100))
            let problem = LedgerRefusal.short(index: 1, account: rice, there: 1_100)
                .problem { _ in 3 }
            #expect(problem.kind == .notEnoughThere)
            #expect(problem.advice?.en.contains("1.1.") == true)
            // The other way round there was nothing yet.
            let early = try await it.post([
                it.movement(5, of: rice, from: .place(2), to: .place(3)),
                it.movement(5, of: rice, from: .outside, to: .place(2)),
            ])
            guard case .failure(.short(0, _, 0)) = early else {
                Issue.record("\(early)")
                return
            }
            let balances = try it.numbers(
                """
                SELECT balance FROM linli.ledger_account
                WHERE holder_kind <> 'outside' AND balance <> 0
                ORDER BY balance
                """)
            #expect(balances == [1_000, 1_500])
            #expect(try it.findings() == [])
        }
    }

    @Test("never holds beyond sense, and opens no account of somebody who does not exist")
    func bounds() async throws {
        try await Fixture.with { it, _ in
            let rice = try await it.lot(1)
            let most = Quantity.unitsMax
            _ = try await it.post([it.movement(most, of: rice, from: .outside, to: .place(0))])
                .get()
            // The place could hold no more, nor could outside owe more.
            for from in [LedgerSide.outside, LedgerSide(.outside(Fixture.id(1)), "free")] {
                let full = try await it.post([
                    it.movement(1, of: rice, from: from, to: .place(0))
                ])
                guard case .failure(.full(0, _, _)) = full else {
                    Issue.record("\(full)")
                    return
                }
            }
            let strangers = [
                LedgerSide(.place(Fixture.id(0xDEAD)), "free"),
                LedgerSide(.person(Fixture.household(0)), "free"),
                LedgerSide(.household(Fixture.person(0)), "free"),
            ]
            for stranger in strangers {
                await #expect(throws: PostgresError.self) {
                    try await it.post([
                        it.movement(1, of: rice, from: .place(0), to: stranger)
                    ])
                }
            }
            let unknown = try await it.post([
                it.movement(1, of: Fixture.id(0xDEAD), from: .outside, to: .place(0))
            ])
            #expect(unknown == .failure(.unknown))
            #expect(try it.findings() == [])
        }
    }

    @Test("a key moves once: the same again gives the first, other content is refused")
    func keys() async throws {
        try await Fixture.with { it, _ in
            let rice = try await it.lot(1)
            func intake(_ units: Int64, _ key: String?, to place: Int = 0) throws -> Movement {
                try it.movement(units, of: rice, from: .outside, to: .place(place), key: key)
            }
            let first = try await it.post([intake(7, "a"), intake(5, nil)]).get()
            let again = try await it.post([intake(7, "a"), intake(3, "b")]).get()
            #expect(again[0] == first[0])
            #expect(try await it.post([intake(8, "a")]) == .failure(.keyReused(index: 0)))
            #expect(
                try await it.post([intake(1, nil), intake(7, "a", to: 1)])
                    == .failure(.keyReused(index: 1)))
            #expect(
                try await it.post([intake(1, "c"), intake(1, "c")])
                    == .failure(.keyReused(index: 1)))
            #expect(
                try it.numbers(
                    "SELECT balance FROM linli.ledger_account WHERE holder_kind = 'place' AND moves > 0"
                ) == [15])
            #expect(try it.findings() == [])
        }
    }

    @Test("a movement is taken back once, whole, while what it moved is still there")
    func reversal() async throws {
        try await Fixture.with { it, _ in
            let rice = try await it.lot(1)
            let intake = try await it.post([
                it.movement(10, of: rice, from: .outside, to: .place(0)),
                it.movement(4, of: rice, from: .place(0), to: .place(1)),
            ]).get()
            let short = try await it.reverse(intake[0])
            guard case .failure(.short(0, _, 6)) = short else {
                Issue.record("\(short)")
                return
            }
            let back = try await it.reverse(intake[1], key: "back").get()
            #expect(try await it.reverse(intake[1], key: "back").get() == back)
            #expect(try await it.reverse(intake[1]) == .failure(.reversed))
            #expect(try await it.reverse(back[0]) == .failure(.reversed))
            #expect(try await it.reverse(Fixture.id(0xDEAD)) == .failure(.unknown))
            _ = try await it.reverse(intake[0]).get()
            #expect(
                try it.numbers("SELECT DISTINCT balance FROM linli.ledger_account") == [0])
            #expect(try it.findings() == [])
        }
    }

    @Test("an asset is what it is: the same again is the same, another scale is none")
    func assets() async throws {
        try await Fixture.with { it, _ in
            let rice = try await it.lot(1)
            #expect(try await it.lot(1) == rice)
            #expect(try await it.lot(2) != rice)
            let coarse = LedgerAsset(
                id: it.ids.next(), book: "fund", unit: "kilogram", scale: 0, ref: Fixture.id(1))
            #expect(try await it.run { try await $0.open(coarse) } == nil)
            // A pot that was opened by a movement issues nothing.
            _ = try await it.post([it.movement(1, of: rice, from: .outside, to: .pot)]).get()
            #expect(try await it.run { try await $0.openPot(rice, status: "free") } == nil)
        }
    }

    @Test("who decides by balances takes the accounts first, then posts as often as it wants")
    func taking() async throws {
        try await Fixture.with { it, _ in
            let rice = try await it.lot(1)
            _ = try await it.post([it.movement(9, of: rice, from: .outside, to: .place(0))]).get()
            let (one, other) = (it.ids.next(), it.ids.next())
            let there = try await it.pool.write(Fixture.principal(0)) { tx in
                let ledger = Ledger(in: tx)
                let there = try await ledger.take([
                    (rice, .place(1)), (rice, .place(0)), (rice, .place(2)),
                ])
                for (event, place) in [(one, 1), (other, 2)] {
                    _ = try await tx.run(AppendEvent(Fixture.event(event)))
                    let part = try it.movement(
                        there[1] / 3, of: rice, from: .place(0), to: .place(place))
                    _ = try await ledger.post([part], telling: event).get()
                }
                return there
            }
            #expect(there == [0, 9, 0])
            #expect(try it.findings() == [])
        }
    }
}
