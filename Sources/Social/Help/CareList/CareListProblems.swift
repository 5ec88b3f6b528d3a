internal import Platform
internal import Realtime

/// Why something of the care list is refused.
extension ProblemKind {
    static let careThere = ProblemKind(
        "care-there", .conflict,
        Text(zh: "她已经在名单上", en: "She is on the list already"),
        Text(zh: "请打开名单上的那一条修改。", en: "Open her entry, and change that."))
    static let careConsent = ProblemKind(
        "care-consent", .conflict,
        Text(zh: "她没有同意列入名单", en: "She has not agreed to be on the list"),
        Text(
            zh: "请先征得她同意，或在 because 里写明居委会的理由。",
            en: "Ask her to agree, or write the office's reason in because."))
    static let careOfAdults = ProblemKind(
        "care-of-adults", .unprocessableContent,
        Text(zh: "名单只列成年人", en: "The list is of adults"),
        Text(zh: "孩子的事请与监护人商量。", en: "See to a child with its guardians."))
    static let careSteward = ProblemKind(
        "care-steward", .unprocessableContent,
        Text(zh: "这个人不能负责这一条", en: "That person cannot answer for this entry"),
        Text(
            zh: "请另选一位居委会或社工。", en: "Choose another person of the committee or a social worker."))
    static let careNamed = ProblemKind(
        "care-named", .unprocessableContent,
        Text(zh: "轮流的人里有人现在不能去", en: "Somebody who is named cannot call on her now"),
        Text(
            zh: "请换成社工、楼组长，或当面核验过的志愿者，每人一次。",
            en: "Name social workers, stair leaders or others verified in person, each once."))
    static let careDue = ProblemKind(
        "care-due", .unprocessableContent,
        Text(zh: "这个日期不合适", en: "That day does not fit"),
        Text(zh: "请填今天起九十天之内的日期。", en: "Give a day from today on, within ninety days."))
    static let careOver = ProblemKind(
        "care-over", .conflict,
        Text(zh: "她已不在名单上", en: "She is not on the list any more"),
        Text(zh: "请刷新名单；仍需探访的重新列入。", en: "Look at the list again; enter her anew if need be."))
    static let careContactThere = ProblemKind(
        "care-contact-there", .conflict,
        Text(zh: "刚才已有人这样登记", en: "The same was written down just now"),
        Text(
            zh: "请刷新后再看；又联系了一次的，过十分钟再登记。",
            en: "Look again; if it was another time, write it down in ten minutes."))
    static let careForCommittee = ProblemKind(
        "care-for-committee", .forbidden,
        Text(zh: "这项由居委会设定", en: "The residents' committee sets this"),
        Text(zh: "请把建议告诉居委会。", en: "Tell the committee what you suggest."))

    /// What a verdict of the care list says; `nil` for one that is done.
    static func ofCare(_ verdict: String?) -> ProblemKind? {
        switch verdict {
        case "entered", "changed", "ended", "recorded", "set": nil
        case "there": .careThere
        case "consent": .careConsent
        case "child": .careOfAdults
        case "steward": .careSteward
        case "named": .careNamed
        case "due": .careDue
        case "over": .careOver
        case "forbidden": .careForCommittee
        default: .notFound
        }
    }
}
