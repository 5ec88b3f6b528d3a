internal import Realtime

/// Why what concerns a child is refused.
extension ProblemKind {
    static let adultsOnly = ProblemKind(
        "adults-only", .forbidden,
        Text(zh: "须年满 18 周岁", en: "Only who is of age does this"),
        Text(zh: "请由家里的成年人办理。", en: "Let an adult of the household do it."))
    static let notAChild = ProblemKind(
        "not-a-child", .unprocessableContent,
        Text(zh: "这个人不是登记在册的未成年人", en: "This person is not known to be under 18"),
        Text(
            zh: "请先核对生日；生日没有登记的，请居委会补登。",
            en: "Check the day of birth; if none is entered, have the residents' committee add it.")
    )
    static let guardianByOffice = ProblemKind(
        "guardian-by-office", .forbidden,
        Text(zh: "按您在这一户的身份，不能自行声明为监护人", en: "Your place there makes you no guardian"),
        Text(
            zh: "父母以外的人（包括祖父母）担任监护人，请带证明到居委会或找社工登记。",
            en: "Others than parents, grandparents among them, show the residents' committee or a "
                + "social worker their evidence."))
    static let guardianThere = ProblemKind(
        "guardian-there", .conflict,
        Text(zh: "已登记为这个孩子的监护人", en: "The guardianship is recorded already"),
        Text(
            zh: "无需再办；若列表里看不到孩子，说明有人提出异议，社工会联系您。",
            en: "There is nothing to do; if the child is not in your list, somebody has objected "
                + "and a social worker will call you."))
    static let guardianNotGrown = ProblemKind(
        "guardian-not-grown", .unprocessableContent,
        Text(zh: "监护人须是另一位成年人", en: "A guardian is another, grown-up person"),
        Text(zh: "请核对所选的人。", en: "Check whom you chose."))
    static let guardianshipOver = ProblemKind(
        "guardianship-over", .conflict,
        Text(zh: "已经结束", en: "It has ended already"),
        Text(zh: "无需再办。", en: "There is nothing left to do."))
    static let guardianRightLacking = ProblemKind(
        "guardian-right-lacking", .forbidden,
        Text(zh: "您没有为这个孩子决定此事的权利", en: "Your guardianship does not cover this"),
        Text(
            zh: "请由有此权利的监护人办理；有异议请找社工。",
            en: "Let a guardian with this right do it; ask a social worker if that is wrong."))
    static let daysTaken = ProblemKind(
        "days-taken", .conflict,
        Text(zh: "其中有的日子已另有安排", en: "Some of these days are settled otherwise"),
        Text(
            zh: "请改选其他日子；谈不拢的，请提出异议，由社工居中协调。",
            en: "Choose others; if you cannot agree, object, and a social worker will mediate."))
    static let dayPast = ProblemKind(
        "day-past", .unprocessableContent,
        Text(zh: "这一天已经过去", en: "That day has passed"),
        Text(zh: "请选今天或以后的日子。", en: "Choose today or a later day."))
    static let objectionThere = ProblemKind(
        "objection-there", .conflict,
        Text(zh: "异议已提出或已处理", en: "This objection stands, or was decided, already"),
        Text(zh: "社工会联系您，无需重复提出。", en: "A social worker will call you; once is enough."))
    static let consentNotAsked = ProblemKind(
        "consent-not-asked", .unprocessableContent,
        Text(zh: "这一项不由本人同意", en: "This is not agreed to by oneself"),
        Text(
            zh: "未成年人请由监护人同意；成年人请核对用途。",
            en: "A guardian agrees for a child; a grown-up may want another purpose."))
    static let consentPerson = ProblemKind(
        "consent-person", .unprocessableContent,
        Text(zh: "所指的人不合适", en: "The person named does not fit"),
        Text(
            zh: "接孩子的人须是本小区已登录过的成年人；其他用途请不要填 about。",
            en: "Who fetches a child is a grown-up of this estate who has signed in; other "
                + "purposes name nobody."))
    static let consentTextOld = ProblemKind(
        "consent-text-old", .conflict,
        Text(zh: "同意书已更新", en: "The text has changed"),
        Text(zh: "请阅读最新的一版后再同意。", en: "Read the latest version and agree to that."))
    static let consentOver = ProblemKind(
        "consent-over", .conflict,
        Text(zh: "这项同意已撤回或到期", en: "This consent was withdrawn, or is over"),
        Text(zh: "无需再撤回。", en: "There is nothing to withdraw."))
}
