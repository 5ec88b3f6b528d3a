import Testing

@testable import Matching

/// What an attacker gains is bounded by the edges that honest residents gave, whatever is invented
/// behind them.
@Suite("The bound on Sybils") struct SybilBoundTests {
    private static let restart = 0.15

    /// Honest nodes 0..<60, inventions behind, directed edges; `inside` decides about the latter.
    private static func graph(
        attack: Int, sybils: Int, inside: Int, seed: UInt64
    ) -> TrustGraphs.Edges {
        var random = SplitMix64(seed: seed)
        var edges = TrustGraphs.directed(60, degree: 4, &random)
        var taken = Set<[Int]>()
        while taken.count < attack {
            let pair = [random.below(60), 60 + random.below(5)]
            if taken.insert(pair).inserted {
                edges.list.append((pair[0], pair[1], Double(1 + random.below(1000)) / 1000))
            }
        }
        edges.count = 60 + sybils
        var inner = SplitMix64(seed: seed + 1000)
        for sybil in 60..<edges.count where sybils > 0 {
            for head in Set((0..<inside).map { _ in 60 + inner.below(sybils) }).sorted() {
                edges.list.append((sybil, head, inner.unit() + 0.001))
            }
            // Some point back at the honest.
            if inner.below(3) == 0 {
                edges.list.append((sybil, inner.below(60), inner.unit() + 0.001))
            }
        }
        return edges
    }

    @Test(
        "their nearness in all is bounded by the attack edges, at every size of attack",
        arguments: [0, 1, 5, 20, 60, 150], [1, 2] as [UInt64])
    func bound(_ attack: Int, _ seed: UInt64) {
        let graph = Self.graph(attack: attack, sybils: 20, inside: 4, seed: seed).graph
        let exact = TrustGraphs.exact(
            TrustGraphs.matrix(graph, judge: 0), from: TrustGraphs.unit(0, of: 80),
            restart: Self.restart)
        let push = TrustGraphs.pushed(graph, judge: 0, precision: 1e-6)
        func bound(_ score: (Int) -> Double) -> Double {
            var sum = 0.0
            for honest in 0..<60 {
                for entry in graph.row(honest) where entry.column >= 60 {
                    sum += score(honest) * entry.share
                }
            }
            return sum * (1 - Self.restart) / Self.restart
        }
        let gained = exact[60...].reduce(0, +)
        #expect(gained <= bound { exact[$0] } + 1e-13, "seed \(seed)")
        #expect((gained == 0) == (bound { exact[$0] } == 0))
        let pushed = (60..<80).reduce(0) { $0 + push.score(of: $1) }
        #expect(pushed <= bound { exact[$0] } + 1e-13, "seed \(seed)")
    }

    @Test(
        "whatever they do among themselves, an honest score moves by no more than the bound",
        arguments: 0..<4 as Range<UInt64>)
    func rewired(_ seed: UInt64) {
        var scores: [[Double]] = []
        var bounds: [Double] = []
        for (sybils, inside) in [(5, 0), (5, 4), (15, 1), (25, 8)] {
            let graph = Self.graph(attack: 12, sybils: sybils, inside: inside, seed: seed).graph
            let exact = TrustGraphs.exact(
                TrustGraphs.matrix(graph, judge: 0),
                from: TrustGraphs.unit(0, of: graph.count), restart: Self.restart)
            scores.append(Array(exact[..<60]))
            // The chance ever to enter does not depend on what is inside: the first entries count.
            var entered = 0.0
            for honest in 0..<60 {
                for entry in graph.row(honest) where entry.column >= 60 {
                    entered += exact[honest] * entry.share
                }
            }
            bounds.append(entered * (1 - Self.restart) / Self.restart)
        }
        let bound = (bounds.max() ?? 0) + 1e-13
        for node in 0..<60 {
            let values = scores.map { $0[node] }
            let gap = (values.max() ?? 0) - (values.min() ?? 0)
            #expect(gap <= bound, "seed \(seed)")
        }
    }

    @Test(
        "a ring that praises its members moves an honest judge's view by no more than the bound",
        arguments: [1, 3, 10], [20, 60])
    func ring(_ attack: Int, _ sybils: Int) {
        var random = SplitMix64(seed: UInt64(attack))
        var model = TrustModel(residents: 100 + sybils, day: 100)
        for resident in 0..<60 { model.setVerified(Int32(resident), true) }
        for _ in 0..<600 {
            model.apply([
                .registered(.sameStair, Int32(random.below(100)), Int32(random.below(100)))
            ])
        }
        for edge in 0..<attack {
            model.apply([
                .registered(
                    .townsman, edge == 0 ? 0 : Int32(random.below(100)),
                    Int32(100 + edge % sybils))
            ])
        }
        for one in 0..<sybils {
            model.apply([
                .registered(.kin, Int32(100 + one), Int32(100 + (one + 1) % sybils))
            ])
        }
        let target: Int32 = 101
        let near = model.nearness(of: 0)
        let before = model.word(of: target, for: 0, in: .goods, near)
        for rater in 0..<sybils where rater != 1 {
            for _ in 0..<9 {
                model.record([
                    EvidenceEvent(
                        rater: Int32(100 + rater), subject: target, domain: .goods, day: 100,
                        tenths: 10)
                ])
            }
        }
        let anew = model.nearness(of: 0)
        let after = model.word(of: target, for: 0, in: .goods, anew)
        let exact = TrustGraphs.pushed(model.ties.rows, judge: 0, precision: 1e-7)
        var entered = 0.0
        for honest in 0..<100 {
            for entry in model.ties.rows.row(honest) where entry.column >= 100 {
                entered += (exact.score(of: honest) + exact.residual) * entry.share
            }
        }
        let bound = entered * (1 - Nearness.restart) / Nearness.restart
        let words = bound / TrustModel.nearnessOfWholeWord * model.evidence.rules.pairCap
        #expect(after.good - before.good <= words + 1e-12)
        #expect(after.mean - before.mean <= words / 2 + 1e-12)
        #expect(after.mean > before.mean)
    }
}
