internal import Platform

/// The shapes of goods on the wire.
enum GoodsSchemas {
    static let categories = [
        "food", "drink", "baby", "hygiene", "health", "clothing", "bedding", "household", "school",
        "books", "toys", "appliance", "other",
    ]
    static let units = [
        "piece", "pack", "box", "bottle", "bag", "can", "pair", "set", "kilogram", "litre", "metre",
    ]
    static let allergens = [
        "gluten", "crustacean", "egg", "fish", "peanut", "soy", "milk", "nuts", "celery", "mustard",
        "sesame", "sulphite", "lupin", "mollusc",
    ]
    static let quantity = Schema.text(1...32, note: "十进制数，如 1.25 / A decimal such as 1.25")
    static let day = Schema.text(10...10, note: "YYYY-MM-DD，小区时间 / By the estate's clock")
    static let name = Schema.text(0...120)
    static let amount = Schema.text(1...32, note: "十进制数，单位见品目 / A decimal of its unit")
    static let unit = Schema.choice(units)

    private static let refuses = Schema.array(
        .choice(["opened", "home_made"]), count: 0...2,
        note: "门口不收：已开封、自制；过期和处方药总不收 / Refused at the door; what has expired and "
            + "prescription medicine always is")
    private static let described: [Schema.Member] = [
        .required("name_zh", .text(1...80)), .required("name_en", .text(1...120)),
        .required("category", .choice(categories)),
        .required("is_perishable", .bool(note: "会变质：须有到期日 / It spoils: it needs its expiry")),
        .optional(
            "shelf_days_min",
            .integer(0...3650, note: "入库时至少还剩几天 / Days that must be left at intake")),
        .optional("allergens", .array(.choice(allergens), count: 0...14)),
        .optional("least", quantity),
        .optional("is_valuable", .bool(note: "贵重：两人经手 / Two persons hand it out")),
        .optional("refuses", refuses),
        .optional(
            "short_below",
            .text(1...32, note: "可发数量低于它即列入缺货 / Short while less than this is free")),
        .optional(
            "counts_as",
            .object(
                "GoodsItemCountsAs",
                [
                    .required("unit", .choice(units)),
                    .required(
                        "quantity", .text(1...32, note: "一个合多少，如 5 / How much one is, such as 5")),
                ])),
    ]
    private static let scale = Schema.integer(0...3, note: "几位小数 / Decimal places")

    static let itemWanted = Schema.object(
        "GoodsItemWanted",
        described + [.required("unit", .choice(units)), .optional("scale", scale)])
    static let itemChange = Schema.object(
        "GoodsItemChange", described + [.optional("is_retired", .bool())])
    static let item = Schema.object(
        "GoodsItem",
        [.required("id", .uuid()), .required("version", .integer(1...2_147_483_647))] + described
            + [
                .required("unit", .choice(units)), .required("scale", scale),
                .required("is_retired", .bool()),
            ])
    static let items = Schema.object(
        "GoodsItemPage", [.required("items", .array(item, count: 0...100))])

    static let places = Schema.object(
        "GoodsPlacePage",
        [
            .required(
                "places",
                .array(
                    .object(
                        "GoodsPlace",
                        [
                            .required("id", .uuid()),
                            .required("room", .uuid(note: "所在物资间；物资间为其自身 / Its room")),
                            .required("code", .text(1...80)), .required("name_zh", .text(1...200)),
                            .required("name_en", .text(0...200)),
                            .required(
                                "is_served", .bool(note: "我在此经手物资 / One handles goods there")),
                            .optional("closed_at", .instant()),
                        ]), count: 0...100))
        ])
    static let room = Schema.object(
        "GoodsRoomWanted",
        [.required("place", .uuid(note: "一个公共场所 / A public place"))])
    static let bin = Schema.object(
        "GoodsBinWanted",
        [
            .required("code", .text(1...40, note: "货位编号 / The bin's code")),
            .required("name_zh", .text(1...80)), .required("name_en", .text(1...120)),
        ])
    static let made = Schema.object("GoodsMade", [.required("id", .uuid())])
}
