internal import Platform
internal import Realtime

/// Why something of a shipment is refused.
extension ProblemKind {
    static let shipmentEstateUnknown = ProblemKind(
        "shipment-estate-unknown", .unprocessableContent,
        Text(zh: "没有这个别的小区", en: "There is no such other estate"),
        Text(
            zh: "请从小区名录里选另一个小区；本小区内请用移库。",
            en: "Choose another estate of the list; within this one move the lot."))
    static let shipmentOver = ProblemKind(
        "shipment-over", .conflict,
        Text(zh: "这批物资已经收到，或已经撤回", en: "This shipment has arrived, or was taken back"),
        Text(
            zh: "请刷新后再看；收错了的请盘点改正，要退回请再寄一次。",
            en: "Look again; count to correct it, or send some of it back."))
    static let shipmentDiffers = ProblemKind(
        "shipment-differs", .unprocessableContent,
        Text(zh: "清点数和寄出数不同须写原因，相同则不写", en: "A count that differs needs a reason"),
        Text(
            zh: "请再数一遍；有出入的填 because，没有的不填。",
            en: "Count it again; send because where it differs, and leave it out where not."))
    static let shipmentItemUnfit = ProblemKind(
        "shipment-item-unfit", .unprocessableContent,
        Text(zh: "这个品目和寄来的不符", en: "This item does not fit what was sent"),
        Text(
            zh: "请选同类、同单位、小数位相同、过敏原不少的在用品目；本小区已有这个批次的，选它的品目。",
            en:
                "Choose an item in use of the same category, unit and decimals that names all its "
                + "allergens; where the lot is here already, the lot's."))
}

/// The operations of goods between estates.
extension GoodsOperations {
    static func shipments(_ signals: EventSignals) -> [Operation] {
        let shipment = Operation.Parameter.path(
            "shipment", Text(zh: "一次寄送", en: "The shipment"))
        return [
            act(
                "/lots/{lot}/shipments", "sendGoods",
                Text(
                    zh: "寄给别的小区：先记为在途，对方清点后入库",
                    en: "Send some of a lot to another estate: on the way until it is counted there"
                ),
                signals, parameters: [.path("lot", Text(zh: "批次", en: "The lot"))],
                body: GoodsShipmentSchemas.wanted,
                answer: Operation.Answer(
                    .created, Text(zh: "在途", en: "On the way"), GoodsShipmentSchemas.shipment),
                problems: ProblemKind.goodsRefusals + [.shipmentEstateUnknown],
                GoodsShipments.send),
            .read(
                base + "/shipments", "listGoodsShipments",
                Text(
                    zh: "寄给别的小区的，和对方清点的结果",
                    en: "What was sent to other estates, and what they counted"), tag: tag,
                security: .person, proof: .forOffice, parameters: [.estate, .cursor, .limit()],
                answers: [
                    Operation.Answer(
                        .ok, Text(zh: "一页", en: "A page"), GoodsShipmentSchemas.shipments)
                ], problems: [.notOnGoodsDuty]
            ) { call, _ in try await GoodsShipments.sent(call) },
            .write(
                .delete, base + "/shipments/{shipment}", "undoGoodsShipment",
                Text(
                    zh: "对方还没收的，撤回：放回原处",
                    en: "Take a shipment back that has not arrived: it lies where it lay"),
                tag: tag,
                security: .person, proof: .forOffice, parameters: [.estate, shipment],
                answers: [Operation.Answer(.noContent, Text(zh: "已撤回", en: "Taken back"))],
                problems: ProblemKind.goodsRefusals + [.shipmentOver],
                work: telling(signals, GoodsShipments.undo)),
            .read(
                base + "/arrivals", "listGoodsArrivals",
                Text(zh: "别的小区寄来的", en: "What other estates sent here"), tag: tag,
                security: .person, proof: .forOffice,
                parameters: [
                    .estate, .cursor, .limit(),
                    .query(
                        "state", .choice(GoodsShipmentSchemas.states),
                        Text(zh: "只要这一种；underway：在途", en: "Only these; underway: on the way")),
                ],
                answers: [
                    Operation.Answer(
                        .ok, Text(zh: "一页", en: "A page"), GoodsShipmentSchemas.arrivals)
                ], problems: [.notOnGoodsDuty]
            ) { call, _ in try await GoodsShipments.arriving(call) },
            act(
                "/arrivals/{shipment}/receipt", "receiveGoods",
                Text(
                    zh: "清点入库：批次编号、到期日不变；有出入的写原因，由寄出方核销",
                    en: "Count and take in: the lot stays that lot; a difference has its reason"),
                signals, parameters: [shipment], body: GoodsShipmentSchemas.receipt,
                answer: Operation.Answer(
                    .created, Text(zh: "已入库", en: "Taken in"), GoodsShipmentSchemas.arrival),
                problems: [
                    .notOnGoodsDuty, .notGoodsPlace, .accountFull, .shipmentOver,
                    .shipmentDiffers, .shipmentItemUnfit,
                ], GoodsShipments.receive),
        ]
    }
}

/// The shapes of goods between estates on the wire.
enum GoodsShipmentSchemas {
    static let states = ["underway", "arrived", "undone"]
    private static let becauses = ["lost", "damaged", "spoiled", "expired", "miscounted"]

    static let wanted = Schema.object(
        "GoodsShipmentWanted",
        [
            .required("place", .uuid(note: "在哪里 / Where it lies")),
            .required("estate", .uuid(note: "寄给哪个小区 / The other estate")),
            .required("quantity", GoodsSchemas.quantity),
        ])
    static let receipt = Schema.object(
        "GoodsReceipt",
        [
            .required("place", .uuid(note: "放到哪里 / Where it comes to lie")),
            .required("item", .uuid(note: "本小区目录里的品目 / The item of this estate")),
            .required(
                "counted", .text(1...32, note: "实收；什么也没到写 0 / What came; 0 for nothing")),
            .optional("because", .choice(becauses, note: "和寄出数不同的原因 / Why it differs")),
            .optional("is_held", .bool(note: "先待检 / Into quarantine first")),
        ])

    /// What both sides read: the other estate, how much, and how it ended.
    private static let described: [Schema.Member] = [
        .required("id", .uuid()), .required("lot", .uuid()), .required("code", .text(13...13)),
        .required("name_zh", GoodsSchemas.name), .required("name_en", GoodsSchemas.name),
        .required("unit", GoodsSchemas.unit), .optional("place", .uuid()),
        .required("estate", .uuid(note: "对方小区 / The other estate")),
        .required("estate_zh", GoodsSchemas.name), .required("estate_en", GoodsSchemas.name),
        .required("quantity", GoodsSchemas.amount), .required("sent_at", .instant()),
        .required("state", .choice(states)), .optional("ended_at", .instant()),
        .optional("counted", GoodsSchemas.amount), .optional("because", .choice(becauses)),
    ]
    static let shipment = Schema.object("GoodsShipment", described)
    static let shipments = Schema.object(
        "GoodsShipmentPage", [.required("shipments", .array(shipment, count: 0...100))])
    static let arrival = Schema.object(
        "GoodsArrival",
        described + [
            .required("category", .choice(GoodsSchemas.categories)),
            .required("scale", .integer(0...3)),
            .required("condition", .choice(["new", "good", "worn"])),
            .optional("expires_on", GoodsSchemas.day),
            .required("allergens", .array(.choice(GoodsSchemas.allergens), count: 0...14)),
            .required("is_valuable", .bool()),
        ])
    static let arrivals = Schema.object(
        "GoodsArrivalPage", [.required("arrivals", .array(arrival, count: 0...100))])
}
