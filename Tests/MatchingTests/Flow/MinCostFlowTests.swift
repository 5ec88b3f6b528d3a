import MatchingChecks
import Testing

@testable import Matching

@Suite("MinCostFlow") struct MinCostFlowTests {
    /// A layered network with a dear way round, so that a flow always exists.
    static func network(_ seed: UInt64) -> FlowNetwork {
        var random = SplitMix64(seed: seed)
        let count = 3 + random.below(7)
        var network = FlowNetwork(nodeCount: count)
        for _ in 0..<random.below(30) {
            let tail = random.below(count)
            let head = random.below(count)
            guard tail != head else { continue }
            // Negative costs only forward: cycles of them are allowed, for capacities are finite.
            network.addArc(
                from: tail, to: head, capacity: random.below(4), cost: Int64(random.below(41)) - 12)
        }
        for node in 1..<count {
            let supply = Int64(random.below(5)) - 2
            network.supplies[node] = supply
            network.supplies[0] -= supply
            network.addArc(from: node, to: 0, capacity: 20, cost: 300)
            network.addArc(from: 0, to: node, capacity: 20, cost: 300)
        }
        return network
    }

    @Test("every flow is proven by its prices, and leaves no cheaper cycle", arguments: 1...60)
    func proven(_ seed: UInt64) throws {
        let network = Self.network(seed)
        let plan = try #require(MinCostFlow.solve(network))
        #expect(FlowCheck.faults(of: plan, in: network).isEmpty, "seed \(seed)")
    }

    @Test("a flow that is changed is refused") func changed() throws {
        let network = Self.network(5)
        let plan = try #require(MinCostFlow.solve(network))
        var other = plan
        other.flows[0] += 1
        #expect(!FlowCheck.faults(of: other, in: network).isEmpty)
        other = plan
        other.cost += 1
        #expect(FlowCheck.faults(of: other, in: network).map(\.rule) == ["cost"])
        var dear = FlowNetwork(nodeCount: 2)
        dear.supplies = [1, -1]
        dear.addArc(from: 0, to: 1, capacity: 1, cost: 5)
        dear.addArc(from: 0, to: 1, capacity: 1, cost: 3)
        #expect(FlowCheck.hasNegativeCycle([1, 0], dear))
        #expect(!FlowCheck.hasNegativeCycle([0, 1], dear))
    }

    @Test("where supplies find no way there is no flow") func noWay() {
        var network = FlowNetwork(nodeCount: 3)
        network.supplies = [2, 0, -2]
        network.addArc(from: 0, to: 1, capacity: 2, cost: 1)
        network.addArc(from: 1, to: 2, capacity: 1, cost: 1)
        #expect(MinCostFlow.solve(network) == nil)
        #expect(MinCostFlow.solve(FlowNetwork(nodeCount: 0))?.cost == 0)
    }

    @Test("one way after another costs what the scaled flow costs", arguments: 1...30)
    func sameCost(_ seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let (sources, helpers) = (1 + random.below(8), 1 + random.below(5))
        let sink = sources + helpers
        var network = FlowNetwork(nodeCount: sink + 1)
        for source in 0..<sources {
            network.supplies[source] = 1
            for helper in 0..<helpers where random.below(2) == 0 {
                network.addArc(
                    from: source, to: sources + helper, capacity: 1, cost: Int64(random.below(50)))
            }
            network.addArc(from: source, to: sink, capacity: 1, cost: 60)
        }
        for helper in 0..<helpers {
            network.addArc(
                from: sources + helper, to: sink, capacity: 1 + random.below(3), cost: 0)
        }
        network.supplies[sink] = -Int64(sources)
        let plan = try #require(MinCostFlow.solve(network))
        var paths = ShortestPaths(
            network, sink: sink, flows: [Int32](repeating: 0, count: network.arcCount),
            prices: [Int64](repeating: 0, count: sink + 1))
        var cost: Int64 = 0
        for source in 0..<sources {
            let way = paths.reach(from: source)
            cost += try #require(way)
            #expect(paths.augment(from: source).last == source)
        }
        #expect(cost == plan.cost, "seed \(seed)")
        let own = FlowPlan(flows: paths.flows, prices: Array(paths.prices), cost: cost)
        #expect(FlowCheck.faults(of: own, in: network).isEmpty, "seed \(seed)")
    }
}
