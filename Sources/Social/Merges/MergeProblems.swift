internal import Realtime

/// Why a merge or the end of a membership is refused.
extension ProblemKind {
    static let mergeBothAlive = ProblemKind(
        "merge-both-alive", .conflict,
        Text(zh: "两份登记各有人在用", en: "Each of the two is somebody's who signs in"),
        Text(
            zh: "可能是两个人，不能合并。确是同一人的，请其用两个账号各登录一次，在「我的」里同意合并"
                + "（merge-agreements），三十天内再办理。",
            en: "They may be two people. If it is one, let it sign in by each account and agree "
                + "(merge-agreements); then merge within thirty days."))
    static let mergeKeepClaimed = ProblemKind(
        "merge-keep-claimed", .conflict,
        Text(zh: "要保留的那份没有人登录", en: "Nobody signs in as the one to be kept"),
        Text(
            zh: "请对调：保留已认领的那份，合并未认领的。",
            en: "Turn it round: keep the one that is claimed."))
    static let mergeUndone = ProblemKind(
        "merge-undone", .conflict,
        Text(zh: "这次合并已经撤销", en: "This merge was undone already"),
        Text(zh: "无需再撤销。", en: "There is nothing to undo."))
    static let mergeLate = ProblemKind(
        "merge-late", .conflict,
        Text(zh: "合并超过三十天，不能撤销", en: "A merge cannot be undone after thirty days"),
        Text(
            zh: "请重新登记另一人，并由本人重新办理。",
            en: "Enter the other person anew; it asks for what it needs."))
    static let endAsked = ProblemKind(
        "end-asked", .conflict,
        Text(zh: "已经有人申请", en: "That is asked for already"),
        Text(zh: "请等居委会决定。", en: "Wait for the residents' committee to decide."))
    static let endDecided = ProblemKind(
        "end-decided", .conflict,
        Text(zh: "这项申请已经决定", en: "This request is decided"),
        Text(zh: "情况有变的，请重新申请。", en: "Ask anew if things have changed."))
    static let endTooEarly = ProblemKind(
        "end-too-early", .conflict,
        Text(zh: "当事人还没答复", en: "The person concerned has not answered"),
        Text(
            zh: "请先联系当事人；其答复后，或满三天，再决定。",
            en: "Reach the person first; decide after its answer, or after three days."))
    static let leavingMeans = ProblemKind(
        "leaving-means", .conflict,
        Text(zh: "请先了解离开这一户意味着什么", en: "Read first what leaving means"),
        Text(zh: MembershipEnds.meaning.zh, en: MembershipEnds.meaning.en))
}
