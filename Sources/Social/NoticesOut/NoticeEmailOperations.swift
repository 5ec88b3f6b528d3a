package import Platform
internal import Realtime

/// The operations of a person's address of e-mail for its notices.
package enum NoticeEmailOperations {
    /// All of them; `signals` hears of each commit, and `channel` carries the codes.
    package static func all(
        keyring: Keyring, signals: EventSignals, channel: (any MailChannel)?
    ) -> [Operation] {
        let email = NoticeEmail(keyring: keyring, channel: channel)
        return [
            .read(
                own, "getEmail", Text(zh: "我收通知的邮箱", en: "One's own address for notices"),
                tag: tag, security: .person, parameters: [.estate],
                answers: [Operation.Answer(.ok, Text(zh: "邮箱", en: "It"), shown)]
            ) { call, _ in try await email.own(call) },
            .write(
                .put, own, "askEmail",
                Text(zh: "填写邮箱，验证码会发到那里", en: "Ask for an address; a code is sent there"),
                tag: tag, security: .person, parameters: [.estate], body: wanted,
                answers: [
                    Operation.Answer(.accepted, Text(zh: "请查收验证码", en: "A code is on its way"))
                ],
                problems: [.mailMissing, .emailOften],
                work: GoodsOperations.telling(signals, email.ask)),
            .write(
                .post, own + "/confirmation", "confirmEmail",
                Text(zh: "填写邮件里的验证码，邮箱即可用", en: "Give back the code that came there"),
                tag: tag, security: .person, parameters: [.estate], body: code,
                answers: [Operation.Answer(.noContent, Text(zh: "已确认", en: "Confirmed"))],
                problems: [.emailCodeWrong, .notFound],
                work: GoodsOperations.telling(signals, email.confirm)),
            .write(
                .delete, own, "endEmail", Text(zh: "不再用这个邮箱", en: "Forget the address"), tag: tag,
                security: .person, parameters: [.estate],
                answers: [Operation.Answer(.noContent, Text(zh: "已删除", en: "Forgotten"))],
                work: GoodsOperations.telling(signals, NoticeEmail.end)),
        ]
    }

    private static let tag = "notices"
    private static let own = "/api/v1/estates/{estate}/me/email"
    private static let wanted = Schema.object(
        "EmailWanted", [.required("address", .text(3...254, note: "邮箱 / An address of e-mail"))])
    private static let code = Schema.object(
        "EmailCode", [.required("code", .text(6...6, note: "邮件里的六位数字 / The six digits"))])
    private static let shown = Schema.object(
        "Email",
        [
            .optional("address", .text(3...254, note: "已确认的 / The confirmed one")),
            .optional("wanted", .text(3...254, note: "等待验证码的 / The one that waits for its code")),
        ])
}
