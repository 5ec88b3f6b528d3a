/// Where a subject stands for one resident in one domain: to order proposals, and to say why.
///
/// It is a tuple, compared part by part: gate, block, own band, what evidence leads to expect, and
/// how certain that is. It offers no number, cannot be written down, and says nothing about a
/// person as such: two residents may see the same subject differently, and both are right.
public struct Standing: Comparable, Sendable, CustomStringConvertible, CustomReflectable {
    /// Whom it is about.
    public let subject: Int32
    /// Whether the subject may be proposed to this resident at all.
    public let isEligible: Bool
    /// How familiar the subject is, own disputes subtracted.
    public let band: NearnessBand
    /// Why; in a fixed order of kinds.
    public let reasons: [TrustReason]

    let passesGate: Bool
    let isFree: Bool
    let mean: Double
    let uncertainty: Double

    init(
        subject: Int32, passesGate: Bool, isFree: Bool, band: NearnessBand, evidence: BetaCounts,
        reasons: [TrustReason]
    ) {
        self.subject = subject
        self.passesGate = passesGate
        self.isFree = isFree
        self.band = band
        self.reasons = reasons
        isEligible = passesGate && isFree
        mean = evidence.mean
        uncertainty = evidence.uncertainty
    }

    /// Across a block: nothing but that it is not proposed.
    init(notProposed subject: Int32, passesGate: Bool) {
        self.init(
            subject: subject, passesGate: passesGate, isFree: false, band: .stranger,
            evidence: BetaCounts(), reasons: [.notProposed])
    }

    /// Whether the left stands lower; who stands alike is told apart by the caller, by id.
    public static func < (left: Standing, right: Standing) -> Bool {
        if left.passesGate != right.passesGate { return right.passesGate }
        if left.isFree != right.isFree { return right.isFree }
        if left.band != right.band { return left.band < right.band }
        if left.mean != right.mean { return left.mean < right.mean }
        return left.uncertainty > right.uncertainty
    }

    /// Whether both stand alike, whoever they are.
    public static func == (left: Standing, right: Standing) -> Bool {
        !(left < right) && !(right < left)
    }

    /// Names no number.
    public var description: String { "\(subject): \(band), \(reasons)" }

    /// Shows what `description` shows.
    public var customMirror: Mirror {
        Mirror(self, children: ["subject": subject, "band": band, "reasons": reasons])
    }
}
