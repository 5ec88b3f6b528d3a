/// Stable matchings of equals; where there is none, one with as few blocking pairs as possible.
///
/// A matching whose blocking pairs are the set B is stable once the pairs of B are struck from the
/// lists, and the other way round (Abraham, Biró and Manlove, "Almost Stable Matchings in the
/// Roommates Problem", 2006). So the fewest blocking pairs are the fewest strikes that make a group
/// solvable. A strike that leaves Tan's stable partition whole leaves it standing, with its odd
/// rings; hence at least one struck pair lies on the partition, and only those are branched on.
public struct RoommatesSolver: Sendable {
    /// Largest group in which the fewest blocking pairs are proven.
    public static let exactMax = 30
    /// Entries up to which the greedy way tries every pair of an odd ring.
    static let trialMax = 20_000

    private let instance: RoommatesInstance

    /// Prepares to match an instance whose lists are mutual.
    public init(_ instance: RoommatesInstance) { self.instance = instance }

    /// A plan; an iteration of the budget is one run of Irving's algorithm on a group without a
    /// stable matching.
    public func solve(budget: Budget) -> RoommatesPlan {
        var table = RoommatesTable(instance.preferences)
        var partners = table.solve()
        let rings = table.oddRings
        guard !rings.isEmpty else {
            return RoommatesPlan(
                isStable: true, partners: partners, blocking: [], isFewest: true, oddRings: [])
        }
        let unsettled = Set(rings.joined())
        var isFewest = true
        var runs = 0
        for group in Self.groups(instance.preferences)
        where group.contains(where: unsettled.contains) {
            var search = StrikeSearch(
                instance.preferences, group: group, runs: runs, budget: budget)
            let found = group.count <= Self.exactMax ? search.fewest() : search.greedy()
            isFewest = isFewest && found.isFewest
            runs = search.runs
            for (index, party) in group.enumerated() {
                partners[Int(party)] = found.partners[index].map { group[Int($0)] }
            }
        }
        return RoommatesPlan(
            isStable: false, partners: partners,
            blocking: Self.blocking(instance.preferences, partners), isFewest: isFewest,
            oddRings: rings)
    }

    /// Parties that can reach each other over lists, each group sorted.
    private static func groups(_ lists: PreferenceLists) -> [[Int32]] {
        var groups: [[Int32]] = []
        var isSeen = [Bool](repeating: false, count: lists.count)
        for start in 0..<lists.count where !isSeen[start] {
            isSeen[start] = true
            var group = [Int32(start)]
            var next = 0
            while next < group.count {
                for choice in lists.list(of: Int(group[next])) where !isSeen[Int(choice)] {
                    isSeen[Int(choice)] = true
                    group.append(choice)
                }
                next += 1
            }
            groups.append(group.sorted())
        }
        return groups
    }

    /// Pairs that would rather have each other than whom they have.
    private static func blocking(_ lists: PreferenceLists, _ partners: [Int32?]) -> [[Int32]] {
        var wanted: [[Int32]] = []
        for party in 0..<lists.count {
            wanted.append(
                lists.list(of: party).prefix { $0 != partners[party] }.sorted())
        }
        return (0..<lists.count).flatMap { party in
            wanted[party].filter { other in
                other > party && contains(wanted[Int(other)], Int32(party))
            }.map { [Int32(party), $0] }
        }
    }

    private static func contains(_ sorted: [Int32], _ wanted: Int32) -> Bool {
        var low = 0
        var high = sorted.count
        while low < high {
            let middle = (low + high) / 2
            if sorted[middle] < wanted { low = middle + 1 } else { high = middle }
        }
        return low < sorted.count && sorted[low] == wanted
    }
}

/// Looks for the fewest pairs of one group whose striking makes it solvable.
private struct StrikeSearch {
    private enum State: UInt8 { case open, struck, kept }

    private let lists: [[Int32]]
    private var states: [State]
    private let budget: Budget
    private(set) var runs: Int
    private var count: Int { lists.count }

    init(_ all: PreferenceLists, group: [Int32], runs: Int, budget: Budget) {
        var indices = [Int32](repeating: -1, count: all.count)
        for (index, party) in group.enumerated() { indices[Int(party)] = Int32(index) }
        lists = group.map { party in all.list(of: Int(party)).map { indices[Int($0)] } }
        let isSmall = group.count <= RoommatesSolver.exactMax
        states = Array(repeating: .open, count: isSmall ? group.count * group.count : 0)
        self.runs = runs
        self.budget = budget
    }

    /// The fewest, by deepening: first one strike, then two, and so on.
    mutating func fewest() -> (partners: [Int32?], isFewest: Bool) {
        var depth = 1
        while !isSpent {
            if let partners = search(depth) { return (partners, true) }
            depth += 1
        }
        return (greedy().partners, false)
    }

    private var isSpent: Bool { runs >= budget.iterations || budget.stop.isRaised }

    /// A stable matching after at most `depth` more strikes; nil where there is none, or the budget
    /// is spent.
    private mutating func search(_ depth: Int) -> [Int32?]? {
        runs += 1
        var table = RoommatesTable(open())
        let partners = table.solve()
        let rings = table.oddRings
        if rings.isEmpty { return partners }
        // A strike changes the rings of at most two parties' lists, and so ends at most two rings.
        guard depth > 0, rings.count <= 2 * depth, !isSpent else { return nil }
        var kept: [Int] = []
        defer { for pair in kept { states[pair] = .open } }
        for (low, high) in Self.pairs(rings, partners) {
            let pair = Int(low) * count + Int(high)
            guard states[pair] == .open else { continue }
            states[pair] = .struck
            let found = search(depth - 1)
            states[pair] = .open
            if found != nil { return found }
            states[pair] = .kept
            kept.append(pair)
        }
        return nil
    }

    /// Strikes one pair of an odd ring after another: on groups too large for a proof.
    mutating func greedy() -> (partners: [Int32?], isFewest: Bool) {
        var struck = Set<[Int32]>()
        let entries = lists.reduce(0) { $0 + $1.count }
        var state = Self.outcome(lists, struck)
        while let ring = state.rings.first {
            runs += 1
            let pairs = Self.pairs([ring], []).map { [$0.0, $0.1] }
            let tried = entries <= RoommatesSolver.trialMax ? pairs[...] : pairs.prefix(1)
            var best: (pair: [Int32], outcome: (partners: [Int32?], rings: [[Int32]]))?
            for pair in tried {
                let outcome = Self.outcome(lists, struck.union([pair]))
                if outcome.rings.count < best?.outcome.rings.count ?? .max {
                    best = (pair, outcome)
                }
            }
            guard let best else { break }
            struck.insert(best.pair)
            state = best.outcome
        }
        return (state.partners, false)
    }

    private static func outcome(
        _ lists: [[Int32]], _ struck: Set<[Int32]>
    ) -> (partners: [Int32?], rings: [[Int32]]) {
        var open = PreferenceLists()
        let touched = Set(struck.joined())
        for (party, list) in lists.enumerated() {
            for choice in list
            where !touched.contains(choice)
                || !struck.contains([min(Int32(party), choice), max(Int32(party), choice)])
            {
                open.append(choice)
            }
            open.close()
        }
        var table = RoommatesTable(open)
        let partners = table.solve()
        return (partners, table.oddRings)
    }

    /// The lists without struck pairs.
    private func open() -> PreferenceLists {
        var open = PreferenceLists()
        for (party, list) in lists.enumerated() {
            for choice in list
            where states[min(party, Int(choice)) * count + max(party, Int(choice))] != .struck {
                open.append(choice)
            }
            open.close()
        }
        return open
    }

    /// Pairs of the partition: those on odd rings first, then the matched ones.
    private static func pairs(
        _ rings: [[Int32]], _ partners: [Int32?]
    ) -> [(Int32, Int32)] {
        var pairs: [(Int32, Int32)] = []
        for ring in rings {
            for (index, party) in ring.enumerated() {
                let next = ring[(index + 1) % ring.count]
                pairs.append((min(party, next), max(party, next)))
            }
        }
        for (party, partner) in partners.enumerated() {
            if let partner, partner > party { pairs.append((Int32(party), partner)) }
        }
        return pairs
    }
}
