package import Platform
internal import Realtime

/// The operations of the browsers that get a person's notices.
package enum NoticePushOperations {
    /// All of them; `signals` hears of each commit.
    package static func all(
        keyring: Keyring, signals: EventSignals, channel: (any PushChannel)?
    ) -> [Operation] {
        let push = NoticePush(keyring: keyring, channel: channel)
        return [
            .read(
                "/api/v1/push-key", "getPushKey",
                Text(
                    zh: "浏览器订阅推送用的公钥（applicationServerKey）",
                    en: "The key that browsers subscribe to pushes under"), tag: tag,
                security: .open,
                answers: [Operation.Answer(.ok, Text(zh: "公钥", en: "It"), key)],
                problems: [.notFound], isPersonal: false
            ) { call, _ in try push.key(call) },
            .read(
                own, "listPushSubscriptions",
                Text(zh: "我收通知的浏览器", en: "The browsers that get one's notices"), tag: tag,
                security: .person, parameters: [.estate],
                answers: [Operation.Answer(.ok, Text(zh: "它们", en: "They"), list)]
            ) { call, _ in try await NoticePush.own(call) },
            .write(
                .post, own, "subscribePush",
                Text(
                    zh: "用这个浏览器收通知；最多十个，多了去掉最早的",
                    en: "Get notices in this browser; of more than ten the oldest goes"), tag: tag,
                security: .person, parameters: [.estate], body: wanted,
                answers: [Operation.Answer(.created, Text(zh: "已登记", en: "Kept"), made)],
                work: GoodsOperations.telling(signals, push.subscribe)),
            .write(
                .delete, own + "/{subscription}", "endPushSubscription",
                Text(zh: "这个浏览器不再收通知", en: "Get none there any more"), tag: tag,
                security: .person,
                parameters: [
                    .estate, .path("subscription", Text(zh: "哪个浏览器", en: "The subscription")),
                ],
                answers: [Operation.Answer(.noContent, Text(zh: "已去掉", en: "Ended"))],
                work: GoodsOperations.telling(signals, NoticePush.end)),
        ]
    }

    private static let tag = "notices"
    private static let own = "/api/v1/estates/{estate}/me/push-subscriptions"
    private static let key = Schema.object(
        "PushKey", [.required("key", .text(87...87, note: "Base64url, 65 bytes"))])
    private static let made = Schema.object("PushSubscriptionMade", [.required("id", .uuid())])
    private static let wanted = Schema.object(
        "PushSubscriptionWanted",
        [
            .required("endpoint", .text(9...2048, note: "https 地址 / An https address")),
            .required(
                "keys",
                .object(
                    "PushKeys",
                    [.required("p256dh", .text(87...87)), .required("auth", .text(22...22))])),
        ])
    private static let list = Schema.object(
        "PushSubscriptions",
        [
            .required(
                "subscriptions",
                .array(
                    .object(
                        "PushSubscription",
                        [.required("id", .uuid()), .required("made_at", .instant())]),
                    count: 0...10))
        ])
}
