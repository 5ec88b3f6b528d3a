/// Who gets how much of which lot, and the proof that nobody's share could be fairer.
public struct LeximinPlan: Codable, Hashable, Sendable {
    /// What one household gets of one lot.
    public struct Share: Codable, Hashable, Sendable {
        /// Index of the household.
        public var household: Int32
        /// Index of the lot.
        public var lot: Int32
        /// Day of the round on which it is fetched, from 1; 0 where any day will do.
        public var day: Int32
        /// Grains, exactly.
        public var quantity: ExactRatio
    }

    /// A day on which a household fetches, by its place in the proof.
    public struct PickUp: Codable, Hashable, Sendable {
        /// Index of the household.
        public var household: Int32
        /// Day of the round, from 1.
        public var day: Int32
    }

    /// Households whose weighted fill is the same, and the cut that proves that it cannot be more.
    ///
    /// Take all up to this level together. A household of them whose intake is not closed has all it
    /// needs. One whose intake is closed gets from each of its pick-ups all that it can fetch, or the
    /// pick-up is closed; every lot that it may have through a closed pick-up (where nobody is
    /// limited: every lot that it may have) is closed. And the closed lots are used up by them alone.
    /// So what they get in sum is all that they could.
    public struct Level: Codable, Hashable, Sendable {
        /// Quantity over need times priority (in thousandths), of each household here.
        public var fill: ExactRatio
        /// Households of the level, ascending.
        public var households: [Int32]
        /// Households whose intake the cut closes, ascending.
        public var intakes: [Int32]
        /// Lots that the cut closes, ascending.
        public var lots: [Int32]
        /// Pick-ups that the cut closes, ascending.
        public var pickUps: [PickUp]
    }

    /// Shares with a positive quantity, by household, then lot, then day.
    public var shares: [Share] = []
    /// Levels by rising fill; empty where whole units are shared, or where the search was ended.
    public var levels: [Level] = []
    /// Households that were left out, and why; by index.
    public var dropped: [Dropped] = []
    /// Whether the shares are proven to be the fairest; false only where the search was ended.
    public var isProven = true

    /// No shares.
    public init() {}

    /// What each household gets, in grains; nil beyond 128 bits.
    public func quantities(households: Int) -> [ExactRatio?] {
        var quantities = [ExactRatio?](repeating: .zero, count: households)
        for share in shares {
            let household = Int(share.household)
            quantities[household] = quantities[household]?.adding(share.quantity)
        }
        return quantities
    }
}
