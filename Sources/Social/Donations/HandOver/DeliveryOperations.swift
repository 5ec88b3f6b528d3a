internal import Platform
internal import Realtime

/// The operations of bringing home what is set aside.
enum DeliveryOperations {
    private static let tag = "hand-over"
    private static let base = "/api/v1/estates/{estate}"
    private static let parcel = Operation.Parameter.path(
        "parcel", Text(zh: "包裹", en: "The parcel"))

    static func all(_ desk: HandOverDesk, _ signals: EventSignals) -> [Operation] {
        [
            .write(
                .post, base + "/me/parcels/{parcel}/delivery", "askParcelDelivery",
                Text(
                    zh: "请人把为自己家留出的物资送上门；会当作一项求助去找人",
                    en: "Ask that what is set aside be brought home: somebody is looked for"),
                tag: tag, security: .person, delegation: .needs, parameters: [.estate, parcel],
                body: DeliverySchemas.wanted,
                answers: [
                    Operation.Answer(
                        .created, Text(zh: "已提出", en: "Asked"), DeliverySchemas.asked)
                ],
                problems: [
                    .deliveryAsked, .deliveryValuable, .parcelNotWaiting, .helpTimeUnfit,
                    .helpPlaceUnfit, .helpTooMany, .helpPersonGone,
                ],
                work: GoodsOperations.telling(signals, Deliveries.ask)),
            .read(
                base + "/me/deliveries", "listDeliveries",
                Text(
                    zh: "自己家请人送的，和自己答应送的：代号、过敏原、在哪里取",
                    en: "What one asked to be brought, and agreed to bring: code and allergens"),
                tag: tag, security: .person, delegation: .needs,
                parameters: [.estate, .cursor, .limit()],
                answers: [
                    Operation.Answer(.ok, Text(zh: "一页", en: "A page"), DeliverySchemas.page)
                ]
            ) { call, _ in try await Deliveries.list(call) },
            .write(
                .post, base + "/me/deliveries/{delivery}/hand-over", "handOverDelivery",
                Text(
                    zh: "送到了：凭那一户的口令或领取卡交付",
                    en: "It has come: hand it over against the household's word or card"),
                tag: tag, security: .person,
                parameters: [
                    .estate, .path("delivery", Text(zh: "配送", en: "The delivery")),
                ],
                body: DeliverySchemas.word,
                answers: [Operation.Answer(.noContent, Text(zh: "已交付", en: "Handed over"))],
                problems: [.parcelWordUnknown, .parcelWordsTooMany],
                work: GoodsOperations.telling(signals, Deliveries(desk: desk).hand)),
            GoodsOperations.act(
                "/parcels/{parcel}/delivery", "giveParcelToHelper",
                Text(
                    zh: "把包裹交给答应送的人；没送到的用撤销交付收回",
                    en: "Give a parcel to who brings it; what does not arrive is undone"),
                signals, parameters: [parcel],
                answer: Operation.Answer(.noContent, Text(zh: "已交给送的人", en: "Given")),
                problems: ProblemKind.goodsRefusals + HandOverOperations.refusals + [
                    .deliveryNotAgreed
                ], Deliveries.take),
        ]
    }
}

/// The shapes of deliveries on the wire.
enum DeliverySchemas {
    static let wanted = Schema.object(
        "DeliveryWanted",
        [
            .required("begins", .instant(note: "最早几点 / From when")),
            .required("ends", .instant(note: "最晚几点 / Until when")),
        ])
    static let asked = Schema.object(
        "DeliveryAsked", [.required("id", .uuid()), .required("request", .uuid())])
    static let word = Schema.object(
        "DeliveryWord",
        [.required("word", .text(1...16, note: "口令或领取卡号 / A word, or a card's number"))])
    static let page = Schema.object(
        "DeliveryPage",
        [
            .required(
                "deliveries",
                .array(
                    .object(
                        "Delivery",
                        [
                            .required("id", .uuid()),
                            .required("side", .choice(["household", "helper"])),
                            .required(
                                "state",
                                .choice([
                                    "looking", "agreed", "taken", "handed", "done", "withdrawn",
                                    "lapsed",
                                ])),
                            .optional("request", .uuid()), .optional("visit", .uuid()),
                            .required("code", .text(1...20)), .required("room", .uuid()),
                            .optional("room_zh", .text(0...400)),
                            .optional("room_en", .text(0...400)),
                            .required("allergens", .array(.text(1...40), count: 0...14)),
                            .optional("begins", .instant()), .optional("ends", .instant()),
                        ]), count: 0...100))
        ])
}

/// Why something of a delivery is refused.
extension ProblemKind {
    static let deliveryAsked = ProblemKind(
        "delivery-asked", .conflict,
        Text(zh: "已经请人送这个包裹了", en: "It is asked for already"),
        Text(
            zh: "请等有人答应；要改时间，先撤回那项求助再提。",
            en: "Wait until somebody agrees; for another time withdraw that request first."))
    static let deliveryValuable = ProblemKind(
        "delivery-valuable", .conflict,
        Text(zh: "贵重物资要自己来领", en: "What is valuable is fetched"),
        Text(
            zh: "请凭口令到物资间领，或请邻居拿口令代领。",
            en: "Fetch it at the goods room with a word, or give a neighbour one."))
    static let deliveryNotAgreed = ProblemKind(
        "delivery-not-agreed", .conflict,
        Text(zh: "现在没有人答应送这个包裹", en: "Nobody has agreed to bring it now"),
        Text(
            zh: "请等有人答应，在约好的时间前四小时内再交给他。",
            en: "Wait until somebody has agreed, and give it within four hours of that time."))
}
