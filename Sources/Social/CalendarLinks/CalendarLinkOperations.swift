package import Platform
internal import Realtime

/// The operations of calendar links, and the calendars at their addresses.
package enum CalendarLinkOperations {
    /// All of them; `signals` hears of each commit, so that it goes out live.
    package static func all(signals: EventSignals) -> [Operation] {
        [
            .read(
                list, "listCalendarLinks",
                Text(zh: "我的日历链接（不含地址）", en: "The person's calendar links, without addresses"),
                tag: tag, security: .person, parameters: [.estate],
                answers: [Operation.Answer(.ok, Text(zh: "链接", en: "The links"), links)]
            ) { call, _ in try await CalendarLinks.list(call) },
            write(
                signals, .post, list, "makeCalendarLink",
                Text(
                    zh: "新建日历链接，供日历软件订阅；地址只显示这一次，凭它就能看到内容，请勿转发",
                    en: "Make a link for a calendar program; its address is shown this once, and "
                        + "opens the calendar to whoever has it"),
                [.estate], wanted,
                Operation.Answer(.created, Text(zh: "已新建", en: "Made"), made),
                [.calendarLinksMax], CalendarLinks.make),
            write(
                signals, .delete, list + "/{link}", "revokeCalendarLink",
                Text(zh: "停用日历链接，立即生效", en: "Revoke it: it opens nothing from now on"),
                [.estate, .path("link", Text(zh: "日历链接", en: "The link"))], nil,
                Operation.Answer(.noContent, Text(zh: "已停用", en: "Revoked")), [],
                CalendarLinks.revoke),
            .read(
                CalendarFeed.folder + "/{file}", "readCalendar",
                Text(
                    zh: "按日历链接读取的日历（RFC 5545），不需要登录",
                    en: "The calendar of a link (RFC 5545), without a session"),
                tag: tag, security: .open,
                parameters: [
                    .path(
                        "file",
                        .text(47...47, note: "43 个字符的密钥加 .ics / The secret's 43 characters, .ics"),
                        Text(zh: "日历链接的最后一段", en: "The last part of the link's address"))
                ],
                answers: [
                    Operation.Answer(
                        .ok, Text(zh: "iCalendar 日历", en: "The calendar"),
                        mediaType: CalendarFeed.mediaType)
                ], isPersonal: false
            ) { call, shard in try await CalendarFeed.read(call, on: shard) },
        ]
    }

    private static let tag = "calendar"
    private static let list = "/api/v1/estates/{estate}/calendar-links"

    private static func write(
        _ signals: EventSignals, _ method: Method, _ template: String, _ id: String,
        _ summary: Text, _ parameters: [Operation.Parameter], _ body: Schema?,
        _ answer: Operation.Answer, _ problems: [ProblemKind],
        _ work: @escaping @Sendable (Call) async throws -> Response
    ) -> Operation {
        .write(
            method, template, id, summary, tag: tag, security: .person, parameters: parameters,
            body: body, answers: [answer], problems: problems
        ) { call, _ in
            let response = try await work(call)
            signals.committed()
            return response
        }
    }

    private static let kind = Schema.choice(
        CalendarKind.allCases.map(\.rawValue),
        note: "personal：与我有关的；estate：我能看到的；venue：场地占用 / What concerns me; what I may see; "
            + "when a venue is taken")
    private static let place = Schema.Member.optional(
        "place", .uuid(note: "venue 的场地 / The venue, of kind venue alone"))

    private static let wanted = Schema.object(
        "CalendarLinkWanted", [.required("kind", kind), place])

    private static let link: [Schema.Member] = [
        .required("id", .uuid()), .required("kind", kind), place,
        .required("created_at", .instant()),
    ]

    private static let made = Schema.object(
        "CalendarLinkMade",
        link + [.required("url", .text(1...600, note: "只显示一次 / Shown once"))])

    private static let links = Schema.object(
        "CalendarLinks",
        [
            .required(
                "links",
                .array(
                    .object(
                        "CalendarLink",
                        link + [
                            .optional(
                                "last_fetched_on",
                                .text(
                                    10...10,
                                    note: "最近读取的日子（UTC） / The day it was last read (UTC)"))
                        ]), count: 0...Int(CalendarLinks.liveMax)))
        ])
}
