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
    static let erasureMeans = ProblemKind(
        "erasure-means", .conflict,
        Text(zh: "请先了解注销意味着什么", en: "Read first what an erasure means"),
        Text(
            zh: "冷静期过后：姓名、手机号、住户关系、留言等删除，报名取消，登录结束，不能恢复；账目和日志只留编号。"
                + "GET 本页可看哪些会留、留多久、为什么。要下载副本请先办。确定注销，请把 understood 设为 true 再提交。",
            en:
                "After the time in which you can take it back: name, phone, household, comments and "
                + "the like go, bookings are cancelled, sessions end, and nothing brings it back; "
                + "ledgers and the log keep ids alone. GET this page for what stays, how long and "
                + "why. Take a copy first if you want one. To go on, send understood: true."))
    static let erasureThere = ProblemKind(
        "erasure-there", .conflict,
        Text(zh: "已经申请注销", en: "It was asked for already"),
        Text(zh: "请等候执行；冷静期内可随时撤回。", en: "Wait, or take it back until it is carried out."))
    static let erasureLate = ProblemKind(
        "erasure-late", .conflict,
        Text(zh: "注销已经开始，不能撤回", en: "It is being carried out, and cannot be taken back"),
        Text(zh: "以后可请居委会重新登记。", en: "The committee can enter you anew later."))
    static let erasureOrganises = ProblemKind(
        "erasure-organises", .conflict,
        Text(zh: "您还有未结束的活动", en: "You lead activities that are still to come"),
        Text(
            zh: "请先取消这些活动，或交给另一位组织者，再申请注销。",
            en: "Cancel them, or hand them to another organiser, then ask again."))
    static let erasureLastGuardian = ProblemKind(
        "erasure-last-guardian", .conflict,
        Text(zh: "您是一个孩子唯一的监护人", en: "You are a child's only guardian"),
        Text(
            zh: "请先到居委会或找社工登记另一位监护人，或为孩子一并办理。",
            en: "Have another guardian recorded by the committee or a social worker first."))
    static let erasureOffice = ProblemKind(
        "erasure-office", .conflict,
        Text(zh: "您还担任职务", en: "You hold an office"),
        Text(zh: "请先辞去职务，再申请注销。", en: "Lay it down first, then ask again."))
    static let retentionBounds = ProblemKind(
        "retention-bounds", .unprocessableContent,
        Text(zh: "保存期限超出允许的范围", en: "The term is outside its bounds"),
        Text(
            zh: "请选在列表所示的最短和最长天数之间；范围由法律要求决定。",
            en: "Choose between the least and the most days that the list shows; the law sets "
                + "them."))
}
