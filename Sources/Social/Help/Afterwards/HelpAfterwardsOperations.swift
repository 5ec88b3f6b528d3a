package import Platform
internal import Realtime

/// The operations of what comes after help.
package enum HelpAfterwardsOperations {
    private static let tag = "help"
    private static let base = HelpVisitOperations.base
    private static let dispute = Operation.Parameter.path(
        "dispute", Text(zh: "分歧", en: "The dispute"))

    /// All of them; `signals` hears of each commit.
    package static func all(keyring: Keyring, signals: EventSignals) -> [Operation] {
        let after = HelpAfterwards(keyring)
        return ratings(signals) + disputes(after, signals)
    }

    private static func ratings(_ signals: EventSignals) -> [Operation] {
        [
            HelpVisitOperations.act(
                "/rating", "rateHelpVisit",
                Text(
                    zh: "评价对方：守时、细心、友善、还愿不愿意；双方都评了或 14 天后才互相看到",
                    en: "Say a few facts of the other; shown when both are in, or after 14 days"),
                signals, body: HelpAfterwardsSchemas.rating,
                problems: [.visitStateOther, .visitLate], HelpAfterwards.rate),
            .read(
                base + "/visits/{visit}/ratings", "listHelpVisitRatings",
                Text(
                    zh: "我的评价，和揭晓后对方的评价", en: "One's own, and the other's once it is shown"),
                tag: tag, security: .person, delegation: .help,
                parameters: [.estate, .path("visit", Text(zh: "互助", en: "The visit"))],
                answers: [
                    Operation.Answer(
                        .ok, Text(zh: "评价", en: "Ratings"), HelpAfterwardsSchemas.ratings)
                ]
            ) { call, _ in try await HelpAfterwards.ratings(call) },
        ]
    }

    private static func disputes(
        _ after: HelpAfterwards, _ signals: EventSignals
    ) -> [Operation] {
        [
            .write(
                .post, base + "/visits/{visit}/disputes", "disputeHelpVisit",
                Text(zh: "说明哪里不对，由社工听双方后处理", en: "Say what went wrong; a person decides"),
                tag: tag, security: .person, delegation: .help, proof: .forOffice,
                parameters: [.estate, .path("visit", Text(zh: "互助", en: "The visit"))],
                body: HelpAfterwardsSchemas.wanted,
                answers: [
                    Operation.Answer(
                        .created, Text(zh: "分歧", en: "The dispute"), HelpAfterwardsSchemas.made)
                ], problems: [.visitStateOther, .visitLate],
                work: GoodsOperations.telling(signals, after.dispute)),
            .read(
                base + "/visits/{visit}/disputes", "listHelpVisitDisputes",
                Text(zh: "这次互助的分歧", en: "The disputes of a visit"), tag: tag,
                security: .person, delegation: .help, proof: .forOffice,
                parameters: [.estate, .path("visit", Text(zh: "互助", en: "The visit"))],
                answers: [
                    Operation.Answer(
                        .ok, Text(zh: "分歧", en: "The disputes"), HelpAfterwardsSchemas.disputes)
                ]
            ) { call, _ in try await after.list(call) },
            .read(
                base + "/help/disputes/{dispute}", "readHelpDispute",
                Text(zh: "一个分歧：双方和办公台可看", en: "A dispute, for its sides and the desk"), tag: tag,
                security: .person, delegation: .help, proof: .forOffice,
                parameters: [.estate, dispute],
                answers: [
                    Operation.Answer(
                        .ok, Text(zh: "分歧", en: "The dispute"), HelpAfterwardsSchemas.dispute)
                ]
            ) { call, _ in try await after.read(call) },
            .write(
                .put, base + "/help/disputes/{dispute}/decision", "decideHelpDispute",
                Text(zh: "处理分歧；申诉由另一人处理", en: "Decide; an appeal is for another person"),
                tag: tag, security: .person, proof: .forOffice, parameters: [.estate, dispute],
                body: HelpAfterwardsSchemas.decision,
                answers: [Operation.Answer(.noContent, Text(zh: "已处理", en: "Decided"))],
                problems: [.visitStateOther, .helpDisputeSame],
                work: GoodsOperations.telling(signals, HelpAfterwards.decide)),
            .write(
                .post, base + "/help/disputes/{dispute}/appeal", "appealHelpDispute",
                Text(zh: "申诉一次，15 天之内", en: "Appeal once, within 15 days"), tag: tag,
                security: .person, delegation: .help, proof: .forOffice,
                parameters: [.estate, dispute],
                answers: [Operation.Answer(.noContent, Text(zh: "已申诉", en: "Appealed"))],
                problems: [.visitStateOther, .visitLate],
                work: GoodsOperations.telling(signals, HelpAfterwards.appeal)),
        ]
    }
}

/// The shapes of what comes after help on the wire.
enum HelpAfterwardsSchemas {
    private static let facts: [Schema.Member] = [
        .required("kept_time", .integer(1...3, note: "守时 / Kept the time")),
        .required("careful", .integer(1...3, note: "细心 / Careful")),
        .required("friendly", .integer(1...3, note: "友善 / Friendly")),
        .required("again", .bool(note: "下次还愿意吗 / Whether one would again")),
    ]
    static let rating = Schema.object("HelpRatingWanted", facts)
    static let ratings = Schema.object(
        "HelpRatings",
        [
            .required(
                "ratings",
                .array(
                    .object(
                        "HelpRating",
                        [.required("id", .uuid()), .required("is_own", .bool())] + facts),
                    count: 0...2))
        ])
    static let wanted = Schema.object(
        "HelpDisputeWanted",
        [
            .required("about", .choice(HelpAfterwards.matters)),
            .required("words", .text(1...1000, isMultiline: true)),
        ])
    static let made = Schema.object("HelpDisputeMade", [.required("id", .uuid())])
    private static let outcome = Schema.choice(["upheld", "dismissed"])
    static let decision = Schema.object("HelpDisputeDecision", [.required("decision", outcome)])
    static let dispute = Schema.object(
        "HelpDispute",
        [
            .required("id", .uuid()), .required("visit", .uuid()),
            .required("side", .choice(["raiser", "other", "office"])),
            .required("about", .choice(HelpAfterwards.matters)),
            .required("raised_at", .instant()), .optional("decision", outcome),
            .optional("decided_at", .instant()), .optional("appealed_at", .instant()),
            .optional("appeal_decision", outcome), .optional("appeal_decided_at", .instant()),
            .optional("words", .text(1...1000, isMultiline: true)),
        ])
    static let disputes = Schema.object(
        "HelpDisputes", [.required("disputes", .array(dispute, count: 0...10))])
}
