internal import Platform

/// The shapes of pairings on the wire.
enum PairedFamilySchemas {
    private static let name: Schema = .text(0...200)
    private static let form: Schema = .choice(
        PairedFamilyWords.forms, note: "elder 老伙伴，family 结对家庭")
    private static let place: Schema = .text(0...800, note: "只到门牌 / A stair or building alone")
    private static let times: [Schema.Member] = [
        .required("cadence", .choice(PairedFamilyWords.cadences)),
        .required("weekday", .integer(1...7, note: "周一为 1 / Monday is 1")),
        .required("minute", .integer(360...1260, note: "一天里的第几分钟 / A minute of the day")),
        .optional("minutes", .integer(15...240, note: "默认 60 / 60 if left out")),
    ]

    static let cadence = Schema.object("PairingCadence", times)
    static let wanted = Schema.object(
        "PairingWanted",
        [
            .required("form", form), .required("kind", AskingSchemas.kind),
            .optional("helper", .uuid(note: "谁去帮；自己则不填 / Who helps, if not oneself")),
            .optional("person", .uuid(note: "帮谁；自己则不填 / Who is helped, if not oneself")),
            .optional("child", .uuid(note: "哪个孩子 / Which child")),
        ] + times)
    static let made = Schema.object("PairingMade", [.required("id", .uuid())])
    static let answer = Schema.object(
        "PairingAnswer", [.required("answer", .choice(["yes", "no"]))])
    static let pause = Schema.object(
        "PairingPause",
        [
            .optional(
                "until",
                .text(10...10, note: "暂停的最后一天；不填即恢复 / The last day of rest; left out: goes on"))
        ])
    static let standIn = Schema.object(
        "PairingStandIn",
        [.optional("person", .uuid(note: "不填即不要替补 / Left out: nobody"))])
    static let skip = Schema.object("PairingSkip", [.required("visit", .uuid())])

    private static let members: [Schema.Member] = [
        .required("id", .uuid()), .required("form", form),
        .required("kind", AskingSchemas.kind),
        .required("side", .choice(PairedFamilyWords.sides + ["office"])),
        .required("state", .choice(PairedFamilyWords.states)),
        .required("cadence", .choice(PairedFamilyWords.cadences)),
        .required("weekday", .integer(1...7)), .required("minute", .integer(0...1439)),
        .required("minutes", .integer(15...240)), .optional("helper", .uuid()),
        .optional("helper_name", name), .optional("person", .uuid()),
        .optional("person_name", name), .optional("child", .uuid()),
        .optional("place_zh", place), .optional("place_en", place),
        .required("proposed_at", .instant()), .required("until", .instant()),
        .optional("has_agreed", .bool(note: "我已同意 / One has agreed")),
        .optional("trial_until", .instant()), .optional("review_at", .instant()),
        .optional("has_renewed", .bool(note: "我说了继续 / One would go on")),
        .optional("paused_until", .text(10...10)), .optional("own_stand_in", .uuid()),
        .optional("other_stand_in", .uuid(note: "对方选的 / Whom the other would have")),
        .optional("other_stand_in_name", name), .optional("visit", .uuid()),
        .optional("visit_begins", .instant(note: "下一次 / The next")),
        .optional(
            "unfixed",
            .array(.text(10...10, note: "还没排上的日子 / Days without an hour yet"), count: 0...10)),
        .optional("conversation", .uuid()), .optional("ended_at", .instant()),
    ]
    static let one = Schema.object("Pairing", members)
    static let page = Schema.object(
        "PairingPage", [.required("pairings", .array(one, count: 0...100))])
    static let covers = Schema.object(
        "PairingCoverPage",
        [
            .required(
                "stand_ins",
                .array(
                    .object(
                        "PairingCover",
                        [
                            .required("id", .uuid()), .required("kind", AskingSchemas.kind),
                            .required("begins", .instant()), .required("ends", .instant()),
                            .optional("place_zh", place), .optional("place_en", place),
                            .required("state", .choice(PairedFamilyWords.coverStates)),
                            .required("until", .instant()), .optional("visit", .uuid()),
                        ]), count: 0...100))
        ])
    static let rules = Schema.object(
        "PairingRules",
        [
            .required("elders_max", .integer(1...20, note: "一位最多几位老人 / Elders of one helper")),
            .required("families_max", .integer(1...5, note: "一户最多几对 / Families of a household")),
            .required("trial_days", .integer(7...90)),
            .required("review_days", .integer(30...366)),
        ])

    // MARK: Volunteering

    private static let wishes: [Schema.Member] = [
        .required("form", form),
        .required("kinds", .array(AskingSchemas.kind, count: 1...AskingSchemas.kinds.count)),
        .optional("seats", .integer(1...20, note: "愿意带几位 / How many one would take")),
        .optional("child", .uuid(note: "为哪个孩子 / For which child")),
    ]
    static let wish = Schema.object("PairingWishWanted", wishes)
    static let ownWishes = Schema.object(
        "PairingWishes",
        [
            .required(
                "wishes",
                .array(
                    .object(
                        "PairingWish",
                        [
                            .required("side", .choice(PairedFamilyWords.sides)),
                            .required("since", .instant()),
                        ] + wishes), count: 0...2))
        ])
    static let suggestions = Schema.object(
        "PairingSuggestions",
        [
            .required(
                "suggestions",
                .array(
                    .object(
                        "PairingSuggestion",
                        [
                            .required("helper", .uuid()), .required("helper_name", name),
                            .required("person", .uuid()), .required("person_name", name),
                            .optional("child", .uuid()), .required("form", form),
                            .required("kind", AskingSchemas.kind),
                            .required(
                                "reasons",
                                .array(
                                    .object(
                                        "PairingReason",
                                        [
                                            .required("code", .text(1...40)),
                                            .required("zh", .text(1...200)),
                                            .required("en", .text(1...400)),
                                        ]), count: 1...6)),
                        ]), count: 0...1000))
        ])
}
