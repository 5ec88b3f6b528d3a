/// Rows that cut off shares which no plan has: of three families, the rings that hold two of them or
/// all are worth one ring together (the subset rows of Jepsen and others, 2008).
struct RingCuts {
    /// Most cuts of one round.
    private static let eachMax = 40
    private static let violationMin = 0.05

    private let familyCount: Int
    /// Columns with a share that touch each family.
    private var touching: [[Int32]]
    private let matrix: PackingMatrix
    private var share: [Double]

    /// The families of the columns, of which `shares` have some.
    init(_ matrix: PackingMatrix, familyCount: Int, shares: [(column: Int, share: Double)]) {
        self.matrix = matrix
        self.familyCount = familyCount
        touching = Array(repeating: [], count: familyCount)
        share = Array(repeating: 0, count: matrix.count)
        for (column, part) in shares where part < 0.999 {
            share[column] = part
            for entry in matrix.range(column) where matrix.row(at: entry) < familyCount {
                touching[matrix.row(at: entry)].append(Int32(column))
            }
        }
    }

    /// The families of the cuts that the shares break most.
    func separate() -> [[Int32]] {
        let near = (0..<familyCount).map { neighbours($0) }
        var found: [(violation: Double, families: [Int32])] = []
        var isNear = [Bool](repeating: false, count: familyCount)
        for one in 0..<familyCount {
            for family in near[one] { isNear[Int(family)] = true }
            for other in near[one] {
                for third in near[Int(other)] where isNear[Int(third)] {
                    let families = [Int32(one), other, third]
                    let violation = held(families) - 1
                    if violation > Self.violationMin { found.append((violation, families)) }
                }
            }
            for family in near[one] { isNear[Int(family)] = false }
        }
        found.sort { one, other in
            one.violation != other.violation
                ? one.violation > other.violation
                : one.families.lexicographicallyPrecedes(other.families)
        }
        return found.prefix(Self.eachMax).map(\.families)
    }

    /// Higher families that share a ring with this one.
    private func neighbours(_ family: Int) -> [Int32] {
        var near = Set<Int32>()
        for column in touching[family] {
            for entry in matrix.range(Int(column)) {
                let other = matrix.row(at: entry)
                if other > family, other < familyCount { near.insert(Int32(other)) }
            }
        }
        return near.sorted()
    }

    /// Shares of the rings that hold two of the families or all, each counted once.
    private func held(_ families: [Int32]) -> Double {
        var sum = 0.0
        for (place, family) in families.enumerated() {
            for column in touching[Int(family)] {
                var count = 0
                var isFirst = true
                for (other, member) in families.enumerated()
                where matrix.contains(Int(column), member) {
                    count += 1
                    if other < place { isFirst = false }
                }
                if isFirst, count >= 2 { sum += share[Int(column)] }
            }
        }
        return sum
    }

    /// The columns that hold two of the families or all.
    static func columns(_ matrix: PackingMatrix, holding families: [Int32]) -> [Int32] {
        (0..<Int32(matrix.count)).filter { column in
            families.count { matrix.contains(Int(column), $0) } >= 2
        }
    }
}
