internal import Platform

/// The shapes of needs on the wire.
enum NeedSchemas {
    static let states = ["asked", "confirmed", "refused", "withdrawn", "met", "over"]
    static let reasons = ["not_needed", "twice", "elsewhere", "not_reached"]

    static let wanted = Schema.object(
        "NeedWanted",
        [
            .optional(
                "household", .uuid(note: "为哪一户；只属于一户则不填 / For which; left out for the only one")),
            .required("category", .choice(GoodsSchemas.categories)),
            .required("unit", GoodsSchemas.unit),
            .optional("item", .uuid(note: "只要这个品目 / This item alone")),
            .required("quantity", GoodsSchemas.quantity),
            .required("until", GoodsSchemas.day),
        ])
    static let made = Schema.object("NeedMade", [.required("id", .uuid())])

    private static let shared: [Schema.Member] = [
        .required("id", .uuid()), .required("household", .uuid()),
        .required("category", .choice(GoodsSchemas.categories)),
        .required("unit", GoodsSchemas.unit), .optional("item", .uuid()),
        .required("quantity", GoodsSchemas.amount),
        .required(
            "got",
            .text(1...32, note: "已留出和领走的；其余为缺货待补 / Set aside or handed out; the rest is open")),
        .required("until", GoodsSchemas.day), .required("entered_at", .instant()),
        .required("state", .choice(states)), .optional("because", .choice(reasons)),
    ]
    static let own = Schema.object(
        "OwnNeedPage",
        [.required("needs", .array(.object("OwnNeed", shared), count: 0...100))])
    static let read = Schema.object(
        "NeedPage",
        [
            .required(
                "needs",
                .array(
                    .object(
                        "Need",
                        shared + [
                            .optional("residence_zh", .text(0...400)),
                            .required(
                                "heads",
                                .integer(
                                    0...1000, note: "算在这一户的人；两头住的只算一处 / Persons counted here")),
                            .required(
                                "may_decide", .bool(note: "我可以核实它 / One may confirm it")),
                        ]), count: 0...100))
        ])
    static let decision = Schema.object(
        "NeedDecision",
        [
            .required("decision", .choice(["confirm", "refuse"])),
            .optional("because", .choice(reasons)),
        ])
    static let counts = Schema.object(
        "NeedCounts",
        [
            .required(
                "categories",
                .array(
                    .object(
                        "NeedCount",
                        [
                            .required("category", .choice(GoodsSchemas.categories)),
                            .optional(
                                "households",
                                .integer(5...1_000_000, note: "不满五户不显示 / Left out below five")),
                        ]), count: 0...20))
        ])
    private static let quota: [Schema.Member] = [
        .required("days", .integer(1...366, note: "每几天 / In so many days")),
        .required("per_head", .text(1...32, note: "每人多少 / For each person who is counted")),
        .optional(
            "unit",
            .choice(
                GoodsSchemas.units,
                note: "按这个单位计；不填则每种单位各算各的 / Counted in this unit; left out, each unit "
                    + "by itself")),
    ]
    static let quotaWanted = Schema.object("NeedQuotaWanted", quota)
    static let quotas = Schema.object(
        "NeedQuotas",
        [
            .required(
                "quotas",
                .array(
                    .object(
                        "NeedQuota",
                        [.required("category", .choice(GoodsSchemas.categories))] + quota),
                    count: 0...20))
        ])

    // MARK: Rounds

    static let roundWanted = Schema.object(
        "AllocationWanted",
        [
            .required("room", .uuid(note: "物资间 / The goods room")),
            .required("category", .choice(GoodsSchemas.categories)),
            .required("unit", GoodsSchemas.unit),
            .optional(
                "kept_days",
                .integer(
                    1...Allocations.keptDaysMax,
                    note: "留几天；默认 \(Allocations.keptDays) / Days that parcels are kept")),
        ])
    private static let round = Schema.object(
        "AllocationRound",
        [
            .required("id", .uuid()), .required("room", .uuid()),
            .required("category", .choice(GoodsSchemas.categories)),
            .required("unit", GoodsSchemas.unit), .required("proposed_at", .instant()),
            .required("until", .instant()),
            .required("is_proven", .bool(note: "已证明没有更公平的分法 / Proven to be the fairest")),
            .optional("outcome", .choice(["accepted", "dropped"])),
            .required("needs", .integer(0...5000)), .required("met", .integer(0...5000)),
        ])
    static let rounds = Schema.object(
        "AllocationRoundPage", [.required("rounds", .array(round, count: 0...100))])
    private static let why: [Schema.Member] = [
        .required("wanted", GoodsSchemas.amount), .required("got", GoodsSchemas.amount),
        .required(
            "reason",
            .choice([
                "need_met", "lots_used_up", "units_used_up", "no_lot", "too_little_there",
                "share_below_use",
            ])),
        .required("why_zh", .text(1...400)), .required("why_en", .text(1...400)),
    ]
    static let proposal = Schema.object(
        "AllocationProposal",
        [
            .required("round", round),
            .required(
                "shares",
                .array(
                    .object(
                        "AllocationShare",
                        [.required("code", .text(1...8, note: "代号，不是谁 / Names nobody"))] + why
                            + [
                                .required(
                                    "lots",
                                    .array(
                                        .object(
                                            "AllocationLot",
                                            [
                                                .required("lot", .uuid()),
                                                .required("code", .text(13...13)),
                                                .required("name_zh", GoodsSchemas.name),
                                                .required("name_en", GoodsSchemas.name),
                                                .required("quantity", GoodsSchemas.amount),
                                            ]), count: 0...2000))
                            ]), count: 0...5000)),
        ])
    static let ownRounds = Schema.object(
        "OwnAllocations",
        [
            .required(
                "allocations",
                .array(
                    .object(
                        "OwnAllocation",
                        [
                            .required("round", .uuid()), .required("need", .uuid()),
                            .required("category", .choice(GoodsSchemas.categories)),
                            .required("unit", GoodsSchemas.unit), .required("at", .instant()),
                        ] + why), count: 0...100))
        ])

    // MARK: Parcels

    static let parts = Schema.array(
        .object(
            "ParcelPart",
            [
                .required("lot", .uuid()), .required("place", .uuid()),
                .required("name_zh", GoodsSchemas.name), .required("name_en", GoodsSchemas.name),
                .required("unit", GoodsSchemas.unit), .required("quantity", GoodsSchemas.amount),
                .required("issued", GoodsSchemas.amount),
                .required(
                    "allergens", .array(.choice(GoodsSchemas.allergens), count: 0...14)),
                .required("is_valuable", .bool()),
                .required("is_waiting", .bool(note: "还留着 / It is still set aside")),
                .required(
                    "fetched",
                    .array(
                        .object(
                            "ParcelPartFetched",
                            [
                                .required("place", .uuid()),
                                .required("quantity", GoodsSchemas.amount),
                            ]), count: 0...100,
                        note: "装包时还要从这些货位取 / Of it, what the packer fetches from other bins")),
            ]), count: 0...2000)
    static let parcelMembers: [Schema.Member] = [
        .required("id", .uuid()), .required("code", .text(9...9)), .required("room", .uuid()),
        .required("made_at", .instant()), .optional("until", .instant()),
        .required("state", .choice(["ready", "handed_out", "gone"])), .required("parts", parts),
    ]
    static let ownParcels = Schema.object(
        "OwnParcelPage",
        [.required("parcels", .array(.object("OwnParcel", parcelMembers), count: 0...100))])
}
