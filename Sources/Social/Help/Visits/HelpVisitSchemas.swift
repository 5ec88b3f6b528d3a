internal import Platform

/// The shapes of visits of help on the wire.
enum HelpVisitSchemas {
    /// Most money that is written, in fen.
    static let fenMax: Int64 = 10_000_000
    private static let fen = Schema.integer(0...fenMax, note: "分 / Fen")
    private static let address = Schema.text(
        0...400, note: "帮手只在约好到结束之间看得到 / The helper's until it is over")

    private static let members: [Schema.Member] = [
        .required("id", .uuid()), .required("kind", .text(1...40)),
        .required("side", .choice(HelpVisitWords.sides)),
        .required("state", .choice(HelpVisitWords.states)), .required("begins", .instant()),
        .required("ends", .instant()), .required("helper", .uuid()),
        .required("helper_name", .text(1...80)), .optional("person", .uuid()),
        .optional("person_name", .text(1...80)), .optional("child", .uuid()),
        .optional("place", .uuid()), .optional("address_zh", address),
        .optional("address_en", address), .optional("checked_in_at", .instant()),
        .optional("checked_out_at", .instant()), .optional("helper_confirmed_at", .instant()),
        .optional("person_confirmed_at", .instant()), .optional("because", .text(1...40)),
        .optional("cash_fen", fen), .optional("paid_fen", fen),
        .optional("conversation", .uuid(note: "双方的交谈 / In which the two speak")),
    ]
    private static let visit = Schema.object("HelpVisit", members)
    static let page = Schema.object(
        "HelpVisitPage", [.required("visits", .array(visit, count: 0...100))])
    static let one = Schema.object(
        "HelpVisitRead",
        [
            .required("visit", visit),
            .optional("note", words), .optional("receipt", words),
            .optional("handover", .text(0...500, note: "上一位帮手留的话 / Of the helper before")),
        ])
    private static let words = Schema.text(1...500, isMultiline: true)

    static let cancel = Schema.object(
        "HelpVisitCancel", [.required("because", .choice(HelpVisitWords.causes))])
    static let confirm = Schema.object(
        "HelpVisitConfirm",
        [.optional("paid_fen", .integer(0...fenMax, note: "实付多少，分 / What it cost, in fen"))])
    static let note = Schema.object("HelpVisitNote", [.required("note", words)])
    static let cash = Schema.object("HelpVisitCash", [.required("fen", fen)])
    static let receipt = Schema.object(
        "HelpVisitReceipt", [.required("paid_fen", fen), .required("receipt", words)])
    static let safety = Schema.object(
        "HelpVisitSafety",
        [
            .required("is_safe", .bool(note: "安全吗 / Whether it was safe")),
            .optional("note", words),
        ])
    static let limits = Schema.object(
        "HelpLimits",
        [
            .required("cash_fen", .integer(0...1_000_000, note: "代买上限，分 / Cap of an errand")),
            .required(
                "pair_minutes",
                .integer(0...6000, note: "两人之间每月计入时间银行的上限 / Minutes a pair and month")),
        ])
    static let decision = Schema.object(
        "HelpSafetyDecision", [.required("decision", .choice(["stands", "lifted"]))])
    static let reports = Schema.object(
        "HelpSafetyReportPage",
        [
            .required(
                "reports",
                .array(
                    .object(
                        "HelpSafetyReport",
                        [
                            .required("id", .uuid()), .required("visit", .uuid()),
                            .required("kind", .text(1...40)), .required("person", .uuid()),
                            .required("person_name", .text(1...80)), .required("other", .uuid()),
                            .required("other_name", .text(1...80)),
                            .required("said_at", .instant()), .optional("note", words),
                            .optional("decision", .choice(["stands", "lifted"])),
                            .optional("decided_at", .instant()),
                        ]), count: 0...100))
        ])
}
