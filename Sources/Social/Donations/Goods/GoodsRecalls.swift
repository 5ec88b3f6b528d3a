internal import Platform
internal import Realtime

/// Recalls: nothing of a lot is handed out from one call on, and it ends with the last household.
enum GoodsRecalls {
    private static let last = UUID(high: .max, low: .max)

    private static func rows(_ one: UUID?, before: UUID, count: Int64) -> GoodsRows {
        GoodsRows(
            members: [
                "lot", "lot_code", "name_zh", "name_en", "because", "advice", "at", "ended_at",
                "households", "remaining", "is_own", "own_outcome",
            ],
            sql: """
                SELECT id, lot_id, lot_code, name_zh, name_en, because, advice, at, ended_at,
                    households, remaining, is_own, own_outcome
                FROM linli.goods_recalls(\(one), \(before), \(count))
                """)
    }

    private static func reach(_ lot: UUID) -> GoodsRows {
        GoodsRows(
            members: ["kind", "lot", "status", "quantity"],
            sql: """
                SELECT holder_id, holder_kind, lot_id, status, quantity
                FROM linli.goods_recall_reach(\(lot))
                """)
    }

    private static func households(_ recall: UUID) -> GoodsRows {
        GoodsRows(
            members: ["residence", "name_zh", "confirmed_at", "how", "outcome"],
            sql: """
                SELECT household_id, residence_id, name_zh, confirmed_at, how, outcome
                FROM linli.goods_recall_households(\(recall))
                """)
    }

    /// Writes a page of recalls, the latest first.
    static func list(_ call: Call) async throws -> Response {
        let limit = call.limit()
        let before = try call.cursor()?.id ?? last
        return try await rows(nil, before: before, count: limit + 1)
            .page(call, "recalls", limit: limit)
    }

    /// Writes a recall with where its lot lies and, to whom that is open, who has it.
    static func one(_ call: Call) async throws -> Response {
        let recall = call.id("recall")
        let (found, asked) = try await call.read(
            rows(recall, before: last, count: 1), households(recall))
        guard let row = found.first else { throw Stop(.notFound) }
        let places = try await call.read(reachOf(recall))
        return response(call, .ok, row.json, places, asked)
    }

    private static func reachOf(_ recall: UUID) -> GoodsRows {
        GoodsRows(
            members: ["kind", "lot", "status", "quantity"],
            sql: """
                SELECT w.holder_id, w.holder_kind, w.lot_id, w.status, w.quantity
                FROM linli.goods_recalls(\(recall), \(last), 1) AS r
                CROSS JOIN LATERAL linli.goods_recall_reach(r.lot_id) AS w
                """)
    }

    private static func response(
        _ call: Call, _ status: Status, _ recall: [UInt8], _ places: [GoodsRows.Row],
        _ households: [GoodsRows.Row]
    ) -> Response {
        call.json(status, capacity: 8192) { json in
            json.object { json in
                json.key("recall")
                json.raw(recall)
                json.key("reach")
                json.array { json in
                    for place in places { json.raw(place.json) }
                }
                json.key("households")
                json.array { json in
                    for household in households { json.raw(household.json) }
                }
            }
        }
    }

    /// Recalls a lot, and answers with all places and households at once.
    static func recall(_ call: Call) async throws -> Response {
        let (lot, id) = (call.id("lot"), call.context.ids.next() as UUID)
        let event: UUID = call.context.ids.next()
        guard let because = call.body["because"]?.text, let advice = call.body["advice"]?.text
        else { throw Stop(.invalid) }
        return try await call.write { tx, _ in
            let verdict = try await tx.run(
                GoodsVerdict(
                    sql: """
                        SELECT linli.goods_recall(\(event), \(id), \(lot), \(because), \(advice))
                        """)
            ).first
            switch verdict {
            case "recalled": break
            case "again": return .refused(Problem(.lotRecalled))
            default: return .refused(Problem(.notFound))
            }
            let (found, places, asked) = try await tx.run(
                rows(id, before: last, count: 1), reach(lot), households(id))
            return .done(response(call, .created, found.first?.json ?? [], places, asked))
        }
    }

    /// A household says what became of it there.
    static func confirm(_ call: Call) async throws -> Response { try await note(call, nil) }

    /// Somebody knocked at a household.
    static func knock(_ call: Call) async throws -> Response {
        guard let household = call.body["household"]?.text.flatMap({ UUID($0) }) else {
            throw Stop(.invalid)
        }
        return try await note(call, household)
    }

    private static func note(_ call: Call, _ household: UUID?) async throws -> Response {
        let (recall, event) = (call.id("recall"), call.context.ids.next() as UUID)
        let outcome = call.body["outcome"]?.text ?? "told"
        return try await call.write { tx, _ in
            let verdict = try await tx.run(
                GoodsVerdict(
                    sql: """
                        SELECT linli.goods_recall_note(\(event), \(recall), \(household),
                            \(outcome))
                        """)
            ).first
            switch verdict {
            case "noted": return .done(Response(.noContent))
            case "again": return .refused(Problem(.recallNoted))
            default: return .refused(Problem(.notFound))
            }
        }
    }
}

/// How notices name what is recalled: by its item.
enum GoodsTitles {
    static let all = [
        NoticeTitles(kind: .recall) { ids in
            """
            SELECT r.id, r.name_zh, r.name_en
            FROM unnest(\(ids)) AS n (id)
            CROSS JOIN LATERAL linli.goods_recalls(n.id,
                'ffffffff-ffff-ffff-ffff-ffffffffffff', 1) AS r
            """
        }
    ]
}
