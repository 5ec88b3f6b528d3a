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
    private var neighbours: [[Int32]]

    /// So many residents without ties.
    public init(residents: Int) {
        rows = StochasticRows(count: residents)
        neighbours = [[Int32]](repeating: [], count: residents)
        changesOfBlock = [UInt64](
            repeating: 0, count: (residents >> Self.blockBits) + 1)
    }

    /// Number of residents.
    public var residents: Int { neighbours.count }

    /// Makes these changes, each row anew once; a tie with oneself is void.
    ///
    /// O(ties of a resident) for each row; one change of one tie takes microseconds.
    public mutating func apply(_ events: [TieEvent]) {
        var changed: [Int32] = []
        for event in events {
            let (one, other) = event.residents
            change(one, other, &changed) { $0.apply(event, byLower: one < other) }
        }
        renew(changed)
    }

    /// Sets what residents' own experience adds to their weight towards others, in thousandths.
    mutating func setHelp(_ help: [(from: Int32, to: Int32, thousandths: Int)]) {
        var changed: [Int32] = []
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

    /// Residents with a mutual tie to both.
    func commonNeighbours(_ one: Int32, _ other: Int32) -> Int {
        neighbours[Int(one)].count { third in
            third != other && tie(one, third).mutual > 0 && tie(other, third).mutual > 0
        }
    }

    /// The mutual weights as a symmetric graph, in thousandths.
    func mutualRows() -> (rows: CompressedRows, weights: [Int32]) {
        var tails: [Int32] = []
        var heads: [Int32] = []
        var weights: [Int32] = []
        for resident in neighbours.indices {
            for other in neighbours[resident] {
                let weight = tie(Int32(resident), other).mutual
                guard weight > 0 else { continue }
                tails.append(Int32(resident))
                heads.append(other)
                weights.append(Int32(weight))
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

    private mutating func change(
        _ one: Int32, _ other: Int32, _ changed: inout [Int32], _ body: (inout Tie) -> Void
    ) {
        guard one != other else { return }
        let old = tie(one, other)
        var new = old
        body(&new)
        guard new != old else { return }
        ties[Self.key(one, other)] = new.isEmpty ? nil : new
        for (tail, head) in [(one, other), (other, one)] {
            let before = old.weight(fromLower: tail < head)
            let after = new.weight(fromLower: tail < head)
            guard before != after || old.mutual != new.mutual else { continue }
            if before == 0 { insert(head, into: Int(tail)) }
            if after == 0 { remove(head, from: Int(tail)) }
            changed.append(tail)
        }
    }

    private func place(of head: Int32, in tail: Int) -> Int {
        var low = 0
        var high = neighbours[tail].count
        while low < high {
            let middle = (low + high) / 2
            if neighbours[tail][middle] < head { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private mutating func insert(_ head: Int32, into tail: Int) {
        neighbours[tail].insert(head, at: place(of: head, in: tail))
    }

    private mutating func remove(_ head: Int32, from tail: Int) {
        neighbours[tail].remove(at: place(of: head, in: tail))
    }

    private mutating func renew(_ changed: [Int32]) {
        var last: Int32 = -1
        for resident in changed.sorted() where resident != last {
            last = resident
            renewRow(Int(resident))
            changes += 1
            changesOfBlock[Int(resident) >> Self.blockBits] = changes
        }
    }

    private mutating func renewRow(_ resident: Int) {
        var entries = neighbours[resident].map { other in
            (other, tie(Int32(resident), other).weight(fromLower: resident < Int(other)))
        }
        if entries.count > Self.tiesMax {
            entries.sort { ($1.1, $0.0) < ($0.1, $1.0) }
            entries.removeLast(entries.count - Self.tiesMax)
            entries.sort { $0.0 < $1.0 }
        }
        let total = entries.reduce(0) { $0 + $1.1 }
        if total > 0, total < Self.fullThousandths {
            entries.append((Int32(resident), Self.fullThousandths - total))
        }
        rows.replace(
            resident, columns: entries.map(\.0), weights: entries.map { Double($0.1) })
    }
}
