/// A sparse matrix, or a graph's arcs by their tail: compressed sparse rows.
///
/// Row `r` has the entries `starts[r] ..< starts[r + 1]` of `columns`; what belongs to an entry (a
/// cost, a weight) stands at the same index of an array of its own.
public struct CompressedRows: Hashable, Sendable, Codable {
    /// First entry of each row, and behind the last row the number of entries.
    public private(set) var starts: [Int32]
    /// Column of each entry; within a row in the order in which they were given.
    public private(set) var columns: [Int32]

    /// Sorts entries, given in any order as row and column, by row.
    ///
    /// `order[e]` is the index in the input of entry `e`. Rows must lie within `0 ..< rowCount`.
    public static func sorting(
        rows: [Int32], columns: [Int32], rowCount: Int
    ) -> (rows: CompressedRows, order: [Int32]) {
        precondition(rows.count == columns.count)
        var starts = [Int32](repeating: 0, count: rowCount + 1)
        for row in rows { starts[Int(row) + 1] += 1 }
        for row in 0..<rowCount { starts[row + 1] += starts[row] }
        var next = starts
        var order = [Int32](repeating: 0, count: rows.count)
        var sorted = order
        for index in rows.indices {
            let entry = Int(next[Int(rows[index])])
            next[Int(rows[index])] += 1
            order[entry] = Int32(index)
            sorted[entry] = columns[index]
        }
        return (CompressedRows(starts: starts, columns: sorted), order)
    }

    private init(starts: [Int32], columns: [Int32]) {
        self.starts = starts
        self.columns = columns
    }

    /// Number of rows.
    public var rowCount: Int { starts.count - 1 }

    /// Entries of a row.
    public func entries(of row: Int) -> Range<Int> { Int(starts[row])..<Int(starts[row + 1]) }
}
