internal import Platform
internal import Realtime

/// The operations on delegates of elders.
enum DelegateOperations {
    private static let tag = "delegates"
    private static let base = "/api/v1/estates/{estate}"
    private static let scope = Schema.array(
        .choice(DelegationScope.allCases.map(\.rawValue)), count: 1...8,
        note: "只限这些事：手机号、代办人、结对、门禁和报警预案不在其中 / These alone: never phones, "
            + "delegates, pairings, doors or alarm plans")
    private static let days = Schema.integer(
        1...364, note: "起效后多少天，默认 \(Delegates.days) / Days from its begin")
    private static let made = Schema.object(
        "DelegationMade",
        [
            .required("id", .uuid()),
            .required("state", .choice(["appointed", "asked", "confirmed", "refused"])),
        ])
    private static let appointment = Schema.object(
        "DelegateAppointment",
        [
            .required("doer", .uuid(note: "代办人 / Who will act")),
            .required("beneficiary", .uuid(note: "委托的长辈，须在场 / The elder, who is present")),
            .required("scope", scope), .optional("days", days),
            .required("evidence", .text(1...400, note: "看过的证件、长辈原话 / What was seen and said")),
        ])
    private static let request = Schema.object(
        "DelegationRequest",
        [.required("beneficiary", .uuid()), .required("scope", scope), .optional("days", days)])
    private static let callback = Schema.object(
        "DelegationCallback",
        [
            .required("confirmed", .bool(note: "长辈是否同意 / Whether she said yes")),
            .required("because", .text(1...400, note: "通话记录 / What was said")),
        ])
    private static let requests = Schema.object(
        "DelegationRequests",
        [
            .required(
                "requests",
                .array(
                    .object(
                        "DelegationAsked",
                        [
                            .required("id", .uuid()), .required("doer", .uuid()),
                            .required("beneficiary", .uuid()),
                            .required("scope", .array(.text(1...40), count: 1...32)),
                            .required("days", .integer(1...364)),
                            .required("asked_at", .instant()),
                        ]), count: 0...200))
        ])
    private static let ofElder = Schema.object(
        "EldersDelegations",
        [
            .required(
                "delegations",
                .array(
                    .object(
                        "EldersDelegation",
                        [
                            .required("id", .uuid()), .required("doer", .uuid()),
                            .required("beneficiary", .uuid()),
                            .required("scope", .array(.text(1...40), count: 1...32)),
                            .required("begins", .instant()), .required("ends", .instant()),
                        ]), count: 0...200))
        ])

    /// All of them.
    static func all(_ telling: FamilyOperations.Telling) -> [Operation] {
        reading + [
            .write(
                .post, base + "/delegations", "appointDelegate",
                Text(
                    zh: "社工在长辈面前登记代办人，48 小时后生效",
                    en: "Appoint a delegate with the elder present, from 48 hours on"),
                tag: tag, security: .person, proof: .forOffice, parameters: [.estate],
                body: appointment,
                answers: [Operation.Answer(.created, Text(zh: "已登记", en: "Appointed"), made)],
                problems: [
                    .ownHousehold, .delegateNotKnown, .delegateThere, .protectionBetween,
                ],
                work: telling(Delegates.appoint)),
            .write(
                .post, base + "/delegation-requests", "askDelegation",
                Text(
                    zh: "请求为家中长辈或亲属代办；社工会回电给长辈确认",
                    en: "Ask to act for an elder of one's household or kin; she is called back"),
                tag: tag, security: .person, proof: .needed, parameters: [.estate], body: request,
                answers: [Operation.Answer(.created, Text(zh: "已请求", en: "Asked"), made)],
                problems: [.delegateNotKnown, .delegateThere, .protectionBetween],
                work: telling(Delegates.ask)),
            .write(
                .post, base + "/delegation-requests/{request}/answer", "answerCallback",
                Text(zh: "社工记录回电结果", en: "Record what the elder said when called back"),
                tag: tag, security: .person, proof: .forOffice,
                parameters: [
                    .estate, .path("request", Text(zh: "请求", en: "The request")),
                ], body: callback,
                answers: [Operation.Answer(.created, Text(zh: "已记录", en: "Recorded"), made)],
                problems: [
                    .ownHousehold, .delegateNotKnown, .delegateThere, .delegationOver,
                    .protectionBetween,
                ], work: telling(Delegates.answer)),
            .write(
                .delete, base + "/delegations/{delegation}", "endDelegation",
                Text(
                    zh: "立即结束：长辈本人、办公台，或代办人卸下",
                    en: "End it at once: the elder, a desk she comes to, or the delegate"),
                tag: tag, security: .person, proof: .forOffice,
                parameters: [
                    .estate, .path("delegation", Text(zh: "委托", en: "The delegation")),
                ],
                answers: [Operation.Answer(.noContent, Text(zh: "已结束", en: "Ended"))],
                problems: [.delegationOver], work: telling(Delegates.end)),
        ]
    }

    private static let reading: [Operation] = [
        .read(
            base + "/delegation-requests", "listDelegationRequests",
            Text(
                zh: "等待回电的请求：社工看全部，本人看自己的",
                en: "What waits for a call back: a social worker's all, others' own"),
            tag: tag, security: .person, parameters: [.estate],
            answers: [Operation.Answer(.ok, Text(zh: "请求", en: "Them"), requests)]
        ) { call, _ in try await Delegates.callbacks(call) },
        .read(
            base + "/people/{person}/delegations", "listElderDelegations",
            Text(zh: "办公台看来访长辈的委托", en: "An elder's delegations, at a desk she comes to"),
            tag: tag, security: .person, proof: .forOffice,
            parameters: [.estate, .path("person", Text(zh: "长辈", en: "The elder"))],
            answers: [Operation.Answer(.ok, Text(zh: "委托", en: "Them"), ofElder)]
        ) { call, _ in try await Delegates.ofElder(call) },
    ]
}
