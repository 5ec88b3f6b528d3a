internal import Realtime

/// Why a role or a tie is refused.
extension ProblemKind {
    static let mayNotGiveRole = ProblemKind(
        "may-not-give-role", .forbidden,
        Text(zh: "您不能给出这个身份", en: "You may not give this role"),
        Text(
            zh: "谁可以给出哪个身份，见「身份一览」（role-kinds）；请由其办理。",
            en: "The list of roles (role-kinds) says who gives which; ask one of them."))
    static let roleLevelLacking = ProblemKind(
        "role-level-lacking", .conflict,
        Text(zh: "对方的身份核验还不够", en: "The person is not known well enough for this role"),
        Text(
            zh: "请先让其登录认领；担任职务的，还须带证件到居委会或找社工当面核验。",
            en: "Let the person sign in first; for an office it shows a document in person, to the "
                + "residents' committee or a social worker."))
    static let roleThere = ProblemKind(
        "role-there", .conflict,
        Text(zh: "这段时间已有同一身份", en: "The person holds this role in that time already"),
        Text(
            zh: "请延长原来的任期，或另选时段、地点。",
            en: "Extend the term that is there, or choose another time or place."))
    static let roleEnded = ProblemKind(
        "role-ended", .conflict,
        Text(zh: "这个任期已经结束", en: "This term has ended"),
        Text(
            zh: "结束的任期不能延长或再结束；仍需担任的，请重新任命。",
            en: "A term that has ended is neither extended nor ended; begin a new one if needed."))
    static let tieThere = ProblemKind(
        "tie-there", .conflict,
        Text(zh: "这项关系已经登记", en: "This tie is there already"),
        Text(
            zh: "无需重复；对方还没确认的，请当面请其确认，或用关系码。",
            en: "There is no need; if it waits for the other, ask in person, or use a tie code."))
    static let tiesMax = ProblemKind(
        "ties-max", .conflict,
        Text(zh: "等待确认的关系太多", en: "As many ties wait for the other as may"),
        Text(
            zh: "最多 \(TieLimits.openMax) 项；请先撤回不需要的，或当面用关系码。",
            en: "At most \(TieLimits.openMax); take back what is not needed, or use a tie code."))
    static let tieCodeWrong = ProblemKind(
        "tie-code-wrong", .unprocessableContent,
        Text(zh: "关系码不对或已失效", en: "The tie code is wrong or has lapsed"),
        Text(
            zh: "请看着对方的手机逐字输入；每个码只能用一次，\(TieLimits.codeMinutes) 分钟后失效，"
                + "请对方再出示一个。",
            en: "Type it from the other's phone, character by character; each is good once and for "
                + "\(TieLimits.codeMinutes) minutes: have another one shown."))
    static let absenceThere = ProblemKind(
        "absence-there", .conflict,
        Text(zh: "这段时间已经登记了外出或住院", en: "An absence of that time is noted already"),
        Text(zh: "请先改或结束原来的，再登记。", en: "Change or end that one first."))
    static let absenceOver = ProblemKind(
        "absence-over", .conflict,
        Text(zh: "这次外出或住院已经结束", en: "This absence is over"),
        Text(zh: "无需再结束；再次外出请重新登记。", en: "There is nothing to end; note a new one."))
    static let stateThere = ProblemKind(
        "state-there", .conflict,
        Text(zh: "已经是这个登记状态", en: "The person is noted so already"),
        Text(zh: "无需再登记；登记错了请恢复（active）。", en: "If it is wrong, restore it (active)."))
}
