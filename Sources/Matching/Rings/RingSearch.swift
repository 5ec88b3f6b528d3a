/// Finds the best rings of one group, and proves it: column generation for the bound, and where the
/// bound is not reached, branch and bound over every ring that could be part of a better plan.
///
/// The cycle formulation of Roth, Sönmez and Ünver (2007) and Abraham, Blum and Sandholm (2007);
/// branching on pairs of families that share a ring or do not, as Ryan and Foster (1981).
struct RingSearch {
    /// Most rings that are looked at one by one.
    static let columnsMax = 1_000_000
    /// What a gift is worth beside ties: more than all ties of a plan.
    static let tiedGift: Int64 = 1 << 21
    private static let tiedScale: Int64 = 1 << 16
    /// Parts of a gift in which the prices of gifts are counted.
    static let giftScale = tiedGift * tiedScale
    /// More than a ring is worth, scaled.
    private static let blockedPrice: Int64 = 1 << 52
    /// Most of what prices are rounded to, so that doubles and sums of Int64 are exact enough.
    private static let scaledMax = Double(1 << 44)

    let graph: RingGraph
    let budget: Budget
    private var pricing: RingPricing
    private(set) var columns = RingColumns()
    private var simplex: PackingSimplex
    private var costs: [Double] = []
    /// How many branchings forbid each column.
    private var forbidden: [Int32] = []
    /// Columns that may enter: all, or those that a better plan could hold.
    private var active: [Int] = []
    /// Families that a dive has placed for good.
    private var isBlocked: [Bool]
    private let sizeMax: Int64
    private let heaviest: Int64
    /// Best choice of columns so far: most gifts, then most weight.
    private(set) var best = RingChoice()
    private var nodes = 0
    /// Pivots of the simplex so far, and after how many a search ends without proof.
    var pivots: Int { simplex.pivots }
    private var pivotsMax = 0
    private var isCut = false

    init(_ graph: RingGraph, cycleCap: Int, chainCap: Int, budget: Budget) {
        self.graph = graph
        self.budget = budget
        pricing = RingPricing(
            graph, cycleCap: cycleCap, chainCap: chainCap, stop: budget.stop)
        isBlocked = Array(repeating: false, count: graph.familyCount)
        simplex = PackingSimplex(rows: graph.familyCount)
        sizeMax = Int64(max(cycleCap, chainCap, 1))
        heaviest = graph.weights.reduce(0) { max($0, abs($1)) }
    }

    // MARK: The two goals

    /// The most gifts: a bound that no plan exceeds, and the prices that prove the part of it that
    /// needed no branching.
    mutating func maximiseGifts() -> (bound: Int64?, prices: [Int64]) {
        let worth = RingWorth(gift: Self.tiedGift, weight: 0, tie: 1, scale: Self.tiedScale)
        let goal = RingGoal(worth: worth, gifts: 0)
        guard let prices = price(goal.worth, generates: true) else { return (nil, []) }
        let root = goal.bound(prices)
        consider(simplex.shares)
        let isProven = search(goal, prices: prices, root: root)
        return (isProven ? best.gifts : root, prices)
    }

    /// The most weight that goes with the gifts of the best choice; answers a bound of it.
    ///
    /// A gift is worth as many units of weight as make the bound lowest (Lagrange's multiplier).
    mutating func maximiseWeight() -> Int64? {
        reweigh()
        guard let goal = tightestGoal(gifts: best.gifts) else { return nil }
        guard let prices = price(goal.worth, generates: true) else { return nil }
        let root = goal.bound(prices)
        consider(simplex.shares)
        let isProven = search(goal, prices: prices, root: root)
        return isProven ? best.weight : root
    }

    /// A bound of the weight of any plan at all.
    mutating func weightBound() -> Int64? {
        let goal = RingGoal(worth: scaled(gift: 0), gifts: 0)
        return price(goal.worth, generates: true).map { goal.bound($0) }
    }

    /// Searches until the bound is reached; false where the budget ended it.
    private mutating func search(_ goal: RingGoal, prices: [Int64], root: Int64) -> Bool {
        defer { active = Array(0..<columns.count) }
        if root > goal.value(of: best) { dive(goal.worth) }
        if root > goal.value(of: best), goal.worth.weight == 1 {
            dive(scaled(gift: min(giftWorthMax, sizeMax * heaviest + 1)))
        }
        // A first look among the columns at hand: a good plan keeps the second look short.
        let begun = pivots
        for share in [4, 1] where root > goal.value(of: best) {
            isCut = share == 1 && !complete(goal, prices: prices)
            reweigh()
            restrict(goal, prices: prices)
            pivotsMax = begun + budget.iterations / share
            branch(goal, depth: 0)
        }
        return root <= goal.value(of: best) || !isCut
    }

    /// Lets only those columns enter that a plan better than the best could hold.
    private mutating func restrict(_ goal: RingGoal, prices: [Int64]) {
        let room = room(goal, prices: prices)
        active = (0..<columns.count).filter { slack($0, goal.worth, prices) <= room }
    }

    private func scaled(gift: Int64) -> RingWorth {
        let most = Double(sizeMax) * (Double(gift) + Double(heaviest)) + 1
        var scale: Int64 = 1
        while Double(scale) * most * 2 <= Self.scaledMax { scale *= 2 }
        return RingWorth(gift: gift, weight: 1, scale: scale)
    }

    /// More than any plan's weight differs from another's, as far as sums of Int64 allow.
    private var giftWorthMax: Int64 {
        let families = Int64(graph.familyCount)
        return min(2 * heaviest * families + 1, (1 << 55) / max(families, 1))
    }

    /// Looks for the worth of a gift that gives the lowest bound of weight: the bound is convex in
    /// it, and each solution is a line below it.
    private mutating func tightestGoal(gifts: Int64) -> RingGoal? {
        var low: (gifts: Double, weight: Double)?
        var high: (gifts: Double, weight: Double)?
        var tried: [Int64] = []
        var least: (bound: Int64, goal: RingGoal)?
        var worth = min(heaviest + 1, giftWorthMax)
        while tried.count < 20, !tried.contains(worth) {
            tried.append(worth)
            let goal = RingGoal(worth: scaled(gift: worth), gifts: gifts)
            guard let prices = price(goal.worth, generates: true) else { return nil }
            consider(simplex.shares)
            let bound = goal.bound(prices)
            if bound < least?.bound ?? .max { least = (bound, goal) }
            if bound <= best.weight { break }
            let sum = simplex.shares.reduce((gifts: 0.0, weight: 0.0)) { sum, next in
                (
                    sum.gifts + next.share * Double(columns.gifts(next.column)),
                    sum.weight + next.share * Double(columns.weights[next.column])
                )
            }
            if abs(sum.gifts - Double(gifts)) < 1e-3 { break }
            if sum.gifts < Double(gifts) { low = sum } else { high = sum }
            if let low, let high {
                let crossing = (low.weight - high.weight) / (high.gifts - low.gifts)
                worth = Int64(max(0, crossing.rounded(.up)))
            } else {
                worth = low == nil ? worth / 2 : min(giftWorthMax, worth * 4)
            }
        }
        return least?.goal
    }

    // MARK: Bounds

    /// Prices that no column at hand, and if it `generates` no ring at all, exceeds; nil where the
    /// budget ended it, or there are too many rings.
    private mutating func price(_ worth: RingWorth, generates: Bool) -> [Int64]? {
        let other = worth.weight * heaviest + worth.tie * RingGraph.tieMax
        let most = Double(sizeMax) * (Double(worth.gift) + Double(other)) + 1
        let factor = most * Double(worth.scale)
        while true {
            if generates { active = Array(0..<columns.count) }
            forbidden += Array(repeating: 0, count: columns.count - forbidden.count)
            // What may not be in the plan costs, so that it leaves the basis.
            costs = Array(repeating: -1, count: columns.count)
            for column in active where forbidden[column] == 0 {
                costs[column] = Double(columns.worth(column, worth)) / most
            }
            guard
                simplex.maximise(costs, columns: columns, active: active, stop: budget.stop)
            else { return nil }
            var prices = simplex.prices.map { Int64(max(0, $0 * factor).rounded(.up)) }
            for column in active where forbidden[column] == 0 {
                let lack = -slack(column, worth, prices)
                guard lack > 0 else { continue }
                prices[columns.family(at: columns.range(column).lowerBound)] += lack
            }
            guard generates else { return prices }
            let found = pricing.find(
                worth, prices: zip(prices, isBlocked).map { $1 ? Self.blockedPrice : $0 },
                above: 0, mostEach: 3, mostAll: Self.columnsMax)
            guard pricing.isWhole, columns.count < Self.columnsMax else { return nil }
            if found.isEmpty { return prices }
            var isNew = false
            for ring in found where columns.add(ring, families: families(of: ring), by: worth) {
                isNew = true
            }
            guard isNew else { return nil }
        }
    }

    /// What a column's prices exceed its worth by, scaled.
    private func slack(_ column: Int, _ worth: RingWorth, _ prices: [Int64]) -> Int64 {
        var slack = -columns.worth(column, worth) * worth.scale
        for entry in columns.range(column) { slack += prices[columns.family(at: entry)] }
        return slack
    }

    private func families(of ring: FoundRing) -> [Int32] {
        ring.donors.map { graph.families[Int($0)] }.sorted()
    }

    /// Takes in every ring that a plan better than the best could hold: by its prices, those whose
    /// slack is no more than what lies between the bound and that plan.
    private mutating func complete(_ goal: RingGoal, prices: [Int64]) -> Bool {
        let found = pricing.find(
            goal.worth, prices: prices, above: -room(goal, prices: prices) - 1,
            mostEach: Self.columnsMax,
            mostAll: Self.columnsMax)
        for ring in found { columns.add(ring, families: families(of: ring), by: goal.worth) }
        return pricing.isWhole
    }

    /// Most slack of a column of a plan that is better than the best.
    private func room(_ goal: RingGoal, prices: [Int64]) -> Int64 {
        prices.reduce(0, +)
            - ((goal.value(of: best) + 1) * goal.unit + goal.base) * goal.worth.scale
    }

    // MARK: Branching

    /// Searches below the branchings that stand; what it cannot finish, it notes as cut.
    private mutating func branch(_ goal: RingGoal, depth: Int) {
        guard pivots < pivotsMax, depth < 1000, !budget.stop.isRaised else {
            isCut = true
            return
        }
        nodes += 1
        if nodes % 64 == 0 {
            budget.progress(
                Progress(iterations: pivots, best: "\(best.gifts) gifts, weight \(best.weight)"))
        }
        var goal = goal
        while true {
            guard let prices = price(goal.worth, generates: false) else {
                isCut = true
                return
            }
            let bound = goal.bound(prices)
            if bound <= goal.value(of: best) { return }
            let shares = simplex.shares.filter { costs[$0.column] != -1 }
            let whole = consider(shares)
            if bound <= goal.value(of: best) { return }
            if let pair = fractionalPair(shares) {
                return branch(goal, on: pair, depth: depth)
            }
            // A whole plan with too few gifts: they have to be worth more here.
            guard goal.worth.weight == 1, whole.gifts < goal.gifts,
                goal.worth.gift < giftWorthMax
            else {
                isCut = true
                return
            }
            goal.worth = scaled(gift: min(giftWorthMax, goal.worth.gift * 8 + 1))
        }
    }

    private mutating func branch(_ goal: RingGoal, on pair: (Int32, Int32), depth: Int) {
        for isTogether in [true, false] {
            forbid(pair, isTogether: isTogether, by: 1)
            branch(goal, depth: depth + 1)
            forbid(pair, isTogether: isTogether, by: -1)
        }
    }

    /// Forbids columns that part the pair, or those that join it.
    private mutating func forbid(_ pair: (Int32, Int32), isTogether: Bool, by step: Int32) {
        for column in active {
            let hasOne = columns.contains(column, pair.0)
            let hasOther = columns.contains(column, pair.1)
            if isTogether ? hasOne != hasOther : hasOne && hasOther { forbidden[column] += step }
        }
    }

    /// The pair of families whose common share is nearest to 0.7, which leads to good plans soon; nil
    /// where all shares are whole.
    private func fractionalPair(_ shares: [(column: Int, share: Double)]) -> (Int32, Int32)? {
        var pairs: [(one: Int, other: Int, share: Double)] = []
        for (column, share) in shares where share > 0.02 && share < 0.98 {
            let range = columns.range(column)
            for entry in range {
                for other in (entry + 1)..<range.upperBound {
                    pairs.append((columns.family(at: entry), columns.family(at: other), share))
                }
            }
        }
        pairs.sort { ($0.one, $0.other, $0.share) < ($1.one, $1.other, $1.share) }
        var chosen: (Int32, Int32)?
        var distance = 0.68
        var index = 0
        while index < pairs.count {
            let pair = pairs[index]
            var sum = 0.0
            while index < pairs.count, pairs[index].one == pair.one,
                pairs[index].other == pair.other
            {
                sum += pairs[index].share
                index += 1
            }
            if sum < 0.98, abs(sum - 0.7) < distance {
                distance = abs(sum - 0.7)
                chosen = (Int32(pair.one), Int32(pair.other))
            }
        }
        return chosen
    }

    // MARK: Plans

    /// Goes down from the root: takes for good what has the largest shares, finds new rings for the
    /// rest, and so on, until all shares are whole.
    ///
    /// Nothing is proven, but the plan is good.
    private mutating func dive(_ worth: RingWorth) {
        var isFixed: [Bool] = []
        for _ in 0..<graph.familyCount {
            guard price(worth, generates: true) != nil else { break }
            let shares = simplex.shares.filter { costs[$0.column] != -1 }
            consider(shares)
            isFixed += Array(repeating: false, count: columns.count - isFixed.count)
            let open = shares.filter { !isFixed[$0.column] }
            guard let most = open.map(\.share).max(), open.contains(where: { $0.share < 0.98 })
            else { break }
            for next in open where next.share >= min(most, 0.85) {
                let range = columns.range(next.column)
                if range.contains(where: { isBlocked[columns.family(at: $0)] }) { continue }
                isFixed[next.column] = true
                for entry in range { isBlocked[columns.family(at: entry)] = true }
            }
            for column in 0..<columns.count where !isFixed[column] {
                let range = columns.range(column)
                let isCrossed = range.contains { isBlocked[columns.family(at: $0)] }
                forbidden[column] = isCrossed ? 1 : 0
            }
        }
        forbidden = Array(repeating: 0, count: columns.count)
        isBlocked = Array(repeating: false, count: graph.familyCount)
    }

    /// Weighs the best plan anew, after some of its columns were replaced by better ones.
    private mutating func reweigh() {
        best.weight = best.columns.reduce(0) { $0 + columns.weights[$1] }
    }

    /// Makes a plan of the largest shares, and keeps it if it is the best; answers what it was before
    /// it was filled up.
    @discardableResult
    private mutating func consider(_ shares: [(column: Int, share: Double)]) -> RingChoice {
        var isTaken = [Bool](repeating: false, count: graph.familyCount)
        var choice = RingChoice()
        func add(_ column: Int) {
            for entry in columns.range(column) where isTaken[columns.family(at: entry)] { return }
            for entry in columns.range(column) { isTaken[columns.family(at: entry)] = true }
            choice.columns.append(column)
            choice.gifts += columns.gifts(column)
            choice.weight += columns.weights[column]
        }
        for next in shares.sorted(by: { ($1.share, $0.column) < ($0.share, $1.column) }) {
            add(next.column)
        }
        let whole = choice
        for column in active { add(column) }
        for candidate in [whole, choice] where best.isLess(than: candidate) { best = candidate }
        return whole
    }
}
