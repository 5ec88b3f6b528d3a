/// Ties, evidence and gate of an estate, and what they say to one resident about another.
///
/// Every event is taken in at once, in microseconds; nearness is marked stale where a row that it
/// read has changed, and pushed anew when it is asked for: the same bits as from scratch. The model
/// reads no clock: `day` is the day as of which evidence is read.
public struct TrustModel: Sendable {
    /// The ties.
    public private(set) var ties: TieGraph
    /// The evidence.
    public private(set) var evidence: EvidenceBook
    /// Who passes; see `renewGate`.
    public private(set) var gate: SybilGate
    /// Days since 1970-01-01 as of which evidence is read.
    public private(set) var day: Int
    private var kept: [Nearness?]
    private var push: ForwardPush

    /// Nearness that makes a rater's word count whole; below it, in proportion.
    public static let nearnessOfWholeWord = 1.0 / 64
    /// What a verified household's word counts at least.
    public static let verifiedWord = 0.25

    /// Residents numbered from 0, with no ties and nobody verified.
    public init(residents: Int, day: Int, rules: EvidenceRules = EvidenceRules()) {
        ties = TieGraph(residents: residents)
        evidence = EvidenceBook(rules: rules)
        gate = SybilGate(residents: residents)
        self.day = day
        kept = [Nearness?](repeating: nil, count: residents)
        push = ForwardPush(count: residents)
    }

    /// Takes in changes of ties.
    public mutating func apply(_ events: [TieEvent]) { ties.apply(events) }

    /// Takes in experiences; they add to the tie from the rater to the subject.
    public mutating func record(_ events: [EvidenceEvent]) {
        for event in events { evidence.record(event) }
        ties.setHelp(
            events.map { ($0.rater, $0.subject, help(from: $0.rater, to: $0.subject)) })
    }

    /// Reads all evidence as of another day from now on; O(pairs with evidence).
    public mutating func advance(to day: Int) {
        self.day = day
        ties.setHelp(
            evidence.orderedPairs().map {
                ($0.rater, $0.subject, help(from: $0.rater, to: $0.subject))
            })
    }

    /// Says that a resident's household is, or is no longer, verified in person.
    public mutating func setVerified(_ resident: Int32, _ verified: Bool) {
        gate.setVerified(resident, verified)
    }

    /// Walks from the verified anew; for rounds, not for single events.
    public mutating func renewGate(stop: StopSignal = StopSignal()) {
        gate.renew(ties: ties, stop: stop)
    }

    /// Whether a resident's nearness must be pushed anew before it is used.
    public func isStale(_ resident: Int32) -> Bool {
        kept[Int(resident)].map { $0.isStale(in: ties) } ?? true
    }

    /// Who is near to a resident, over the ties as they are now.
    public mutating func nearness(of resident: Int32) -> Nearness {
        if let known = kept[Int(resident)], !known.isStale(in: ties) { return known }
        let new = Nearness(
            of: Int(resident), ties: ties, push: &push, budget: Budget(iterations: .max))
        kept[Int(resident)] = new
        return new
    }

    /// Expected value above even, times certainty: what experience adds to a tie, in thousandths.
    private func help(from rater: Int32, to subject: Int32) -> Int {
        let counts = evidence.counts(by: rater, of: subject, on: day)
        let above = max(0, 2 * counts.mean - 1)
        return Int(above * (1 - counts.uncertainty) * Double(Tie.helpMax))
    }
}

extension TrustModel {
    /// Where a subject stands for a resident in a domain, and why.
    public mutating func standing(
        of subject: Int32, for resident: Int32, in domain: TrustDomain
    ) -> Standing {
        let passes = gate.isOpen(to: subject)
        guard subject != resident, !ties.isBlocked(subject, resident) else {
            return Standing(notProposed: subject, passesGate: passes)
        }
        let near = nearness(of: resident)
        let own = evidence.counts(by: resident, of: subject, in: domain, on: day)
        let lost = Int((own.disputed * 2).rounded(.up))
        return Standing(
            subject: subject, passesGate: passes, isFree: true,
            band: NearnessBand(nearness: near.score(of: Int(subject)))
                .lowered(by: own.disputed >= Self.disputeMin ? lost : 0),
            evidence: word(of: subject, for: resident, in: domain, near),
            reasons: reasons(of: subject, for: resident, in: domain, own))
    }

    /// What an experience must still weigh, in whole events, to be spoken of or to lower a band.
    static let disputeMin = 1.0 / 16

    /// Evidence as one resident may weigh it: one's own whole, a neighbour's by nearness, and at
    /// least a part where the household is verified; nothing across a block.
    ///
    /// So the inventions of an attacker add at most what nearness they have in all.
    func word(
        of subject: Int32, for resident: Int32, in domain: TrustDomain, _ near: Nearness
    ) -> BetaCounts {
        evidence.counts(of: subject, in: domain, on: day) { rater in
            guard !ties.isBlocked(rater, subject), !ties.isBlocked(rater, resident) else {
                return 0
            }
            if rater == resident { return 1 }
            let nearness = near.score(of: Int(rater)) / Self.nearnessOfWholeWord
            return max(min(nearness, 1), gate.isVerified(rater) ? Self.verifiedWord : 0)
        }
    }

    private func reasons(
        of subject: Int32, for resident: Int32, in domain: TrustDomain, _ own: BetaCounts
    ) -> [TrustReason] {
        var reasons: [TrustReason] = []
        if gate.isVerified(subject) {
            reasons.append(.verifiedHousehold)
        } else {
            reasons.append(gate.isOpen(to: subject) ? .reachedFromVerified : .notYetVerified)
        }
        reasons += ties.kinds(resident, subject).map { .tie($0) }
        if let count = TrustReason.step(ties.activities(resident, subject)) {
            reasons.append(.sharedActivities(atLeast: count))
        }
        if let count = TrustReason.step(
            ties.commonNeighbours(resident, subject), least: TrustReason.othersMin)
        {
            reasons.append(.commonNeighbours(atLeast: count))
        }
        let ownCount = own.good >= Self.disputeMin ? max(1, Int(own.good)) : 0
        if let count = TrustReason.step(ownCount) {
            reasons.append(.ownGoodExperience(domain, atLeast: count))
        }
        if own.disputed >= Self.disputeMin { reasons.append(.ownDispute(domain)) }
        let others = TrustReason.step(
            othersWithGood(of: subject, for: resident, in: domain),
            least: TrustReason.othersMin)
        if let others { reasons.append(.othersGoodExperience(domain, atLeast: others)) }
        if others == nil, ownCount == 0, own.disputed < Self.disputeMin {
            reasons.append(.littleKnown(domain))
        }
        return reasons
    }

    /// Others who pass the gate and have had a good experience.
    ///
    /// What they dispute besides, and whom they have blocked, does not change the number, which
    /// would betray it.
    private func othersWithGood(
        of subject: Int32, for resident: Int32, in domain: TrustDomain
    ) -> Int {
        evidence.raters(of: subject, in: domain).count { rater in
            rater != resident && gate.isOpen(to: rater)
                && evidence.counts(by: rater, of: subject, in: domain, on: day).good
                    >= Self.disputeMin
        }
    }
}
