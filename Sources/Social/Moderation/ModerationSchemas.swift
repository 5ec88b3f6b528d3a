internal import Platform

/// The shapes of reports and decisions on the wire.
enum ModerationSchemas {
    private static let words = Schema.text(1...2000, isMultiline: true)
    private static let kind = Schema.choice(Moderation.things)

    static let report = Schema.object(
        "Report",
        [
            .required("thing_kind", .choice(Moderation.things)), .required("thing", .uuid()),
            .required(
                "kind",
                .choice(
                    Moderation.kinds,
                    note: "诈骗、骚扰、对儿童有危险、推销保健品、其他 / What for")),
            .optional("words", words),
        ])
    private static let post = Schema.object(
        "ModeratedPost",
        [
            .required("thing", .uuid()), .required("thing_kind", kind),
            .required("author", .uuid()), .required("author_name", .text(1...80)),
            .required("visibility", .choice(Moderation.visibilities + ["held"])),
            .required("changed_at", .instant()), .optional("title", .text(1...240)),
            .optional("words", .text(0...8000, isMultiline: true)),
            .required(
                "reports",
                .integer(0...1_000_000, note: "上次处理后的举报数 / Reports since the last decision")),
            .required("report_kinds", .array(.choice(Moderation.kinds), count: 0...5)),
            .required("is_appealed", .bool()),
        ])
    static let posts = Schema.object(
        "ModeratedPosts", [.required("posts", .array(post, count: 0...100))])
    static let shown = Schema.object(
        "ModeratedPostShown",
        [
            .required("post", post),
            .optional(
                "messages",
                .array(
                    .object(
                        "ReportedMessage",
                        [
                            .required("id", .uuid()), .required("author", .uuid()),
                            .required("author_name", .text(1...80)),
                            .required("at", .instant()),
                            .optional("body", .text(0...4000, isMultiline: true)),
                            .required("is_taken_back", .bool()),
                        ]), count: 0...5,
                    note: "被举报的消息和之前几条；查看会记录 / The message after a few before it; logged")),
            .required(
                "log",
                .array(
                    .object(
                        "ModerationEntry",
                        [
                            .required("what", .choice(["report", "decision", "appeal"])),
                            .required("at", .instant()), .optional("code", .text(1...40)),
                            .optional("visibility", .text(1...20)),
                            .optional("by", .uuid(note: "谁处理的；举报人从不给出 / Never who reported")),
                            .optional("words", words),
                        ]), count: 0...500)),
        ])
    static let decision = Schema.object(
        "ModerationDecision",
        [
            .required(
                "visibility",
                .choice(
                    Moderation.visibilities,
                    note: "公开、不进列表、仅作者可见、隐藏 / What it becomes")),
            .required("because", .choice(Moderation.reasons)),
            .required(
                "reason", .text(1...1000, isMultiline: true, note: "作者会看到 / The author reads it")),
        ])
    static let own = Schema.object(
        "OwnModeratedPosts",
        [
            .required(
                "posts",
                .array(
                    .object(
                        "OwnModeratedPost",
                        [
                            .required("thing", .uuid()), .required("thing_kind", kind),
                            .required(
                                "visibility", .choice(["visible", "unlisted", "hidden", "held"])),
                            .required("changed_at", .instant()),
                            .optional("because", .choice(Moderation.reasons)),
                            .optional("reason", .text(1...1000, isMultiline: true)),
                            .required("may_appeal", .bool()), .optional("appealed_at", .instant()),
                        ]), count: 0...100))
        ])
    static let appeal = Schema.object("Appeal", [.required("words", words)])
}
