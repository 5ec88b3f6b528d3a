/// Exact packing of small components: dynamic programming over the people who are left.
enum MealPacking {
    /// Largest component that is packed exactly.
    static let peopleMax = 40
    /// Most groups listed, and most states visited, of a component; beyond, nothing is proven.
    static let groupsMax = 20_000
    static let statesMax = 30_000

    /// Replaces what `tables` has in each small component by the best there is, and says how many
    /// people can be placed at most.
    static func pack(
        _ model: MealModel, _ isPossible: [Bool], _ tables: MealTables, stop: StopSignal
    ) -> (tables: MealTables, bound: Int) {
        var tables = tables
        var bound = 0
        for people in components(model, isPossible) {
            let placed = people.count { tables.tableOf[Int($0)] >= 0 }
            guard placed < people.count, people.count <= peopleMax, !stop.isRaised,
                var packing = Packing(model, people),
                let best = packing.best()
            else {
                bound += people.count
                continue
            }
            let most = best.reduce(0) { $0 + $1.count }
            bound += most
            guard most > placed else { continue }
            for person in people { tables.leave(person) }
            for group in best { tables.found(group, least: model.sizes.lowerBound) }
        }
        return (tables, bound)
    }

    /// People who hang together by pairs that fit, of those who could sit anywhere.
    private static func components(_ model: MealModel, _ isPossible: [Bool]) -> [[Int32]] {
        var isSeen = isPossible.map { !$0 }
        var components: [[Int32]] = []
        for person in isSeen.indices where !isSeen[person] {
            var component = [Int32(person)]
            isSeen[person] = true
            var next = 0
            while next < component.count {
                for entry in model.neighbours.entries(of: Int(component[next])) {
                    let other = model.neighbours.columns[entry]
                    guard !isSeen[Int(other)] else { continue }
                    isSeen[Int(other)] = true
                    component.append(other)
                }
                next += 1
            }
            components.append(component.sorted())
        }
        return components
    }
}

/// One component, as bits.
private struct Packing {
    let people: [Int32]
    /// Groups by their first member.
    private var groups: [[UInt64]]
    /// Most people placed of those left, by who is left; and with which group first (0: none).
    private var known: [UInt64: (placed: Int, group: UInt64)] = [:]

    /// Lists all groups that may be needed; nil when there are too many.
    ///
    /// A group of twice the least size splits into two, so that larger ones are never needed.
    init?(_ model: MealModel, _ people: [Int32]) {
        self.people = people
        groups = [[UInt64]](repeating: [], count: people.count)
        let most = min(model.sizes.upperBound, 2 * model.sizes.lowerBound - 1)
        var stack: [(mask: UInt64, last: Int, slots: UInt64, tastes: UInt64)] = []
        for (index, person) in people.enumerated() {
            stack.append(
                (1 << UInt64(index), index, model.slots[Int(person)], model.tastes[Int(person)]))
        }
        var count = 0
        while let top = stack.popLast() {
            if model.sizes.contains(top.mask.nonzeroBitCount) {
                groups[top.mask.trailingZeroBitCount].append(top.mask)
                count += 1
            }
            guard count + stack.count <= MealPacking.groupsMax else { return nil }
            guard top.mask.nonzeroBitCount < most else { continue }
            for next in (top.last + 1)..<max(people.count, top.last + 1) {
                let person = people[next]
                let slots = top.slots & model.slots[Int(person)]
                let tastes = top.tastes & model.tastes[Int(person)]
                guard slots != 0, tastes != 0,
                    people.indices.allSatisfy({ index in
                        top.mask & (1 << UInt64(index)) == 0 || model.fit(people[index], person)
                    })
                else { continue }
                stack.append((top.mask | 1 << UInt64(next), next, slots, tastes))
            }
        }
    }

    /// The groups that place most people; nil when that took too many states.
    mutating func best() -> [[Int32]]? {
        var left = UInt64.max >> UInt64(64 - people.count)
        guard most(left) != nil else { return nil }
        var chosen: [[Int32]] = []
        while left != 0 {
            guard let entry = known[left] else { return nil }
            if entry.group == 0 {
                left &= left - 1
            } else {
                chosen.append(
                    people.indices.filter { entry.group & (1 << UInt64($0)) != 0 }
                        .map { people[$0] })
                left &= ~entry.group
            }
        }
        return chosen
    }

    private mutating func most(_ left: UInt64) -> Int? {
        if left == 0 { return 0 }
        if let entry = known[left] { return entry.placed }
        guard known.count < MealPacking.statesMax else { return nil }
        let first = left.trailingZeroBitCount
        let all = left.nonzeroBitCount
        var best: (placed: Int, group: UInt64) = (-1, 0)
        for group in groups[first] where group & ~left == 0 {
            guard let rest = most(left & ~group) else { return nil }
            let placed = rest + group.nonzeroBitCount
            if placed > best.placed { best = (placed, group) }
            if placed == all { break }
        }
        if best.placed < all {
            guard let rest = most(left & (left - 1)) else { return nil }
            if rest > best.placed { best = (rest, 0) }
        }
        known[left] = best
        return best.placed
    }
}
