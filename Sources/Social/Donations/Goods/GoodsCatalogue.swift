internal import Platform
internal import Realtime

/// The catalogue of items, and the rooms and bins where goods lie.
enum GoodsCatalogue {
    // MARK: Reading

    static let itemMembers = [
        "version", "name_zh", "name_en", "category", "unit", "scale", "is_perishable",
        "shelf_days_min", "allergens", "least", "is_valuable", "refuses", "short_below",
        "counts_as", "is_retired",
    ]

    /// Items after an id, or one.
    static func items(_ item: UUID?, category: String?, after: UUID, count: Int64) -> GoodsRows {
        GoodsRows(
            members: itemMembers,
            sql: """
                SELECT id, version, name_zh, name_en, category, unit, scale, is_perishable,
                    shelf_days_min, allergens, linli.goods_amount(least, scale), is_valuable,
                    refuses, linli.goods_amount(short_below, scale),
                    CASE WHEN counts_unit IS NOT NULL THEN json_build_object('unit', counts_unit,
                        'quantity', linli.goods_amount(counts_each, 3)) END,
                    retired_at IS NOT NULL
                FROM linli.goods_item
                WHERE estate_id = (SELECT linli.estate_id()) AND id > \(after)
                    AND (\(category)::text IS NULL OR category = \(category))
                    AND (\(item)::uuid IS NULL OR id = \(item))
                ORDER BY id
                LIMIT \(count)
                """)
    }

    /// Writes a page of the catalogue.
    static func list(_ call: Call) async throws -> Response {
        let limit = call.limit(default: 50)
        let after = try call.cursor()?.id ?? UUID(high: 0, low: 0)
        return try await items(
            nil, category: call.text("category"), after: after, count: limit + 1
        ).page(call, "items", limit: limit)
    }

    /// Writes a page of rooms and bins.
    static func places(_ call: Call) async throws -> Response {
        let limit = call.limit(default: 100)
        let after = try call.cursor()?.id ?? UUID(high: 0, low: 0)
        let rows = GoodsRows(
            members: ["room", "code", "name_zh", "name_en", "is_served", "closed_at"],
            sql: """
                SELECT g.place_id, g.room_id, p.code, p.name_zh, p.name_en,
                    linli.goods_serves(g.place_id), g.closed_at
                FROM linli.goods_place AS g
                JOIN linli.place AS p ON p.estate_id = g.estate_id AND p.id = g.place_id
                WHERE g.estate_id = (SELECT linli.estate_id()) AND g.place_id > \(after)
                    AND (g.closed_at IS NULL OR \(call.text("state") == "all"))
                ORDER BY g.place_id
                LIMIT \(limit + 1)
                """)
        return try await rows.page(call, "places", limit: limit)
    }

    // MARK: Changing

    /// Adds an item.
    static func add(_ call: Call) async throws -> Response {
        let (id, event) = (call.context.ids.next() as UUID, call.context.ids.next() as UUID)
        let item = try GoodsItem(call.body, counted: nil)
        return try await call.write { tx, _ in
            guard try await tx.run(item.put(id, version: nil, event: event)).first == "done" else {
                return .refused(Problem(.mayNotManageGoods))
            }
            return .done(try await shown(call, id, tx, .created))
        }
    }

    /// Changes an item, if nobody else did meanwhile; unit and scale stay.
    static func change(_ call: Call) async throws -> Response {
        let (id, event) = (call.id("item"), call.context.ids.next() as UUID)
        return try await call.write { tx, _ in
            guard let held = try await tx.run(ItemVersion(item: id)).first else {
                return .refused(Problem(.notFound))
            }
            if let stale = call.staleness(ETag(version: Int64(held.version))) {
                return .refused(stale)
            }
            let item = try GoodsItem(call.body, counted: (held.unit, held.scale))
            switch try await tx.run(item.put(id, version: held.version, event: event)).first {
            case "done": return .done(try await shown(call, id, tx, .ok))
            case "stale": return .refused(Problem(.preconditionFailed))
            default: return .refused(Problem(.mayNotManageGoods))
            }
        }
    }

    private static func shown(
        _ call: Call, _ id: UUID, _ tx: Transaction, _ status: Status
    ) async throws -> Response {
        let rows = try await tx.run(
            items(id, category: nil, after: UUID(high: 0, low: 0), count: 1))
        let version = try await tx.run(ItemVersion(item: id)).first?.version ?? 1
        return Response(status, "application/json", rows.first?.json ?? [])
            .adding("ETag", ETag(version: Int64(version)).description)
    }

    /// Writes one item with its version.
    static func one(_ call: Call) async throws -> Response {
        let id = call.id("item")
        let (rows, versions) = try await call.read(
            items(id, category: nil, after: UUID(high: 0, low: 0), count: 1),
            ItemVersion(item: id))
        guard let row = rows.first, let version = versions.first?.version else {
            throw Stop(.notFound)
        }
        let tag = ETag(version: Int64(version))
        if let unchanged = call.unchanged(tag) { return unchanged }
        return Response(.ok, "application/json", row.json).adding("ETag", tag.description)
    }

    /// Opens a room at a public place.
    static func openRoom(_ call: Call) async throws -> Response {
        guard let place = call.body["place"]?.text.flatMap({ UUID($0) }) else {
            throw Stop(.invalid)
        }
        let event: UUID = call.context.ids.next()
        return try await call.write { tx, _ in
            let verdict = try await tx.run(
                GoodsVerdict(sql: "SELECT linli.goods_room_open(\(place), \(event))")
            ).first
            return opened(call, place, verdict)
        }
    }

    /// Makes a bin in a room.
    static func openBin(_ call: Call) async throws -> Response {
        let (bin, event) = (call.context.ids.next() as UUID, call.context.ids.next() as UUID)
        let (room, code) = (call.id("room"), call.body["code"]?.text ?? "")
        let (zh, en) = (call.body["name_zh"]?.text ?? "", call.body["name_en"]?.text ?? "")
        return try await call.write { tx, _ in
            let verdict = try await tx.run(
                GoodsVerdict(
                    sql: """
                        SELECT linli.goods_bin_open(\(bin), \(room), \(code), \(zh), \(en),
                            \(event))
                        """)
            ).first
            return opened(call, bin, verdict)
        }
    }

    private static func opened(_ call: Call, _ place: UUID, _ verdict: String?) -> Outcome {
        switch verdict {
        case "opened":
            .done(call.json(.created) { $0.object { $0.member("id", place) } })
        case "forbidden":
            .refused(
                Problem(call.operation == "openGoodsBin" ? .notOnGoodsDuty : .mayNotManageGoods))
        case "again", "there": .refused(Problem(.goodsPlaceThere))
        case "closed": .refused(Problem(.goodsPlaceClosed))
        default: .refused(Problem(.notFound))
        }
    }
}
