package import Platform
internal import Realtime

/// The operations of joining and being known.
package enum JoiningOperations {
    /// All of them; messages go through `gateway`, and `signals` hears of each commit.
    package static func all(
        keyring: Keyring, gateway: any MessageGateway, signals: EventSignals,
        limits: JoinLimits = JoinLimits()
    ) -> [Operation] {
        joining(Joining(keyring, gateway: gateway, limits: limits), signals)
            + codes(JoinCodes(keyring), signals) + people(People(keyring), signals)
            + proofs(signals)
    }

    private static let tag = "joining"
    private static let estate = "/api/v1/estates/{estate}"
    private static let onceByItself = "a code is good once"
    private static let refusals: [ProblemKind] = [
        .joinCodeWrong, .joinCodeEnded, .joinCodeElsewhere, .ownHousehold, .underFourteen,
    ]

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

    private static func joining(_ joining: Joining, _ signals: EventSignals) -> [Operation] {
        [
            .write(
                .post, "/api/v1/joining/codes", "requestJoin",
                Text(
                    zh: "新住户出示加入码，获取手机验证码",
                    en: "Show a join code, and ask for a code sent to the phone"),
                tag: tag, security: .open,
                repetition: .exempt(because: "asking is counted, and told apart by nobody"),
                body: JoiningSchemas.request,
                answers: [
                    Operation.Answer(
                        .accepted,
                        Text(
                            zh: "若加入码有效，验证码会发到手机",
                            en: "A message is sent if the join code is good"),
                        JoiningSchemas.requested)
                ]
            ) { call, _ in try await joining.request(call) },
            .write(
                .post, "/api/v1/joining", "join",
                Text(
                    zh: "凭短信验证码加入：账号、住户身份和登录一次完成",
                    en: "Join by the message's code: account, household and session at once"),
                tag: tag, security: .open, repetition: .exempt(because: onceByItself),
                body: JoiningSchemas.join,
                answers: [
                    Operation.Answer(
                        .created, Text(zh: "已加入并登录", en: "Joined and signed in"),
                        JoiningSchemas.joined)
                ], problems: refusals + [.phoneKnown, .phoneFull],
                work: telling(signals, joining.join)),
            .write(
                .post, "/api/v1/me/joining", "joinSignedIn",
                Text(
                    zh: "已登录的账号凭加入码加入一户",
                    en: "Join a household by a code, as the account that is signed in"),
                tag: tag, security: .account, body: JoiningSchemas.accountJoin,
                answers: [
                    Operation.Answer(
                        .created, Text(zh: "已加入", en: "Joined"), JoiningSchemas.accountJoined)
                ],
                problems: refusals + [
                    .tooMany, .alreadyMember, .joinCodeForAnother, .personNotHere,
                    .protectionBetween,
                ],
                work: telling(signals, joining.joinSignedIn)),
        ]
    }

    private static func codes(_ codes: JoinCodes, _ signals: EventSignals) -> [Operation] {
        let issued = Operation.Answer(
            .created, Text(zh: "加入码，只显示这一次", en: "The code, shown this once"),
            JoiningSchemas.issued)
        return [
            .write(
                .post, estate + "/join-codes", "issueJoinCode",
                Text(
                    zh: "居委会或楼组长签发纸质加入码，一次有效",
                    en: "Issue a join code for paper, good once: the committee, or a stair leader"),
                tag: tag, security: .person, parameters: [.estate], body: JoiningSchemas.wanted,
                answers: [issued], problems: [.mayNotAdmit, .ownHousehold],
                work: telling(signals, codes.issue)),
            .write(
                .post, estate + "/invitations", "inviteMember",
                Text(
                    zh: "邀请一人加入自己家，\(JoinLimits.invitationDays) 天内有效",
                    en: "Invite somebody into one's own household, for "
                        + "\(JoinLimits.invitationDays) days"),
                tag: tag, security: .person, parameters: [.estate],
                body: JoiningSchemas.invitation, answers: [issued],
                problems: [.minorsDoNotInvite, .notProved, .invitationsMax],
                work: telling(signals, codes.invite)),
            .read(
                estate + "/join-codes", "listJoinCodes",
                Text(
                    zh: "我签发的、我家的或我管的加入码（不含码本身）",
                    en: "Join codes of one's own, one's household and one's office; not the codes"),
                tag: tag, security: .person,
                parameters: [
                    .estate, .cursor, .limit(),
                    .query(
                        "state", .choice(["open", "all"]),
                        Text(zh: "open（默认）：只要还能用的", en: "open, as if left out: those still good")
                    ),
                ],
                answers: [
                    Operation.Answer(.ok, Text(zh: "一页", en: "A page"), JoiningSchemas.codes)
                ]
            ) { call, _ in try await JoinCodes.list(call) },
            .write(
                .delete, estate + "/join-codes/{code}", "revokeJoinCode",
                Text(zh: "作废加入码或邀请，立即生效", en: "Revoke a join code or an invitation"),
                tag: tag, security: .person,
                parameters: [.estate, .path("code", Text(zh: "加入码的编号", en: "The code's id"))],
                answers: [Operation.Answer(.noContent, Text(zh: "已作废", en: "Revoked"))],
                problems: [.joinCodeEnded], work: telling(signals, JoinCodes.revoke)),
        ]
    }

    private static func people(_ people: People, _ signals: EventSignals) -> [Operation] {
        [
            .read(
                estate + "/people", "listPeople",
                Text(
                    zh: "未认领的人或新来的人：居委会看全小区，楼组长看本楼",
                    en: "Who is unclaimed or new: the committee's estate, a stair leader's stair"),
                tag: tag, security: .person,
                parameters: [
                    .estate, .cursor, .limit(),
                    .query(
                        "state", .choice(["unclaimed", "new"]),
                        Text(
                            zh: "unclaimed（默认）：未认领；new：\(PeoplePage.newDays) 天内认领",
                            en: "unclaimed, as if left out; new: claimed within "
                                + "\(PeoplePage.newDays) days")),
                ],
                answers: [
                    Operation.Answer(.ok, Text(zh: "一页", en: "A page"), JoiningSchemas.people)
                ], problems: [.mayNotAdmit]
            ) { call, _ in try await People.list(call) },
            .read(
                estate + "/residences", "listResidences",
                Text(
                    zh: "各室的住户，供签发加入码：居委会看全小区，楼组长看本楼",
                    en: "Residences and who lives there, for issuing codes: as listPeople"),
                tag: tag, security: .person,
                parameters: [
                    .estate, .cursor, .limit(),
                    .query(
                        "place", .uuid(),
                        Text(
                            zh: "只要这一幢、门牌或室",
                            en: "Only those of this building, stair or "
                                + "residence")),
                ],
                answers: [
                    Operation.Answer(.ok, Text(zh: "一页", en: "A page"), JoiningSchemas.residences)
                ], problems: [.mayNotAdmit]
            ) { call, _ in try await People.residences(call) },
            .write(
                .post, estate + "/people", "enterPerson",
                Text(
                    zh: "居委会登记一人（未认领，首次登录时认领）",
                    en: "Enter a person, unclaimed until it first signs in: the committee"),
                tag: tag, security: .person, parameters: [.estate], body: JoiningSchemas.entry,
                answers: [
                    Operation.Answer(
                        .created, Text(zh: "已登记", en: "Entered"), JoiningSchemas.entered)
                ], problems: [.mayNotAdmit, .ownHousehold, .personThere],
                work: telling(signals, people.enter)),
        ]
    }

    private static func proofs(_ signals: EventSignals) -> [Operation] {
        let person = Operation.Parameter.path("person", Text(zh: "谁", en: "The person"))
        let one = estate + "/people/{person}/proofs"
        return [
            .write(
                .post, one, "giveProof",
                Text(
                    zh: "当面核验一人：居委会或社工，看过本人和证件",
                    en: "Prove a person in person: the committee or a social worker"),
                tag: tag, security: .person, parameters: [.estate, person],
                body: JoiningSchemas.proofWanted,
                answers: [
                    Operation.Answer(
                        .created, Text(zh: "已核验", en: "Proved"), JoiningSchemas.proof)
                ], problems: [.ownHousehold], work: telling(signals, Proofs.give)),
            .read(
                one, "listProofs",
                Text(zh: "一人的核验记录", en: "A person's proofs, for those who give them"),
                tag: tag, security: .person, parameters: [.estate, person],
                answers: [
                    Operation.Answer(.ok, Text(zh: "核验记录", en: "Them"), JoiningSchemas.proofs)
                ]
            ) { call, _ in try await Proofs.list(call) },
            .write(
                .post, one + "/{proof}/withdrawal", "withdrawProof",
                Text(zh: "说明原因，撤回一项核验", en: "Take a proof back, for a reason"),
                tag: tag, security: .person,
                parameters: [
                    .estate, person, .path("proof", Text(zh: "核验", en: "The proof")),
                ], body: JoiningSchemas.withdrawal,
                answers: [
                    Operation.Answer(.ok, Text(zh: "已撤回", en: "Withdrawn"), JoiningSchemas.proof)
                ], problems: [.ownHousehold, .proofEnded], work: telling(signals, Proofs.withdraw)
            ),
            .read(
                estate + "/me/standing", "getStanding",
                Text(
                    zh: "我的核验等级、依据，以及怎样到下一级",
                    en: "How well one is known, by what, and what the next level takes"),
                tag: tag, security: .person, parameters: [.estate],
                answers: [
                    Operation.Answer(
                        .ok, Text(zh: "等级", en: "It"), JoiningSchemas.standingOfOwn)
                ]
            ) { call, _ in try await Proofs.standing(call) },
        ]
    }
}
