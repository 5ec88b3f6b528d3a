package import Platform
internal import Realtime

/// The operations of handing over.
package enum HandOverOperations {
    private static let tag = "hand-over"
    private static let base = GoodsOperations.base
    private static let parcel = Operation.Parameter.path(
        "parcel", Text(zh: "包裹", en: "The parcel"))
    private static let visit = Operation.Parameter.path("visit", Text(zh: "到访", en: "The visit"))

    /// All of them; `signals` hears of each commit.
    package static func all(keyring: Keyring, signals: EventSignals) -> [Operation] {
        let desk = HandOverDesk(keyring)
        return words(desk, signals) + visits(desk, signals) + parcels(signals)
            + DeliveryOperations.all(desk, signals)
            + ParcelListOperations.all(keyring: keyring, signals: signals)
    }

    private static func words(_ desk: HandOverDesk, _ signals: EventSignals) -> [Operation] {
        let made = Operation.Answer(
            .created, Text(zh: "口令，只显示一次", en: "The word, shown once"), HandOverSchemas.word)
        return [
            .write(
                .post, "/api/v1/estates/{estate}/me/parcel-words", "makeParcelWord",
                Text(
                    zh: "取一个领取口令；可以给邻居代领；社工可为没有手机的取",
                    en: "Make a word that fetches what waits; a neighbour may be given it"),
                tag: tag, security: .person, delegation: .needs, proof: .forOffice,
                parameters: [.estate], body: HandOverSchemas.wordWanted, answers: [made],
                problems: [.needWhichHousehold],
                work: GoodsOperations.telling(signals, desk.makeWord)),
            GoodsOperations.act(
                "/households/{household}/card", "issueParcelCard",
                Text(
                    zh: "居委会或社工为一户发领取卡；旧卡作废",
                    en: "Issue a household's card, which ends the one before"), signals,
                parameters: [.path("household", Text(zh: "哪一户", en: "The household"))],
                answer: made, problems: [], desk.issueCard),
        ]
    }

    private static func visits(_ desk: HandOverDesk, _ signals: EventSignals) -> [Operation] {
        [
            GoodsOperations.act(
                "/visits", "openGoodsVisit",
                Text(
                    zh: "有人凭口令或领取卡来领：排号，列出包裹代号和过敏原",
                    en: "Somebody comes with a word or card: a number, and parcels by code"),
                signals, body: HandOverSchemas.visitWanted,
                answer: Operation.Answer(
                    .created, Text(zh: "到访", en: "The visit"), HandOverSchemas.visit),
                problems: [
                    .notOnGoodsDuty, .parcelWordUnknown, .parcelWordsTooMany,
                    .handOverOwnHousehold,
                ], desk.open),
            GoodsOperations.act(
                "/visits/{visit}/second", "secondGoodsVisit",
                Text(zh: "贵重物资：第二人在场", en: "Stand by as the second person"), signals,
                parameters: [visit],
                answer: Operation.Answer(.noContent, Text(zh: "已记下", en: "Noted")),
                problems: [.handOverOwnHousehold, .handOverSecondPerson], HandOverDesk.second),
            .read(
                base + "/places/{room}/visits", "listGoodsVisits",
                Text(
                    zh: "今天谁来过这个物资间：只有排号和包裹代号，两位值班的看同一个队",
                    en: "Who has come to a room today, by number and code: one queue for a desk"),
                tag: tag, security: .person, proof: .forOffice,
                parameters: [
                    .estate, .path("room", Text(zh: "物资间", en: "The room")),
                    .query(
                        "state", .choice(["open", "all"]),
                        Text(zh: "all：也要已结束的", en: "all: also those that have ended")),
                    .cursor, .limit(),
                ],
                answers: [
                    Operation.Answer(.ok, Text(zh: "一页", en: "A page"), HandOverSchemas.visits)
                ], problems: [.notOnGoodsDuty]
            ) { call, _ in try await HandOverDesk.visits(call) },
            GoodsOperations.act(
                "/visits/{visit}/issues", "issueGoodsAtVisit",
                Text(
                    zh: "从空闲的里当场发给来的人，只按已核实的需求",
                    en: "Hand out of what is free, for a confirmed need alone"), signals,
                parameters: [visit], body: HandOverSchemas.issue,
                answer: Operation.Answer(
                    .created, Text(zh: "包裹", en: "The parcel"), GoodsSchemas.made),
                problems: ProblemKind.goodsRefusals + [
                    .handOverOwnHousehold, .visitOver, .visitNoNeed, .handOverSecondPerson,
                ], HandOverDesk.issue),
        ]
    }

    private static func parcels(_ signals: EventSignals) -> [Operation] {
        [
            .read(
                base + "/places/{room}/parcels", "listGoodsParcels",
                Text(
                    zh: "物资间里等人来领的包裹：代号和过敏原",
                    en: "What waits at a room, by code with allergens"), tag: tag,
                security: .person, proof: .forOffice,
                parameters: [
                    .estate, .path("room", Text(zh: "物资间", en: "The room")), .cursor, .limit(),
                ],
                answers: [
                    Operation.Answer(.ok, Text(zh: "一页", en: "A page"), HandOverSchemas.parcels)
                ], problems: [.notOnGoodsDuty]
            ) { call, _ in try await HandOverDesk.list(call) },
            GoodsOperations.act(
                "/parcels/{parcel}/hand-over", "handOverParcel",
                Text(
                    zh: "交付一个包裹：整个、一部分或替代，一次办完",
                    en: "Hand a parcel over: whole, in part or with substitutes, in one call"),
                signals, parameters: [parcel], body: HandOverSchemas.handOver,
                answer: Operation.Answer(.noContent, Text(zh: "已交付", en: "Handed over")),
                problems: ProblemKind.goodsRefusals + refusals, HandOverDesk.hand),
            .write(
                .delete, base + "/parcels/{parcel}/hand-over", "undoHandOver",
                Text(
                    zh: "撤销交付：东西收回，仍为这一户留着", en: "Undo a hand-over: it waits again"),
                tag: tag, security: .person, proof: .forOffice, parameters: [.estate, parcel],
                answers: [Operation.Answer(.noContent, Text(zh: "已撤销", en: "Undone"))],
                problems: ProblemKind.goodsRefusals + [.handOverOwnHousehold, .handOverNotUndone],
                work: GoodsOperations.telling(signals, HandOverDesk.undo)),
        ]
    }

    static let refusals: [ProblemKind] = [
        .handOverOwnHousehold, .visitOver, .parcelNotWaiting, .parcelLapsed, .parcelPartUnfit,
        .substituteUnfit, .handOverSecondPerson,
    ]
}

/// The shapes of handing over on the wire.
enum HandOverSchemas {
    static let wordWanted = Schema.object(
        "ParcelWordWanted",
        [
            .optional("household", .uuid(note: "只属于一户则不填 / Left out for the only one")),
            .optional("for_neighbour", .bool(note: "由邻居代领 / A neighbour fetches it")),
        ])
    static let word = Schema.object(
        "ParcelWord",
        [.required("word", .text(8...8)), .required("expires_at", .instant())])
    static let visitWanted = Schema.object(
        "GoodsVisitWanted",
        [
            .required("room", .uuid()),
            .required("word", .text(1...16, note: "口令或领取卡号 / A word, or a card's number")),
        ])
    private static let parcel = Schema.object("GoodsParcel", NeedSchemas.parcelMembers)
    static let visit = Schema.object(
        "GoodsVisit",
        [
            .required("id", .uuid()),
            .required("number", .integer(1...1_000_000, note: "今天的排号 / Its number of the day")),
            .required("parcels", .array(parcel, count: 0...50)),
        ])
    static let visits = Schema.object(
        "GoodsVisitPage",
        [
            .required(
                "visits",
                .array(
                    .object(
                        "GoodsVisitOfToday",
                        [
                            .required("id", .uuid()),
                            .required("number", .integer(1...1_000_000)),
                            .required("state", .choice(["open", "ended"])),
                            .required("opened_at", .instant()), .required("ends", .instant()),
                            .required(
                                "has_second",
                                .bool(note: "第二位在旁 / A second person stands by")),
                            .required(
                                "parcels",
                                .array(
                                    .object(
                                        "GoodsVisitParcel",
                                        [
                                            .required("id", .uuid()),
                                            .required("code", .text(1...40)),
                                            .required("state", .choice(["ready", "handed_out"])),
                                        ]), count: 0...50)),
                        ]), count: 0...100))
        ])
    static let parcels = Schema.object(
        "GoodsParcelPage", [.required("parcels", .array(parcel, count: 0...100))])
    static let issue = Schema.object(
        "GoodsVisitIssue",
        [
            .required("lot", .uuid()), .required("place", .uuid()),
            .required("quantity", GoodsSchemas.quantity),
        ])
    static let handOver = Schema.object(
        "ParcelHandOver",
        [
            .required("visit", .uuid()),
            .optional(
                "parts",
                .array(
                    .object(
                        "ParcelHandOverPart",
                        [
                            .required("lot", .uuid(note: "包裹里的批次 / A lot of the parcel")),
                            .required(
                                "quantity",
                                .text(1...32, note: "交付多少；其余退回 / How much; the rest goes back")),
                            .optional(
                                "instead", .uuid(note: "用这个批次替代 / Of this lot instead")),
                            .optional("place", .uuid(note: "替代批次在哪里 / Where that lies")),
                        ]), count: 0...HandOverDesk.partsMax,
                    note: "不填：整个 / Left out: all of it")),
        ])
}
