/// Cycles and chains that were found so far; of those of the same families only the best by
/// the goal that was followed last.
struct RingColumns {
    /// Begin of each column in the two arrays below, and behind the last one the end.
    private var starts: [Int32] = [0]
    private var donorEntries: [Int32] = []
    private var familyEntries: [Int32] = []
    /// Weight of each column, in the units of the search.
    private(set) var weights: [Int64] = []
    /// Sum of each column's ties.
    private(set) var ties: [Int64] = []
    private(set) var isChain: [Bool] = []
    /// Looked up by families, and never gone through.
    private var indices: [[Int32]: Int] = [:]

    var count: Int { weights.count }

    /// Donors of a column, in the order of giving.
    func donors(_ column: Int) -> [Int32] { Array(donorEntries[range(column)]) }

    /// Where in `family(at:)` the families of a column stand, sorted.
    func range(_ column: Int) -> Range<Int> { Int(starts[column])..<Int(starts[column + 1]) }

    /// One family of a column, by its entry.
    func family(at entry: Int) -> Int { Int(familyEntries[entry]) }

    /// Whether a family is in a column.
    func contains(_ column: Int, _ family: Int32) -> Bool {
        for entry in range(column) where familyEntries[entry] == family { return true }
        return false
    }

    /// Gifts of a column: one a donor.
    func gifts(_ column: Int) -> Int64 { Int64(starts[column + 1] - starts[column]) }

    /// What a column is worth, not scaled.
    func worth(_ column: Int, _ worth: RingWorth) -> Int64 {
        worth.of(gifts: gifts(column), weight: weights[column], ties: ties[column])
    }

    /// Adds a column; false where it was known with at least this worth.
    @discardableResult
    mutating func add(_ ring: FoundRing, families sorted: [Int32], by goal: RingWorth) -> Bool {
        if let index = indices[sorted] {
            let gifts = Int64(ring.donors.count)
            guard
                goal.of(gifts: gifts, weight: ring.weight, ties: ring.ties) > worth(index, goal)
            else { return false }
            donorEntries.replaceSubrange(range(index), with: ring.donors)
            weights[index] = ring.weight
            ties[index] = ring.ties
            isChain[index] = ring.isChain
            return true
        }
        indices[sorted] = count
        donorEntries += ring.donors
        familyEntries += sorted
        starts.append(Int32(familyEntries.count))
        weights.append(ring.weight)
        ties.append(ring.ties)
        isChain.append(ring.isChain)
        return true
    }
}

/// A cycle or chain as the pricing finds it.
struct FoundRing {
    var donors: [Int32]
    var isChain: Bool
    var weight: Int64
    var ties: Int64
    /// Worth less the families' prices, scaled.
    var profit: Int64
}

/// What a gift, a unit of weight and a tie are worth, and the parts in which prices are counted.
struct RingWorth {
    var gift: Int64
    /// 1 where weight counts, else 0.
    var weight: Int64
    /// 1 where ties count, else 0.
    var tie: Int64 = 0
    var scale: Int64 = 1

    /// Worth of so much, not scaled.
    func of(gifts: Int64, weight sum: Int64, ties: Int64) -> Int64 {
        gift * gifts + weight * sum + tie * ties
    }
}
