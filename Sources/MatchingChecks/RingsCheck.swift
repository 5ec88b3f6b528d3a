public import Matching

/// Checks rings against their instance, and the prices that prove a bound.
public enum RingsCheck {
    /// Faults of rings, given in the file's ids: whether each gift can be given, no family is in two
    /// rings, caps are kept, and gifts and weight (in millionths) are what the rings sum to.
    public static func faults(
        _ instance: RingsInstance, cycles: [[Int]], chains: [[Int]], cycleCap: Int, chainCap: Int,
        gifts: Int, weight: Int64
    ) -> [Fault] {
        var faults: [Fault] = []
        var isTaken = [Bool](repeating: false, count: instance.familyCount)
        var sum: Int64 = 0
        for (ring, isChain) in cycles.map({ ($0, false) }) + chains.map({ ($0, true) }) {
            let cap = isChain ? chainCap : cycleCap
            guard ring.count >= (isChain ? 1 : 2), ring.count <= cap else {
                faults.append(Fault("cap", "\(ring) has \(ring.count) of at most \(cap)"))
                continue
            }
            var donors: [Int] = []
            for id in ring {
                guard let donor = index(of: id, in: instance.ids) else {
                    faults.append(Fault("donor", "there is no \(id)"))
                    continue
                }
                donors.append(donor)
                let family = Int(instance.families[donor])
                if isTaken[family] { faults.append(Fault("once", "the family of \(id) again")) }
                isTaken[family] = true
            }
            guard donors.count == ring.count else { continue }
            for (place, donor) in donors.enumerated()
            where instance.isAltruist[donor] != (isChain && place == 0) {
                faults.append(Fault("altruist", "\(ring[place]) at place \(place) of \(ring)"))
            }
            let receivers = donors.dropFirst() + (isChain ? [] : donors.prefix(1))
            for (giver, receiver) in zip(donors, receivers) {
                guard let gift = gift(from: giver, to: receiver, instance) else {
                    faults.append(
                        Fault(
                            "gift",
                            "\(instance.ids[giver]) cannot give to \(instance.ids[receiver])"))
                    continue
                }
                sum += gift
            }
        }
        let count = (cycles + chains).reduce(0) { $0 + $1.count }
        if count != gifts { faults.append(Fault("count", "\(gifts) said, \(count) found")) }
        if sum != weight, faults.isEmpty {
            faults.append(Fault("weight", "\(weight) said, \(sum) found"))
        }
        return faults
    }

    private static func index(of id: Int, in ids: [Int]) -> Int? { ids.firstIndex(of: id) }

    private static func gift(
        from giver: Int, to receiver: Int, _ instance: RingsInstance
    ) -> Int64? {
        for arc in instance.arcs.entries(of: giver)
        where Int(instance.arcs.columns[arc]) == receiver {
            return instance.weights[arc]
        }
        return nil
    }

    /// Whether each cycle and chain has at most as many gifts as its families' prices sum to; then
    /// no plan has more gifts than all prices sum to.
    ///
    /// It looks at every ring: for small instances.
    public static func pricesFaults(
        _ instance: RingsInstance, prices: [Int64], scale: Int64, cycleCap: Int, chainCap: Int
    ) -> [Fault] {
        guard prices.count == instance.familyCount, prices.allSatisfy({ $0 >= 0 }) else {
            return [Fault("prices", "\(prices.count) of \(instance.familyCount), none negative")]
        }
        var faults: [Fault] = []
        func pay(_ ring: [Int]) {
            let sum = ring.reduce(0) { $0 + prices[Int(instance.families[$1])] }
            if sum < Int64(ring.count) * scale {
                faults.append(Fault("price", "\(ring.map { instance.ids[$0] }) is worth more"))
            }
        }
        func extend(_ ring: [Int]) {
            let isChain = instance.isAltruist[ring[0]]
            if isChain { pay(ring) }
            for arc in instance.arcs.entries(of: ring[ring.count - 1]) {
                let next = Int(instance.arcs.columns[arc])
                if !isChain, next == ring[0] { pay(ring) }
                guard ring.count < (isChain ? chainCap : cycleCap) else { continue }
                let family = instance.families[next]
                if ring.contains(where: { instance.families[$0] == family }) { continue }
                extend(ring + [next])
            }
        }
        for donor in instance.ids.indices
        where (instance.isAltruist[donor] ? chainCap : cycleCap) >= 1 {
            extend([donor])
        }
        return faults
    }
}
