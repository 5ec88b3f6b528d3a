internal import Platform

/// The shapes of asking for help on the wire.
enum AskingSchemas {
    static let kinds = [
        "company", "walk", "shopping", "parcel", "repair", "phone_help", "clinic", "meal", "chores",
        "childcare", "fetch_child", "homework", "pet", "read_write", "translate", "delivery",
        "check_in",
    ]
    static let languages = [
        "mandarin", "shanghainese", "cantonese", "wu", "min", "hakka", "sichuanese", "english",
        "japanese", "korean", "russian", "french", "german", "sign",
    ]
    static let genders = ["female", "male"]
    static let urgencies = ["normal", "today", "urgent"]
    static let states = ["looking", "agreed", "done", "withdrawn", "lapsed"]
    static let declines = ["busy", "far", "not_my_thing", "not_this_person", "other"]
    static let kind = Schema.choice(kinds)

    // MARK: Helping

    private static let helpingMembers: [Schema.Member] = [
        .required("is_active", .bool()),
        .required("kinds", .array(kind, count: 0...kinds.count)),
        .required("languages", .array(.choice(languages), count: 0...languages.count)),
        .optional("gender", .choice(genders)),
        .optional("gender_rule", .choice(genders, note: "只帮谁 / Whom alone one helps")),
        .optional("monthly_max", .integer(1...60, note: "默认 8 / 8 if left out")),
        .optional("rest_days", .integer(0...30, note: "每次之后歇几天 / Days of rest after a visit")),
        .optional("paused_until", GoodsSchemas.day),
        .required(
            "windows",
            .array(
                .object(
                    "HelperWindow",
                    [
                        .required("weekday", .integer(1...7, note: "周一为 1 / Monday is 1")),
                        .required("begins_minute", .integer(0...1439)),
                        .required("ends_minute", .integer(1...1440)),
                    ]), count: 0...42)),
        .required("days_off", .array(GoodsSchemas.day, count: 0...100)),
    ]
    static let helping = Schema.object("Helping", helpingMembers)

    // MARK: Requests

    private static let wishes: [Schema.Member] = [
        .required("begins", .instant()), .required("ends", .instant()),
        .required("minutes", .integer(10...480)),
        .optional("wish_gender", .choice(genders)),
        .optional("wish_language", .choice(languages)),
        .optional("is_listed", .bool(note: "也列给邻居看 / Neighbours see it listed")),
    ]
    static let wanted = Schema.object(
        "HelpWanted",
        [
            .required("kind", kind),
            .optional("person", .uuid(note: "帮谁；自己则不填 / For whom, if not oneself")),
            .optional("child", .uuid(note: "哪个孩子 / Which child")),
            .optional("place", .uuid(note: "在哪里；自己家则不填 / Where, if not at home")),
            .optional("urgency", .choice(urgencies)),
            .optional("is_elder", .bool()),
            .optional("until", GoodsSchemas.day),
            .optional("words", .text(1...300, isMultiline: true)),
        ] + wishes)
    static let made = Schema.object(
        "HelpMade",
        [
            .required("id", .uuid()),
            .required("requests", .array(.uuid(), count: 1...10)),
            .optional("begins", .instant(note: "第一次的时间 / Of the first")),
            .optional("ends", .instant()),
            .optional("moved_zh", .text(1...200, note: "时间往后移了 / It was moved")),
            .optional("moved_en", .text(1...400)),
        ])
    static let change = Schema.object("HelpChange", wishes)
    private static let offer = Schema.object(
        "HelpOffer",
        [
            .required("id", .uuid()), .required("name", .text(1...200)),
            .required("begins", .instant()), .required("ends", .instant()),
        ])
    private static let requestMembers: [Schema.Member] = [
        .required("id", .uuid()), .required("series", .uuid()), .required("kind", kind),
        .required("person", .uuid()), .required("person_name", .text(0...200)),
        .optional("child", .uuid()), .required("place", .uuid()),
        .optional("place_zh", .text(0...400)), .optional("place_en", .text(0...800)),
        .required("begins", .instant()), .required("ends", .instant()),
        .required("minutes", .integer(10...480)), .required("urgency", .choice(urgencies)),
        .optional("wish_gender", .choice(genders)), .optional("wish_language", .choice(languages)),
        .required("is_elder", .bool()), .required("is_listed", .bool()),
        .required("state", .choice(states)), .required("entered_at", .instant()),
        .optional("helper_name", .text(0...200)), .optional("visit", .uuid()),
        .optional("visit_begins", .instant()), .optional("visit_ends", .instant()),
        .optional("conversation", .uuid()),
        .optional("offers", .array(offer, count: 0...100)), .optional("words", .text(0...2000)),
    ]
    static let request = Schema.object("HelpRequest", requestMembers)
    static let requests = Schema.object(
        "HelpRequestPage", [.required("requests", .array(request, count: 0...100))])
    static let board = Schema.object(
        "HelpBoard",
        [
            .required(
                "requests",
                .array(
                    .object(
                        "HelpBoardRequest",
                        [
                            .required("id", .uuid()), .required("kind", kind),
                            .required("place", .uuid()), .optional("place_zh", .text(0...400)),
                            .optional("place_en", .text(0...800)),
                            .required("begins", .instant()), .required("ends", .instant()),
                            .required("minutes", .integer(10...480)),
                            .required("urgency", .choice(urgencies)),
                            .required("offered", .bool(note: "我已提出 / One has offered")),
                        ]), count: 0...100))
        ])
    static let offerWanted = Schema.object("HelpOfferWanted", [.required("begins", .instant())])
    static let offerAnswer = Schema.object(
        "HelpOfferAnswer", [.required("answer", .choice(["yes", "no"]))])
    static let byHand = Schema.object(
        "HelpByHand",
        [.required("helper", .uuid()), .required("begins", .instant())])
    static let one = Schema.object("HelpProposalMade", [.required("id", .uuid())])

    // MARK: Proposals

    private static let reason = Schema.object(
        "HelpReason",
        [
            .required("code", .text(1...40)), .required("zh", .text(1...200)),
            .required("en", .text(1...400)),
        ])
    static let proposal = Schema.object(
        "HelpProposal",
        [
            .required("id", .uuid()), .required("origin", .choice(["round", "office", "offer"])),
            .required("kind", kind), .required("begins", .instant()),
            .required("ends", .instant()), .required("minutes", .integer(10...480)),
            .required("urgency", .choice(urgencies)),
            .optional("place_zh", .text(0...400, note: "只到门牌 / A stair or building alone")),
            .optional("place_en", .text(0...800)),
            .required(
                "state", .choice(["open", "accepted", "declined", "lapsed", "released"])),
            .required("until", .instant()), .optional("visit", .uuid()),
            .optional("person_name", .text(0...200, note: "答应之后 / Once accepted")),
            .optional("address_zh", .text(0...400)), .optional("address_en", .text(0...800)),
            .optional("conversation", .uuid()), .optional("request", .uuid()),
            .required("reasons", .array(reason, count: 0...12)),
            .optional("words", .text(0...2000)),
        ])
    static let proposals = Schema.object(
        "HelpProposalPage", [.required("proposals", .array(proposal, count: 0...100))])
    static let decline = Schema.object("HelpDecline", [.required("because", .choice(declines))])
}
