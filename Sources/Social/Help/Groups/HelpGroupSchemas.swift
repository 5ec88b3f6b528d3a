internal import Platform

/// The shapes of help groups on the wire.
enum HelpGroupSchemas {
    static let joinings = ["open", "application", "invitation"]
    private static let most = Schema.integer(
        0...31, note: "每月最多几班 / Most shifts in a month")
    private static let words: [Schema.Member] = [
        .required("name_zh", .text(1...40)), .optional("name_en", .text(1...80)),
        .required("purpose_zh", .text(1...400, isMultiline: true)),
        .optional("purpose_en", .text(1...800, isMultiline: true)),
        .required("kinds", .array(AskingSchemas.kind, count: 1...14)),
        .required(
            "joining",
            .choice(joinings, note: "直接加入、申请、受邀 / At once, by application, by invitation")),
        .required("places", .integer(2...60)),
    ]
    static let change = Schema.object("HelpGroupChange", words)
    static let wanted = Schema.object(
        "HelpGroupWanted", words + [.optional("monthly_max", most)])
    static let made = Schema.object("HelpGroupMade", [.required("id", .uuid())])

    private static let members: [Schema.Member] =
        [.required("id", .uuid())] + words + [
            .required("is_free", .bool(note: "还有名额 / Whether there is a place")),
            .required("side", .choice(["nobody", "member", "steward", "office"])),
            .optional("monthly_max", most),
            .optional("asked", .choice(["waiting"], note: "我的申请 / One's own application")),
            .optional("conversation", .uuid(note: "与组长的交谈 / With its stewards")),
            .required("version", .integer(1...1_000_000)), .optional("closed_at", .instant()),
        ]
    static let group = Schema.object("HelpGroup", members)
    static let page = Schema.object(
        "HelpGroupPage", [.required("groups", .array(group, count: 0...100))])
    static let membersPage = Schema.object(
        "HelpGroupMembers",
        [
            .required(
                "members",
                .array(
                    .object(
                        "HelpGroupMember",
                        [
                            .required("id", .uuid()), .required("display_name", .text(0...200)),
                            .required("is_steward", .bool()), .required("since", .instant()),
                            .optional("monthly_max", most),
                        ]), count: 0...60))
        ])
    static let offer = Schema.object("HelpGroupOffer", [.required("monthly_max", most)])
    static let stewardship = Schema.object(
        "HelpGroupStewardship", [.required("is_steward", .bool())])
    static let joined = Schema.object(
        "HelpGroupJoined",
        [
            .required("group", .uuid()), .required("state", .choice(["joined", "waiting"])),
            .optional("asking", .uuid()),
        ])

    // MARK: Asking to join

    static let invitation = Schema.object(
        "HelpGroupInvitation", [.required("person", .uuid(note: "互相认识的人 / Whom one knows"))])
    static let codeWanted = Schema.object(
        "HelpGroupCodeWanted", [.required("until", .instant())])
    static let code = Schema.object(
        "HelpGroupCode",
        [
            .required("id", .uuid()),
            .required("code", .text(14...14, note: "只显示这一次，一人用一次 / Shown once, for one person")),
        ])
    static let entering = Schema.object(
        "HelpGroupEntering",
        [.required("code", .text(1...40)), .optional("monthly_max", most)])
    static let answer = Schema.object(
        "HelpGroupAnswer",
        [.required("answer", .choice(["yes", "no"])), .optional("monthly_max", most)])
    static let askings = Schema.object(
        "HelpGroupAskings",
        [
            .required(
                "askings",
                .array(
                    .object(
                        "HelpGroupAsking",
                        [
                            .required("id", .uuid()), .required("group", .uuid()),
                            .required("kind", .choice(["application", "invitation", "code"])),
                            .optional("person", .uuid()),
                            .optional("person_name", .text(0...200)),
                            .required(
                                "state",
                                .choice([
                                    "waiting", "not_taken", "open", "accepted", "declined",
                                    "lapsed", "withdrawn",
                                ])),
                            .required("made_at", .instant()), .required("until", .instant()),
                        ]), count: 0...100))
        ])

    // MARK: The rota

    static let rotaWanted = Schema.object(
        "HelpRotaWanted",
        [
            .required("kind", AskingSchemas.kind),
            .required("weekday", .integer(1...7, note: "周一为 1 / Monday is 1")),
            .required("begins_minute", .integer(0...1439)),
            .required("minutes", .integer(15...480)),
            .required("seats", .integer(1...20)),
            .optional("place", .uuid(note: "公共地点 / A place open to all")),
            .optional("person", .uuid(note: "上门帮谁；他同意后才开始 / Whose home: it begins when agreed")),
        ])
    static let agreement = Schema.object("HelpRotaAgreement", [.required("agrees", .bool())])
    static let rotas = Schema.object(
        "HelpRotas",
        [
            .required(
                "rotas",
                .array(
                    .object(
                        "HelpRota",
                        [
                            .required("id", .uuid()), .required("group", .uuid()),
                            .required("kind", AskingSchemas.kind),
                            .required("weekday", .integer(1...7)),
                            .required("begins_minute", .integer(0...1439)),
                            .required("minutes", .integer(15...480)),
                            .required("seats", .integer(1...20)),
                            .optional("place_zh", .text(0...400)),
                            .optional("place_en", .text(0...800)),
                            .required("is_visit", .bool()), .optional("person", .uuid()),
                            .required("is_agreed", .bool()),
                        ]), count: 0...100))
        ])
    static let swap = Schema.object(
        "HelpSeatSwap", [.required("is_offered", .bool(note: "想换班 / Offered to the others"))])
    static let note = Schema.object(
        "HelpSeatNote", [.required("note", .text(1...500, isMultiline: true))])
    static let seat = Schema.object("HelpSeat", [.required("id", .uuid())])

    private static let states = [
        "proposed", "confirmed", "under_way", "done", "missed", "declined", "lapsed", "released",
        "cancelled",
    ]
    private static let shift: [Schema.Member] = [
        .required("id", .uuid()), .required("group", .uuid()), .required("rota", .uuid()),
        .required("kind", AskingSchemas.kind), .required("begins", .instant()),
        .required("ends", .instant()), .required("seats", .integer(1...20)),
        .required("taken", .integer(0...20)), .optional("place_zh", .text(0...400)),
        .optional("place_en", .text(0...800)), .required("is_visit", .bool()),
        .required("is_cancelled", .bool()),
        .required(
            "people",
            .array(
                .object(
                    "HelpShiftPerson",
                    [
                        .required("id", .uuid()), .required("display_name", .text(0...200)),
                        .required("state", .choice(states)),
                    ]), count: 0...20)),
        .required("offers", .array(.uuid(note: "可以接的班 / Seats one can take over"), count: 0...20)),
        .optional("seat", .uuid(note: "我的 / One's own")), .optional("state", .choice(states)),
        .optional("until", .instant()), .required("is_offered", .bool()),
        .optional("visit", .uuid()),
        .optional(
            "reasons",
            .array(
                .object(
                    "HelpSeatReason",
                    [
                        .required("code", .text(1...40)), .required("zh", .text(1...200)),
                        .required("en", .text(1...400)),
                    ]), count: 0...8)),
    ]
    static let shifts = Schema.object(
        "HelpShiftPage",
        [.required("shifts", .array(.object("HelpShift", shift), count: 0...100))])
    private static let notes = Schema.array(
        .object(
            "HelpShiftNote",
            [
                .required("display_name", .text(0...200)),
                .required("note", .text(0...500, isMultiline: true)),
            ]), count: 0...40)
    static let shown = Schema.object(
        "HelpShiftShown",
        [
            .required("shift", .object("HelpShift", shift)),
            .required("handover", notes), .required("notes", notes),
        ])
}
