/// Solves helpers with capacities to the optimum, with the prices that prove it: by shortest
/// augmenting paths, or by scaled costs where there are as many places as requests.
public enum CapacitatedSolver {
    /// The cheapest plan.
    ///
    /// A stopped search answers with requests that took the cheapest helper with
    /// room one after another, and without prices.
    public static func solve(
        _ instance: CapacitatedInstance, stop: StopSignal = StopSignal()
    ) -> CapacitatedPlan {
        let found =
            isTight(instance)
            ? CapacitatedFlow.solve(instance, stop: stop) : byForest(instance, stop: stop)
        guard let found else { return plan(instance, greedy(instance), nil) }
        return plan(instance, found.assignment, dual(instance, found.prices.map { -$0 }))
    }

    /// Who takes what, and what a place of each helper costs; nil when stopped.
    static func byForest(
        _ instance: CapacitatedInstance, stop: StopSignal = StopSignal()
    ) -> (assignment: [Int32?], prices: [Int64])? {
        var forest = AugmentingForest(instance)
        return forest.run(stop: stop) ? (forest.assignment, forest.prices) : nil
    }

    /// Whether places and requests differ by one in two hundred at most.
    ///
    /// Then the last requests displace half of all others: 100,000 with as many places take the
    /// forest twice as long as scaled costs, which take three to ten times as long as the forest
    /// where places or requests are left over.
    private static func isTight(_ instance: CapacitatedInstance) -> Bool {
        var offered = [Int](repeating: 0, count: instance.helperCount)
        for helper in instance.requests.columns { offered[Int(helper)] += 1 }
        let places = offered.reduce(0) { $0 + min($1, instance.capacity) }
        return abs(places - instance.requestCount) * 200 <= instance.requestCount
    }

    /// With the helpers' prices given, each request's is what its best choice leaves.
    private static func dual(
        _ instance: CapacitatedInstance, _ helpers: [Int64]
    ) -> CapacitatedDual {
        let requests = (0..<instance.requestCount).map { request in
            var best = instance.unmetCost
            for entry in instance.requests.entries(of: request) {
                let helper = Int(instance.requests.columns[entry])
                best = min(best, instance.costs[entry] - helpers[helper])
            }
            return best
        }
        return CapacitatedDual(helpers: helpers, requests: requests)
    }

    private static func greedy(_ instance: CapacitatedInstance) -> [Int32?] {
        var rooms = [Int](repeating: instance.capacity, count: instance.helperCount)
        return (0..<instance.requestCount).map { request in
            var best = instance.unmetCost
            var chosen: Int32?
            for entry in instance.requests.entries(of: request) {
                let helper = instance.requests.columns[entry]
                guard instance.costs[entry] < best, rooms[Int(helper)] > 0 else { continue }
                best = instance.costs[entry]
                chosen = helper
            }
            if let chosen { rooms[Int(chosen)] -= 1 }
            return chosen
        }
    }

    private static func plan(
        _ instance: CapacitatedInstance, _ helpers: [Int32?], _ dual: CapacitatedDual?
    ) -> CapacitatedPlan {
        var cost: Int64 = 0
        for (request, helper) in helpers.enumerated() {
            let own = helper.flatMap { instance.cost(of: request, $0) }
            cost += own ?? instance.unmetCost
        }
        return CapacitatedPlan(cost: cost, assignment: helpers, dual: dual)
    }
}
