import Matching
import MatchingChecks
import Testing

@Suite("Goods that cannot be divided") struct GoodsTests {
    @Test("picking by turns is WEF1 whatever the values and weights, before and after trades")
    func pickingWEF1() {
        var random = SplitMix64(seed: 2021)
        for number in 0..<10_000 {
            let instance = Self.instance(
                &random, persons: 1 + random.below(5), goods: random.below(9))
            let turns = PickingSequence.turns(instance)
            let plan = PickingSequence.plan(instance, budget: Budget(iterations: 20))
            #expect(GoodsCheck.faults(plan.owners, of: instance).isEmpty, "seed 2021, \(number)")
            #expect(GoodsCheck.envy(turns, of: instance).isEmpty, "seed 2021, case \(number)")
            #expect(GoodsCheck.envy(plan.owners, of: instance).isEmpty, "seed 2021, \(number)")
            let (before, after) = (
                instance.utilities(of: turns), instance.utilities(of: plan.owners)
            )
            #expect(zip(before, after).allSatisfy { $0 <= $1 }, "seed 2021, case \(number)")
        }
    }

    @Test("envy is found") func envyFound() {
        let instance = GoodsInstance(values: [[5, 5, 1], [1, 1, 1]], goods: 3)
        #expect(GoodsCheck.envy([1, 1, 0], of: instance).count == 1)
        #expect(GoodsCheck.envy([1, 0, 0], of: instance).isEmpty)
        var heavy = instance
        heavy.weights = [9, 1]
        #expect(!GoodsCheck.envy([0, 1, 1], of: heavy).isEmpty)
        #expect(!GoodsCheck.faults([2, 0, 0], of: instance).isEmpty)
        #expect(!GoodsCheck.faults([0, 0], of: instance).isEmpty)
    }

    @Test("the largest product is that of all ways, is EF1, and nobody could gain at no cost")
    func nashBruteForce() {
        for seed in UInt64(0)..<60 {
            var random = SplitMix64(seed: seed)
            let persons = 1 + random.below(4)
            var instance = Self.instance(&random, persons: persons, goods: random.below(7))
            instance.weights = instance.weights.map { _ in 1 }
            let plan = MaxNash.plan(instance, budget: Budget(iterations: 100_000))
            #expect(plan.isProven && GoodsCheck.faults(plan.owners, of: instance).isEmpty)
            let own = Worth(instance.utilities(of: plan.owners))
            var isDominated = false
            Self.forEachPlan(instance) { owners in
                let other = Worth(instance.utilities(of: owners))
                #expect(!(own < other), "seed \(seed)")
                isDominated = isDominated || other.isGain(over: own)
            }
            #expect(!isDominated, "seed \(seed)")
            if own.positive == persons {
                #expect(GoodsCheck.envy(plan.owners, of: instance).isEmpty, "seed \(seed)")
            }
        }
    }

    @Test(
        "the published instances have the products of their file",
        .enabled(if: SharedData.isThere))
    func published() throws {
        struct File: Decodable {
            var logNashWelfare: Double
            enum CodingKeys: String, CodingKey { case logNashWelfare = "log_nw" }
        }
        let bytes = try SharedData.bytes("fair-division/max-nash.json")
        let known = try JSONInput.oneOrMany(File.self, from: bytes).all
        let instances = try GoodsFormat.read(bytes).all
        for (instance, known) in zip(instances, known) where instance.goods <= 15 {
            let plan = MaxNash.plan(instance, budget: Budget(iterations: 1_000_000))
            let own = instance.logNashWelfare(of: plan.owners)
            #expect(plan.isProven && abs(own - known.logNashWelfare) < 1e-6)
            #expect(GoodsCheck.envy(plan.owners, of: instance).isEmpty)
            #expect(GoodsCheck.welfare(known.logNashWelfare, plan.owners, of: instance).isEmpty)
            #expect(
                !GoodsCheck.welfare(known.logNashWelfare + 1, plan.owners, of: instance).isEmpty)
        }
    }

    @Test("more persons than goods: as many as possible get something, then the product counts")
    func tooFewGoods() {
        let instance = GoodsInstance(values: [[3, 2], [9, 0], [4, 0], [0, 0]], goods: 2)
        let plan = MaxNash.plan(instance, budget: Budget(iterations: 1000))
        #expect(plan.isProven && plan.owners == [1, 0])
    }

    @Test("goods that are alike are not told apart, however many") func alike() {
        let instance = GoodsInstance(
            values: [[Int64]](repeating: [Int64](repeating: 7, count: 22), count: 3), goods: 22)
        let plan = MaxNash.plan(instance, budget: Budget(iterations: 20_000))
        #expect(plan.isProven && instance.utilities(of: plan.owners).sorted() == [49, 49, 56])
    }

    @Test(
        "a file that contradicts itself is refused with its line",
        arguments: [
            ("{\"n\":1,\"m\":1,\n\"values\":[[1],[2]]}", 2),
            ("{\"n\":2,\"m\":1,\"values\":[[1],\n[2,3]]}", 2),
            ("{\"n\":1,\"m\":1,\"values\":[[1]],\n\"weights\":[0]}", 2),
            ("{\"n\":-1,\n\"m\":1,\"values\":[]}", 1),
        ])
    func contradictions(_ text: String, _ line: Int) {
        let problem = #expect(throws: InputProblem.self) {
            try GoodsFormat.read(Array(text.utf8))
        }
        #expect(problem?.line == line)
    }

    /// How many have something, and the product of what they have.
    private struct Worth {
        var utilities: [Int64]
        var positive: Int { utilities.count { $0 > 0 } }
        var product: Int64 { utilities.reduce(1) { $1 > 0 ? $0 * $1 : $0 } }

        init(_ utilities: [Int64]) { self.utilities = utilities }

        static func < (left: Worth, right: Worth) -> Bool {
            (left.positive, left.product) < (right.positive, right.product)
        }

        func isGain(over other: Worth) -> Bool {
            utilities != other.utilities
                && zip(utilities, other.utilities).allSatisfy { $0 >= $1 }
        }
    }

    private static func instance(
        _ random: inout SplitMix64, persons: Int, goods: Int
    ) -> GoodsInstance {
        var instance = GoodsInstance(
            values: (0..<persons).map { _ in
                (0..<goods).map { _ in random.below(4) == 0 ? 0 : Int64(random.below(30)) }
            }, goods: goods)
        instance.weights = (0..<persons).map { _ in Int64(1 + random.below(5)) }
        return instance
    }

    private static func forEachPlan(_ instance: GoodsInstance, _ body: ([Int32]) -> Void) {
        var owners = [Int32](repeating: 0, count: instance.goods)
        while true {
            body(owners)
            var good = 0
            while good < owners.count, Int(owners[good]) == instance.persons - 1 {
                owners[good] = 0
                good += 1
            }
            guard good < owners.count else { return }
            owners[good] += 1
        }
    }
}

@Suite("Eisenberg-Gale") struct EisenbergGaleTests {
    @Test("prices prove the division: they sum to the weights, and everybody buys the best")
    func prices() {
        for seed in UInt64(0)..<20 {
            let market = Self.market(seed)
            let plan = EisenbergGale.plan(market, gapMax: 1e-6, budget: Budget(iterations: 4000))
            let income = market.weights.reduce(0, +)
            let cost = zip(plan.prices, market.supplies).reduce(0) { $0 + $1.0 * $1.1 }
            #expect(abs(income - cost) < 1e-6 && plan.prices.allSatisfy { $0 >= 0 })
            #expect(plan.gap < 1e-3, "seed \(seed): \(plan.gap)")
            var used = [Double](repeating: 0, count: market.supplies.count)
            for person in market.weights.indices {
                let entries = market.wanted.entries(of: person)
                let bang = entries.map {
                    market.values[$0] / plan.prices[Int(market.wanted.columns[$0])]
                }
                let best = bang.max() ?? 0
                for (entry, bang) in zip(entries, bang) {
                    used[Int(market.wanted.columns[entry])] += plan.quantities[entry]
                    if plan.quantities[entry] > 0.05 {
                        #expect(bang > best * 0.99, "seed \(seed)")
                    }
                }
            }
            for (used, supply) in zip(used, market.supplies) {
                #expect(used <= supply * (1 + 1e-9), "seed \(seed)")
            }
        }
    }

    @Test("two persons and two goods come out as on paper") func onPaper() {
        let wanted = CompressedRows.sorting(
            rows: [0, 0, 1], columns: [0, 1, 1], rowCount: 2
        ).rows
        let market = DivisibleMarket(
            supplies: [1, 1], weights: [1, 1], wanted: wanted, values: [1, 2, 1])
        let plan = EisenbergGale.plan(market, gapMax: 1e-9, budget: Budget(iterations: 20_000))
        // The first takes the first good and a quarter of the second: (1 + 2x)(1 - x) is largest.
        #expect(abs(plan.quantities[1] - 0.25) < 1e-4 && abs(plan.utilities[1] - 0.75) < 1e-4)
    }

    private static func market(_ seed: UInt64) -> DivisibleMarket {
        var random = SplitMix64(seed: seed)
        var (rows, columns): ([Int32], [Int32]) = ([], [])
        for person in 0..<Int32(12) {
            for good in 0..<Int32(6) where good == person % 6 || random.below(2) == 0 {
                rows.append(person)
                columns.append(good)
            }
        }
        let wanted = CompressedRows.sorting(rows: rows, columns: columns, rowCount: 12).rows
        return DivisibleMarket(
            supplies: (0..<6).map { _ in 1 + 9 * random.unit() },
            weights: (0..<12).map { _ in 1 + random.unit() }, wanted: wanted,
            values: rows.map { _ in 1 + 9 * random.unit() })
    }
}
