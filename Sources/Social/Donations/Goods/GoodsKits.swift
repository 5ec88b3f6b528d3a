internal import Platform
internal import Realtime

/// Taking apart, kits back into their parts and boxes into pieces, every lot known for a recall.
enum GoodsKits {
    /// Opens so many kits that lie at a place; the kit's lot as it is then.
    static func open(_ call: Call) async throws -> Response {
        let (kit, event) = (call.id("lot"), call.context.ids.next() as UUID)
        guard let place = call.bodyID("place"), let kits = call.body["kits"]?.integer else {
            throw Stop(.invalid)
        }
        let status = call.body["status"]?.text ?? "free"
        return try await call.write { tx, _ in
            let answer = try await tx.run(
                GoodsAnswer(
                    sql: """
                        \(literal: GoodsAnswer.select)
                        linli.goods_unpack(\(event), \(kit), \(place), \(status), \(kits)) AS a
                        """)
            ).first
            if let problem = problem(answer) { return .refused(problem) }
            return .done(try await GoodsStock.shown(call, kit, tx))
        }
    }

    /// Splits so many boxes of a lot into pieces, which are a lot of their own.
    static func split(_ call: Call) async throws -> Response {
        let (box, event) = (call.id("lot"), call.context.ids.next() as UUID)
        let pieces: UUID = call.context.ids.next()
        guard let place = call.bodyID("place"), let item = call.bodyID("item"),
            let boxes = call.body["boxes"]?.integer, let each = call.body["each"]?.integer
        else { throw Stop(.invalid) }
        return try await call.write { tx, _ in
            let answer = try await tx.run(
                GoodsAnswer(
                    sql: """
                        \(literal: GoodsAnswer.select)
                        linli.goods_split(\(event), \(pieces), \(box), \(item), \(place), \(boxes),
                            \(each)) AS a
                        """)
            ).first
            if let problem = problem(answer) { return .refused(problem) }
            return .done(try await GoodsStock.shown(call, pieces, tx, .created))
        }
    }

    private static func problem(_ answer: GoodsAnswer.Row?) -> Problem? {
        switch answer?.verdict {
        case nil: Problem(.notFound)
        case "item": Problem(.goodsNotApart)
        default: answer?.problem
        }
    }
}

extension ProblemKind {
    static let goodsNotApart = ProblemKind(
        "goods-not-apart", .unprocessableContent,
        Text(zh: "这样拆不开", en: "It does not come apart so"),
        Text(
            zh: "请选一个套装批次；拆箱请选同类、按整数计数、过敏原相同的在用品目。",
            en:
                "Choose a kit's lot; to split boxes, an item in use of the same category that is "
                + "counted whole and has the same allergens."))
}

/// The operations of taking apart.
extension GoodsOperations {
    static func apart(_ signals: EventSignals) -> [Operation] {
        let lot = Operation.Parameter.path("lot", Text(zh: "批次", en: "The lot"))
        return [
            act(
                "/lots/{lot}/openings", "openGoodsKits",
                Text(
                    zh: "拆开套装：各部分回到原来的批次；召回或过期的部分进待检",
                    en: "Open kits: each part comes back into its own lot, held back if need be"),
                signals, parameters: [lot], body: GoodsApartSchemas.opening,
                answer: Operation.Answer(
                    .ok, Text(zh: "套装的批次", en: "The kit's lot"), GoodsSchemas.lot),
                problems: ProblemKind.goodsRefusals + [.goodsNotApart], GoodsKits.open),
            act(
                "/lots/{lot}/splits", "splitGoods",
                Text(
                    zh: "拆箱：整箱拆成单件，召回时仍能找到",
                    en: "Split boxes into pieces; a recall of the boxes finds them"),
                signals, parameters: [lot], body: GoodsApartSchemas.split,
                answer: Operation.Answer(
                    .created, Text(zh: "单件的批次", en: "The pieces' lot"), GoodsSchemas.lot),
                problems: ProblemKind.goodsRefusals + [.goodsNotApart], GoodsKits.split),
        ]
    }
}

/// The shapes of taking apart on the wire.
enum GoodsApartSchemas {
    static let opening = Schema.object(
        "GoodsKitOpening",
        [
            .required("place", .uuid()), .required("kits", .integer(1...100_000)),
            .optional(
                "status",
                .choice(["free", "quarantine"])),
        ])
    static let split = Schema.object(
        "GoodsSplit",
        [
            .required("place", .uuid()),
            .required("item", .uuid(note: "单件的品目 / The pieces' item")),
            .required("boxes", .integer(1...100_000)),
            .required("each", .integer(1...10_000, note: "每箱几件 / Pieces in one box")),
        ])
}
