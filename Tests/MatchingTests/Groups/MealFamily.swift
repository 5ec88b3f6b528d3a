import Matching

/// Meal instances in which everybody can be placed, and small ones in which that is not known.
enum MealFamily {
    /// People in planted groups of 3 to 6, with more slots, tastes, trust and distances at random.
    static func planted(people: Int, seed: UInt64) -> MealInstance {
        var random = SplitMix64(seed: seed)
        var order = Array(0..<people)
        for index in order.indices.dropFirst() { order.swapAt(index, random.below(index + 1)) }
        var groupOf = [Int](repeating: 0, count: people)
        var slots = [[Int32]](repeating: [], count: people)
        var tastes = slots
        var start = 0
        var group = 0
        while start < people {
            let left = people - start
            let size = left <= 6 ? left : min(3 + random.below(4), left - 3)
            let (slot, taste) = (Int32(random.below(10)), Int32(random.below(6)))
            for person in order[start..<(start + size)] {
                groupOf[person] = group
                slots[person] = [slot]
                tastes[person] = [taste]
            }
            start += size
            group += 1
        }
        for person in 0..<people {
            add(1 + random.below(2), below: 10, to: &slots[person], &random)
            add(1 + random.below(2), below: 6, to: &tastes[person], &random)
        }
        return fill(slots, tastes, sizes: 3...6, fits: 0.6, groupOf: groupOf, &random)
    }

    /// A few people with few keys, of whom some cannot be placed.
    static func small(people: Int, sizes: ClosedRange<Int>, seed: UInt64) -> MealInstance {
        var random = SplitMix64(seed: seed)
        var slots = [[Int32]](repeating: [], count: people)
        var tastes = slots
        for person in 0..<people {
            add(random.below(3), below: 3, to: &slots[person], &random)
            add(1 + random.below(2), below: 2, to: &tastes[person], &random)
        }
        return fill(
            slots, tastes, sizes: sizes, fits: 0.75, groupOf: Array(0..<people), &random)
    }

    private static func add(
        _ count: Int, below bound: Int, to keys: inout [Int32], _ random: inout SplitMix64
    ) {
        let goal = keys.count + count
        while keys.count < goal {
            let key = Int32(random.below(bound))
            if !keys.contains(key) { keys.append(key) }
        }
    }

    private static func fill(
        _ slots: [[Int32]], _ tastes: [[Int32]], sizes: ClosedRange<Int>, fits: Double,
        groupOf: [Int], _ random: inout SplitMix64
    ) -> MealInstance {
        let people = slots.count
        var trust = [Double](repeating: 1, count: people * people)
        var distances = [Double](repeating: 0, count: people * people)
        for one in 0..<people {
            for other in 0..<people where other != one {
                let isTogether = groupOf[one] == groupOf[other]
                let isTrusted = isTogether || random.unit() < fits.squareRoot()
                let part = Double(random.below(300)) / 1000
                trust[one * people + other] = isTrusted ? 0.3 + part : part
                guard other < one else { continue }
                let isNear = isTogether || random.unit() < 0.9
                let way = Double(random.below(300)) + (isNear ? 0 : 301)
                distances[one * people + other] = way
                distances[other * people + one] = way
            }
        }
        return MealInstance(
            slots: slots, tastes: tastes, trust: trust, distances: distances, sizes: sizes,
            leastTrust: 0.3, mostDistance: 300)
    }
}

extension MealInstance {
    /// The same people under other numbers: person `p` becomes `numbers[p]`.
    func renumbered(_ numbers: [Int]) -> MealInstance {
        var other = self
        for one in 0..<count {
            other.slots[numbers[one]] = slots[one].reversed()
            other.tastes[numbers[one]] = tastes[one]
            for two in 0..<count {
                other.trust[numbers[one] * count + numbers[two]] = trust[one * count + two]
                other.distances[numbers[one] * count + numbers[two]] =
                    distances[one * count + two]
            }
        }
        return other
    }

    /// Whether people could be a group, written out.
    func isGroup(_ members: [Int]) -> Bool {
        guard sizes.contains(members.count) else { return false }
        let hasSlot = slots[members[0]].contains { slot in
            members.allSatisfy { slots[$0].contains(slot) }
        }
        let hasTaste = tastes[members[0]].contains { taste in
            members.allSatisfy { tastes[$0].contains(taste) }
        }
        return hasSlot && hasTaste
            && members.allSatisfy { one in
                members.allSatisfy { other in
                    one == other
                        || trust[one * count + other] >= leastTrust
                            && distances[one * count + other] <= mostDistance
                }
            }
    }

    /// Most people that partitions of a few people can place, by trying all.
    func mostPlaced() -> Int {
        let groups = (1..<(1 << count)).filter { mask in
            isGroup((0..<count).filter { mask & (1 << $0) != 0 })
        }
        var best = [Int](repeating: 0, count: 1 << count)
        for left in 1..<(1 << count) {
            let first = left & -left
            best[left] = best[left & ~first]
            for group in groups where group & first != 0 && group & ~left == 0 {
                best[left] = max(best[left], group.nonzeroBitCount + best[left & ~group])
            }
        }
        return best[(1 << count) - 1]
    }
}
