import Matching
import MatchingChecks
import Testing

@Suite("Rings") struct RingsTests {
    private func solve(
        _ instance: RingsInstance, _ cycleCap: Int = 3, _ chainCap: Int = 3
    ) -> RingsPlan {
        RingsSolver(instance, cycleCap: cycleCap, chainCap: chainCap)
            .solve(budget: Budget(iterations: 10_000))
    }

    private func faults(
        _ plan: RingsPlan, _ instance: RingsInstance, _ cycleCap: Int = 3, _ chainCap: Int = 3
    ) -> [Fault] {
        RingsCheck.faults(
            instance, cycles: plan.ids(plan.cycles, instance),
            chains: plan.ids(plan.chains, instance), cycleCap: cycleCap, chainCap: chainCap,
            gifts: plan.gifts, weight: plan.weight)
    }

    @Test("a plan is the best of all, proven, and passes the checker", arguments: 1...60)
    func planBestAll(_ seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let instance = RingsMaking.random(
            &random, families: 4 + random.below(6), altruists: random.below(3),
            density: 0.15 + 0.25 * random.unit(), weightMax: [0, 1, 9][random.below(3)])
        let cycleCap = 1 + random.below(4)
        let chainCap = random.below(5)
        let plan = solve(instance, cycleCap, chainCap)
        let best = RingsMaking.best(instance, cycleCap: cycleCap, chainCap: chainCap)
        #expect(plan.gifts == best.gifts && plan.weight == best.weight, "seed \(seed)")
        #expect(plan.isOptimal, "seed \(seed)")
        #expect(faults(plan, instance, cycleCap, chainCap).isEmpty, "seed \(seed)")
        let prices = RingsCheck.pricesFaults(
            instance, prices: plan.prices, scale: plan.priceScale, cycleCap: cycleCap,
            chainCap: chainCap)
        #expect(prices.isEmpty, "seed \(seed)")
        #expect(plan.prices.reduce(0, +) >= Int64(plan.gifts) * plan.priceScale, "seed \(seed)")
    }

    @Test("other names and another order keep the optimum", arguments: 1...10)
    func otherNames(_ seed: UInt64) {
        var random = SplitMix64(seed: 1000 + seed)
        let instance = RingsMaking.random(
            &random, families: 24, altruists: 3, density: 0.12, weightMax: 9)
        let plan = solve(instance)
        let other = solve(RingsMaking.shuffled(instance, &random))
        #expect(plan.gifts == other.gifts && plan.weight == other.weight, "seed \(seed)")
        #expect(plan.isOptimal && other.isOptimal, "seed \(seed)")
        #expect(plan == solve(instance), "the same instance has the same plan; seed \(seed)")
    }

    @Test("longer caps never cost a gift, and an arc more neither", arguments: 1...10)
    func longerCaps(_ seed: UInt64) {
        var random = SplitMix64(seed: 2000 + seed)
        let instance = RingsMaking.random(
            &random, families: 16, altruists: 2, density: 0.12, weightMax: 3)
        #expect(solve(instance, 2, 2).gifts <= solve(instance, 3, 2).gifts, "seed \(seed)")
        #expect(solve(instance, 3, 2).gifts <= solve(instance, 3, 4).gifts, "seed \(seed)")
        #expect(solve(instance, 3, 0).chains.isEmpty)
        #expect(solve(instance, 1, 0).gifts == 0)
    }

    @Test("a spoilt plan is refused", arguments: 1...20) func spoiltPlan(_ seed: UInt64) {
        var random = SplitMix64(seed: 3000 + seed)
        let instance = RingsMaking.random(
            &random, families: 12, altruists: 2, density: 0.3, weightMax: 9)
        let plan = solve(instance)
        #expect(!plan.cycles.isEmpty && !plan.chains.isEmpty, "seed \(seed)")
        #expect(faults(plan, instance).isEmpty, "seed \(seed)")
        func refused(_ spoil: (inout RingsPlan) -> Void) -> Bool {
            var spoilt = plan
            spoil(&spoilt)
            return !faults(spoilt, instance).isEmpty
        }
        #expect(refused { $0.cycles.append($0.cycles[0]) })
        #expect(refused { $0.cycles[0].removeLast() })
        #expect(refused { $0.chains[0].append($0.cycles[0][0]) })
        #expect(refused { $0.chains[0].reverse() } || plan.chains[0].count == 1)
        #expect(refused { $0.cycles.append($0.chains.removeLast()) })
        #expect(refused { $0.gifts += 1 })
        #expect(refused { $0.weight += 1 })
        #expect(
            !RingsCheck.faults(
                instance, cycles: [[1]], chains: [], cycleCap: 3, chainCap: 3, gifts: 1, weight: 0
            ).isEmpty)
        #expect(
            !RingsCheck.pricesFaults(
                instance, prices: plan.prices.map { $0 / 2 }, scale: plan.priceScale, cycleCap: 3,
                chainCap: 3
            ).isEmpty)
    }

    @Test("a search without a budget answers a plan, and bounds that hold")
    func withoutBudget() {
        var random = SplitMix64(seed: 5)
        for _ in 0..<10 {
            let instance = RingsMaking.random(
                &random, families: 20, altruists: 2, density: 0.12, weightMax: 9)
            let proven = solve(instance)
            let cut = RingsSolver(instance, cycleCap: 3, chainCap: 3)
                .solve(budget: Budget(iterations: 0))
            let stop = StopSignal()
            stop.raise()
            let stopped = RingsSolver(instance, cycleCap: 3, chainCap: 3)
                .solve(budget: Budget(iterations: 100, stop: stop))
            for plan in [cut, stopped] {
                #expect(faults(plan, instance).isEmpty)
                #expect(plan.giftsBound >= proven.gifts && plan.weightBound >= plan.weight)
            }
        }
    }

    @Test("nobody, and nobody who could give, have an empty plan")
    func nobody() throws {
        #expect(solve(try RingsFormat.arcs(Array("0 0\n-1 -1 -1".utf8))).isOptimal)
        let lonely = solve(try RingsFormat.arcs(Array("2 1\n0 1 5\n-1 -1 -1".utf8)))
        #expect(lonely.gifts == 0 && lonely.isOptimal)
    }

    @Test("heavier rings win among those with as many gifts")
    func heavierRings() throws {
        let text = "3 4\n0 1 1\n1 0 1\n1 2 20\n2 1 20\n-1 -1 -1\n"
        let plan = solve(try RingsFormat.arcs(Array(text.utf8)))
        #expect(plan.cycles == [[1, 2]] && plan.weight == 40 * RingsInstance.unit)
    }

    @Test("odd rounds of pairs are closed: of five families in a round, four exchange")
    func oddRounds() throws {
        var arcs: [String] = []
        for round in 0..<6 {
            for place in 0..<5 {
                let (one, next) = (5 * round + place, 5 * round + (place + 1) % 5)
                arcs += ["\(one) \(next) \(place)", "\(next) \(one) 0"]
            }
            if round > 0 { arcs.append("\(5 * round - 5) \(5 * round) 1") }
        }
        let text = "30 \(arcs.count)\n\(arcs.joined(separator: "\n"))\n-1 -1 -1\n"
        let plan = solve(try RingsFormat.arcs(Array(text.utf8)), 2, 0)
        #expect(plan.gifts == 24 && plan.weight == 36 * RingsInstance.unit && plan.isOptimal)
    }
}
