package import Platform
internal import Realtime

/// The operations of webhooks, for operators of the software.
package enum WebhookOperations {
    /// All of them; `signals` hears of each commit.
    package static func all(keyring: Keyring, signals: EventSignals) -> [Operation] {
        let webhooks = Webhooks(keyring: keyring)
        return [
            .read(
                list, "listWebhooks",
                Text(zh: "小区的 webhook，软件运维可看", en: "The estate's webhooks, for its operator"),
                tag: tag, security: .person, proof: .forOffice, parameters: [.estate],
                answers: [Operation.Answer(.ok, Text(zh: "它们", en: "They"), page)],
                problems: [.notFound]
            ) { call, _ in try await webhooks.list(call) },
            .write(
                .post, list, "makeWebhook",
                Text(
                    zh: "登记一个 https 地址：公开的和发给全小区的事件会发到那里，只有编号和代码",
                    en:
                        "Name an address: what is public or for the whole estate goes there, as ids and codes"
                ),
                tag: tag, security: .person, proof: .forOffice, parameters: [.estate],
                body: wanted,
                answers: [
                    Operation.Answer(
                        .created, Text(zh: "密钥只显示这一次", en: "Its secret, this once"), made)
                ], problems: [.webhooksMany, .notFound],
                work: GoodsOperations.telling(signals, webhooks.make)),
            .write(
                .post, one + "/rotation", "rotateWebhook",
                Text(
                    zh: "换签名密钥；旧的再用一天",
                    en: "Sign with a new secret; the old one signs for a day more"),
                tag: tag, security: .person, proof: .forOffice, parameters: [.estate, webhook],
                answers: [
                    Operation.Answer(.ok, Text(zh: "密钥只显示这一次", en: "The secret, this once"), made)
                ],
                work: GoodsOperations.telling(signals, webhooks.rotate)),
            .write(
                .post, one + "/retry", "retryWebhook",
                Text(zh: "放弃了的都再发一次", en: "Try all again that were given up"), tag: tag,
                security: .person, proof: .forOffice, parameters: [.estate, webhook],
                answers: [Operation.Answer(.noContent, Text(zh: "会再发", en: "They will be"))],
                work: GoodsOperations.telling(signals, Webhooks.retry)),
            .write(
                .delete, one, "endWebhook", Text(zh: "不再发到那里", en: "Send nothing there any more"),
                tag: tag, security: .person, proof: .forOffice, parameters: [.estate, webhook],
                answers: [Operation.Answer(.noContent, Text(zh: "已结束", en: "Ended"))],
                work: GoodsOperations.telling(signals, Webhooks.end)),
        ]
    }

    private static let tag = "webhooks"
    private static let list = "/api/v1/estates/{estate}/webhooks"
    private static let one = list + "/{webhook}"
    private static let webhook = Operation.Parameter.path(
        "webhook", Text(zh: "哪一个", en: "The webhook"))

    private static let url: Schema = .text(9...2048, note: "https 地址 / An https address")
    private static let kinds: Schema = .array(
        .text(1...64), count: 0...50,
        note: "事件代码或它的第一段；空则全部 / Kinds or their first words; none: all")
    private static let wanted = Schema.object(
        "WebhookWanted", [.required("url", url), .optional("kinds", kinds)])
    private static let made = Schema.object(
        "WebhookSecret",
        [
            .required("id", .uuid()),
            .required("secret", .text(10...120, note: "whsec_…，验签用 / To check signatures with")),
        ])
    private static let page = Schema.object(
        "Webhooks",
        [
            .required(
                "webhooks",
                .array(
                    .object(
                        "Webhook",
                        [
                            .required("id", .uuid()), .required("url", url),
                            .required("kinds", kinds), .required("made_at", .instant()),
                            .required(
                                "waiting", .integer(0...Int64.max, note: "等着发的 / Waiting")),
                            .required(
                                "dead", .integer(0...Int64.max, note: "放弃了的 / Given up")),
                        ]), count: 0...10))
        ])
}
