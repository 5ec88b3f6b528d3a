/// Cycles and chains that were found so far; of those of the same families only the best by
/// the goal that was followed last.
struct RingColumns {
    /// The families of each column, sorted.
    private(set) var matrix = PackingMatrix()
    /// Donors of each column, where its families stand in `matrix`.
    private var donorEntries: [Int32] = []
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
    func range(_ column: Int) -> Range<Int> { matrix.range(column) }

    /// One family of a column, by its entry.
    func family(at entry: Int) -> Int { matrix.row(at: entry) }

    /// Gifts of a column: one a donor.
    func gifts(_ column: Int) -> Int64 { Int64(range(column).count) }

    /// What a column is worth, not scaled.
    func worth(_ column: Int, _ worth: RingWorth) -> Int64 {
        worth.of(gifts: gifts(column), weight: weights[column], ties: ties[column])
    }

    /// Makes a plan of columns in this order, as far as they share no family, and then of any others;
    /// keeps the better one if it is the best, and answers what the first columns gave.
    func consider(
        _ first: [Int], thenAny others: some Sequence<Int>, familyCount: Int, best: inout RingChoice
    ) -> RingChoice {
        var isTaken = [Bool](repeating: false, count: familyCount)
        var choice = RingChoice()
        func add(_ column: Int) {
            for entry in range(column) where isTaken[family(at: entry)] { return }
            for entry in range(column) { isTaken[family(at: entry)] = true }
            choice.columns.append(column)
            choice.gifts += gifts(column)
            choice.weight += weights[column]
        }
        for column in first { add(column) }
        let whole = choice
        for column in others { add(column) }
        for candidate in [whole, choice] where best.isLess(than: candidate) { best = candidate }
        return whole
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
        matrix.append(sorted)
        weights.append(ring.weight)
        ties.append(ring.ties)
        isChain.append(ring.isChain)
        return true
    }
}

/// Which rows each column is in; a column that counts twice in a row is there twice.
struct PackingMatrix {
    /// Begin of each column, and behind the last one the end.
    private var starts: [Int32] = [0]
    private var entries: [Int32] = []

    var count: Int { starts.count - 1 }

    /// Where in `row(at:)` the rows of a column stand.
    func range(_ column: Int) -> Range<Int> { Int(starts[column])..<Int(starts[column + 1]) }

    /// One row of a column, by its entry.
    func row(at entry: Int) -> Int { Int(entries[entry]) }

    /// Whether a column is in a row.
    func contains(_ column: Int, _ row: Int32) -> Bool {
        for entry in range(column) where entries[entry] == row { return true }
        return false
    }

    mutating func append(_ rows: some Collection<Int32>) {
        entries += rows
        starts.append(Int32(entries.count))
    }

    /// Puts columns into further rows, `more[i]` columns into row `first + i`.
    mutating func add(rows more: [[Int32]], from first: Int) {
        var (next, added) = (starts.dropLast().map { _ in Int32(0) }, more.joined().count)
        for held in more { for column in held { next[Int(column)] += 1 } }
        var wider = PackingMatrix()
        wider.entries = Array(repeating: 0, count: entries.count + added)
        added = 0
        for column in 0..<count {
            for entry in range(column) { wider.entries[entry + added] = entries[entry] }
            let begin = range(column).upperBound + added
            added += Int(next[column])
            next[column] = Int32(begin)
            wider.starts.append(starts[column + 1] + Int32(added))
        }
        for (index, held) in more.enumerated() {
            for column in held {
                wider.entries[Int(next[Int(column)])] = Int32(first + index)
                next[Int(column)] += 1
            }
        }
        self = wider
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
