import Matching
import Testing

@Suite("TieGraph") struct TieGraphTests {
    private static func random(_ count: Int, _ ties: Int, _ random: inout SplitMix64) -> [TieEvent]
    {
        (0..<ties).map { _ in
            let one = Int32(random.below(count))
            let other = Int32(random.below(count))
            let kind = TieKind.allCases[random.below(TieKind.allCases.count)]
            switch random.below(8) {
            case 0: return .registered(kind, one, other)
            case 1: return .tookPartTogether(one, other)
            case 2: return .blocked(by: one, whom: other)
            default: return .claimed(kind, by: one, with: other)
            }
        }
    }

    private static func rows(_ graph: TieGraph) -> [[Int32: UInt64]] {
        (0..<graph.residents).map { resident in
            Dictionary(
                uniqueKeysWithValues: graph.rows.row(resident).map {
                    ($0.column, $0.share.bitPattern)
                })
        }
    }

    @Test(
        "rows are distributions in which no tie has more than its share, to the bit in any order",
        arguments: 0..<10 as Range<UInt64>)
    func stochastic(_ seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var events = Self.random(12, 400, &random)
        var graph = TieGraph(residents: 12)
        graph.apply(events)
        for resident in 0..<12 {
            let row = graph.rows.row(resident)
            #expect(row.isEmpty || abs(row.reduce(0) { $0 + $1.share } - 1) < 1e-15)
            #expect(row.allSatisfy { $0.share > 0 })
            for entry in row where entry.column != resident {
                #expect(entry.share <= TieGraph.tieShareMax)
                #expect(!graph.isBlocked(Int32(resident), entry.column))
            }
        }
        events.shuffle(using: &random)
        var other = TieGraph(residents: 12)
        for event in events { other.apply([event]) }
        #expect(Self.rows(other) == Self.rows(graph), "seed \(seed)")
    }

    @Test(
        "a claim gives nothing until both have made it, and what is taken back is as if never said")
    func both() {
        for kind in TieKind.allCases {
            var graph = TieGraph(residents: 3)
            graph.apply([.claimed(kind, by: 0, with: 1), .claimed(kind, by: 0, with: 1)])
            #expect(graph.rows.row(0).isEmpty && graph.rows.row(1).isEmpty)
            graph.apply([.claimed(.kin, by: 2, with: 1), .claimed(.classmate, by: 1, with: 2)])
            #expect(graph.rows.row(1).isEmpty && graph.kinds(1, 2).isEmpty)
            graph.apply([.claimed(kind, by: 1, with: 0)])
            #expect(graph.kinds(0, 1) == [kind] && graph.rows.row(1).map(\.column) == [0, 1])
            graph.apply([.blocked(by: 1, whom: 0)])
            #expect(graph.kinds(0, 1).isEmpty && graph.rows.row(0).isEmpty)
            graph.apply([.unblocked(by: 0, whom: 1)])
            #expect(graph.isBlocked(0, 1))
            graph.apply([.unblocked(by: 1, whom: 0), .withdrawn(kind, by: 0, with: 1)])
            #expect(graph.rows.row(0).isEmpty && !graph.isBlocked(0, 1))
        }
    }

    @Test("kinds that overlap add up to a cap") func overlap() {
        var graph = TieGraph(residents: 3)
        func share() -> Double { graph.rows.row(0).first { $0.column == 1 }?.share ?? 0 }
        graph.apply([.registered(.sameStair, 0, 1)])
        #expect(share() == 250.0 / 6000)
        graph.apply([.tookPartTogether(0, 1)])
        #expect(share() == 310.0 / 6000)
        graph.apply([.registered(.classmate, 0, 1)])
        #expect(share() == 710.0 / 6000)
        graph.apply([.registered(.kin, 0, 1)])
        #expect(share() == 1000.0 / 6000)
        graph.apply((0..<500).map { _ in .tookPartTogether(0, 2) })
        #expect(graph.rows.row(0).first { $0.column == 2 }?.share == 300.0 / 6000)
        graph.apply([.registered(.kin, 1, 1)])
        #expect(graph.rows.row(1).map(\.column) == [0, 1])
    }

    @Test("a thousand ties give out no more than the strongest of them")
    func thousand() {
        var graph = TieGraph(residents: 1001)
        graph.apply((1...1000).map { .registered($0 <= 5 ? .kin : .townsman, 0, Int32($0)) })
        let row = graph.rows.row(0)
        #expect(row.count == TieGraph.tiesMax && row.map(\.column) == Array(1...128))
        #expect(abs(row.reduce(0) { $0 + $1.share } - 1) < 1e-14)
        graph.apply([.registered(.pairedFamily, 0, 900)])
        #expect(graph.rows.row(0).map(\.column) == Array(1...127) + [900])
    }

    @Test(
        "a log that is loaded at once makes the rows of its entries one by one, taken back or not",
        arguments: 0..<4 as Range<UInt64>)
    func atOnce(_ seed: UInt64) {
        var random = SplitMix64(seed: seed)
        // Resident 0 is a hub with more ties than a row may have.
        var log = (1..<200).map { TieEvent.registered(.townsman, 0, Int32($0)) }
        for event in Self.random(200, 3000, &random) {
            log.append(event)
            let (one, other) = event.residents
            switch random.below(4) {
            case 0: log.append(.unblocked(by: one, whom: other))
            case 1: log.append(.unregistered(.townsman, other, one))
            case 2: log.append(.withdrawn(.kin, by: one, with: other))
            default: break
            }
        }
        var single = TieGraph(residents: 200)
        for event in log { single.apply([event]) }
        var loaded = TieGraph(residents: 200)
        loaded.apply(log)
        #expect(Self.rows(loaded) == Self.rows(single), "seed \(seed)")
        var halves = TieGraph(residents: 200)
        halves.apply(Array(log[..<1000]))
        halves.apply(Array(log[1000...]))
        #expect(Self.rows(halves) == Self.rows(single), "seed \(seed)")
        #expect(loaded.rows.row(0).count >= TieGraph.tiesMax)
    }
}
