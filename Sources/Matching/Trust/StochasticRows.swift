/// A graph whose every row is a distribution: where a walk goes from a node, and how likely.
///
/// Rows can be replaced one by one; a row has its own room in shared arrays and moves to their end
/// when it outgrows it. 12 bytes an entry and 12 a row, at most doubled by room left empty.
///
/// A row without entries sends the walk back to where it began.
public struct StochasticRows: Sendable {
    struct Row: Sendable {
        var start: Int32
        var count: Int32
        var room: Int32
    }

    private(set) var rows: [Row]
    private(set) var columns: [Int32] = []
    private(set) var shares: [Double] = []
    private var abandoned = 0

    /// So many rows without entries.
    public init(count: Int) {
        rows = [Row](repeating: Row(start: 0, count: 0, room: 0), count: count)
    }

    /// Number of rows.
    public var count: Int { rows.count }

    /// Columns and shares of a row; the shares are positive and sum to 1, or there are none.
    public func row(_ row: Int) -> [(column: Int32, share: Double)] {
        entries(of: row).map { (columns[$0], shares[$0]) }
    }

    func entries(of row: Int) -> Range<Int> {
        let row = rows[row]
        return Int(row.start)..<Int(row.start + row.count)
    }

    /// Replaces a row by these columns, each at most once, with shares in the proportion of their
    /// positive weights.
    public mutating func replace(_ row: Int, columns new: [Int32], weights: [Double]) {
        precondition(new.count == weights.count)
        if new.count > Int(rows[row].room) { move(row, room: new.count) }
        rows[row].count = Int32(new.count)
        let start = Int(rows[row].start)
        let total = weights.reduce(0, +)
        for (index, column) in new.enumerated() {
            columns[start + index] = column
            shares[start + index] = weights[index] / total
        }
    }

    /// Gives a row new room at the end; packs all rows when half of the room lies abandoned.
    private mutating func move(_ row: Int, room: Int) {
        let old = Int(rows[row].room)
        abandoned += old
        rows[row] = Row(start: 0, count: 0, room: 0)
        if abandoned > 1024, abandoned > columns.count / 2 { pack() }
        // A row that is filled for the first time gets what it needs; one that grows, some more.
        let room = old == 0 ? room : room + room / 2
        rows[row] = Row(start: Int32(columns.count), count: 0, room: Int32(room))
        columns.append(contentsOf: repeatElement(0, count: room))
        shares.append(contentsOf: repeatElement(0, count: room))
    }

    private mutating func pack() {
        var packedColumns: [Int32] = []
        var packedShares: [Double] = []
        for index in rows.indices {
            let entries = entries(of: index)
            rows[index].start = Int32(packedColumns.count)
            rows[index].room = rows[index].count
            packedColumns.append(contentsOf: columns[entries])
            packedShares.append(contentsOf: shares[entries])
        }
        columns = packedColumns
        shares = packedShares
        abandoned = 0
    }
}
