/// The sparse assignment by auction with scaled bids: rows bid for columns, the price of a column
/// is what the best bid left it worth, and the least bid shrinks from phase to phase (Bertsekas
/// 1988; Goldberg and Kennedy 1995 give O(entries times rows times log(rows times cost))).
///
/// Costs are multiplied by `size` + 1 and the last bid is 1, so the last assignment is optimal.
/// The instance must have a perfect assignment.
struct Auction {
    private let rows: CompressedRows
    private let scale: Int64
    private let costs: [Int64]
    private let spread: Int64
    private(set) var columnOfRow: [Int32]
    private var rowOfColumn: [Int32]
    private var prices: [Int64]
    private var waiting: [Int32] = []

    /// Begins with no prices; `instance.rows` must be there.
    init(_ instance: AssignmentInstance, rows: CompressedRows) {
        self.rows = rows
        let scale = Int64(instance.size) + 1
        self.scale = scale
        costs = instance.costs.map { $0 * scale }
        spread = max(1, (costs.max() ?? 0) - (costs.min() ?? 0))
        columnOfRow = [Int32](repeating: -1, count: instance.size)
        rowOfColumn = columnOfRow
        prices = [Int64](repeating: 0, count: instance.size)
    }

    /// Whether the end was reached; `stop` ends it before.
    mutating func run(stop: StopSignal) -> Bool {
        var bid = max(1, spread / Self.firstPart)
        while true {
            guard assignAll(bid, stop) else { return false }
            if bid == 1 { return true }
            bid = max(1, bid / Self.shrink)
        }
    }

    private static let firstPart: Int64 = 8
    private static let shrink: Int64 = 8

    /// One phase: rows whose column is no longer within `bid` of their best let it go, and bid.
    private mutating func assignAll(_ bid: Int64, _ stop: StopSignal) -> Bool {
        waiting.removeAll(keepingCapacity: true)
        for row in columnOfRow.indices.reversed() {
            let column = columnOfRow[row]
            if column >= 0, isContent(row, with: column, within: bid) { continue }
            if column >= 0 {
                rowOfColumn[Int(column)] = -1
                columnOfRow[row] = -1
            }
            waiting.append(Int32(row))
        }
        var rounds = 0
        while let row = waiting.popLast() {
            place(Int(row), bid)
            rounds += 1
            if rounds & 0xFFF == 0, stop.isRaised { return false }
        }
        return true
    }

    private func isContent(_ row: Int, with column: Int32, within bid: Int64) -> Bool {
        var best = Int64.max
        var own = Int64.max
        for entry in rows.entries(of: row) {
            let cost = costs[entry] + prices[Int(rows.columns[entry])]
            best = min(best, cost)
            if rows.columns[entry] == column { own = min(own, cost) }
        }
        return own <= best + bid
    }

    /// Gives a row the column that is best for it, at the price at which it would as soon have its
    /// second best; who had the column waits again.
    private mutating func place(_ row: Int, _ bid: Int64) {
        var best = Int64.max
        var second = Int64.max
        var chosen: Int32 = -1
        for entry in rows.entries(of: row) {
            let column = rows.columns[entry]
            let cost = costs[entry] + prices[Int(column)]
            if cost < best {
                if column != chosen { second = best }
                best = cost
                chosen = column
            } else if cost < second, column != chosen {
                second = cost
            }
        }
        let column = Int(chosen)
        let rise = second == .max ? spread : second - best
        prices[column] += rise + bid
        let before = rowOfColumn[column]
        rowOfColumn[column] = Int32(row)
        columnOfRow[row] = chosen
        if before >= 0 {
            columnOfRow[Int(before)] = -1
            waiting.append(before)
        }
    }

    /// Prices in the unit of the costs, exactly optimal: see `WholePrices`.
    func dual(_ instance: AssignmentInstance) -> AssignmentDual {
        let columns = WholePrices.rounding(prices, scale: scale).map { -$0 }
        let rowPrices = columnOfRow.indices.map { row in
            var best = Int64.max
            for entry in rows.entries(of: row) {
                best = min(best, instance.costs[entry] - columns[Int(rows.columns[entry])])
            }
            return best
        }
        return AssignmentDual(rows: rowPrices, columns: columns)
    }
}
