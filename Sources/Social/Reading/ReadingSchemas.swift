internal import Platform

/// The shapes of who reads what.
enum ReadingSchemas {
    static let code = Schema.text(1...40)
    static let words = Schema.text(1...80)

    static let rules = Schema.object(
        "AccessRules",
        [
            .required(
                "rules",
                .array(
                    .object(
                        "AccessRule",
                        [
                            .required("role", code), .required("kind", code),
                            .required("purpose", code),
                            .required(
                                "needs_second",
                                .bool(
                                    note: "须第二人批准 / Only under a request that a second person has "
                                        + "approved")),
                            .required("role_zh", words), .required("role_en", words),
                            .required("kind_zh", words), .required("kind_en", words),
                            .required("purpose_zh", words), .required("purpose_en", words),
                        ]), count: 0...1000))
        ])

    // MARK: Records

    static let purpose = Schema.choice(["admission", "care", "support"])
    private static let name = Schema.text(1...80)

    static let record = Schema.object(
        "PersonRecord",
        [
            .required("person", .uuid()), .required("display_name", name),
            .required("level", .choice(Level.allCases.map(\.rawValue))),
            .required("is_claimed", .bool()),
            .required(
                "homes",
                .array(
                    .object(
                        "RecordHome",
                        [
                            .required("household", .uuid()), .optional("residence", .uuid()),
                            .required("place_zh", .text(0...600)),
                            .required("place_en", .text(0...600)),
                            .required("standing", code),
                        ]), count: 0...100)),
        ])

    static let reads = Schema.object(
        "RecordReads",
        [
            .required(
                "reads",
                .array(
                    .object(
                        "RecordRead",
                        [
                            .required("id", .uuid()),
                            .required(
                                "at",
                                .instant(note: "当日首次 / The first time on a day")),
                            .required("person", .uuid(note: "谁的档案 / Whose record")),
                            .required("person_name", name), .required("reader", .uuid()),
                            .required("reader_name", name), .required("role", code),
                            .required("role_zh", words), .required("role_en", words),
                            .required("kind", code), .required("kind_zh", words),
                            .required("kind_en", words), .required("purpose", code),
                            .required("purpose_zh", words), .required("purpose_en", words),
                            .optional(
                                "request",
                                .uuid(note: "依据的批准 / The approved request it was read under")),
                        ]), count: 0...100))
        ])

    private static let watcher = Schema.object(
        "RecordWatcher",
        [
            .required("person", .uuid()), .required("display_name", name),
            .required(
                "counts",
                .bool(
                    note: "关系仍在，看得到 / Whether the two still are what let one name the other")),
            .required("named_at", .instant()),
        ])
    static let watchers = Schema.object(
        "RecordWatchers",
        [
            .required("watchers", .array(watcher, count: 0...200)),
            .required("watched", .array(watcher, count: 0...200)),
        ])

    // MARK: Access

    private static let because = Schema.text(1...400, note: "原因 / Why")
    private static let hours = Schema.integer(1...AccessRequests.hoursMax)

    static let accessWanted = Schema.object(
        "AccessWanted",
        [
            .required("kind", code),
            .optional("person", .uuid(note: "只查谁的；不填为全小区 / Whose; without: the estate's")),
            .required("because", because), .required("hours", hours),
        ])
    static let accessAsked = Schema.object("AccessAsked", [.required("id", .uuid())])
    static let accessDecision = Schema.object(
        "AccessDecision",
        [
            .required("decision", .choice(["approved", "refused"])),
            .optional(
                "announcement",
                .uuid(
                    note: "全小区的，须先公告 / Where the whole estate is meant: how it was announced")),
        ])
    static let accesses = Schema.object(
        "AccessRequests",
        [
            .required(
                "requests",
                .array(
                    .object(
                        "AccessRequest",
                        [
                            .required("id", .uuid()), .required("asked_by", .uuid()),
                            .required("asked_name", name), .required("asked_at", .instant()),
                            .required("kind", code), .required("purpose", code),
                            .optional("person", .uuid()), .required("because", because),
                            .required("hours", hours), .required("lapses_at", .instant()),
                            .required(
                                "state",
                                .choice(["waiting", "open", "refused", "lapsed", "ended"])),
                            .optional("decided_by", .uuid()), .optional("decided_at", .instant()),
                            .optional("announcement", .uuid()), .optional("ends", .instant()),
                        ]), count: 0...100))
        ])
}
