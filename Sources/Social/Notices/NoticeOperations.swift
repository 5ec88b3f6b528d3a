package import Platform
internal import Realtime

/// The operations of what a person is told.
package enum NoticeOperations {
    /// All of them; `signals` hears of each commit, so that it goes out live.
    package static func all(signals: EventSignals) -> [Operation] {
        all(signals: signals, titles: [])
    }

    /// All of them, with what features know to name.
    static func all(signals: EventSignals, titles: [NoticeTitles]) -> [Operation] {
        [
            .read(
                list, "listNotices",
                Text(
                    zh: "我（或委托人）收到的通知，最新的在前",
                    en: "What the person, or whom it acts for, was told; the latest first"),
                tag: tag, security: .person, delegation: .activities,
                parameters: [
                    .estate, .cursor, .limit(),
                    .query(
                        "state", .choice(["unread", "all"]),
                        Text(zh: "unread：只要未读的", en: "unread: only what is not read")),
                ],
                answers: [Operation.Answer(.ok, Text(zh: "一页通知", en: "A page"), page)]
            ) { call, _ in try await Notices.list(call, titles) },
            .write(
                .put, list + "/{notice}/receipt", "receiveNotice",
                Text(zh: "标为已读；可代委托人标记", en: "Mark it as read, for oneself or another"),
                tag: tag, security: .person, delegation: .activities,
                parameters: [.estate, .path("notice", Text(zh: "通知", en: "The notice"))],
                answers: [Operation.Answer(.noContent, Text(zh: "已记下", en: "Noted"))]
            ) { call, _ in
                let response = try await Notices.receive(call)
                signals.committed()
                return response
            },
            .write(
                .post, list + "/receipts", "receiveNotices",
                Text(
                    zh: "把这一条及更早的都标为已读；一次最多 1000 条",
                    en: "Mark this and all earlier ones as read, 1000 at a time"),
                tag: tag, security: .person, delegation: .activities, parameters: [.estate],
                body: receipts,
                answers: [Operation.Answer(.ok, Text(zh: "已记下", en: "Noted"), received)]
            ) { call, _ in
                let response = try await Notices.receiveAll(call)
                signals.committed()
                return response
            },
        ]
    }

    private static let tag = "notices"
    private static let list = "/api/v1/estates/{estate}/notices"

    private static let receipts = Schema.object(
        "NoticeReceipts",
        [.required("until", .uuid(note: "标到这一条为止 / The latest of those to mark"))])
    private static let received = Schema.object(
        "NoticesReceived",
        [
            .required("read", .integer(0...ReceiveNotices.countMax)), unread,
        ])
    private static let unread = Schema.Member.required(
        "unread",
        .integer(0...UnreadNotices.countMax, note: "最多数到 1000 / Counted up to 1000"))

    private static let page = Schema.object(
        "NoticePage",
        [
            .required(
                "notices",
                .array(
                    .object(
                        "Notice",
                        [
                            .required("id", .uuid(note: "即事件的 id / That of its event")),
                            .required(
                                "kind", .text(1...64, note: "代码 / A code, as reservation.offered")),
                            .required(
                                "subject",
                                .object(
                                    "NoticeSubject",
                                    [
                                        .required("kind", .text(1...40)),
                                        .required("id", .uuid()),
                                    ], note: "点开去哪里 / What it leads to")),
                            .required("text_zh", .text(1...1000)),
                            .required("text_en", .text(1...1000)),
                            .required(
                                "details",
                                .anyObject(note: "编号、代码和时刻 / Ids, codes and instants")),
                            .required("at", .instant()), .optional("read_at", .instant()),
                        ]), count: 0...100)),
            unread,
        ])
}
