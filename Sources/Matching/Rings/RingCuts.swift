/// Rows that cut off shares which no plan has: half of the sum of some rows, rounded down, where the
/// right sides sum to an odd number (Chvátal and Gomory's cuts with halves; for three families the
/// subset rows of Jepsen and others, 2008).
///
/// Which rows, elimination modulo 2 tells, that makes the columns with the largest shares even first
/// (Koster, Zymolka and Kutschka, 2009).
struct RingCuts {
    /// Most cuts of one round.
    private static let eachMax = 40
    private static let violationMin = 0.04
    /// How often rows are eliminated, each time in another order.
    private static let passes = 4

    /// How far a cut is broken, and its rows.
    private typealias Found = (violation: Double, rows: [Int32])

    private let matrix: PackingMatrix
    private let shares: [(column: Int, share: Double)]
    private let rightSides: [Int64]
    private let slacks: [Double]
    private var words: Int { (shares.count + 63) / 64 }

    /// A row of the elimination: sums of rows modulo 2.
    private struct Sum {
        var bits: [UInt64]
        var rows: [Int32]
        var isOdd: Bool
    }

    /// Columns that have shares, and the right side of each row.
    init(
        _ matrix: PackingMatrix, rightSides: [Int64], shares: [(column: Int, share: Double)]
    ) {
        self.matrix = matrix
        self.rightSides = rightSides
        self.shares = shares.sorted { ($1.share, $0.column) < ($0.share, $1.column) }
        var slacks = rightSides.map { Double($0) }
        for (column, share) in shares {
            for entry in matrix.range(column) { slacks[matrix.row(at: entry)] -= share }
        }
        self.slacks = slacks.map { max($0, 0) }
    }

    /// The rows of the cuts that the shares break most.
    func separate(round: Int) -> [[Int32]] {
        var random = SplitMix64(seed: UInt64(round))
        var found = triangles()
        for pass in 0..<Self.passes { eliminate(isShuffled: pass > 0, &random, &found) }
        found.sort { one, other in
            one.violation != other.violation
                ? one.violation > other.violation : one.rows.lexicographicallyPrecedes(other.rows)
        }
        var cuts: [[Int32]] = []
        for next in found where cuts.count < Self.eachMax && cuts.last != next.rows {
            cuts.append(next.rows)
        }
        return cuts
    }

    private func eliminate(
        isShuffled: Bool, _ random: inout SplitMix64, _ found: inout [Found]
    ) {
        var order = Array(shares.indices)
        if isShuffled {
            let keys = shares.map { $0.share * (0.7 + 0.6 * random.unit()) }
            order.sort { (keys[$1], $0) < (keys[$0], $1) }
        }
        var sums = rows()
        for index in order {
            let (word, bit) = (index / 64, UInt64(1) << UInt64(index % 64))
            var pivot = -1
            for place in sums.indices where sums[place].bits[word] & bit != 0 {
                if pivot < 0 || sums[place].rows.count < sums[pivot].rows.count { pivot = place }
            }
            guard pivot >= 0 else { continue }
            let chosen = sums.remove(at: pivot)
            for place in sums.indices where sums[place].bits[word] & bit != 0 {
                for at in 0..<words { sums[place].bits[at] ^= chosen.bits[at] }
                sums[place].isOdd = sums[place].isOdd != chosen.isOdd
                sums[place].rows = Self.difference(sums[place].rows, chosen.rows)
                note(sums[place], &found)
            }
        }
    }

    private func note(_ sum: Sum, _ found: inout [Found]) {
        guard sum.isOdd, sum.rows.count > 1 else { return }
        let violation = (1 - weight(sum)) / 2
        if violation > Self.violationMin { found.append((violation, sum.rows)) }
    }

    // MARK: Three families

    /// Threes of families, of which the rings that hold two or all have a share above 1.
    private func triangles() -> [Found] {
        let familyCount = rightSides.prefix { $0 == 1 }.count
        var touching: [[Int]] = Array(repeating: [], count: familyCount)
        for (index, next) in shares.enumerated() where next.share < 0.999 {
            for entry in matrix.range(next.column) where matrix.row(at: entry) < familyCount {
                touching[matrix.row(at: entry)].append(index)
            }
        }
        let near = (0..<familyCount).map { family in
            let others = touching[family].flatMap { index in
                matrix.range(shares[index].column).map { Int32(matrix.row(at: $0)) }
            }
            return Set(others).filter { $0 > family && $0 < familyCount }.sorted()
        }
        var found: [Found] = []
        var isNear = [Bool](repeating: false, count: familyCount)
        for one in 0..<familyCount {
            for family in near[one] { isNear[Int(family)] = true }
            for other in near[one] {
                for third in near[Int(other)] where isNear[Int(third)] {
                    let rows = [Int32(one), other, third]
                    let violation = held(rows, touching) - 1
                    if violation > Self.violationMin { found.append((violation, rows)) }
                }
            }
            for family in near[one] { isNear[Int(family)] = false }
        }
        return found
    }

    /// Shares of the rings that hold two of the families or all, each counted once.
    private func held(_ rows: [Int32], _ touching: [[Int]]) -> Double {
        let near = rows.flatMap { touching[Int($0)] }.sorted()
        var sum = 0.0
        for (place, index) in near.enumerated()
        where place > 0 && near[place - 1] == index && (place == 1 || near[place - 2] != index) {
            sum += shares[index].share
        }
        return sum
    }

    // MARK: Sums of rows

    private func rows() -> [Sum] {
        var sums = rightSides.indices.map { row in
            Sum(
                bits: [UInt64](repeating: 0, count: words), rows: [Int32(row)],
                isOdd: rightSides[row] % 2 == 1)
        }
        for (index, next) in shares.enumerated() {
            for entry in matrix.range(next.column) {
                sums[matrix.row(at: entry)].bits[index / 64] ^= 1 << UInt64(index % 64)
            }
        }
        return sums.filter { sum in
            slacks[Int(sum.rows[0])] < 0.9 && sum.bits.contains { $0 != 0 }
        }
    }

    /// Rows that are in one of the two, sorted.
    private static func difference(_ one: [Int32], _ other: [Int32]) -> [Int32] {
        var rows: [Int32] = []
        var (at, there) = (0, 0)
        while at < one.count || there < other.count {
            if there == other.count || (at < one.count && one[at] < other[there]) {
                rows.append(one[at])
                at += 1
            } else if at == one.count || other[there] < one[at] {
                rows.append(other[there])
                there += 1
            } else {
                at += 1
                there += 1
            }
        }
        return rows
    }

    /// What the rows of a sum leave open, and the shares of its odd columns: below 1 there is a cut.
    private func weight(_ sum: Sum) -> Double {
        var weight = sum.rows.reduce(0.0) { $0 + slacks[Int($1)] }
        for word in 0..<words {
            var rest = sum.bits[word]
            while rest != 0 {
                weight += shares[word * 64 + rest.trailingZeroBitCount].share
                if weight >= 1 { return weight }
                rest &= rest - 1
            }
        }
        return weight
    }

    /// The columns in a cut, each as often as it counts.
    static func columns(_ matrix: PackingMatrix, cut: [Int32], rowCount: Int) -> [Int32] {
        var isIn = [Bool](repeating: false, count: rowCount)
        for row in cut { isIn[Int(row)] = true }
        var held: [Int32] = []
        for column in 0..<matrix.count {
            let sum = matrix.range(column).count { isIn[matrix.row(at: $0)] }
            for _ in 0..<sum / 2 { held.append(Int32(column)) }
        }
        return held
    }
}
