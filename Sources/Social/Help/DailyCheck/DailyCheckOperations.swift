package import Platform
internal import Realtime

/// The operations of the daily check.
package enum DailyCheckOperations {
    /// All of them; `signals` hears of each commit.
    package static func all(signals: EventSignals) -> [Operation] {
        [
            .read(
                own, "getDailyCheck",
                Text(zh: "我的每日平安", en: "One's own daily check"), tag: tag, security: .person,
                parameters: [.estate],
                answers: [Operation.Answer(.ok, Text(zh: "它", en: "It"), shown)],
                problems: [.notFound]
            ) { call, _ in try await DailyCheck.own(call) },
            .write(
                .put, own, "setDailyCheck",
                Text(
                    zh: "开始或修改每日平安：几点前报、没报时通知谁",
                    en: "Begin or change it: by which minute, and who is told otherwise"), tag: tag,
                security: .person, parameters: [.estate], body: wanted,
                answers: [Operation.Answer(.noContent, Text(zh: "已设定", en: "Set"))],
                problems: [.dailyCheckTold, .notFound],
                work: GoodsOperations.telling(signals, DailyCheck.set)),
            .write(
                .delete, own, "endDailyCheck",
                Text(zh: "停止每日平安，立即生效", en: "End it at once"), tag: tag, security: .person,
                parameters: [.estate],
                answers: [Operation.Answer(.noContent, Text(zh: "已停止", en: "Ended"))],
                problems: [.notFound], work: GoodsOperations.telling(signals, DailyCheck.end)),
            .write(
                .post, own + "/well", "sayWell",
                Text(zh: "报平安：点一下", en: "Say that one is well: one tap"), tag: tag,
                security: .person, parameters: [.estate], answers: [said],
                problems: [.notFound], work: GoodsOperations.telling(signals, DailyCheck.say)),
            .write(
                .post, base + "/people/{person}/daily-check/well", "sayWellFor",
                Text(
                    zh: "替她报平安：同户的人、代办人、她选的人、居委会和社工可以",
                    en: "Say it for her: her household, her delegate, whom she named, the offices"),
                tag: tag, security: .person, proof: .forOffice,
                parameters: [.estate, .path("person", Text(zh: "谁", en: "The person"))],
                answers: [said], work: GoodsOperations.telling(signals, DailyCheck.say)),
        ]
    }

    static let tag = "care-list"
    private static let base = "/api/v1/estates/{estate}"
    private static let own = base + "/me/daily-check"
    private static let said = Operation.Answer(
        .noContent, Text(zh: "已报平安", en: "Said, or said already"))

    private static let minute: Schema = .integer(
        0...1320, note: "一天里的第几分钟 / A minute of the day")
    private static let wanted = Schema.object(
        "DailyCheckWanted",
        [
            .required("minute", minute),
            .required(
                "told", .array(.uuid(note: "没报平安时通知的人 / Who is told"), count: 0...3)),
        ])
    private static let shown = Schema.object(
        "DailyCheck",
        [
            .required("minute", minute),
            .required("told", .array(.uuid(), count: 0...3)),
            .required("since", .instant()),
            .optional("said_on", .text(10...10, note: "上次报平安的日子 / The day it was last said")),
            .required("is_said", .bool(note: "今天已报 / Said today")),
            .required("is_paused", .bool(note: "外出或住院 / Away or in hospital")),
        ])
}
