internal import Platform
internal import Realtime

/// The operations of allocation rounds, and of what a household reads of them.
extension NeedOperations {
    private static let round = Operation.Parameter.path(
        "round", Text(zh: "分配", en: "The round"))

    static func rounds(_ signals: EventSignals) -> [Operation] {
        [
            GoodsOperations.act(
                "/allocations", "proposeAllocation",
                Text(
                    zh: "提议一次分配：把这一类空闲的物资按需要尽量分匀",
                    en: "Propose how what is free of a category is shared out, as evenly as can be"),
                signals, body: NeedSchemas.roundWanted,
                answer: Operation.Answer(
                    .created, Text(zh: "提议", en: "The proposal"), NeedSchemas.proposal),
                problems: [.notOnGoodsDuty, .allocationNothing], Allocations.propose),
            .read(
                base + "/allocations", "listAllocations",
                Text(zh: "当值物资间的分配", en: "The rounds of rooms where one is on duty"), tag: tag,
                security: .person, proof: .forOffice, parameters: [.estate, .cursor, .limit()],
                answers: [
                    Operation.Answer(.ok, Text(zh: "一页", en: "A page"), NeedSchemas.rounds)
                ], problems: [.notOnGoodsDuty]
            ) { call, _ in try await Allocations.list(call) },
            .read(
                base + "/allocations/{round}", "getAllocation",
                Text(
                    zh: "一次分配：只有代号，没有姓名，写明为什么",
                    en: "One round: codes and reasons, and no names"), tag: tag, security: .person,
                proof: .forOffice, parameters: [.estate, round],
                answers: [
                    Operation.Answer(.ok, Text(zh: "它", en: "It"), NeedSchemas.proposal)
                ]
            ) { call, _ in try await Allocations.one(call) },
            GoodsOperations.act(
                "/allocations/{round}/acceptance", "acceptAllocation",
                Text(
                    zh: "同意一次分配：一次全部留出，或者什么也不留",
                    en: "Accept a round: all of it is set aside at once, or nothing"), signals,
                parameters: [round],
                answer: Operation.Answer(.noContent, Text(zh: "已留出", en: "Set aside")),
                problems: [
                    .allocationOver, .allocationStale, .allocationMoved, .handOverOwnHousehold,
                ], Allocations.accept),
            .write(
                .delete, base + "/allocations/{round}", "dropAllocation",
                Text(zh: "放弃一个提议", en: "Drop a proposal"), tag: tag, security: .person,
                proof: .forOffice, parameters: [.estate, round],
                answers: [Operation.Answer(.noContent, Text(zh: "已放弃", en: "Dropped"))],
                problems: [.allocationOver],
                work: GoodsOperations.telling(signals, Allocations.drop)),
        ]
    }

    static let own: [Operation] = [
        .read(
            "/api/v1/estates/{estate}/me/allocations", "listOwnAllocations",
            Text(zh: "我家每次分到多少、为什么", en: "What one's household was given, and why so much"),
            tag: tag, security: .person, delegation: .needs, parameters: [.estate],
            answers: [
                Operation.Answer(.ok, Text(zh: "最近的", en: "The latest"), NeedSchemas.ownRounds)
            ]
        ) { call, _ in try await Allocations.own(call) },
        .read(
            "/api/v1/estates/{estate}/me/parcels", "listOwnParcels",
            Text(zh: "为我家留出的物资", en: "What is set aside for one's household"), tag: tag,
            security: .person, delegation: .needs, parameters: [.estate, .cursor, .limit()],
            answers: [
                Operation.Answer(.ok, Text(zh: "一页", en: "A page"), NeedSchemas.ownParcels)
            ]
        ) { call, _ in try await Allocations.parcels(call) },
    ]
}
