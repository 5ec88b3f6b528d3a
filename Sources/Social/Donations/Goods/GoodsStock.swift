internal import Platform
internal import Realtime

/// What lies where, and what those on duty do with it: each act is movements with a reason.
enum GoodsStock {
    // MARK: Reading

    static let members = [
        "code", "item", "name_zh", "name_en", "unit", "scale", "condition", "expires_on",
        "stopped", "received_at", "free", "reserved", "quarantine", "places", "intake", "source",
        "drive",
    ]

    /// Lots with what of each is where.
    static func stock(
        _ lot: UUID? = nil, item: UUID? = nil, place: UUID? = nil, near: Day? = nil,
        afterDay: Day = Day(daysSinceEpoch: 0), after: UUID = UUID(high: 0, low: 0), count: Int64
    ) -> GoodsRows {
        GoodsRows(
            members: members, isSorted: near != nil,
            sql: """
                SELECT \(literal: near == nil ? "" : "(expires_on - DATE '1970-01-01')::bigint,")
                    id, code, item_id, name_zh, name_en, unit, scale, condition, expires_on, stopped,
                    received_at, linli.goods_amount(free, scale),
                    linli.goods_amount(reserved, scale), linli.goods_amount(quarantine, scale),
                    at_places, intake_id, source, drive_id
                FROM linli.goods_stock(\(lot), \(item), \(place), \(near), \(afterDay), \(after),
                    \(count))
                """)
    }

    /// Writes a page of lots that lie somewhere.
    static func list(_ call: Call) async throws -> Response {
        let limit = call.limit(default: 50)
        try await mustServe(call)
        let after = try call.cursor()?.id ?? UUID(high: 0, low: 0)
        return try await stock(
            item: call.text("item").flatMap { UUID($0) },
            place: call.text("place").flatMap { UUID($0) }, after: after, count: limit + 1
        ).page(call, "lots", limit: limit)
    }

    /// Those who handle goods nowhere are told so.
    static func mustServe(_ call: Call) async throws {
        guard try await call.read(ServesGoods()).first == true else { throw Stop(.notOnGoodsDuty) }
    }

    /// Writes one lot.
    static func one(_ call: Call) async throws -> Response {
        try await stock(call.id("lot"), count: 1).one(call)
    }

    /// Writes the movements of a lot, the latest first.
    static func movements(_ call: Call) async throws -> Response {
        let limit = call.limit()
        let lot = call.id("lot")
        guard try await !call.read(LotScales(lots: [lot])).isEmpty else { throw Stop(.notFound) }
        let before = try call.cursor()?.id ?? UUID(high: .max, low: .max)
        let rows = GoodsRows(
            members: [
                "at", "quantity", "reason", "from_kind", "from_place", "from_status", "to_kind",
                "to_place", "to_status", "doer", "reverses", "reversed_by",
            ],
            sql: """
                SELECT id, at, quantity, reason, from_kind, from_place, from_status, to_kind,
                    to_place, to_status, doer_id, reverses, reversed_by
                FROM linli.goods_movements(\(lot), \(before), \(limit + 1))
                """)
        return try await rows.page(call, "movements", limit: limit)
    }

    // MARK: Acting

    /// Moves some of a lot to another place.
    static func transfer(_ call: Call) async throws -> Response { try await act("transfer", call) }

    /// Holds some of a lot back.
    static func quarantine(_ call: Call) async throws -> Response {
        try await act("quarantine", call)
    }

    /// Lets some of a lot go again.
    static func release(_ call: Call) async throws -> Response { try await act("release", call) }

    /// Throws some of a lot away, for a reason.
    static func discard(_ call: Call) async throws -> Response { try await act("discard", call) }

    private static func act(_ act: String, _ call: Call) async throws -> Response {
        let (lot, event) = (call.id("lot"), call.context.ids.next() as UUID)
        let body = call.body
        guard let place = body["place"]?.text.flatMap({ UUID($0) }) else { throw Stop(.invalid) }
        let to = body["to"]?.text.flatMap { UUID($0) }
        let (status, because) = (body["status"]?.text ?? "free", body["because"]?.text)
        return try await call.write { tx, _ in
            guard let scale = try await LotScales.of([lot], tx)[lot] else {
                return .refused(Problem(.notFound))
            }
            let quantity = try Quantity.read(
                body["quantity"]?.text ?? "", scale: scale, at: "/quantity")
            let answer = try await tx.run(
                GoodsAnswer(
                    sql: """
                        \(literal: GoodsAnswer.select)
                        linli.goods_act(\(event), \(act), \(lot), \(place), \(to), \(status),
                            \(quantity.units), \(because)) AS a
                        """)
            ).first
            if let problem = answer?.problem { return .refused(problem) }
            return .done(try await shown(call, lot, tx))
        }
    }

    /// The lot as it is then.
    static func shown(
        _ call: Call, _ lot: UUID, _ tx: Transaction, _ status: Status = .ok
    ) async throws -> Response {
        let rows = try await tx.run(stock(lot, count: 1))
        return Response(status, "application/json", rows.first?.json ?? [])
    }

    /// Enters what was counted at a place.
    static func count(_ call: Call) async throws -> Response {
        let (id, event) = (call.context.ids.next() as UUID, call.context.ids.next() as UUID)
        let place = call.id("place")
        let lines = call.body["lines"]?.elements ?? []
        let lots = lines.compactMap { $0["lot"]?.text.flatMap { UUID($0) } }
        guard Set(lots).count == lines.count else { throw GoodsIntake.fault("/lines", once) }
        return try await call.write { tx, _ in
            let scales = try await LotScales.of(lots, tx)
            var counted: [Int64] = []
            for (index, line) in lines.enumerated() {
                let text = line["counted"]?.text ?? ""
                guard text != "0" else {
                    counted.append(0)
                    continue
                }
                counted.append(
                    try Quantity.read(
                        text, scale: scales[lots[index]] ?? Quantity.scaleMax,
                        at: "/lines/\(index)/counted"
                    ).units)
            }
            let answer = try await tx.run(
                GoodsAnswer(
                    sql: """
                        \(literal: GoodsAnswer.select)
                        linli.goods_count(\(event), \(id), \(place), \(lots), \(counted)) AS a
                        """)
            ).first
            if let problem = answer?.problem { return .refused(problem) }
            return .done(
                call.json(.created) { json in
                    json.object { json in
                        json.member("id", id)
                        json.member("differs", Int64(answer?.moved.count ?? 0))
                    }
                })
        }
    }

    static let once = Text(zh: "每个批次只能出现一次。", en: "Name each lot once.")

    /// Packs kits.
    static func pack(_ call: Call) async throws -> Response {
        let (kit, event) = (call.context.ids.next() as UUID, call.context.ids.next() as UUID)
        let body = call.body
        let parts = body["parts"]?.elements ?? []
        let lots = parts.compactMap { $0["lot"]?.text.flatMap { UUID($0) } }
        guard let item = body["item"]?.text.flatMap({ UUID($0) }),
            let place = body["place"]?.text.flatMap({ UUID($0) }),
            let kits = body["kits"]?.integer
        else { throw Stop(.invalid) }
        guard Set(lots).count == parts.count else { throw GoodsIntake.fault("/parts", once) }
        return try await call.write { tx, _ in
            let scales = try await LotScales.of(lots, tx)
            var each: [Int64] = []
            for (index, part) in parts.enumerated() {
                let one = try Quantity.read(
                    part["quantity"]?.text ?? "", scale: scales[lots[index]] ?? Quantity.scaleMax,
                    at: "/parts/\(index)/quantity")
                // So many kits of it are within what the ledger counts.
                guard one.units <= GoodsItem.unitsMax else {
                    throw GoodsIntake.fault("/parts/\(index)/quantity", GoodsDoor.advice(""))
                }
                each.append(one.units)
            }
            let answer = try await tx.run(
                GoodsAnswer(
                    sql: """
                        \(literal: GoodsAnswer.select)
                        linli.goods_pack(\(event), \(kit), \(item), \(place), \(kits), \(lots),
                            \(each)) AS a
                        """)
            ).first
            if let problem = answer?.problem { return .refused(problem) }
            return .done(try await shown(call, kit, tx, .created))
        }
    }

    /// Takes a movement back by one the other way.
    static func takeBack(_ call: Call) async throws -> Response {
        let (movement, fresh) = (call.id("movement"), call.context.ids.next() as UUID)
        let (event, because) = (
            call.context.ids.next() as UUID, call.body["because"]?.text ?? "mistake"
        )
        return try await call.write { tx, _ in
            let answer = try await tx.run(
                GoodsAnswer(
                    sql: """
                        \(literal: GoodsAnswer.select)
                        linli.goods_take_back(\(event), \(fresh), \(movement), \(because)) AS a
                        """)
            ).first
            if let problem = answer?.problem { return .refused(problem) }
            return .done(call.json(.created) { $0.object { $0.member("id", fresh) } })
        }
    }
}

/// Whether the principal handles goods anywhere.
struct ServesGoods: Statement {
    var sql: SQL { "SELECT linli.goods_serves_any()" }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Bool { try cells.read() }
}
