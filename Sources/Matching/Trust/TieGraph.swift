/// The ties of all residents as a capped, row-stochastic graph that changes tie by tie.
///
/// What a resident gives out is at most 1 in all, at most `tieShareMax` by one tie, and goes to at
/// most `tiesMax` others, the strongest: a thousand vouches weigh no more than a few. What is not
/// given out stays with the resident. Rows are a function of the ties alone, in whatever order they
/// came: the same bits as if all had been given at once.
public struct TieGraph: Sendable {
    /// Others to whom a resident's weight goes.
    public static let tiesMax = 128
    /// Weight, in thousandths, from which on a resident gives out everything.
    public static let fullThousandths = 6000
    /// Largest share of one tie: the heaviest tie over the full weight.
    public static let tieShareMax = Double(Tie.kindsMax + Tie.helpMax) / Double(fullThousandths)
    /// Residents that share one mark of change.
    static let blockBits = 6

    /// Where each resident's weight goes.
    public private(set) var rows: StochasticRows
    /// Counts the changes of rows.
    private(set) var changes: UInt64 = 0
    /// The last change in each block of 64 residents.
    private(set) var changesOfBlock: [UInt64]
    private var ties: [UInt64: Tie] = [:]
    private var neighbours: [[Neighbour]]

    /// What a resident's row is made of, so that making it looks up no tie.
    private struct Neighbour: Sendable {
        var resident: Int32
        /// Out of the resident towards this one, in thousandths; 0 across a block.
        var weight: Int16
        /// What both directions would share if neither had blocked the other.
        var unblocked: Int16

        var mutual: Int16 { weight == 0 ? 0 : unblocked }
    }

    /// So many residents without ties.
    public init(residents: Int) {
        rows = StochasticRows(count: residents)
        neighbours = [[Neighbour]](repeating: [], count: residents)
        changesOfBlock = [UInt64](
            repeating: 0, count: (residents >> Self.blockBits) + 1)
    }

    /// Number of residents.
    public var residents: Int { neighbours.count }

    /// Makes these changes, each row anew once; a tie with oneself is void.
    ///
    /// O(ties of a resident) for each row, besides sorting the changes: one change of one tie takes
    /// microseconds, and a load of all at once as long for each of them as one of a few.
    public mutating func apply(_ events: [TieEvent]) {
        var changed: [UInt64] = []
        if events.count > ties.count { ties.reserveCapacity(events.count) }
        for event in events {
            let (one, other) = event.residents
            change(one, other, &changed) { $0.apply(event, byLower: one < other) }
        }
        renew(changed)
    }

    /// Sets what residents' own experience adds to their weight towards others, in thousandths.
    mutating func setHelp(_ help: [(from: Int32, to: Int32, thousandths: Int)]) {
        var changed: [UInt64] = []
        for (from, to, thousandths) in help {
            change(from, to, &changed) { $0.setHelp(thousandths, fromLower: from < to) }
        }
        renew(changed)
    }

    /// Kinds that count between two residents; none across a block.
    public func kinds(_ one: Int32, _ other: Int32) -> [TieKind] {
        let tie = tie(one, other)
        return tie.isBlocked ? [] : tie.kinds
    }

    /// Whether either has blocked the other.
    public func isBlocked(_ one: Int32, _ other: Int32) -> Bool { tie(one, other).isBlocked }

    /// Activities in which both took part; none across a block.
    func activities(_ one: Int32, _ other: Int32) -> Int {
        let tie = tie(one, other)
        return tie.isBlocked ? 0 : Int(tie.activities)
    }

    /// Residents with a mutual tie to both, whether or not they have blocked one of the two: a
    /// number that fell with a block would betray it.
    func commonNeighbours(_ one: Int32, _ other: Int32) -> Int {
        let left = neighbours[Int(one)]
        let right = neighbours[Int(other)]
        var count = 0
        var place = 0
        for third in left where third.unblocked > 0 {
            while place < right.count, right[place].resident < third.resident { place += 1 }
            guard place < right.count else { break }
            if right[place].resident == third.resident, right[place].unblocked > 0 { count += 1 }
        }
        return count
    }

    /// The mutual weights as a symmetric graph, in thousandths.
    func mutualRows() -> (rows: CompressedRows, weights: [Int32]) {
        var tails: [Int32] = []
        var heads: [Int32] = []
        var weights: [Int32] = []
        for resident in neighbours.indices {
            for other in neighbours[resident] where other.mutual > 0 {
                tails.append(Int32(resident))
                heads.append(other.resident)
                weights.append(Int32(other.mutual))
            }
        }
        // The tails rise already, so that the order of entries is that of the weights.
        return (
            CompressedRows.sorting(rows: tails, columns: heads, rowCount: residents).rows,
            weights
        )
    }
}

extension TieGraph {
    private static func key(_ one: Int32, _ other: Int32) -> UInt64 {
        UInt64(UInt32(bitPattern: min(one, other))) << 32
            | UInt64(UInt32(bitPattern: max(one, other)))
    }

    private func tie(_ one: Int32, _ other: Int32) -> Tie {
        ties[Self.key(one, other)] ?? Tie()
    }

    /// Changes a tie; `changed` gets each direction that is not as before, its tail above its head.
    private mutating func change(
        _ one: Int32, _ other: Int32, _ changed: inout [UInt64], _ body: (inout Tie) -> Void
    ) {
        guard one != other else { return }
        let key = Self.key(one, other)
        let old = ties[key] ?? Tie()
        var new = old
        body(&new)
        guard new != old else { return }
        ties[key] = new.isEmpty ? nil : new
        let isShared = old.mutual != new.mutual || old.unblocked != new.unblocked
        if isShared || old.weight(fromLower: true) != new.weight(fromLower: true) {
            changed.append(key)
        }
        if isShared || old.weight(fromLower: false) != new.weight(fromLower: false) {
            changed.append(key << 32 | key >> 32)
        }
    }

    /// Makes the rows anew out of which these directions lead, each once.
    private mutating func renew(_ changed: [UInt64]) {
        let changed = changed.sorted()
        var first = 0
        while first < changed.count {
            let resident = Int(changed[first] >> 32)
            var next = first + 1
            while next < changed.count, changed[next] >> 32 == changed[first] >> 32 { next += 1 }
            merge(changed[first..<next], into: resident)
            first = next
            renewRow(resident)
            changes += 1
            changesOfBlock[resident >> Self.blockBits] = changes
        }
    }

    /// Takes in the ties to the heads of these directions, which rise, as they are now.
    private mutating func merge(_ directions: ArraySlice<UInt64>, into resident: Int) {
        let old = neighbours[resident]
        var new: [Neighbour] = []
        new.reserveCapacity(old.count + directions.count)
        var place = 0
        var last: Int32 = -1
        for direction in directions {
            let head = Int32(truncatingIfNeeded: direction)
            guard head != last else { continue }
            last = head
            while place < old.count, old[place].resident < head {
                new.append(old[place])
                place += 1
            }
            if place < old.count, old[place].resident == head { place += 1 }
            let tie = tie(Int32(resident), head)
            let weight = tie.weight(fromLower: resident < Int(head))
            guard weight > 0 || tie.unblocked > 0 else { continue }
            new.append(
                Neighbour(
                    resident: head, weight: Int16(weight), unblocked: Int16(tie.unblocked)))
        }
        new.append(contentsOf: old[place...])
        neighbours[resident] = new
    }

    private mutating func renewRow(_ resident: Int) {
        var entries = neighbours[resident].filter { $0.weight > 0 }
        if entries.count > Self.tiesMax {
            entries.sort { ($1.weight, $0.resident) < ($0.weight, $1.resident) }
            entries.removeLast(entries.count - Self.tiesMax)
            entries.sort { $0.resident < $1.resident }
        }
        let total = entries.reduce(0) { $0 + Int($1.weight) }
        var columns = entries.map(\.resident)
        var weights = entries.map { Double($0.weight) }
        if total > 0, total < Self.fullThousandths {
            columns.append(Int32(resident))
            weights.append(Double(Self.fullThousandths - total))
        }
        rows.replace(resident, columns: columns, weights: weights)
    }
}
