package import Platform
internal import Realtime

/// The operations of paired families.
package enum PairedFamilyOperations {
    private static let tag = "help"
    private static let base = "/api/v1/estates/{estate}"
    private static let pairing = Operation.Parameter.path(
        "pairing", Text(zh: "结对", en: "The pairing"))
    private static let side = Operation.Parameter.path(
        "side", .choice(PairedFamilyWords.sides),
        Text(zh: "去帮的一方，或得到帮助的一方", en: "As who helps, or who is helped"))

    /// All of them; `signals` hears of each commit.
    package static func all(signals: EventSignals) -> [Operation] {
        reading + agreeing(signals) + living(signals) + standIns(signals) + wishes(signals)
            + rules(signals)
    }

    private static func act(
        _ method: Method, _ path: String, _ id: String, _ summary: Text,
        _ signals: EventSignals, delegation: DelegationScope? = .help,
        proof: Operation.Proof = .none, needsIfMatch: Bool = false,
        parameters: [Operation.Parameter] = [pairing],
        body: Schema? = nil, answer: Operation.Answer? = nil, problems: [ProblemKind] = [],
        _ work: @escaping @Sendable (Call) async throws -> Response
    ) -> Operation {
        .write(
            method, base + path, id, summary, tag: tag, security: .person, delegation: delegation,
            proof: proof, needsIfMatch: needsIfMatch, parameters: [.estate] + parameters,
            body: body,
            answers: [answer ?? Operation.Answer(.noContent, Text(zh: "已办", en: "Done"))],
            problems: problems, work: GoodsOperations.telling(signals, work))
    }

    private static let reading: [Operation] = [
        .read(
            base + "/me/pairings", "listOwnPairings",
            Text(zh: "我的结对：提议的、正在的、结束的", en: "One's pairings, the latest first"), tag: tag,
            security: .person, delegation: .help, parameters: [.estate, .cursor, .limit()],
            answers: [
                Operation.Answer(.ok, Text(zh: "一页", en: "A page"), PairedFamilySchemas.page)
            ]
        ) { call, _ in try await PairedFamilies.own(call) },
        .read(
            base + "/pairings/{pairing}", "getPairing",
            Text(
                zh: "一对结对：双方、孩子的监护人可看；居委会和社工可看，留痕",
                en: "A pairing, for its sides; an office reads it too, which is logged"), tag: tag,
            security: .person, delegation: .help, proof: .forOffice,
            parameters: [.estate, pairing],
            answers: [Operation.Answer(.ok, Text(zh: "它", en: "It"), PairedFamilySchemas.one)]
        ) { call, _ in try await PairedFamilies.one(call) },
        .read(
            base + "/pairings", "listPairings",
            Text(
                zh: "居委会和社工看全小区正在的结对；留痕",
                en: "The pairings of the estate that live, for its two offices; it is logged"),
            tag: tag, security: .person, proof: .forOffice,
            parameters: [.estate, .cursor, .limit()],
            answers: [
                Operation.Answer(.ok, Text(zh: "一页", en: "A page"), PairedFamilySchemas.page)
            ], problems: [.notFound]
        ) { call, _ in try await PairedFamilies.all(call) },
        .read(
            base + "/pairing-suggestions", "listPairingSuggestions",
            Text(
                zh: "愿意结对的人里谁和谁合适，附理由；只供居委会和社工参考，留痕",
                en: "Who might suit whom, with reasons, for the two offices; it is logged"),
            tag: tag, security: .person, proof: .forOffice, parameters: [.estate],
            answers: [
                Operation.Answer(
                    .ok, Text(zh: "建议", en: "Suggestions"), PairedFamilySchemas.suggestions)
            ], problems: [.notFound]
        ) { call, _ in try await PairingSuggester.list(call) },
    ]

    private static func agreeing(_ signals: EventSignals) -> [Operation] {
        [
            act(
                .post, "/pairings", "proposePairing",
                Text(
                    zh: "提议结对：居委会、社工为任何两位，居民向自己认识的邻居",
                    en: "Propose a pairing: an office for any two, a resident to one it knows"),
                signals, proof: .forOffice, parameters: [], body: PairedFamilySchemas.wanted,
                answer: Operation.Answer(
                    .created, Text(zh: "等双方答复", en: "Both are asked"),
                    PairedFamilySchemas.made),
                problems: [.pairingKindUnfit, .pairingUnfit], PairedFamilies.propose),
            act(
                .post, "/pairings/{pairing}/answer", "answerPairing",
                Text(
                    zh: "愿意或不愿意；双方都愿意即开始试行",
                    en: "Say yes or no; when both say yes the trial begins"), signals,
                body: PairedFamilySchemas.answer, problems: [.pairingOver],
                PairedFamilies.answer),
            act(
                .post, "/pairings/{pairing}/end", "endPairing",
                Text(
                    zh: "立即结束，不问原因；对方只看到结束了",
                    en: "End it at once: no reason is asked, and the other sees that it ended"),
                signals, proof: .forOffice, problems: [.pairingOver], PairedFamilies.end),
            act(
                .put, "/pairings/{pairing}/renewal", "renewPairing",
                Text(zh: "到期后要不要继续", en: "Whether it goes on after a review"), signals,
                body: PairedFamilySchemas.answer, problems: [.pairingOver],
                PairedFamilies.renew),
        ]
    }

    private static func living(_ signals: EventSignals) -> [Operation] {
        [
            act(
                .put, "/pairings/{pairing}/cadence", "setPairingCadence",
                Text(zh: "改探访的时间；对方会收到通知", en: "Set other times; the other is told"),
                signals, needsIfMatch: true, body: PairedFamilySchemas.cadence,
                problems: [.pairingOver], PairedFamilies.setCadence),
            act(
                .put, "/pairings/{pairing}/pause", "pausePairing",
                Text(zh: "暂停到某天，或恢复", en: "Rest until a day, or go on"), signals,
                body: PairedFamilySchemas.pause, problems: [.pairingOver, .pairingTimeUnfit],
                PairedFamilies.pause),
            act(
                .put, "/pairings/{pairing}/stand-in", "namePairingStandIn",
                Text(
                    zh: "选替补；双方选了同一位才算数",
                    en: "Whom one would have instead; it counts when both say the same"), signals,
                body: PairedFamilySchemas.standIn, problems: [.pairingOver, .pairingStandInUnfit],
                PairedFamilies.nameStandIn),
            act(
                .post, "/pairings/{pairing}/skips", "skipPairingVisit",
                Text(
                    zh: "这次去不了或不需要；去不了的会问替补",
                    en: "Leave one visit out; where the helper cannot come its stand-in is asked"),
                signals, body: PairedFamilySchemas.skip,
                problems: [.pairingOver, .pairingVisitLate], PairedFamilies.skip),
        ]
    }

    private static func standIns(_ signals: EventSignals) -> [Operation] {
        [
            .read(
                base + "/me/stand-ins", "listStandIns",
                Text(zh: "请我替补的探访", en: "What one is asked to stand in for"), tag: tag,
                security: .person, parameters: [.estate, .cursor, .limit()],
                answers: [
                    Operation.Answer(
                        .ok, Text(zh: "一页", en: "A page"), PairedFamilySchemas.covers)
                ]
            ) { call, _ in try await PairedFamilies.standIns(call) },
            act(
                .post, "/me/stand-ins/{cover}/answer", "answerStandIn",
                Text(zh: "替这一次，或不行", en: "Stand in this time, or not"), signals,
                delegation: nil,
                parameters: [.path("cover", Text(zh: "哪一次", en: "Which"))],
                body: PairedFamilySchemas.answer, problems: [.pairingOver, .helpBusy],
                PairedFamilies.answerStandIn),
        ]
    }

    private static func wishes(_ signals: EventSignals) -> [Operation] {
        [
            .read(
                base + "/me/pairing-wishes", "listPairingWishes",
                Text(zh: "我愿意结对；只有自己和居委会、社工看得到", en: "That one would be one of a pair"),
                tag: tag, security: .person, delegation: .help, parameters: [.estate],
                answers: [
                    Operation.Answer(
                        .ok, Text(zh: "我的", en: "One's own"), PairedFamilySchemas.ownWishes)
                ]
            ) { call, _ in try await PairedFamilies.wishes(call) },
            act(
                .put, "/me/pairing-wishes/{side}", "setPairingWish",
                Text(zh: "说我愿意结对", en: "Say that one would be one of a pair"), signals,
                parameters: [side], body: PairedFamilySchemas.wish,
                problems: [.pairingWishNotYours, .pairingKindUnfit], PairedFamilies.wish),
            act(
                .delete, "/me/pairing-wishes/{side}", "endPairingWish",
                Text(zh: "不再愿意", en: "Take that back"), signals, parameters: [side],
                PairedFamilies.endWish),
        ]
    }

    private static func rules(_ signals: EventSignals) -> [Operation] {
        [
            .read(
                base + "/help/pairing-rules", "getPairingRules",
                Text(zh: "小区的结对规则", en: "The estate's rules of pairings"), tag: tag,
                security: .person, parameters: [.estate],
                answers: [
                    Operation.Answer(.ok, Text(zh: "规则", en: "They"), PairedFamilySchemas.rules)
                ]
            ) { call, _ in try await PairedFamilies.rules(call) },
            act(
                .put, "/help/pairing-rules", "setPairingRules",
                Text(zh: "居委会设定结对规则", en: "Set them, as the residents' committee"), signals,
                delegation: nil, proof: .forOffice, parameters: [],
                body: PairedFamilySchemas.rules, PairedFamilies.setRules),
        ]
    }
}
