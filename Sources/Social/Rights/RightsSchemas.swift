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

    // MARK: Erasure and retention

    static let erasureWanted = Schema.object(
        "ErasureWanted",
        [
            .optional(
                "understood", .bool(note: "不填则先说明后果 / Without, it is said first what it means"))
        ])
    static let erasureAsked = Schema.object("ErasureAsked", [.required("id", .uuid())])
    static let heirs = Schema.object(
        "ErasureOfDead",
        [
            .required(
                "evidence",
                .text(1...1000, note: "继承人的请求和证明 / The heirs' request, and what shows it"))
        ])
    static let erasure = Schema.object(
        "ErasurePage",
        [
            .required(
                "erasures",
                .array(
                    .object(
                        "Erasure",
                        [
                            .required("asked_at", .instant()),
                            .required(
                                "due_at", .instant(note: "此前可撤回 / Until then it can be taken back")),
                            .required(
                                "hindrances",
                                .array(
                                    .object(
                                        "ErasureHindrance",
                                        [
                                            .required("code", .text(1...40)),
                                            .required("text_zh", .text(1...200)),
                                            .required("text_en", .text(1...200)),
                                        ]), count: 0...8,
                                    note: "到期时还有这些就等着 / It waits while there are such")),
                        ]), count: 0...1)),
            .required(
                "kept",
                .array(
                    .object(
                        "KeptAfterErasure",
                        [
                            .required("title_zh", .text(1...80)),
                            .required("title_en", .text(1...80)),
                            .required(
                                "how",
                                .choice(
                                    ["keep", "blank"],
                                    note: "只留编号；删去文字 / The id alone; without words")),
                            .optional("days", .integer(1...10_000)),
                            .optional("basis_zh", .text(1...200)),
                            .optional("basis_en", .text(1...200)),
                        ]), count: 0...200)),
        ])
    static let term = Schema.object(
        "RetentionTerm",
        [.required("days", .integer(1...10_000)), .required("because", .text(1...400))])
    static let retention = Schema.object(
        "RetentionPage",
        [
            .required(
                "terms",
                .array(
                    .object(
                        "RetentionKind",
                        [
                            .required("kind", .text(1...40)), .required("title_zh", .text(1...80)),
                            .required("title_en", .text(1...80)),
                            .required("days", .integer(1...10_000)),
                            .required("days_min", .integer(1...10_000)),
                            .required("days_max", .integer(1...10_000)),
                            .required("basis_zh", .text(1...200)),
                            .required("basis_en", .text(1...200)),
                            .optional("because", .text(1...400)),
                            .optional("changed_at", .instant()),
                        ]), count: 0...100)),
            .required(
                "data",
                .array(
                    .object(
                        "PersonalDataKind",
                        [
                            .required("what", .text(1...120)), .required("title_zh", .text(1...80)),
                            .required("title_en", .text(1...80)),
                            .required(
                                "handed_out",
                                .choice(["yes", "confidence", "protects", "secret", "elsewhere"])),
                            .required("erasure", .choice(["keep", "delete", "blank"])),
                            .required("kept", .text(1...40)),
                        ]), count: 0...400)),
        ])
}
