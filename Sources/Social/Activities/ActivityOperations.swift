package import Platform
internal import Realtime

/// The operations of activities and their meetings, as organisers and readers have them.
package enum ActivityOperations {
    /// All of them; `signals` hears of each commit, so that it goes out live, and the keyring opens
    /// days of birth, since who organises is of age.
    package static func all(signals: EventSignals, keyring: Keyring) -> [Operation] {
        reads + writes(signals, keyring) + organisers(signals, keyring)
            + occurrenceWrites(signals)
    }

    static let tag = "activities"
    static let list = "/api/v1/estates/{estate}/activities"
    static let one = list + "/{activity}"
    static let occurrences = "/api/v1/estates/{estate}/occurrences"
    static let occurrence = occurrences + "/{occurrence}"
    static let id = Operation.Parameter.path("activity", Text(zh: "活动", en: "The activity"))
    static let occurrenceID = Operation.Parameter.path(
        "occurrence", Text(zh: "一场活动", en: "One meeting of an activity"))

    private static let window: [Operation.Parameter] = [
        .estate, .cursor, .limit(),
        .query("from", .instant(), Text(zh: "从何时起，默认现在", en: "From then; now if left out")),
        .query(
            "until", .instant(),
            Text(zh: "到何时为止，默认两个月后", en: "Until then; two months on if left out")),
        .query("place", .uuid(), Text(zh: "只要这个地点的", en: "Only at this place")),
        .query("kind", .choice(ActivityCodes.kinds), Text(zh: "只要这一类", en: "Only of this kind")),
    ]

    private static let reads: [Operation] = [
        .read(
            list, "listOwnActivities",
            Text(zh: "我组织的活动，含草稿", en: "What the person organises, drafts too"), tag: tag,
            security: .person, parameters: [.estate, .cursor, .limit()],
            answers: [answer(Text(zh: "一页活动", en: "A page"), ActivitySchemas.own)]
        ) { call, _ in try await Activities.own(call) },
        .read(
            one, "getActivity",
            Text(zh: "一个活动和接下来的 50 场", en: "One activity with its next 50 meetings"), tag: tag,
            security: .open, parameters: [.estate, id],
            answers: [answer(Text(zh: "活动", en: "The activity"), ActivitySchemas.one)],
            problems: [.unauthenticated]
        ) { call, _ in try await Activities.one(call) },
        .read(
            one + "/qr.svg", "getActivityCode",
            Text(zh: "活动页面的二维码，可印在海报上", en: "The QR code of its page, for a poster"),
            tag: tag, security: .open, parameters: [.estate, id],
            answers: [
                Operation.Answer(
                    .ok, Text(zh: "SVG 图", en: "An SVG image"), mediaType: "image/svg+xml")
            ], problems: [.unauthenticated]
        ) { call, _ in try await Activities.code(call) },
        .read(
            occurrences, "listOccurrences",
            Text(
                zh: "我能看到的各场活动，按时间；未登录只有公开的",
                en: "Meetings in order of time; a visitor sees what is public"), tag: tag,
            security: .open,
            parameters: window + [
                .query(
                    "concerning", .choice(["me"]),
                    Text(
                        zh: "me：我组织、报名或候补的", en: "me: organised, held or waited for by me"))
            ],
            answers: [answer(Text(zh: "一页", en: "A page"), ActivitySchemas.page)],
            problems: [.unauthenticated]
        ) { call, _ in try await ActivityFeeds.page(call) },
        .read(
            "/api/v1/estates/{estate}/agenda", "getAgenda",
            Text(
                zh: "与我（或委托人）有关的各场活动",
                en: "Meetings that concern the person, or whom it acts for"), tag: tag,
            security: .person, delegation: .activities, parameters: window,
            answers: [answer(Text(zh: "一页", en: "A page"), ActivitySchemas.page)]
        ) { call, _ in try await ActivityFeeds.agenda(call) },
        .read(
            occurrence, "getOccurrence",
            Text(zh: "一场活动和空余名额", en: "One meeting, and what is free"), tag: tag,
            security: .open, parameters: [.estate, occurrenceID],
            answers: [answer(Text(zh: "一场活动", en: "The meeting"), ActivitySchemas.occurrence)],
            problems: [.unauthenticated]
        ) { call, _ in try await ActivityFeeds.one(call) },
    ]

    /// What a schedule may be refused for.
    private static let scheduling: [ProblemKind] = [.seriesUnbounded, .seriesTooLong]

    private static func writes(_ signals: EventSignals, _ keyring: Keyring) -> [Operation] {
        [
            .write(
                .post, list, "draftActivity",
                Text(zh: "新建活动草稿", en: "Draft an activity"), tag: tag, security: .person,
                proof: .forOffice, parameters: [.estate], body: ActivitySchemas.draft,
                answers: [
                    Operation.Answer(
                        .created, Text(zh: "草稿", en: "The draft"), ActivitySchemas.changed)
                ], problems: [.mayNotInvite, .notOfAge] + scheduling
            ) { call, _ in
                try await telling(signals, call) { try await Activities.draft($0, keyring) }
            },
            .write(
                .post, one + "/publication", "publishActivity",
                Text(
                    zh: "发布：排好每一场，订好场地，开放报名",
                    en: "Publish: lay down every meeting, book the venue, open the seats"),
                tag: tag,
                security: .person, proof: .forOffice,
                parameters: [
                    .estate, id,
                    .query(
                        "declared", .choice(["yes"]),
                        Text(
                            zh: "面向老人或儿童：确认不推销保健品和投资、不要求带现金",
                            en: "For elders or children: no health goods, no investment, no cash "
                                + "to bring")),
                ],
                answers: [answer(Text(zh: "已发布", en: "Published"), ActivitySchemas.changed)],
                problems: [
                    .mayNotInvite, .childrenNeedAdults, .organiserUnproved, .declarationMissing,
                    .alreadyPublished, .activityCancelled,
                    .venueRefused, .stewardsOnly, .notOfAge, .safetyBanned,
                ] + scheduling
            ) { call, _ in
                try await telling(signals, call) { try await Activities.publish($0, keyring) }
            },
            .write(
                .put, one, "editActivity",
                Text(
                    zh: "修改草稿，或所有未开始的场次；没人会被悄悄丢下",
                    en: "Edit a draft, or all meetings to come; nobody is dropped silently"),
                tag: tag, security: .person, proof: .forOffice, needsIfMatch: true,
                parameters: [.estate, id],
                body: ActivitySchemas.edit,
                answers: [answer(Text(zh: "已修改", en: "Changed"), ActivitySchemas.changed)],
                problems: [
                    .mayNotInvite, .childrenNeedAdults, .organiserUnproved, .activityCancelled,
                    .venueRefused, .stewardsOnly, .guestsWouldLose, .safetyBanned,
                ] + ProblemKind.capacityRefusals + scheduling
            ) { call, _ in try await telling(signals, call, Activities.edit) },
            .write(
                .post, one + "/cancellation", "cancelActivity",
                Text(
                    zh: "取消活动所有未开始的场次，或丢弃草稿；不能恢复",
                    en: "Cancel all meetings to come, or drop a draft; it is not undone"), tag: tag,
                security: .person, parameters: [.estate, id], body: ActivitySchemas.cancellation,
                answers: [answer(Text(zh: "已取消", en: "Cancelled"), ActivitySchemas.changed)],
                problems: [.activityCancelled, .stewardsOnly]
            ) { call, _ in try await telling(signals, call, Activities.cancel) },
        ]
    }

    private static func organisers(_ signals: EventSignals, _ keyring: Keyring) -> [Operation] {
        let person = Operation.Parameter.path("person", Text(zh: "组织者", en: "The organiser"))
        return [
            .write(
                .post, one + "/organisers", "addOrganiser",
                Text(zh: "请人一起组织", en: "Let another help to organise"), tag: tag,
                security: .person, parameters: [.estate, id], body: ActivitySchemas.organiser,
                answers: [answer(Text(zh: "已加入", en: "Added"), ActivitySchemas.changed)],
                problems: [
                    .organiserOnly, .stewardsOnly, .activityCancelled, .organisersMax,
                    .notOfTheAudience,
                ]
            ) { call, _ in
                try await telling(signals, call) { try await Activities.addOrganiser($0, keyring) }
            },
            .write(
                .delete, one + "/organisers/{person}", "removeOrganiser",
                Text(zh: "移除组织者，或自己退出组织", en: "Remove a co-organiser, or leave oneself"),
                tag: tag, security: .person, parameters: [.estate, id, person],
                answers: [Operation.Answer(.noContent, Text(zh: "已移除", en: "Removed"))],
                problems: [.organiserOnly, .stewardsOnly, .organiserStays]
            ) { call, _ in try await telling(signals, call, Activities.removeOrganiser) },
            .write(
                .post, one + "/successor", "handOverActivity",
                Text(
                    zh: "把活动交给另一位组织者；居委会也可以指定",
                    en: "Hand it over to a co-organiser; the residents' committee may, too"),
                tag: tag, security: .person, proof: .forOffice, parameters: [.estate, id],
                body: ActivitySchemas.successor,
                answers: [
                    answer(Text(zh: "已移交", en: "Handed over"), ActivitySchemas.changed),
                    Operation.Answer(
                        .noContent, Text(zh: "已移交；您看不到这个活动", en: "Done; it is not open to you")),
                ], problems: [.organiserOnly, .noSuccessor]
            ) { call, _ in
                try await telling(signals, call) { try await Activities.handOver($0, keyring) }
            },
        ]
    }

    private static func occurrenceWrites(_ signals: EventSignals) -> [Operation] {
        [
            .write(
                .put, occurrence, "editOccurrence",
                Text(
                    zh: "只改这一场（one），或这一场及以后（following）",
                    en: "Change this one alone, or it and all that follow"), tag: tag,
                security: .person, needsIfMatch: true, parameters: [.estate, occurrenceID],
                body: ActivitySchemas.occurrenceEdit,
                answers: [
                    answer(Text(zh: "已修改", en: "Changed"), ActivitySchemas.edited)
                ],
                problems: [
                    .activityCancelled, .alreadyBegun, .venueRefused, .stewardsOnly,
                    .guestsWouldLose,
                ] + ProblemKind.capacityRefusals + scheduling
            ) { call, _ in try await telling(signals, call, Activities.editOccurrence) },
            .write(
                .post, occurrence + "/cancellation", "cancelOccurrence",
                Text(zh: "取消这一场；不能恢复", en: "Cancel this one; it is not undone"), tag: tag,
                security: .person, parameters: [.estate, occurrenceID],
                body: ActivitySchemas.cancellation,
                answers: [
                    answer(Text(zh: "已取消", en: "Cancelled"), ActivitySchemas.edited)
                ],
                problems: [.activityCancelled, .alreadyBegun, .stewardsOnly]
            ) { call, _ in try await telling(signals, call, Activities.cancelOccurrence) },
            .write(
                .put, occurrence + "/capacity", "resizeOccurrence",
                Text(
                    zh: "改这一场的名额；减到已报名以下须写明谁回到候补",
                    en: "Change its seats; below what is held one names who goes back to the queue"),
                tag: tag, security: .person, needsIfMatch: true,
                parameters: [.estate, occurrenceID], body: ActivitySchemas.capacity,
                answers: [answer(Text(zh: "已修改", en: "Changed"), ActivitySchemas.edited)],
                problems: [.activityCancelled, .alreadyBegun, .stewardsOnly]
                    + ProblemKind.capacityRefusals
            ) { call, _ in try await telling(signals, call, Activities.resize) },
        ]
    }

    /// Does it, and says that the log has something new.
    static func telling(
        _ signals: EventSignals, _ call: Call, _ work: (Call) async throws -> Response
    ) async throws -> Response {
        let response = try await work(call)
        signals.committed()
        return response
    }

    static func answer(_ note: Text, _ schema: Schema) -> Operation.Answer {
        Operation.Answer(.ok, note, schema)
    }
}
