package import Platform
internal import Realtime

/// The operations of announcements, and the list of estates that a visitor chooses from.
package enum AnnouncementOperations {
    /// All of them; `signals` hears of each commit, so that it goes out live.
    package static func all(signals: EventSignals) -> [Operation] { reads + writes(signals) }

    private static let tag = "announcements"
    private static let list = "/api/v1/estates/{estate}/announcements"
    private static let one = list + "/{announcement}"
    private static let id = Operation.Parameter.path(
        "announcement", Text(zh: "公告", en: "The announcement"))
    private static let page = [
        Operation.Parameter.estate, .cursor, .limit(),
    ]

    private static let reads: [Operation] = [
        .read(
            "/api/v1/estates", "listEstates", Text(zh: "小区名录", en: "The estates by name"),
            tag: "estates", security: .open, parameters: [.cursor, .limit()],
            answers: [answer(Text(zh: "小区", en: "Estates"), AnnouncementSchemas.estates)]
        ) { call, _ in try await Announcements.estates(call) },
        .read(
            list, "listAnnouncements",
            Text(zh: "我能看到的公告；未登录只有公开的", en: "What one may read; a visitor what is public"),
            tag: tag, security: .open,
            parameters: page + [
                .query(
                    "state", .choice(["live", "all"]),
                    Text(
                        zh: "all：发布者也看未开始、已结束和已撤回的",
                        en: "all: publishers also see what is not live"))
            ],
            answers: [answer(Text(zh: "一页公告", en: "A page"), AnnouncementSchemas.page)],
            problems: [.unauthenticated]
        ) { call, _ in try await Announcements.list(call) },
        .read(
            one, "getAnnouncement", Text(zh: "一则公告及其更正记录", en: "One, with its history"),
            tag: tag, security: .open, parameters: [.estate, id],
            answers: [
                answer(Text(zh: "公告", en: "The announcement"), AnnouncementSchemas.withHistory)
            ], problems: [.unauthenticated]
        ) { call, _ in try await Announcements.one(call) },
        .read(
            one + "/readers", "countAnnouncementReaders",
            Text(zh: "有多少户读过；发布者可见", en: "How many households read it, for publishers"),
            tag: tag, security: .person, proof: .forOffice, parameters: [.estate, id],
            answers: [answer(Text(zh: "已读统计", en: "Counts"), AnnouncementSchemas.readers)]
        ) { call, _ in try await Announcements.readers(call) },
        .read(
            "/api/v1/estates/{estate}/inbox", "getInbox",
            Text(
                zh: "我（或委托人）在本小区未读的公告",
                en: "What the person, or whom it acts for, has not read in the estate"), tag: tag,
            security: .person, delegation: .announcements, parameters: page,
            answers: [answer(Text(zh: "一页未读", en: "A page"), AnnouncementSchemas.page)]
        ) { call, _ in try await Announcements.inbox(call) },
        .read(
            "/api/v1/me/inbox", "getAccountInbox",
            Text(zh: "我在所有小区未读的公告", en: "What the account has not read, in all its estates"),
            tag: tag, security: .account, parameters: [.cursor, .limit()],
            answers: [answer(Text(zh: "一页未读", en: "A page"), AnnouncementSchemas.inbox)]
        ) { call, _ in try await AccountInbox.page(call) },
    ]

    private static func writes(_ signals: EventSignals) -> [Operation] {
        [
            .write(
                .post, list, "publishAnnouncement", Text(zh: "发布公告", en: "Publish"), tag: tag,
                security: .person, proof: .forOffice, parameters: [.estate],
                body: AnnouncementSchemas.draft,
                answers: [
                    Operation.Answer(
                        .created, Text(zh: "已发布", en: "Published"), AnnouncementSchemas.announcement
                    )
                ], problems: [.mayNotAnnounce]
            ) { call, _ in try await telling(signals, call, Announcements.publish) },
            .write(
                .put, one, "correctAnnouncement",
                Text(zh: "更正公告；原文留存", en: "Correct it; what it said is kept"), tag: tag,
                security: .person, proof: .forOffice, needsIfMatch: true,
                parameters: [.estate, id],
                body: AnnouncementSchemas.correction,
                answers: [
                    answer(Text(zh: "已更正", en: "Corrected"), AnnouncementSchemas.announcement)
                ],
                problems: [.announcementWithdrawn]
            ) { call, _ in try await telling(signals, call, Announcements.correct) },
            .write(
                .post, one + "/withdrawal", "withdrawAnnouncement",
                Text(zh: "撤回公告", en: "Withdraw it"), tag: tag, security: .person,
                proof: .forOffice, parameters: [.estate, id], body: AnnouncementSchemas.withdrawal,
                answers: [
                    answer(Text(zh: "已撤回", en: "Withdrawn"), AnnouncementSchemas.announcement)
                ],
                problems: [.announcementWithdrawn]
            ) { call, _ in try await telling(signals, call, Announcements.withdraw) },
            .write(
                .put, one + "/receipt", "receiveAnnouncement",
                Text(
                    zh: "标为已读；可代委托人标记",
                    en: "Mark it as read, for oneself or for whom one acts"), tag: tag,
                security: .person, delegation: .announcements, parameters: [.estate, id],
                answers: [Operation.Answer(.noContent, Text(zh: "已记下", en: "Noted"))]
            ) { call, _ in try await telling(signals, call, Announcements.receive) },
        ]
    }

    /// Does it, and says that the log has something new.
    private static func telling(
        _ signals: EventSignals, _ call: Call, _ work: (Call) async throws -> Response
    ) async throws -> Response {
        let response = try await work(call)
        signals.committed()
        return response
    }

    private static func answer(_ note: Text, _ schema: Schema) -> Operation.Answer {
        Operation.Answer(.ok, note, schema)
    }
}

/// The shapes of what announcements send and are sent.
private enum AnnouncementSchemas {
    private static let body = Schema.text(1...4000, isMultiline: true)
    private static let bodyEn = Schema.text(1...8000, isMultiline: true)

    private static let wording: [Schema.Member] = [
        .required("title_zh", .text(1...120)), .required("body_zh", body),
        .optional("title_en", .text(1...240)), .optional("body_en", bodyEn),
    ]
    private static let term: [Schema.Member] = [
        .required("begins", .instant()),
        .required("ends", .instant(note: "到此刻失效 / It is over at this instant")),
        .required("is_pinned", .bool()),
    ]
    private static let termWanted: [Schema.Member] = [
        .optional("begins", .instant(note: "默认立即 / At once if left out")),
        .required("ends", .instant(note: "到此刻失效 / It is over at this instant")),
        .optional("is_pinned", .bool()),
    ]
    private static let audience = Schema.Member.required(
        "audience",
        .array(
            .object(
                "Addressee",
                [
                    .required("kind", .choice(["everyone", "estate", "place", "role"])),
                    .optional("place", .uuid(note: "楼栋或门牌 / A building or a stair")),
                    .optional("role", .choice(Addressee.roles)),
                ]), count: 1...20))

    static let draft = Schema.object("AnnouncementDraft", [audience] + wording + termWanted)
    static let correction = Schema.object("AnnouncementCorrection", wording + termWanted)
    static let withdrawal = Schema.object(
        "AnnouncementWithdrawal",
        [.required("because", .text(1...400, note: "撤回原因 / The reason"))])

    private static let members: [Schema.Member] =
        [.required("id", .uuid()), .required("version", .integer(1...2_147_483_647)), audience]
        + wording + term + [
            .required("published_at", .instant()), .required("published_as", .text(1...40)),
            .required("changed_at", .instant()), .optional("withdrawn_at", .instant()),
            .optional("withdrawn_because", .text(1...400)),
        ]

    static let announcement = Schema.object("Announcement", members)

    static let page = Schema.object(
        "AnnouncementPage",
        [
            .required(
                "announcements",
                .array(
                    .object("ListedAnnouncement", members + [.required("is_read", .bool())]),
                    count: 0...100))
        ])

    static let inbox = Schema.object(
        "AccountInbox",
        [
            .required(
                "announcements",
                .array(
                    .object("InboxAnnouncement", members + [.required("estate", .uuid())]),
                    count: 0...100)),
            .required(
                "estates",
                .array(
                    .object(
                        "EstateUnread",
                        estateName + [.required("unread", .integer(0...AccountUnread.countMax))]),
                    count: 0...10_000, note: "每个小区最多数到 1000 / Counted up to 1000 in each")),
            count("unread"),
        ])

    static let withHistory = Schema.object(
        "AnnouncementWithHistory",
        [
            .required("announcement", announcement),
            .required(
                "history",
                .array(
                    .object(
                        "AnnouncementVersion",
                        [.required("version", .integer(1...2_147_483_647))] + wording + term
                            + [.required("changed_at", .instant())]), count: 0...50)),
        ])

    private static func count(_ name: String) -> Schema.Member {
        .required(name, .integer(0...9_007_199_254_740_991))
    }

    private static func hidden(_ name: String) -> Schema.Member {
        .optional(
            name,
            .integer(
                0...9_007_199_254_740_991,
                note: "不满五的，非居委会、楼组长看不到 / Left out below five, but for the residents' "
                    + "committee and the stair leader"))
    }

    static let readers = Schema.object(
        "AnnouncementReaders",
        [
            count("version"), hidden("persons"), hidden("households_read"),
            hidden("households_current"), hidden("households_addressed"),
        ])

    static let estates = Schema.object(
        "Estates",
        [
            .required(
                "estates",
                .array(
                    .object("EstateName", estateName), count: 0...100))
        ])

    private static let estateName: [Schema.Member] = [
        .required("id", .uuid()), .required("code", .text(1...80)),
        .required("name_zh", .text(1...200)), .required("name_en", .text(0...200)),
    ]
}
