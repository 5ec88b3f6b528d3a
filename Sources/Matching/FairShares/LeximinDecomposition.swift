/// The fairest flow to the households of a network, by decomposition (Megiddo 1974, Fujishige 1980).
///
/// All ends of a part of the network are tried at one fill, what the part has over what its ends
/// weigh. Where everything arrives, that is their level. Otherwise the minimum cut divides the part
/// into ends that must stay below that fill and ends that can be above it, and each half is decided
/// for itself: what crosses the cut is full, and stays so. Fills are fractions of sums of the
/// instance's whole numbers and flows are scaled by the denominator, so everything is exact. At most
/// two maximum flows a level, on parts that get smaller.
///
/// Whatever the moment at which it is ended, the flow is possible: a trial is kept only when whole,
/// and serves first what crosses into parts that are decided already.
struct LeximinDecomposition<Amount: FixedWidthInteger & SignedInteger & Sendable> {
    let network: LeximinNetwork
    let stop: StopSignal
    /// Flow of each arc: `flows` over the denominator of its trial.
    private(set) var flows: [Amount]
    private(set) var trials: [Int32]
    private(set) var denominators: [Int64] = [1]
    private(set) var levels: [LeximinPlan.Level] = []
    private(set) var isFinished = true
    private var positions: [Int32]

    /// A piece of the network that is decided for itself.
    struct Part {
        var nodes: [Int32] = []
        /// Arcs with both ends inside.
        var arcs: [Int32] = []
        /// What comes into each node from outside, all of which arrives at an end or leaves.
        var injected: [Int64] = []
        /// What leaves each node for parts that are decided already.
        var withdrawn: [Int64] = []
    }

    init(_ network: LeximinNetwork, stop: StopSignal) {
        self.network = network
        self.stop = stop
        flows = [Amount](repeating: 0, count: network.tails.count)
        trials = [Int32](repeating: 0, count: network.tails.count)
        positions = [Int32](repeating: -1, count: network.nodes)
    }

    /// Decides every household.
    mutating func run() {
        guard var parts = scarce().map({ [$0] }) else {
            isFinished = false
            return
        }
        while let part = parts.popLast() {
            guard let (low, high) = divide(part) else {
                if isFinished { continue }
                return
            }
            parts.append(high)
            parts.append(low)
        }
    }

    /// Sends as much as can be used, lots that expire first before others, and answers the part in
    /// which there is too little: everything there is used up.
    private mutating func scarce() -> Part? {
        let whole = network.nodes
        let (source, sink) = (Int32(whole), Int32(whole + 1))
        var tails = network.tails
        var heads = network.heads
        var capacities = network.capacities.map { Amount($0) }
        for household in 0..<network.households where network.weights[household] > 0 {
            tails.append(network.end(household))
            heads.append(sink)
            capacities.append(Amount(network.endless))
        }
        let firstLot = tails.count
        for lot in 0..<network.lots {
            tails.append(source)
            heads.append(Int32(lot))
            capacities.append(0)
        }
        var flow = MaxFlow(
            nodes: whole + 2, tails: tails, heads: heads, capacities: capacities,
            source: source, sink: sink)
        for day in network.lastDays {
            for lot in 0..<network.lots where network.instance.lastDays[lot] == day {
                flow.raise(arc: firstLot + lot, by: Amount(network.supplies[lot]))
            }
            guard flow.run(stop: stop) != nil else { return nil }
        }
        for arc in flows.indices { flows[arc] = flow.flow(arc: arc) }
        var part = Part()
        for node in 0..<Int32(whole) where !isOpen(node, in: flow) {
            positions[Int(node)] = Int32(part.nodes.count)
            part.nodes.append(node)
            part.injected.append(node < network.lots ? network.supplies[Int(node)] : 0)
        }
        part.withdrawn = [Int64](repeating: 0, count: part.nodes.count)
        for arc in flows.indices where positions[Int(network.heads[arc])] >= 0 {
            if positions[Int(network.tails[arc])] >= 0 {
                part.arcs.append(Int32(arc))
            } else {
                part.injected[Int(positions[Int(network.heads[arc])])] += network.capacities[arc]
            }
        }
        return part
    }

    /// Whether more could be had at a node; those of households left out count as such.
    private func isOpen(_ node: Int32, in flow: MaxFlow<Amount>) -> Bool {
        if flow.isOnSourceSide(node) { return true }
        guard node >= network.lots else { return network.supplies[Int(node)] == 0 }
        let place = Int(node) - network.lots
        let pickUps = network.households * network.days
        let household =
            place < pickUps ? place / network.days : (place - pickUps) % network.households
        return network.weights[household] == 0
    }

    /// Tries all ends of a part at one fill; nil when that is their level, or when ended early.
    private mutating func divide(_ part: Part) -> (low: Part, high: Part)? {
        let firstEnd = network.end(0)
        var weight: Int64 = 0
        for node in part.nodes where node >= firstEnd {
            weight += network.weights[Int(node - firstEnd)]
        }
        guard weight > 0 else { return nil }
        let arriving = part.injected.reduce(0, +) - part.withdrawn.reduce(0, +)
        let fill = ExactRatio(arriving, weight)
        let (above, below) = (Int64(fill.numerator), Int64(fill.denominator))
        guard let (flow, sent) = trial(part, above: above, below: below) else {
            isFinished = false
            return nil
        }
        denominators.append(below)
        for (arc, wide) in part.arcs.enumerated() {
            flows[Int(wide)] = flow.flow(arc: arc)
            trials[Int(wide)] = Int32(denominators.count - 1)
        }
        guard sent < Amount(part.injected.reduce(0, +)) * Amount(below) else {
            let real = ExactRatio(above, Int128(below) * Int128(network.weightUnit))
            levels.append(network.level(real, nodes: part.nodes))
            return nil
        }
        return split(part, by: flow)
    }

    /// The largest flow when each end takes its weight times a fill, after all that is withdrawn;
    /// everything times the fill's denominator.
    private mutating func trial(
        _ part: Part, above: Int64, below: Int64
    ) -> (flow: MaxFlow<Amount>, sent: Amount)? {
        let firstEnd = network.end(0)
        let (source, sink) = (Int32(part.nodes.count), Int32(part.nodes.count + 1))
        for (index, node) in part.nodes.enumerated() { positions[Int(node)] = Int32(index) }
        var tails = part.arcs.map { positions[Int(network.tails[Int($0)])] }
        var heads = part.arcs.map { positions[Int(network.heads[Int($0)])] }
        let scale = Amount(below)
        var capacities = part.arcs.map { Amount(network.capacities[Int($0)]) * scale }
        var ends: [(arc: Int, amount: Amount)] = []
        for (index, node) in part.nodes.enumerated() {
            if part.injected[index] > 0 {
                tails.append(source)
                heads.append(Int32(index))
                capacities.append(Amount(part.injected[index]) * scale)
            }
            if part.withdrawn[index] > 0 {
                tails.append(Int32(index))
                heads.append(sink)
                capacities.append(Amount(part.withdrawn[index]) * scale)
            }
            if node >= firstEnd {
                let weight = network.weights[Int(node - firstEnd)]
                ends.append((tails.count, Amount(weight) * Amount(above)))
                tails.append(Int32(index))
                heads.append(sink)
                capacities.append(0)
            }
        }
        var flow = MaxFlow(
            nodes: part.nodes.count + 2, tails: tails, heads: heads, capacities: capacities,
            source: source, sink: sink)
        guard let first = flow.run(stop: stop) else { return nil }
        for end in ends { flow.raise(arc: end.arc, by: end.amount) }
        guard let second = flow.run(stop: stop) else { return nil }
        return (flow, first + second)
    }

    /// Divides a part along the minimum cut, across which everything is full.
    private mutating func split(
        _ part: Part, by flow: MaxFlow<Amount>
    ) -> (low: Part, high: Part) {
        var (low, high) = (Part(), Part())
        for (index, node) in part.nodes.enumerated() {
            let isHigh = flow.isOnSourceSide(Int32(index))
            positions[Int(node)] = Int32(isHigh ? high.nodes.count : -1 - low.nodes.count)
            if isHigh {
                high.nodes.append(node)
                high.injected.append(part.injected[index])
                high.withdrawn.append(part.withdrawn[index])
            } else {
                low.nodes.append(node)
                low.injected.append(part.injected[index])
                low.withdrawn.append(part.withdrawn[index])
            }
        }
        for arc in part.arcs {
            let tail = Int(positions[Int(network.tails[Int(arc)])])
            let head = Int(positions[Int(network.heads[Int(arc)])])
            switch (tail >= 0, head >= 0) {
            case (true, true): high.arcs.append(arc)
            case (false, false): low.arcs.append(arc)
            case (true, false):
                low.injected[-1 - head] += network.capacities[Int(arc)]
                high.withdrawn[tail] += network.capacities[Int(arc)]
            case (false, true): break
            }
        }
        return (low, high)
    }
}
