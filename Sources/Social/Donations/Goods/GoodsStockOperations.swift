internal import Platform
internal import Realtime

/// The operations of those on duty: intakes, stock, and what is done with it.
extension GoodsOperations {
    private static let lot = Operation.Parameter.path("lot", Text(zh: "批次", en: "The lot"))
    private static let place = Operation.Parameter.query(
        "place", .uuid(), Text(zh: "只要这个物资间或货位的", en: "Only what lies at this place"))

    static func intakes(_ signals: EventSignals) -> [Operation] {
        [
            act(
                "/intakes", "takeInGoods",
                Text(
                    zh: "入库：一次送来的物资，每行成一个批次；同一 reference 只算一次",
                    en: "Take in what was brought, a lot a line; the same reference counts once"),
                signals, body: GoodsSchemas.intakeWanted,
                answer: Operation.Answer(
                    .created, Text(zh: "已入库", en: "Taken in"), GoodsSchemas.intake),
                problems: [
                    .notOnGoodsDuty, .notGoodsPlace, .goodsRefusedAtDoor, .driveNotOn,
                    .donorUnknown, .intakeReferenceReused,
                ], GoodsIntakes.takeIn),
            .read(
                base + "/drives", "listGoodsDrives",
                Text(zh: "募集活动，最近的在前", en: "Drives, the latest first"), tag: tag,
                security: .person, parameters: [.estate, .cursor, .limit()],
                answers: [
                    Operation.Answer(.ok, Text(zh: "一页", en: "A page"), GoodsSchemas.drives)
                ]
            ) { call, _ in try await GoodsIntakes.drives(call) },
            act(
                "/drives", "openGoodsDrive",
                Text(zh: "居委会发起一次募集", en: "The committee opens a drive"), signals,
                body: GoodsSchemas.driveWanted,
                answer: Operation.Answer(
                    .created, Text(zh: "已发起", en: "Opened"), GoodsSchemas.made),
                problems: [.mayNotManageGoods, .notGoodsPlace], GoodsIntakes.openDrive),
        ]
    }

    static func stock(_ signals: EventSignals) -> [Operation] {
        let shown = Operation.Answer(.ok, Text(zh: "它现在的样子", en: "As it is now"), GoodsSchemas.lot)
        return [
            .read(
                base + "/lots", "listGoodsLots",
                Text(zh: "有存货的批次，和各在哪里", en: "Lots that lie somewhere, and where"), tag: tag,
                security: .person, proof: .forOffice,
                parameters: [
                    .estate, .cursor, .limit(), place,
                    .query("item", .uuid(), Text(zh: "只要这个品目", en: "Only those of an item")),
                ],
                answers: [Operation.Answer(.ok, Text(zh: "一页", en: "A page"), GoodsSchemas.lots)],
                problems: [.notOnGoodsDuty]
            ) { call, _ in try await GoodsStock.list(call) },
            .read(
                base + "/lots/{lot}", "getGoodsLot", Text(zh: "一个批次", en: "One lot"), tag: tag,
                security: .person, proof: .forOffice, parameters: [.estate, lot],
                answers: [Operation.Answer(.ok, Text(zh: "它", en: "It"), GoodsSchemas.lot)]
            ) { call, _ in try await GoodsStock.one(call) },
            .read(
                base + "/lots/{lot}/movements", "listGoodsMovements",
                Text(
                    zh: "批次的流水，最近的在前；不写发给了谁",
                    en: "A lot's movements, the latest first; never to whom"), tag: tag,
                security: .person, proof: .forOffice,
                parameters: [.estate, lot, .cursor, .limit()],
                answers: [
                    Operation.Answer(.ok, Text(zh: "一页", en: "A page"), GoodsSchemas.movements)
                ]
            ) { call, _ in try await GoodsStock.movements(call) },
            act(
                "/lots/{lot}/transfers", "transferGoods",
                Text(zh: "移库：一部分或全部，批次不变", en: "Move some of a lot; it stays that lot"),
                signals, parameters: [lot], body: GoodsSchemas.transfer, answer: shown,
                problems: ProblemKind.goodsRefusals + [.goodsSamePlace], GoodsStock.transfer),
            act(
                "/lots/{lot}/quarantines", "quarantineGoods",
                Text(zh: "转入待检", en: "Hold some back"),
                signals, parameters: [lot], body: GoodsSchemas.held, answer: shown,
                problems: ProblemKind.goodsRefusals, GoodsStock.quarantine),
            act(
                "/lots/{lot}/releases", "releaseGoods",
                Text(zh: "检查合格，放行", en: "Let some go again"),
                signals, parameters: [lot], body: GoodsSchemas.held, answer: shown,
                problems: ProblemKind.goodsRefusals, GoodsStock.release),
            act(
                "/lots/{lot}/discards", "discardGoods",
                Text(zh: "报废，写明原因", en: "Throw some away, for a reason"), signals,
                parameters: [lot], body: GoodsSchemas.discard, answer: shown,
                problems: ProblemKind.goodsRefusals, GoodsStock.discard),
        ]
    }

    static func counting(_ signals: EventSignals) -> [Operation] {
        [
            act(
                "/places/{place}/stocktakes", "countGoods",
                Text(zh: "盘点：有出入的记成流水，不改账", en: "Count: what differs moves, nothing is edited"),
                signals, parameters: [.path("place", Text(zh: "物资间或货位", en: "The room or bin"))],
                body: GoodsSchemas.stocktake,
                answer: Operation.Answer(
                    .created, Text(zh: "已盘点", en: "Counted"), GoodsSchemas.stocktakeMade),
                problems: ProblemKind.goodsRefusals, GoodsStock.count),
            act(
                "/kits", "packGoods",
                Text(
                    zh: "把几个批次配成套装；召回时仍能找到每一件",
                    en: "Pack kits out of lots; a recall still finds each part"), signals,
                body: GoodsSchemas.kits,
                answer: Operation.Answer(
                    .created, Text(zh: "套装的批次", en: "Their lot"), GoodsSchemas.lot),
                problems: ProblemKind.goodsRefusals + [.goodsItemUnfit, .goodsKitUnsaid],
                GoodsStock.pack),
            act(
                "/movements/{movement}/reversals", "reverseGoodsMovement",
                Text(zh: "冲销一笔记错的流水", en: "Take back a movement that was entered wrongly"),
                signals, parameters: [.path("movement", Text(zh: "流水", en: "The movement"))],
                body: GoodsSchemas.reversal,
                answer: Operation.Answer(
                    .created, Text(zh: "冲销的流水", en: "Its reversal"), GoodsSchemas.made),
                problems: ProblemKind.goodsRefusals + [.movementReversed, .takenBackElsewhere],
                GoodsStock.takeBack),
        ]
    }

    static func recalls(_ signals: EventSignals) -> [Operation] {
        let one = Operation.Parameter.path("recall", Text(zh: "召回", en: "The recall"))
        return [
            act(
                "/lots/{lot}/recall", "recallGoods",
                Text(
                    zh: "召回一个批次：立即停发，列出所有地点和住户",
                    en: "Recall a lot: its issue stops at once; every place and household is named"),
                signals, parameters: [lot], body: GoodsSchemas.recallWanted,
                answer: Operation.Answer(
                    .created, Text(zh: "已召回", en: "Recalled"), GoodsSchemas.recalled),
                problems: [.lotRecalled], GoodsRecalls.recall),
            .read(
                base + "/recalls", "listGoodsRecalls",
                Text(
                    zh: "召回：与我家有关的；当值的看到全部和还剩几户",
                    en: "Recalls that concern one's household; on duty, all, and how many remain"),
                tag: tag, security: .person, parameters: [.estate, .cursor, .limit()],
                answers: [
                    Operation.Answer(.ok, Text(zh: "一页", en: "A page"), GoodsSchemas.recalls)
                ]
            ) { call, _ in try await GoodsRecalls.list(call) },
            .read(
                base + "/recalls/{recall}", "getGoodsRecall",
                Text(zh: "一次召回，在哪里、还剩谁", en: "One recall: where it lies, and who remains"),
                tag: tag, security: .person, parameters: [.estate, one],
                answers: [
                    Operation.Answer(.ok, Text(zh: "它", en: "It"), GoodsSchemas.recalled)
                ]
            ) { call, _ in try await GoodsRecalls.one(call) },
            .write(
                .post, base + "/recalls/{recall}/confirmation", "confirmGoodsRecall",
                Text(zh: "我家的已处理，确认", en: "Say what became of it at home"), tag: tag,
                security: .person, parameters: [.estate, one], body: GoodsSchemas.confirmation,
                answers: [Operation.Answer(.noContent, Text(zh: "已记下", en: "Noted"))],
                problems: [.recallNoted], work: telling(signals, GoodsRecalls.confirm)),
            act(
                "/recalls/{recall}/knocks", "knockForGoodsRecall",
                Text(zh: "上门问过一户，记下结果", en: "Note that somebody knocked there"), signals,
                parameters: [one], body: GoodsSchemas.knock,
                answer: Operation.Answer(.noContent, Text(zh: "已记下", en: "Noted")),
                problems: [.recallNoted], GoodsRecalls.knock),
        ]
    }

    static let boards: [Operation] = [
        .read(
            base + "/expiring", "listExpiringGoods",
            Text(zh: "近效期：先到期的在前", en: "What expires soon, the first to expire first"), tag: tag,
            security: .person, proof: .forOffice,
            parameters: [
                .estate, .cursor, .limit(), place,
                .query(
                    "days", .integer(0...366),
                    Text(
                        zh: "几天之内；默认 \(GoodsBoards.nearDays)",
                        en: "Within so many days; \(GoodsBoards.nearDays) if left out")),
            ],
            answers: [Operation.Answer(.ok, Text(zh: "一页", en: "A page"), GoodsSchemas.lots)],
            problems: [.notOnGoodsDuty]
        ) { call, _ in try await GoodsBoards.expiring(call) },
        .read(
            base + "/shortages", "listGoodsShortages",
            Text(zh: "缺货：最缺的在前", en: "What there is too little of, the worst first"), tag: tag,
            security: .person, proof: .forOffice, parameters: [.estate],
            answers: [Operation.Answer(.ok, Text(zh: "全部", en: "All"), GoodsSchemas.shortages)],
            problems: [.notOnGoodsDuty]
        ) { call, _ in try await GoodsBoards.shortages(call) },
        .read(
            base + "/stock.csv", "downloadGoodsStock",
            Text(zh: "库存表（CSV）", en: "The stock as CSV"), tag: tag, security: .person,
            proof: .forOffice, parameters: [.estate],
            answers: [
                Operation.Answer(.ok, Text(zh: "CSV 文件", en: "A file"), mediaType: "text/csv")
            ], problems: [.notOnGoodsDuty]
        ) { call, _ in try await GoodsBoards.csv(call) },
        .read(
            base + "/lots/{lot}/label.svg", "getGoodsLabel",
            Text(zh: "批次标签的二维码", en: "The QR code of a lot's label"), tag: tag,
            security: .person, proof: .forOffice, parameters: [.estate, lot],
            answers: [
                Operation.Answer(
                    .ok, Text(zh: "SVG 图", en: "An SVG image"), mediaType: "image/svg+xml")
            ]
        ) { call, _ in try await GoodsBoards.label(call) },
        .read(
            "/api/v1/estates/{estate}/me/gifts", "listOwnGifts",
            Text(zh: "我捐的物资后来怎样了；不写给了谁", en: "What became of what one gave; not to whom"),
            tag: tag, security: .person, parameters: [.estate, .cursor, .limit()],
            answers: [Operation.Answer(.ok, Text(zh: "一页", en: "A page"), GoodsSchemas.gifts)]
        ) { call, _ in try await GoodsBoards.gifts(call) },
        .read(
            base + "/month", "getGoodsMonth",
            Text(
                zh: "每月公示：收了多少、发了多少、架上还有多少；人人可看",
                en: "The month for everybody: what came, went and lies on the shelf"), tag: tag,
            security: .open,
            parameters: [
                .estate,
                .query(
                    "month", .text(7...7),
                    Text(zh: "哪个月，如 2026-09；默认本月", en: "Such as 2026-09; now if left out")),
            ],
            answers: [Operation.Answer(.ok, Text(zh: "公示", en: "It"), GoodsSchemas.month)],
            problems: [.unauthenticated], isPersonal: false
        ) { call, _ in try await GoodsBoards.month(call) },
    ]
}
