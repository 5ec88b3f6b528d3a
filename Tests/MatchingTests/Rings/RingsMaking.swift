import Matching

/// Small instances of rings, and the best plan of each by trying everything.
enum RingsMaking {
    /// A random instance: families with one or two donors, some altruists, ids that are not indices.
    static func random(
        _ random: inout SplitMix64, families: Int, altruists: Int, density: Double, weightMax: Int
    ) -> RingsInstance {
        var owners: [Int32] = []
        for family in 0..<families {
            owners += Array(repeating: Int32(family), count: random.below(4) == 0 ? 2 : 1)
        }
        let donors = owners.count
        owners += (0..<altruists).map { Int32(families + $0) }
        var arcs: [RingsInstance.Arc] = []
        for from in owners.indices {
            for to in 0..<donors where random.unit() < density {
                arcs.append(
                    .init(
                        from: Int32(from), to: Int32(to),
                        weight: Int64(random.below(weightMax + 1)) * RingsInstance.unit))
            }
        }
        return RingsInstance(
            ids: owners.indices.map { 3 * $0 + 7 },
            isAltruist: owners.indices.map { $0 >= donors }, families: owners,
            familyCount: families + altruists, arcs: arcs)
    }

    /// The same with donors renamed and in another order.
    static func shuffled(_ instance: RingsInstance, _ random: inout SplitMix64) -> RingsInstance {
        var order = Array(instance.ids.indices)
        order.shuffle(using: &random)
        var place = order
        for (index, donor) in order.enumerated() { place[donor] = index }
        var arcs: [RingsInstance.Arc] = []
        for donor in instance.ids.indices {
            for arc in instance.arcs.entries(of: donor) {
                arcs.append(
                    .init(
                        from: Int32(place[donor]),
                        to: Int32(place[Int(instance.arcs.columns[arc])]),
                        weight: instance.weights[arc]))
            }
        }
        return RingsInstance(
            ids: Array(instance.ids.indices),
            isAltruist: order.map { instance.isAltruist[$0] },
            families: order.map { instance.families[$0] }, familyCount: instance.familyCount,
            arcs: arcs)
    }

    /// Most gifts, and most weight with them: the next donor, by number, gives or does not; a ring
    /// is every ordered choice of donors that can be walked.
    static func best(
        _ instance: RingsInstance, cycleCap: Int, chainCap: Int
    ) -> (gifts: Int, weight: Int64) {
        var rings: [(families: UInt64, gifts: Int, weight: Int64)] = []
        func weight(_ from: Int, _ to: Int) -> Int64? {
            for arc in instance.arcs.entries(of: from)
            where Int(instance.arcs.columns[arc]) == to { return instance.weights[arc] }
            return nil
        }
        func walk(_ ring: [Int], _ families: UInt64, _ sum: Int64) {
            let isChain = instance.isAltruist[ring[0]]
            if isChain, chainCap >= 1 { rings.append((families, ring.count, sum)) }
            if !isChain, ring.count > 1, let last = weight(ring[ring.count - 1], ring[0]) {
                rings.append((families, ring.count, sum + last))
            }
            guard ring.count < (isChain ? chainCap : cycleCap) else { return }
            for next in instance.ids.indices
            where families & (1 << UInt64(instance.families[next])) == 0 {
                guard let gift = weight(ring[ring.count - 1], next) else { continue }
                walk(ring + [next], families | 1 << UInt64(instance.families[next]), sum + gift)
            }
        }
        for donor in instance.ids.indices {
            walk([donor], 1 << UInt64(instance.families[donor]), 0)
        }
        func choose(_ from: Int, _ taken: UInt64) -> (gifts: Int, weight: Int64) {
            guard from < instance.familyCount else { return (0, 0) }
            var best = choose(from + 1, taken)
            for ring in rings
            where ring.families.trailingZeroBitCount == from && ring.families & taken == 0 {
                let rest = choose(from + 1, taken | ring.families)
                best = max(best, (rest.gifts + ring.gifts, rest.weight + ring.weight), by: <)
            }
            return best
        }
        return choose(0, 0)
    }

    private static func max(
        _ one: (gifts: Int, weight: Int64), _ other: (gifts: Int, weight: Int64),
        by isLess: ((Int, Int64), (Int, Int64)) -> Bool
    ) -> (gifts: Int, weight: Int64) {
        isLess((one.gifts, one.weight), (other.gifts, other.weight)) ? other : one
    }
}

extension RingsPlan {
    /// Its cycles or chains in the ids of the file.
    func ids(_ rings: [[Int32]], _ instance: RingsInstance) -> [[Int]] {
        rings.map { $0.map { instance.ids[Int($0)] } }
    }
}
