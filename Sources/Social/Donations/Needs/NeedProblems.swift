internal import Platform
internal import Realtime

/// Why something of needs is refused.
extension ProblemKind {
    static let needWhichHousehold = ProblemKind(
        "need-which-household", .unprocessableContent,
        Text(zh: "您属于几户", en: "You belong to several households"),
        Text(zh: "请在 household 里写明是哪一户。", en: "Name in household the one that it is for."))
    static let needItemUnfit = ProblemKind(
        "need-item-unfit", .unprocessableContent,
        Text(zh: "目录里没有这样的品目", en: "The catalogue has no such item"),
        Text(
            zh: "请选这一类、按这个单位计数的在用品目，或不填 item。",
            en: "Choose an item in use of that category and unit, or leave item out."))
    static let needUntilUnfit = ProblemKind(
        "need-until-unfit", .unprocessableContent,
        Text(zh: "这个日期不合适", en: "That day does not fit"),
        Text(zh: "请填今天起一年之内的日期。", en: "Give a day from today on, within a year."))
    static let needThere = ProblemKind(
        "need-there", .conflict,
        Text(zh: "同样的需求还开着", en: "The same need is open"),
        Text(
            zh: "请先撤回那一项再登记，或等它满足。", en: "Withdraw that one first, or wait until it is met."))
    static let needOverQuota = ProblemKind(
        "need-over-quota", .conflict,
        Text(zh: "超出这一类的限额", en: "It is more than the quota allows"),
        Text(zh: "请少要一些，或过些日子再登记。", en: "Ask for less, or later."))
    static let needOtherUnit = ProblemKind(
        "need-other-unit", .unprocessableContent,
        Text(zh: "这一类的限额按另一个单位计", en: "The quota of this category is in another unit"),
        Text(
            zh: "请按限额的单位登记，或选一个目录里写明换算的品目。",
            en:
                "Ask in the quota's unit, or for an item of which the catalogue says how much it is."
        )
    )
    static let needOwnHousehold = ProblemKind(
        "need-own-household", .forbidden,
        Text(zh: "这是您自己家的", en: "It is your own household's"),
        Text(zh: "请由居委会的另一位办理。", en: "Let another person of the committee do it."))
    static let needSecondPerson = ProblemKind(
        "need-second-person", .forbidden,
        Text(zh: "谁登记的，不能由谁核实", en: "Who entered it does not confirm it"),
        Text(zh: "请由居委会的另一位核实。", en: "Let another person of the committee confirm it."))
    static let needNotDecider = ProblemKind(
        "need-not-decider", .forbidden,
        Text(zh: "需求由居委会核实", en: "The residents' committee confirms needs"),
        Text(zh: "请把您了解的情况告诉居委会。", en: "Tell the committee what you know."))
    static let needOver = ProblemKind(
        "need-over", .conflict,
        Text(zh: "这项需求已经了结", en: "This need is decided or over"),
        Text(zh: "请刷新后再看；还需要的话重新登记。", en: "Look again; if it is still needed, enter it anew."))
    static let allocationNothing = ProblemKind(
        "allocation-nothing", .conflict,
        Text(zh: "没有可分的", en: "There is nothing to share out"),
        Text(
            zh: "请先入库空闲的物资，并核实还没满足的需求。",
            en: "Take stock in at this room, and confirm needs, first."))
    static let allocationOver = ProblemKind(
        "allocation-over", .conflict,
        Text(zh: "这次分配已经定了", en: "This round is decided"),
        Text(zh: "请刷新后再看；要再分，请重新提议。", en: "Look again; to share out more, propose anew."))
    static let allocationStale = ProblemKind(
        "allocation-stale", .conflict,
        Text(zh: "这个提议超过一天了", en: "This proposal is older than a day"),
        Text(zh: "请重新提议。", en: "Propose anew."))
    static let allocationMoved = ProblemKind(
        "allocation-moved", .conflict,
        Text(zh: "库存或需求已经变了", en: "Stock or needs have moved meanwhile"),
        Text(zh: "什么也没有留出；请重新提议。", en: "Nothing was set aside: propose anew."))
    static let handOverOwnHousehold = ProblemKind(
        "hand-over-own-household", .forbidden,
        Text(zh: "其中有您自己家的", en: "Your own household is among them"),
        Text(zh: "请由另一位志愿者或居委会办理。", en: "Let another volunteer or the committee do it."))
}
