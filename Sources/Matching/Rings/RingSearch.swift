/// Finds the best rings of one group, and proves it: column generation for the bound, and where the
/// bound is not reached, a tree over every ring that could be part of a better plan.
///
/// The cycle formulation of Roth, Sönmez and Ünver (2007) and Abraham, Blum and Sandholm (2007).
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
    private let scales: RingScales
    /// Best choice of columns so far: most gifts, then most weight.
    private(set) var best = RingChoice()

    init(_ graph: RingGraph, cycleCap: Int, chainCap: Int, budget: Budget) {
        self.graph = graph
        self.budget = budget
        pricing = RingPricing(
            graph, cycleCap: cycleCap, chainCap: chainCap, stop: budget.stop)
        isBlocked = Array(repeating: false, count: graph.familyCount)
        simplex = PackingSimplex(rows: graph.familyCount)
        scales = RingScales(
            familyCount: graph.familyCount, sizeMax: Int64(max(cycleCap, chainCap, 1)),
            heaviest: graph.weights.reduce(0) { max($0, abs($1)) })
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
        return (search(goal, prices: prices, root: root), prices)
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
        return search(goal, prices: prices, root: root)
    }

    /// A bound of the weight of any plan at all.
    mutating func weightBound() -> Int64? {
        let goal = RingGoal(worth: scales.scaled(gift: 0), gifts: 0)
        return price(goal.worth, generates: true).map { goal.bound($0) }
    }

    /// Searches until the bound is reached, and lowers it where no plan reaches it; answers a bound
    /// that holds, also where the budget ended the search.
    private mutating func search(_ goal: RingGoal, prices: [Int64], root: Int64) -> Int64 {
        defer { active = Array(0..<columns.count) }
        if root > goal.value(of: best) { dive(goal.worth) }
        if root > goal.value(of: best), goal.worth.weight == 1 {
            let gift = scales.sizeMax * scales.heaviest + 1
            dive(scales.scaled(gift: min(scales.giftWorthMax, gift)))
        }
        guard price(goal.worth, generates: true) != nil else { return root }
        // Plans just below the bound have few columns to choose from: they are looked for first.
        var bound = root
        var step = goal.worth.weight == 0 ? 0 : (root - goal.value(of: best)) / 16
        var left = budget.iterations
        var cuts: [[Int32]] = []
        while bound > goal.value(of: best) {
            let floor = max(goal.value(of: best), bound - step - 1)
            let room = goal.room(prices.reduce(0, +), for: floor + 1)
            guard complete(goal, prices: prices, room: room) else { return bound }
            reweigh()
            let basic = Set(simplex.basicColumns)
            let numbers = (0..<columns.count).filter {
                basic.contains($0) || slack($0, goal.worth, prices) <= room
            }
            var tree = RingTree(
                columns, numbers: numbers, scales: scales, simplex: simplex, best: best,
                floor: floor, pivotsMax: simplex.pivots + left, budget: budget)
            tree.run(goal, cuts: cuts)
            left -= tree.pivots - simplex.pivots
            best = tree.best
            cuts = tree.cuts
            if tree.isCut { return bound }
            bound = max(floor, goal.value(of: best))
            step = step * 4 + (goal.worth.weight == 0 ? 0 : 1)
        }
        return max(bound, goal.value(of: best))
    }

    /// Looks for the worth of a gift that gives the lowest bound of weight: the bound is convex in
    /// it, and each solution is a line below it.
    private mutating func tightestGoal(gifts: Int64) -> RingGoal? {
        var low: (gifts: Double, weight: Double)?
        var high: (gifts: Double, weight: Double)?
        var tried: [Int64] = []
        var least: (bound: Int64, goal: RingGoal)?
        var worth = min(scales.heaviest + 1, scales.giftWorthMax)
        while tried.count < 20, !tried.contains(worth) {
            tried.append(worth)
            let goal = RingGoal(worth: scales.scaled(gift: worth), gifts: gifts)
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
                worth = low == nil ? worth / 2 : min(scales.giftWorthMax, worth * 4)
            }
        }
        return least?.goal
    }

    // MARK: Bounds

    /// Prices that no column at hand, and if it `generates` no ring at all, exceeds; nil where the
    /// budget ended it, or there are too many rings.
    private mutating func price(_ worth: RingWorth, generates: Bool) -> [Int64]? {
        let most = scales.most(worth)
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
                simplex.maximise(costs, columns: columns.matrix, active: active, stop: budget.stop)
            else { return nil }
            var prices = simplex.prices.map { RingScales.whole($0 * factor) }
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

    /// Takes in every ring whose slack is at most `room`; false if there are too many.
    private mutating func complete(_ goal: RingGoal, prices: [Int64], room: Int64) -> Bool {
        let found = pricing.find(
            goal.worth, prices: prices, above: -room - 1, mostEach: Self.columnsMax,
            mostAll: Self.columnsMax)
        for ring in found { columns.add(ring, families: families(of: ring), by: goal.worth) }
        return pricing.isWhole
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
        let ordered = shares.sorted { ($1.share, $0.column) < ($0.share, $1.column) }
        return columns.consider(
            ordered.map(\.column), thenAny: active, familyCount: graph.familyCount, best: &best)
    }
}
