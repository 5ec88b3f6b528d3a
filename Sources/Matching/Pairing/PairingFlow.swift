/// The flow behind a pairing while requests come: it goes on from what `PairingNetwork` found at
/// once, and each new request takes one search.
struct PairingFlow {
    private var paths: ShortestPaths
    /// The arcs of each request; the flow's stand in the same order from `bases`.
    private var arcs: [[PairingFilter.Arc]]
    /// The flow's number of each request's first arc; those behind it are 2 apart.
    private var bases: [Int]
    /// Request of each node, -1 for others.
    private var requests: [Int32]
    /// Node of each helper at an instant.
    private var slots: [Int64: Int] = [:]
    /// Arcs to each helper.
    private var degrees: [Int]
    private let firstHelper: Int
    /// Helper of each request in the flow.
    private(set) var helpers: [Int32?]

    init(_ network: PairingNetwork, _ flow: FlowPlan) {
        paths = ShortestPaths(
            network.network, sink: network.sink, flows: flow.flows, prices: flow.prices)
        arcs = network.arcs
        bases = network.firsts.map { 2 * $0 }
        requests = [Int32](repeating: -1, count: network.network.nodeCount)
        for request in arcs.indices { requests[request] = Int32(request) }
        firstHelper = network.helperNode(0)
        degrees = [Int](repeating: 0, count: network.helperCount)
        for own in arcs { for arc in own { degrees[Int(arc.helper)] += 1 } }
        for (place, key) in network.slots.enumerated() {
            slots[key] = firstHelper + network.helperCount + place
        }
        helpers = network.helpers(flow.flows)
    }

    /// Sum of the costs.
    var cost: Int64 { paths.cost }

    /// Adds a request, whose instant is that of its window; the requests whose helper may have
    /// changed, or nil where there is no way, which an arc for the unmet rules out.
    mutating func add(
        _ own: [PairingFilter.Arc], unmet: Int64, instant: Int32?, of instance: PairingInstance
    ) -> [Int]? {
        let request = arcs.count
        let heads = own.map { arc in
            addTask(Int(arc.helper), instance)
            return instant.map { slotNode(arc.helper, $0) } ?? firstHelper + Int(arc.helper)
        }
        var price = paths.prices[paths.sink] - unmet
        for (arc, head) in zip(own, heads) { price = max(price, paths.prices[head] - arc.cost) }
        let node = newNode(price, of: request)
        bases.append(paths.arcCount)
        for (arc, head) in zip(own, heads) {
            paths.addArc(from: node, to: head, capacity: 1, cost: arc.cost)
        }
        paths.addArc(from: node, to: paths.sink, capacity: 1, cost: unmet)
        arcs.append(own)
        helpers.append(nil)
        guard paths.reach(from: node) != nil else { return nil }
        let moved = paths.augment(from: node).map { Int(requests[$0]) }.filter { $0 >= 0 }
        for request in moved { helpers[request] = helper(of: request) }
        return moved
    }

    private func helper(of request: Int) -> Int32? {
        let base = bases[request]
        return arcs[request].indices.first { paths.isUsed(base + 2 * $0) }
            .map { arcs[request][$0].helper }
    }

    /// One arc more to a helper: one task more, while there is room.
    ///
    /// Where the new task is the first that has room, all arcs into the helper are full, and its
    /// price may rise to what the task costs.
    private mutating func addTask(_ helper: Int, _ instance: PairingInstance) {
        degrees[helper] += 1
        let other = instance.helpers[helper]
        guard degrees[helper] <= other.room else { return }
        let cost = instance.weights.workload(
            task: Int(other.load) + degrees[helper], of: other)
        let node = firstHelper + helper
        paths.raise(node, to: paths.prices[paths.sink] - cost)
        paths.addArc(from: node, to: paths.sink, capacity: 1, cost: cost)
    }

    private mutating func slotNode(_ helper: Int32, _ instant: Int32) -> Int {
        let key = PairingNetwork.key(helper, instant)
        if let node = slots[key] { return node }
        let end = firstHelper + Int(helper)
        let node = newNode(paths.prices[end], of: -1)
        paths.addArc(from: node, to: end, capacity: 1, cost: 0)
        slots[key] = node
        return node
    }

    private mutating func newNode(_ price: Int64, of request: Int) -> Int {
        requests.append(Int32(request))
        return paths.addNode(price: price)
    }
}
