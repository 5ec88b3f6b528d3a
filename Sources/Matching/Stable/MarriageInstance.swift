/// Two sides that choose each other for long: families in need and families that help, or, in the
/// words of the field, men and women, residents and hospitals.
///
/// Lists are mutual: whoever is on a list has the other on its own.
public struct MarriageInstance: Hashable, Sendable, Codable {
    /// Most entries of both sides' lists together.
    public static let entriesMax = 100_000_000
    /// Most parties of a side.
    public static let partiesMax = 1_000_000
    /// Most parties that one of the other side takes.
    public static let capacityMax = 1_000_000

    /// Lists of those who propose; each takes one of the other side.
    public var men: PreferenceLists
    /// Lists of those who are proposed to.
    public var women: PreferenceLists
    /// How many each of the second side takes; 1 each in a marriage.
    public var capacities: [Int32]

    /// An instance; without capacities each takes one.
    public init(men: PreferenceLists, women: PreferenceLists, capacities: [Int32]? = nil) {
        self.men = men
        self.women = women
        self.capacities = capacities ?? [Int32](repeating: 1, count: women.count)
    }
}

/// Who stays with whom on two sides.
public struct MarriagePlan: Hashable, Sendable, Codable {
    /// Partner of each of the first side, or nil.
    public var partners: [Int32?]
    /// Sum over pairs of the places (0 the best) that the two have on each other's lists.
    public var cost: Int64
    /// Proposals that were made on the way.
    public var proposals: Int

    /// A plan.
    public init(partners: [Int32?], cost: Int64, proposals: Int) {
        self.partners = partners
        self.cost = cost
        self.proposals = proposals
    }
}

/// Equals that choose each other for long, such as families who take each other's children in turn.
///
/// Lists are mutual, and may be incomplete.
public struct RoommatesInstance: Hashable, Sendable, Codable {
    /// Most entries of all lists.
    public static let entriesMax = 100_000_000
    /// Most parties.
    public static let partiesMax = 1_000_000

    /// Each party's list.
    public var preferences: PreferenceLists

    /// An instance.
    public init(preferences: PreferenceLists) { self.preferences = preferences }
}

/// Who stays with whom among equals.
public struct RoommatesPlan: Hashable, Sendable, Codable {
    /// Whether no pair would rather have each other; where there is such a matching, this is one.
    public var isStable: Bool
    /// Partner of each, or nil.
    public var partners: [Int32?]
    /// Pairs that would rather have each other, the lower first; empty when stable.
    public var blocking: [[Int32]]
    /// Whether no matching has fewer blocking pairs: proven for groups of up to 30.
    public var isFewest: Bool
    /// Why there is no stable matching: rings of an odd number of parties, each of whom prefers the
    /// next to the one before (Tan's odd parties); empty when stable.
    public var oddRings: [[Int32]]

    /// A plan.
    public init(
        isStable: Bool, partners: [Int32?], blocking: [[Int32]], isFewest: Bool,
        oddRings: [[Int32]]
    ) {
        self.isStable = isStable
        self.partners = partners
        self.blocking = blocking
        self.isFewest = isFewest
        self.oddRings = oddRings
    }
}
