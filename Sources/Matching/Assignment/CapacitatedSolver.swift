/// Solves helpers with capacities to the optimum, with the prices that prove it, as a cheapest
/// flow.
public enum CapacitatedSolver {
    /// The cheapest plan.
    ///
    /// A stopped search answers with requests that took the cheapest helper with
    /// room one after another, and without prices.
    public static func solve(
        _ instance: CapacitatedInstance, stop: StopSignal = StopSignal()
    ) -> CapacitatedPlan {
        let network = CapacitatedNetwork(instance)
        guard let flow = MinCostFlow.solve(network.network, stop: stop) else {
            return plan(instance, greedy(instance), nil)
        }
        var helpers = [Int32?](repeating: nil, count: instance.requestCount)
        for (arc, entry) in network.entries.enumerated() where flow.flows[arc] > 0 {
            helpers[Int(network.network.tails[arc])] = instance.requests.columns[Int(entry)]
        }
        let sink = flow.prices[flow.prices.count - 1]
        let prices = (0..<instance.helperCount).map { helper in
            // The price of a node without arcs means nothing.
            network.isWanted[helper]
                ? min(0, flow.prices[instance.requestCount + helper] - sink) : 0
        }
        return plan(instance, helpers, dual(instance, prices))
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

/// Requests, helpers and a sink: what is not worth more than leaving the request unmet is left out.
private struct CapacitatedNetwork {
    var network: FlowNetwork
    /// The entry of the instance of each of the first arcs.
    var entries: [Int32] = []
    /// Whether any request would have the helper.
    var isWanted: [Bool]

    init(_ instance: CapacitatedInstance) {
        let (requests, helpers) = (instance.requestCount, instance.helperCount)
        let sink = requests + helpers
        network = FlowNetwork(nodeCount: sink + 1)
        network.reserve(arcCount: instance.costs.count + sink)
        isWanted = [Bool](repeating: false, count: helpers)
        for request in 0..<requests {
            network.supplies[request] = 1
            for entry in instance.requests.entries(of: request)
            where instance.costs[entry] < instance.unmetCost {
                let helper = Int(instance.requests.columns[entry])
                isWanted[helper] = true
                entries.append(Int32(entry))
                network.addArc(
                    from: request, to: requests + helper, capacity: 1, cost: instance.costs[entry])
            }
        }
        network.supplies[sink] = -Int64(requests)
        for request in 0..<requests {
            network.addArc(from: request, to: sink, capacity: 1, cost: instance.unmetCost)
        }
        for helper in 0..<helpers where isWanted[helper] {
            network.addArc(
                from: requests + helper, to: sink, capacity: instance.capacity, cost: 0)
        }
    }
}
