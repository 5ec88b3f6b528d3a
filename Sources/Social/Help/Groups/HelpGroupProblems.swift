internal import Platform
internal import Realtime

/// Why something about help groups is refused.
extension ProblemKind {
    static let helpGroupLevel = ProblemKind(
        "help-group-level", .forbidden,
        Text(zh: "发起小组要先当面核验", en: "Who founds a group is verified in person"),
        Text(zh: "请带证件到居委会核验一次，再来发起。", en: "Show a document at the committee's desk first."))
    static let helpGroupKinds = ProblemKind(
        "help-group-kinds", .unprocessableContent,
        Text(zh: "这些帮助种类不合适", en: "Those kinds of help do not fit"),
        Text(
            zh: "请选小组能一起做的种类：不含照看孩子，也不能去掉正在排班的种类。",
            en: "Choose kinds without the care of children, and keep those on the rota."))
    static let helpRotaTime = ProblemKind(
        "help-rota-time", .unprocessableContent,
        Text(zh: "班次要在同一天里结束", en: "A shift ends on the day on which it begins"),
        Text(zh: "请早一点开始，或分成零点前后两个班次。", en: "Begin earlier, or make two of it at midnight."))
    static let helpGroupMany = ProblemKind(
        "help-group-many", .conflict,
        Text(zh: "您已经是五个小组的组长", en: "You look after five groups already"),
        Text(zh: "请先把一个小组交给别人，或解散它。", en: "Hand one to somebody else, or close it."))
    static let helpGroupPlaces = ProblemKind(
        "help-group-places", .unprocessableContent,
        Text(zh: "名额不能少于现有的组员", en: "There are more members than that"),
        Text(zh: "请把名额改得大一些。", en: "Give more places."))
    static let helpGroupMember = ProblemKind(
        "help-group-member", .conflict,
        Text(zh: "已经是组员了", en: "That is a member already"),
        Text(zh: "请打开小组看看。", en: "Look at the group."))
    static let helpGroupAsked = ProblemKind(
        "help-group-asked", .conflict,
        Text(zh: "已经提出过，正在等答复", en: "It was asked already, and waits"),
        Text(zh: "请等答复；十四天内没有结果就自动失效。", en: "Wait: it lapses after fourteen days."))
    static let helpGroupFull = ProblemKind(
        "help-group-full", .conflict,
        Text(zh: "小组满员了", en: "The group is full"),
        Text(zh: "请看看别的小组，或等有人退出。", en: "Look at other groups, or wait for a place."))
    static let helpGroupAdults = ProblemKind(
        "help-group-adults", .unprocessableContent,
        Text(zh: "小组只收成年人", en: "Members of a group are grown up"),
        Text(zh: "请让家长参加，孩子可以报名活动。", en: "Let a parent join; children can join activities."))
    static let helpGroupHousehold = ProblemKind(
        "help-group-household", .forbidden,
        Text(zh: "请先证明您住在小区", en: "Show first that you live here"),
        Text(zh: "请用加入码加入您家，或到居委会办理。", en: "Join your household, or ask the committee."))
    static let helpGroupInvitedOnly = ProblemKind(
        "help-group-invited-only", .conflict,
        Text(zh: "这个小组只收受邀的人", en: "One joins this group by invitation"),
        Text(zh: "请向认识的组长要邀请或邀请码。", en: "Ask a steward whom you know for an invitation."))
    static let helpGroupTie = ProblemKind(
        "help-group-tie", .unprocessableContent,
        Text(zh: "只能邀请互相认识的人", en: "One invites whom one knows"),
        Text(
            zh: "请先在「我认识的人」里互相确认，或给他一个邀请码。",
            en: "Confirm with each other that you know each other, or give a code."))
    static let helpGroupUntil = ProblemKind(
        "help-group-until", .unprocessableContent,
        Text(zh: "有效期不合适", en: "That term does not fit"),
        Text(zh: "请填从现在起三十天之内的时间。", en: "Give an instant within thirty days."))
    static let helpGroupCodes = ProblemKind(
        "help-group-codes", .conflict,
        Text(zh: "没用的邀请码太多了", en: "Too many codes are open"),
        Text(zh: "请先作废几个不用的。", en: "Take back some that nobody needs."))
    static let helpGroupCode = ProblemKind(
        "help-group-code", .unprocessableContent,
        Text(zh: "这个邀请码不能用", en: "That code does not serve"),
        Text(
            zh: "请核对一遍；可能已用过、过期或作废，可以向组长再要一个。",
            en: "Check it: it was used, has ended or was taken back; ask for another."))
    static let helpGroupOver = ProblemKind(
        "help-group-over", .conflict,
        Text(zh: "这件事已经过去了", en: "That is over"),
        Text(zh: "请刷新看看现在的情况。", en: "Look at it again."))
    static let helpGroupLastSteward = ProblemKind(
        "help-group-last-steward", .conflict,
        Text(zh: "小组不能没有组长", en: "A group has a steward"),
        Text(zh: "请先指定另一位组长，或解散小组。", en: "Name another steward first, or close the group."))
    static let helpGroupSteward = ProblemKind(
        "help-group-steward", .conflict,
        Text(zh: "组长由本人退出", en: "A steward leaves by itself"),
        Text(zh: "请与那位组长商量，或请居委会处理。", en: "Talk to the steward, or ask the committee."))
    static let helpRotaKind = ProblemKind(
        "help-rota-kind", .unprocessableContent,
        Text(zh: "小组不做这一种", en: "The group does not help with that"),
        Text(zh: "请选小组的帮助种类，或先改小组。", en: "Choose a kind of the group's."))
    static let helpRotaPlace = ProblemKind(
        "help-rota-place", .unprocessableContent,
        Text(zh: "地点不合适", en: "That place does not fit"),
        Text(zh: "请选公共的地点；上门的请填为谁。", en: "Choose a place open to all, or say for whom."))
    static let helpRotaPerson = ProblemKind(
        "help-rota-person", .unprocessableContent,
        Text(zh: "不能为这个人排班", en: "That person cannot be planned for"),
        Text(
            zh: "请选互相认识、住在小区的成年人，每次一人上门，不填地点。",
            en: "Choose a grown-up here whom you know, one seat, without a place."))
    static let helpRotaMany = ProblemKind(
        "help-rota-many", .conflict,
        Text(zh: "一个小组最多三十个固定班次", en: "A group has thirty shifts a week at most"),
        Text(zh: "请先停掉不用的。", en: "End one that is not needed."))
    static let helpShiftThere = ProblemKind(
        "help-shift-there", .conflict,
        Text(zh: "这一班已经有您", en: "You have a seat of that shift"),
        Text(zh: "请打开这一班看看，答复或确认。", en: "Look at the shift, and answer what you are asked."))
    static let helpShiftOver = ProblemKind(
        "help-shift-over", .conflict,
        Text(zh: "这一班现在不能这样办", en: "That cannot be done with the shift now"),
        Text(zh: "请刷新看看：可能已开始、取消或过期。", en: "Look again: it has begun, lapsed or was called off."))
    static let helpShiftUnfit = ProblemKind(
        "help-shift-unfit", .conflict,
        Text(zh: "这一班现在不能由您来", en: "This shift is not yours to take now"),
        Text(
            zh: "请选别的班次：可能已满、正在问别人，或超出您每月的次数、休息日。",
            en: "Choose another: it is full or kept for who is asked, or beyond your month or rest."
        ))
    static let helpShiftIsVisit = ProblemKind(
        "help-shift-is-visit", .conflict,
        Text(zh: "这一班是上门互助", en: "This shift is a visit"),
        Text(zh: "请在「我的互助」里签到、签退和留言。", en: "Check in and out with your visits."))
    static let helpShiftEarly = ProblemKind(
        "help-shift-early", .conflict,
        Text(zh: "还没到时间", en: "It is too early"),
        Text(zh: "请在开始前半小时起签到。", en: "Check in from half an hour before it begins."))

    private static let helpGroupVerdicts: [String: ProblemKind] = [
        "level": .helpGroupLevel, "kinds": .helpGroupKinds, "many": .helpGroupMany,
        "places": .helpGroupPlaces, "member": .helpGroupMember, "asked": .helpGroupAsked,
        "full": .helpGroupFull, "child": .helpGroupAdults, "household": .helpGroupHousehold,
        "invited_only": .helpGroupInvitedOnly, "tie": .helpGroupTie, "until": .helpGroupUntil,
        "codes": .helpGroupCodes, "code": .helpGroupCode, "over": .helpGroupOver,
        "last_steward": .helpGroupLastSteward, "steward": .helpGroupSteward,
        "stale": .preconditionFailed, "kind": .helpRotaKind, "place": .helpRotaPlace,
        "person": .helpRotaPerson, "rotas": .helpRotaMany, "seated": .helpShiftThere,
        "past": .helpShiftOver, "unfit": .helpShiftUnfit, "visit": .helpShiftIsVisit,
        "early": .helpShiftEarly, "busy": .helpBusy,
    ]

    /// What a verdict of a help group says; `nil` for one that is done.
    static func ofHelpGroup(_ verdict: String?) -> ProblemKind? {
        guard let verdict, !HelpGroups.done.contains(verdict) else {
            return verdict == nil ? .notFound : nil
        }
        return helpGroupVerdicts[verdict] ?? .notFound
    }
}
