public import Matching

/// Checks stable plans against their lists, by asking every pair.
public enum StableCheck {
    /// Faults of a plan for two sides, given as pairs of first and second side.
    public static func faults(_ instance: MarriageInstance, pairs: [[Int]]) -> [Fault] {
        let men = instance.men
        let women = instance.women
        var faults: [Fault] = []
        var holding = [Int?](repeating: nil, count: men.count)
        var held = [Int](repeating: 0, count: women.count)
        for pair in pairs {
            guard pair.count == 2, (0..<men.count).contains(pair[0]),
                (0..<women.count).contains(pair[1])
            else {
                faults.append(Fault("pair", "\(pair) names no two parties"))
                continue
            }
            if !men.list(of: pair[0]).contains(Int32(pair[1])) {
                faults.append(Fault("list", "\(pair[1]) is not on the list of \(pair[0])"))
            }
            if holding[pair[0]] != nil { faults.append(Fault("once", "\(pair[0]) twice")) }
            holding[pair[0]] = pair[1]
            held[pair[1]] += 1
        }
        for woman in held.indices where held[woman] > Int(instance.capacities[woman]) {
            faults.append(
                Fault("capacity", "\(woman) takes \(held[woman]) of \(instance.capacities[woman])"))
        }
        guard faults.isEmpty else { return faults }
        return blocking(instance, holding, held).map { pair in
            Fault("blocking", "\(pair[0]) and \(pair[1]) would rather have each other")
        }
    }

    /// Pairs who would both rather have each other.
    private static func blocking(
        _ instance: MarriageInstance, _ holding: [Int?], _ held: [Int]
    ) -> [[Int]] {
        let women = instance.women
        var wouldRather = [[Int]](repeating: [], count: instance.men.count)
        for woman in 0..<women.count {
            var own = 0
            let isFull = held[woman] == Int(instance.capacities[woman])
            for man in women.list(of: woman) {
                if isFull && own == held[woman] { break }
                if holding[Int(man)] == woman {
                    own += 1
                } else {
                    wouldRather[Int(man)].append(woman)
                }
            }
        }
        var wanted = [Int](repeating: -1, count: women.count)
        var pairs: [[Int]] = []
        for man in wouldRather.indices {
            for woman in instance.men.list(of: man) {
                if holding[man] == Int(woman) { break }
                wanted[Int(woman)] = man
            }
            for woman in wouldRather[man] where wanted[woman] == man { pairs.append([man, woman]) }
        }
        return pairs
    }

    /// Faults of a plan for equals, given as pairs; `isStable` says what it claims to be.
    ///
    /// Blocking pairs are faults of a plan that claims to be stable. Of one that does not, the pairs
    /// that block have to be those that it names, if it names any.
    public static func faults(
        _ instance: RoommatesInstance, pairs: [[Int]], isStable: Bool, blocking claimed: [[Int]]?
    ) -> [Fault] {
        let lists = instance.preferences
        var faults: [Fault] = []
        var partners = [Int?](repeating: nil, count: lists.count)
        for pair in pairs {
            guard pair.count == 2, pair.allSatisfy({ (0..<lists.count).contains($0) }) else {
                faults.append(Fault("pair", "\(pair) names no two parties"))
                continue
            }
            for (party, other) in [(pair[0], pair[1]), (pair[1], pair[0])] {
                if !lists.list(of: party).contains(Int32(other)) {
                    faults.append(Fault("list", "\(other) is not on the list of \(party)"))
                }
                if partners[party] != nil { faults.append(Fault("once", "\(party) twice")) }
                partners[party] = other
            }
        }
        guard faults.isEmpty else { return faults }
        let found = blocking(lists, partners)
        if isStable {
            return found.map { Fault("blocking", "\($0[0]) and \($0[1]) would rather") }
        }
        if found.isEmpty { return [Fault("stable", "it is stable, but says that it is not")] }
        guard let claimed else { return [] }
        let named = Set(claimed.map { $0.sorted() })
        return named == Set(found)
            ? [] : [Fault("blocking", "it names \(claimed.count) pairs, \(found.count) block")]
    }

    private static func blocking(_ lists: PreferenceLists, _ partners: [Int?]) -> [[Int]] {
        var asking = [[Int]](repeating: [], count: lists.count)
        for party in 0..<lists.count {
            for other in lists.list(of: party) {
                if partners[party] == Int(other) { break }
                asking[Int(other)].append(party)
            }
        }
        var wanted = [Int](repeating: -1, count: lists.count)
        var pairs: [[Int]] = []
        for party in 0..<lists.count {
            for other in lists.list(of: party) {
                if partners[party] == Int(other) { break }
                wanted[Int(other)] = party
            }
            for other in asking[party] where other > party && wanted[other] == party {
                pairs.append([party, other])
            }
        }
        return pairs
    }
}
