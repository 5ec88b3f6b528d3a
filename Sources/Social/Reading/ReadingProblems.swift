internal import Realtime

/// Why what belongs to reading records is refused.
extension ProblemKind {
    static let watchersMax = ProblemKind(
        "watchers-max", .conflict,
        Text(zh: "可查看您档案记录的人已满", en: "You have named as many as you may"),
        Text(
            zh: "最多 \(RecordWatchers.countMax) 人；请先去掉一人。",
            en: "At most \(RecordWatchers.countMax); take one away first."))
    static let accessNever = ProblemKind(
        "access-never", .unprocessableContent,
        Text(zh: "这类资料不能申请查阅", en: "No approval opens this kind of data"),
        Text(
            zh: "请看 /api/v1/access-rules 中须第二人批准的种类。",
            en: "See /api/v1/access-rules for the kinds that an approval opens."))
    static let accessWaitingMax = ProblemKind(
        "access-waiting-max", .conflict,
        Text(zh: "待批的申请太多", en: "Too many requests wait already"),
        Text(
            zh: "最多 \(AccessRequests.waitingMax) 个；请等居委会处理，或先撤回一个。",
            en: "At most \(AccessRequests.waitingMax): wait for the committee, or take one back."))
    static let secondPersonNeeded = ProblemKind(
        "second-person-needed", .forbidden,
        Text(zh: "自己不能批准自己的申请", en: "Nobody decides on its own request"),
        Text(
            zh: "请由居委会的另一位成员决定。",
            en: "Let another member of the residents' committee decide."))
    static let accessOver = ProblemKind(
        "access-over", .conflict,
        Text(zh: "这个申请已有结果或已过期", en: "This request was decided, or is over"),
        Text(zh: "仍需查阅的，请重新申请。", en: "Ask anew if it is still needed."))
    static let accessNotAnnounced = ProblemKind(
        "access-not-announced", .unprocessableContent,
        Text(zh: "全小区的查阅须先公告", en: "Access to the whole estate is announced first"),
        Text(
            zh: "请以居委会名义向全小区发布公告，再带上公告编号批准；只查一人的请写明是谁。",
            en: "Publish an announcement of the committee to the whole estate after the request, "
                + "and approve with its id; or have the request name one person."))
}
