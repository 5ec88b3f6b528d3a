internal import Realtime

/// Why what somebody asks about its own record is refused.
extension ProblemKind {
    static let exportWaits = ProblemKind(
        "export-waits", .conflict,
        Text(zh: "您要的副本正在生成", en: "A copy is being made already"),
        Text(
            zh: "几分钟内好了会通知您，请到「我的资料副本」下载。",
            en: "You will be told within minutes; open it from the list of your copies."))
    static let exportsMax = ProblemKind(
        "exports-max", .conflict,
        Text(zh: "今天要过的副本已到上限", en: "No more copies today"),
        Text(
            zh: "24 小时内最多三份；请先下载已生成的，七天内有效。",
            en: "There are three in 24 hours at most; open one that was made, good for seven days.")
    )
    static let correctionThere = ProblemKind(
        "correction-there", .conflict,
        Text(zh: "这一项已有一个更正在核实", en: "A correction of this waits already"),
        Text(
            zh: "请等居委会决定；要补充说明，请到办公台。",
            en: "Wait for the committee's decision, or tell the desk more."))
    static let correctionDecided = ProblemKind(
        "correction-decided", .conflict,
        Text(zh: "这一项更正已经决定", en: "It was decided already"),
        Text(zh: "无需再办；本人可以再次提出。", en: "Nothing is left to do; its person may ask again."))
}
