package import Platform
internal import Realtime

/// Time credits: minutes of help that both sides confirmed.
package enum TimeCreditOperations {
    private static let tag = "help"
    private static let base = "/api/v1/estates/{estate}"

    /// All of them; `signals` hears of each commit.
    package static func all(signals: EventSignals) -> [Operation] {
        [
            .read(
                base + "/me/time-credits", "listOwnTimeCredits",
                Text(zh: "我的时间银行：余额和流水", en: "One's time credits, the latest first"), tag: tag,
                security: .person, parameters: [.estate, .cursor, .limit()],
                answers: [Operation.Answer(.ok, Text(zh: "一页", en: "A page"), statement)]
            ) { call, _ in try await list(call) },
            .write(
                .post, base + "/me/time-credits/gifts", "giveTimeCredits",
                Text(
                    zh: "把时间送给另一位居民，或退回小区的公共池",
                    en: "Give time to a neighbour, or back to the estate's pot"), tag: tag,
                security: .person, parameters: [.estate], body: gift,
                answers: [Operation.Answer(.noContent, Text(zh: "已送出", en: "Given"))],
                problems: [.notFound, .timeCreditShort],
                work: GoodsOperations.telling(signals, give)),
            .write(
                .post, base + "/help/time-credits/{credit}/reversal", "reverseTimeCredit",
                Text(zh: "核对后收回一笔时间", en: "Take an issue back after a look at it"), tag: tag,
                security: .person, proof: .forOffice,
                parameters: [.estate, .path("credit", Text(zh: "哪一笔", en: "The credit"))],
                answers: [Operation.Answer(.noContent, Text(zh: "已收回", en: "Taken back"))],
                problems: [.visitStateOther, .timeCreditShort],
                work: GoodsOperations.telling(signals, reverse)),
        ]
    }

    /// A gift is a whole number of quarters of an hour, up to so many.
    private static let quartersMax: Int64 = 400

    private static let statement = Schema.object(
        "TimeCreditPage",
        [
            .required(
                "credits",
                .array(
                    .object(
                        "TimeCredit",
                        [
                            .required("id", .uuid()), .required("at", .instant()),
                            .required("minutes", .integer(-100_000...100_000)),
                            .required(
                                "balance",
                                .integer(0...1_000_000_000, note: "之后的余额，分钟 / Minutes after it")),
                            .required(
                                "reason", .choice(["issued", "given", "returned", "reversed"])),
                            .optional("visit", .uuid()),
                        ]), count: 0...100))
        ])
    private static let gift = Schema.object(
        "TimeCreditGift",
        [
            .optional("to", .uuid(note: "不填则退回公共池 / Left out: the pot")),
            .required("quarters", .integer(1...quartersMax, note: "几个一刻钟 / Quarters of an hour")),
        ])

    private static func list(_ call: Call) async throws -> Response {
        let limit = call.limit()
        let before = try call.cursor()?.numbers.first ?? Int64.max
        return try await GoodsRows(
            members: ["at", "minutes", "balance", "reason", "visit"], isSorted: true,
            sql: """
                SELECT number, id, at, delta, balance, reason, visit_id
                FROM linli.time_statement(\(before), \(Int32(limit + 1)))
                """
        ).page(call, "credits", limit: limit)
    }

    private static func give(_ call: Call) async throws -> Response {
        let (id, event) = (call.context.ids.next() as UUID, call.context.ids.next() as UUID)
        guard let quarters = call.body["quarters"]?.integer else { throw Stop(.invalid) }
        return try await HelpVisits.act(
            call,
            """
            SELECT linli.time_give(\(event), \(id), \(call.bodyID("to")), \(quarters * 15))
            """)
    }

    private static func reverse(_ call: Call) async throws -> Response {
        let event: UUID = call.context.ids.next()
        return try await HelpVisits.act(
            call, "SELECT linli.time_credit_reverse(\(event), \(call.id("credit")))")
    }
}

/// Why time is not moved.
extension ProblemKind {
    static let timeCreditShort = ProblemKind(
        "time-credit-short", .conflict,
        Text(zh: "没有这么多时间", en: "There is not so much time"),
        Text(
            zh: "请先看余额再少填一些；得到帮助从来不需要时间。",
            en: "Look at the balance and give less; being helped never takes any."))
}
