internal import Platform
internal import Realtime

/// Rounds that share out what is free of a category.
enum Allocations {
    /// Days that parcels are kept unless a round says otherwise, and at most.
    static let keptDays: Int64 = 7
    static let keptDaysMax: Int64 = 30

    // MARK: Acting

    /// Proposes a round: reads, computes away from the loop, and keeps the proposal.
    static func propose(_ call: Call) async throws -> Response {
        let (id, event) = (call.context.ids.next() as UUID, call.context.ids.next() as UUID)
        guard let room = call.bodyID("room"), let category = call.body["category"]?.text,
            let unit = call.body["unit"]?.text
        else { throw Stop(.invalid) }
        let days = call.body["kept_days"]?.integer ?? keptDays
        let (needs, bins, serves) = try await call.read(
            AllocationNeeds(room: room, category: category, unit: unit),
            AllocationBins(room: room, category: category, unit: unit), ServesRoom(room: room))
        let lots = AllocationBins.lots(bins)
        let solver = AllocationSolver(needs: needs, lots: lots)
        // Unstructured, so that it does not run on the request's loop.
        let solved = await Task.detached { solver.solve() }.value
        return try await call.write { tx, _ in
            guard serves.first == true else { return .refused(Problem(.notOnGoodsDuty)) }
            guard !needs.isEmpty, !lots.isEmpty else {
                return .refused(Problem(.allocationNothing))
            }
            let (results, shares) = (solved.results, solved.shares)
            let until = tx.instant + .seconds(days * 86_400)
            let verdict = try await tx.run(
                GoodsVerdict(
                    sql: """
                        SELECT linli.allocation_propose(\(event), \(id), \(room), \(category),
                            \(unit), \(until), \(solved.isProven), \(needs.map(\.id)),
                            \(needs.map(\.remaining)), \(results.map(\.got)),
                            \(results.map(\.priority)), \(results.map(\.reason)),
                            \(results.map { $0.least ?? -1 }), \(results.map(\.owedAfter)),
                            \(shares.map { needs[$0.need].id }), \(shares.map { lots[$0.lot].id }),
                            \(shares.map(\.place)), \(shares.map(\.units)),
                            \(shares.map(\.thousandths)))
                        """)
            ).first
            guard verdict == "proposed" else { return .refused(Problem(.notOnGoodsDuty)) }
            let (found, gives) = try await tx.run(rounds(id, count: 1), given(id))
            return .done(response(call, .created, found.first?.json ?? [], gives))
        }
    }

    /// Accepts a proposal: all of it is reserved, or nothing.
    static func accept(_ call: Call) async throws -> Response {
        let (round, event) = (call.id("round"), call.context.ids.next() as UUID)
        return try await call.write { tx, _ in
            let verdict = try await tx.run(
                GoodsVerdict(sql: "SELECT linli.allocation_accept(\(event), \(round))")
            ).first
            return outcome(verdict)
        }
    }

    /// Drops a proposal.
    static func drop(_ call: Call) async throws -> Response {
        let (round, event) = (call.id("round"), call.context.ids.next() as UUID)
        return try await call.write { tx, _ in
            let verdict = try await tx.run(
                GoodsVerdict(sql: "SELECT linli.allocation_drop(\(event), \(round))")
            ).first
            return outcome(verdict)
        }
    }

    private static func outcome(_ verdict: String?) -> Outcome {
        switch verdict {
        case "accepted", "dropped": .done(Response(.noContent))
        case "over": .refused(Problem(.allocationOver))
        case "stale": .refused(Problem(.allocationStale))
        case "moved": .refused(Problem(.allocationMoved))
        case "own": .refused(Problem(.handOverOwnHousehold))
        default: .refused(Problem(.notFound))
        }
    }

    // MARK: Reading

    private static func rounds(
        _ one: UUID? = nil, before: UUID = UUID(high: .max, low: .max), count: Int64
    ) -> GoodsRows {
        GoodsRows(
            members: [
                "room", "category", "unit", "proposed_at", "until", "is_proven", "outcome", "needs",
                "met",
            ],
            sql: """
                SELECT id, room_id, category, unit, proposed_at, until, is_proven, outcome, needs,
                    met
                FROM linli.allocation_rounds(\(one), \(before), \(count))
                """)
    }

    private static func given(_ round: UUID) -> AllocationRows {
        AllocationRows(
            members: ["code", "wanted", "got", "lots"],
            sql: """
                SELECT wanted, got, priority, reason, useful, code,
                    linli.goods_amount(wanted, 3), linli.goods_amount(got, 3), lots
                FROM linli.allocation_results(\(round))
                """)
    }

    private static func response(
        _ call: Call, _ status: Status, _ round: [UInt8], _ given: [[UInt8]]
    ) -> Response {
        call.json(status, capacity: 16_384) { json in
            json.object { json in
                json.key("round")
                json.raw(round)
                json.key("shares")
                json.array { json in
                    for row in given { json.raw(row) }
                }
            }
        }
    }

    /// Writes a page of rounds.
    static func list(_ call: Call) async throws -> Response {
        let limit = call.limit()
        try await GoodsStock.mustServe(call)
        let before = try call.cursor()?.id ?? UUID(high: .max, low: .max)
        return try await rounds(before: before, count: limit + 1)
            .page(call, "rounds", limit: limit)
    }

    /// Writes one round, and what it gives by code.
    static func one(_ call: Call) async throws -> Response {
        let round = call.id("round")
        let (found, gives) = try await call.read(rounds(round, count: 1), given(round))
        guard let row = found.first else { throw Stop(.notFound) }
        return response(call, .ok, row.json, gives)
    }

    /// Writes why one's household got so much.
    static func own(_ call: Call) async throws -> Response {
        let rows = try await call.read(
            AllocationRows(
                members: ["round", "need", "category", "unit", "at", "wanted", "got"],
                sql: """
                    SELECT wanted, got, priority, reason, useful, id, need_id, category,
                        unit, at, linli.goods_amount(wanted, 3), linli.goods_amount(got, 3)
                    FROM linli.own_allocations('ffffffff-ffff-ffff-ffff-ffffffffffff', 100)
                    """))
        return rows.response(call, "allocations")
    }

    /// Writes a page of what is set aside for one's household.
    static func parcels(_ call: Call) async throws -> Response {
        let limit = call.limit()
        let before = try call.cursor()?.id ?? UUID(high: .max, low: .max)
        return try await GoodsRows(
            members: ["code", "room", "made_at", "until", "state", "parts"],
            sql: """
                SELECT id, code, room_id, made_at, until, state, parts
                FROM linli.own_parcels(\(before), \(limit + 1))
                """
        ).page(call, "parcels", limit: limit)
    }
}

/// What rounds give, each written straight to JSON with its reason in words; the first five cells are
/// what the words need.
struct AllocationRows: Statement {
    var members: [String]
    var sql: SQL

    func decode(_ cells: inout Cells) throws(PostgresError) -> [UInt8] {
        let (wanted, got): (Int64, Int64) = (try cells.read(), try cells.read())
        let (priority, reason): (Int64, String) = (try cells.read(), try cells.read())
        let least: Int64? = try cells.read()
        let words = AllocationWords.why(
            reason, wanted: wanted, got: got, priority: priority, least: least)
        var json = JSONWriter(capacity: 512)
        json.beginObject()
        for name in members { try cells.writeIfPresent(name, to: &json) }
        json.member("reason", reason)
        json.member("why_zh", words.zh)
        json.member("why_en", words.en)
        json.endObject()
        return json.bytes
    }
}

/// The open needs of a round.
struct AllocationNeeds: Statement {
    var room: UUID
    var category: String
    var unit: String

    var sql: SQL {
        """
        SELECT need_id, household_id, item_id, remaining, owed, held
        FROM linli.allocation_needs(\(room), \(category), \(unit))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> AllocationSolver.Need {
        AllocationSolver.Need(
            id: try cells.read(), household: try cells.read(), item: try cells.read(),
            remaining: try cells.read(), owed: try cells.read(),
            held: Set(try cells.read([UUID].self)))
    }
}

/// The free lots of a round by bin, the first to expire first.
struct AllocationBins: Statement {
    var room: UUID
    var category: String
    var unit: String

    var sql: SQL {
        """
        SELECT lot_id, place_id, item_id, free, scale, days, useful
        FROM linli.allocation_bins(\(room), \(category), \(unit))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> AllocationSolver.Lot {
        let (id, place, item): (UUID, UUID, UUID) = (
            try cells.read(), try cells.read(), try cells.read()
        )
        return AllocationSolver.Lot(
            id: id, item: item,
            bins: [AllocationSolver.Bin(place: place, free: try cells.read())],
            scale: Int(try cells.read(Int32.self)), days: try cells.read(),
            least: try cells.read())
    }

    /// The rows of a lot, which follow each other, as one.
    static func lots(_ rows: [AllocationSolver.Lot]) -> [AllocationSolver.Lot] {
        rows.reduce(into: []) { lots, row in
            if let last = lots.indices.last, lots[last].id == row.id {
                lots[last].bins += row.bins
            } else {
                lots.append(row)
            }
        }
    }
}

/// Whether the principal handles goods at a room.
struct ServesRoom: Statement {
    var room: UUID

    var sql: SQL { "SELECT linli.goods_serves(\(room))" }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Bool { try cells.read() }
}
