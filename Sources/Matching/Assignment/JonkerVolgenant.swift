/// The dense assignment by shortest augmenting paths (Jonker and Volgenant 1987): columns first
/// take the row that is cheapest for them, rows then outbid each other, and the few rows that are
/// left get their columns by Dijkstra's search over reduced costs.
///
/// Time O(n³), far less in practice;
/// memory a few numbers a row beside the costs.
struct JonkerVolgenant {
    private let size: Int
    private let costs: [Int64]
    private(set) var columnOfRow: [Int32]
    private var rowOfColumn: [Int32]
    private var prices: [Int64]

    init(_ instance: AssignmentInstance) {
        size = instance.size
        costs = instance.costs
        columnOfRow = [Int32](repeating: -1, count: size)
        rowOfColumn = columnOfRow
        prices = [Int64](repeating: 0, count: size)
    }

    /// Whether the end was reached; `stop` ends it before.
    mutating func run(stop: StopSignal) -> Bool {
        guard size > 0 else { return true }
        reduceColumns()
        for _ in 0..<2 { outbid() }
        var search = Search(size)
        for row in 0..<size where columnOfRow[row] < 0 {
            if stop.isRaised { return false }
            augment(row, &search)
        }
        return true
    }

    /// Each column's price becomes its least cost; its cheapest row takes it, if still free.
    private mutating func reduceColumns() {
        var cheapest = [Int32](repeating: 0, count: size)
        for column in 0..<size { prices[column] = costs[column] }
        for row in 1..<size {
            let begin = row * size
            for column in 0..<size where costs[begin + column] < prices[column] {
                prices[column] = costs[begin + column]
                cheapest[column] = Int32(row)
            }
        }
        for column in (0..<size).reversed() where columnOfRow[Int(cheapest[column])] < 0 {
            columnOfRow[Int(cheapest[column])] = Int32(column)
            rowOfColumn[column] = cheapest[column]
        }
    }

    /// Rows without a column take their best, and lower its price until their second is as good.
    private mutating func outbid() {
        var waiting = (0..<size).filter { columnOfRow[$0] < 0 }
        var index = 0
        var bids = 0
        while index < waiting.count, bids < 4 * size {
            let row = waiting[index]
            index += 1
            bids += 1
            let (best, chosen, second, other) = twoBest(row)
            var column = chosen
            let isBetter = best < second
            if isBetter {
                prices[column] -= second - best
            } else if rowOfColumn[column] >= 0, other >= 0 {
                column = other
            }
            let before = rowOfColumn[column]
            columnOfRow[row] = Int32(column)
            rowOfColumn[column] = Int32(row)
            guard before >= 0 else { continue }
            columnOfRow[Int(before)] = -1
            if isBetter {
                index -= 1
                waiting[index] = Int(before)
            }
        }
    }

    private func twoBest(_ row: Int) -> (best: Int64, column: Int, second: Int64, other: Int) {
        let begin = row * size
        var best = costs[begin] - prices[0]
        var column = 0
        var second = best
        var other = -1
        for candidate in 1..<size {
            let cost = costs[begin + candidate] - prices[candidate]
            if cost < best {
                (second, other) = (best, column)
                (best, column) = (cost, candidate)
            } else if other < 0 || cost < second {
                (second, other) = (cost, candidate)
            }
        }
        return (best, column, second, other)
    }

    private struct Search {
        var distances: [Int64]
        var parents: [Int32]
        /// Columns: settled, then those at the least distance, then the others.
        var order: [Int32]

        init(_ size: Int) {
            distances = [Int64](repeating: 0, count: size)
            parents = [Int32](repeating: 0, count: size)
            order = (0..<size).map { Int32($0) }
        }
    }

    /// The shortest path from a row to a free column; prices follow, and the path is turned over.
    private mutating func augment(_ start: Int, _ search: inout Search) {
        for column in 0..<size {
            search.distances[column] = costs[start * size + column] - prices[column]
            search.parents[column] = Int32(start)
        }
        var settled = 0
        var reached = 0
        var end = -1
        var least: Int64 = 0
        while end < 0 {
            if settled == reached {
                (least, reached) = gather(&search, from: settled)
                for index in settled..<reached where end < 0 {
                    let column = Int(search.order[index])
                    if rowOfColumn[column] < 0 { end = column }
                }
                if end >= 0 { break }
            }
            let column = Int(search.order[settled])
            settled += 1
            end = relax(column, least, &reached, &search)
        }
        for index in 0..<settled {
            let column = Int(search.order[index])
            if search.distances[column] < least {
                prices[column] += search.distances[column] - least
            }
        }
        while true {
            let row = Int(search.parents[end])
            rowOfColumn[end] = Int32(row)
            let next = columnOfRow[row]
            columnOfRow[row] = Int32(end)
            if row == start { break }
            end = Int(next)
        }
    }

    /// Brings the columns at the least distance to the front of those not settled.
    private func gather(_ search: inout Search, from begin: Int) -> (Int64, Int) {
        var end = begin
        var least = Int64.max
        for index in begin..<size {
            let distance = search.distances[Int(search.order[index])]
            if distance < least {
                least = distance
                end = begin
            }
            if distance == least {
                search.order.swapAt(index, end)
                end += 1
            }
        }
        return (least, end)
    }

    /// Looks from a settled column's row at all others; a free column at the same distance ends it.
    private func relax(
        _ column: Int, _ least: Int64, _ reached: inout Int, _ search: inout Search
    ) -> Int {
        let row = Int(rowOfColumn[column])
        let begin = row * size
        let base = costs[begin + column] - prices[column] - least
        var index = reached
        while index < size {
            let other = Int(search.order[index])
            let distance = costs[begin + other] - prices[other] - base
            if distance < search.distances[other] {
                search.distances[other] = distance
                search.parents[other] = Int32(row)
                if distance == least {
                    if rowOfColumn[other] < 0 { return other }
                    search.order.swapAt(index, reached)
                    reached += 1
                }
            }
            index += 1
        }
        return -1
    }

    /// Prices that prove the assignment.
    var dual: AssignmentDual {
        let rows = (0..<size).map { row in
            let column = Int(columnOfRow[row])
            return costs[row * size + column] - prices[column]
        }
        return AssignmentDual(rows: rows, columns: prices)
    }
}
