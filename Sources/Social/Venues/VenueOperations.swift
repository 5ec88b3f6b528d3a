package import Platform
internal import Realtime

/// The operations of venues: public places that can be booked.
package enum VenueOperations {
    /// All of them; `signals` hears of each commit, so that it goes out live.
    package static func all(signals: EventSignals) -> [Operation] {
        [
            .read(
                list, "listVenues", Text(zh: "可预订的场地、规则和开放时间", en: "Venues, rules and hours"),
                tag: tag, security: .person, parameters: [.estate, .cursor, .limit()],
                answers: [
                    Operation.Answer(.ok, Text(zh: "一页场地", en: "A page"), VenueSchemas.page)
                ]
            ) { call, _ in try await Venues.list(call) },
            .read(
                one, "getVenue", Text(zh: "一个场地", en: "One venue"), tag: tag,
                security: .person, parameters: [.estate, place],
                answers: [Operation.Answer(.ok, Text(zh: "场地", en: "It"), VenueSchemas.venue)]
            ) { call, _ in try await Venues.one(call) },
            .read(
                one + "/bookings", "listVenueBookings",
                Text(
                    zh: "场地何时已被预订；预订人和管理者还能看到是谁、为什么",
                    en: "When a venue is taken; its bookers and officers see by whom and for what"),
                tag: tag, security: .person,
                parameters: [
                    .estate, place, .cursor, .limit(),
                    .query(
                        "from", .instant(),
                        Text(zh: "从何时起；默认现在", en: "From when; now if left out")),
                    .query(
                        "until", .instant(),
                        Text(
                            zh: "到何时止；默认 \(Venues.spanDays) 天后，至多 \(Venues.spanDaysMax) 天",
                            en: "Until when; \(Venues.spanDays) days later if left out, at most "
                                + "\(Venues.spanDaysMax)")),
                ],
                answers: [
                    Operation.Answer(.ok, Text(zh: "一页", en: "A page"), VenueSchemas.bookings)
                ]
            ) { call, _ in try await Venues.bookings(call) },
            .write(
                .put, one, "changeVenue",
                Text(
                    zh: "修改场地规则和开放时间；已有的预订不变",
                    en: "Change rules and hours; what is booked stays booked"), tag: tag,
                security: .person, proof: .forOffice, needsIfMatch: true,
                parameters: [.estate, place],
                body: VenueSchemas.rules,
                answers: [
                    Operation.Answer(.ok, Text(zh: "已修改", en: "Changed"), VenueSchemas.venue)
                ],
                problems: [.mayNotRuleVenue]
            ) { call, _ in
                let response = try await Venues.change(call)
                signals.committed()
                return response
            },
        ]
    }

    private static let tag = "venues"
    private static let list = "/api/v1/estates/{estate}/venues"
    private static let one = list + "/{place}"
    private static let place = Operation.Parameter.path(
        "place", Text(zh: "场地（公共场所）", en: "The venue, a public place"))
}

/// The shapes of what venues send and are sent.
private enum VenueSchemas {
    /// Whom a venue may be open to, as V0056 knows them.
    private static let roles = [
        "resident", "owner", "tenant", "family_elsewhere", "carer", "volunteer", "organiser",
        "stair_leader", "grid_worker", "social_worker", "residents_committee", "owners_committee",
        "property_manager", "duty_guard", "partner_organisation",
    ]

    private static let hours = Schema.Member.required(
        "hours",
        .array(
            .object(
                "OpeningHours",
                [
                    .required(
                        "weekday", .integer(1...7, note: "1 周一 … 7 周日 / 1 Monday … 7 Sunday")),
                    .required("opens", .text(5...5, note: "HH:MM，小区时间 / By the estate's clock")),
                    .required("closes", .text(5...5, note: "HH:MM；一天结束为 24:00 / To 24:00")),
                ]), count: 0...70,
            note: "没有列出的日子不开放 / A weekday without hours is closed"))

    private static let members: [Schema.Member] = [
        .required("setup_minutes", .integer(0...720, note: "使用前的准备 / Before a use")),
        .required("cleaning_minutes", .integer(0...720, note: "使用后的清场 / After a use")),
        .required("lead_minutes", .integer(0...129_600, note: "须提前多久预订 / Booked ahead")),
        .optional(
            "hours_month_max",
            .integer(1...744, note: "每人每月最多几小时；没有则不限 / Most hours a person in a month")),
        .required(
            "open_to",
            .array(
                .choice(roles), count: 1...20,
                note: "谁可以预订；居委会、业委会和物业总可以 / "
                    + "Who may book; committees and the property manager always may")),
        hours,
    ]

    static let rules = Schema.object("VenueRules", members)

    static let venue = Schema.object(
        "Venue",
        [
            .required("place", .uuid()), .required("version", .integer(1...2_147_483_647)),
            .required("code", .text(1...80)), .required("name_zh", .text(1...200)),
            .required("name_en", .text(0...200)),
        ] + members)

    static let page = Schema.object(
        "VenuePage", [.required("venues", .array(venue, count: 0...100))])

    static let bookings = Schema.object(
        "VenueBookings",
        [
            .required("from", .instant()), .required("until", .instant()),
            .required(
                "bookings",
                .array(
                    .object(
                        "VenueBooking",
                        [
                            .required("begins", .instant()), .required("ends", .instant()),
                            .required("busy_from", .instant(note: "含准备 / With set-up")),
                            .required("busy_until", .instant(note: "含清场 / With cleaning")),
                            .optional("id", .uuid(note: "可见者才有 / Where one may know")),
                            .optional("booked_by", .uuid()),
                            .optional("for_kind", .choice(["activity"])),
                            .optional("for", .uuid(note: "活动的那一场 / The occurrence")),
                        ]), count: 0...100)),
        ])
}
