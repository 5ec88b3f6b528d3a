package import Platform
internal import Realtime

/// The operations of who reads what.
package enum ReadingOperations {
    /// All of them.
    package static func all(signals: EventSignals) -> [Operation] {
        rules + records + watchers(signals) + access(signals)
    }

    private static let tag = "reading"
    private static let estate = "/api/v1/estates/{estate}"
    private static let person = Operation.Parameter.path("person", Text(zh: "谁", en: "The person"))

    /// Tells the numberer after the commit.
    private static func telling(
        _ signals: EventSignals, _ work: @escaping @Sendable (Call) async throws -> Response
    ) -> Operation.Work {
        { call, _ in
            let response = try await work(call)
            signals.committed()
            return response
        }
    }

    private static let rules: [Operation] = [
        .read(
            "/api/v1/access-rules", "listAccessRules",
            Text(zh: "谁能看什么、为了什么", en: "Which role reads which kind of data, and what for"),
            tag: tag, security: .open,
            answers: [Operation.Answer(.ok, Text(zh: "规则", en: "The rules"), ReadingSchemas.rules)],
            isPersonal: false
        ) { call, _ in try await AccessRules.list(call) }
    ]

    private static let records: [Operation] = [
        .read(
            estate + "/people/{person}/record", "getPersonRecord",
            Text(
                zh: "一人的档案（姓名、等级、住址），按事由查阅并留痕，本人看得到",
                en: "A person's record, for a purpose: it is logged, and the person sees that"),
            tag: tag, security: .person, proof: .forOffice,
            parameters: [
                .estate, person,
                .query(
                    "purpose", ReadingSchemas.purpose,
                    Text(
                        zh: "为了什么；admission（默认）：住户登记，care：探访关爱，support：获批的技术支持",
                        en: "What for: admission, as if left out; care; or support, under an "
                            + "approved request")),
            ],
            answers: [
                Operation.Answer(.ok, Text(zh: "档案", en: "It"), ReadingSchemas.record)
            ]
        ) { call, _ in try await RecordReads.record(call) },
        .read(
            estate + "/me/record-reads", "listRecordReads",
            Text(
                zh: "谁看过我的档案：谁、什么、为什么、何时；也含我的孩子和请我留意的人",
                en: "Who read one's record: who, what, why and when; of one's children and of "
                    + "those who named one, too"),
            tag: tag, security: .person,
            parameters: [
                .estate, .cursor, .limit(),
                .query("person", .uuid(), Text(zh: "只要这个人的", en: "Only of this person")),
            ],
            answers: [Operation.Answer(.ok, Text(zh: "一页", en: "A page"), ReadingSchemas.reads)]
        ) { call, _ in try await RecordReads.list(call) },
    ]

    private static func watchers(_ signals: EventSignals) -> [Operation] {
        [
            .read(
                estate + "/me/record-watchers", "listRecordWatchers",
                Text(
                    zh: "我请谁一同留意我的档案，谁请了我",
                    en: "Whom one named to see who reads one's record, and who named one"),
                tag: tag, security: .person, parameters: [.estate],
                answers: [
                    Operation.Answer(.ok, Text(zh: "他们", en: "Them"), ReadingSchemas.watchers)
                ]
            ) { call, _ in try await RecordWatchers.list(call) },
            .write(
                .put, estate + "/me/record-watchers/{person}", "nameRecordWatcher",
                Text(
                    zh: "请家人、双方确认的亲友或代办人一同留意谁看过我的档案",
                    en: "Let one of the household, a confirmed tie or a delegate see who reads "
                        + "one's record"),
                tag: tag, security: .person, parameters: [.estate, person],
                answers: [Operation.Answer(.noContent, Text(zh: "已加上", en: "Named"))],
                problems: [.watchersMax], work: telling(signals, RecordWatchers.name)),
            .write(
                .delete, estate + "/me/record-watchers/{person}", "dropRecordWatcher",
                Text(
                    zh: "不再请此人留意；被请的人也可退出",
                    en: "End that, from either side"),
                tag: tag, security: .person, parameters: [.estate, person],
                answers: [Operation.Answer(.noContent, Text(zh: "已去掉", en: "Ended"))],
                work: telling(signals, RecordWatchers.drop)),
        ]
    }

    private static func access(_ signals: EventSignals) -> [Operation] {
        let request = Operation.Parameter.path("request", Text(zh: "申请", en: "The request"))
        let all = estate + "/access-requests"
        return [
            .write(
                .post, all, "askAccess",
                Text(
                    zh: "软件运维申请查阅一人或全小区的资料，说明原因，须居委会批准",
                    en: "Ask to read a person's data or the estate's, with a reason: an operator "
                        + "of the software"),
                tag: tag, security: .person, proof: .forOffice, parameters: [.estate],
                body: ReadingSchemas.accessWanted,
                answers: [
                    Operation.Answer(
                        .created, Text(zh: "待居委会决定", en: "It waits for the committee"),
                        ReadingSchemas.accessAsked)
                ],
                problems: [.accessNever, .accessWaitingMax],
                work: telling(signals, AccessRequests.ask)),
            .read(
                all, "listAccessRequests",
                Text(
                    zh: "我提出的或由我决定的查阅申请",
                    en: "The requests that one asked for, or decides: the committee"),
                tag: tag, security: .person, parameters: [.estate, .cursor, .limit()],
                answers: [
                    Operation.Answer(.ok, Text(zh: "一页", en: "A page"), ReadingSchemas.accesses)
                ]
            ) { call, _ in try await AccessRequests.list(call) },
            .write(
                .post, all + "/{request}/decision", "decideAccess",
                Text(
                    zh: "居委会批准或拒绝查阅申请；当事人会收到通知",
                    en: "Approve or refuse it, as the second person: the residents' committee"),
                tag: tag, security: .person, proof: .forOffice, parameters: [.estate, request],
                body: ReadingSchemas.accessDecision,
                answers: [Operation.Answer(.noContent, Text(zh: "已决定", en: "Decided"))],
                problems: [.secondPersonNeeded, .accessOver, .accessNotAnnounced],
                work: telling(signals, AccessRequests.decide)),
            .write(
                .delete, all + "/{request}", "endAccess",
                Text(
                    zh: "撤回申请或提前结束查阅：申请人或居委会",
                    en: "Take a request back, or end early what it opened"),
                tag: tag, security: .person, parameters: [.estate, request],
                answers: [Operation.Answer(.noContent, Text(zh: "已结束", en: "Ended"))],
                problems: [.accessOver], work: telling(signals, AccessRequests.end)),
        ]
    }
}
