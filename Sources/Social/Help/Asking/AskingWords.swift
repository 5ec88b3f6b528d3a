internal import Platform

/// The words of notices about asking for help.
extension NoticeKind {
    /// The words, before anything is filled in; `nil` for what is none of these.
    var askingTemplate: Text? {
        switch self {
        case .helpProposed:
            Text(
                zh: "有邻居需要帮忙，时间是 {begins}；请在 {until} 前说能不能去。",
                en: "A neighbour needs help at {begins}: say by {until} whether you can come.")
        case .helpAgreed:
            Text(zh: "有人来帮忙了，时间是 {begins}。", en: "Somebody comes to help at {begins}.")
        case .helpLooking:
            Text(
                zh: "原来约好的来不了，正在为您另外找人。",
                en: "Who had agreed cannot come: somebody else is being looked for.")
        case .helpLapsed:
            Text(
                zh: "这次求助的时间过了；还需要的话请重新提出，或联系居委会。",
                en: "The time you asked help for is past: ask anew, or tell the committee.")
        case .helpOffered:
            Text(
                zh: "有邻居愿意在 {begins} 来帮您；请看看要不要。",
                en: "A neighbour offers to help at {begins}: say whether you would like that.")
        default: nil
        }
    }
}

/// Why somebody is asked to help, in words.
enum PairingWords {
    private static let ties: [String: Text] = [
        "kin": Text(zh: "是您的亲属。", en: "A relative of yours."),
        "neighbour": Text(zh: "是您熟悉的邻居。", en: "A neighbour whom you know."),
        "fellow_townsman": Text(zh: "是您的老乡。", en: "From where you come from."),
        "former_workmate": Text(zh: "是您的老同事。", en: "A workmate of old."),
        "classmate": Text(zh: "是您的同学。", en: "A classmate of yours."),
        "friend": Text(zh: "是您的朋友。", en: "A friend of yours."),
    ]

    /// The words of a code; `word` and `count` are what it is filled in with.
    static func text(_ code: String, word: String?, count: Int64?) -> Text {
        switch code {
        case "tie":
            ties[word ?? ""] ?? Text(zh: "是您认识的人。", en: "Somebody you know.")
        case "known": Text(zh: "您最近帮过这位邻居。", en: "You helped this neighbour lately.")
        case "helped": Text(zh: "您以前帮过这位邻居。", en: "You have helped this neighbour before.")
        case "same_stair": Text(zh: "就在您的门牌里。", en: "At your own stair.")
        case "same_building": Text(zh: "就在您的楼里。", en: "In your own building.")
        case "near": Text(zh: "离您不远。", en: "Not far from you.")
        case "turn":
            Text(
                zh: "这将是您本月第 \(count ?? 1) 次。", en: "It would be number \(count ?? 1) this month.")
        default:
            Text(zh: "您愿意做这件事，那时也有空。", en: "You offer this, and have time then.")
        }
    }
}

/// What is said of an asking beside its codes.
enum AskingWords {
    /// Who asks for help at once reads that it begins a little later, and whom else to call.
    static let moved = Text(
        zh: "帮忙的人要有十分钟看到、答应和走过来，开始时间往后移了一点。等不得的请打 120 或 110。",
        en:
            "Who helps needs ten minutes to see it, say yes and come: it begins a little later. If it "
            + "cannot wait, call 120 or 110.")
}
