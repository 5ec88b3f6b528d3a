package import Platform
internal import Realtime

/// The operations of donated goods.
package enum GoodsOperations {
    /// All of them; `signals` hears of each commit.
    package static func all(signals: EventSignals) -> [Operation] {
        [
            catalogue(signals), places(signals), intakes(signals), stock(signals),
            counting(signals), apart(signals), closing(signals), recalls(signals),
            shipments(signals), boards, reports,
        ].flatMap(\.self)
    }

    static let tag = "goods"
    static let base = "/api/v1/estates/{estate}/goods"

    static func telling(
        _ signals: EventSignals, _ work: @escaping @Sendable (Call) async throws -> Response
    ) -> Operation.Work {
        { call, _ in
            let response = try await work(call)
            signals.committed()
            return response
        }
    }

    /// What committee and those on duty do to something there is, or to a new one.
    static func act(
        _ path: String, _ id: String, _ summary: Text, _ signals: EventSignals,
        parameters: [Operation.Parameter] = [], body: Schema? = nil, answer: Operation.Answer,
        problems: [ProblemKind], _ work: @escaping @Sendable (Call) async throws -> Response
    ) -> Operation {
        .write(
            .post, base + path, id, summary, tag: tag, security: .person, proof: .forOffice,
            parameters: [.estate] + parameters, body: body, answers: [answer], problems: problems,
            work: telling(signals, work))
    }

    private static func catalogue(_ signals: EventSignals) -> [Operation] {
        let item = Operation.Parameter.path("item", Text(zh: "品目", en: "The item"))
        return [
            .read(
                base + "/items", "listGoodsItems",
                Text(zh: "物资目录：收什么、怎么计数、门口不收什么", en: "What is taken in, and how it is counted"),
                tag: tag, security: .person,
                parameters: [
                    .estate, .cursor, .limit(),
                    .query(
                        "category", .choice(GoodsSchemas.categories),
                        Text(zh: "只要这一类", en: "Only those of this category")),
                ],
                answers: [
                    Operation.Answer(.ok, Text(zh: "一页", en: "A page"), GoodsSchemas.items)
                ]
            ) { call, _ in try await GoodsCatalogue.list(call) },
            .read(
                base + "/items/{item}", "getGoodsItem", Text(zh: "一个品目", en: "One item"),
                tag: tag, security: .person, parameters: [.estate, item],
                answers: [Operation.Answer(.ok, Text(zh: "它", en: "It"), GoodsSchemas.item)]
            ) { call, _ in try await GoodsCatalogue.one(call) },
            act(
                "/items", "addGoodsItem",
                Text(zh: "居委会在目录里加一个品目", en: "The committee adds an item"), signals,
                body: GoodsSchemas.itemWanted,
                answer: Operation.Answer(.created, Text(zh: "它", en: "It"), GoodsSchemas.item),
                problems: [.mayNotManageGoods], GoodsCatalogue.add),
            .write(
                .put, base + "/items/{item}", "changeGoodsItem",
                Text(zh: "居委会修改一个品目；单位不变", en: "The committee changes an item; its unit stays"),
                tag: tag, security: .person, proof: .forOffice, needsIfMatch: true,
                parameters: [.estate, item], body: GoodsSchemas.itemChange,
                answers: [Operation.Answer(.ok, Text(zh: "它", en: "It"), GoodsSchemas.item)],
                problems: [.mayNotManageGoods], work: telling(signals, GoodsCatalogue.change)),
        ]
    }

    private static func places(_ signals: EventSignals) -> [Operation] {
        let made = Operation.Answer(.created, Text(zh: "已开设", en: "Opened"), GoodsSchemas.made)
        return [
            .read(
                base + "/places", "listGoodsPlaces",
                Text(zh: "物资间和货位", en: "Goods rooms and their bins"), tag: tag,
                security: .person,
                parameters: [
                    .estate, .cursor, .limit(),
                    .query(
                        "state", .choice(["open", "all"]),
                        Text(zh: "all：也要已关闭的", en: "all: also what is closed")),
                ],
                answers: [
                    Operation.Answer(.ok, Text(zh: "一页", en: "A page"), GoodsSchemas.places)
                ]
            ) { call, _ in try await GoodsCatalogue.places(call) },
            act(
                "/places", "openGoodsRoom",
                Text(zh: "居委会把一个公共场所设为物资间", en: "The committee makes a public place a goods room"),
                signals, body: GoodsSchemas.room, answer: made,
                problems: [.mayNotManageGoods, .goodsPlaceThere, .notFound],
                GoodsCatalogue.openRoom),
            act(
                "/places/{room}/bins", "openGoodsBin",
                Text(zh: "在物资间设一个货位", en: "Make a bin in a goods room"), signals,
                parameters: [.path("room", Text(zh: "物资间", en: "The room"))],
                body: GoodsSchemas.bin, answer: made,
                problems: [.notOnGoodsDuty, .goodsPlaceThere, .goodsPlaceClosed],
                GoodsCatalogue.openBin),
        ]
    }
}
