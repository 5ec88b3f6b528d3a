import MatchingChecks
import Testing

@testable import Matching

/// Kinds of instances that differ in what makes them hard.
enum CapacitatedKind: String, CaseIterable {
    case random, geometric, tight, tightGeometric, ties, skewed, overloaded, roomy

    /// Eight helpers a request, of so many that the kind's supply is had.
    func instance(_ seed: UInt64, requests: Int) -> CapacitatedInstance {
        var random = SplitMix64(seed: seed)
        let capacity = self == .roomy ? requests / 4 : 4
        let supply =
            switch self {
            case .tight, .tightGeometric: requests
            case .overloaded: requests * 4 / 5
            default: requests * 4 / 3
            }
        let helpers = max(1, supply / capacity)
        let homes = (0..<requests + helpers).map { _ in (random.below(1000), random.below(1000)) }
        var entries: (helpers: [Int32], requests: [Int32], costs: [Int64]) = ([], [], [])
        for request in 0..<requests {
            for _ in 0..<8 {
                var helper = random.below(helpers)
                if self == .skewed { helper = random.below(helper + 1) }
                let (from, to) = (homes[request], homes[requests + helper])
                let cost =
                    switch self {
                    case .geometric, .tightGeometric: abs(from.0 - to.0) + abs(from.1 - to.1)
                    case .ties: 1 + random.below(10)
                    default: random.below(1_000_000)
                    }
                entries.helpers.append(Int32(helper))
                entries.requests.append(Int32(request))
                entries.costs.append(Int64(cost))
            }
        }
        return CapacitatedInstance(
            helperCount: helpers, requestCount: requests, capacity: capacity,
            unmetCost: 2 * (entries.costs.max() ?? 0), helpers: entries.helpers,
            requests: entries.requests, costs: entries.costs)
    }
}

@Suite("Kinds of capacitated assignments") struct CapacitatedKindsTests {
    @Test(
        "each kind gets the cost of the cheapest flow, and its proof",
        arguments: CapacitatedKind.allCases, UInt64(1)...4)
    func sameAsFlow(_ kind: CapacitatedKind, _ seed: UInt64) throws {
        let instance = kind.instance(seed, requests: 40 * Int(seed))
        let plan = CapacitatedSolver.solve(instance)
        #expect(CapacitatedCheck.faults(of: plan, in: instance).isEmpty, "seed \(seed)")
        #expect(plan.dual != nil)
        let cost = try flowCost(instance)
        #expect(plan.cost == cost, "\(kind) seed \(seed)")
        let forest = try #require(CapacitatedSolver.byForest(instance))
        let paid = forest.assignment.enumerated().reduce(Int64(0)) { sum, one in
            sum + (one.element.flatMap { instance.cost(of: one.offset, $0) } ?? instance.unmetCost)
        }
        #expect(paid == cost, "\(kind) seed \(seed)")
        #expect(CapacitatedSolver.solve(instance) == plan)
    }

    /// The same instance as a network from the requests over the helpers to a sink.
    private func flowCost(_ instance: CapacitatedInstance) throws -> Int64 {
        let (requests, helpers) = (instance.requestCount, instance.helperCount)
        let sink = requests + helpers
        var network = FlowNetwork(nodeCount: sink + 1)
        network.supplies[sink] = -Int64(requests)
        for request in 0..<requests {
            network.supplies[request] = 1
            network.addArc(from: request, to: sink, capacity: 1, cost: instance.unmetCost)
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
        return try #require(MinCostFlow.solve(network)).cost
    }
}
