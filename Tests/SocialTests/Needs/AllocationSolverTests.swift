internal import Matching
internal import Platform
internal import Support
import Testing

@testable internal import Social

@Suite("How free lots are shared out over needs") struct AllocationSolverTests {
    typealias Solver = AllocationSolver

    private static let item = APIFixture.id(1)
    private static let otherItem = APIFixture.id(2)

    private func need(
        _ number: UInt64, _ remaining: Int64, item: UUID? = nil, owed: Int64 = 0,
        home: UInt64? = nil, held: Set<UUID> = []
    ) -> Solver.Need {
        Solver.Need(
            id: APIFixture.id(number), household: APIFixture.id(home ?? number + 500), item: item,
            remaining: remaining, owed: owed, held: held)
    }

    private func lot(
        _ number: UInt64, _ free: Int64, scale: Int = 0, days: Int32 = 366, least: Int64 = 1,
        item: UUID = item
    ) -> Solver.Lot {
        Solver.Lot(
            id: APIFixture.id(number), item: item,
            bins: [.init(place: APIFixture.id(900), free: free)], scale: scale, days: days,
            least: least)
    }

    private func got(_ needs: [Solver.Need], _ lots: [Solver.Lot]) -> [Int64] {
        Solver(needs: needs, lots: lots).solve().results.map(\.got)
    }

    @Test("fills are even by need, to the smallest unit, and the reason says so")
    func even() {
        let solved = Solver(
            needs: [need(10, 4000), need(11, 8000)], lots: [lot(20, 6)]
        ).solve()
        #expect(solved.results.map(\.got) == [2000, 4000])
        #expect(solved.results.map(\.reason) == ["units_used_up", "units_used_up"])
        #expect(solved.results.map(\.owedAfter) == [500, 500])
        #expect(solved.isProven)
        let kilograms = Solver(
            needs: [need(10, 1000), need(11, 1000), need(12, 1000)],
            lots: [lot(20, 1000, scale: 3)]
        ).solve()
        #expect(kilograms.results.map(\.got).sorted() == [333, 333, 334])
        #expect(kilograms.results.map(\.reason) == .init(repeating: "lots_used_up", count: 3))
        let met = Solver(needs: [need(10, 1000)], lots: [lot(20, 5)]).solve()
        #expect(met.results.map(\.reason) == ["need_met"])
        #expect(met.results.map(\.owedAfter) == [0])
    }

    @Test("what earlier rounds owe gives more weight")
    func carried() {
        #expect(
            got([need(10, 9000, owed: 1000), need(11, 9000)], [lot(20, 9)]) == [6000, 3000])
    }

    @Test("what expires first goes first")
    func firstToExpire() {
        let solved = Solver(
            needs: [need(10, 2000), need(11, 2000)],
            lots: [lot(20, 9, days: 300), lot(21, 4, days: 3)]
        ).solve()
        #expect(Set(solved.shares.map(\.lot)) == [1])
        #expect(solved.results.map(\.got) == [2000, 2000])
    }

    @Test("less than is of use is given to nobody, unless it is all that is still open")
    func least() {
        let solved = Solver(
            needs: [need(10, 4000), need(11, 4000)], lots: [lot(20, 4, least: 3)]
        ).solve()
        #expect(solved.results.map(\.got).sorted() == [0, 4000])
        #expect(solved.results.contains { $0.reason == "share_below_use" && $0.least == 3000 })
        #expect(got([need(10, 1000)], [lot(20, 4, least: 3)]) == [1000])
        let little = Solver(needs: [need(10, 9000)], lots: [lot(20, 2, least: 3)]).solve()
        #expect(little.results.map(\.reason) == ["too_little_there"])
    }

    @Test("a need for an item gets that item, and its household has one share a lot")
    func items() {
        let solved = Solver(
            needs: [need(10, 2000, item: Self.item, home: 1), need(11, 2000, home: 1)],
            lots: [lot(20, 9), lot(21, 9, item: Self.otherItem)]
        ).solve()
        #expect(
            solved.shares.map { [$0.need, $0.lot] }.sorted { $0[0] < $1[0] } == [[0, 0], [1, 1]])
        let held = Solver(
            needs: [need(10, 2000, held: [APIFixture.id(20)])], lots: [lot(20, 9)]
        ).solve()
        #expect(held.results.map(\.reason) == ["no_lot"])
    }

    @Test("a lot in several bins is one lot, and a share that no bin has whole comes from two")
    func bins() {
        var scattered = lot(20, 0)
        scattered.bins = [(901, 4), (902, 3), (903, 2)].map {
            Solver.Bin(place: APIFixture.id($0), free: $1)
        }
        let solved = Solver(needs: [need(10, 6000), need(11, 3000)], lots: [scattered]).solve()
        #expect(solved.results.map(\.got) == [6000, 3000])
        let found = solved.shares.map { [Int64($0.need), $0.units, $0.thousandths] }
        #expect(found == [[0, 4, 4000], [0, 2, 2000], [1, 2, 2000], [1, 1, 1000]])
        #expect(
            solved.shares.map(\.place) == [901, 902, 903, 902].map { APIFixture.id($0) })
    }

    @Test("whatever is there and needed, no lot and no need is exceeded", arguments: 0..<40)
    func bounds(seed: Int) {
        var random = SplitMix64(seed: UInt64(seed))
        func below(_ limit: Int) -> Int { Int(random.next() % UInt64(limit)) }
        let pieces = seed % 2 == 0
        let needs = (0..<(1 + below(30))).map { index in
            need(
                UInt64(1000 + index), Int64(1 + below(20)) * (pieces ? 1000 : 137),
                item: below(4) == 0 ? Self.otherItem : nil, owed: Int64(below(2001)))
        }
        let lots = (0..<(1 + below(8))).map { index in
            let scale = pieces ? 0 : below(4)
            return lot(
                UInt64(5000 + index), Int64(1 + below(40)), scale: scale,
                days: Int32(1 + below(366)), least: Int64(1 + below(3)),
                item: below(2) == 0 ? Self.item : Self.otherItem)
        }
        let solved = Solver(needs: needs, lots: lots).solve()
        for (index, lot) in lots.enumerated() {
            let given = solved.shares.filter { $0.lot == index }.map(\.units).reduce(0, +)
            #expect(given <= lot.free, "seed \(seed)")
        }
        for (index, need) in needs.enumerated() {
            let got = solved.shares.filter { $0.need == index }.map(\.thousandths).reduce(0, +)
            #expect(got == solved.results[index].got)
            #expect(got <= need.remaining, "seed \(seed)")
        }
        #expect(Set(solved.shares.map { [$0.need, $0.lot] }).count == solved.shares.count)
    }

    @Test("903 households and 300 lots take no time that a loop would notice")
    func size() {
        var random = SplitMix64(seed: 903)
        let needs = (0..<903).map { need(UInt64(1000 + $0), Int64(1 + random.next() % 10) * 1000) }
        let lots = (0..<300).map {
            lot(
                UInt64(5000 + $0), Int64(1 + random.next() % 12),
                days: Int32(1 + random.next() % 90))
        }
        let clock = ContinuousClock()
        let took = clock.measure { _ = Solver(needs: needs, lots: lots).solve() }
        print("a round of 903 needs and 300 lots: \(took)")
        #expect(took < .seconds(60))
    }
}
