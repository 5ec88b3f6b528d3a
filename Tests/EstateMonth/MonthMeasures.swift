/// A month in the residents' own unit.
package struct MonthMeasures: Sendable {
    /// Requests that were made.
    package var made = 0
    /// Requests with a yes before they began.
    package var answered = 0
    /// Share of all requests answered by a familiar person: one with a tie to the elder, or who
    /// said yes to the elder earlier this month.
    package var familiar = 0.0
    /// Different helpers of an elder with a yes, mean.
    package var helpersPerElder = 0.0
    /// Standard deviation of tasks over all who offer time.
    package var spread = 0.0
    /// Most tasks of one helper above what it takes; must be 0.
    package var above = 0
    /// Minutes from a request to its yes, median of those with one.
    package var minutesToYes = 0
    /// Times that somebody was asked, for each yes.
    package var askingsPerYes = 0.0
    /// Times that somebody was asked and then told never mind.
    package var withdrawn = 0
    /// Choices against a rule, or of one who has no time; must be 0.
    package var broken = 0

    init(_ ledger: MonthLedger, yesAt: [Int?], withdrawn: Int, broken: Int) {
        let world = ledger.world
        self.withdrawn = withdrawn
        self.broken = broken
        made = world.asks.count
        var met: Set<EstateWorld.Pair> = []
        var waits: [Int] = []
        var familiarCount = 0
        let order = world.asks.indices.filter { yesAt[$0] != nil }
            .sorted { (yesAt[$0] ?? 0, $0) < (yesAt[$1] ?? 0, $1) }
        for ask in order {
            guard let offer = ledger.accepted[ask], let minute = yesAt[ask] else { continue }
            let pair = EstateWorld.Pair(elder: world.asks[ask].elder, offer: offer)
            waits.append(minute - world.asks[ask].madeAt)
            let isTied = world.strength(pair.elder, offer) >= EstateWorld.familiarMin
            if !met.insert(pair).inserted || isTied { familiarCount += 1 }
        }
        answered = waits.count
        familiar = Double(familiarCount) / Double(max(1, made))
        helpersPerElder = Double(met.count) / Double(max(1, Set(met.map(\.elder)).count))
        let loads = ledger.tasks.map { Double($0.count) }
        let mean = loads.reduce(0, +) / Double(max(1, loads.count))
        let squares = loads.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        spread = (squares / Double(max(1, loads.count))).squareRoot()
        for (offer, own) in ledger.tasks.enumerated() {
            above = max(above, own.count - world.offers[offer].tasksMax)
        }
        minutesToYes = waits.sorted().dropFirst(waits.count / 2).first ?? 0
        let askings = ledger.askings.reduce(0) { $0 + $1.count }
        askingsPerYes = Double(askings) / Double(max(1, answered))
    }
}

/// One month lived three times: with the engine, with the greedy coordinator, and by lot.
package struct MonthComparison: Sendable {
    /// Seed of the month.
    package let seed: UInt64
    /// By the engine.
    package let engine: MonthMeasures
    /// First come, first served.
    package let greedy: MonthMeasures
    /// By lot.
    package let random: MonthMeasures

    /// Lives the month of a seed, of so many days and households.
    package init(seed: UInt64, days: Int = 30, households: Int = 903) {
        self.seed = seed
        let world = EstateWorld(seed: seed, days: days, households: households)
        engine = MonthRun.measures(world, by: EngineMatcher.self)
        greedy = MonthRun.measures(world, by: GreedyMatcher.self)
        random = MonthRun.measures(world, by: RandomMatcher.self)
    }

    /// The bars that the engine misses, by name.
    package var missed: [String] {
        var missed: [String] = []
        if engine.answered < greedy.answered { missed.append("answered") }
        if engine.familiar <= greedy.familiar { missed.append("familiar") }
        if engine.helpersPerElder >= greedy.helpersPerElder { missed.append("helpers") }
        if engine.spread >= greedy.spread { missed.append("spread") }
        if engine.above > 0 { missed.append("above the maximum") }
        if engine.broken > 0 { missed.append("rules") }
        return missed
    }
}
