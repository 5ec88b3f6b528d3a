/// Rows that each need a column of their own: the linear assignment problem, square.
///
/// Costs have no unit; they may be negative.
public struct AssignmentInstance: Hashable, Sendable, Codable {
    /// Number of rows, and of columns.
    public var size: Int
    /// Which columns a row may take; nil when every row may take every column.
    public var rows: CompressedRows?
    /// Cost of each entry of `rows`; without `rows`, of each row with each column, row by row.
    public var costs: [Int64]
    /// What the file says the least cost is; nothing relies on it.
    public var statedOptimum: Int64?

    /// Every row may take every column: `costs` has `size` times `size` entries.
    public init(dense costs: [Int64], size: Int) {
        precondition(costs.count == size * size)
        self.size = size
        self.costs = costs
    }

    /// Entries in any order; of two with the same row and column the cheaper counts.
    public init(size: Int, rows: [Int32], columns: [Int32], costs: [Int64]) {
        let (sorted, order) = CompressedRows.sorting(rows: rows, columns: columns, rowCount: size)
        self.size = size
        self.rows = sorted
        self.costs = order.map { costs[Int($0)] }
    }

    /// Entries of a row in `costs`.
    public func entries(of row: Int) -> Range<Int> {
        rows?.entries(of: row) ?? row * size..<(row + 1) * size
    }

    /// The column of an entry of a row.
    public func column(of entry: Int, in row: Int) -> Int32 {
        if let rows { return rows.columns[entry] }
        return Int32(entry - row * size)
    }

    /// The cheapest way for a row to take a column, or nil.
    public func cost(of row: Int, _ column: Int32) -> Int64? {
        var least: Int64?
        for entry in entries(of: row) where self.column(of: entry, in: row) == column {
            least = min(least ?? costs[entry], costs[entry])
        }
        return least
    }

    /// Largest cost, by magnitude, with which no sum and no price can leave 64 bits; prices in
    /// units of 1 / (`size` + 1) may become as large as a path through all rows.
    public static func costMax(size: Int) -> Int64 {
        let nodes = Int64(size) + 2
        return min(1_000_000_000_000, (1 << 60) / (4 * nodes * nodes))
    }
}

/// An assignment of all rows, and the prices that prove that none is cheaper.
public struct AssignmentPlan: Hashable, Sendable, Codable {
    /// Sum of the costs; nil when some row must stay without a column.
    public var cost: Int64?
    /// Column of each row, or nil.
    public var assignment: [Int32?]
    /// Nil when no assignment is perfect, or when the search was stopped before it had proven one.
    public var dual: AssignmentDual?
    /// Why no assignment is perfect, if so.
    public var shortage: AssignmentShortage?

    /// A plan from its parts.
    public init(
        cost: Int64?, assignment: [Int32?], dual: AssignmentDual?,
        shortage: AssignmentShortage? = nil
    ) {
        self.cost = cost
        self.assignment = assignment
        self.dual = dual
        self.shortage = shortage
    }

    /// A cost that is not there is written as null.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(cost, forKey: .cost)
        try container.encode(assignment, forKey: .assignment)
        try container.encodeIfPresent(dual, forKey: .dual)
        try container.encodeIfPresent(shortage, forKey: .shortage)
    }
}

/// A price a row and a column; those of an entry's row and column never sum to more than its cost,
/// so their total is a lower bound of every assignment, in the unit of the costs.
public struct AssignmentDual: Hashable, Sendable, Codable {
    /// By row.
    public var rows: [Int64]
    /// By column.
    public var columns: [Int64]

    /// Prices by row and by column.
    public init(rows: [Int64], columns: [Int64]) {
        self.rows = rows
        self.columns = columns
    }
}

/// Rows that have, all together, fewer columns than rows (Hall 1935): the proof that somebody is
/// left.
public struct AssignmentShortage: Hashable, Sendable, Codable {
    /// The rows, ascending.
    public var rows: [Int32]
    /// All columns that any of them may take, ascending; fewer than the rows.
    public var columns: [Int32]

    /// Rows and all their columns.
    public init(rows: [Int32], columns: [Int32]) {
        self.rows = rows
        self.columns = columns
    }
}
