/// Local search over who helps whom, for tasks of any length: a request goes to a helper, whoever
/// is in its way goes to the next best, and the move stays when the plan became cheaper.
struct PairingSearch {
    private var instance: PairingInstance
    private var arcs: [[PairingFilter.Arc]]
    private var unmet: [Int64]
    /// Of each request, the others of the same person.
    private var siblings: [[Int32]]
    private var random: SplitMix64
    private(set) var helpers: [Int32?]
    private(set) var cost: Int64
    /// Requests of each helper.
    private var tasks: [[Int32]]
    /// What a move changed, to be undone: the request and who had it.
    private var changes: [(request: Int, helper: Int32?)] = []

    init(
        _ instance: PairingInstance, _ arcs: [[PairingFilter.Arc]], unmet: [Int64], seed: UInt64
    ) {
        self.instance = instance
        self.arcs = arcs
        self.unmet = unmet
        siblings = Self.siblings(instance.requests.map(\.person))
        random = SplitMix64(seed: seed)
        helpers = arcs.map { _ in nil }
        cost = unmet.reduce(0, +)
        tasks = instance.helpers.map { _ in [] }
    }

    private static func siblings(_ persons: [Int32]) -> [[Int32]] {
        let order = persons.indices.sorted { (persons[$0], $0) < (persons[$1], $1) }
        var siblings = [[Int32]](repeating: [], count: persons.count)
        var first = 0
        for place in order.indices {
            if persons[order[place]] != persons[order[first]] { first = place }
            for other in order[first..<place] {
                siblings[order[place]].append(Int32(other))
                siblings[other].append(Int32(order[place]))
            }
        }
        return siblings
    }

    /// Takes over what does not overlap, dearest to leave first; the others take their next best.
    mutating func begin(with plan: [Int32?]) {
        let order = plan.indices.sorted { (-unmet[$0], $0) < (-unmet[$1], $1) }
        for request in order {
            guard let helper = plan[request], fits(request, Int(helper)) else { continue }
            move(request, to: helper)
        }
        for request in order where helpers[request] == nil { takeBest(request) }
        changes.removeAll()
    }

    /// Tries moves until the bound is met, or the budget spent.
    mutating func run(_ budget: Budget, bound: Int64) {
        let movable = arcs.indices.filter { !arcs[$0].isEmpty }
        guard !movable.isEmpty else { return }
        for iteration in 0..<budget.iterations where cost > bound {
            if iteration & 0xFF == 0 {
                if budget.stop.isRaised { return }
                budget.progress(Progress(iterations: iteration, best: "cost \(cost)"))
            }
            tryMove(movable[random.below(movable.count)])
        }
    }

    private mutating func tryMove(_ request: Int) {
        let arc = arcs[request][random.below(arcs[request].count)]
        guard helpers[request] != arc.helper else { return }
        let before = cost
        let helper = Int(arc.helper)
        let window = instance.requests[request].window
        var ejected = tasks[helper].filter { instance.requests[Int($0)].window.overlaps(window) }
        if tasks[helper].count - ejected.count >= instance.helpers[helper].room {
            let others = tasks[helper].filter { !ejected.contains($0) }
            ejected.append(others[random.below(others.count)])
        }
        for other in ejected { move(Int(other), to: nil) }
        move(request, to: arc.helper)
        if arc.meeting > 0, random.below(2) == 0 { gather(request, at: arc.helper) }
        ejected.sort { (-unmet[Int($0)], $0) < (-unmet[Int($1)], $1) }
        for other in ejected { takeBest(Int(other)) }
        if cost >= before { undo() }
        changes.removeAll(keepingCapacity: true)
    }

    private mutating func undo() {
        for change in changes.reversed() { set(change.request, change.helper) }
        changes.removeAll(keepingCapacity: true)
    }

    /// Other requests of the same person follow to a helper, where there is time and room.
    private mutating func gather(_ request: Int, at helper: Int32) {
        for other in siblings[request]
        where helpers[Int(other)] != helper && fits(Int(other), Int(helper))
            && arcs[Int(other)].contains(where: { $0.helper == helper })
        {
            move(Int(other), to: helper)
        }
    }

    /// The cheapest helper with time and room, if cheaper than leaving the request.
    private mutating func takeBest(_ request: Int) {
        var best = unmet[request]
        var chosen: Int32?
        for arc in arcs[request]
        where arc.cost - arc.share < best && fits(request, Int(arc.helper)) {
            let whole =
                arcCost(request, arc) + taskCost(Int(arc.helper), tasks[Int(arc.helper)].count + 1)
            if whole < best {
                best = whole
                chosen = arc.helper
            }
        }
        if let chosen { move(request, to: chosen) }
    }

    private func fits(_ request: Int, _ helper: Int) -> Bool {
        let window = instance.requests[request].window
        return tasks[helper].count < instance.helpers[helper].room
            && !tasks[helper].contains { instance.requests[Int($0)].window.overlaps(window) }
    }

    private func taskCost(_ helper: Int, _ count: Int) -> Int64 {
        instance.weights.workload(
            task: Int(instance.helpers[helper].load) + count, of: instance.helpers[helper])
    }

    private mutating func move(_ request: Int, to helper: Int32?) {
        changes.append((request, helpers[request]))
        set(request, helper)
    }

    private mutating func set(_ request: Int, _ helper: Int32?) {
        if let old = helpers[request].map({ Int($0) }) {
            cost -= taskCost(old, tasks[old].count)
            tasks[old].removeAll { $0 == Int32(request) }
            cost -= arcCost(request, old)
        } else {
            cost -= unmet[request]
        }
        helpers[request] = helper
        if let new = helper.map({ Int($0) }) {
            cost += arcCost(request, new)
            tasks[new].append(Int32(request))
            cost += taskCost(new, tasks[new].count)
        } else {
            cost += unmet[request]
        }
    }

    private func arcCost(_ request: Int, _ helper: Int) -> Int64 {
        for arc in arcs[request] where arc.helper == Int32(helper) {
            return arcCost(request, arc)
        }
        return unmet[request]
    }

    /// What an arc adds to what its helper has: the whole of a meeting, or nothing of it.
    private func arcCost(_ request: Int, _ arc: PairingFilter.Arc) -> Int64 {
        let person = instance.requests[request].person
        let hasMet =
            arc.meeting == 0
            || tasks[Int(arc.helper)].contains { instance.requests[Int($0)].person == person }
        return arc.cost - arc.share + (hasMet ? 0 : arc.meeting)
    }
}

extension PairingSearch {
    /// Takes in one more request: at its best beside the plan as it is, or by going over to the
    /// flow's plan in the requests that are named, whichever is cheaper; the requests that moved.
    mutating func add(
        _ request: PairingRequest, _ own: [PairingFilter.Arc], unmet cost: Int64,
        flow: [Int32?], differing: [Int]
    ) -> [Int] {
        append(request, own, cost)
        takeBest(arcs.count - 1)
        let beside = self.cost
        undo()
        let order = differing.sorted { (-unmet[$0], $0) < (-unmet[$1], $1) }
        for request in order { move(request, to: nil) }
        for request in order {
            guard let helper = flow[request], fits(request, Int(helper)) else { continue }
            move(request, to: helper)
        }
        for request in order where helpers[request] == nil { takeBest(request) }
        if self.cost > beside {
            undo()
            takeBest(arcs.count - 1)
        }
        defer { changes.removeAll(keepingCapacity: true) }
        return changes.map(\.request)
    }

    private mutating func append(
        _ request: PairingRequest, _ own: [PairingFilter.Arc], _ unmet: Int64
    ) {
        let number = arcs.count
        var others: [Int32] = []
        for (other, wish) in instance.requests.enumerated() where wish.person == request.person {
            siblings[other].append(Int32(number))
            others.append(Int32(other))
        }
        siblings.append(others)
        instance.requests.append(request)
        arcs.append(own)
        self.unmet.append(unmet)
        helpers.append(nil)
        cost += unmet
    }
}
