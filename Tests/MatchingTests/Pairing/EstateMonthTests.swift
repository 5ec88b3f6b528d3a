import EstateMonth
import Testing

@Suite("A month of the estate") struct EstateMonthTests {
    /// Three times twenty days of a smaller estate, together, for one of them is no more than a few
    /// elders; `ops/bench month` judges each whole month of the whole one.
    @Test("the engine answers no fewer, by more familiar and fewer people, more evenly than greedy")
    func bars() {
        let months = (1...3).map { MonthComparison(seed: $0, days: 20, households: 400) }
        for month in months {
            print("seed \(month.seed): engine \(month.engine), greedy \(month.greedy)")
            #expect(month.engine.broken == 0 && month.engine.above == 0)
            #expect(month.greedy.broken == 0 && month.random.broken == 0)
            #expect(month.greedy.above == 0 && month.random.above == 0)
            #expect(month.engine.made > 150 && month.random.answered > 100)
        }
        func sums(_ value: (MonthMeasures) -> Double) -> (engine: Double, greedy: Double) {
            (
                months.reduce(0) { $0 + value($1.engine) },
                months.reduce(0) { $0 + value($1.greedy) }
            )
        }
        let answered = sums { Double($0.answered) }
        let familiar = sums(\.familiar)
        let helpers = sums(\.helpersPerElder)
        let spread = sums(\.spread)
        #expect(answered.engine >= answered.greedy)
        #expect(familiar.engine > familiar.greedy)
        #expect(helpers.engine < helpers.greedy)
        #expect(spread.engine < spread.greedy)
    }
}
