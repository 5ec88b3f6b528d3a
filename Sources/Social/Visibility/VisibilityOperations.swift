package import Platform
internal import Realtime

/// The operations of one's own visibility.
package enum VisibilityOperations {
    /// Both; `signals` hears of each commit, so that it goes out live.
    package static func all(signals: EventSignals) -> [Operation] {
        [
            .read(
                page, "showVisibility",
                Text(
                    zh: "我在哪里可见：日历链接、登录、认得的设备、通行密钥、委托、监护人、谁查阅过档案",
                    en: "Where one is visible: calendar links, sessions, known devices, passkeys, "
                        + "delegations, guardians, and who read one's record lately"),
                tag: "safety", security: .person, parameters: [.estate],
                answers: [Operation.Answer(.ok, Text(zh: "一页看全", en: "All on one page"), shown)]
            ) { call, _ in try await Visibility.show(call) },
            .write(
                .post, page + "/revocation", "revokeVisibility",
                Text(
                    zh: "一次收回：停用我的日历链接，结束其他登录，忘掉设备，终止别人为我代办；通行密钥不动",
                    en: "Take all of it back at once: the calendar links, other sessions, known "
                        + "devices, and delegations to act for one; passkeys stay"),
                tag: "safety", security: .person, parameters: [.estate],
                answers: [
                    Operation.Answer(.ok, Text(zh: "各收回了多少", en: "How many of each"), counts)
                ]
            ) { call, _ in
                let response = try await Visibility.revoke(call)
                signals.committed()
                return response
            },
        ]
    }

    private static let page = "/api/v1/estates/{estate}/me/visibility"
    private static let day = Schema.text(10...10, note: "日子（UTC） / A day (UTC)")

    private static let link = Schema.object(
        "VisibleLink",
        [
            .required("id", .uuid()),
            .required("kind", .choice(CalendarKind.allCases.map(\.rawValue))),
            .optional("place", .uuid()), .required("created_at", .instant()),
            .optional("last_fetched_on", day),
        ])
    private static let session = Schema.object(
        "VisibleSession",
        [
            .required("id", .uuid()), .required("device", .text(0...120)),
            .required("created_at", .instant()), .required("last_seen_on", day),
            .optional("proved_by", .text(1...40)), .required("is_current", .bool()),
        ])
    private static let device = Schema.object(
        "VisibleDevice",
        [
            .required("id", .uuid()), .required("label", .text(0...120)),
            .required("created_at", .instant()), .required("expires_at", .instant()),
            .required("is_proof", .bool()),
        ])
    private static let passkey = Schema.object(
        "VisiblePasskey",
        [
            .required("id", .uuid()), .required("label", .text(0...120)),
            .required("created_at", .instant()), .optional("last_used_on", day),
        ])
    private static let delegation = Schema.object(
        "VisibleDelegation",
        [
            .required("id", .uuid()), .required("doer", .uuid()),
            .required("beneficiary", .uuid()),
            .required("scope", .array(.text(1...40), count: 1...32)),
            .required("begins", .instant()), .required("ends", .instant()),
        ])
    private static let guardian = Schema.object(
        "VisibleGuardian",
        [.required("person", .uuid()), .required("display_name", .text(1...80))])
    private static let reader = Schema.object(
        "VisibleReader",
        [
            .required("person", .uuid()), .required("display_name", .text(1...80)),
            .required("role", .text(1...40)), .required("kind", .text(1...40)),
            .required("purpose", .text(1...40)), .required("at", .instant()),
        ])
    private static let shown = Schema.object(
        "VisibilityPage",
        [
            .required("calendar_links", .array(link, count: 0...100)),
            .required("sessions", .array(session, count: 0...200)),
            .required("devices", .array(device, count: 0...200)),
            .required("passkeys", .array(passkey, count: 0...100)),
            .required("delegations", .array(delegation, count: 0...200)),
            .required("guardians", .array(guardian, count: 0...20)),
            .required("readers", .array(reader, count: 0...100)),
        ])
    private static let counts = Schema.object(
        "VisibilityRevoked",
        ["calendar_links", "sessions", "devices", "delegations"].map {
            .required($0, .integer(0...1_000_000))
        })
}
