/// People who would eat together: who has time when, likes what, knows whom and lives where.
///
/// A group shares a slot and a taste, and within it each pair trusts each other enough, lives near
/// enough and is not blocked.
public struct MealInstance: Hashable, Sendable, Codable {
    /// Most people that a reader lets through; memory grows with the square.
    public static let peopleMax = 2000
    /// Most slots, and most tastes, that a reader lets through.
    public static let keysMax = 64
    /// Largest group that a reader lets through.
    public static let sizeMax = 32
    /// Longest distance that a reader lets through, in metres.
    public static let distanceMax = 1e6

    /// Slots in which each person has time, by falling preference; any ids.
    public var slots: [[Int32]]
    /// Tastes that each person likes, by falling preference; any ids.
    public var tastes: [[Int32]]
    /// Trust of each person (row) in each other, 0 to 1, row after row.
    public var trust: [Double]
    /// Way from each person (row) to each other in metres, row after row.
    public var distances: [Double]
    /// Fewest and most people of a group.
    public var sizes: ClosedRange<Int>
    /// Least trust of one member in another.
    public var leastTrust: Double
    /// Longest way from one member to another, in metres.
    public var mostDistance: Double
    /// Pairs of whom one has blocked the other; they never share a group.
    public var blocks: [Block]
    /// People who are new or isolated: among plans that place as many, those with more of them win.
    public var newcomers: [Int32]
    /// When the groups of a slot lock; slots without one lock at 0.
    public var deadlines: [Deadline]

    /// Two people who never share a group, whoever of them wished it.
    public struct Block: Hashable, Sendable, Codable {
        /// The one.
        public var first: Int32
        /// The other.
        public var second: Int32

        /// A block between two people.
        public init(_ first: Int32, _ second: Int32) {
            self.first = first
            self.second = second
        }
    }

    /// When the groups of a slot lock.
    public struct Deadline: Hashable, Sendable, Codable {
        /// The slot.
        public var slot: Int32
        /// Minutes from any instant that is the same for all.
        public var minutes: Int32

        /// A slot locks at a minute.
        public init(slot: Int32, minutes: Int32) {
            self.slot = slot
            self.minutes = minutes
        }
    }

    /// People who share the limits; the matrices must have a row and a column a person.
    public init(
        slots: [[Int32]], tastes: [[Int32]], trust: [Double], distances: [Double],
        sizes: ClosedRange<Int>, leastTrust: Double, mostDistance: Double
    ) {
        self.slots = slots
        self.tastes = tastes
        self.trust = trust
        self.distances = distances
        self.sizes = sizes
        self.leastTrust = leastTrust
        self.mostDistance = mostDistance
        blocks = []
        newcomers = []
        deadlines = []
    }

    /// Number of people; their ids begin at 0.
    public var count: Int { slots.count }
}
