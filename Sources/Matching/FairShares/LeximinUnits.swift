/// The fairest shares in whole units: each unit goes to the household with the lowest fill that can
/// still get one, of two with the same fill to the lighter one.
///
/// What households can get together is a polymatroid, where this greedy rule is right (Federgruen and
/// Groenevelt, 1986); whoever cannot get a unit once never can again. Households with the same fill
/// and weight are served in one flow. Iterations: flows.
struct LeximinUnits {
    let network: LeximinNetwork
    let stop: StopSignal
    private(set) var isFinished = true

    init(_ network: LeximinNetwork, stop: StopSignal) {
        self.network = network
        self.stop = stop
    }

    /// Units of each arc of the network.
    mutating func run() -> [Int64] {
        var units = [Int64](repeating: 0, count: network.households)
        var all = flow(ends: units, opensAll: true)
        var queue = UnitQueue(network.weights)
        while let (given, batch) = queue.next() {
            for household in batch { all.raise(arc: endArc(household), by: 1) }
            guard !stop.isRaised, all.run(stop: stop) != nil else {
                isFinished = false
                break
            }
            for household in batch where all.flow(arc: endArc(household)) > given {
                units[household] = given + 1
                queue.insert(household, given: given + 1, weight: network.weights[household])
            }
        }
        // The days are few, and what was found must be laid out even when the search was ended.
        var laidOut = flow(ends: units, opensAll: false)
        for day in network.lastDays {
            for lot in 0..<network.lots where network.instance.lastDays[lot] == day {
                laidOut.raise(arc: lotArc(lot), by: network.supplies[lot])
            }
            _ = laidOut.run(stop: StopSignal())
        }
        return network.tails.indices.map { laidOut.flow(arc: $0) }
    }

    private func endArc(_ household: Int) -> Int { network.tails.count + household }
    private func lotArc(_ lot: Int) -> Int { network.tails.count + network.households + lot }

    private func flow(ends: [Int64], opensAll: Bool) -> MaxFlow<Int64> {
        let (source, sink) = (Int32(network.nodes), Int32(network.nodes + 1))
        var (tails, heads) = (network.tails, network.heads)
        var capacities = network.capacities
        for household in ends.indices {
            tails.append(network.end(household))
            heads.append(sink)
            capacities.append(ends[household])
        }
        for lot in 0..<network.lots {
            tails.append(source)
            heads.append(Int32(lot))
            capacities.append(opensAll ? network.supplies[lot] : 0)
        }
        return MaxFlow(
            nodes: network.nodes + 2, tails: tails, heads: heads, capacities: capacities,
            source: source, sink: sink)
    }
}

/// Households by their fill, then weight, then index: a binary heap.
private struct UnitQueue {
    private struct Entry {
        var given: Int64
        var weight: Int64
        var household: Int

        func isBefore(_ other: Entry) -> Bool {
            let left = given.multipliedFullWidth(by: other.weight)
            let right = other.given.multipliedFullWidth(by: weight)
            if left != right { return left < right }
            return weight == other.weight ? household < other.household : weight < other.weight
        }

        func isAlike(_ other: Entry) -> Bool { given == other.given && weight == other.weight }
    }

    private var heap: [Entry] = []

    init(_ weights: [Int64]) {
        for (household, weight) in weights.enumerated() where weight > 0 {
            push(Entry(given: 0, weight: weight, household: household))
        }
    }

    mutating func insert(_ household: Int, given: Int64, weight: Int64) {
        push(Entry(given: given, weight: weight, household: household))
    }

    /// Takes out all households with the lowest fill and, of those, the lowest weight.
    mutating func next() -> (given: Int64, households: [Int])? {
        guard let first = heap.first else { return nil }
        var households: [Int] = []
        while let entry = heap.first, entry.isAlike(first) {
            households.append(entry.household)
            pop()
        }
        return (first.given, households)
    }

    private mutating func push(_ entry: Entry) {
        heap.append(entry)
        var place = heap.count - 1
        while place > 0, heap[place].isBefore(heap[(place - 1) / 2]) {
            heap.swapAt(place, (place - 1) / 2)
            place = (place - 1) / 2
        }
    }

    private mutating func pop() {
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        var place = 0
        while true {
            var least = place
            for child in [2 * place + 1, 2 * place + 2]
            where child < heap.count && heap[child].isBefore(heap[least]) {
                least = child
            }
            if least == place { return }
            heap.swapAt(place, least)
            place = least
        }
    }
}
