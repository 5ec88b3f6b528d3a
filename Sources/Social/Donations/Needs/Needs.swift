internal import Platform
internal import Realtime

/// What households need, who confirms it, and how much may be asked for.
enum Needs {
    /// Units that are counted in whole ones.
    private static let fractional: Set = ["kilogram", "litre", "metre"]
    /// Most of one need, in thousandths of its unit.
    static let thousandthsMax: Int64 = 1_000_000_000

    /// A quantity of a unit in thousandths of it.
    static func thousandths(_ text: String, of unit: String, at pointer: String) throws -> Int64 {
        let scale = fractional.contains(unit) ? 3 : 0
        let read = try Quantity.read(text, scale: scale, at: pointer)
        let (units, overflows) = read.units.multipliedReportingOverflow(by: scale == 0 ? 1000 : 1)
        guard !overflows, units <= thousandthsMax else {
            throw GoodsIntake.fault(pointer, tooMuch)
        }
        return units
    }

    private static let tooMuch = Text(
        zh: "数量太大；请核对单位。", en: "It is too much: check the unit.")

    // MARK: Acting

    /// Enters a need.
    static func enter(_ call: Call) async throws -> Response {
        let (id, event) = (call.context.ids.next() as UUID, call.context.ids.next() as UUID)
        let (category, unit) = (call.body["category"]?.text ?? "", call.body["unit"]?.text ?? "")
        let quantity = try thousandths(
            call.body["quantity"]?.text ?? "", of: unit, at: "/quantity")
        guard let until = call.body["until"]?.text.flatMap({ Day($0) }) else {
            throw Stop(.needUntilUnfit)
        }
        let (household, item) = (call.bodyID("household"), call.bodyID("item"))
        return try await call.write { tx, _ in
            let answer = try await tx.run(
                NeedEntered(
                    sql: """
                        SELECT verdict, room
                        FROM linli.need_enter(\(event), \(id), \(household), \(category), \(unit),
                            \(item), \(quantity), \(until))
                        """)
            ).first
            switch answer?.verdict {
            case "entered":
                return .done(call.json(.created) { $0.object { $0.member("id", id) } })
            case "which": return .refused(Problem(.needWhichHousehold))
            case "item": return .refused(Problem(.needItemUnfit))
            case "until": return .refused(Problem(.needUntilUnfit))
            case "there": return .refused(Problem(.needThere))
            case "unit": return .refused(Problem(.needOtherUnit))
            case "quota": return .refused(overQuota(answer?.room ?? 0))
            default: return .refused(Problem(.notFound))
            }
        }
    }

    private static func overQuota(_ room: Int64) -> Problem {
        let left = Quantity.text(of: room, scale: 3)
        return Problem(
            .needOverQuota,
            advice: Text(
                zh: "这段时间还可以要 \(left)；请少要一些，或过些日子再登记。",
                en: "\(left) may still be asked for in this period: ask for less, or later."))
    }

    /// Confirms a need, or says why not.
    static func decide(_ call: Call) async throws -> Response {
        let (need, event) = (call.id("need"), call.context.ids.next() as UUID)
        let confirms = call.body["decision"]?.text == "confirm"
        let because = call.body["because"]?.text
        guard confirms == (because == nil) else { throw GoodsIntake.fault("/because", whyNot) }
        return try await call.write { tx, _ in
            let verdict = try await tx.run(
                GoodsVerdict(
                    sql: """
                        SELECT linli.need_decide(\(event), \(need), \(confirms), \(because))
                        """)
            ).first
            return outcome(verdict)
        }
    }

    private static let whyNot = Text(
        zh: "不通过时请写原因，通过时不写。", en: "Give because where it is refused, and only there.")

    private static func outcome(_ verdict: String?) -> Outcome {
        switch verdict {
        case "decided", "withdrawn", "set": .done(Response(.noContent))
        case "forbidden": .refused(Problem(.needNotDecider))
        case "own": .refused(Problem(.needOwnHousehold))
        case "second": .refused(Problem(.needSecondPerson))
        case "over": .refused(Problem(.needOver))
        default: .refused(Problem(.notFound))
        }
    }

    /// Takes a need back.
    static func withdraw(_ call: Call) async throws -> Response {
        let (need, event) = (call.id("need"), call.context.ids.next() as UUID)
        return try await call.write { tx, _ in
            outcome(
                try await tx.run(
                    GoodsVerdict(sql: "SELECT linli.need_withdraw(\(event), \(need))")
                ).first)
        }
    }

    /// Sets how much of a category may be asked for.
    static func setQuota(_ call: Call) async throws -> Response {
        let event: UUID = call.context.ids.next()
        let category = call.text("category") ?? ""
        let days = Int32(clamping: call.body["days"]?.integer ?? 0)
        let text = call.body["per_head"]?.text ?? ""
        var perHead: Int64 = 0
        if text != "0" { perHead = try Quantity.read(text, scale: 3, at: "/per_head").units }
        guard perHead <= perHeadMax else { throw GoodsIntake.fault("/per_head", tooMuch) }
        return try await call.write { tx, _ in
            let verdict = try await tx.run(
                GoodsVerdict(
                    sql: """
                        SELECT linli.need_quota_set(\(category), \(days), \(perHead), \(event),
                            \(call.body["unit"]?.text))
                        """)
            ).first
            guard verdict == "set" else { return .refused(Problem(.mayNotManageGoods)) }
            return .done(Response(.noContent))
        }
    }

    /// Most a head, in thousandths.
    private static let perHeadMax: Int64 = 1_000_000

    // MARK: Reading

    private static let shared = [
        "household", "category", "unit", "item", "quantity", "got", "until", "entered_at", "state",
        "because",
    ]

    /// Writes a page of one's household's needs.
    static func own(_ call: Call) async throws -> Response {
        let limit = call.limit()
        let before = try call.cursor()?.id ?? UUID(high: .max, low: .max)
        return try await GoodsRows(
            members: shared,
            sql: """
                SELECT id, household_id, category, unit, item_id,
                    linli.goods_amount(quantity, 3), linli.goods_amount(got, 3), until, entered_at,
                    state, because
                FROM linli.own_needs(NULL, \(before), \(limit + 1))
                """
        ).page(call, "needs", limit: limit)
    }

    /// Writes a page of needs for an office; that is logged.
    static func list(_ call: Call) async throws -> Response {
        let limit = call.limit()
        let before = try call.cursor()?.id ?? UUID(high: .max, low: .max)
        guard try await call.read(MayRead(kind: "need", purpose: "care")).first == true else {
            throw Stop(.notFound)
        }
        return try await GoodsRows(
            members: shared + ["residence_zh", "heads", "may_decide"],
            sql: """
                SELECT id, household_id, category, unit, item_id,
                    linli.goods_amount(quantity, 3), linli.goods_amount(got, 3), until, entered_at,
                    state, because, residence_zh, heads, may_decide
                FROM linli.needs_read(\(call.text("state")), NULL, \(before), \(limit + 1))
                """
        ).page(call, "needs", limit: limit)
    }

    /// Writes how many households have needs, by category.
    static func counts(_ call: Call) async throws -> Response {
        let rows = try await call.read(
            NeedRows(
                members: ["category", "households"],
                sql: "SELECT category, households FROM linli.need_counts()"))
        guard !rows.isEmpty else { throw Stop(.notFound) }
        return rows.response(call, "categories")
    }

    /// Writes the quotas that hold.
    static func quotas(_ call: Call) async throws -> Response {
        let rows = try await call.read(
            NeedRows(
                members: ["category", "days", "per_head", "unit"],
                sql: """
                    SELECT c.category, q.days, linli.goods_amount(q.per_head, 3),
                        linli.need_quota_unit(c.category)
                    FROM unnest(\(GoodsSchemas.categories)) AS c (category)
                    CROSS JOIN LATERAL linli.need_quota_of(c.category) AS q
                    """))
        return rows.response(call, "quotas")
    }
}

/// What became of entering a need.
struct NeedEntered: Statement {
    var sql: SQL

    func decode(
        _ cells: inout Cells
    ) throws(PostgresError) -> (verdict: String, room: Int64?) {
        (try cells.read(), try cells.read())
    }
}

/// Whether the principal's offices read a kind of data.
struct MayRead: Statement {
    var kind: String
    var purpose: String

    var sql: SQL { "SELECT linli.may_read(\(kind), \(purpose))" }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Bool { try cells.read() }
}

/// Rows without an id, each written straight to JSON; NULL is left out.
struct NeedRows: Statement {
    var members: [String]
    var sql: SQL

    func decode(_ cells: inout Cells) throws(PostgresError) -> [UInt8] {
        var json = JSONWriter(capacity: 128)
        json.beginObject()
        for name in members { try cells.writeIfPresent(name, to: &json) }
        json.endObject()
        return json.bytes
    }
}

extension [[UInt8]] {
    /// These objects as a list under a name.
    func response(_ call: Call, _ name: String) -> Response {
        call.json { json in
            json.object { json in
                json.key(name)
                json.array { json in
                    for row in self { json.raw(row) }
                }
            }
        }
    }
}
