internal import Platform
internal import Realtime

/// Why something of a pairing is refused.
extension ProblemKind {
    static let pairingUnfit = ProblemKind(
        "pairing-unfit", .conflict,
        Text(zh: "这两位现在不能结对", en: "These two cannot be paired now"),
        Text(
            zh: "请另选一位，或请居委会、社工帮忙牵线。",
            en: "Choose somebody else, or ask the committee or a social worker to find one."))
    static let pairingKindUnfit = ProblemKind(
        "pairing-kind-unfit", .unprocessableContent,
        Text(zh: "这类帮助不适合这样结对", en: "That kind of help does not go with this pairing"),
        Text(
            zh: "请看护孩子的选照看、接送、作业并写明孩子，用结对家庭；其他的不写孩子。",
            en: "For a child choose a kind that is about children, name the child, and pair as "
                + "families; else name none."))
    static let pairingOver = ProblemKind(
        "pairing-over", .conflict,
        Text(zh: "这次结对已经过时或已结束", en: "This pairing is over, or not at this point"),
        Text(zh: "请刷新后再看；谢谢您。", en: "Look again; thank you."))
    static let pairingTimeUnfit = ProblemKind(
        "pairing-time-unfit", .unprocessableContent,
        Text(zh: "这个日期不合适", en: "That day does not fit"),
        Text(zh: "请填今天起九十天之内的日期。", en: "Give a day from today on, within ninety days."))
    static let pairingVisitLate = ProblemKind(
        "pairing-visit-late", .conflict,
        Text(zh: "没有这样一次还没开始的探访", en: "There is no such visit to come"),
        Text(
            zh: "请在「我的互助」里看看；已开始的请与对方说。",
            en: "Look at your visits; about one that has begun, talk to the other side."))
    static let pairingStandInUnfit = ProblemKind(
        "pairing-stand-in-unfit", .conflict,
        Text(zh: "这一位不能当替补", en: "That person cannot stand in"),
        Text(
            zh: "请另选一位正在结对或登记了「我能帮」的志愿者。",
            en: "Choose another who helps in a pairing, or has said what it helps with."))
    static let pairingWishNotYours = ProblemKind(
        "pairing-wish-not-yours", .forbidden,
        Text(zh: "愿意结对由住在这里的成年人自己说", en: "Grown residents say themselves that they would"),
        Text(
            zh: "请由本人登录后填写；还没核实住户的，请先核实。",
            en: "Sign in as that person; be proved to live here first."))

    /// What a verdict of a pairing says; `nil` for one that is done.
    static func ofPairing(_ verdict: String?) -> ProblemKind? {
        switch verdict {
        case "set", "proposed", "agreed", "declined", "changed", "skipped", "ended", "noted": nil
        case "unfit": .pairingUnfit
        case "kind": .pairingKindUnfit
        case "over": .pairingOver
        case "time": .pairingTimeUnfit
        case "late": .pairingVisitLate
        case "busy": .helpBusy
        case "forbidden": .pairingWishNotYours
        default: .notFound
        }
    }
}
