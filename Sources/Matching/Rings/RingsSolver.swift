/// Rings of families who help each other: most gifts, then most weight, with proof.
public struct RingsSolver: Sendable {
    /// Most rings that are looked at in a group too large to price.
    private static let greedyMax = 2_000_000

    private let instance: RingsInstance
    private let cycleCap: Int
    private let chainCap: Int

    /// Prepares to look for cycles of at most `cycleCap` families, and chains of at most `chainCap`
    /// donors, the altruist among them.
    public init(_ instance: RingsInstance, cycleCap: Int, chainCap: Int) {
        self.instance = instance
        self.cycleCap = cycleCap
        self.chainCap = chainCap
    }

    /// A plan; an iteration of the budget is a pivot of the simplex method, counted for each of
    /// the two goals of each group in the trees below the root.
    public func solve(budget: Budget) -> RingsPlan {
        var plan = RingsPlan()
        plan.priceScale = RingSearch.giftScale
        plan.prices = Array(repeating: 0, count: instance.familyCount)
        for graph in RingGraph.groups(of: instance) {
            if graph.familyCount > PackingSimplex.rowsMax {
                takeGreedily(graph, into: &plan, budget: budget)
                continue
            }
            var search = RingSearch(
                graph, cycleCap: cycleCap, chainCap: chainCap, budget: budget)
            let (bound, prices) = search.maximiseGifts()
            for (family, price) in zip(graph.memberFamilies, prices) where !plan.prices.isEmpty {
                plan.prices[Int(family)] = price
            }
            if prices.isEmpty { plan.prices = [] }
            let most = bound ?? Self.simpleBound(graph)
            plan.giftsBound += Int(most)
            let weight = search.best.gifts == most ? search.maximiseWeight() : search.weightBound()
            plan.weightBound += (weight ?? Self.simpleWeightBound(graph)) * graph.weightUnit
            for column in search.best.columns {
                Self.add(
                    search.columns.donors(column), isChain: search.columns.isChain[column],
                    weight: search.columns.weights[column], of: graph, to: &plan)
            }
        }
        plan.cycles.sort { $0[0] < $1[0] }
        plan.chains.sort { $0[0] < $1[0] }
        return plan
    }

    private static func add(
        _ donors: [Int32], isChain: Bool, weight: Int64, of graph: RingGraph,
        to plan: inout RingsPlan
    ) {
        let members = donors.map { graph.members[Int($0)] }
        if isChain { plan.chains.append(members) } else { plan.cycles.append(members) }
        plan.gifts += members.count
        plan.weight += weight * graph.weightUnit
    }

    /// Each family gives once at most, and only if it is given to or asks for nothing.
    private static func simpleBound(_ graph: RingGraph) -> Int64 {
        var isReached = [Bool](repeating: false, count: graph.familyCount)
        for donor in graph.altruists { isReached[Int(graph.families[Int(donor)])] = true }
        for column in graph.columns { isReached[Int(graph.families[Int(column)])] = true }
        return Int64(isReached.count { $0 })
    }

    /// Each family is given to once at most.
    private static func simpleWeightBound(_ graph: RingGraph) -> Int64 {
        var heaviest = [Int64](repeating: 0, count: graph.familyCount)
        for (column, weight) in zip(graph.columns, graph.weights) {
            let family = Int(graph.families[Int(column)])
            heaviest[family] = max(heaviest[family], weight)
        }
        return heaviest.reduce(0, +)
    }

    /// The longest rings first, then the heaviest, as far as they share no family.
    private func takeGreedily(_ graph: RingGraph, into plan: inout RingsPlan, budget: Budget) {
        var pricing = RingPricing(
            graph, cycleCap: cycleCap, chainCap: chainCap, stop: budget.stop)
        let found = pricing.find(
            RingWorth(gift: 1, weight: 0), prices: Array(repeating: 0, count: graph.familyCount),
            above: 0, mostEach: 100, mostAll: Self.greedyMax
        ).sorted { ($1.donors.count, $1.weight) < ($0.donors.count, $0.weight) }
        var isTaken = [Bool](repeating: false, count: graph.familyCount)
        for ring in found {
            let families = ring.donors.map { Int(graph.families[Int($0)]) }
            if families.contains(where: { isTaken[$0] }) { continue }
            for family in families { isTaken[family] = true }
            Self.add(
                ring.donors, isChain: ring.isChain, weight: ring.weight, of: graph, to: &plan)
        }
        plan.giftsBound += Int(Self.simpleBound(graph))
        plan.weightBound += Self.simpleWeightBound(graph) * graph.weightUnit
        plan.prices = []
    }
}
