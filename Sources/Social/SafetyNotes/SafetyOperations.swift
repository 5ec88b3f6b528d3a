package import Platform
internal import Realtime

/// The operations of safety bans, and of the notes in which they travel.
package enum SafetyOperations {
    /// All of them; `signals` hears of each commit.
    package static func all(keyring: Keyring, signals: EventSignals) -> [Operation] {
        let bans = SafetyBans(keyring)
        let notes = SafetyNotes(keyring)
        return deciding(bans, signals) + own(bans, signals) + travelling(notes, signals)
            + matching(notes, signals)
    }

    private static let tag = "safety"
    private static let estate = "/api/v1/estates/{estate}"
    private static let ban = Operation.Parameter.path("ban", Text(zh: "哪项禁令", en: "The ban"))
    private static let page = Operation.Answer(
        .ok, Text(zh: "一页", en: "A page"), SafetySchemas.page)

    private static func telling(
        _ signals: EventSignals, _ work: @escaping @Sendable (Call) async throws -> Response
    ) -> Operation.Work {
        { call, _ in
            let response = try await work(call)
            signals.committed()
            return response
        }
    }

    private static func deciding(_ bans: SafetyBans, _ signals: EventSignals) -> [Operation] {
        [
            .read(
                estate + "/safety-bans", "listSafetyBans",
                Text(
                    zh: "本小区的安全禁令；只有居委会，每次查看都会记录",
                    en: "The estate's safety bans, for the residents' committee; each reading is "
                        + "logged"),
                tag: tag, security: .person, proof: .forOffice,
                parameters: [.estate, .cursor, .limit()], answers: [page]
            ) { call, _ in try await bans.list(call, own: false) },
            .write(
                .post, estate + "/safety-bans", "setSafetyBan",
                Text(
                    zh: "凭证据决定：一个人在期限内不组织面向儿童和老人的活动，不与他们单独往来",
                    en: "Decide on evidence that somebody organises nothing for children and "
                        + "elders, and is in no small company with them, for a term"),
                tag: tag, security: .person, proof: .forOffice, parameters: [.estate],
                body: SafetySchemas.wanted,
                answers: [
                    Operation.Answer(.created, Text(zh: "已决定", en: "Decided"), SafetySchemas.set)
                ],
                problems: [.safetyOwnCase, .safetyBanThere], work: telling(signals, bans.set)),
            .write(
                .post, estate + "/safety-bans/{ban}/lifting", "liftSafetyBan",
                Text(zh: "解除一项禁令", en: "Lift a ban"),
                tag: tag, security: .person, proof: .forOffice, parameters: [.estate, ban],
                answers: [Operation.Answer(.noContent, Text(zh: "已解除", en: "Lifted"))],
                problems: [.safetyOwnCase, .safetyBanOver],
                work: telling(signals, SafetyBans.lift)),
            .write(
                .post, estate + "/safety-bans/{ban}/appeal-decision", "decideSafetyAppeal",
                Text(
                    zh: "裁定申诉：不能由作出禁令的人裁定",
                    en: "Decide on an appeal; never who decided on the ban"),
                tag: tag, security: .person, proof: .forOffice, parameters: [.estate, ban],
                body: SafetySchemas.decision,
                answers: [Operation.Answer(.noContent, Text(zh: "已裁定", en: "Decided"))],
                problems: [.safetyOwnCase, .safetyAppealOther],
                work: telling(signals, bans.decide)),
        ]
    }

    private static func own(_ bans: SafetyBans, _ signals: EventSignals) -> [Operation] {
        [
            .read(
                estate + "/me/safety-bans", "listOwnSafetyBans",
                Text(zh: "对我的禁令：原因、期限、申诉", en: "Bans on oneself: why, until when, the appeal"),
                tag: tag, security: .person, parameters: [.estate, .cursor, .limit()],
                answers: [page]
            ) { call, _ in try await bans.list(call, own: true) },
            .write(
                .post, estate + "/me/safety-bans/{ban}/appeal", "appealSafetyBan",
                Text(zh: "申诉一次，由另一个人裁定", en: "Appeal once; another person decides"),
                tag: tag, security: .person, parameters: [.estate, ban],
                body: SafetySchemas.appeal,
                answers: [Operation.Answer(.noContent, Text(zh: "已收到", en: "Received"))],
                problems: [.safetyAppealed], work: telling(signals, bans.appeal)),
        ]
    }

    private static func travelling(
        _ notes: SafetyNotes, _ signals: EventSignals
    ) -> [Operation] {
        [
            .write(
                .post, estate + "/safety-bans/{ban}/notes", "issueSafetyNote",
                Text(
                    zh: "出具签名的通报，交给另一小区的居委会；已解除的出具解除通报",
                    en: "Issue a signed note for another estate's committee; of a lifted ban, its "
                        + "lifting"),
                tag: tag, security: .person, proof: .forOffice, parameters: [.estate, ban],
                answers: [
                    Operation.Answer(.created, Text(zh: "通报", en: "The note"), SafetySchemas.note)
                ],
                problems: [.safetyOwnCase, .safetyBanOver],
                work: telling(signals, notes.issue)),
            .write(
                .post, estate + "/safety-notes", "receiveSafetyNote",
                Text(
                    zh: "导入另一居委会的通报；只作提醒，不替本小区决定",
                    en: "Receive another committee's note: it reminds, and decides nothing"),
                tag: tag, security: .person, proof: .forOffice, parameters: [.estate],
                body: SafetySchemas.note,
                answers: [
                    Operation.Answer(
                        .created, Text(zh: "已导入", en: "Received"), SafetySchemas.received)
                ],
                problems: [
                    .safetyNoteUnreadable, .safetyNoteIssuer, .safetyNoteAgain, .safetyNoteLifted,
                    .safetyNoteExpired, .safetyNoteOwn,
                ],
                work: telling(signals, notes.receive)),
            .write(
                .post, estate + "/safety-issuers", "enterSafetyIssuer",
                Text(
                    zh: "登记另一套系统的公钥（先电话核对），之后才能导入它的通报",
                    en: "Enter another installation's key, compared by telephone, before its notes"),
                tag: tag, security: .person, proof: .forOffice, parameters: [.estate],
                body: SafetySchemas.issuerWanted,
                answers: [
                    Operation.Answer(
                        .created, Text(zh: "已登记", en: "Entered"), SafetySchemas.issuerEntered)
                ],
                problems: [.safetyIssuerThere], work: telling(signals, SafetyNotes.enter)),
            .read(
                estate + "/safety-issuers", "listSafetyIssuers",
                Text(zh: "已登记的公钥", en: "The keys that were entered"),
                tag: tag, security: .person, proof: .forOffice, parameters: [.estate],
                answers: [
                    Operation.Answer(.ok, Text(zh: "它们", en: "They"), SafetySchemas.issuers)
                ]
            ) { call, _ in try await SafetyNotes.issuers(call) },
        ]
    }

    private static func matching(_ notes: SafetyNotes, _ signals: EventSignals) -> [Operation] {
        [
            .read(
                estate + "/safety-matches", "listSafetyMatches",
                Text(
                    zh: "通报可能涉及的住户，待核实；每次查看都会记录",
                    en: "Residents whom a note may be about; each reading is logged"),
                tag: tag, security: .person, proof: .forOffice,
                parameters: [.estate, .cursor, .limit()],
                answers: [
                    Operation.Answer(.ok, Text(zh: "一页", en: "A page"), SafetySchemas.matches)
                ]
            ) { call, _ in try await notes.matches(call) },
            .write(
                .post, estate + "/safety-matches/{match}/decision", "decideSafetyMatch",
                Text(
                    zh: "核实后决定：禁令、不禁、不是同一人，写明理由",
                    en: "Decide, having found out: a ban, none, or another person; for a reason"),
                tag: tag, security: .person, proof: .forOffice,
                parameters: [
                    .estate, .path("match", Text(zh: "哪一条", en: "Which one")),
                ],
                body: SafetySchemas.matchDecision,
                answers: [Operation.Answer(.noContent, Text(zh: "已决定", en: "Decided"))],
                problems: [
                    .safetyOwnCase, .safetyMatchDecided, .safetyNoteLifted, .safetyBanThere,
                ],
                work: telling(signals, notes.decide)),
        ]
    }
}
