internal import Glibc
public import Matching

/// Checks who gets which indivisible good; every comparison is exact.
public enum GoodsCheck {
    /// Whether each good has an owner, and nobody else's.
    public static func faults(_ owners: [Int32], of instance: GoodsInstance) -> [Fault] {
        var faults: [Fault] = []
        if owners.count != instance.goods {
            faults.append(Fault("goods", "\(owners.count) owners of \(instance.goods) goods"))
        }
        for (good, owner) in owners.enumerated() {
            let isPerson = owner >= 0 && Int(owner) < instance.persons
            if !isPerson && !(owner == -1 && instance.persons == 0) {
                faults.append(Fault("owner", "good \(good) belongs to \(owner)"))
            }
        }
        return faults
    }

    /// Whom anybody envies although one good of the other's is set aside (WEF1; Chakraborty,
    /// Igarashi, Suksompong and Zick 2021), each by its weight.
    ///
    /// The owners must be persons of the instance.
    public static func envy(_ owners: [Int32], of instance: GoodsInstance) -> [Fault] {
        let persons = instance.persons
        var faults: [Fault] = []
        for person in 0..<persons {
            let values = instance.values[person]
            var sums = [Int64](repeating: 0, count: persons)
            var best = sums
            for (good, owner) in owners.enumerated() {
                sums[Int(owner)] += values[good]
                best[Int(owner)] = max(best[Int(owner)], values[good])
            }
            for other in 0..<persons where other != person {
                let own = Int128(sums[person]) * Int128(instance.weights[other])
                let theirs = Int128(sums[other] - best[other]) * Int128(instance.weights[person])
                if own < theirs {
                    faults.append(Fault("envy", "person \(person) envies person \(other)"))
                }
            }
        }
        return faults
    }

    /// Whether a stated sum of logarithms of the positive utilities is that of the owners.
    public static func welfare(
        _ stated: Double, _ owners: [Int32], of instance: GoodsInstance
    ) -> [Fault] {
        var sums = [Int64](repeating: 0, count: instance.persons)
        for (good, owner) in owners.enumerated() {
            sums[Int(owner)] += instance.values[Int(owner)][good]
        }
        let unit = Double(instance.grainsPerUnit)
        let real = sums.filter { $0 > 0 }.reduce(0) { $0 + log(Double($1) / unit) }
        guard abs(real - stated) > 1e-6 else { return [] }
        return [Fault("log_nw", "\(stated) is stated, \(real) is true")]
    }
}
