internal import Platform
internal import Realtime

/// The operations of erasure and of retention.
extension RightsOperations {
    private static let erasure = estate + "/me/erasure"
    private static let asked = Operation.Answer(
        .created, Text(zh: "已申请，冷静期后执行", en: "Asked for, and carried out after its time"),
        RightsSchemas.erasureAsked)
    private static let withdrawn = Operation.Answer(
        .noContent, Text(zh: "已撤回", en: "Taken back"))

    static func ownErasure(_ signals: EventSignals) -> [Operation] {
        [
            .write(
                .post, erasure, "askErasure",
                Text(
                    zh: "申请注销：先说明后果，冷静期（七天）内可撤回",
                    en: "Ask that what is kept of one goes; it can be taken back for seven days"),
                tag: tag, security: .person, proof: .needed, parameters: [.estate],
                body: RightsSchemas.erasureWanted, answers: [asked],
                problems: [
                    .erasureMeans, .erasureThere, .erasureOrganises, .erasureLastGuardian,
                    .erasureOffice,
                ], work: telling(signals, Erasures.ask)),
            .read(
                erasure, "showErasure",
                Text(
                    zh: "我的注销申请，和注销后哪些会留、留多久、为什么",
                    en: "One's request of erasure, and what would stay, how long and why"),
                tag: tag, security: .person, parameters: [.estate],
                answers: [
                    Operation.Answer(.ok, Text(zh: "情况", en: "It"), RightsSchemas.erasure)
                ]
            ) { call, _ in try await Erasures.show(call) },
            .write(
                .delete, erasure, "withdrawErasure",
                Text(zh: "撤回注销申请", en: "Take one's request of erasure back"),
                tag: tag, security: .person, parameters: [.estate], answers: [withdrawn],
                problems: [.erasureLate], work: telling(signals, Erasures.withdraw)),
        ]
    }

    static func erasureOfChild(_ signals: EventSignals) -> [Operation] {
        let path = estate + "/children/{child}/erasure"
        let child = Operation.Parameter.path("child", Text(zh: "孩子", en: "The child"))
        return [
            .write(
                .post, path, "askErasureOfChild",
                Text(
                    zh: "监护人申请注销未登录的孩子；每位监护人都会得知，冷静期内都可撤回",
                    en: "Ask for the erasure of a child that signs in to nothing: each guardian is "
                        + "told and can take it back in time"),
                tag: tag, security: .person, proof: .needed, parameters: [.estate, child],
                body: RightsSchemas.erasureWanted, answers: [asked],
                problems: [.erasureMeans, .erasureThere],
                work: telling(signals, Erasures.askForChild)),
            .read(
                path, "showErasureOfChild",
                Text(
                    zh: "孩子的注销申请，和注销后哪些会留、留多久、为什么",
                    en: "A child's request of erasure, and what would stay, how long and why"),
                tag: tag, security: .person, parameters: [.estate, child],
                answers: [
                    Operation.Answer(.ok, Text(zh: "情况", en: "It"), RightsSchemas.erasure)
                ]
            ) { call, _ in try await Erasures.showForChild(call) },
            .write(
                .delete, path, "withdrawErasureOfChild",
                Text(zh: "撤回这一申请", en: "Take that request back"),
                tag: tag, security: .person, parameters: [.estate, child], answers: [withdrawn],
                problems: [.erasureLate], work: telling(signals, Erasures.withdrawForChild)),
        ]
    }

    static func erasureOfDead(_ erasures: Erasures, _ signals: EventSignals) -> [Operation] {
        let dead = estate + "/people/{person}/erasure"
        let person = Operation.Parameter.path("person", Text(zh: "谁", en: "The person"))
        return [
            .write(
                .post, dead, "askErasureOfDead",
                Text(
                    zh: "居委会应继承人请求、凭依据，申请注销一位已去世的居民",
                    en: "Ask for the erasure of one who died, at the heirs' request: the committee"),
                tag: tag, security: .person, proof: .forOffice, parameters: [.estate, person],
                body: RightsSchemas.heirs, answers: [asked],
                problems: [
                    .ownHousehold, .erasureThere, .erasureOrganises, .erasureLastGuardian,
                    .erasureOffice,
                ], work: telling(signals, erasures.askForDead)),
            .write(
                .delete, dead, "withdrawErasureOfDead",
                Text(zh: "撤回这一申请", en: "Take that request back"),
                tag: tag, security: .person, proof: .forOffice, parameters: [.estate, person],
                answers: [withdrawn], problems: [.erasureLate],
                work: telling(signals, Erasures.withdrawForDead)),
        ]
    }

    static func retention(_ signals: EventSignals) -> [Operation] {
        [
            .read(
                estate + "/retention", "listRetention",
                Text(
                    zh: "各类个人资料保留多久、依据什么、能否索取、注销后怎样",
                    en: "How long what is kept, on what basis, and what copies and erasures do"),
                tag: tag, security: .person, parameters: [.estate],
                answers: [
                    Operation.Answer(.ok, Text(zh: "一览", en: "Them"), RightsSchemas.retention)
                ]
            ) { call, _ in try await Retention.list(call) },
            .write(
                .put, estate + "/retention/{kind}", "setRetention",
                Text(
                    zh: "居委会在法定范围内设定一类资料的保存天数",
                    en: "Set for how many days a kind is kept, within the law: the committee"),
                tag: tag, security: .person, proof: .forOffice,
                parameters: [
                    .estate,
                    .path(
                        "kind", .text(1...40), Text(zh: "哪一类，见列表", en: "The kind, as listed")),
                ], body: RightsSchemas.term,
                answers: [Operation.Answer(.noContent, Text(zh: "已设定", en: "Set"))],
                problems: [.retentionBounds], work: telling(signals, Retention.set)),
        ]
    }
}
