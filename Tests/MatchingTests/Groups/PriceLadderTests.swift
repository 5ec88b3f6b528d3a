import Matching
import MatchingChecks
import Testing

@Suite("Price ladder") struct PriceLadderTests {
    static func ladder(_ random: inout SplitMix64, cases: Int) throws -> PriceLadder {
        var tiers: [PriceLadder.Tier] = []
        var (units, price) = (Int64(1 + random.below(3)), Int64(12 + random.below(8)))
        for _ in 0..<(1 + random.below(4)) {
            tiers.append(PriceLadder.Tier(units: units, price: price))
            units += Int64(1 + random.below(5))
            price -= Int64(random.below(4))
        }
        return try #require(
            PriceLadder(
                tiers: tiers, fee: Int64(random.below(2) * random.below(30)),
                caseUnits: Int64(cases)))
    }

    static func wishes(_ random: inout SplitMix64, most: Int) -> [PurchaseWish] {
        (0..<random.below(8)).map { _ in
            PurchaseWish(units: Int64(1 + random.below(most)), limit: Int64(random.below(24)))
        }
    }

    /// Largest number of units, in whole cases, that is wished at its price.
    static func largest(_ wishes: [PurchaseWish], _ ladder: PriceLadder) -> Int64 {
        let sum = wishes.reduce(0) { $0 + $1.units }
        var largest: Int64 = 0
        let step = Int(ladder.caseUnits)
        for units in stride(from: ladder.caseUnits, through: max(sum, 1), by: step) {
            guard let invoice = ladder.invoice(units: units) else { continue }
            let wished = wishes.reduce(Int64(0)) { sum, wish in
                wish.limit * units >= invoice ? sum + wish.units : sum
            }
            if wished >= units { largest = units }
        }
        return largest
    }

    @Test("10,000 random group buys are the largest that carry themselves, and are paid to the fen")
    func bruteForce() throws {
        for seed in 0..<10_000 as Range<UInt64> {
            var random = SplitMix64(seed: seed)
            let ladder = try Self.ladder(&random, cases: seed % 2 == 0 ? 1 : 1 + random.below(4))
            let wishes = Self.wishes(&random, most: seed % 3 == 0 ? 1 : 5)
            let order = try #require(PriceLadderSolver.order(wishes, on: ladder))
            let isLargest = order.units == Self.largest(wishes, ladder)
            let faults = PriceLadderCheck.faults(order, wishes: wishes, ladder: ladder)
            if !isLargest || !faults.isEmpty {
                Issue.record("seed \(seed): \(order), \(faults.map(\.description))")
            }
        }
    }

    @Test("higher limits and lower prices never make an order smaller") func monotone() throws {
        for seed in 20_000..<21_000 as Range<UInt64> {
            var random = SplitMix64(seed: seed)
            let ladder = try Self.ladder(&random, cases: 1 + random.below(3))
            var wishes = Self.wishes(&random, most: 4)
            guard !wishes.isEmpty else { continue }
            let before = try #require(PriceLadderSolver.order(wishes, on: ladder)).units
            let cheaper = try #require(
                PriceLadder(
                    tiers: ladder.tiers.map { .init(units: $0.units, price: $0.price * 2 / 3) },
                    fee: ladder.fee, caseUnits: ladder.caseUnits))
            let cheap = try #require(PriceLadderSolver.order(wishes, on: cheaper)).units
            wishes[random.below(wishes.count)].limit += Int64(random.below(9))
            let raised = try #require(PriceLadderSolver.order(wishes, on: ladder)).units
            if cheap < before || raised < before { Issue.record("seed \(seed)") }
        }
    }

    @Test("the remainder of a case fills the least filled most") func leximin()
        throws
    {
        for seed in 0..<300 as Range<UInt64> {
            var random = SplitMix64(seed: 40_000 + seed)
            let wishes = (0..<(1 + random.below(4))).map { _ in
                PurchaseWish(units: Int64(1 + random.below(7)), limit: 5)
            }
            let ladder = try #require(
                PriceLadder(
                    tiers: [.init(units: 1, price: 5)], caseUnits: Int64(1 + random.below(6))))
            let order = try #require(PriceLadderSolver.order(wishes, on: ladder))
            let fills = zip(order.shares, wishes).map { Double($0) / Double($1.units) }.sorted()
            let best = Self.bestFills(wishes.map(\.units), order.units)
            #expect(fills == best, "seed \(40_000 + seed)")
        }
        let large = [PurchaseWish(units: 999_999_000, limit: 5), PurchaseWish(units: 1, limit: 5)]
        let ladder = try #require(
            PriceLadder(tiers: [.init(units: 1, price: 5)], caseUnits: 1000))
        let order = try #require(PriceLadderSolver.order(large, on: ladder))
        #expect(order.shares == [999_998_999, 1])
        #expect(order.reasons == [.caseNotFull(units: 1), nil])
    }

    private static func bestFills(_ wishes: [Int64], _ units: Int64) -> [Double] {
        var best: [Double] = []
        func go(_ index: Int, _ left: Int64, _ fills: [Double]) {
            if index == wishes.count {
                let sorted = fills.sorted()
                if left == 0, best.lexicographicallyPrecedes(sorted) { best = sorted }
                return
            }
            for share in 0...min(left, wishes[index]) {
                go(index + 1, left - share, fills + [Double(share) / Double(wishes[index])])
            }
        }
        go(0, units, [])
        return best
    }

    @Test("ladders and wishes beyond the limits, and ladders that rise, are none") func limits()
        throws
    {
        #expect(PriceLadder(tiers: [.init(units: 0, price: 1)]) == nil)
        #expect(PriceLadder(tiers: [.init(units: 1, price: 1), .init(units: 2, price: 2)]) == nil)
        #expect(PriceLadder(tiers: [.init(units: 2, price: 1), .init(units: 2, price: 1)]) == nil)
        #expect(PriceLadder(tiers: [], fee: -1) == nil)
        #expect(PriceLadder(tiers: [], caseUnits: 0) == nil)
        let ladder = try #require(PriceLadder(tiers: [.init(units: 3, price: 4)]))
        #expect(PriceLadderSolver.order([.init(units: 0, limit: 1)], on: ladder) == nil)
        #expect(PriceLadderSolver.order([.init(units: 1, limit: -1)], on: ladder) == nil)
        let huge = PurchaseWish(units: PriceLadder.unitsMax, limit: 9)
        #expect(PriceLadderSolver.order([huge, huge], on: ladder) == nil)
        let few = try #require(PriceLadderSolver.order([.init(units: 2, limit: 9)], on: ladder))
        #expect(few.units == 0 && few.reasons == [.noOrder])
    }

    @Test("spoilt orders are refused") func mutations() throws {
        let ladder = try #require(
            PriceLadder(tiers: [.init(units: 1, price: 9), .init(units: 4, price: 7)], fee: 3))
        let wishes = [(2, 8), (3, 9), (1, 7), (4, 2)].map {
            PurchaseWish(units: Int64($0.0), limit: Int64($0.1))
        }
        let order = try #require(PriceLadderSolver.order(wishes, on: ladder))
        #expect(order.units == 5 && order.invoice == 38 && order.payments == [15, 23, 0, 0])
        #expect(order.reasons == [nil, nil, .aboveLimit(price: 8), .aboveLimit(price: 8)])
        func rules(_ change: (inout GroupOrder) -> Void) -> [String] {
            var spoilt = order
            change(&spoilt)
            return PriceLadderCheck.faults(spoilt, wishes: wishes, ladder: ladder).map(\.rule)
        }
        #expect(rules { _ in } == [])
        #expect(rules { $0.payments[0] += 1 } == ["invoice"])
        #expect(rules { $0.payments.swapAt(0, 2) }.contains("limit"))
        #expect(rules { $0.shares[1] = 4 }.contains("share"))
        #expect(rules { $0.units = 4 }.contains("largest"))
        #expect(rules { $0.shares.removeLast() } == ["persons"])
    }
}
