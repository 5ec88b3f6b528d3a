internal import Platform
internal import Realtime

/// Whom a request says it is done for, and what a delegation must cover for that.
struct OnBehalf: Hashable {
    var beneficiary: UUID
    var scope: DelegationScope

    /// Reads `On-Behalf-Of`; `nil` when the person acts for itself.
    ///
    /// - Throws: `Stop` when it names no person, or the operation is never done for another: what was
    ///   meant for another must not happen to the one who asks.
    init?(_ request: Request, _ operation: Operation) throws(Stop) {
        guard request.hasField("on-behalf-of") else { return nil }
        guard let scope = operation.delegation else { throw Stop(.notForAnother) }
        guard let beneficiary = request.field("on-behalf-of").flatMap({ UUID($0) }) else {
            throw Stop(Problem(.invalid, faults: [Problem.Fault("On-Behalf-Of", Self.advice)]))
        }
        self.beneficiary = beneficiary
        self.scope = scope
    }

    /// The check, to run before anything else that the request does.
    var statement: ActFor { ActFor(beneficiary, scope) }

    /// Why it may not be done; `nil` when it may.
    static func refusal(_ cover: DelegationCover?) -> Problem? {
        switch cover {
        case .covered: nil
        case .otherScope: Problem(.delegationLacking, advice: otherScope)
        case .ended: Problem(.delegationLacking, advice: ended)
        case .notBegun: Problem(.delegationLacking, advice: notBegun)
        case .unknown, nil: Problem(.notFound)
        }
    }

    private static let advice = Text(
        zh: "请填写委托人在本小区的 id。", en: "Give the id of the person in this estate.")
    private static let otherScope = Text(
        zh: "您的委托不包括这件事；请由本人办理，或补办委托。",
        en: "Your mandate is for other things; let the person do it, or have this added.")
    private static let ended = Text(
        zh: "您的委托已到期；如仍需代办，请重新委托。",
        en: "Your mandate has ended; have it renewed if you still act for this person.")
    private static let notBegun = Text(
        zh: "您的委托尚未开始。", en: "Your mandate has not begun yet.")
}

extension ProblemKind {
    /// What is never done for another was asked for another.
    static let notForAnother = ProblemKind(
        "not-for-another", .badRequest,
        Text(zh: "这件事不能代他人办理", en: "This cannot be done for another"),
        Text(
            zh: "请去掉 On-Behalf-Of，以本人身份操作。",
            en: "Leave out On-Behalf-Of and act for yourself."))
    /// A delegation is there, but not for this, or not now.
    static let delegationLacking = ProblemKind(
        "delegation-lacking", .forbidden,
        Text(zh: "您的委托不包括这件事", en: "Your mandate does not cover this"),
        Text(
            zh: "请由本人办理，或补办委托。", en: "Let the person do it, or have a mandate recorded."))
}
