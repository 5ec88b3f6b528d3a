/// How familiar somebody is to one resident: a band, for that resident's eyes alone.
public enum NearnessBand: Int, Hashable, Sendable, Codable, Comparable, CaseIterable {
    /// Not among the nearest.
    case stranger
    /// Among the nearest, through others.
    case reachable
    /// As a neighbour of several common ties is.
    case familiar
    /// As one's own people are.
    case close

    /// Nearness from which on the band begins.
    public var nearnessMin: Double {
        switch self {
        case .stranger: 0
        case .reachable: 0.000_5
        case .familiar: 0.005
        case .close: 0.02
        }
    }

    /// The band of a nearness.
    public init(nearness: Double) {
        self = Self.allCases.last { nearness >= $0.nearnessMin } ?? .stranger
    }

    /// So many bands lower; a stranger at the lowest.
    public func lowered(by bands: Int) -> NearnessBand {
        NearnessBand(rawValue: max(0, rawValue - bands)) ?? .stranger
    }

    /// By familiarity.
    public static func < (left: NearnessBand, right: NearnessBand) -> Bool {
        left.rawValue < right.rawValue
    }
}

/// Why somebody stands where they stand for one resident, as a code; words are made elsewhere.
///
/// A reason speaks of what the resident did, of ties that the resident has, of registers, or of
/// several others at once, at least `othersMin`. A third person's dispute, or block of the subject,
/// changes no reason.
public enum TrustReason: Hashable, Sendable, Codable {
    /// The household was verified in person.
    case verifiedHousehold
    /// Known to neighbours who lead to verified households.
    case reachedFromVerified
    /// Neither yet: verification in person opens the gate.
    case notYetVerified
    /// Not proposed; one wording for a block by either side and whatever else forbids it.
    case notProposed
    /// The resident and the subject have this tie.
    case tie(TieKind)
    /// Both took part in at least so many activities.
    case sharedActivities(atLeast: Int)
    /// At least so many residents have ties to both.
    case commonNeighbours(atLeast: Int)
    /// The resident's own good experiences, at least so many.
    case ownGoodExperience(TrustDomain, atLeast: Int)
    /// The resident's own dispute, which has lowered the band.
    case ownDispute(TrustDomain)
    /// Good experiences of at least so many others.
    case othersGoodExperience(TrustDomain, atLeast: Int)
    /// Neither the resident nor enough others have any experience.
    case littleKnown(TrustDomain)

    /// Fewest others that a reason may speak of.
    public static let othersMin = 3
    /// Numbers that a reason may name.
    static let steps = [20, 10, 5, 3, 1]

    /// The largest step that a count reaches; nil below the least allowed.
    static func step(_ count: Int, least: Int = 1) -> Int? {
        steps.first { $0 <= count && $0 >= least }
    }
}
