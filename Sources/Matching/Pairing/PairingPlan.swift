/// Why a pair fell, was proposed, or was not to be; words are made elsewhere.
///
/// `rule` is the one code for block, safety report, health and gender: nobody learns which it was,
/// and it is given only when nothing else stands in the way.
public enum PairingReason: Hashable, Sendable, Codable {
    /// A rule of the estate or of a person.
    case rule
    /// The helper has no time then.
    case window
    /// The helper lacks a skill, by its code.
    case skill(Int32)
    /// No language in common.
    case language
    /// Cells between them, and the most that was asked for.
    case distance(cells: Int64, most: Int32)
    /// The helper said no to this request.
    case declined
    /// The helper has as many tasks as it takes.
    case load(most: Int32)
    /// The helper was asked as often as it may be.
    case asked(most: Int32)
    /// So many other helpers suit this request better.
    case outranked(by: Int)
    /// Nobody passed the filter: how many fell for each of the other codes, in their order.
    case nobody(counts: [Int])
    /// All who would suit are needed more elsewhere, or have something else then.
    case needed(candidates: Int)
    /// The person knows the helper.
    case known
    /// A band of nearness.
    case near(band: Int32)
    /// Thousandths of the evidence.
    case evidence(Int32)
    /// Cells between them.
    case close(cells: Int64)
    /// Tasks the helper has, this one included.
    case workload(Int)

    /// Codes by which a pair falls before costs are compared.
    static let fallCount = 8

    /// Place of a code among those by which a pair falls, from 0; nil for others.
    public var fallIndex: Int? {
        switch self {
        case .window: 0
        case .skill: 1
        case .language: 2
        case .distance: 3
        case .declined: 4
        case .load: 5
        case .asked: 6
        case .rule: 7
        default: nil
        }
    }
}

/// A pair that fell, and why: the answer to "why not me?".
public struct FallenPair: Hashable, Sendable, Codable {
    /// Number of the request.
    public var request: Int32
    /// Number of the helper.
    public var helper: Int32
    /// Why.
    public var reason: PairingReason

    /// A fallen pair.
    public init(request: Int32, helper: Int32, reason: PairingReason) {
        self.request = request
        self.helper = helper
        self.reason = reason
    }
}

/// Who is proposed for what, why, and how far from the best that is.
public struct PairingPlan: Hashable, Sendable, Codable {
    /// Helper of each request; nil for an unmet one.
    public var helpers: [Int32?]
    /// Reasons of each request: for the proposal, or for its being unmet.
    public var reasons: [[PairingReason]]
    /// Sum of the costs: arcs, workload, unmet requests.
    public var cost: Int64
    /// No plan costs less than this; equal to `cost` when tasks fit the grid.
    public var bound: Int64
    /// Different helpers of each person with a request, the known ones of this month included.
    public var helpersOfPersons: [PersonHelpers]
    /// By helper, the price of a task: its workload, and what it takes from others.
    public var prices: [Int64]
    /// Each pair that fell, by request, where they were asked for.
    public var fallen: [FallenPair]

    /// How far the plan may be from the best.
    public var gap: Int64 { cost - bound }
}

/// How many different helpers a person has.
public struct PersonHelpers: Hashable, Sendable, Codable {
    /// Who is helped.
    public var person: Int32
    /// Different helpers this month, with those proposed.
    public var count: Int32
}
