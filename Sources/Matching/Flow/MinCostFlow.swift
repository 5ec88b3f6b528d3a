/// The cheapest flow by scaled costs: a flow that is right up to ε is made right up to a part of ε
/// by pushing excess along arcs of negative reduced cost and by lowering the prices of nodes that
/// have none (Goldberg and Tarjan 1990; heuristics of Goldberg 1997).
///
/// Time O(n² m log(n C)) in the worst case, near linear in practice; memory 60 bytes an arc and 40
/// a node. Costs are multiplied by the number of nodes + 1, so that the last flow, right up to 1,
/// is optimal, and its prices are made whole by `WholePrices`.
public enum MinCostFlow {
    /// Largest cost, by magnitude, of a network with so many nodes: prices fall by at most 3 n ε in
    /// a phase (Goldberg and Tarjan), 4 n times the largest scaled cost in all, within 62 bits.
    public static func costMax(nodes: Int) -> Int64 {
        let count = Int64(nodes) + 2
        return min(1_000_000_000_000, (1 << 60) / (4 * count * count))
    }

    /// A cheapest flow; nil when supplies and capacities allow none, or when it was stopped.
    public static func solve(
        _ network: FlowNetwork, stop: StopSignal = StopSignal()
    ) -> FlowPlan? {
        var scaling = CostScaling(network)
        guard scaling.run(stop: stop) else { return nil }
        let flows = scaling.residual.flows
        var cost: Int64 = 0
        for arc in flows.indices { cost += Int64(flows[arc]) * network.costs[arc] }
        return FlowPlan(flows: flows, prices: scaling.wholePrices, cost: cost)
    }
}

private struct CostScaling {
    private(set) var residual: ResidualNetwork
    private let scale: Int64
    private var prices: [Int64]
    private var excesses: [Int64]
    /// The arc of each node to look at next.
    private var currents: [Int32]
    private var queue: NodeQueue
    private var steps: StepQueue
    private var epsilon: Int64
    private var relabels = 0
    /// Price under which nodes fall only where no flow is possible.
    private var floor: Int64 = .min

    private static let shrink: Int64 = 8

    init(_ network: FlowNetwork) {
        scale = Int64(network.nodeCount) + 1
        residual = ResidualNetwork(network, scale: scale)
        prices = [Int64](repeating: 0, count: network.nodeCount)
        excesses = network.supplies
        currents = Array(residual.starts.dropLast())
        queue = NodeQueue(network.nodeCount)
        steps = StepQueue(network.nodeCount)
        let largest = residual.arcs.reduce(0) { max($0, abs($1.cost)) }
        epsilon = max(1, largest)
    }

    var wholePrices: [Int64] { WholePrices.rounding(prices, scale: scale) }

    /// Whether a cheapest flow was found.
    mutating func run(stop: StopSignal) -> Bool {
        var isFirst = true
        while epsilon > 1 || isFirst {
            epsilon = max(1, epsilon / Self.shrink)
            isFirst = false
            guard refine(stop) else { return false }
        }
        return true
    }

    /// One phase: a flow that is right up to `epsilon`.
    private mutating func refine(_ stop: StopSignal) -> Bool {
        let count = Int64(prices.count)
        floor = (prices.min() ?? 0) - 3 * count * epsilon * (Self.shrink + 1)
        saturate()
        relabels = 0
        updatePrices()
        for node in excesses.indices where excesses[node] > 0 { queue.append(node) }
        var rounds = 0
        while let node = queue.popFirst() {
            guard discharge(node) else { return false }
            rounds += 1
            if rounds & 0xFFF == 0, stop.isRaised { return false }
            if relabels >= prices.count {
                relabels = 0
                updatePrices()
            }
        }
        return true
    }

    /// Fills all arcs of negative reduced cost: then nothing is wrong but the excesses.
    private mutating func saturate() {
        for node in prices.indices {
            let price = prices[node]
            for index in Int(residual.starts[node])..<Int(residual.starts[node + 1]) {
                let arc = residual.arcs[index]
                guard arc.room > 0, arc.cost + price < prices[Int(arc.head)] else { continue }
                residual.push(arc.room, along: index)
                excesses[node] -= Int64(arc.room)
                excesses[Int(arc.head)] += Int64(arc.room)
            }
            currents[node] = residual.starts[node]
        }
    }

    /// Pushes a node's excess on until none is left; false when it cannot be.
    private mutating func discharge(_ node: Int) -> Bool {
        let end = Int(residual.starts[node + 1])
        while excesses[node] > 0 {
            var index = Int(currents[node])
            let price = prices[node]
            var rest = excesses[node]
            while index < end {
                let arc = residual.arcs[index]
                let head = Int(arc.head)
                if arc.room > 0, arc.cost + price < prices[head] {
                    let units = Int32(min(rest, Int64(arc.room)))
                    residual.push(units, along: index)
                    rest -= Int64(units)
                    if excesses[head] <= 0, excesses[head] + Int64(units) > 0 { queue.append(head) }
                    excesses[head] += Int64(units)
                    if rest == 0 { break }
                }
                index += 1
            }
            excesses[node] = rest
            currents[node] = Int32(index)
            guard rest == 0 || relabel(node) else { return false }
        }
        return true
    }

    /// Lowers a node's price just so far that an arc becomes good; false when none ever will.
    private mutating func relabel(_ node: Int) -> Bool {
        var best = Int64.min
        var chosen = residual.starts[node]
        for index in Int(residual.starts[node])..<Int(residual.starts[node + 1]) {
            let arc = residual.arcs[index]
            guard arc.room > 0 else { continue }
            let price = prices[Int(arc.head)] - arc.cost
            if price > best {
                best = price
                chosen = Int32(index)
            }
        }
        guard best > .min, best - epsilon > floor else { return false }
        relabels += 1
        prices[node] = best - epsilon
        currents[node] = chosen
        return true
    }

    /// Lowers every price by as much as the way from the node to the nearest lack of flow asks for,
    /// in steps of `epsilon`: Dial's search backward from the lacks, until every excess is reached.
    private mutating func updatePrices() {
        steps.clear()
        var waiting = 0
        for node in excesses.indices {
            if excesses[node] > 0 { waiting += 1 }
            if excesses[node] < 0 { steps.reach(node, at: 0) }
        }
        guard waiting > 0 else { return }
        // A little less than the inverse: rounding may make a way shorter, never longer.
        let stepsPerUnit = (1 - 0x1p-50) / Double(epsilon)
        while let node = steps.settleNext() {
            if excesses[node] > 0 {
                waiting -= 1
                if waiting == 0 { break }
            }
            let price = prices[node]
            let distance = steps.distances[node]
            for index in Int(residual.starts[node])..<Int(residual.starts[node + 1]) {
                let arc = residual.arcs[index]
                let tail = Int(arc.head)
                guard arc.back > 0, steps.distances[tail] > distance else { continue }
                let reduced = prices[tail] - arc.cost - price
                let length = reduced < 0 ? 0 : 1 + Int(Double(reduced) * stepsPerUnit)
                steps.reach(tail, at: distance + length)
            }
        }
        let farthest = steps.farthest
        for node in prices.indices {
            prices[node] -= Int64(min(steps.distances[node], farthest)) * epsilon
            currents[node] = residual.starts[node]
        }
    }
}

/// Nodes by their distance in whole steps, nearest first (Dial 1969).
private struct StepQueue {
    private(set) var distances: [Int]
    private var isSettled: [Bool]
    private var buckets: [[Int32]] = []
    private var current = 0
    /// Distance of the node settled last.
    private(set) var farthest = 0

    init(_ nodeCount: Int) {
        distances = [Int](repeating: .max, count: nodeCount)
        isSettled = [Bool](repeating: false, count: nodeCount)
    }

    mutating func clear() {
        for node in distances.indices {
            distances[node] = .max
            isSettled[node] = false
        }
        for bucket in buckets.indices { buckets[bucket].removeAll(keepingCapacity: true) }
        current = 0
        farthest = 0
    }

    /// Notes that a node is at most so far away; what is farther than there are nodes is left out.
    mutating func reach(_ node: Int, at distance: Int) {
        guard distance < distances[node], distance <= distances.count else { return }
        distances[node] = distance
        while buckets.count <= distance { buckets.append([]) }
        buckets[distance].append(Int32(node))
    }

    /// The nearest node that was not settled before.
    mutating func settleNext() -> Int? {
        while current < buckets.count {
            while let last = buckets[current].popLast() {
                let node = Int(last)
                guard !isSettled[node] else { continue }
                isSettled[node] = true
                farthest = current
                return node
            }
            current += 1
        }
        return nil
    }
}

/// Nodes that wait, first in first out.
private struct NodeQueue {
    private var nodes: [Int32]
    private var head = 0
    private var count = 0

    init(_ nodeCount: Int) { nodes = [Int32](repeating: 0, count: nodeCount + 1) }

    mutating func append(_ node: Int) {
        var place = head + count
        if place >= nodes.count { place -= nodes.count }
        nodes[place] = Int32(node)
        count += 1
    }

    mutating func popFirst() -> Int? {
        guard count > 0 else { return nil }
        let node = nodes[head]
        head = head + 1 == nodes.count ? 0 : head + 1
        count -= 1
        return Int(node)
    }
}
