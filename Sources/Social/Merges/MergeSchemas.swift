internal import Platform

/// The shapes of merges and of ends of memberships.
enum MergeSchemas {
    private static let because = Schema.text(1...400, note: "依据 / What it rests on")

    static let wanted = Schema.object(
        "MergeWanted",
        [
            .required("keep", .uuid(note: "保留哪份 / Which stays")),
            .required("drop", .uuid(note: "合并掉哪份 / Which goes")), .required("because", because),
        ])
    static let made = Schema.object("MergeMade", [.required("id", .uuid())])
    static let undo = Schema.object("MergeUndo", [.required("because", because)])
    static let agreement = Schema.object(
        "MergeAgreement",
        [.required("person", .uuid(note: "我的另一份登记 / The other entry of one's own"))])
    static let merges = Schema.object(
        "MergePage",
        [
            .required(
                "merges",
                .array(
                    .object(
                        "Merge",
                        [
                            .required("id", .uuid()), .required("kept", .uuid()),
                            .required("dropped", .uuid()), .required("merged_by", .uuid()),
                            .required("merged_at", .instant()), .required("because", because),
                            .required("rows_moved", .integer(0...10_000_000)),
                            .required(
                                "until", .instant(note: "此前可撤销 / It can be undone before")),
                            .optional("undone_at", .instant()),
                            .optional("undone_because", because),
                        ]), count: 0...100))
        ])

    private static let kind = Schema.choice(
        ["leave", "moved", "dead"], note: "离开这一户、搬离小区、去世 / Left the household, moved, died")
    static let asked = Schema.object(
        "MembershipEndWanted",
        [
            .required("household", .uuid()), .required("person", .uuid()),
            .required("kind", kind), .required("because", because),
        ])
    static let request = Schema.object("MembershipEndAsked", [.required("id", .uuid())])
    private static let answers = Schema.choice(["agreed", "objected"], note: "同意、反对")
    static let answer = Schema.object(
        "MembershipEndAnswer",
        [
            .required("answer", answers),
            .optional(
                "because",
                .text(1...400, note: "只给居委会看，申请人看不到 / For the committee alone")),
        ])
    private static let outcome = Schema.choice(["ended", "refused"])
    static let decision = Schema.object(
        "MembershipEndDecision",
        [.required("outcome", outcome), .required("because", because)])
    static let requests = Schema.object(
        "MembershipEndPage",
        [
            .required(
                "requests",
                .array(
                    .object(
                        "MembershipEndRequest",
                        [
                            .required("id", .uuid()), .required("kind", kind),
                            .required("household", .uuid()), .required("person", .uuid()),
                            .required("display_name", .text(1...80)),
                            .optional("asked_by", .uuid()), .required("asked_at", .instant()),
                            .optional("because", because), .optional("answer", answers),
                            .optional("answer_because", .text(1...400)),
                            .optional("outcome", outcome), .optional("decided_at", .instant()),
                            .optional("decided_because", because),
                        ]), count: 0...100))
        ])
    static let leaving = Schema.object(
        "HouseholdLeaving",
        [
            .required("household", .uuid()),
            .optional("understood", .bool(note: "不填则先说明离开意味着什么 / Without, it is said first")),
        ])
}
