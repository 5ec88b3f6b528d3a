/// A plan in the numbers of the file: what `linli solve leximin` writes and its checker reads.
public struct LeximinAnswer: Codable, Hashable, Sendable {
    /// A household, a lot, and the quantity in the file's unit: a list of three numbers.
    public struct Entry: Codable, Hashable, Sendable {
        /// Index of the household.
        public var household: Int
        /// Index of the lot.
        public var lot: Int
        /// In the file's unit.
        public var quantity: Double

        /// What a household gets of a lot.
        public init(household: Int, lot: Int, quantity: Double) {
            self.household = household
            self.lot = lot
            self.quantity = quantity
        }

        /// From a list of three numbers.
        public init(from decoder: any Decoder) throws {
            var list = try decoder.unkeyedContainer()
            household = try list.decode(WholeNumber.self).value
            lot = try list.decode(WholeNumber.self).value
            quantity = try list.decode(Double.self)
        }

        /// As a list of three numbers.
        public func encode(to encoder: any Encoder) throws {
            var list = encoder.unkeyedContainer()
            try list.encode(household)
            try list.encode(lot)
            try list.encode(quantity)
        }
    }

    /// What each household gets over what it needs; 1 where it needs nothing.
    public var fill: [Double]
    /// Positive quantities, by household, then lot, then day.
    public var allocation: [Entry]
    /// Day of each entry of `allocation`, where households fetch a limited quantity a day.
    public var days: [Int]?
    /// Households that were left out because too little was there for them; by index.
    public var dropped: [Int]?

    /// The numbers of a plan.
    public init(_ plan: LeximinPlan, of instance: LeximinInstance) {
        let quantities = plan.quantities(households: instance.needs.count)
        var rounded = [Double](repeating: 0, count: instance.needs.count)
        for share in plan.shares { rounded[Int(share.household)] += share.quantity.value }
        fill = instance.needs.indices.map { household in
            let need = instance.needs[household]
            guard need > 0 else { return 1 }
            guard let exact = quantities[household] else {
                return rounded[household] / Double(need)
            }
            return exact.value / Double(need)
        }
        let unit = Double(instance.grainsPerUnit)
        allocation = plan.shares.map { share in
            Entry(
                household: Int(share.household), lot: Int(share.lot),
                quantity: share.quantity.value / unit)
        }
        if instance.dailyPickUps != nil { days = plan.shares.map { share in Int(share.day) } }
        if !plan.dropped.isEmpty { dropped = plan.dropped.map { Int($0.household) } }
    }
}
