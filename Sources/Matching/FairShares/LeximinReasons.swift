extension LeximinPlan {
    /// Why a household got what it got; words are made elsewhere.
    public enum Reason: Codable, Hashable, Sendable {
        /// It has all it needs.
        case needMet
        /// The lots that it may have are used up by households with no larger fill; the number of
        /// its level, from 0.
        case lotsUsedUp(level: Int)
        /// Whole units are shared, and none is left that it could have without a household with a
        /// lower fill going without.
        case unitsUsedUp
        /// No lot is open to it: none that it may have, or none before its expiry.
        case noLot
        /// All its lots together hold less than the least that is of use to it; both in grains.
        case tooLittleThere(held: Int64, useful: Int64)
        /// Its fair share would have been less than is of use to it; both in grains.
        case shareBelowUse(share: Double, useful: Int64)
    }

    /// A household that gets nothing although it needs something, since less is of no use to it.
    public struct Dropped: Codable, Hashable, Sendable {
        /// Index of the household.
        public var household: Int32
        /// Why.
        public var reason: Reason
    }

    /// The reason of each household, by index.
    public func reasons(of instance: LeximinInstance) -> [Reason] {
        let got = quantities(households: instance.needs.count)
        var reasons = instance.needs.indices.map { household in
            let isOpen = instance.lots(of: household).contains { instance.lastDays[Int($0)] > 0 }
            return isOpen ? Reason.unitsUsedUp : .noLot
        }
        for (number, level) in levels.enumerated() {
            for household in level.households where reasons[Int(household)] != .noLot {
                reasons[Int(household)] = .lotsUsedUp(level: number)
            }
        }
        for household in reasons.indices
        where got[household] == ExactRatio(instance.needs[household], 1) {
            reasons[household] = .needMet
        }
        for dropped in dropped { reasons[Int(dropped.household)] = dropped.reason }
        return reasons
    }
}
