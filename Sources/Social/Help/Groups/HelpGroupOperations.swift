package import Platform
internal import Realtime

/// The operations of help groups and their rota.
package enum HelpGroupOperations {
    static let tag = "help"
    static let base = "/api/v1/estates/{estate}"
    static let group = Operation.Parameter.path("group", Text(zh: "互助小组", en: "The group"))
    private static let person = Operation.Parameter.path("person", Text(zh: "组员", en: "The member"))
    private static let asking = Operation.Parameter.path(
        "asking", Text(zh: "申请、邀请或邀请码", en: "What is asked"))

    /// All of them; `signals` hears of each commit.
    package static func all(keyring: Keyring, signals: EventSignals) -> [Operation] {
        reading() + looking(signals) + joining(HelpGroups(keyring), signals)
            + HelpGroupRotaOperations.all(HelpGroupRota(keyring: keyring), signals)
    }

    static func act(
        _ method: Method, _ path: String, _ id: String, _ summary: Text, _ signals: EventSignals,
        delegation: DelegationScope? = nil, proof: Operation.Proof = .none,
        needsIfMatch: Bool = false, parameters: [Operation.Parameter], body: Schema? = nil,
        made: Schema? = nil, problems: [ProblemKind] = [],
        _ work: @escaping @Sendable (Call) async throws -> Response
    ) -> Operation {
        .write(
            method, base + path, id, summary, tag: tag, security: .person, delegation: delegation,
            proof: proof, needsIfMatch: needsIfMatch, parameters: [.estate] + parameters,
            body: body,
            answers: [
                made.map { Operation.Answer(.created, Text(zh: "已办", en: "Done"), $0) }
                    ?? Operation.Answer(.noContent, Text(zh: "已办", en: "Done"))
            ], problems: problems, work: GoodsOperations.telling(signals, work))
    }

    private static func reading() -> [Operation] {
        [
            .read(
                base + "/help-groups", "listHelpGroups",
                Text(
                    zh: "小区的互助小组：名称、做什么、怎样加入、还有没有名额",
                    en:
                        "The estate's groups: what for, how one joins, whether there is a place"
                ),
                tag: tag, security: .person, delegation: .help, proof: .forOffice,
                parameters: [.estate, .cursor, .limit()],
                answers: [
                    Operation.Answer(.ok, Text(zh: "一页", en: "A page"), HelpGroupSchemas.page)
                ]
            ) { call, _ in try await HelpGroups.list(call) },
            .read(
                base + "/help-groups/{group}", "readHelpGroup",
                Text(zh: "一个互助小组", en: "One group"), tag: tag, security: .person,
                delegation: .help, proof: .forOffice, parameters: [.estate, group],
                answers: [
                    Operation.Answer(.ok, Text(zh: "它", en: "It"), HelpGroupSchemas.group)
                ]
            ) { call, _ in try await HelpGroups.one(call) },
            .read(
                base + "/help-groups/{group}/members", "listHelpGroupMembers",
                Text(zh: "组员；只给组员和办公台看", en: "The members, for them and the desk"), tag: tag,
                security: .person, proof: .forOffice, parameters: [.estate, group],
                answers: [
                    Operation.Answer(
                        .ok, Text(zh: "组员", en: "They"), HelpGroupSchemas.membersPage)
                ]
            ) { call, _ in try await HelpGroups.members(call) },
            .read(
                base + "/help-groups/{group}/askings", "listHelpGroupAskings",
                Text(zh: "申请、邀请和邀请码；组长看", en: "What is asked, for its stewards"), tag: tag,
                security: .person, parameters: [.estate, group, .cursor, .limit()],
                answers: [
                    Operation.Answer(.ok, Text(zh: "一页", en: "A page"), HelpGroupSchemas.askings)
                ]
            ) { call, _ in try await HelpGroups.askings(call, of: call.id("group")) },
            .read(
                base + "/me/help-group-askings", "listOwnHelpGroupAskings",
                Text(zh: "我的申请和收到的邀请", en: "What one asked, and is invited to"), tag: tag,
                security: .person, parameters: [.estate, .cursor, .limit()],
                answers: [
                    Operation.Answer(.ok, Text(zh: "一页", en: "A page"), HelpGroupSchemas.askings)
                ]
            ) { call, _ in try await HelpGroups.askings(call, of: nil) },
        ]
    }

    private static func looking(_ signals: EventSignals) -> [Operation] {
        [
            act(
                .post, "/help-groups", "foundHelpGroup",
                Text(
                    zh: "发起互助小组：当面核验过的居民，或居委会、社工",
                    en: "Found a group: who is verified in person, or an office of care"),
                signals, proof: .forOffice, parameters: [], body: HelpGroupSchemas.wanted,
                made: HelpGroupSchemas.made,
                problems: [.helpGroupLevel, .helpGroupKinds, .helpGroupMany, .helpNamesSecret],
                HelpGroups.found),
            act(
                .put, "/help-groups/{group}", "changeHelpGroup",
                Text(zh: "组长修改小组", en: "Change a group, as its steward"), signals,
                needsIfMatch: true, parameters: [group], body: HelpGroupSchemas.change,
                problems: [.helpGroupKinds, .helpGroupPlaces, .helpNamesSecret], HelpGroups.change),
            act(
                .delete, "/help-groups/{group}", "closeHelpGroup",
                Text(zh: "解散小组，班次都取消；组长或办公台", en: "Close a group and all its shifts"),
                signals, proof: .forOffice, parameters: [group], HelpGroups.close),
            act(
                .put, "/help-groups/{group}/members/{person}/stewardship",
                "setHelpGroupSteward",
                Text(
                    zh: "指定组长，或自己卸任；没有组长时由居委会指定",
                    en: "Name a steward, or lay it down; the committee names one where none is left"
                ),
                signals, proof: .forOffice, parameters: [group, person],
                body: HelpGroupSchemas.stewardship, problems: [.helpGroupLastSteward],
                HelpGroups.steward),
            act(
                .post, "/help-groups/{group}/invitations", "inviteToHelpGroup",
                Text(zh: "组长邀请互相认识的人", en: "Invite somebody whom one knows, as a steward"),
                signals, parameters: [group], body: HelpGroupSchemas.invitation,
                made: HelpGroupSchemas.made,
                problems: [.helpGroupTie, .helpGroupMember, .helpGroupAsked], HelpGroups.invite),
        ]
    }

    private static func joining(_ groups: HelpGroups, _ signals: EventSignals) -> [Operation] {
        let unfit: [ProblemKind] = [
            .helpGroupMember, .helpGroupFull, .helpGroupAdults, .helpGroupHousehold,
        ]
        return [
            act(
                .post, "/help-groups/{group}/members", "joinHelpGroup",
                Text(
                    zh: "加入，或申请加入；申请十四天没有结果就失效",
                    en: "Join, or ask to; what is asked lapses after fourteen days"), signals,
                parameters: [group], body: HelpGroupSchemas.offer, made: HelpGroupSchemas.joined,
                problems: unfit + [.helpGroupAsked, .helpGroupInvitedOnly], HelpGroups.join),
            act(
                .delete, "/help-groups/{group}/members/{person}", "leaveHelpGroup",
                Text(
                    zh: "随时退出，后面的班次交还小组；组长或办公台可请出组员",
                    en: "Leave at any time; a steward or the desk takes a member out"), signals,
                delegation: .help, proof: .forOffice, parameters: [group, person],
                problems: [.helpGroupLastSteward, .helpGroupSteward], HelpGroups.leave),
            act(
                .put, "/help-groups/{group}/offer", "setHelpGroupOffer",
                Text(zh: "我每月最多来几班", en: "How many shifts a month one takes at most"), signals,
                parameters: [group], body: HelpGroupSchemas.offer, HelpGroups.offer),
            act(
                .post, "/help-groups/{group}/codes", "makeHelpGroupCode",
                Text(zh: "组长开一个邀请码，一人用一次", en: "Make a code for one person, as a steward"),
                signals, parameters: [group], body: HelpGroupSchemas.codeWanted,
                made: HelpGroupSchemas.code, problems: [.helpGroupUntil, .helpGroupCodes],
                groups.makeCode),
            act(
                .post, "/help-group-entries", "enterHelpGroup",
                Text(zh: "凭邀请码加入", en: "Join by a code"), signals, parameters: [],
                body: HelpGroupSchemas.entering, made: HelpGroupSchemas.joined,
                problems: unfit + [.helpGroupCode], groups.enter),
            act(
                .post, "/help-group-askings/{asking}/answer", "answerHelpGroupAsking",
                Text(
                    zh: "组长答复申请（不写理由），或受邀的人答复邀请",
                    en: "Answer an application, as a steward, or an invitation"), signals,
                parameters: [asking], body: HelpGroupSchemas.answer,
                problems: [.helpGroupOver, .helpGroupFull], HelpGroups.answer),
            act(
                .delete, "/help-group-askings/{asking}", "withdrawHelpGroupAsking",
                Text(zh: "收回申请；组长收回邀请、作废邀请码", en: "Take back what one asked"), signals,
                parameters: [asking], problems: [.helpGroupOver], HelpGroups.withdraw),
        ]
    }
}
