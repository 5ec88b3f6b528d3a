internal import Platform

/// The shapes of what activities send and are sent.
enum ActivitySchemas {
    private static let local = Schema.text(
        16...16, note: "小区当地时间，如 2026-09-01T19:00 / A time on the estate's clock")
    private static let because = Schema.text(
        1...400, note: "原因，会告诉有关的人 / The reason, told to all concerned")
    private static let minutes = Schema.integer(0...43_200)

    private static let audience = Schema.Member.required(
        "audience",
        .array(
            .object(
                "Invited",
                [
                    .required("kind", .choice(["everyone", "estate", "place", "role"])),
                    .optional("place", .uuid(note: "楼栋或门牌 / A building or a stair")),
                    .optional("role", .choice(Addressee.roles)),
                ]), count: 1...20))

    private static let words: [Schema.Member] = [
        .required("title_zh", .text(1...120)),
        .required("body_zh", .text(1...4000, isMultiline: true)),
        .optional("title_en", .text(1...240)),
        .optional("body_en", .text(1...8000, isMultiline: true)),
    ]
    private static let place: [Schema.Member] = [
        .optional("place", .uuid(note: "本小区的地点 / A place of the estate")),
        .optional("place_text", .text(1...200, note: "不是本小区的地点时用文字 / In words")),
    ]
    private static let notes: [Schema.Member] = [
        .optional("cost_note", .text(1...400)), .optional("bring", .text(1...400)),
        .optional("accessibility_note", .text(1...400)),
    ]
    private static let series: [Schema.Member] = [
        .optional(
            "rrule",
            .text(1...256, note: "RFC 5545 的 RRULE，须有 COUNT 或 UNTIL / With COUNT or UNTIL")),
        .optional("days", .choice(DayRule.allCases.map(\.rawValue))),
        .optional("exdates", .array(local, count: 0...400)),
    ]
    private static let seats = Schema.array(
        .object(
            "ActivitySeats",
            [
                .required("kind", .choice(ActivityCodes.seats)),
                .required("total", .integer(1...10_000)),
                .optional("cancel_minutes", minutes),
            ]), count: 1...5)
    private static let plan: [Schema.Member] =
        [.optional("overall", .integer(1...10_000, note: "各类合计最多 / Most over all kinds"))]
        + giving
    private static let giving: [Schema.Member] = [
        .optional("offer_minutes", .integer(5...10_080)),
        .optional("waiting_max", .integer(0...1000)),
        .optional("opens_minutes", .integer(1...1_051_200)),
        .optional("closes_minutes", .integer(0...525_600)),
    ]
    private static let kinds: [Schema.Member] = [
        .required("kind", .choice(ActivityCodes.kinds)),
        .optional("meant_for", .choice(ActivityCodes.meantFor)),
        .optional(
            "accessibility", .array(.choice(ActivityCodes.accessibility), count: 0...16)),
    ]
    private static let said: [Schema.Member] =
        [audience] + kinds + words + place + notes
        + [.required("starts", local), .required("ends", local)] + series
        + [.required("seats", seats)] + plan

    static let draft = Schema.object("ActivityDraft", said)
    static let edit = Schema.object("ActivityEdit", said + vanishing)

    private static let vanishing: [Schema.Member] = [
        .optional("cancels", .bool(note: "有人报名的场次也可取消 / Meetings with guests may vanish")),
        .optional("because", because),
    ]

    static let occurrenceEdit = Schema.object(
        "OccurrenceEdit",
        [
            .required("scope", .choice(["one", "following"])),
            .optional("title_zh", .text(1...120)),
            .optional("body_zh", .text(1...4000, isMultiline: true)),
            .optional("title_en", .text(1...240)),
            .optional("body_en", .text(1...8000, isMultiline: true)),
            .optional("starts", local), .optional("ends", local),
        ] + place + [.optional("rrule", .text(1...256, note: "只用于 following / following only"))]
            + giving + [
                .optional(
                    "cancel_minutes",
                    .integer(
                        0...43_200,
                        note: "各类名额；与候补、报名时间的设置一样只用于 following / Of every kind; "
                            + "as all of how seats are given, following only"))
            ] + vanishing)

    static let cancellation = Schema.object("ActivityCancellation", [.required("because", because)])
    static let organiser = Schema.object("ActivityOrganiser", [.required("person", .uuid())])
    static let successor = Schema.object(
        "ActivitySuccessor", [.required("person", .uuid()), .required("because", because)])
    static let capacity = Schema.object(
        "OccurrenceCapacity",
        [
            .required(
                "seats",
                .array(
                    .object(
                        "SeatTotal",
                        [
                            .required("kind", .choice(ActivityCodes.seats)),
                            .required("total", .integer(0...10_000)),
                        ]), count: 1...5)),
            .optional("overall", .integer(1...10_000)),
            .optional("leaving", .array(.uuid(), count: 0...100)),
            .optional("because", because),
        ])

    // MARK: Answers

    private static let version = Schema.Member.required("version", .integer(1...2_147_483_647))
    private static let shown: [Schema.Member] =
        [
            .required("id", .uuid()), version,
            .required("state", .choice(["draft", "published", "cancelled"])),
            .optional(
                "visibility",
                .choice(
                    ["held", "hidden", "unlisted"],
                    note: "待审核、已隐藏、不进列表；没有则公开 / Kept back; visible if left out")),
        ] + said + [
            .optional("organiser", .uuid()),
            .required("organisers", .array(.uuid(), count: 0...10)),
            .optional(
                "organiser_names",
                .array(
                    .text(1...80), count: 0...10,
                    note: "与 organisers 同序；未登录不给出 / In the order of organisers; not for a visitor")),
            .optional("handed_over_because", .text(1...400)),
            .optional("published_at", .instant()), .required("changed_at", .instant()),
            .optional("cancelled_at", .instant()), .optional("cancelled_because", .text(1...400)),
            .optional("split_from", .uuid()),
        ]
    private static let activity = Schema.object("Activity", shown)

    private static let clash = Schema.object(
        "Clash",
        [.required("occurrence", .uuid()), .required("person", .uuid())],
        note: "改期后与本人另一安排冲突，名额仍保留 / Has something else then; keeps the place")

    private static let outcome: [Schema.Member] = [
        .optional("occurrences", .integer(0...400, note: "新排的场次 / Meetings laid down")),
        .optional("moved", .array(.uuid(), count: 0...1000)),
        .optional("cancelled", .array(.uuid(), count: 0...1000)),
        .optional("clashes", .array(clash, count: 0...1000)),
        .optional(
            "years_unknown",
            .array(
                .integer(1...9999), count: 0...4,
                note: "放假安排未公布的年份 / Years whose holidays are not known yet")),
    ]

    static let changed = Schema.object(
        "ChangedActivity", [.required("activity", activity)] + outcome)

    static let one = Schema.object(
        "ActivityWithOccurrences",
        [
            .required("activity", activity),
            .required("occurrences", .array(occurrence, count: 0...50)),
        ])

    static let own = Schema.object(
        "OwnActivities", [.required("activities", .array(activity, count: 0...100))])

    static let occurrence = Schema.object(
        "Occurrence",
        [
            .required("id", .uuid()), .required("activity", .uuid()), version,
            .required("recurrence", local), .required("begins", .instant()),
            .required("ends", .instant()), .required("state", .choice(["scheduled", "cancelled"])),
            .required("kind", .choice(ActivityCodes.kinds)),
        ] + words + place + placeName + [
            .required(
                "overrides", .array(.choice(["words", "place", "time", "seats"]), count: 0...4)),
            .required("sequence", .integer(0...2_147_483_647)),
            .required("opens_at", .instant()), .required("closes_at", .instant()),
            .required(
                "seats",
                .array(
                    .object(
                        "FreeSeats",
                        [
                            .required("kind", .choice(ActivityCodes.seats)),
                            .required("total", .integer(0...10_000)),
                            .required("free", .integer(0...10_000)),
                        ]), count: 1...12)),
            .optional("overall", .integer(0...10_000)),
            .required("waiting", .integer(0...10_000)), .required("changed_at", .instant()),
            .optional("cancelled_at", .instant()), .optional("cancelled_because", .text(1...400)),
            .optional("mine", mine),
        ])
    private static let placeName: [Schema.Member] = [
        .optional("place_name_zh", .text(1...200)), .optional("place_name_en", .text(1...200)),
    ]
    private static let mine = Schema.object(
        "OwnReservation",
        [
            .required("reservation", .uuid()),
            .required("state", .choice(["waiting", "offered", "held", "confirmed"])),
        ], note: "我（或委托人）在这一场的报名 / The person's own, or that of whom it acts for")

    /// Of one meeting; or of the activity, when all that follow were changed.
    static let edited = Schema.object(
        "EditedOccurrence",
        [.optional("occurrence", occurrence), .optional("activity", activity)] + outcome)

    static let page = Schema.object(
        "OccurrencePage", [.required("occurrences", .array(occurrence, count: 0...100))])
}
