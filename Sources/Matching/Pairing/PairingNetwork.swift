/// The flow behind a pairing: request, then the helper at an instant of the grid, then the helper,
/// then the sink over one arc a task, each dearer than the one before; or, unmet, to the sink.
///
/// Two requests whose windows hold the same instant overlap, so that no plan is lost: the cheapest
/// flow costs at most what the best plan costs, and as much where windows are steps of the grid.
struct PairingNetwork {
    private(set) var network: FlowNetwork
    /// The arcs of each request that were kept.
    let arcs: [[PairingFilter.Arc]]
    /// Sorted pairs of helper and instant, as one number each.
    private(set) var slots: [Int64]
    /// Number of the first arc of each request.
    private(set) var firsts: [Int] = []
    /// Arcs to each helper.
    private let degrees: [Int]
    let helperCount: Int

    var sink: Int { network.nodeCount - 1 }

    init(
        _ instance: PairingInstance, _ arcs: [[PairingFilter.Arc]], unmet: [Int64]
    ) {
        self.arcs = arcs
        helperCount = instance.helpers.count
        let instants = instance.requests.map { $0.window.instant(every: instance.gridMinutes) }
        var keys: [Int64] = []
        var degrees = [Int](repeating: 0, count: helperCount)
        for (request, own) in arcs.enumerated() {
            for arc in own {
                degrees[Int(arc.helper)] += 1
                if let instant = instants[request] { keys.append(Self.key(arc.helper, instant)) }
            }
        }
        self.degrees = degrees
        slots = keys.sortedOnce()
        network = FlowNetwork(nodeCount: arcs.count + helperCount + slots.count + 1)
        for (request, own) in arcs.enumerated() {
            firsts.append(network.arcCount)
            network.supplies[request] = 1
            for arc in own {
                let node = instants[request].map { slotNode(arc.helper, $0) }
                network.addArc(
                    from: request, to: node ?? helperNode(Int(arc.helper)), capacity: 1,
                    cost: arc.cost)
            }
            network.addArc(from: request, to: sink, capacity: 1, cost: unmet[request])
        }
        network.supplies[sink] = -Int64(arcs.count)
        for (place, key) in slots.enumerated() {
            network.addArc(
                from: arcs.count + helperCount + place, to: helperNode(Int(key >> 32)),
                capacity: 1, cost: 0)
        }
        for (helper, degree) in degrees.enumerated() {
            let other = instance.helpers[helper]
            for task in 0..<min(degree, other.room) {
                network.addArc(
                    from: helperNode(helper), to: sink, capacity: 1,
                    cost: instance.weights.workload(task: Int(other.load) + task + 1, of: other))
            }
        }
    }

    /// Helper of each request in a flow.
    func helpers(_ flows: [Int32]) -> [Int32?] {
        arcs.indices.map { request in
            let own = arcs[request].indices.first { flows[firsts[request] + $0] > 0 }
            return own.map { arcs[request][$0].helper }
        }
    }

    /// What a unit at each helper costs, the workload and what it takes from others.
    ///
    /// Where all who want a helper find room, that is the workload of the next task.
    func helperPrices(_ flow: FlowPlan, _ instance: PairingInstance) -> [Int64] {
        let plan = helpers(flow.flows)
        var tasks = instance.helpers.map { Int($0.load) }
        for helper in plan { if let helper { tasks[Int(helper)] += 1 } }
        return instance.helpers.indices.map { helper in
            let next = instance.weights.workload(
                task: tasks[helper] + 1, of: instance.helpers[helper])
            guard degrees[helper] > 0 else { return next }
            let price = flow.prices[sink] - flow.prices[helperNode(helper)]
            return degrees[helper] > instance.helpers[helper].room ? price : min(price, next)
        }
    }

    func helperNode(_ helper: Int) -> Int { arcs.count + helper }

    private func slotNode(_ helper: Int32, _ instant: Int32) -> Int {
        let key = Self.key(helper, instant)
        return arcs.count + helperCount + slots.partition { $0 < key }
    }

    static func key(_ helper: Int32, _ instant: Int32) -> Int64 {
        Int64(helper) << 32 | Int64(UInt32(bitPattern: instant))
    }
}

extension MinuteWindow {
    /// The first instant of the grid within; nil when the window lies between two.
    func instant(every minutes: Int32) -> Int32? {
        let step = Int64(max(1, minutes))
        let steps = (Int64(begin) + step - 1 - (begin > 0 ? 0 : step - 1)) / step
        let instant = steps * step
        return instant >= begin && instant < end ? Int32(instant) : nil
    }
}

extension PairingWeights {
    /// What the k-th task of a helper costs: the sum grows with the square, so that load spreads,
    /// and more where few tasks are left.
    public func workload(task: Int, of helper: PairingHelper) -> Int64 {
        workload * Int64(2 * task - 1) + fullness * Int64(task) / Int64(max(1, helper.loadMax))
    }
}

extension [Int64] {
    /// Sorted, each element once.
    func sortedOnce() -> [Int64] {
        var once: [Int64] = []
        for element in sorted() where once.last != element { once.append(element) }
        return once
    }
}
