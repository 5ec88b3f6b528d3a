/// Who eats with whom, when and what.
public struct MealPlan: Hashable, Sendable, Codable {
    /// The groups, by their first member.
    public var groups: [Group]
    /// Why each person is in no group; nil where it is in one.
    public var reasons: [Reason?]
    /// No plan places more people than this.
    public var bound: Int

    /// People in groups.
    public var placed: Int { groups.reduce(0) { $0 + $1.members.count } }

    /// Whether no plan places more people.
    public var isProven: Bool { placed == bound }

    /// People who share a slot and a taste.
    public struct Group: Hashable, Sendable, Codable {
        /// Who, ascending.
        public var members: [Int32]
        /// When.
        public var slot: Int32
        /// What.
        public var taste: Int32

        /// A group at a key.
        public init(members: [Int32], slot: Int32, taste: Int32) {
            self.members = members
            self.slot = slot
            self.taste = taste
        }
    }

    /// Why somebody is in no group.
    ///
    /// None tells who, or what rule, stood in the way: a block reads like a distance.
    public enum Reason: Hashable, Sendable, Codable {
        /// Named no slot, or no taste.
        case noKey
        /// Fewer people than a group needs share one of the keys with them.
        case fewShareKey(most: Int)
        /// Enough people share a key, but no group of the least size can be made around them.
        case noGroupPossible
        /// Groups are possible, and would leave more people, or earlier ones, without one.
        case othersFirst
    }

    /// A plan as a solver leaves it.
    public init(groups: [Group], reasons: [Reason?], bound: Int) {
        self.groups = groups
        self.reasons = reasons
        self.bound = bound
    }
}
