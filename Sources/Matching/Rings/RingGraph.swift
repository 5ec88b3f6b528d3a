/// One group of an instance, whose rings touch no other: donors and families counted from 0, arcs
/// both ways, weights divided by what they have in common.
struct RingGraph {
    /// Donors of the instance, sorted.
    let members: [Int32]
    /// Families of the instance, sorted.
    let memberFamilies: [Int32]
    let families: [Int32]
    let isAltruist: [Bool]
    let altruists: [Int32]
    private let starts: [Int32]
    let columns: [Int32]
    let weights: [Int64]
    /// What tells plans of as many gifts apart: weight, as 0 to 999 of its range, and a little chance.
    ///
    /// Without it the shares of too many best solutions are mixed, and none is a plan.
    let ties: [Int64]
    private let inStarts: [Int32]
    /// Tail of each incoming arc, by head; and the arc that it is.
    let tails: [Int32]
    let arcOfSlot: [Int32]
    /// Millionths in a unit of `weights`.
    let weightUnit: Int64

    var donorCount: Int { members.count }
    var familyCount: Int { memberFamilies.count }

    func out(_ donor: Int) -> Range<Int> { Int(starts[donor])..<Int(starts[donor + 1]) }
    func into(_ donor: Int) -> Range<Int> { Int(inStarts[donor])..<Int(inStarts[donor + 1]) }

    /// Groups of an instance that have arcs or altruists.
    static func groups(of instance: RingsInstance) -> [RingGraph] {
        var root = (0..<instance.familyCount).map { Int32($0) }
        func find(_ family: Int32) -> Int32 {
            var at = family
            while root[Int(at)] != at {
                root[Int(at)] = root[Int(root[Int(at)])]
                at = root[Int(at)]
            }
            return at
        }
        for donor in 0..<instance.ids.count {
            for arc in instance.arcs.entries(of: donor) {
                let one = find(instance.families[donor])
                let other = find(instance.families[Int(instance.arcs.columns[arc])])
                root[Int(max(one, other))] = min(one, other)
            }
        }
        var groups: [[Int32]] = Array(repeating: [], count: instance.familyCount)
        for donor in 0..<instance.ids.count {
            groups[Int(find(instance.families[donor]))].append(Int32(donor))
        }
        return groups.filter { members in
            members.contains { donor in
                instance.isAltruist[Int(donor)]
                    || !instance.arcs.entries(of: Int(donor)).isEmpty
            }
        }.map { RingGraph(instance, members: $0) }
    }

    private init(_ instance: RingsInstance, members: [Int32]) {
        self.members = members
        memberFamilies = Set(members.map { instance.families[Int($0)] }).sorted()
        var familyIndex: [Int32: Int32] = [:]
        for (index, family) in memberFamilies.enumerated() { familyIndex[family] = Int32(index) }
        var donorIndex: [Int32: Int32] = [:]
        for (index, donor) in members.enumerated() { donorIndex[donor] = Int32(index) }
        families = members.map { familyIndex[instance.families[Int($0)]] ?? 0 }
        isAltruist = members.map { instance.isAltruist[Int($0)] }
        altruists = members.indices.filter { [isAltruist] in isAltruist[$0] }.map { Int32($0) }
        var starts: [Int32] = [0]
        var columns: [Int32] = []
        var weights: [Int64] = []
        var divisor: Int64 = 0
        for donor in members {
            for arc in instance.arcs.entries(of: Int(donor)) {
                columns.append(donorIndex[instance.arcs.columns[arc]] ?? 0)
                weights.append(instance.weights[arc])
                divisor = Self.commonDivisor(divisor, abs(instance.weights[arc]))
            }
            starts.append(Int32(columns.count))
        }
        let unit = max(divisor, 1)
        self.starts = starts
        self.columns = columns
        self.weights = weights.map { $0 / unit }
        weightUnit = unit
        ties = Self.ties(self.weights)
        var rows: [Int32] = []
        for donor in members.indices {
            rows += Array(repeating: Int32(donor), count: Int(starts[donor + 1] - starts[donor]))
        }
        let (back, order) = CompressedRows.sorting(
            rows: columns, columns: rows, rowCount: members.count)
        inStarts = back.starts
        tails = back.columns
        arcOfSlot = order
    }

    /// More than a tie of an arc.
    static let tieMax: Int64 = 1000 + 16

    private static func ties(_ weights: [Int64]) -> [Int64] {
        let least = weights.min() ?? 0
        let range = Double(max((weights.max() ?? 0) - least, 1))
        var random = SplitMix64(seed: 0x54_49_45)
        return weights.map { weight in
            Int64(Double(weight - least) / range * 999) + Int64(random.below(16))
        }
    }

    private static func commonDivisor(_ one: Int64, _ other: Int64) -> Int64 {
        var (large, small) = (one, other)
        while small != 0 { (large, small) = (small, large % small) }
        return large
    }
}
