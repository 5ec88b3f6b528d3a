internal import Platform
internal import Realtime

/// The shapes of what concerns children, guardians and consents.
enum FamilySchemas {
    /// Every right that a guardian may hold.
    static let rightNames = [
        "activities", "alone_with_adult", "photographs", "location", "pick_up", "health",
        "conversation",
    ]
    private static let rights = Schema.array(
        .choice(rightNames), count: 1...7, note: "监护人的权利 / What the guardian decides")
    private static let because = Schema.text(1...400, note: "原因 / Why")
    private static let day = Schema.text(10...10, note: "如 2026-09-01 / In the estate's zone")

    // MARK: Children

    static let childWanted = Schema.object(
        "ChildWanted",
        [
            .required("display_name", .text(1...80, note: "邻居怎么称呼 / What neighbours call it")),
            .required(
                "birth_date",
                .text(8...10, note: "生日，加密保存，不再显示 / Sealed, and never shown again")),
            .required("household", .uuid(note: "自己所在的户 / One's own household")),
            .required("standing", .choice(["child", "grandchild", "relative", "other"])),
        ])
    private static let exception = Schema.object(
        "ChildDayException",
        [.required("day", day), .required("is_here", .bool())])
    private static let home = Schema.object(
        "ChildHome",
        [
            .required("household", .uuid(note: "自己所在的户；另一个家不显示 / One's own alone")),
            .optional("weeks", .integer(1...4, note: "几周为一轮 / Weeks of one round")),
            .optional("monday", day),
            .optional(
                "days",
                .array(
                    .integer(0...27), count: 0...28,
                    note: "从该星期一起数，0 为当天 / Counted from that Monday, 0 is it")),
            .required("exceptions", .array(exception, count: 0...400)),
        ])
    static let child = Schema.object(
        "Child",
        [
            .required("child", .uuid()), .required("display_name", .text(1...80)),
            .required("guardianship", .uuid()), .required("rights", rights),
            .required("is_under_14", .bool()),
            .required("is_with_me", .bool(note: "今天在我家 / At one's own home today")),
            .required("homes", .array(home, count: 0...20)),
        ])
    static let children = Schema.object(
        "Children", [.required("children", .array(child, count: 0...50))])

    private static let booking = Schema.object(
        "ChildBooking",
        [
            .required("reservation", .uuid()), .required("occurrence", .uuid()),
            .required("state", .choice(["waiting", "offered", "held", "confirmed"])),
            .required("is_mine", .bool(note: "是否由我报名 / Whether one booked it oneself")),
            .required("begins", .instant()), .required("ends", .instant()),
            .optional("until", .instant()), .required("title_zh", .text(1...120)),
            .optional("title_en", .text(1...240)), .optional("checked_in_at", .instant()),
            .optional("checked_out_at", .instant()),
        ])
    static let bookings = Schema.object(
        "ChildBookings", [.required("bookings", .array(booking, count: 0...100))])

    static let homeWanted = Schema.object(
        "ChildHomeWanted",
        [
            .required("household", .uuid(note: "自己所在的户 / One's own household")),
            .required("weeks", .integer(1...4, note: "1、2 或 4 / 1, 2 or 4")),
            .required("monday", day),
            .required("days", .array(.integer(0...27), count: 0...28)),
        ])
    static let dayWanted = Schema.object(
        "ChildDayWanted",
        [
            .required("household", .uuid()), .required("day", day),
            .required("is_here", .bool(note: "这一天在不在我家 / Whether it is here that day")),
        ])

    // MARK: Guardianships

    static let guardianshipWanted = Schema.object(
        "GuardianshipWanted",
        [
            .required("child", .uuid()),
            .optional(
                "guardian",
                .uuid(note: "居委会或社工登记他人时填；不填为本人声明 / By an office; without: oneself")),
            .optional("rights", rights),
            .optional(
                "evidence", .text(1...400, note: "看过的证明（登记他人时必填）/ What was shown")),
            .optional("ends", .instant()),
        ])
    static let guardianship = Schema.object(
        "Guardianship",
        [
            .required("id", .uuid()), .required("child", .uuid()), .required("guardian", .uuid()),
            .required("rights", rights),
            .required("how", .choice(["entered", "declared", "office"])),
            .required("begins", .instant()), .optional("ends", .instant()),
            .optional("evidence", .text(1...400)), .optional("ended_because", .text(1...400)),
            .optional(
                "objection",
                .object(
                    "GuardianshipObjection",
                    [
                        .required("id", .uuid()), .required("because", .text(1...400)),
                        .required("at", .text(10...40)),
                    ])),
        ])
    static let guardianships = Schema.object(
        "Guardianships", [.required("guardianships", .array(guardianship, count: 0...100))])
    static let ending = Schema.object("GuardianshipEnding", [.required("because", because)])
    static let objectionWanted = Schema.object(
        "FamilyObjectionWanted",
        [
            .optional("guardianship", .uuid()), .optional("child", .uuid()),
            .optional("purpose", .text(1...40, note: "哪一项用途 / Which purpose")),
            .required("because", because),
        ])
    static let objection = Schema.object("FamilyObjection", [.required("id", .uuid())])
    static let decision = Schema.object(
        "FamilyDecision",
        [
            .required("decision", .choice(["upheld", "dismissed"])), .required("because", because),
        ])

    // MARK: Consents

    static let consentWanted = Schema.object(
        "ConsentWanted",
        [
            .optional("subject", .uuid(note: "为哪个孩子；不填为本人 / A child; without: oneself")),
            .required("purpose", .text(1...40)),
            .required("version", .integer(1...10_000, note: "读过的版本 / The version read")),
            .optional("about", .uuid(note: "接孩子的人 / Who fetches the child")),
            .optional(
                "until", .instant(note: "默认一年，最多两年 / A year if left out, two at most")),
        ])
    static let consent = Schema.object(
        "Consent",
        [
            .required("id", .uuid()), .required("subject", .uuid()),
            .required("purpose", .text(1...40)), .required("version", .integer(1...10_000)),
            .optional("about", .uuid()), .required("given_at", .instant()),
            .required("until", .instant()), .optional("withdrawn_at", .instant()),
            .required(
                "is_covered",
                .bool(note: "现在是否齐备（含其他监护人）/ Whether it holds now, others included")),
        ])
    static let consents = Schema.object(
        "Consents", [.required("consents", .array(consent, count: 0...100))])
    static let consentTexts = Schema.object(
        "ConsentTexts",
        [
            .required(
                "texts",
                .array(
                    .object(
                        "ConsentText",
                        [
                            .required("purpose", .text(1...40)),
                            .required("version", .integer(1...10_000)),
                            .required("zh", .text(1...2000)), .required("en", .text(1...4000)),
                            .required(
                                "needs",
                                .choice(
                                    ["one", "every"],
                                    note: "须一位还是每位监护人 / One guardian, or every one")),
                            .required("is_of_adults", .bool()),
                            .required("names_person", .bool()),
                        ]), count: 0...100))
        ])
}
