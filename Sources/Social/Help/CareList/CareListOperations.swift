package import Platform
internal import Realtime

/// The operations of the care list, of the daily check, and of quiet hours.
package enum CareListOperations {
    /// All of them; `signals` hears of each commit, the keyring seals notes and reasons.
    package static func all(keyring: Keyring, signals: EventSignals) -> [Operation] {
        let list = CareList(keyring: keyring)
        return reads(list) + own + writes(list, signals) + settings(signals)
            + DailyCheckOperations.all(signals: signals)
    }

    static let tag = "care-list"
    private static let estate = "/api/v1/estates/{estate}"
    private static let base = estate + "/care-list"
    private static let entry = Operation.Parameter.path(
        "entry", Text(zh: "名单上的一条", en: "The entry"))

    private static func reads(_ list: CareList) -> [Operation] {
        [
            .read(
                base, "listCare",
                Text(
                    zh: "居委会和社工看探访关爱名单，最逾期的在前；留痕，本人看得到",
                    en: "The care list for its two offices, the most overdue first; it is logged"),
                tag: tag, security: .person, proof: .forOffice,
                parameters: [.estate, .cursor, .limit()],
                answers: [
                    Operation.Answer(.ok, Text(zh: "一页", en: "A page"), CareListSchemas.list)
                ], problems: [.notFound]
            ) { call, _ in try await CareList.list(call) },
            .read(
                base + "/{entry}", "getCareEntry",
                Text(zh: "一条和它的联系记录；留痕", en: "One entry and its contacts; it is logged"),
                tag: tag, security: .person, proof: .forOffice, parameters: [.estate, entry],
                answers: [
                    Operation.Answer(.ok, Text(zh: "它", en: "It"), CareListSchemas.shown)
                ]
            ) { call, _ in try await list.one(call) },
        ]
    }

    private static let own: [Operation] = [
        .read(
            estate + "/me/care-list", "getOwnCare",
            Text(
                zh: "我是否在名单上、是谁列入的、下次谁来",
                en: "Whether one is on the list, by whom, and who comes next"), tag: tag,
            security: .person, delegation: .help, parameters: [.estate],
            answers: [Operation.Answer(.ok, Text(zh: "我的", en: "One's own"), CareListSchemas.own)]
        ) { call, _ in try await CareList.own(call) },
        .read(
            estate + "/me/care-turns", "listCareTurns",
            Text(zh: "轮到我去看望谁", en: "On whom one calls next"), tag: tag, security: .person,
            parameters: [.estate],
            answers: [Operation.Answer(.ok, Text(zh: "轮到我的", en: "They"), CareListSchemas.turns)]
        ) { call, _ in try await CareList.turns(call) },
    ]

    private static func writes(_ list: CareList, _ signals: EventSignals) -> [Operation] {
        [
            .write(
                .post, base, "enterCare",
                Text(
                    zh: "列入名单：要有本人同意，或写明理由",
                    en: "Enter somebody, who agreed or for the office's reason"), tag: tag,
                security: .person, proof: .forOffice, parameters: [.estate],
                body: CareListSchemas.wanted,
                answers: [
                    Operation.Answer(.created, Text(zh: "已列入", en: "Entered"), CareListSchemas.made)
                ],
                problems: [
                    .careThere, .careConsent, .careOfAdults, .careSteward, .careNamed, .careDue,
                    .notFound,
                ], work: GoodsOperations.telling(signals, list.enter)),
            .write(
                .put, base + "/{entry}", "changeCareEntry",
                Text(zh: "改类别、负责人和轮流的人", en: "Change class, steward and who takes turns"),
                tag: tag, security: .person, proof: .forOffice, parameters: [.estate, entry],
                body: CareListSchemas.change,
                answers: [Operation.Answer(.noContent, Text(zh: "已改", en: "Changed"))],
                problems: [.careOver, .careSteward, .careNamed],
                work: GoodsOperations.telling(signals, CareList.change)),
            .write(
                .delete, base + "/{entry}", "endCareEntry",
                Text(zh: "移出名单", en: "Take somebody off the list"), tag: tag, security: .person,
                proof: .forOffice, parameters: [.estate, entry],
                answers: [Operation.Answer(.noContent, Text(zh: "已移出", en: "Ended"))],
                problems: [.careOver], work: GoodsOperations.telling(signals, CareList.end)),
            .write(
                .post, base + "/{entry}/contacts", "recordCareContact",
                Text(
                    zh: "登记一次联系；轮流的人和两个岗位可以",
                    en: "Write down a contact, as one who takes turns or of the two offices"),
                tag: tag, security: .person, proof: .forOffice, parameters: [.estate, entry],
                body: CareListSchemas.contact,
                answers: [
                    Operation.Answer(
                        .created, Text(zh: "已登记", en: "Written down"), CareListSchemas.made)
                ], problems: [.careOver, .careContactThere],
                work: GoodsOperations.telling(signals, list.record)),
        ]
    }

    private static func settings(_ signals: EventSignals) -> [Operation] {
        [
            .read(
                estate + "/care-classes", "listCareClasses",
                Text(zh: "各类隔几天联系一次", en: "How many days there are between contacts"), tag: tag,
                security: .person, proof: .forOffice, parameters: [.estate],
                answers: [
                    Operation.Answer(
                        .ok, Text(zh: "各类", en: "The classes"), CareListSchemas.cadences)
                ], problems: [.notFound]
            ) { call, _ in try await CareList.classes(call) },
            .write(
                .put, estate + "/care-classes/{class}", "setCareClass",
                Text(zh: "居委会设定一类隔几天", en: "The committee sets a class's days"), tag: tag,
                security: .person, proof: .forOffice,
                parameters: [
                    .estate,
                    .path(
                        "class", .choice(CareListSchemas.classes),
                        Text(zh: "哪一类", en: "The class")),
                ], body: CareListSchemas.cadence,
                answers: [Operation.Answer(.noContent, Text(zh: "已设定", en: "Set"))],
                problems: [.careForCommittee],
                work: GoodsOperations.telling(signals, CareList.setClass)),
            .read(
                estate + "/quiet-hours", "getQuietHours",
                Text(zh: "小区的安静时段", en: "The estate's quiet hours"), tag: tag,
                security: .person, parameters: [.estate],
                answers: [Operation.Answer(.ok, Text(zh: "时段", en: "They"), CareListSchemas.quiet)]
            ) { call, _ in try await CareList.quiet(call) },
            .write(
                .put, estate + "/quiet-hours", "setQuietHours",
                Text(
                    zh: "居委会设定安静时段：其间不派关爱的事",
                    en: "The committee sets the hours in which no task of care is raised"),
                tag: tag,
                security: .person, proof: .forOffice, parameters: [.estate],
                body: CareListSchemas.quiet,
                answers: [Operation.Answer(.noContent, Text(zh: "已设定", en: "Set"))],
                problems: [.careForCommittee],
                work: GoodsOperations.telling(signals, CareList.setQuiet)),
        ]
    }
}
