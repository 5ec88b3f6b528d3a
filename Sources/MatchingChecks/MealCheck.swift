public import Matching

/// Checks groups of people who eat together: that each group is possible, and that nobody was left
/// out whom the groups as they are could take.
public enum MealCheck {
    /// What is wrong with the groups; `keys`, where stated, are the slot and taste of each.
    ///
    /// The search for a group among those left out is exact and ends after 50 million steps; if it
    /// has not found an answer by then, that is a fault of its own (`unproven`).
    public static func faults(
        groups: [[Int]], placed: Int, keys: [[Int]]? = nil, of instance: MealInstance
    ) -> [Fault] {
        let table = Table(instance)
        var faults = shape(groups, table)
        guard faults.isEmpty else { return faults }
        let sum = groups.reduce(0) { $0 + $1.count }
        if sum != placed { faults.append(Fault("placed", "\(placed) stated, \(sum) true")) }
        for (index, group) in groups.enumerated() {
            faults += table.inside(group, "group \(index)")
        }
        if let keys { faults += stated(keys, groups, table) }
        guard faults.isEmpty else { return faults }
        return open(groups, table) + leftOver(groups, table)
    }

    private static func shape(_ groups: [[Int]], _ table: Table) -> [Fault] {
        var faults: [Fault] = []
        var groupOf = [Int?](repeating: nil, count: table.count)
        for (index, group) in groups.enumerated() {
            for person in group {
                guard groupOf.indices.contains(person) else {
                    faults.append(Fault("person", "there is no person \(person)"))
                    continue
                }
                if let other = groupOf[person] {
                    faults.append(Fault("twice", "person \(person) in \(other) and \(index)"))
                }
                groupOf[person] = index
            }
        }
        return faults
    }

    private static func stated(_ keys: [[Int]], _ groups: [[Int]], _ table: Table) -> [Fault] {
        guard keys.count == groups.count else {
            return [Fault("keys", "\(keys.count) of \(groups.count) groups")]
        }
        var faults: [Fault] = []
        for (index, key) in keys.enumerated() {
            let isShared =
                key.count == 2
                && groups[index].allSatisfy { person in
                    table.slots[person].contains(key[0]) && table.tastes[person].contains(key[1])
                }
            if !isShared { faults.append(Fault("key", "group \(index) does not share \(key)")) }
        }
        return faults
    }

    /// Groups that could take somebody, or become one with another.
    private static func open(_ groups: [[Int]], _ table: Table) -> [Fault] {
        let placed = Set(groups.joined())
        var faults: [Fault] = []
        for (index, group) in groups.enumerated() where group.count < table.sizes.upperBound {
            for person in 0..<table.count where !placed.contains(person) {
                if table.inside(group + [person], "").isEmpty {
                    faults.append(Fault("open", "person \(person) fits group \(index)"))
                }
            }
            for other in groups.indices where other > index {
                let both = group + groups[other]
                guard both.count <= table.sizes.upperBound else { continue }
                if table.inside(both, "").isEmpty {
                    faults.append(Fault("merge", "groups \(index) and \(other) are one"))
                }
            }
        }
        return faults
    }

    /// A group of the least size among those left out.
    private static func leftOver(_ groups: [[Int]], _ table: Table) -> [Fault] {
        let placed = Set(groups.joined())
        let left = (0..<table.count).filter { !placed.contains($0) }
        var steps = 50_000_000
        for slot in Set(left.flatMap { table.slots[$0] }).sorted() {
            for taste in Set(left.flatMap { table.tastes[$0] }).sorted() {
                let pool = left.filter {
                    table.slots[$0].contains(slot) && table.tastes[$0].contains(taste)
                }
                if let found = table.clique([], pool[...], &steps) {
                    return [Fault("left-over", "people \(found) make a group")]
                }
            }
        }
        return steps > 0 ? [] : [Fault("unproven", "a group among \(left.count) left out")]
    }
}

/// The instance, laid out for looking up.
private struct Table {
    let count: Int
    let sizes: ClosedRange<Int>
    let slots: [Set<Int>]
    let tastes: [Set<Int>]
    private var fitting: [[Bool]]

    init(_ instance: MealInstance) {
        count = instance.count
        sizes = instance.sizes
        slots = instance.slots.map { Set($0.map(Int.init)) }
        tastes = instance.tastes.map { Set($0.map(Int.init)) }
        fitting = (0..<instance.count).map { one in
            (0..<instance.count).map { other in
                instance.trust[one * instance.count + other] >= instance.leastTrust
                    && instance.distances[one * instance.count + other] <= instance.mostDistance
            }
        }
        for block in instance.blocks {
            fitting[Int(block.first)][Int(block.second)] = false
        }
    }

    func fit(_ one: Int, _ other: Int) -> Bool { fitting[one][other] && fitting[other][one] }

    /// What is wrong with people as a group.
    func inside(_ group: [Int], _ name: String) -> [Fault] {
        var faults: [Fault] = []
        if !sizes.contains(group.count) { faults.append(Fault("size", "\(name): \(group.count)")) }
        guard let first = group.first else { return faults }
        if group.reduce(slots[first], { $0.intersection(slots[$1]) }).isEmpty {
            faults.append(Fault("slot", "\(name) shares none"))
        }
        if group.reduce(tastes[first], { $0.intersection(tastes[$1]) }).isEmpty {
            faults.append(Fault("taste", "\(name) shares none"))
        }
        for (index, one) in group.enumerated() {
            for other in group[(index + 1)...] where !fit(one, other) {
                faults.append(Fault("pair", "\(name): \(one) and \(other)"))
            }
        }
        return faults
    }

    /// `chosen` and people of `pool` who fit each other, of the least size.
    func clique(_ chosen: [Int], _ pool: ArraySlice<Int>, _ steps: inout Int) -> [Int]? {
        if chosen.count == sizes.lowerBound { return chosen }
        for index in pool.indices {
            guard chosen.count + pool.endIndex - index >= sizes.lowerBound, steps > 0 else {
                return nil
            }
            let person = pool[index]
            let rest = pool[(index + 1)...].filter { fit(person, $0) }
            steps -= pool.endIndex - index
            if let found = clique(chosen + [person], rest[...], &steps) { return found }
        }
        return nil
    }
}
