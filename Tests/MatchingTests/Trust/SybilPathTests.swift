import Testing

@testable import Matching

/// The bound through everything that stands between an attacker and a resident: ties, gate, push.
@Suite("The way of Sybils through gate and push") struct SybilPathTests {
    private static let honest = 300
    private static let attackThousandths = 150

    /// 30 stairs of ten, ties beyond them, 60 verified; `attack` residents were talked into a tie
    /// with one of the first five inventions, who are all kin of each other's neighbours.
    private static func model(attack: Int, sybils: Int) -> TrustModel {
        var random = SplitMix64(seed: 9)
        var model = TrustModel(residents: honest + sybils, day: 0)
        var ties: [TieEvent] = []
        for one in 0..<honest {
            for other in one / 10 * 10..<one {
                ties.append(.registered(.sameStair, n(one), n(other)))
            }
            for _ in 0..<2 {
                ties.append(.registered(.formerWorkmate, n(one), n(random.below(honest))))
            }
            if one % 5 == 0 { model.setVerified(n(one), true) }
        }
        var talked = Set<[Int]>()
        while talked.count < attack {
            let pair = [random.below(honest), honest + random.below(5)]
            if talked.insert(pair).inserted {
                ties.append(.registered(.townsman, n(pair[0]), n(pair[1])))
            }
        }
        for sybil in 0..<sybils {
            for step in 1...5 {
                ties.append(
                    .registered(.kin, n(honest + sybil), n(honest + (sybil + step) % sybils)))
            }
        }
        model.apply(ties)
        model.renewGate()
        return model
    }

    private static func n(_ number: Int) -> Int32 { Int32(number) }

    @Test(
        "what comes across the attack edges is bounded by their number, and so are those who pass",
        arguments: [0, 1, 5, 20, 60], [20, 100, 1000])
    func gate(_ attack: Int, _ sybils: Int) {
        let model = Self.model(attack: attack, sybils: sybils)
        let seeds = stride(from: 0, to: Self.honest, by: 5).map { Int32($0) }
        let (rows, weights) = model.ties.mutualRows()
        func degree(_ node: Int) -> Double {
            rows.entries(of: node).reduce(0) { $0 + Double(weights[$1]) }
        }
        let even = [Double](repeating: 1, count: seeds.count)
        let first = SybilSolver.walk(
            rows: rows, weights: weights, seeds: seeds, shares: even, stop: StopSignal())
        let shares = SybilSolver.evened(seeds.map { first[Int($0)] })
        let total = shares.reduce(0, +)
        #expect(shares.allSatisfy { $0 / total <= 2 * SybilSolver.evening / Double(seeds.count) })
        let highest = zip(seeds, shares).map { $1 / total / degree(Int($0)) }.max() ?? 0
        let steps = SybilSolver.steps(nodes: rows.rowCount)
        let bound = Double(steps * attack * Self.attackThousandths) * highest

        let scores = SybilSolver.scores(
            rows: rows, weights: weights, seeds: seeds, stop: StopSignal())
        let inventions = Self.honest..<Self.honest + sybils
        let across = inventions.reduce(0) { $0 + scores[$1] * degree($1) }
        #expect(across <= bound + 1e-12)
        #expect((across == 0) == (attack == 0))
        // Each who passes has the least score for each unit of weight, whatever the weight of all.
        let passed = inventions.reduce(0) {
            $0 + (model.gate.isOpen(to: Int32($1)) ? degree($1) : 0)
        }
        let middle = seeds.map { scores[Int($0)] }.sorted()[seeds.count / 2]
        #expect(passed * SybilGate.shareMin * middle <= bound * (1 + 1e-9))
        let open = (0..<Self.honest).count { model.gate.isOpen(to: Int32($0)) }
        #expect(open >= Self.honest * 95 / 100)
    }

    @Test("a crowd behind the same attack edges does not open the gate wider")
    func crowd() {
        let passed = [20, 1000].map { sybils in
            let model = Self.model(attack: 60, sybils: sybils)
            return (0..<sybils).count { model.gate.isOpen(to: Int32(Self.honest + $0)) }
        }
        #expect(passed[1] <= passed[0] || passed[1] < 40)
    }

    @Test(
        "their nearness to a resident is bounded by the attack edges, however many they are",
        arguments: [0, 1, 5, 20, 60])
    func push(_ attack: Int) {
        let factor = (1 - Nearness.restart) / Nearness.restart
        for sybils in [20, 100, 1000] {
            var model = Self.model(attack: attack, sybils: sybils)
            let rows = model.ties.rows
            for judge in [0, 77, 150] {
                let push = TrustGraphs.pushed(rows, judge: judge, precision: Nearness.precision)
                var entered = 0.0
                var edges = 0
                for honest in 0..<Self.honest {
                    for entry in rows.row(honest) where entry.column >= Int32(Self.honest) {
                        #expect(entry.share <= Double(Self.attackThousandths) / 6000)
                        entered += (push.score(of: honest) + push.residual) * entry.share
                        edges += 1
                    }
                }
                #expect(edges == attack)
                let near = model.nearness(of: Int32(judge)).nearest
                let gained = (Self.honest..<rows.count).reduce(0) { $0 + push.score(of: $1) }
                let kept = near.filter { $0.node >= Self.honest }.reduce(0) { $0 + $1.score }
                #expect(gained <= factor * entered + 1e-12 && kept <= gained + 1e-12)
                #expect(attack > 0 || gained == 0)
            }
        }
    }
}
