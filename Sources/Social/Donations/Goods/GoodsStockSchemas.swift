internal import Platform

/// The shapes of stock, intakes, recalls and boards on the wire.
extension GoodsSchemas {
    private static let statuses = ["free", "reserved", "quarantine"]
    private static let lines = Schema.array(
        .object(
            "GoodsIntakeLine",
            [
                .required("item", .uuid()), .required("quantity", quantity),
                .optional("expires_on", day),
                .optional("condition", .choice(["new", "good", "worn"])),
                .optional(
                    "nature",
                    .choice(
                        ["opened", "home_made", "prescription"],
                        note: "原装未开封则不填 / Left out for what is closed and from a maker")),
                .optional("is_held", .bool(note: "先待检 / Into quarantine first")),
            ]), count: 1...GoodsIntake.linesMax)

    static let intakeWanted = Schema.object(
        "GoodsIntakeWanted",
        [
            .required("place", .uuid(note: "物资间或货位 / A room or a bin")),
            .required("source", .choice(["anonymous", "person", "organisation", "bought"])),
            .optional("donor", .uuid(note: "愿意留名的本小区居民 / A person of the estate")),
            .optional("organisation", .text(1...80)), .optional("drive", .uuid()),
            .optional(
                "reference",
                .text(1...64, note: "客户端自己的编号：同一编号只算一次 / One's own: it counts once")),
            .required("lines", lines),
        ])
    static let intake = Schema.object(
        "GoodsIntake",
        [
            .required("id", .uuid()),
            .required("is_repeat", .bool(note: "这个编号早已登记 / It was there already")),
            .required(
                "lots",
                .array(
                    .object(
                        "GoodsLotMade",
                        [
                            .required("id", .uuid()), .required("code", .text(13...13)),
                            .required("item", .uuid()), .required("quantity", amount),
                            .optional("expires_on", day),
                        ]), count: 1...GoodsIntake.linesMax)),
        ])

    static let drives = Schema.object(
        "GoodsDrivePage",
        [
            .required(
                "drives",
                .array(
                    .object(
                        "GoodsDrive",
                        [.required("id", .uuid())] + driveMembers + [.required("is_on", .bool())]),
                    count: 0...100))
        ])
    static let driveWanted = Schema.object("GoodsDriveWanted", driveMembers)
    private static let driveMembers: [Schema.Member] = [
        .required("title_zh", .text(1...80)), .required("title_en", .text(1...120)),
        .required("room", .uuid()), .required("begins", .instant()), .required("ends", .instant()),
        .required("items", .array(.uuid(), count: 0...50, note: "希望收到的品目 / What is asked for")),
    ]

    static let lot = Schema.object(
        "GoodsLot",
        [
            .required("id", .uuid()), .required("code", .text(13...13)),
            .required("item", .uuid()), .required("name_zh", name), .required("name_en", name),
            .required("unit", unit), .required("scale", .integer(0...3)),
            .required("condition", .choice(["new", "good", "worn"])),
            .optional("expires_on", day),
            .optional(
                "stopped", .choice(["recalled", "expired"], note: "停发的原因 / Why none goes out")),
            .required("received_at", .instant()), .required("free", amount),
            .required("reserved", amount), .required("quarantine", amount),
            .required(
                "places",
                .array(
                    .object(
                        "GoodsLotPlace",
                        [
                            .required("place", .uuid()),
                            .required("status", .choice(statuses)), .required("quantity", amount),
                        ]), count: 0...1000)),
            .optional("intake", .uuid()),
            .optional(
                "source",
                .choice(
                    ["anonymous", "person", "organisation", "bought", "estate"],
                    note: "estate：别的小区寄来的 / Another estate sent it")),
            .optional("drive", .uuid()),
        ])
    static let lots = Schema.object(
        "GoodsLotPage", [.required("lots", .array(lot, count: 0...100))])

    private static let place = Schema.Member.required("place", .uuid(note: "在哪里 / Where it lies"))
    private static let much = Schema.Member.required("quantity", quantity)
    private static let status = Schema.Member.optional(
        "status", .choice(["free", "quarantine"], note: "默认 free / free if left out"))

    static let held = Schema.object("GoodsHeld", [place, much])
    static let transfer = Schema.object(
        "GoodsTransfer", [place, .required("to", .uuid(note: "移到哪里 / Where to")), much, status])
    static let discard = Schema.object(
        "GoodsDiscard",
        [
            place, much, status,
            .required("because", .choice(["spoiled", "expired", "damaged", "lost", "recalled"])),
        ])
    static let stocktake = Schema.object(
        "GoodsStocktake",
        [
            .required(
                "lines",
                .array(
                    .object(
                        "GoodsCounted",
                        [
                            .required("lot", .uuid()),
                            .required(
                                "counted",
                                .text(
                                    1...32,
                                    note: "架上实有，待检的除外；没有写 0 / All there but the quarantine; 0"
                                )),
                        ]), count: 1...200))
        ])
    static let stocktakeMade = Schema.object(
        "GoodsStocktakeMade",
        [
            .required("id", .uuid()),
            .required("differs", .integer(0...200, note: "几个批次有出入 / How many lots differ")),
        ])
    static let kits = Schema.object(
        "GoodsKits",
        [
            .required("item", .uuid(note: "套装的品目，按整数计数 / The kit's item, counted whole")),
            place, .required("kits", .integer(1...100_000)),
            .required(
                "parts",
                .array(
                    .object(
                        "GoodsKitPart",
                        [
                            .required("lot", .uuid()),
                            .required("quantity", .text(1...32, note: "每套多少 / In one kit")),
                        ]), count: 1...30)),
        ])
    static let reversal = Schema.object(
        "GoodsReversal", [.required("because", .choice(["mistake", "twice", "wrong_place"]))])

    static let movements = Schema.object(
        "GoodsMovementPage",
        [
            .required(
                "movements",
                .array(
                    .object(
                        "GoodsMovement",
                        [
                            .required("id", .uuid()), .required("at", .instant()),
                            .required("quantity", amount), .required("reason", .text(1...40)),
                            .required("from_kind", .text(1...24)), .optional("from_place", .uuid()),
                            .required("from_status", .text(1...24)),
                            .required("to_kind", .text(1...24)), .optional("to_place", .uuid()),
                            .required("to_status", .text(1...24)), .optional("doer", .uuid()),
                            .optional("reverses", .uuid()), .optional("reversed_by", .uuid()),
                        ]), count: 0...100))
        ])
}

/// The shapes of recalls and boards on the wire.
extension GoodsSchemas {
    static let becauses = ["maker", "authority", "spoiled", "mislabelled", "dangerous"]
    private static let outcomes = ["brought_back", "thrown_away", "used_up", "never_had"]
    private static let recall = Schema.object(
        "GoodsRecall",
        [
            .required("id", .uuid()), .required("lot", .uuid()),
            .required("lot_code", .text(13...13)), .required("name_zh", name),
            .required("name_en", name), .required("because", .choice(becauses)),
            .required("advice", .choice(["bring_back", "throw_away", "do_not_use"])),
            .required("at", .instant()), .optional("ended_at", .instant()),
            .optional("households", .integer(0...1_000_000)),
            .optional("remaining", .integer(0...1_000_000, note: "还没有确认的 / Not confirmed yet")),
            .required("is_own", .bool(note: "我家领过 / One's household has some")),
            .optional("own_outcome", .choice(outcomes + ["told"])),
        ])
    static let recalls = Schema.object(
        "GoodsRecallPage", [.required("recalls", .array(recall, count: 0...100))])
    static let recallWanted = Schema.object(
        "GoodsRecallWanted",
        [
            .required("because", .choice(becauses)),
            .required("advice", .choice(["bring_back", "throw_away", "do_not_use"])),
        ])
    static let recalled = Schema.object(
        "GoodsRecalled",
        [
            .required("recall", recall),
            .required(
                "reach",
                .array(
                    .object(
                        "GoodsReach",
                        [
                            .required(
                                "id", .uuid(note: "地点、住户或小区 / The place, household or estate")),
                            .required("kind", .choice(["place", "household", "estate"])),
                            .required("lot", .uuid(note: "它，或含有它的套装 / It, or a kit with it")),
                            .required("status", .text(1...24)), .required("quantity", amount),
                        ]), count: 0...10_000)),
            .required(
                "households",
                .array(
                    .object(
                        "GoodsRecallHousehold",
                        [
                            .required("id", .uuid()), .required("residence", .uuid()),
                            .required("name_zh", .text(0...200)),
                            .optional("confirmed_at", .instant()),
                            .optional("how", .choice(["confirmed", "knocked"])),
                            .optional("outcome", .choice(outcomes + ["told"])),
                        ]), count: 0...10_000, note: "只给居委会和社工 / For committee and social workers"
                )),
        ])
    static let confirmation = Schema.object(
        "GoodsRecallConfirmation", [.required("outcome", .choice(outcomes))])
    static let knock = Schema.object(
        "GoodsRecallKnock",
        [.required("household", .uuid()), .required("outcome", .choice(outcomes + ["told"]))])

    static let shortages = Schema.object(
        "GoodsShortages",
        [
            .required(
                "items",
                .array(
                    .object(
                        "GoodsShortage",
                        [
                            .required("id", .uuid()), .required("name_zh", name),
                            .required("name_en", name), .required("unit", unit),
                            .required("free", amount), .required("short_below", amount),
                        ]), count: 0...200))
        ])
    static let gifts = Schema.object(
        "GoodsGiftPage",
        [
            .required(
                "gifts",
                .array(
                    .object(
                        "GoodsGift",
                        [
                            .required("id", .uuid()), .required("at", .instant()),
                            .optional("drive", .uuid()),
                            .required(
                                "lots",
                                .array(
                                    .object(
                                        "GoodsGiftLot",
                                        [
                                            .required("code", .text(13...13)),
                                            .required("name_zh", name),
                                            .required("name_en", name), .required("unit", unit),
                                            .required("given", amount), .required("here", amount),
                                            .required("handed_on", amount),
                                            .required("gone", amount),
                                        ]), count: 0...GoodsIntake.linesMax)),
                        ]), count: 0...100))
        ])
    static let month = Schema.object(
        "GoodsMonth",
        [
            .required(
                "items",
                .array(
                    .object(
                        "GoodsMonthItem",
                        [
                            .required("id", .uuid()), .required("name_zh", name),
                            .required("name_en", name), .required("category", .choice(categories)),
                            .required("unit", unit), .required("came", amount),
                            .required("went", amount), .required("shelf", amount),
                        ]), count: 0...500))
        ])
}
