/// Maximum flow from one node to another by blocking flows (Dinic, 1970), with its minimum cut.
///
/// Arcs may get more capacity between two runs, and a run goes on from the flow that is there; so a
/// flow can be built up in stages, where no later stage takes from a source or a sink what an earlier
/// one gave it. Memory: about 2 (8 + size of an amount) bytes an arc.
public struct MaxFlow<Amount: FixedWidthInteger & SignedInteger & Sendable>: Sendable {
    private let source: Int32
    private let sink: Int32
    /// First residual arc of each node; twice as many as arcs, for each goes both ways.
    private var starts: [Int32]
    private var heads: [Int32]
    private var mates: [Int32]
    private var residuals: [Amount]
    /// Residual arc of each arc, in the order in which they were given.
    private var entries: [Int32]
    private var levels: [Int32]
    private var queue: [Int32]
    private var next: [Int32]

    /// A network without any flow; capacities must not be negative, nor their sum overflow.
    public init(
        nodes: Int, tails: [Int32], heads arcHeads: [Int32], capacities: [Amount],
        source: Int32, sink: Int32
    ) {
        precondition(tails.count == arcHeads.count && tails.count == capacities.count)
        self.source = source
        self.sink = sink
        starts = [Int32](repeating: 0, count: nodes + 1)
        for arc in tails.indices {
            starts[Int(tails[arc]) + 1] += 1
            starts[Int(arcHeads[arc]) + 1] += 1
        }
        for node in 0..<nodes { starts[node + 1] += starts[node] }
        next = starts
        heads = [Int32](repeating: 0, count: 2 * tails.count)
        mates = heads
        residuals = [Amount](repeating: 0, count: 2 * tails.count)
        entries = [Int32](repeating: 0, count: tails.count)
        levels = [Int32](repeating: -1, count: nodes)
        queue = levels
        for arc in tails.indices {
            let (tail, head) = (Int(tails[arc]), Int(arcHeads[arc]))
            let forward = next[tail]
            next[tail] += 1
            let backward = next[head]
            next[head] += 1
            heads[Int(forward)] = arcHeads[arc]
            heads[Int(backward)] = tails[arc]
            mates[Int(forward)] = backward
            mates[Int(backward)] = forward
            residuals[Int(forward)] = capacities[arc]
            entries[arc] = forward
        }
    }

    /// Gives an arc more capacity.
    public mutating func raise(arc: Int, by amount: Amount) {
        residuals[Int(entries[arc])] += amount
    }

    /// Flow on an arc.
    public func flow(arc: Int) -> Amount { residuals[Int(mates[Int(entries[arc])])] }

    /// Whether the source side of the minimum cut holds a node: the smallest such side, after a run
    /// that was not ended early.
    public func isOnSourceSide(_ node: Int32) -> Bool { levels[Int(node)] >= 0 }

    /// Sends all that can be sent, and answers how much more that was; nil when ended early.
    public mutating func run(stop: StopSignal) -> Amount? {
        var sent: Amount = 0
        while search() {
            if stop.isRaised { return nil }
            for node in levels.indices { next[node] = starts[node] }
            guard let more = block(stop) else { return nil }
            sent += more
        }
        return sent
    }

    /// Numbers the nodes by their distance from the source, and says whether the sink has one.
    private mutating func search() -> Bool {
        for node in levels.indices { levels[node] = -1 }
        levels[Int(source)] = 0
        queue[0] = source
        var (first, last) = (0, 1)
        while first < last {
            let node = Int(queue[first])
            first += 1
            for arc in Int(starts[node])..<Int(starts[node + 1]) where residuals[arc] > 0 {
                let head = Int(heads[arc])
                guard levels[head] < 0 else { continue }
                levels[head] = levels[node] + 1
                queue[last] = Int32(head)
                last += 1
            }
        }
        return levels[Int(sink)] >= 0
    }

    /// Saturates an arc of every shortest path; `queue` holds the arcs of the path at hand.
    private mutating func block(_ stop: StopSignal) -> Amount? {
        var sent: Amount = 0
        var node = Int(source)
        var depth = 0
        var steps = 0
        while true {
            if node == Int(sink) {
                let (amount, kept) = push(depth)
                sent += amount
                depth = kept
                node = Int(heads[Int(mates[Int(queue[kept])])])
                continue
            }
            steps += 1
            if steps & 0xFFFF == 0, stop.isRaised { return nil }
            if let arc = admissible(node) {
                queue[depth] = Int32(arc)
                depth += 1
                node = Int(heads[arc])
            } else {
                guard depth > 0 else { return sent }
                levels[node] = Int32.max
                depth -= 1
                node = Int(heads[Int(mates[Int(queue[depth])])])
                next[node] += 1
            }
        }
    }

    /// The next arc from a node that leads nearer to the sink.
    private mutating func admissible(_ node: Int) -> Int? {
        let end = starts[node + 1]
        while next[node] < end {
            let arc = Int(next[node])
            if residuals[arc] > 0, levels[Int(heads[arc])] == levels[node] + 1 { return arc }
            next[node] += 1
        }
        return nil
    }

    /// Sends along the path at hand what its narrowest arc lets through; answers that, and how many
    /// arcs stand before the first that is now full.
    private mutating func push(_ depth: Int) -> (amount: Amount, kept: Int) {
        var amount = residuals[Int(queue[0])]
        for step in 1..<depth { amount = min(amount, residuals[Int(queue[step])]) }
        var kept = 0
        for step in (0..<depth).reversed() {
            let arc = Int(queue[step])
            residuals[arc] -= amount
            residuals[Int(mates[arc])] += amount
            if residuals[arc] == 0 { kept = step }
        }
        return (amount, kept)
    }
}
