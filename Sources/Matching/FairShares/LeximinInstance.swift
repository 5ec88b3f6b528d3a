/// Lots of divisible goods, and households in need of them: what is to be shared out in one round.
///
/// Quantities are in grains, whole numbers of which `grainsPerUnit` make one unit of the file (a
/// portion, a kilogram). Within these bounds no sum or product of the solver overflows 128 bits.
public struct LeximinInstance: Codable, Hashable, Sendable {
    /// Most households, and most lots.
    public static let countMax = 1_000_000
    /// Most pairs of a household and a lot that it may have.
    public static let pairsMax = 20_000_000
    /// Largest sum of needs, and of supplies, in grains.
    public static let sumMax: Int64 = 1 << 49
    /// Largest priority, in thousandths.
    public static let priorityMax: Int64 = 8000
    /// Longest round, in days.
    public static let daysMax = 366
    /// Most arcs, pairs times days where households fetch a limited quantity a day.
    public static let arcsMax = 20_000_000

    /// Grains that make one unit of the file.
    public var grainsPerUnit: Int64
    /// What each household needs, in grains; more it does not get.
    public var needs: [Int64]
    /// What each lot holds, in grains.
    public var supplies: [Int64]
    /// Lots that each household may have, ascending; a row a household.
    public var eligible: CompressedRows
    /// Weight of a household's need, in thousandths, from 1 to `priorityMax`; 1000 is ordinary.
    public var priorities: [Int64]
    /// Least that is of use to each household, in grains; 0 where anything is.
    public var usefulQuantities: [Int64]
    /// Last day of the round on which each lot may be handed out; 0 for one that has expired.
    public var lastDays: [Int32]
    /// Days of the round, 1 to `daysMax`.
    public var days: Int32
    /// Most that each household can fetch on one day, in grains; nil where nobody is limited.
    public var dailyPickUps: [Int64]?
    /// Whether only whole units are handed out.
    public var isIntegral: Bool

    /// A round of plain quantities: nothing expires, every household counts alike.
    ///
    /// `eligible[h]` names the lots of household `h`, ascending.
    public init(needs: [Int64], supplies: [Int64], eligible: [[Int32]], grainsPerUnit: Int64 = 1) {
        self.grainsPerUnit = grainsPerUnit
        self.needs = needs
        self.supplies = supplies
        let rows = eligible.indices.flatMap { row in
            [Int32](repeating: Int32(row), count: eligible[row].count)
        }
        self.eligible =
            CompressedRows.sorting(
                rows: rows, columns: eligible.flatMap(\.self), rowCount: eligible.count
            ).rows
        priorities = [Int64](repeating: 1000, count: needs.count)
        usefulQuantities = [Int64](repeating: 0, count: needs.count)
        lastDays = [Int32](repeating: 1, count: supplies.count)
        days = 1
        isIntegral = false
    }

    /// What one household's fill is measured by: its need times its priority.
    public func weight(of household: Int) -> Int64 { needs[household] * priorities[household] }

    /// Lots that a household may have.
    public func lots(of household: Int) -> ArraySlice<Int32> {
        eligible.columns[eligible.entries(of: household)]
    }
}
