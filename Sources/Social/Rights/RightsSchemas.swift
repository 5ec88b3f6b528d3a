internal import Platform

/// The shapes of copies and corrections.
enum RightsSchemas {
    static let exportWanted = Schema.object(
        "ExportWanted",
        [
            .optional(
                "person",
                .uuid(note: "自己监护的孩子；不填是自己 / A child that one guards; oneself if left out"))
        ])
    static let exportAsked = Schema.object("ExportAsked", [.required("id", .uuid())])
    static let exports = Schema.object(
        "ExportPage",
        [
            .required(
                "exports",
                .array(
                    .object(
                        "Export",
                        [
                            .required("id", .uuid()), .required("person", .uuid()),
                            .required("asked_at", .instant()),
                            .optional("made_at", .instant()), .optional("failed_at", .instant()),
                            .optional("size", .integer(0...1_073_741_824)),
                            .optional(
                                "expires_at", .instant(note: "此前可下载 / It can be opened before")),
                            .required("is_open", .bool(note: "现在可下载 / It can be opened now")),
                        ]), count: 0...50))
        ])

    private static let field = Schema.choice(
        Corrections.fields, note: "姓名、证件姓名、生日、住址、其他 / Name, legal name, birth, home, other")
    private static let outcome = Schema.choice(["corrected", "refused"])
    static let correctionWanted = Schema.object(
        "CorrectionWanted",
        [
            .required("field", field),
            .required("wanted", .text(1...1000, note: "应该是什么 / What it should be")),
            .optional("because", .text(1...1000, note: "依据 / What it rests on")),
            .optional(
                "person",
                .uuid(note: "自己监护的孩子；不填是自己 / A child that one guards; oneself if left out")),
        ])
    static let correctionAsked = Schema.object("CorrectionAsked", [.required("id", .uuid())])
    static let decision = Schema.object(
        "CorrectionDecision",
        [
            .required("outcome", outcome),
            .required("reason", .text(1...1000, note: "本人会看到 / Its person reads it")),
        ])

    private static let correction = Schema.object(
        "Correction",
        [
            .required("id", .uuid()), .required("person", .uuid()),
            .required("display_name", .text(1...80)), .required("field", field),
            .required("asked_at", .instant()), .optional("was", .text(0...1000)),
            .required("wanted", .text(1...1000)), .optional("because", .text(1...1000)),
            .optional("outcome", outcome), .optional("decided_at", .instant()),
            .optional("reason", .text(1...1000)),
        ])
    static let corrections = Schema.object(
        "CorrectionPage", [.required("corrections", .array(correction, count: 0...100))])
    static let ownCorrections = Schema.object(
        "OwnCorrectionPage",
        [
            .required("corrections", .array(correction, count: 0...100)),
            .required(
                "self_service",
                .array(
                    .object(
                        "SelfService",
                        [
                            .required("title_zh", .text(1...40)),
                            .required("title_en", .text(1...40)),
                            .required("href", .text(1...200)),
                        ]), count: 1...20, note: "自己就能改的 / What one changes oneself")),
        ])
}
