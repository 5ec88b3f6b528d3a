/// A cheapest flow that grows: one unit after another takes the cheapest way from a node to the
/// sink, around the units before it (successive shortest paths; Edmonds and Karp 1972).
///
/// Nodes and arcs may come between two units. The prices prove at any time that the flow is the
/// cheapest of its supplies. A unit costs one Dijkstra's search that ends at the sink, and touches
/// the prices of the nodes that it settled.
struct ShortestPaths {
    private struct Arc {
        var head: Int32
        /// Arc of the same tail that came before; -1 for none.
        var next: Int32
        var room: Int32
        var cost: Int64
    }

    /// Pairs, forward and backward: the twin of arc `a` is `a ^ 1`.
    private var arcs: ContiguousArray<Arc> = []
    /// Last arc of each node; -1 for none.
    private var lasts: ContiguousArray<Int32>
    /// Reduced costs, cost + price of tail - price of head, are at least 0 on all room.
    private(set) var prices: ContiguousArray<Int64>
    let sink: Int
    private var distances: ContiguousArray<Int64>
    /// The search that gave a node its distance.
    private var stamps: ContiguousArray<Int32>
    private var search: Int32 = 0
    /// The arc by which each node was reached.
    private var arrivals: ContiguousArray<Int32>
    private var settled: [Int32] = []
    private var heap = DistanceHeap()

    /// Goes on from a flow and prices that prove it.
    init(_ network: FlowNetwork, sink: Int, flows: [Int32], prices: [Int64]) {
        self.sink = sink
        self.prices = ContiguousArray(prices)
        lasts = ContiguousArray(repeating: -1, count: network.nodeCount)
        distances = ContiguousArray(repeating: 0, count: network.nodeCount)
        stamps = lasts
        arrivals = lasts
        arcs.reserveCapacity(2 * network.arcCount)
        for arc in 0..<network.arcCount {
            let number = append(
                Int(network.tails[arc]), Int(network.heads[arc]), Int(network.capacities[arc]),
                network.costs[arc])
            push(flows[arc], along: number)
        }
    }

    private mutating func append(_ tail: Int, _ head: Int, _ room: Int, _ cost: Int64) -> Int {
        let number = arcs.count
        arcs.append(
            Arc(head: Int32(head), next: lasts[tail], room: Int32(room), cost: cost))
        lasts[tail] = Int32(number)
        arcs.append(Arc(head: Int32(tail), next: lasts[head], room: 0, cost: -cost))
        lasts[head] = Int32(number + 1)
        return number
    }

    private mutating func push(_ units: Int32, along arc: Int) {
        arcs[arc].room -= units
        arcs[arc ^ 1].room += units
    }

    /// A new node without arcs.
    mutating func addNode(price: Int64) -> Int {
        lasts.append(-1)
        prices.append(price)
        distances.append(0)
        stamps.append(-1)
        arrivals.append(-1)
        return lasts.count - 1
    }

    /// A new arc, whose reduced cost must be at least 0.
    mutating func addArc(from tail: Int, to head: Int, capacity: Int, cost: Int64) {
        precondition(cost + prices[tail] - prices[head] >= 0)
        _ = append(tail, head, capacity, cost)
    }

    /// Raises the price of a node into which no arc has room.
    mutating func raise(_ node: Int, to price: Int64) {
        prices[node] = max(prices[node], price)
    }

    /// Numbers that arcs have taken, two each.
    var arcCount: Int { arcs.count }

    /// Units on each arc, in the order in which they came.
    var flows: [Int32] { stride(from: 1, to: arcs.count, by: 2).map { arcs[$0].room } }

    /// Sum of the costs.
    var cost: Int64 {
        stride(from: 0, to: arcs.count, by: 2).reduce(0) { sum, arc in
            sum + Int64(arcs[arc + 1].room) * arcs[arc].cost
        }
    }

    /// Whether an arc carries something.
    func isUsed(_ arc: Int) -> Bool { arcs[arc ^ 1].room > 0 }

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
        var index = Int(lasts[node])
        while index >= 0 {
            let arc = arcs[index]
            defer { index = Int(arc.next) }
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

    /// Sends one unit along the way that `reach` found from `source`; the nodes on it, from the
    /// sink.
    mutating func augment(from source: Int) -> [Int] {
        var way = [sink]
        while let node = way.last, node != source {
            let arc = Int(arrivals[node])
            push(1, along: arc)
            way.append(Int(arcs[arc ^ 1].head))
        }
        return way
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
