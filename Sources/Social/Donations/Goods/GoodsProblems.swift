internal import Platform
internal import Realtime

/// Why something of goods is refused.
extension ProblemKind {
    static let mayNotManageGoods = ProblemKind(
        "may-not-manage-goods", .forbidden,
        Text(zh: "物资目录由居委会管理", en: "The residents' committee manages the goods"),
        Text(zh: "请把需要告诉居委会，由其修改。", en: "Tell the residents' committee what should change."))
    static let notOnGoodsDuty = ProblemKind(
        "not-on-goods-duty", .forbidden,
        Text(zh: "您不在这个物资间当值", en: "You are not on duty at this goods room"),
        Text(
            zh: "请由该物资间的当值志愿者或居委会办理；要值班请向居委会报名。",
            en: "Ask a volunteer on duty at that room, or the committee; to serve there, offer the "
                + "committee your time."))
    static let goodsPlaceThere = ProblemKind(
        "goods-place-there", .conflict,
        Text(zh: "已经有了", en: "It is there already"),
        Text(zh: "请直接使用它，或为货位换一个编号。", en: "Use it, or give the bin another code."))
    static let notGoodsPlace = ProblemKind(
        "not-goods-place", .unprocessableContent,
        Text(zh: "这个地点不存放物资", en: "No goods lie at that place"),
        Text(zh: "请从物资间和货位中选一个。", en: "Choose a goods room or one of its bins."))
    static let goodsValuable = ProblemKind(
        "goods-valuable", .forbidden,
        Text(zh: "贵重物资不由一个人核销或外调", en: "No volunteer writes off alone what is valuable"),
        Text(
            zh: "请由居委会核销、核减或寄出；领用的请两人经手。",
            en:
                "Let the committee write it off, count it to be less or send it; hand it out by two."
        ))
    static let goodsKitUnsaid = ProblemKind(
        "goods-kit-unsaid", .unprocessableContent,
        Text(zh: "套装没有写明里面的过敏原或贵重物", en: "The kit does not say what is in it"),
        Text(
            zh: "请在套装的品目里写上每一件的过敏原；有贵重的，品目也标为贵重。",
            en: "Name each part's allergens at the kit's item, and mark it valuable if a part is."))
    static let goodsSamePlace = ProblemKind(
        "goods-same-place", .unprocessableContent,
        Text(zh: "移出和移入是同一个地点", en: "Both places are the same"),
        Text(zh: "请选另一个移入地点。", en: "Choose another place to move it to."))
    static let goodsPlaceClosed = ProblemKind(
        "goods-place-closed", .conflict,
        Text(zh: "这个物资间或货位已关闭", en: "This goods room or bin is closed"),
        Text(
            zh: "请换一个地点，或请居委会重新开设它（货位由当值志愿者重开）。",
            en: "Choose another place, or ask the committee to open it again; those on duty open "
                + "a bin."))
    static let goodsPlaceStocked = ProblemKind(
        "goods-place-stocked", .conflict,
        Text(zh: "这里还有物资，不能关闭", en: "There is stock here: it cannot be closed"),
        Text(
            zh: "请先把存货移库、发放或报废，再关闭。",
            en: "Move the stock, hand it out or discard it; then close the place."))
    static let goodsItemUnfit = ProblemKind(
        "goods-item-unfit", .unprocessableContent,
        Text(zh: "这个品目不能这样用", en: "This item cannot be used so"),
        Text(
            zh: "请选一个在用、按整数计数的品目作为套装。",
            en: "Choose an item for the kit that is in use and counted whole."))
    static let goodsRefusedAtDoor = ProblemKind(
        "goods-refused-at-door", .unprocessableContent,
        Text(zh: "有物资不能收", en: "Some of it cannot be taken in"),
        Text(
            zh: "请看 errors 里每一行该怎么办；其余的去掉这些行后再登记。",
            en: "See under errors what to do with each line; leave those out and send the rest."))
    static let driveNotOn = ProblemKind(
        "drive-not-on", .unprocessableContent,
        Text(zh: "这次募集不在进行，或不在这个物资间", en: "This drive is not on, or is at another room"),
        Text(zh: "请去掉 drive，或选这里正在进行的募集。", en: "Leave the drive out, or choose one on here."))
    static let donorUnknown = ProblemKind(
        "donor-unknown", .unprocessableContent,
        Text(zh: "找不到这位捐赠人", en: "There is no such donor here"),
        Text(
            zh: "请核对；对方不愿留名或不在本小区的，请登记为 anonymous。",
            en: "Check it; who stays unnamed or lives elsewhere is entered as anonymous."))
    static let intakeReferenceReused = ProblemKind(
        "intake-reference-reused", .conflict,
        Text(zh: "这个编号已登记过另一次入库", en: "This reference stood for another intake"),
        Text(
            zh: "请换一个编号；改错请对原来的流水冲销。",
            en: "Use another reference; to correct an intake take back its movements."))
    static let lotRecalled = ProblemKind(
        "lot-recalled", .conflict,
        Text(zh: "这个批次已被召回", en: "This lot is recalled"),
        Text(
            zh: "请停止发放，收回待检；可以报废，不能再发。",
            en: "Hand none of it out: put it into quarantine or discard it."))
    static let lotExpired = ProblemKind(
        "lot-expired", .conflict,
        Text(zh: "这个批次已过期", en: "This lot has expired"),
        Text(zh: "请改用另一个批次，并把这一批报废。", en: "Take another lot, and discard this one."))
    static let recallNoted = ProblemKind(
        "recall-noted", .conflict,
        Text(zh: "这一户已经确认过", en: "That household has been noted already"),
        Text(zh: "无需再做；请看召回还剩谁。", en: "Nothing is left to do there: see who remains."))
    static let takenBackElsewhere = ProblemKind(
        "taken-back-elsewhere", .conflict,
        Text(zh: "这笔流水不能在这里冲销", en: "This movement is not taken back here"),
        Text(
            zh: "发放、预留和套装请在各自的页面撤销。",
            en: "Undo a hand-over, a reservation or a kit where it was made."))

    /// What a movement of stock may be refused for.
    static let goodsRefusals: [ProblemKind] =
        postingRefusals + [
            .notOnGoodsDuty, .notGoodsPlace, .goodsPlaceClosed, .goodsValuable, .lotRecalled,
            .lotExpired,
        ]
}

extension GoodsAnswer.Row {
    /// Why nothing moved; `nil` where it did.
    var problem: Problem? {
        switch verdict {
        case "posted": return nil
        case "short":
            return LedgerRefusal.short(
                index: index ?? 0, account: UUID(high: 0, low: 0), there: there ?? 0
            )
            .problem { _ in scale ?? 0 }
        case "full": return Problem(.accountFull)
        case "again": return Problem(.movementReversed)
        case "unlike": return Problem(.movementKeyReused)
        case "recalled": return Problem(.lotRecalled)
        case "expired": return Problem(.lotExpired)
        case "forbidden": return Problem(.notOnGoodsDuty)
        case "away": return Problem(.notGoodsPlace)
        case "closed": return Problem(.goodsPlaceClosed)
        case "parts": return Problem(.goodsKitUnsaid)
        case "valuable": return Problem(.goodsValuable)
        case "same": return Problem(.goodsSamePlace)
        case "item": return Problem(.goodsItemUnfit)
        case "elsewhere": return Problem(.takenBackElsewhere)
        default: return Problem(.notFound)
        }
    }
}

/// Why a line is refused at the door, and what to do with it.
enum GoodsDoor {
    /// By the verdicts of `linli.goods_door`.
    static func advice(_ verdict: String) -> Text {
        switch verdict {
        case "item":
            Text(zh: "目录里没有这个品目，或已停用；请另选。", en: "The catalogue has no such item now: choose one.")
        case "prescription":
            Text(
                zh: "处方药不收；请捐赠人送回药店的过期药品回收点或医院。",
                en: "Prescription medicine is not taken: ask the donor to bring it to a pharmacy's "
                    + "collection point or a hospital.")
        case "opened":
            Text(
                zh: "已开封的不收；请退还捐赠人，当面说明谢意。",
                en: "What was opened is not taken: give it back with thanks.")
        case "home_made":
            Text(
                zh: "自制的不收；请退还捐赠人，可以请其参加拼餐或邻里活动分享。",
                en:
                    "What is home-made is not taken: give it back; it can be shared at a meal among "
                    + "neighbours.")
        case "expired":
            Text(zh: "已过期，不收；请退还或当场丢弃。", en: "It has expired: give it back or throw it away.")
        case "undated":
            Text(
                zh: "会变质的品目须填到期日（expires_on）；看不清的不收。",
                en: "What spoils needs its expires_on; where none can be read it is not taken.")
        case "too_near":
            Text(
                zh: "离到期太近，来不及发放；请退还，或当场请人带走。",
                en:
                    "It expires too soon to be handed out: give it back, or let somebody take it now."
            )
        case "too_little":
            Text(
                zh: "少于这个品目的最小可用数量；请凑足再登记，或退还。",
                en: "It is less than is of use: wait until there is enough, or give it back.")
        default: Text(zh: "数量太大；请核对单位，或分成几行。", en: "It is too much: check the unit, or split it.")
        }
    }
}
