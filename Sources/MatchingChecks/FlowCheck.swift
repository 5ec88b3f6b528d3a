public import Matching

/// Judges a cheapest flow by the network alone.
public enum FlowCheck {
    /// What does not hold: room, balance, cost, prices, or a cycle of room along which the flow
    /// would become cheaper (Bellman 1958, Ford 1956).
    ///
    /// An empty list proves that none is cheaper.
    public static func faults(of plan: FlowPlan, in network: FlowNetwork) -> [Fault] {
        guard plan.flows.count == network.arcCount, plan.prices.count == network.nodeCount else {
            return [Fault("flow", "one number an arc, one price a node")]
        }
        var faults: [Fault] = []
        var balances = network.supplies.map { Int128($0) }
        var cost: Int128 = 0
        for (arc, units) in plan.flows.enumerated() {
            if units < 0 || units > network.capacities[arc] {
                faults.append(Fault("room", "arc \(arc) carries \(units)"))
            }
            balances[Int(network.tails[arc])] -= Int128(units)
            balances[Int(network.heads[arc])] += Int128(units)
            cost += Int128(units) * Int128(network.costs[arc])
        }
        for (node, balance) in balances.enumerated() where balance != 0 {
            faults.append(Fault("balance", "node \(node) keeps \(balance)"))
        }
        if cost != Int128(plan.cost) { faults.append(Fault("cost", "\(plan.cost), not \(cost)")) }
        return faults + priceFaults(plan, network)
            + (hasNegativeCycle(plan.flows, network) ? [Fault("cycle", "a cheaper flow")] : [])
    }

    private static func priceFaults(_ plan: FlowPlan, _ network: FlowNetwork) -> [Fault] {
        for (arc, units) in plan.flows.enumerated() {
            let tail = Int128(plan.prices[Int(network.tails[arc])])
            let head = Int128(plan.prices[Int(network.heads[arc])])
            let reduced = Int128(network.costs[arc]) + tail - head
            if reduced < 0, units < network.capacities[arc] {
                return [Fault("price", "arc \(arc) has room and \(reduced)")]
            }
            if reduced > 0, units > 0 {
                return [Fault("price", "arc \(arc) is used at \(reduced)")]
            }
        }
        return []
    }

    /// Whether the room that a flow leaves has a cycle of negative cost, by relaxing all of it as
    /// often as there are nodes.
    public static func hasNegativeCycle(_ flows: [Int32], _ network: FlowNetwork) -> Bool {
        var distances = [Int128](repeating: 0, count: network.nodeCount)
        for _ in 0...network.nodeCount {
            var isChanged = false
            for arc in 0..<network.arcCount {
                let (tail, head) = (Int(network.tails[arc]), Int(network.heads[arc]))
                let cost = Int128(network.costs[arc])
                if flows[arc] < network.capacities[arc], distances[tail] + cost < distances[head] {
                    distances[head] = distances[tail] + cost
                    isChanged = true
                }
                if flows[arc] > 0, distances[head] - cost < distances[tail] {
                    distances[tail] = distances[head] - cost
                    isChanged = true
                }
            }
            if !isChanged { return false }
        }
        return true
    }
}
