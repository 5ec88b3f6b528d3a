package import Platform
internal import Realtime

/// The operations of roles and ties.
package enum StandingOperations {
    /// All of them; `signals` hears of each commit.
    package static func all(keyring: Keyring, signals: EventSignals) -> [Operation] {
        roles(signals) + ties(Ties(keyring), signals) + states(signals)
    }

    private static let tag = "standing"
    private static let estate = "/api/v1/estates/{estate}"

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

    private static func roles(_ signals: EventSignals) -> [Operation] {
        let term = Operation.Parameter.path("term", Text(zh: "任期", en: "The term"))
        return roleReads + [
            .write(
                .post, estate + "/roles", "beginRole",
                Text(
                    zh: "给出一个身份或职务，有起止和事由",
                    en: "Give a role for a term, for a reason: whoever gives it by role-kinds"),
                tag: tag, security: .person, proof: .forOffice, parameters: [.estate],
                body: StandingSchemas.wanted,
                answers: [
                    Operation.Answer(
                        .created, Text(zh: "已登记", en: "It is begun"), StandingSchemas.begun)
                ],
                problems: [
                    .mayNotGiveRole, .notForOneself, .ownHousehold, .roleLevelLacking, .roleThere,
                ], work: telling(signals, Roles.begin)),
            .write(
                .post, estate + "/roles/{term}/extension", "extendRole",
                Text(zh: "延长一个还没结束的任期", en: "Let a term that has not ended last longer"),
                tag: tag, security: .person, proof: .forOffice, parameters: [.estate, term],
                body: StandingSchemas.extended,
                answers: [Operation.Answer(.noContent, Text(zh: "已延长", en: "Extended"))],
                problems: [
                    .mayNotGiveRole, .notForOneself, .ownHousehold, .roleLevelLacking, .roleThere,
                    .roleEnded,
                ], work: telling(signals, Roles.extend)),
            .write(
                .post, estate + "/roles/{term}/end", "endRole",
                Text(
                    zh: "结束一个任期：给出者办理，或担任者自己辞去",
                    en: "End a term: whoever gives the role, or its holder, who lays it down"),
                tag: tag, security: .person, proof: .forOffice, parameters: [.estate, term],
                body: StandingSchemas.ended,
                answers: [Operation.Answer(.noContent, Text(zh: "已结束", en: "Ended"))],
                problems: [.roleEnded], work: telling(signals, Roles.end)),
        ]
    }

    private static let roleReads: [Operation] = [
        .read(
            estate + "/role-kinds", "listRoleKinds",
            Text(
                zh: "身份一览：每种身份的条件，谁可以给出",
                en: "Which roles there are, what each takes, and who gives it"),
            tag: tag, security: .person, parameters: [.estate],
            answers: [
                Operation.Answer(.ok, Text(zh: "身份一览", en: "Them"), StandingSchemas.kinds)
            ]
        ) { call, _ in try await Roles.kinds(call) },
        .read(
            estate + "/roles", "listRoles",
            Text(
                zh: "谁担任什么：公开职务人人可见，其余只有本人和给出者可见",
                en:
                    "Who holds which role: public offices for everybody, others for their holder and "
                    + "those who give them, who see what has ended, too"),
            tag: tag, security: .person, proof: .forOffice,
            parameters: [
                .estate, .cursor, .limit(),
                .query(
                    "state", .choice(["current", "coming", "ended"]),
                    Text(zh: "current（默认）：现任", en: "current, as if left out")),
                .query(
                    "role", .choice(StandingSchemas.roles),
                    Text(zh: "只要这种身份", en: "Only this role")),
                .query("person", .uuid(), Text(zh: "只要这个人", en: "Only this person's")),
            ],
            answers: [
                Operation.Answer(.ok, Text(zh: "一页", en: "A page"), StandingSchemas.terms)
            ]
        ) { call, _ in try await Roles.list(call) },
    ]

    private static func ties(_ ties: Ties, _ signals: EventSignals) -> [Operation] {
        let tie = Operation.Parameter.path("tie", Text(zh: "关系", en: "The tie"))
        let made = Operation.Answer(
            .created, Text(zh: "已登记", en: "It is noted"), StandingSchemas.made)
        return [
            .read(
                estate + "/ties", "listTies",
                Text(zh: "我的关系，和等着确认的", en: "One's own ties, and claims that wait"),
                tag: tag, security: .person, parameters: [.estate, .cursor, .limit()],
                answers: [
                    Operation.Answer(.ok, Text(zh: "一页", en: "A page"), StandingSchemas.ties)
                ]
            ) { call, _ in try await Ties.list(call) },
            .write(
                .post, estate + "/ties", "claimTie",
                Text(
                    zh: "登记与一人的关系，对方确认后才算",
                    en: "Claim a tie to somebody whom one sees; it counts once the other confirms"),
                tag: tag, security: .person, parameters: [.estate], body: StandingSchemas.claim,
                answers: [made], problems: [.tieThere, .tiesMax],
                work: telling(signals, Ties.claim)),
            .write(
                .post, estate + "/ties/{tie}/confirmation", "confirmTie",
                Text(zh: "确认别人登记的关系", en: "Confirm a tie that another one claims"),
                tag: tag, security: .person, parameters: [.estate, tie],
                answers: [Operation.Answer(.noContent, Text(zh: "已确认", en: "Confirmed"))],
                problems: [.tieThere], work: telling(signals, Ties.confirm)),
            .write(
                .delete, estate + "/ties/{tie}", "endTie",
                Text(
                    zh: "不确认、撤回或解除一项关系；对方不会收到通知",
                    en: "Decline, take back or end a tie; the other is not told"),
                tag: tag, security: .person, parameters: [.estate, tie],
                answers: [Operation.Answer(.noContent, Text(zh: "已办", en: "Done"))],
                work: telling(signals, Ties.end)),
            .write(
                .post, estate + "/tie-codes", "issueTieCode",
                Text(
                    zh: "出示一个关系码，对方输入后双方都算确认",
                    en: "Show a code; when the other types it, both have confirmed"),
                tag: tag, security: .person, parameters: [.estate],
                body: StandingSchemas.codeWanted,
                answers: [
                    Operation.Answer(
                        .created, Text(zh: "只显示这一次", en: "Shown this once"),
                        StandingSchemas.code)
                ], problems: [.tooMany]
            ) { call, _ in try await ties.issueCode(call) },
            .write(
                .post, estate + "/tie-codes/use", "useTieCode",
                Text(zh: "输入对方手机上的关系码", en: "Type the code that the other one shows"),
                tag: tag, security: .person, parameters: [.estate], body: StandingSchemas.typed,
                answers: [made], problems: [.tieThere, .tieCodeWrong, .tooMany],
                work: telling(signals, ties.useCode)),
        ]
    }

    private static func states(_ signals: EventSignals) -> [Operation] {
        let person = Operation.Parameter.path("person", Text(zh: "谁", en: "The person"))
        let absences = estate + "/people/{person}/absences"
        return [
            .read(
                absences, "listAbsences",
                Text(
                    zh: "一人的外出和住院：本人、家人、居委会和社工可见，别人查无此项",
                    en:
                        "A person's absences, for itself, its household and the duty roles; not found "
                        + "for others"),
                tag: tag, security: .person, proof: .forOffice, parameters: [.estate, person],
                answers: [
                    Operation.Answer(
                        .ok, Text(zh: "还没结束的", en: "Those not over"), StandingSchemas.absences)
                ]
            ) { call, _ in try await PersonStates.list(call) },
            .write(
                .post, absences, "setAbsence",
                Text(
                    zh: "登记外出或住院：其间不提醒、不邀请",
                    en: "Note that a person is away or in hospital: no reminders or offers then"),
                tag: tag, security: .person, proof: .forOffice, parameters: [.estate, person],
                body: StandingSchemas.absenceWanted,
                answers: [
                    Operation.Answer(
                        .created, Text(zh: "已登记", en: "Noted"), StandingSchemas.absenceSet)
                ], problems: [.absenceThere], work: telling(signals, PersonStates.setAbsence)),
            .write(
                .post, absences + "/{absence}/end", "endAbsence",
                Text(zh: "结束或改期一次外出或住院", en: "End an absence, now or at an instant"),
                tag: tag, security: .person, proof: .forOffice,
                parameters: [
                    .estate, person, .path("absence", Text(zh: "哪一次", en: "The absence")),
                ], body: StandingSchemas.absenceEnd,
                answers: [Operation.Answer(.noContent, Text(zh: "已登记", en: "Noted"))],
                problems: [.absenceThere, .absenceOver],
                work: telling(signals, PersonStates.endAbsence)),
            .write(
                .post, estate + "/people/{person}/state", "setPersonState",
                Text(
                    zh: "居委会或社工凭依据登记搬离、去世，或恢复",
                    en: "Note on evidence that a person moved or died, or restore it: a duty role"),
                tag: tag, security: .person, proof: .forOffice, parameters: [.estate, person],
                body: StandingSchemas.stateWanted,
                answers: [
                    Operation.Answer(.ok, Text(zh: "已登记", en: "Noted"), StandingSchemas.stateSet)
                ], problems: [.ownHousehold, .stateThere],
                work: telling(signals, PersonStates.setState)),
        ]
    }
}
