/// Irving's table ("An Efficient Algorithm for the Stable Roommates Problem", 1985), carried on past
/// the point where no stable matching is left, as Tan did ("A Necessary and Sufficient Condition for
/// the Existence of a Complete Stable Matching", 1991): it always ends in a stable partition.
///
/// A party's list is what lies between its first and last entry and is still held by the other side:
/// an entry is alive while neither list has been cut before it. Pointers only ever move inwards, so
/// the whole takes one step an entry; it holds three numbers an entry.
struct RoommatesTable {
    private let lists: PreferenceLists
    /// Entry of the same pair in the other's list.
    private let mirrors: [Int32]
    private var first: [Int32]
    private var last: [Int32]
    private var isOdd: [Bool]
    /// Rings of an odd number of parties, each of whom prefers the next to the one before.
    private(set) var oddRings: [[Int32]] = []

    /// Prepares lists that are mutual.
    init(_ lists: PreferenceLists) {
        self.lists = lists
        mirrors = Self.mirrors(lists)
        first = Array(lists.starts.dropLast())
        last = lists.starts.dropFirst().map { $0 - 1 }
        isOdd = Array(repeating: false, count: lists.count)
    }

    /// Partner of each in the stable partition; nil for who is alone and for members of odd rings.
    mutating func solve() -> [Int32?] {
        propose()
        var path: [Int32] = []
        var position = [Int32](repeating: -1, count: lists.count)
        for start in 0..<Int32(lists.count) {
            while !isOdd[Int(start)], hasSecond(start) || !path.isEmpty {
                if path.isEmpty {
                    path.append(start)
                    position[Int(start)] = 0
                }
                guard let rotation = rotation(along: &path, position: &position) else { continue }
                eliminate(rotation)
            }
        }
        return (0..<Int32(lists.count)).map { party in
            settle(party)
            guard !isOdd[Int(party)], first[Int(party)] <= last[Int(party)] else { return nil }
            return lists.choices[Int(first[Int(party)])]
        }
    }

    private static func mirrors(_ lists: PreferenceLists) -> [Int32] {
        var begin = [Int32](repeating: 0, count: lists.count + 1)
        for choice in lists.choices { begin[Int(choice) + 1] += 1 }
        for party in 0..<lists.count { begin[party + 1] += begin[party] }
        var next = begin
        var naming = [Int32](repeating: 0, count: lists.choices.count)
        var namer = naming
        for party in 0..<lists.count {
            for entry in lists.range(of: party) {
                let slot = Int(next[Int(lists.choices[entry])])
                next[Int(lists.choices[entry])] += 1
                naming[slot] = Int32(entry)
                namer[slot] = Int32(party)
            }
        }
        var mirrors = [Int32](repeating: 0, count: lists.choices.count)
        var own = [Int32](repeating: 0, count: lists.count)
        for party in 0..<lists.count {
            for entry in lists.range(of: party) { own[Int(lists.choices[entry])] = Int32(entry) }
            for slot in Int(begin[party])..<Int(begin[party + 1]) {
                mirrors[Int(naming[slot])] = own[Int(namer[slot])]
            }
        }
        return mirrors
    }

    /// First phase: everyone proposes down its list until somebody holds it.
    private mutating func propose() {
        var holder = [Int32](repeating: -1, count: lists.count)
        for start in 0..<Int32(lists.count) {
            var proposer = start
            while proposer >= 0, first[Int(proposer)] <= last[Int(proposer)] {
                let entry = Int(first[Int(proposer)])
                let other = Int(lists.choices[entry])
                guard mirrors[entry] <= last[other] else {
                    first[Int(proposer)] += 1
                    continue
                }
                let leaving = holder[other]
                holder[other] = proposer
                last[other] = mirrors[entry]
                proposer = leaving
            }
        }
    }

    private func isAlive(_ entry: Int32) -> Bool {
        mirrors[Int(entry)] <= last[Int(lists.choices[Int(entry)])]
    }

    /// Moves a party's ends inwards to living entries.
    private mutating func settle(_ party: Int32) {
        let party = Int(party)
        while first[party] <= last[party], !isAlive(first[party]) { first[party] += 1 }
        while first[party] <= last[party], !isAlive(last[party]) { last[party] -= 1 }
    }

    private mutating func hasSecond(_ party: Int32) -> Bool {
        settle(party)
        return first[Int(party)] < last[Int(party)]
    }

    /// The second living entry of a list that has one.
    private func second(_ party: Int32) -> Int32 {
        var entry = first[Int(party)] + 1
        while !isAlive(entry) { entry += 1 }
        return entry
    }

    /// Goes on from the end of the path, each time to the last choice of the second choice, until it
    /// comes back to itself: what lies between is a rotation.
    ///
    /// Nil where the path had to be shortened.
    private mutating func rotation(
        along path: inout [Int32], position: inout [Int32]
    ) -> [Int32]? {
        while let end = path.last {
            guard hasSecond(end), !isOdd[Int(end)] else {
                position[Int(end)] = -1
                path.removeLast()
                return nil
            }
            let other = lists.choices[Int(second(end))]
            settle(other)
            let next = lists.choices[Int(last[Int(other)])]
            guard position[Int(next)] < 0 else {
                let begin = Int(position[Int(next)])
                let rotation = Array(path[begin...])
                for party in rotation { position[Int(party)] = -1 }
                path.removeSubrange(begin...)
                return rotation
            }
            position[Int(next)] = Int32(path.count)
            path.append(next)
        }
        return nil
    }

    /// Moves each of the rotation to its second choice, unless it is an odd ring, which is kept.
    private mutating func eliminate(_ rotation: [Int32]) {
        let seconds = rotation.map { second($0) }
        if rotation.count % 2 == 1, isRing(rotation, seconds) {
            var ring = [rotation[0]]
            while true {
                let next = lists.choices[Int(first[Int(ring[ring.count - 1])])]
                if next == rotation[0] { break }
                ring.append(next)
            }
            for party in ring { isOdd[Int(party)] = true }
            oddRings.append(ring)
            return
        }
        for entry in seconds {
            last[Int(lists.choices[Int(entry)])] = mirrors[Int(entry)]
        }
    }

    /// Whether the rotation's parties have nobody left but each other, two each.
    private mutating func isRing(_ rotation: [Int32], _ seconds: [Int32]) -> Bool {
        for (party, second) in zip(rotation, seconds) {
            settle(party)
            guard second == last[Int(party)] else { return false }
        }
        let members = Set(rotation)
        return rotation.allSatisfy { members.contains(lists.choices[Int(first[Int($0)])]) }
    }
}
