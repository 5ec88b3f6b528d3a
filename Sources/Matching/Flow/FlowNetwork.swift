/// Nodes that give or take, and arcs between them with room and a cost a unit.
public struct FlowNetwork: Hashable, Sendable, Codable {
    /// What each node gives; takes, where negative.
    ///
    /// The sum must be 0.
    public var supplies: [Int64]
    /// Where each arc begins.
    public private(set) var tails: [Int32] = []
    /// Where each arc ends.
    public private(set) var heads: [Int32] = []
    /// Most units on each arc.
    public private(set) var capacities: [Int32] = []
    /// Cost of a unit on each arc, in any unit of which it is a whole number; may be negative.
    public private(set) var costs: [Int64] = []

    /// Nodes without supply and without arcs.
    public init(nodeCount: Int) {
        supplies = [Int64](repeating: 0, count: nodeCount)
    }

    /// Number of nodes.
    public var nodeCount: Int { supplies.count }

    /// Number of arcs.
    public var arcCount: Int { tails.count }

    /// Makes room for arcs to come.
    public mutating func reserve(arcCount: Int) {
        tails.reserveCapacity(arcCount)
        heads.reserveCapacity(arcCount)
        capacities.reserveCapacity(arcCount)
        costs.reserveCapacity(arcCount)
    }

    /// Adds an arc and answers its number.
    @discardableResult
    public mutating func addArc(
        from tail: Int, to head: Int, capacity: Int, cost: Int64
    ) -> Int {
        precondition(capacity >= 0 && tail != head)
        tails.append(Int32(tail))
        heads.append(Int32(head))
        capacities.append(Int32(capacity))
        costs.append(cost)
        return tails.count - 1
    }
}

/// A cheapest flow, with the prices that prove it.
public struct FlowPlan: Hashable, Sendable, Codable {
    /// Units on each arc.
    public var flows: [Int32]
    /// Price of each node: an arc with room left has cost + price of tail - price of head >= 0, and
    /// an arc that is used <= 0.
    public var prices: [Int64]
    /// Sum of the costs.
    public var cost: Int64

    /// A plan from its parts.
    public init(flows: [Int32], prices: [Int64], cost: Int64) {
        self.flows = flows
        self.prices = prices
        self.cost = cost
    }
}

/// The room that a flow leaves, forward and backward, by node: what the searches walk on.
struct ResidualNetwork {
    struct Arc {
        var head: Int32
        /// The same arc backward.
        var twin: Int32
        var room: Int32
        /// Room of the twin: the units that flow forward.
        var back: Int32
        var cost: Int64
    }

    /// First arc of each node, and behind the last the number of arcs.
    private(set) var starts: [Int32]
    var arcs: ContiguousArray<Arc>
    /// Where each arc of the network stands, forward.
    private(set) var places: [Int32]

    /// No flow yet; costs are multiplied by `scale`.
    init(_ network: FlowNetwork, scale: Int64 = 1) {
        let count = network.nodeCount
        starts = [Int32](repeating: 0, count: count + 1)
        for arc in 0..<network.arcCount {
            starts[Int(network.tails[arc]) + 1] += 1
            starts[Int(network.heads[arc]) + 1] += 1
        }
        for node in 0..<count { starts[node + 1] += starts[node] }
        var nexts = starts
        arcs = ContiguousArray(
            repeating: Arc(head: 0, twin: 0, room: 0, back: 0, cost: 0), count: 2 * network.arcCount
        )
        places = [Int32](repeating: 0, count: network.arcCount)
        for arc in 0..<network.arcCount {
            let (tail, head) = (network.tails[arc], network.heads[arc])
            let forward = nexts[Int(tail)]
            nexts[Int(tail)] += 1
            let backward = nexts[Int(head)]
            nexts[Int(head)] += 1
            let cost = network.costs[arc] * scale
            arcs[Int(forward)] = Arc(
                head: head, twin: backward, room: network.capacities[arc], back: 0, cost: cost)
            arcs[Int(backward)] = Arc(
                head: tail, twin: forward, room: 0, back: network.capacities[arc], cost: -cost)
            places[arc] = forward
        }
    }

    /// Moves units along an arc.
    mutating func push(_ units: Int32, along arc: Int) {
        arcs[arc].room -= units
        arcs[arc].back += units
        let twin = Int(arcs[arc].twin)
        arcs[twin].room += units
        arcs[twin].back -= units
    }

    /// Units on each arc of the network.
    var flows: [Int32] { places.map { arcs[Int($0)].back } }
}
