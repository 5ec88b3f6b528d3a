package import Platform
internal import Realtime

/// The operations of how notices leave the house.
package enum NoticeSettingsOperations {
    /// All of them; `signals` hears of each commit, `channels` know who may report.
    package static func all(signals: EventSignals, channels: NoticeChannels?) -> [Operation] {
        [
            .read(
                own, "getNoticeSettings",
                Text(
                    zh: "我的通知设置：渠道、安静时段、每日汇总、没读时怎么办",
                    en:
                        "How one is told: channels, quiet hours, digest, and what follows when unread"
                ),
                tag: tag, security: .person, parameters: [.estate],
                answers: [Operation.Answer(.ok, Text(zh: "设置", en: "They"), shown)]
            ) { call, _ in try await NoticeSettings.own(call) },
            .write(
                .put, own, "setNoticeSettings",
                Text(zh: "设定怎么通知我；没写的用默认", en: "Set them; what is left out is as if unset"),
                tag: tag, security: .person, parameters: [.estate], body: wanted,
                answers: [Operation.Answer(.noContent, Text(zh: "已设定", en: "Set"))],
                work: GoodsOperations.telling(signals, NoticeSettings.set)),
            .read(
                failed, "listFailedDeliveries",
                Text(
                    zh: "居委会和社工看送不到的通知，最新的在前；看不到内容，留痕",
                    en: "What could not be delivered, without what it said; it is logged"),
                tag: tag, security: .person, proof: .forOffice,
                parameters: [.estate, .cursor, .limit()],
                answers: [Operation.Answer(.ok, Text(zh: "一页", en: "A page"), page)]
            ) { call, _ in try await NoticeSettings.failed(call) },
            .write(
                .post, failed + "/{delivery}/retry", "retryDelivery",
                Text(zh: "再发一次", en: "Try to deliver it again"), tag: tag, security: .person,
                proof: .forOffice,
                parameters: [.estate, .path("delivery", Text(zh: "哪一条", en: "The delivery"))],
                answers: [Operation.Answer(.noContent, Text(zh: "会再发", en: "It will be"))],
                work: GoodsOperations.telling(signals, NoticeSettings.retry)),
            .write(
                .post, "/api/v1/sms-reports", "reportTexts",
                Text(
                    zh: "短信网关报送达回执（docs/notifications.md）",
                    en: "The gateway of texts reports what became of them"),
                tag: tag, security: .open,
                repetition: .exempt(
                    because: "a report that was made changes nothing when made again"),
                body: reports,
                answers: [Operation.Answer(.noContent, Text(zh: "已收到", en: "Received"))],
                problems: [.reportRefused]
            ) { call, _ in try await NoticeSettings.report(call, channels?.reportSecret) },
        ]
    }

    private static let tag = "notices"
    private static let own = "/api/v1/estates/{estate}/me/notice-settings"
    private static let failed = "/api/v1/estates/{estate}/failed-deliveries"

    private static let minute: Schema = .integer(
        0...1439, note: "一天里的第几分钟 / A minute of the day")
    private static let quiet: Schema = .choice(
        ["estate", "own", "none"], note: "用小区的、自己的，或不要 / The estate's, one's own, or none")
    private static let chain: Schema = .choice(
        ["auto", "on", "off"],
        note: "没读时接着发短信、告诉代办人；auto：长者才这样 / "
            + "What is unread goes on by SMS and to delegates; auto: for elders")
    private static let smsAfter: Schema = .integer(
        5...1440, note: "多少分钟没读就发短信 / Minutes until an SMS")
    private static let delegateAfter: Schema = .integer(
        5...2880, note: "多少分钟没读就告诉代办人 / Minutes until delegates are told")
    private static let preferences: Schema = .array(
        .object(
            "NoticePreference",
            [
                .required(
                    "topic", .text(1...64, note: "通知代码、它的第一段，或 * / A kind, its first word, or *")),
                .required("channel", .choice(["sms", "email", "push"])),
                .required(
                    "wanted",
                    .choice(
                        ["at_once", "digest", "never"], note: "马上、每日汇总、不要 / At once, daily, never")),
            ]), count: 0...200)

    private static let wanted = Schema.object(
        "NoticeSettingsWanted",
        [
            .optional("quiet", quiet), .optional("quiet_begins", minute),
            .optional("quiet_ends", minute), .optional("digest_minute", minute),
            .optional("chain", chain), .optional("sms_after", smsAfter),
            .optional("delegate_after", delegateAfter), .optional("preferences", preferences),
        ])
    private static let shown = Schema.object(
        "NoticeSettings",
        [
            .required("quiet", quiet), .required("quiet_begins", minute),
            .required("quiet_ends", minute), .required("digest_minute", minute),
            .required("chain", chain),
            .required("is_chained", .bool(note: "现在是否这样 / Whether that is so now")),
            .required("sms_after", smsAfter), .required("delegate_after", delegateAfter),
            .required("preferences", preferences),
        ])
    private static let page = Schema.object(
        "FailedDeliveryPage",
        [
            .required(
                "deliveries",
                .array(
                    .object(
                        "FailedDelivery",
                        [
                            .required("id", .uuid()), .required("person", .uuid()),
                            .required("name", .text(1...200)),
                            .required("channel", .choice(["sms", "email", "push"])),
                            .required("urgency", .choice(["alarm", "pressing", "plain"])),
                            .required(
                                "state",
                                .choice(
                                    ["dead", "undelivered"],
                                    note: "放弃了；网关说没送到 / Given up; reported as not delivered")),
                            .optional(
                                "outcome", .text(1...40, note: "代码 / A code: what went wrong")),
                            .required("attempts", .integer(0...1000)),
                            .required("made_at", .instant()),
                            .required("settled_at", .instant()),
                        ]), count: 0...100))
        ])
    private static let reports = Schema.object(
        "TextReports",
        [
            .required(
                "reports",
                .array(
                    .object(
                        "TextReport",
                        [
                            .required("id", .text(1...100, note: "{id}，原样 / As it was sent")),
                            .required("state", .choice(["delivered", "undelivered"])),
                        ]), count: 1...500))
        ])
}
