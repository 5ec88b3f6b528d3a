/// Finds whether all rows can have columns of their own, whatever they cost, and who is in the way
/// when they cannot: Hopcroft and Karp (1973), a greedy start, then shortest augmenting paths in
/// waves.
///
/// Time O(entries times the root of rows), memory a few numbers a row and column.
struct PerfectMatching {
    private let rows: CompressedRows
    /// Column of each row, and row of each column; -1 without.
    private(set) var columnOfRow: [Int32]
    private var rowOfColumn: [Int32]
    /// Waves in which a row is reached from the rows without column; -1 when it is not.
    private var levels: [Int32]
    private var nexts: [Int32]

    init(_ rows: CompressedRows) {
        self.rows = rows
        columnOfRow = [Int32](repeating: -1, count: rows.rowCount)
        rowOfColumn = columnOfRow
        levels = columnOfRow
        nexts = columnOfRow
        for row in 0..<rows.rowCount {
            for entry in rows.entries(of: row) where rowOfColumn[Int(rows.columns[entry])] < 0 {
                take(rows.columns[entry], row)
                break
            }
        }
        while reachFreeColumns() { augment() }
    }

    var isPerfect: Bool { !columnOfRow.contains(-1) }

    /// Rows reached by alternating paths from those without a column, and all their columns: the
    /// columns are all taken by such rows, so there are fewer of them.
    var shortage: AssignmentShortage {
        let reached = levels.indices.filter { levels[$0] >= 0 }
        var isTheirs = [Bool](repeating: false, count: rows.rowCount)
        for row in reached {
            for entry in rows.entries(of: row) { isTheirs[Int(rows.columns[entry])] = true }
        }
        return AssignmentShortage(
            rows: reached.map { Int32($0) },
            columns: isTheirs.indices.filter { isTheirs[$0] }.map { Int32($0) })
    }

    private mutating func take(_ column: Int32, _ row: Int) {
        columnOfRow[row] = column
        rowOfColumn[Int(column)] = Int32(row)
    }

    /// Numbers the rows by waves; whether any free column came into sight.
    private mutating func reachFreeColumns() -> Bool {
        var queue: [Int32] = []
        for row in columnOfRow.indices {
            let isFree = columnOfRow[row] < 0
            levels[row] = isFree ? 0 : -1
            nexts[row] = rows.starts[row]
            if isFree { queue.append(Int32(row)) }
        }
        var isFound = false
        var head = 0
        while head < queue.count {
            let row = Int(queue[head])
            head += 1
            for entry in rows.entries(of: row) {
                let owner = rowOfColumn[Int(rows.columns[entry])]
                if owner < 0 {
                    isFound = true
                } else if levels[Int(owner)] < 0 {
                    levels[Int(owner)] = levels[row] + 1
                    queue.append(owner)
                }
            }
        }
        return isFound
    }

    /// Gives a column to as many rows as disjoint paths along the waves allow.
    private mutating func augment() {
        var path: [Int32] = []
        for start in columnOfRow.indices where columnOfRow[start] < 0 {
            path = [Int32(start)]
            while let last = path.last {
                let row = Int(last)
                guard nexts[row] < rows.starts[row + 1] else {
                    levels[row] = -1
                    path.removeLast()
                    if let before = path.last { nexts[Int(before)] += 1 }
                    continue
                }
                let owner = rowOfColumn[Int(rows.columns[Int(nexts[row])])]
                if owner < 0 {
                    for step in path { take(rows.columns[Int(nexts[Int(step)])], Int(step)) }
                    // Rows of a path that was used may not be used again in this wave.
                    for step in path { levels[Int(step)] = -1 }
                    break
                }
                if levels[Int(owner)] == levels[row] + 1 {
                    path.append(owner)
                } else {
                    nexts[row] += 1
                }
            }
        }
    }
}
