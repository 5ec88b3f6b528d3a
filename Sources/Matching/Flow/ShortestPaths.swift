/// A cheapest flow that grows: one unit after another takes the cheapest way from a node to the
/// sink, around the units before it (successive shortest paths; Edmonds and Karp 1972).
///
/// The prices prove at any time that the flow is the cheapest of its supplies. A unit costs one
/// Dijkstra's search that ends at the sink, and touches the prices of the nodes that it settled.
struct ShortestPaths {
    private(set) var residual: ResidualNetwork
    /// Reduced costs, cost + price of tail - price of head, are at least 0 on all room.
    private(set) var prices: [Int64]
    let sink: Int
    private var distances: [Int64]
    /// The search that gave a node its distance.
    private var stamps: [Int32]
    private var search: Int32 = 0
    /// The arc by which each node was reached.
    private var arrivals: [Int32]
    private var settled: [Int32] = []
    private var heap = DistanceHeap()

    /// Begins without flow; `prices` must leave no arc with room a negative reduced cost.
    init(_ network: FlowNetwork, sink: Int, prices: [Int64]) {
        residual = ResidualNetwork(network)
        self.prices = prices
        self.sink = sink
        distances = [Int64](repeating: 0, count: network.nodeCount)
        stamps = [Int32](repeating: 0, count: network.nodeCount)
        arrivals = stamps
    }

    /// Goes on from a flow and prices that prove it.
    init(_ network: FlowNetwork, sink: Int, flows: [Int32], prices: [Int64]) {
        self.init(network, sink: sink, prices: prices)
        for (arc, units) in flows.enumerated() where units > 0 {
            residual.push(units, along: Int(residual.places[arc]))
        }
    }

    /// What one more unit from `source` would cost all in all; nil when there is no way.
    ///
    /// The prices have moved, and the way is kept for `augment`.
    mutating func reach(from source: Int) -> Int64? {
        search += 1
        settled.removeAll(keepingCapacity: true)
        heap.removeAll()
        distances[source] = 0
        stamps[source] = search
        heap.push(0, Int32(source))
        while let (distance, next) = heap.pop() {
            let node = Int(next)
            if distance > distances[node] { continue }
            if node == sink {
                for other in settled { prices[Int(other)] += distances[Int(other)] - distance }
                return prices[sink] - prices[source]
            }
            settled.append(next)
            relax(node, distance)
        }
        return nil
    }

    private mutating func relax(_ node: Int, _ distance: Int64) {
        let base = distance + prices[node]
        for index in Int(residual.starts[node])..<Int(residual.starts[node + 1]) {
            let arc = residual.arcs[index]
            guard arc.room > 0 else { continue }
            let head = Int(arc.head)
            let reached = base + arc.cost - prices[head]
            if stamps[head] == search {
                guard reached < distances[head] else { continue }
            }
            // What lies behind the sink is not looked at.
            if stamps[sink] == search, reached >= distances[sink] { continue }
            stamps[head] = search
            distances[head] = reached
            arrivals[head] = Int32(index)
            heap.push(reached, arc.head)
        }
    }

    /// Sends one unit along the way that `reach` found from `source`.
    mutating func augment(from source: Int) {
        var node = sink
        while node != source {
            let arc = Int(arrivals[node])
            node = Int(residual.arcs[Int(residual.arcs[arc].twin)].head)
            residual.push(1, along: arc)
        }
    }
}

/// Nodes by distance, the nearest first, of equals the one with the smaller number.
struct DistanceHeap {
    private var entries: ContiguousArray<(distance: Int64, node: Int32)> = []

    mutating func removeAll() { entries.removeAll(keepingCapacity: true) }

    mutating func push(_ distance: Int64, _ node: Int32) {
        var place = entries.count
        entries.append((distance, node))
        while place > 0 {
            let above = (place - 1) / 2
            guard precedes((distance, node), entries[above]) else { break }
            entries[place] = entries[above]
            place = above
        }
        entries[place] = (distance, node)
    }

    mutating func pop() -> (distance: Int64, node: Int32)? {
        guard let last = entries.popLast() else { return nil }
        guard let first = entries.first else { return last }
        var place = 0
        while true {
            var below = 2 * place + 1
            guard below < entries.count else { break }
            if below + 1 < entries.count, precedes(entries[below + 1], entries[below]) {
                below += 1
            }
            guard precedes(entries[below], last) else { break }
            entries[place] = entries[below]
            place = below
        }
        entries[place] = last
        return first
    }

    private func precedes(
        _ left: (distance: Int64, node: Int32), _ right: (distance: Int64, node: Int32)
    ) -> Bool {
        left.distance < right.distance
            || left.distance == right.distance && left.node < right.node
    }
}
