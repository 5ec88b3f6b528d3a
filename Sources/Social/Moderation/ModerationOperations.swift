package import Platform
internal import Realtime

/// The operations of reports, decisions on posts, and appeals.
package enum ModerationOperations {
    /// All of them; `signals` hears of each commit.
    package static func all(keyring: Keyring, signals: EventSignals) -> [Operation] {
        let moderation = Moderation(keyring)
        return everybody(moderation, signals) + deciding(moderation, signals)
    }

    private static let tag = "moderation"
    private static let estate = "/api/v1/estates/{estate}"
    private static let thing = Operation.Parameter.path("thing", Text(zh: "哪一条", en: "The post"))

    private static func telling(
        _ signals: EventSignals, _ work: @escaping @Sendable (Call) async throws -> Response
    ) -> Operation.Work {
        { call, _ in
            let response = try await work(call)
            signals.committed()
            return response
        }
    }

    private static func everybody(
        _ moderation: Moderation, _ signals: EventSignals
    ) -> [Operation] {
        [
            .write(
                .post, estate + "/reports", "reportPost",
                Text(
                    zh: "举报一条看得到的内容；没有人会知道是谁举报的",
                    en: "Report a post that one can read; nobody learns who did"),
                tag: tag, security: .person, parameters: [.estate],
                body: ModerationSchemas.report,
                answers: [Operation.Answer(.noContent, Text(zh: "已收到", en: "Received"))],
                problems: [.ownPost, .tooMany], work: telling(signals, moderation.report)),
            .read(
                estate + "/me/moderation", "listOwnModeration",
                Text(zh: "我的内容的审核和处理结果、原因", en: "What was decided on one's own posts, and why"),
                tag: tag, security: .person, parameters: [.estate, .cursor, .limit()],
                answers: [
                    Operation.Answer(.ok, Text(zh: "一页", en: "A page"), ModerationSchemas.own)
                ]
            ) { call, _ in try await moderation.own(call) },
            .write(
                .post, estate + "/me/moderation/{thing}/appeal", "appealDecision",
                Text(
                    zh: "申诉一次，由另一个人裁定",
                    en: "Appeal once; another person than decided decides on it"),
                tag: tag, security: .person, parameters: [.estate, thing],
                body: ModerationSchemas.appeal,
                answers: [Operation.Answer(.noContent, Text(zh: "已收到", en: "Received"))],
                problems: [.appealedAlready, .nothingToAppeal],
                work: telling(signals, moderation.appeal)),
        ]
    }

    private static func deciding(
        _ moderation: Moderation, _ signals: EventSignals
    ) -> [Operation] {
        [
            .read(
                estate + "/moderation", "listModeration",
                Text(
                    zh: "被举报、待审核、被申诉的内容：社工和居委会",
                    en:
                        "Posts that were reported, wait for a review or are appealed: social workers "
                        + "and the residents' committee"),
                tag: tag, security: .person, proof: .forOffice,
                parameters: [
                    .estate, .cursor, .limit(),
                    .query(
                        "view", .choice(["waiting", "all"]),
                        Text(zh: "waiting（默认）：待处理", en: "waiting, as if left out; or all")),
                ],
                answers: [
                    Operation.Answer(.ok, Text(zh: "一页", en: "A page"), ModerationSchemas.posts)
                ]
            ) { call, _ in try await Moderation.list(call) },
            .read(
                estate + "/moderation/{thing}", "getModeration",
                Text(zh: "一条内容和它的举报、处理记录", en: "One post, its reports and decisions"),
                tag: tag, security: .person, proof: .forOffice, parameters: [.estate, thing],
                answers: [
                    Operation.Answer(.ok, Text(zh: "它", en: "It"), ModerationSchemas.shown)
                ]
            ) { call, _ in try await moderation.read(call) },
            .write(
                .post, estate + "/moderation/{thing}/decisions", "decideOnPost",
                Text(
                    zh: "审核通过、隐藏或限制一条内容，写明原因；记录只增不改",
                    en: "Let a post pass, hide it or keep it back, for a reason; the log only grows"
                ),
                tag: tag, security: .person, proof: .forOffice, parameters: [.estate, thing],
                body: ModerationSchemas.decision,
                answers: [
                    Operation.Answer(
                        .ok, Text(zh: "它现在的样子", en: "As it is"), ModerationSchemas.shown)
                ],
                problems: [.ownModeration, .decidedBefore, .authorUnproved, .notForThisPost],
                work: telling(signals, moderation.decide)),
        ]
    }
}
