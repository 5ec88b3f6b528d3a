/// Gale and Shapley's deferred acceptance ("College Admissions and the Stability of Marriage", 1962),
/// the second side taking as many as it has places.
///
/// Of all stable plans it finds the one that each of the first side likes best. It takes at most one
/// proposal an entry of the first side's lists (about n ln n on random lists), and the memory of one
/// rank an entry of the second side's.
public struct DeferredAcceptance: Sendable {
    private let instance: MarriageInstance
    /// Place of man `m` on the list of woman `w`, at `places[w][m]`; only for those on it.
    private let places: Places

    /// Prepares the ranks of an instance whose lists are mutual.
    public init(_ instance: MarriageInstance) {
        self.instance = instance
        places = Places(instance.women, others: instance.men.count)
    }

    /// The plan that is best for the first side; `stop` is not asked: it takes milliseconds.
    public func solve() -> MarriagePlan {
        var held = HeldProposals(capacities: instance.capacities)
        var next = instance.men.starts
        var partners = [Int32?](repeating: nil, count: instance.men.count)
        var proposals = 0
        for first in 0..<instance.men.count {
            var man = Int32(first)
            while next[Int(man)] < instance.men.starts[Int(man) + 1] {
                let woman = instance.men.choices[Int(next[Int(man)])]
                next[Int(man)] += 1
                proposals += 1
                let place = places.place(of: man, for: Int(woman))
                let leaving = held.add(man, place: place, to: Int(woman))
                if leaving == man { continue }
                partners[Int(man)] = woman
                guard let leaving else { break }
                partners[Int(leaving)] = nil
                man = leaving
            }
        }
        return MarriagePlan(
            partners: partners, cost: cost(of: partners), proposals: proposals)
    }

    /// Sum of the places that partners have on each other's lists.
    func cost(of partners: [Int32?]) -> Int64 {
        var sum: Int64 = 0
        for (man, woman) in partners.enumerated() {
            guard let woman else { continue }
            let list = instance.men.list(of: man)
            let own = list.firstIndex(of: woman).map { $0 - list.startIndex } ?? 0
            sum += Int64(own) + Int64(places.place(of: Int32(man), for: Int(woman)))
        }
        return sum
    }
}

/// Places of parties on lists: a table where lists are long, else a search in sorted rows.
private struct Places {
    /// At most as many cells as entries times this are held as a table.
    private static let sparseness = 8

    private let width: Int
    private let table: [Int32]
    private let sorted: [(party: Int32, place: Int32)]
    private let starts: [Int32]

    init(_ lists: PreferenceLists, others: Int) {
        width = others
        starts = lists.starts
        guard lists.count * others > lists.choices.count * Self.sparseness else {
            var table = [Int32](repeating: -1, count: lists.count * others)
            for party in 0..<lists.count {
                for (place, other) in lists.list(of: party).enumerated() {
                    table[party * others + Int(other)] = Int32(place)
                }
            }
            self.table = table
            sorted = []
            return
        }
        table = []
        sorted = (0..<lists.count).flatMap { party in
            lists.list(of: party).enumerated()
                .map { (party: $0.element, place: Int32($0.offset)) }
                .sorted { $0.party < $1.party }
        }
    }

    func place(of other: Int32, for party: Int) -> Int32 {
        if sorted.isEmpty { return table[party * width + Int(other)] }
        var low = Int(starts[party])
        var high = Int(starts[party + 1])
        while high - low > 1 {
            let middle = (low + high) / 2
            if sorted[middle].party <= other { low = middle } else { high = middle }
        }
        return sorted[low].place
    }
}

/// Whom each of the second side holds: a heap by place, the worst at its root.
private struct HeldProposals {
    private var held: [[(place: Int32, party: Int32)]]
    private let capacities: [Int32]

    init(capacities: [Int32]) {
        self.capacities = capacities
        held = Array(repeating: [], count: capacities.count)
    }

    /// Takes a proposal; answers who leaves for it, the proposer itself where it is refused, or nil.
    mutating func add(_ party: Int32, place: Int32, to holder: Int) -> Int32? {
        if held[holder].count < Int(capacities[holder]) {
            held[holder].append((place, party))
            rise(in: holder)
            return nil
        }
        guard let worst = held[holder].first, place < worst.place else { return party }
        held[holder][0] = (place, party)
        sink(in: holder)
        return worst.party
    }

    private mutating func rise(in holder: Int) {
        var child = held[holder].count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard held[holder][parent].place < held[holder][child].place else { return }
            held[holder].swapAt(parent, child)
            child = parent
        }
    }

    private mutating func sink(in holder: Int) {
        var parent = 0
        while true {
            var worst = parent
            for child in [2 * parent + 1, 2 * parent + 2]
            where child < held[holder].count
                && held[holder][child].place > held[holder][worst].place
            {
                worst = child
            }
            if worst == parent { return }
            held[holder].swapAt(parent, worst)
            parent = worst
        }
    }
}
