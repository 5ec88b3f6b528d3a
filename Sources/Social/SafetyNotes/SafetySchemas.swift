internal import Platform

/// The shapes of safety bans and their notes on the wire.
enum SafetySchemas {
    private static let words = Schema.text(1...1000, isMultiline: true)
    private static let kind = Schema.choice(
        SafetyBans.kinds, note: "骚扰、暴力、诈骗、伤害儿童、其他 / What for")

    static let wanted = Schema.object(
        "SafetyBanWanted",
        [
            .required("person", .uuid()), .required("kind", kind),
            .required(
                "reason",
                .text(1...1000, isMultiline: true, note: "本人会看到 / The person reads it")),
            .required("evidence", words), .required("until", .instant()),
        ])
    static let set = Schema.object(
        "SafetyBanSet",
        [
            .required("id", .uuid()), .required("begins", .instant()),
            .required("until", .instant()),
        ])
    private static let ban = Schema.object(
        "SafetyBan",
        [
            .required("id", .uuid()), .optional("person", .uuid()),
            .optional("display_name", .text(1...80)), .optional("decided_by", .uuid()),
            .required("kind", kind), .required("reason", words), .optional("evidence", words),
            .required("begins", .instant()), .required("until", .instant()),
            .optional("lifted_at", .instant()),
            .optional(
                "appeal",
                .object(
                    "SafetyAppeal",
                    [
                        .required("id", .uuid()), .required("words", words),
                        .required("at", .instant()),
                        .optional("outcome", .choice(["stands", "lifted"])),
                        .optional("answer", words),
                    ])),
        ])
    static let page = Schema.object("SafetyBans", [.required("bans", .array(ban, count: 0...100))])
    static let appeal = Schema.object("SafetyAppealWanted", [.required("words", words)])
    static let decision = Schema.object(
        "SafetyAppealDecision",
        [
            .required("outcome", .choice(["stands", "lifted"])), .required("answer", words),
        ])
    static let note = Schema.object(
        "SafetyNote",
        [
            .required(
                "payload",
                .text(1...24_000, note: "内容，base64url / The content as JSON, in base64url")),
            .required("key", .text(43...44, note: "Ed25519")),
            .required("signature", .text(86...88, note: "Ed25519")),
        ])
    static let received = Schema.object(
        "SafetyNoteReceived",
        [
            .required("kind", .choice(["ban", "lifting"])), .required("issuer", .text(1...240)),
            .required("because", kind), .required("until", .instant()),
        ])
    static let issuerWanted = Schema.object(
        "SafetyIssuerWanted",
        [
            .required("name", .text(1...120)),
            .required(
                "key",
                .text(
                    43...200, isMultiline: true,
                    note: "对方的 /.well-known/linli/event-key.pem，请先电话核对 / Compare it by telephone"
                )),
        ])
    static let issuerEntered = Schema.object(
        "SafetyIssuerEntered", [.required("id", .uuid()), .required("key", .text(43...44))])
    static let issuers = Schema.object(
        "SafetyIssuers",
        [
            .required(
                "issuers",
                .array(
                    .object(
                        "SafetyIssuer",
                        [
                            .required("id", .uuid()), .required("name", .text(1...120)),
                            .required("key", .text(43...44)),
                            .required("entered_at", .instant()),
                        ]), count: 0...100))
        ])
    static let matches = Schema.object(
        "SafetyMatches",
        [
            .required(
                "matches",
                .array(
                    .object(
                        "SafetyMatch",
                        [
                            .required("id", .uuid()), .required("person", .uuid()),
                            .required("display_name", .text(1...80)),
                            .required("issuer", .text(1...240)), .required("kind", kind),
                            .optional("reason", words), .required("until", .instant()),
                            .required("is_lifted", .bool()), .required("found_at", .instant()),
                            .optional("decision", .choice(decisions)),
                        ]), count: 0...100))
        ])
    private static let decisions = ["ban", "no_ban", "other_person"]
    static let matchDecision = Schema.object(
        "SafetyMatchDecision",
        [
            .required("decision", .choice(decisions)),
            .required(
                "because",
                .text(
                    1...1000, isMultiline: true,
                    note: "若决定禁令，本人会看到 / The person reads it, if a ban follows")),
            .optional("until", .instant(note: "禁令到期，不晚于原禁令 / At most until the other's end")),
        ])
}
