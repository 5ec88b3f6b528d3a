import EstateMonth
import Testing

@Suite("A month of the estate") struct EstateMonthTests {
    /// A smaller estate for twenty days; `ops/bench month` lives whole months of the whole one.
    @Test(
        "the engine answers no fewer, by more familiar and fewer people, more evenly than greedy",
        arguments: [1, 2] as [UInt64])
    func bars(_ seed: UInt64) {
        let month = MonthComparison(seed: seed, days: 20, households: 400)
        print("seed \(seed): engine \(month.engine), greedy \(month.greedy)")
        #expect(month.missed == [], "seed \(seed)")
        #expect(month.greedy.broken == 0 && month.random.broken == 0, "seed \(seed)")
        #expect(month.greedy.above == 0 && month.random.above == 0, "seed \(seed)")
        #expect(month.engine.made > 150 && month.random.answered > 100, "seed \(seed)")
    }
}
