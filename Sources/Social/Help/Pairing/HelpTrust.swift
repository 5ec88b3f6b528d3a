internal import Matching
internal import Platform

/// What experience of a helper is worth in the round.
///
/// First that the two know each other, then what the person saw, and a little of what others did. It
/// orders; it opens nothing, and is never said.
struct HelpTrust {
    /// A dispute weighs as much as three good events.
    private static let disputes = 3.0
    /// Thousandths: of visits together, of what the person saw, of what others saw, of each vouch.
    private static let visitsMax: Int32 = 700
    private static let ownMax = 300.0
    private static let othersMax = 150.0
    private static let vouch: Int32 = 15
    /// Fewer say nothing of others' experience; more vouches than that say no more.
    private static let ratersMin: Int32 = 3
    private static let vouchesMax: Int32 = 3

    private struct Pair: Hashable {
        var helper: UUID
        var person: UUID
    }

    private var seen: [Pair: BetaCounts] = [:]
    private var heard: [UUID: [HelpMatcher.Evidence]] = [:]

    init(_ evidence: [HelpMatcher.Evidence]) {
        for one in evidence {
            if let person = one.person {
                seen[Pair(helper: one.helper, person: person)] = Self.counts(one)
            } else {
                heard[one.helper, default: []].append(one)
            }
        }
    }

    /// What a person knows of a helper, in thousandths; nil where disputes outweigh the rest.
    func own(_ helper: UUID, _ person: UUID, visits: Int32) -> Int32? {
        let together = visits > 0 ? min(Self.visitsMax, 400 + 100 * visits) : 0
        guard let counts = seen[Pair(helper: helper, person: person)] else { return together }
        guard counts.mean >= 0.5 else { return nil }
        return together + Self.worth(counts, of: Self.ownMax)
    }

    /// What others' experience adds, by kind.
    func standing(of helper: UUID, _ skill: (String) -> Int32?) -> [PairingStanding]? {
        heard[helper]?.compactMap { one in
            guard let skill = one.kind.flatMap(skill) else { return nil }
            let others =
                one.raters >= Self.ratersMin ? Self.worth(Self.counts(one), of: Self.othersMax) : 0
            return PairingStanding(
                skill: skill,
                evidence: others + Self.vouch * min(Self.vouchesMax, one.vouches))
        }
    }

    private static func counts(_ one: HelpMatcher.Evidence) -> BetaCounts {
        BetaCounts(good: Double(one.good) / 100, disputed: Double(one.disputed) / 100)
            .weighing(disputes: disputes)
    }

    /// The expectation by how certain it is; nothing where it is not for the helper.
    private static func worth(_ counts: BetaCounts, of most: Double) -> Int32 {
        counts.mean > 0.5 ? Int32(most * counts.mean * (1 - counts.uncertainty)) : 0
    }
}
