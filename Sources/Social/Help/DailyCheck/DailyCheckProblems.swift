internal import Platform
internal import Realtime

/// Why something of the daily check is refused.
extension ProblemKind {
    static let dailyCheckTold = ProblemKind(
        "daily-check-told", .unprocessableContent,
        Text(zh: "里面有人现在不能被通知", en: "Somebody among them cannot be told now"),
        Text(
            zh: "请选同户的人、已确认的亲友，或探访名单上负责您的人。",
            en: "Choose your household, confirmed ties, or who answers for you on the care list."))
}
