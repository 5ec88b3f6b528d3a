/// The primal simplex method for choosing columns of which each row allows one in all: maximise the
/// sum of costs times shares.
///
/// The inverse of the basis is held dense, column by column: rows squared in doubles, hence at most
/// `rowsMax` rows at the beginning (32 MB). Right sides are 1 and a little more, each another little,
/// so that no basis is degenerate. What it answers is never trusted alone: its prices are rounded up
/// to whole numbers, and those are proven against each column.
struct PackingSimplex {
    static let rowsMax = 2000
    private static let tolerance = 1e-9
    /// What a row that was added costs where the basis does not keep it, in units of a column's cost.
    private static let penalty = 16.0
    /// Below the numbers of slacks: -2^40 - r stands for what breaks row r.
    private static let excess = -1 << 40

    private var rows: Int
    /// The inverse's cells of each row, by basic position, `width` blocks of eight a row.
    private var inverse: [SIMD8<Double>]
    private var width: Int { (rows + 7) / 8 }
    /// Column of each basic position; -1 - r for the slack of row r, `excess` - r for what breaks it.
    private var basis: [Int]
    private var random = SplitMix64(seed: 0x52_49_4E_47)
    private var levels: [Double]
    private var isBasic: [Bool] = []
    private(set) var prices: [Double]
    private var direction: [SIMD8<Double>] = []
    /// Blocks of `direction` that are not zero.
    private var support: [Int] = []
    private(set) var pivots = 0

    init(rows: Int) {
        self.rows = rows
        inverse = Array(repeating: .zero, count: rows * ((rows + 7) / 8))
        basis = (0..<rows).map { -1 - $0 }
        levels = []
        prices = Array(repeating: 0, count: rows)
        for row in 0..<rows {
            inverse[row * width + row / 8][row % 8] = 1
            levels.append(loosened(1))
        }
    }

    /// A right side and a little more.
    private mutating func loosened(_ side: Double) -> Double { side + 1e-6 * (1 + random.unit()) }

    /// Goes back to how it was, but counts the pivots since.
    mutating func restore(_ saved: PackingSimplex) {
        let count = pivots
        self = saved
        pivots = count
    }

    /// Columns in the basis.
    var basicColumns: [Int] { basis.filter { $0 >= 0 } }

    /// Gives the columns other numbers; each that is in the basis must have one.
    mutating func renumber(_ numbers: [Int32]) {
        isBasic = []
        for position in basis.indices where basis[position] >= 0 {
            basis[position] = Int(numbers[basis[position]])
            while isBasic.count <= basis[position] { isBasic.append(false) }
            isBasic[basis[position]] = true
        }
    }

    /// Adds rows, each with the columns that it holds, as often as they count.
    ///
    /// A basis that breaks one stays, at a cost that the next `maximise` gets rid of.
    mutating func add(rows new: [[Int32]], rightSides: [Int64]) {
        let (old, narrow) = (rows, width)
        rows += new.count
        var wider = [SIMD8<Double>](repeating: .zero, count: rows * width)
        for row in 0..<old {
            for block in 0..<narrow { wider[row * width + block] = inverse[row * narrow + block] }
        }
        var place = [Int32](repeating: -1, count: isBasic.count)
        for (position, column) in basis.enumerated() where column >= 0 {
            place[column] = Int32(position)
        }
        for (index, held) in new.enumerated() {
            let positions = held.compactMap { column -> Int? in
                Int(column) < place.count && place[Int(column)] >= 0
                    ? Int(place[Int(column)]) : nil
            }
            let level = positions.reduce(loosened(Double(rightSides[index]))) { $0 - levels[$1] }
            let sign: Double = level >= 0 ? 1 : -1
            let row = old + index
            for other in 0..<old {
                var sum = 0.0
                for position in positions {
                    sum += inverse[other * narrow + position / 8][position % 8]
                }
                wider[other * width + row / 8][row % 8] = -sign * sum
            }
            wider[row * width + row / 8][row % 8] = sign
            levels.append(abs(level))
            basis.append(level >= 0 ? -1 - row : Self.excess - row)
        }
        inverse = wider
        prices = Array(repeating: 0, count: rows)
    }

    /// Shares of the columns that have one.
    var shares: [(column: Int, share: Double)] {
        zip(basis, levels).filter { $0.0 >= 0 && $0.1 > 1e-4 }.map { ($0.0, $0.1) }
            .sorted { $0.0 < $1.0 }
    }

    /// Goes on from the basis that stands to the best one for these costs, of which only `active`
    /// columns may enter; false if it was stopped.
    mutating func maximise(
        _ costs: [Double], columns: PackingMatrix, active: [Int], stop: StopSignal
    ) -> Bool {
        while isBasic.count < columns.count { isBasic.append(false) }
        reprice(costs)
        let most = pivots + 50 * rows + 20_000
        while pivots < most {
            var candidates = entering(costs, columns, active)
            if candidates.isEmpty { return true }
            while let (at, column) = bestOf(candidates, costs, columns) {
                if stop.isRaised { return false }
                candidates.remove(at: at)
                enter(column, costs, columns)
            }
        }
        return true
    }

    private mutating func reprice(_ costs: [Double]) {
        let basic = basis.map { column in
            column >= 0 ? costs[column] : column <= Self.excess ? -Self.penalty : 0
        }
        var costs = [SIMD8<Double>](repeating: .zero, count: width)
        for (position, cost) in basic.enumerated() { costs[position / 8][position % 8] = cost }
        for row in 0..<rows {
            var sum = SIMD8<Double>.zero
            for block in 0..<width { sum += costs[block] * inverse[row * width + block] }
            prices[row] = sum.sum()
        }
    }

    private func profit(_ column: Int, _ costs: [Double], _ columns: PackingMatrix) -> Double {
        if column < 0 { return -prices[-1 - column] }
        var profit = costs[column]
        for entry in columns.range(column) { profit -= prices[columns.row(at: entry)] }
        return profit
    }

    /// Up to 32 columns of the highest profit.
    private func entering(
        _ costs: [Double], _ columns: PackingMatrix, _ active: [Int]
    ) -> [Int] {
        var found: [(profit: Double, column: Int)] = []
        var least = Self.tolerance
        func consider(_ column: Int) {
            let profit = profit(column, costs, columns)
            guard profit > least else { return }
            found.append((profit, column))
            guard found.count == 128 else { return }
            found.sort { ($1.profit, $0.column) < ($0.profit, $1.column) }
            found.removeLast(96)
            least = found[31].profit
        }
        for row in 0..<rows { consider(-1 - row) }
        for column in active where !isBasic[column] { consider(column) }
        found.sort { ($1.profit, $0.column) < ($0.profit, $1.column) }
        return found.prefix(32).map(\.column)
    }

    private func bestOf(
        _ candidates: [Int], _ costs: [Double], _ columns: PackingMatrix
    ) -> (at: Int, column: Int)? {
        var best: (at: Int, column: Int)?
        var most = Self.tolerance
        for (at, column) in candidates.enumerated() {
            let profit = profit(column, costs, columns)
            if profit > most {
                most = profit
                best = (at, column)
            }
        }
        return best
    }

    private mutating func enter(_ column: Int, _ costs: [Double], _ columns: PackingMatrix) {
        pivots += 1
        direction = Array(repeating: .zero, count: width)
        if column < 0 {
            addColumn(-1 - column)
        } else {
            for entry in columns.range(column) { addColumn(columns.row(at: entry)) }
        }
        support.removeAll(keepingCapacity: true)
        var leaving = -1
        var least = Double.infinity
        var most = 0.0
        for block in 0..<width where direction[block] != .zero {
            support.append(block)
            for place in 0..<8 where direction[block][place] > 1e-7 {
                let step = direction[block][place]
                let ratio = max(levels[block * 8 + place], 0) / step
                if ratio < least || (ratio == least && step > most) {
                    (least, most, leaving) = (ratio, step, block * 8 + place)
                }
            }
        }
        guard leaving >= 0 else { return }
        let profit = profit(column, costs, columns)
        for block in support {
            for place in 0..<8 where block * 8 + place < rows {
                levels[block * 8 + place] -= least * direction[block][place]
            }
        }
        levels[leaving] = least
        Self.pivot(
            &inverse, &prices, direction: direction, support: support, leaving: leaving,
            profit: profit)
        if basis[leaving] >= 0 { isBasic[basis[leaving]] = false }
        basis[leaving] = column
        if column >= 0 { isBasic[column] = true }
    }

    private mutating func addColumn(_ row: Int) {
        let begin = row * width
        for block in 0..<width { direction[block] += inverse[begin + block] }
    }

    /// Turns the inverse and the prices to the new basis: the one loop that takes time.
    private static func pivot(
        _ inverse: inout [SIMD8<Double>], _ prices: inout [Double], direction: [SIMD8<Double>],
        support: [Int], leaving: Int, profit: Double
    ) {
        let width = direction.count
        let pivot = direction[leaving / 8][leaving % 8]
        let steps = direction.span
        let places = support.span
        var cells = inverse.mutableSpan
        for row in prices.indices {
            let begin = row &* width
            let factor = cells[begin + leaving / 8][leaving % 8] / pivot
            if abs(factor) < 1e-12 { continue }
            prices[row] += profit * factor
            for index in places.indices {
                let block = places[index]
                cells[begin &+ block] -= factor * steps[block]
            }
            cells[begin + leaving / 8][leaving % 8] = factor
        }
    }
}
