internal import Platform

/// The shapes of the care list on the wire.
enum CareListSchemas {
    static let classes = ["weekly", "fortnightly", "monthly"]
    static let kinds = ["visit", "call", "met"]
    static let outcomes = ["well", "needs_help", "not_reached"]

    private static let name: Schema = .text(0...200)
    private static let classOf: Schema = .choice(classes, note: "多久联系一次 / How often")
    private static let named: Schema = .array(.uuid(), count: 1...20)
    private static let day: Schema = .text(10...10, note: "日期 / A day")

    static let wanted = Schema.object(
        "CareWanted",
        [
            .required("person", .uuid()), .required("class", classOf),
            .optional("steward", .uuid(note: "谁负责；不填是自己 / Who answers for it; else oneself")),
            .required("named", named),
            .optional(
                "because",
                .text(1...400, isMultiline: true, note: "没有本人同意时的理由 / The office's reason")),
            .optional("due", day),
        ])
    static let made = Schema.object("CareMade", [.required("id", .uuid())])
    static let change = Schema.object(
        "CareChange",
        [
            .required("class", classOf), .required("steward", .uuid()),
            .required("named", named),
        ])
    static let contact = Schema.object(
        "CareContactWanted",
        [
            .required("kind", .choice(kinds)), .required("outcome", .choice(outcomes)),
            .optional("note", .text(1...1000, isMultiline: true)),
        ])

    private static let entry: [Schema.Member] = [
        .required("id", .uuid()), .required("person", .uuid()),
        .required("display_name", name), .optional("residence_zh", .text(0...400)),
        .required("class", classOf),
        .required("basis", .choice(["consent", "office"])),
        .required("steward", .uuid()), .required("steward_name", name),
        .optional("turn", .uuid(note: "轮到谁 / Whose turn it is")),
        .optional("turn_name", name), .required("due", day),
        .required("is_overdue", .bool()),
        .required("is_paused", .bool(note: "外出或住院 / Away or in hospital")),
        .optional("last_contact_at", .instant()), .optional("last_outcome", .choice(outcomes)),
        .required("misses", .integer(0...10000, note: "连续几次没联系上 / Not reached so often")),
        .required("entered_by", .uuid()), .required("entered_at", .instant()),
        .required("named", .array(.uuid(), count: 0...20)),
        .optional("ended_at", .instant()),
    ]
    private static let one = Schema.object("CareEntry", entry)
    static let list = Schema.object(
        "CareListPage", [.required("entries", .array(one, count: 0...100))])
    static let shown = Schema.object(
        "CareEntryShown",
        [
            .required("entry", one),
            .optional("because", .text(1...400, isMultiline: true)),
            .required(
                "contacts",
                .array(
                    .object(
                        "CareContact",
                        [
                            .required("id", .uuid()), .required("by", .uuid()),
                            .required("kind", .choice(kinds)),
                            .required("outcome", .choice(outcomes)),
                            .required("at", .instant()),
                            .optional("note", .text(1...1000, isMultiline: true)),
                        ]), count: 0...50)),
        ])
    static let own = Schema.object(
        "OwnCare",
        [
            .required(
                "entries",
                .array(
                    .object(
                        "OwnCareEntry",
                        [
                            .required("id", .uuid()), .required("class", classOf),
                            .required("basis", .choice(["consent", "office"])),
                            .required("entered_at", .instant()),
                            .required("entered_by", .uuid()), .required("entered_name", name),
                            .required("steward", .uuid()), .required("steward_name", name),
                            .optional("turn", .uuid()), .optional("turn_name", name),
                            .optional("last_contact_at", .instant()), .required("due", day),
                            .required("is_paused", .bool()),
                        ]), count: 0...1))
        ])
    static let turns = Schema.object(
        "CareTurns",
        [
            .required(
                "turns",
                .array(
                    .object(
                        "CareTurn",
                        [
                            .required("id", .uuid()), .required("person", .uuid()),
                            .required("display_name", name),
                            .optional("residence_zh", .text(0...400)), .required("due", day),
                            .required("is_overdue", .bool()),
                        ]), count: 0...100))
        ])
    static let cadences = Schema.object(
        "CareClasses",
        [
            .required(
                "classes",
                .array(
                    .object(
                        "CareClass",
                        [
                            .required("class", classOf), .required("days", .integer(1...90)),
                            .required("title_zh", name), .required("title_en", name),
                        ]), count: 0...20))
        ])
    static let cadence = Schema.object(
        "CareClassWanted", [.required("days", .integer(1...90, note: "隔几天 / Days between"))])

    private static let minute: Schema = .integer(
        0...1439, note: "一天里的第几分钟 / A minute of the day")
    static let quiet = Schema.object(
        "QuietHours", [.required("begins", minute), .required("ends", minute)])
}
