import Matching
import Testing

@Suite("Splits") struct SplitsTests {
    @Test("payments are the invoice, to the fen, and what is left over goes to the first")
    func equalSplit() throws {
        #expect(try Splits.equally(1000, among: 3) == [334, 333, 333])
        #expect(try Splits.equally(0, among: 2) == [0, 0])
        #expect(try Splits.byShare(100, shares: [1, 2, 0, 3]) == [17, 33, 0, 50])
    }

    @Test("every split sums to its invoice, and is less than a fen from its part") func sums()
        throws
    {
        for seed in UInt64(0)..<500 {
            var random = SplitMix64(seed: seed)
            let shares = (0..<1 + random.below(20)).map { _ in Int64(random.below(1000)) } + [1]
            let amount = Int64(random.below(1_000_000))
            let payments = try Splits.byShare(amount, shares: shares)
            #expect(payments.reduce(0, +) == amount, "seed \(seed)")
            let sum = shares.reduce(0, +)
            for (payment, share) in zip(payments, shares) {
                #expect(abs(payment * sum - amount * share) < sum, "seed \(seed)")
            }
        }
    }

    @Test("the airport game pays each stretch by those who need it: the mean over all orders")
    func airport() throws {
        #expect(try Splits.airport([300, 600, 900]) == [100, 250, 550])
        for seed in UInt64(0)..<50 {
            var random = SplitMix64(seed: seed)
            let costs = (0..<4).map { _ in Int64(random.below(10_000)) }
            let payments = try Splits.airport(costs)
            #expect(payments.reduce(0, +) == costs.max(), "seed \(seed)")
            let sums = Self.overAllOrders(costs)
            for (payment, sum) in zip(payments, sums) {
                #expect(abs(payment * 24 - sum) < 24, "seed \(seed)")
            }
        }
    }

    @Test("what cannot be split is refused") func refusals() {
        #expect(throws: Splits.Refusal.nobody) { try Splits.equally(5, among: 0) }
        #expect(throws: Splits.Refusal.amount) { try Splits.byShare(-1, shares: [1]) }
        #expect(throws: Splits.Refusal.shares) { try Splits.byShare(1, shares: [0]) }
        #expect(throws: Splits.Refusal.shares) { try Splits.byShare(1, shares: [.max, .max]) }
        #expect(throws: Splits.Refusal.legs) { try Splits.airport([1, -1]) }
        #expect(throws: Splits.Refusal.amount) { try Splits.airport([.max]) }
    }

    /// What each adds to the cost when it comes, summed over all orders of coming.
    private static func overAllOrders(_ costs: [Int64]) -> [Int64] {
        var sums = [Int64](repeating: 0, count: costs.count)
        func come(_ present: [Int], _ cost: Int64) {
            for person in costs.indices where !present.contains(person) {
                let orders = (1...max(1, costs.count - present.count - 1)).reduce(1, *)
                let after = max(cost, costs[person])
                sums[person] += (after - cost) * Int64(orders)
                come(present + [person], after)
            }
        }
        come([], 0)
        return sums
    }
}
