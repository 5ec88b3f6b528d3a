internal import Platform
internal import Realtime

/// The words of notices about pairings.
extension NoticeKind {
    /// The words, before anything is filled in; `nil` for what is none of these.
    var pairingTemplate: Text? {
        switch self {
        case .pairingProposed:
            Text(
                zh: "有人提议您和一位邻居结对。请在 {until} 前说愿不愿意，不愿意也没关系。",
                en:
                    "A pairing with a neighbour is proposed to you: say by {until} whether you would "
                    + "like it. It is fine to say no.")
        case .pairingLapsed:
            Text(
                zh: "提议的一次结对没有结成，不记在谁名下。",
                en: "A pairing that was proposed came to nothing. It counts against nobody.")
        case .pairingBegun:
            Text(
                zh: "双方都同意了，结对试行开始。探访会排进「我的互助」。随时可以结束，不用说原因。",
                en:
                    "Both have agreed: the trial begins, and the visits will stand with your visits. "
                    + "Either may end it at any time, without a reason.")
        case .pairingActive:
            Text(zh: "结对试行期满，正式开始了。", en: "The trial is over: the pairing goes on.")
        case .pairingChanged:
            Text(zh: "结对有变动：{what}。", en: "Your pairing has changed: {what}.")
        case .pairingReview:
            Text(
                zh: "结对有一段时间了。请在 {until} 前说要不要继续；不继续也不用说原因。",
                en:
                    "You have been a pair for a while. Say by {until} whether it goes on; no reason "
                    + "is needed.")
        case .pairingRenewed:
            Text(zh: "双方都愿意，结对继续。", en: "Both would like it: the pairing goes on.")
        case .pairingEnded:
            Text(
                zh: "结对结束了。谢谢您；不用解释，也不记在谁名下。",
                en: "The pairing has ended. Thank you; it needs no explanation, and counts against "
                    + "nobody.")
        case .pairingStandInAsked:
            Text(
                zh: "请您替一次结对探访，时间是 {begins}。请在 {until} 前说能不能去。",
                en:
                    "You are asked to stand in for one visit at {begins}: say by {until} whether you "
                    + "can.")
        case .pairingCovered:
            Text(
                zh: "{begins} 的结对探访由替补去，是谁可在「我的互助」里看到。",
                en: "A stand-in comes at {begins}; your visits say who.")
        case .pairingUncovered:
            Text(
                zh: "{begins} 的结对探访这次没有人能去。",
                en: "Nobody can come to the visit at {begins} this time.")
        default: nil
        }
    }
}

/// The words of pairings.
enum PairedFamilyWords {
    static let sides = ["helper", "person"]
    static let forms = ["elder", "family"]
    static let cadences = ["weekly", "fortnightly", "monthly"]
    static let states = ["proposed", "trial", "active", "review", "ended", "declined", "lapsed"]
    static let coverStates = ["open", "accepted", "declined", "lapsed"]

    /// What of a pairing has changed.
    static let parts: [String: Text] = [
        "times": Text(zh: "探访的时间", en: "the times of its visits"),
        "paused": Text(zh: "暂停一段时间", en: "it rests for a while"),
        "resumed": Text(zh: "恢复探访", en: "its visits go on"),
        "stand_in": Text(zh: "替补的人选", en: "who stands in"),
    ]

    /// Why its visits end.
    static let reasons: [String: Text] = [
        "pairing_ended": Text(zh: "原因：结对结束了。", en: "Reason: the pairing has ended."),
        "paused": Text(zh: "原因：这段时间有人不在或暂停。", en: "Reason: somebody is away, or it rests."),
    ]

    private static let ties: [String: Text] = [
        "kin": Text(zh: "两人是亲属。", en: "They are related."),
        "neighbour": Text(zh: "两人是熟悉的邻居。", en: "They are neighbours who know each other."),
        "fellow_townsman": Text(zh: "两人是老乡。", en: "They come from the same place."),
        "former_workmate": Text(zh: "两人是老同事。", en: "They worked together."),
        "classmate": Text(zh: "两人是同学。", en: "They went to school together."),
        "friend": Text(zh: "两人是朋友。", en: "They are friends."),
    ]

    /// Why two might suit each other; `word` and `count` are what it is filled in with.
    static func reason(_ code: String, word: String?, count: Int32?) -> Text {
        switch code {
        case "tie": ties[word ?? ""] ?? Text(zh: "两人认识。", en: "They know each other.")
        case "helped":
            Text(
                zh: "一年里帮过 \(count ?? 1) 次。",
                en: "One helped the other \(count ?? 1) times within a year.")
        case "same_stair": Text(zh: "住同一个门牌。", en: "They live at the same stair.")
        case "same_building": Text(zh: "住同一幢楼。", en: "They live in the same building.")
        case "language": Text(zh: "会说同一种方言或外语。", en: "They speak a language together.")
        default: Text(zh: "一位愿意做，正是另一位想要的。", en: "One offers what the other would like.")
        }
    }
}
