package import Platform
internal import Realtime

/// Goods between estates: sent, on the way, counted where they arrive.
enum GoodsShipments {
    private static let last = UUID(high: .max, low: .max)

    // MARK: Reading

    /// Writes a page of what was sent, the latest first.
    static func sent(_ call: Call) async throws -> Response {
        let limit = call.limit()
        try await GoodsStock.mustServe(call)
        return try await shipments(before: try call.cursor()?.id ?? last, count: limit + 1)
            .page(call, "shipments", limit: limit)
    }

    /// Writes a page of what other estates sent here, the latest first.
    static func arriving(_ call: Call) async throws -> Response {
        let limit = call.limit()
        try await GoodsStock.mustServe(call)
        return try await arrivals(
            state: call.text("state"), before: try call.cursor()?.id ?? last, count: limit + 1
        ).page(call, "arrivals", limit: limit)
    }

    private static func shipments(
        one: UUID? = nil, before: UUID = last, count: Int64 = 1
    ) -> GoodsRows {
        GoodsRows(
            members: [
                "lot", "code", "name_zh", "name_en", "unit", "place", "estate", "estate_zh",
                "estate_en", "quantity", "sent_at", "state", "ended_at", "counted", "because",
            ],
            sql: """
                SELECT id, lot_id, code, name_zh, name_en, unit, place_id, other, other_zh,
                    other_en, quantity, sent_at, state, ended_at, counted, because
                FROM linli.goods_shipments(\(one), \(before), \(count))
                """)
    }

    private static func arrivals(
        state: String? = nil, one: UUID? = nil, before: UUID = last, count: Int64 = 1
    ) -> GoodsRows {
        GoodsRows(
            members: [
                "lot", "code", "name_zh", "name_en", "category", "unit", "scale", "condition",
                "expires_on", "allergens", "is_valuable", "place", "estate", "estate_zh",
                "estate_en", "quantity", "sent_at", "state", "ended_at", "counted", "because",
            ],
            sql: """
                SELECT id, lot_id, code, name_zh, name_en, category, unit, scale, condition,
                    expires_on, allergens, is_valuable, place_id, other, other_zh, other_en,
                    quantity, sent_at, state, ended_at, counted, because
                FROM linli.goods_arrivals(\(state), \(one), \(before), \(count))
                """)
    }

    // MARK: Acting

    /// Sends some of a lot to another estate.
    static func send(_ call: Call) async throws -> Response {
        let (lot, id) = (call.id("lot"), call.context.ids.next() as UUID)
        let event: UUID = call.context.ids.next()
        guard let place = call.bodyID("place"), let other = call.bodyID("estate") else {
            throw Stop(.invalid)
        }
        return try await call.write { tx, _ in
            guard let scale = try await LotScales.of([lot], tx)[lot] else {
                return .refused(Problem(.notFound))
            }
            let quantity = try Quantity.read(
                call.body["quantity"]?.text ?? "", scale: scale, at: "/quantity")
            let answer = try await tx.run(
                GoodsAnswer(
                    sql: """
                        \(literal: GoodsAnswer.select)
                        linli.goods_send(\(event), \(id), \(lot), \(place), \(other),
                            \(quantity.units)) AS a
                        """)
            ).first
            if answer?.verdict == "estate" { return .refused(Problem(.shipmentEstateUnknown)) }
            if let problem = answer?.problem { return .refused(problem) }
            let made = try await tx.run(shipments(one: id)).first
            return .done(Response(.created, "application/json", made?.json ?? []))
        }
    }

    /// Takes a shipment back that has not arrived.
    static func undo(_ call: Call) async throws -> Response {
        let (shipment, event) = (call.id("shipment"), call.context.ids.next() as UUID)
        return try await call.write { tx, _ in
            let answer = try await tx.run(
                GoodsAnswer(
                    sql: """
                        \(literal: GoodsAnswer.select)
                        linli.goods_send_undo(\(event), \(shipment)) AS a
                        """)
            ).first
            if answer?.verdict == "over" { return .refused(Problem(.shipmentOver)) }
            if let problem = answer?.problem { return .refused(problem) }
            return .done(Response(.noContent))
        }
    }

    /// Takes in what arrived, as it was counted.
    static func receive(_ call: Call) async throws -> Response {
        let (shipment, intake) = (call.id("shipment"), call.context.ids.next() as UUID)
        let (event, body) = (call.context.ids.next() as UUID, call.body)
        guard let place = call.bodyID("place"), let item = call.bodyID("item"),
            let text = body["counted"]?.text
        else { throw Stop(.invalid) }
        let (because, isHeld) = (body["because"]?.text, body["is_held"]?.bool ?? false)
        return try await call.write { tx, _ in
            guard let scale = try await tx.run(ArrivalScale(shipment: shipment)).first else {
                return .refused(Problem(.notFound))
            }
            let counted =
                text == "0"
                ? 0 : try Quantity.read(text, scale: Int(scale), at: "/counted").units
            guard counted <= GoodsItem.unitsMax else {
                throw GoodsIntake.fault("/counted", GoodsDoor.advice(""))
            }
            let verdict = try await tx.run(
                GoodsVerdict(
                    sql: """
                        SELECT linli.goods_receive(\(event), \(intake), \(shipment), \(place),
                            \(item), \(counted), \(because), \(isHeld))
                        """)
            ).first
            guard verdict == "arrived" else { return .refused(problem(verdict)) }
            let row = try await tx.run(arrivals(one: shipment)).first
            return .done(Response(.created, "application/json", row?.json ?? []))
        }
    }

    private static func problem(_ verdict: String?) -> Problem {
        switch verdict {
        case "over": Problem(.shipmentOver)
        case "because": Problem(.shipmentDiffers)
        case "item": Problem(.shipmentItemUnfit)
        case "full": Problem(.accountFull)
        case "forbidden": Problem(.notOnGoodsDuty)
        case "away": Problem(.notGoodsPlace)
        default: Problem(.notFound)
        }
    }
}

/// In how many decimal places an arrival is counted, for who handles goods.
private struct ArrivalScale: Statement {
    var shipment: UUID

    var sql: SQL {
        """
        SELECT scale
        FROM linli.goods_arrivals(NULL, \(shipment), \(UUID(high: .max, low: .max)), 1)
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Int32 { try cells.read() }
}

/// What became of goods on the road between estates.
package enum GoodsRoad {
    /// Its name.
    static let name = "goods-road"
    /// How long after another estate has counted it is posted where it was sent from, and how long a recall
    /// takes to reach the households of another estate; nothing of it goes out there from the recall on.
    package static let every: Duration = .seconds(10)
    private static let batch: Int32 = 100

    /// Posts what was counted elsewhere and carries recalls out; `committed` hears of each transaction
    /// that wrote.
    package static func job(committed: @escaping @Sendable () -> Void) -> Job {
        Job(name: name, every: every) { run, database, _ in
            var moved: Int64 = 0
            repeat {
                try Task.checkCancellation()
                moved =
                    try await database.write(run.principal) { tx in
                        try await tx.finish(WorkGoodsRoad(rowsMax: batch))
                    }.first ?? 0
                if moved > 0 { committed() }
            } while moved > 0
        }
    }
}

/// One transaction of the job; how much there was to do.
struct WorkGoodsRoad: Statement {
    var rowsMax: Int32

    var sql: SQL { "SELECT linli.goods_road(\(rowsMax))" }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Int64 { try cells.read() }
}
