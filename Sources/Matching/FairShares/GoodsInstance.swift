internal import Glibc

/// Indivisible goods, and what each person says that each is worth.
public struct GoodsInstance: Codable, Hashable, Sendable {
    /// Most persons, and most goods.
    public static let countMax = 1_000_000
    /// Most persons times goods.
    public static let cellsMax = 10_000_000
    /// Largest sum of one person's values, in grains; also the largest weight.
    public static let sumMax: Int64 = 1 << 52

    /// Grains that make one unit of the file's values.
    public var grainsPerUnit: Int64
    /// Value of each good to each person, in grains, not negative; a row a person.
    public var values: [[Int64]]
    /// Number of goods.
    public var goods: Int
    /// What each person is due, beside the others; positive whole numbers.
    public var weights: [Int64]

    /// Number of persons.
    public var persons: Int { values.count }

    /// Persons with values in grains, of which a unit has `grainsPerUnit`, and equal weights.
    public init(values: [[Int64]], goods: Int, grainsPerUnit: Int64 = 1) {
        self.values = values
        self.goods = goods
        self.grainsPerUnit = grainsPerUnit
        weights = [Int64](repeating: 1, count: values.count)
    }

    /// What each person's goods are worth to itself, in grains.
    public func utilities(of owners: [Int32]) -> [Int64] {
        var utilities = [Int64](repeating: 0, count: persons)
        for (good, owner) in owners.enumerated() where owner >= 0 {
            utilities[Int(owner)] += values[Int(owner)][good]
        }
        return utilities
    }

    /// Sum of the natural logarithms of all positive utilities, in the file's unit.
    public func logNashWelfare(of owners: [Int32]) -> Double {
        utilities(of: owners).reduce(0) { sum, utility in
            utility > 0 ? sum + log(Double(utility) / Double(grainsPerUnit)) : sum
        }
    }
}

/// Who gets which good.
public struct GoodsPlan: Codable, Hashable, Sendable {
    /// Owner of each good; -1 for a good when there is nobody.
    public var owners: [Int32]
    /// Whether no other plan is better; only the exact search proves that.
    public var isProven: Bool

    /// Owners, and whether nothing is better.
    public init(owners: [Int32], isProven: Bool) {
        self.owners = owners
        self.isProven = isProven
    }
}
