/// Families who help in a ring: each gives to the next, and the last to the first (a cycle); or one
/// who asks for nothing gives first, and the last gives to the list of those who wait (a chain).
///
/// The field knows it as kidney exchange. A vertex is a donor, one who gives on behalf of a family;
/// of the donors of a family one gives, and only if the family is given to.
public struct RingsInstance: Hashable, Sendable, Codable {
    /// Most donors.
    public static let donorsMax = 100_000
    /// Most arcs between donors.
    public static let arcsMax = 10_000_000
    /// Most weight of an arc, in either direction, in units of the file.
    public static let weightMax = 1_000_000.0
    /// Parts of a unit in which weights are kept.
    public static let unit: Int64 = 1_000_000

    /// An arc: the giver, a donor of the family that is given to, and the weight in millionths.
    public struct Arc: Hashable, Sendable {
        /// Who gives.
        public var from: Int32
        /// A donor of the family that is given to.
        public var to: Int32
        /// What the gift is worth beyond being one, in millionths of a unit.
        public var weight: Int64

        /// An arc.
        public init(from: Int32, to: Int32, weight: Int64) {
            self.from = from
            self.to = to
            self.weight = weight
        }
    }

    /// The file's id of each donor.
    public private(set) var ids: [Int]
    /// Whether a donor gives for nobody, and so begins chains.
    public private(set) var isAltruist: [Bool]
    /// Family of each donor; a donor without one is a family of its own.
    public private(set) var families: [Int32]
    /// Number of families.
    public private(set) var familyCount: Int
    /// Whom each donor can give to, sorted.
    public private(set) var arcs: CompressedRows
    /// Weight of each arc, in millionths of a unit.
    public private(set) var weights: [Int64]

    /// An instance; arcs within a family and arcs to altruists are left out: nobody needs them.
    public init(
        ids: [Int], isAltruist: [Bool], families: [Int32], familyCount: Int, arcs given: [Arc]
    ) {
        precondition(ids.count == isAltruist.count && ids.count == families.count)
        self.ids = ids
        self.isAltruist = isAltruist
        self.families = families
        self.familyCount = familyCount
        let kept = given.filter { arc in
            families[Int(arc.from)] != families[Int(arc.to)] && !isAltruist[Int(arc.to)]
        }.sorted { ($0.from, $0.to) < ($1.from, $1.to) }
        arcs =
            CompressedRows.sorting(
                rows: kept.map(\.from), columns: kept.map(\.to), rowCount: ids.count
            ).rows
        weights = kept.map(\.weight)
    }
}

/// Which families help in a ring.
public struct RingsPlan: Hashable, Sendable, Codable {
    /// Cycles of donors, each giving to the family of the next.
    public var cycles: [[Int32]]
    /// Chains of donors; the first is an altruist, the last gives to the list.
    public var chains: [[Int32]]
    /// Gifts: one a donor in a cycle or chain.
    public var gifts: Int
    /// Weight of all arcs used, in millionths of a unit; a gift to the list has none.
    public var weight: Int64
    /// No plan has more gifts than this.
    public var giftsBound: Int
    /// No plan with the most gifts has more weight than this, in millionths; where the gifts are not
    /// proven, no plan at all has.
    public var weightBound: Int64
    /// A price for each family, in parts of `priceScale`; empty for groups too large to price.
    ///
    /// No cycle or chain has more gifts than its families' prices sum to, so that no plan has more
    /// gifts than the sum of all prices.
    public var prices: [Int64]
    /// Parts of a gift in which prices are counted.
    public var priceScale: Int64

    /// Whether the bounds are reached: no plan is better.
    public var isOptimal: Bool { gifts == giftsBound && weight == weightBound }

    /// A plan of nothing.
    public init() {
        cycles = []
        chains = []
        gifts = 0
        weight = 0
        giftsBound = 0
        weightBound = 0
        prices = []
        priceScale = 1
    }
}
