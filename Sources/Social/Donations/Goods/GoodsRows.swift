internal import Platform
internal import Realtime

/// Rows of goods, each written straight to JSON: its id, and the cells after it as these members.
///
/// NULL is left out. The statement's first cell is the id; `sort` reads a cell before it, by which the
/// page is ordered before the id.
struct GoodsRows: Statement {
    struct Row {
        var id: UUID
        var sort: Int64?
        var json: [UInt8]
    }

    var members: [String]
    var isSorted = false
    var sql: SQL

    func decode(_ cells: inout Cells) throws(PostgresError) -> Row {
        let sort = isSorted ? try cells.read(Int64?.self) : nil
        let id = try cells.read(UUID.self)
        var json = JSONWriter(capacity: 512)
        json.beginObject()
        json.member("id", id)
        for name in members { try cells.writeIfPresent(name, to: &json) }
        json.endObject()
        return Row(id: id, sort: sort, json: json.bytes)
    }

    /// Writes a page of rows under a name, and links to the next.
    func page(_ call: Call, _ name: String, limit: Int64) async throws -> Response {
        try Self.page(call, name, try await call.read(self), limit: limit)
    }

    /// Writes a page of rows that were read with something else.
    static func page(
        _ call: Call, _ name: String, _ rows: [Row], limit: Int64
    ) throws -> Response {
        var response = call.json(capacity: 8192) { json in
            json.object { json in
                json.key(name)
                json.array { json in
                    for row in rows.prefix(Int(limit)) { json.raw(row.json) }
                }
            }
        }
        if rows.count > limit, let last = rows.prefix(Int(limit)).last {
            let next = last.sort.map { Cursor($0, id: last.id) } ?? Cursor(id: last.id)
            response.add("Link", try call.link(next: next))
        }
        return response
    }

    /// Writes the first row, or says that there is none.
    func one(_ call: Call) async throws -> Response {
        guard let row = try await call.read(self).first else { throw Stop(.notFound) }
        return Response(.ok, "application/json", row.json)
    }
}

/// A function's verdict: one word.
struct GoodsVerdict: Statement {
    var sql: SQL

    func decode(_ cells: inout Cells) throws(PostgresError) -> String { try cells.read() }
}

/// What became of a movement of stock: a `linli.ledger_answer` and what goods add to its verdicts.
struct GoodsAnswer: Statement {
    struct Row {
        var verdict: String
        /// Which of what was sent, from 0.
        var index: Int?
        /// What is there instead, in smallest units.
        var there: Int64?
        var moved: [UUID]
        /// In how many decimal places the account that falls short is counted.
        var scale: Int?
    }

    /// What is read of the answer `a` of a function, which follows.
    static let select: StaticString =
        """
        SELECT a.verdict, a.number, a.balance, coalesce(a.moved, '{}'), (
            SELECT s.scale
            FROM linli.ledger_account AS x
            JOIN linli.ledger_asset AS s ON s.estate_id = x.estate_id AND s.id = x.asset_id
            WHERE x.estate_id = linli.estate_id() AND x.id = a.account_id)
        FROM
        """

    var sql: SQL

    func decode(_ cells: inout Cells) throws(PostgresError) -> Row {
        let verdict: String = try cells.read()
        let number: Int32? = try cells.read()
        return Row(
            verdict: verdict, index: number.map { Int($0) - 1 }, there: try cells.read(),
            moved: try cells.read(), scale: try cells.read(Int16?.self).map { Int($0) })
    }
}

/// In how many decimal places lots are counted, for who handles goods.
struct LotScales: Statement {
    var lots: [UUID]

    var sql: SQL {
        """
        SELECT g.id, i.scale
        FROM linli.goods_lot AS g
        JOIN linli.goods_item AS i ON i.estate_id = g.estate_id AND i.id = g.item_id
        WHERE g.estate_id = linli.estate_id() AND g.id = ANY (\(lots))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> (id: UUID, scale: Int) {
        (try cells.read(), Int(try cells.read(Int16.self)))
    }

    /// By lot; nothing for one that is unknown.
    static func of(_ lots: [UUID], _ tx: Transaction) async throws -> [UUID: Int] {
        let rows = try await tx.run(LotScales(lots: lots))
        return Dictionary(rows.map { ($0.id, $0.scale) }) { first, _ in first }
    }
}

/// In how many decimal places items are counted.
struct ItemScales: Statement {
    var items: [UUID]

    var sql: SQL {
        """
        SELECT id, scale
        FROM linli.goods_item
        WHERE estate_id = linli.estate_id() AND id = ANY (\(items))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> (id: UUID, scale: Int) {
        (try cells.read(), Int(try cells.read(Int16.self)))
    }
}
