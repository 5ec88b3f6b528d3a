/// Why two residents are familiar; several kinds may hold between the same two.
public enum TieKind: UInt8, Hashable, Sendable, Codable, CaseIterable {
    /// Relatives, whichever household they live in.
    case kin
    /// Two households that look after each other.
    case pairedFamily
    /// The same stair, by the register of residences.
    case sameStair
    /// From the same home town.
    case townsman
    /// Worked together once.
    case formerWorkmate
    /// Went to school together.
    case classmate

    /// What the tie weighs, in thousandths.
    public var thousandths: Int {
        switch self {
        case .kin: 800
        case .pairedFamily: 700
        case .sameStair: 250
        case .townsman: 150
        case .formerWorkmate, .classmate: 400
        }
    }

    fileprivate var bit: UInt8 { 1 << rawValue }
}

/// What changes a tie, as an entry of the log says it; residents are numbered from 0.
public enum TieEvent: Hashable, Sendable, Codable {
    /// One of the two says that there is a tie; it counts once the other says so too.
    case claimed(TieKind, by: Int32, with: Int32)
    /// One of the two no longer says so.
    case withdrawn(TieKind, by: Int32, with: Int32)
    /// A register that neither of them writes says that there is a tie.
    case registered(TieKind, Int32, Int32)
    /// The register no longer says so.
    case unregistered(TieKind, Int32, Int32)
    /// Both took part in an activity.
    case tookPartTogether(Int32, Int32)
    /// One wants nothing to do with the other; whoever it was, all between them is void.
    case blocked(by: Int32, whom: Int32)
    /// One takes the block back; one by the other stays.
    case unblocked(by: Int32, whom: Int32)

    /// The two residents; whoever acts stands first.
    public var residents: (Int32, Int32) {
        switch self {
        case .claimed(_, let one, let other), .withdrawn(_, let one, let other),
            .registered(_, let one, let other), .unregistered(_, let one, let other),
            .tookPartTogether(let one, let other), .blocked(let one, let other),
            .unblocked(let one, let other):
            (one, other)
        }
    }
}

/// All that stands between two residents.
struct Tie: Equatable, Sendable {
    /// Most that the kinds of a tie weigh together, in thousandths.
    static let kindsMax = 1000
    /// Weight of an activity in which both took part, and how many count.
    static let activityThousandths = 60
    static let activitiesMax = 5
    /// Most that a resident's own experience of the other adds.
    static let helpMax = 500

    // The lower number's side stands first, then the higher's.
    private var claims: (UInt8, UInt8) = (0, 0)
    private var blocks: (Bool, Bool) = (false, false)
    private var help: (Int16, Int16) = (0, 0)
    private var register: UInt8 = 0
    private(set) var activities: UInt16 = 0

    var isBlocked: Bool { blocks.0 || blocks.1 }
    var isEmpty: Bool { self == Tie() }

    /// The kinds that count: those that both claim, and those of the register.
    var kinds: [TieKind] {
        TieKind.allCases.filter { (claims.0 & claims.1 | register) & $0.bit != 0 }
    }

    /// Weight that both directions share, in thousandths; 0 across a block.
    var mutual: Int { isBlocked ? 0 : unblocked }

    /// What they would share if neither had blocked the other: kinds add up to a cap.
    var unblocked: Int {
        var shared = min(Int(activities), Self.activitiesMax) * Self.activityThousandths
        let held = claims.0 & claims.1 | register
        for kind in TieKind.allCases where held & kind.bit != 0 { shared += kind.thousandths }
        return min(shared, Self.kindsMax)
    }

    /// Weight out of the lower, or the higher, numbered of the two.
    func weight(fromLower: Bool) -> Int {
        isBlocked ? 0 : mutual + Int(fromLower ? help.0 : help.1)
    }

    mutating func setHelp(_ thousandths: Int, fromLower: Bool) {
        let value = Int16(min(max(thousandths, 0), Self.helpMax))
        if fromLower { help.0 = value } else { help.1 = value }
    }

    mutating func apply(_ event: TieEvent, byLower: Bool) {
        switch event {
        case .claimed(let kind, _, _):
            if byLower { claims.0 |= kind.bit } else { claims.1 |= kind.bit }
        case .withdrawn(let kind, _, _):
            if byLower { claims.0 &= ~kind.bit } else { claims.1 &= ~kind.bit }
        case .registered(let kind, _, _): register |= kind.bit
        case .unregistered(let kind, _, _): register &= ~kind.bit
        case .tookPartTogether: activities = activities == .max ? .max : activities + 1
        case .blocked: if byLower { blocks.0 = true } else { blocks.1 = true }
        case .unblocked: if byLower { blocks.0 = false } else { blocks.1 = false }
        }
    }

    static func == (left: Tie, right: Tie) -> Bool {
        left.claims == right.claims && left.blocks == right.blocks && left.help == right.help
            && left.register == right.register && left.activities == right.activities
    }
}
