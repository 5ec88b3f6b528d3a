internal import Platform
internal import Realtime

/// Why something of asking for help is refused.
extension ProblemKind {
    static let helpingNotYours = ProblemKind(
        "helping-not-yours", .forbidden,
        Text(zh: "能帮的事由成年人自己填写", en: "Grown-ups say themselves what they help with"),
        Text(zh: "请由本人登录后填写。", en: "Sign in as that person and say it."))
    static let helpingUnfit = ProblemKind(
        "helping-unfit", .unprocessableContent,
        Text(zh: "这样填写不行", en: "That does not fit"),
        Text(
            zh: "请从列出的种类里选；时段要先后有序；要限定性别，先填自己的。",
            en: "Choose kinds of the list; let windows begin before they end; tell your own gender "
                + "before you limit another's."))
    static let helpChildNeeded = ProblemKind(
        "help-child-needed", .unprocessableContent,
        Text(zh: "这类帮助要写明是哪个孩子", en: "Say which child it is for"),
        Text(zh: "请在 child 里写明您的哪个孩子。", en: "Name your child in child."))
    static let helpChildUnfit = ProblemKind(
        "help-child-unfit", .unprocessableContent,
        Text(zh: "这类帮助不是给孩子的", en: "This kind of help is not for a child"),
        Text(
            zh: "请选照看、接送或作业一类，并由家长提出。",
            en: "Choose a kind that is about children, and let a guardian ask."))
    static let helpConsentLacking = ProblemKind(
        "help-consent-lacking", .conflict,
        Text(zh: "还缺监护人的同意", en: "A guardian's consent lacks"),
        Text(
            zh: "请先由每位有权的监护人同意孩子可以单独由成年人照看。",
            en: "Let every guardian with that right consent that an adult may be alone with the "
                + "child."))
    static let helpPlaceUnfit = ProblemKind(
        "help-place-unfit", .unprocessableContent,
        Text(zh: "这个地点不合适", en: "That place does not fit"),
        Text(
            zh: "请留空用自己家，或选一个门牌、楼栋、公共地点；上门的事只能在自己家。",
            en: "Leave it out for the home, or choose a stair, a building or a public place; help "
                + "at home is at home."))
    static let helpTimeUnfit = ProblemKind(
        "help-time-unfit", .unprocessableContent,
        Text(zh: "这个时间不合适", en: "That time does not fit"),
        Text(
            zh: "请选现在起 60 天内、不超过 12 小时的一段时间，并够长。",
            en: "Choose a span from now on, within 60 days, of at most 12 hours, and long enough."))
    static let helpNotUrgent = ProblemKind(
        "help-not-urgent", .unprocessableContent,
        Text(zh: "这项求助不能标为紧急", en: "This cannot be urgent"),
        Text(
            zh: "请选普通；紧急的要在一天之内，今天的要在今天开始。真有危险请打 110、120。",
            en:
                "Choose normal: what is urgent begins within a day, what is for today begins today. "
                + "In danger call 110 or 120."))
    static let helpNotListed = ProblemKind(
        "help-not-listed", .unprocessableContent,
        Text(zh: "这项求助不能公开列出", en: "This is not listed"),
        Text(
            zh: "请不选公开；会直接为您找合适的人。",
            en: "Leave is_listed out: who suits is asked for you directly."))
    static let helpTooMany = ProblemKind(
        "help-too-many", .conflict,
        Text(zh: "没了结的求助已有 20 项", en: "20 requests are open"),
        Text(zh: "请先撤回不需要的。", en: "Withdraw those that are not needed first."))
    static let helpPersonGone = ProblemKind(
        "help-person-gone", .conflict,
        Text(zh: "这位居民现在不在小区", en: "That person is not here now"),
        Text(
            zh: "请核对是谁；外出或住院的，等人回来再提。",
            en: "See whom it is about; of who is away or in hospital, ask when that person is back."
        ))
    static let helpOver = ProblemKind(
        "help-over", .conflict,
        Text(zh: "这项求助已经有人或已了结", en: "Somebody has it, or it is over"),
        Text(zh: "请刷新后再看。", en: "Look again."))
    static let helpProposalOver = ProblemKind(
        "help-proposal-over", .conflict,
        Text(zh: "这次邀请已经过时", en: "You are not asked for this any more"),
        Text(zh: "请刷新后再看；谢谢您。", en: "Look again; thank you."))
    static let helpBusy = ProblemKind(
        "help-busy", .conflict,
        Text(zh: "那时您已有别的约", en: "You have promised something else then"),
        Text(zh: "请先取消那一个，或说这次去不了。", en: "Cancel that first, or say no to this."))
    static let helpOfferedBefore = ProblemKind(
        "help-offered-before", .conflict,
        Text(zh: "您已经答复或提出过了", en: "You offered or answered before"),
        Text(zh: "请等对方答复，或看看别的求助。", en: "Wait for the answer, or look at others."))
    static let helpHelperUnfit = ProblemKind(
        "help-helper-unfit", .conflict,
        Text(zh: "不能请这位居民来帮", en: "That person cannot be asked for this"),
        Text(zh: "请另选一位。", en: "Choose somebody else."))
}
