/// Requests to helpers with capacities as a cheapest flow, from the requests over the helpers to a
/// sink.
enum CapacitatedFlow {
    /// Who takes what, and what a place of each helper costs, 0 where one is left; nil when stopped.
    static func solve(
        _ instance: CapacitatedInstance, stop: StopSignal
    ) -> (assignment: [Int32?], prices: [Int64])? {
        let (requests, helpers) = (instance.requestCount, instance.helperCount)
        guard let plan = MinCostFlow.solve(network(instance), stop: stop) else { return nil }
        // The arcs of the entries come first.
        var assignment = [Int32?](repeating: nil, count: requests)
        for request in 0..<requests {
            for entry in instance.requests.entries(of: request) where plan.flows[entry] > 0 {
                assignment[request] = instance.requests.columns[entry]
            }
        }
        let sink = plan.prices[requests + helpers]
        let prices = plan.prices[requests..<requests + helpers].map { max(0, sink - $0) }
        return (assignment, prices)
    }

    private static func network(_ instance: CapacitatedInstance) -> FlowNetwork {
        let (requests, helpers) = (instance.requestCount, instance.helperCount)
        let sink = requests + helpers
        var network = FlowNetwork(nodeCount: sink + 1)
        network.reserve(arcCount: instance.costs.count + sink)
        network.supplies[sink] = -Int64(requests)
        for request in 0..<requests {
            network.supplies[request] = 1
            for entry in instance.requests.entries(of: request) {
                network.addArc(
                    from: request, to: requests + Int(instance.requests.columns[entry]),
                    capacity: 1, cost: instance.costs[entry])
            }
        }
        for helper in 0..<helpers {
            network.addArc(
                from: requests + helper, to: sink, capacity: instance.capacity, cost: 0)
        }
        for request in 0..<requests {
            network.addArc(from: request, to: sink, capacity: 1, cost: instance.unmetCost)
        }
        return network
    }
}
