/// Solves helpers with capacities to the optimum, with the prices that prove it, by shortest
/// augmenting paths.
public enum CapacitatedSolver {
    /// The cheapest plan.
    ///
    /// A stopped search answers with requests that took the cheapest helper with
    /// room one after another, and without prices.
    public static func solve(
        _ instance: CapacitatedInstance, stop: StopSignal = StopSignal()
    ) -> CapacitatedPlan {
        var forest = AugmentingForest(instance)
        guard forest.run(stop: stop) else { return plan(instance, greedy(instance), nil) }
        return plan(instance, forest.assignment, dual(instance, forest.prices.map { -$0 }))
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
