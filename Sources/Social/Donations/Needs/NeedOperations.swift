package import Platform
internal import Realtime

/// The operations of needs.
package enum NeedOperations {
    /// All of them; `signals` hears of each commit.
    package static func all(signals: EventSignals) -> [Operation] {
        needs(signals) + offices(signals) + rounds(signals) + own
    }

    static let tag = "needs"
    static let base = GoodsOperations.base
    private static let need = Operation.Parameter.path("need", Text(zh: "需求", en: "The need"))

    private static func needs(_ signals: EventSignals) -> [Operation] {
        [
            .write(
                .post, base + "/needs", "enterNeed",
                Text(
                    zh: "登记一户需要的物资；代办人、社工可以代为登记",
                    en: "Enter what a household needs; a delegate or a social worker may"),
                tag: tag, security: .person, delegation: .needs, proof: .forOffice,
                parameters: [.estate], body: NeedSchemas.wanted,
                answers: [
                    Operation.Answer(.created, Text(zh: "已登记", en: "Entered"), NeedSchemas.made)
                ],
                problems: [
                    .needWhichHousehold, .needItemUnfit, .needUntilUnfit, .needThere,
                    .needOtherUnit, .needOverQuota,
                ], work: GoodsOperations.telling(signals, Needs.enter)),
            .read(
                "/api/v1/estates/{estate}/me/needs", "listOwnNeeds",
                Text(zh: "我家的物资需求", en: "What one's household needs"), tag: tag,
                security: .person, delegation: .needs, parameters: [.estate, .cursor, .limit()],
                answers: [
                    Operation.Answer(.ok, Text(zh: "一页", en: "A page"), NeedSchemas.own)
                ]
            ) { call, _ in try await Needs.own(call) },
            .write(
                .delete, base + "/needs/{need}", "withdrawNeed",
                Text(zh: "撤回一项需求", en: "Take a need back"), tag: tag, security: .person,
                delegation: .needs, proof: .forOffice, parameters: [.estate, need],
                answers: [Operation.Answer(.noContent, Text(zh: "已撤回", en: "Withdrawn"))],
                problems: [.needOver], work: GoodsOperations.telling(signals, Needs.withdraw)),
        ]
    }

    private static func offices(_ signals: EventSignals) -> [Operation] {
        [
            .read(
                base + "/needs", "listNeeds",
                Text(
                    zh: "居委会和社工看各户的需求，留痕，住户看得到",
                    en: "Needs, for the committee and its social workers; it is logged"),
                tag: tag, security: .person, proof: .forOffice,
                parameters: [
                    .estate, .cursor, .limit(),
                    .query(
                        "state", .choice(NeedSchemas.states.filter { $0 != "over" }),
                        Text(zh: "只要这个状态的", en: "Only those in this state")),
                ],
                answers: [
                    Operation.Answer(.ok, Text(zh: "一页", en: "A page"), NeedSchemas.read)
                ], problems: [.notFound]
            ) { call, _ in try await Needs.list(call) },
            .write(
                .post, base + "/needs/{need}/decision", "decideNeed",
                Text(
                    zh: "居委会核实一项需求；自己家的、自己登记的由另一位核实",
                    en: "The committee confirms a need; never of one's own household"),
                tag: tag, security: .person, proof: .forOffice, parameters: [.estate, need],
                body: NeedSchemas.decision,
                answers: [Operation.Answer(.noContent, Text(zh: "已核实", en: "Decided"))],
                problems: [.needNotDecider, .needOwnHousehold, .needSecondPerson, .needOver],
                work: GoodsOperations.telling(signals, Needs.decide)),
            .read(
                base + "/needs/counts", "countNeeds",
                Text(
                    zh: "各类需求有几户；不满五户不显示，每天零点的数",
                    en: "How many households have needs, none below five, as the day began"),
                tag: tag, security: .person, proof: .forOffice, parameters: [.estate],
                answers: [
                    Operation.Answer(.ok, Text(zh: "各类", en: "By category"), NeedSchemas.counts)
                ], problems: [.notFound]
            ) { call, _ in try await Needs.counts(call) },
            .read(
                base + "/quotas", "listNeedQuotas",
                Text(zh: "各类物资每人每期可要多少", en: "How much of each category may be asked for"),
                tag: tag, security: .person, parameters: [.estate],
                answers: [
                    Operation.Answer(.ok, Text(zh: "各类", en: "By category"), NeedSchemas.quotas)
                ]
            ) { call, _ in try await Needs.quotas(call) },
            .write(
                .put, base + "/quotas/{category}", "setNeedQuota",
                Text(zh: "居委会设定一类的限额", en: "The committee sets a category's quota"), tag: tag,
                security: .person, proof: .forOffice,
                parameters: [
                    .estate,
                    .path(
                        "category", .choice(GoodsSchemas.categories),
                        Text(zh: "哪一类", en: "The category")),
                ], body: NeedSchemas.quotaWanted,
                answers: [Operation.Answer(.noContent, Text(zh: "已设定", en: "Set"))],
                problems: [.mayNotManageGoods],
                work: GoodsOperations.telling(signals, Needs.setQuota)),
        ]
    }
}
