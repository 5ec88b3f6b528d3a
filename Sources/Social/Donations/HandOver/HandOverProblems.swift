internal import Platform
internal import Realtime

/// Why a hand-over is refused.
extension ProblemKind {
    static let parcelWordUnknown = ProblemKind(
        "parcel-word-unknown", .unprocessableContent,
        Text(zh: "口令不对，或已用过、过期", en: "This word is none, or is spent or too old"),
        Text(
            zh: "请对方再读一遍，或在「我的物资」里取一个新口令；没有手机的请找社工。",
            en:
                "Let it be read again, or a new one be made; who has no telephone asks a social worker."
        ))
    static let parcelWordsTooMany = ProblemKind(
        "parcel-words-too-many", .tooManyRequests,
        Text(zh: "输错的口令太多", en: "Too many words were wrong"),
        Text(zh: "请等十分钟，或换一位志愿者。", en: "Wait ten minutes, or let another volunteer do it."))
    static let visitOver = ProblemKind(
        "visit-over", .conflict,
        Text(zh: "这次到访已过时，或不是为这个包裹来的", en: "This visit is over, or not for this parcel"),
        Text(zh: "请重新用口令或领取卡登记到访。", en: "Open a visit with the word or card again."))
    static let parcelNotWaiting = ProblemKind(
        "parcel-not-waiting", .conflict,
        Text(zh: "这个包裹已经领走或退回", en: "This parcel is handed out or has gone back"),
        Text(
            zh: "请刷新后再看；交错了的可以撤销，召回的不能再发。",
            en:
                "Look again; a wrong hand-over can be undone, and what is recalled goes out no more."
        ))
    static let parcelLapsed = ProblemKind(
        "parcel-lapsed", .conflict,
        Text(zh: "这个包裹过了保留时间", en: "This parcel was kept until now"),
        Text(
            zh: "物资已退回，需求还开着；请改从空闲的里当场发放。",
            en: "It has gone back and the need is open: hand out of what is free instead."))
    static let parcelPartUnfit = ProblemKind(
        "parcel-part-unfit", .unprocessableContent,
        Text(zh: "包裹里没有这么多", en: "The parcel has not so much"),
        Text(zh: "请按包裹里的批次和数量填。", en: "Name lots of the parcel, and no more than waits."))
    static let substituteUnfit = ProblemKind(
        "substitute-unfit", .unprocessableContent,
        Text(zh: "这个不能替代", en: "This is no fit substitute"),
        Text(
            zh: "请选本物资间里同类、同单位、不多于原数量的另一个批次。",
            en: "Choose another lot at this room of the same category and unit, and no more of it.")
    )
    static let handOverSecondPerson = ProblemKind(
        "hand-over-second-person", .conflict,
        Text(zh: "贵重物资要两人经手", en: "Two persons hand out what is valuable"),
        Text(
            zh: "请另一位当值的先在这次到访上确认，再交付。",
            en: "Let another person on duty stand by at this visit first."))
    static let handOverNotUndone = ProblemKind(
        "hand-over-not-undone", .conflict,
        Text(zh: "没有可以撤销的交付", en: "There is no hand-over to undo"),
        Text(zh: "交付一天之内可以撤销，一次。", en: "A hand-over is undone within a day, once."))
    static let visitNoNeed = ProblemKind(
        "visit-no-need", .conflict,
        Text(zh: "这个现在不发给这一户", en: "This is nothing for this household now"),
        Text(
            zh: "请少拿一些，或请对方向居委会、社工登记需求。",
            en: "Take less of it, or let the household tell the committee what it needs."))
}
