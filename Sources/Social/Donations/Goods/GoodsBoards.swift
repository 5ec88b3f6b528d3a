package import Platform
internal import Realtime

/// Boards, files and pages about goods.
enum GoodsBoards {
    /// Days ahead that the board of what expires soon looks, unless asked otherwise.
    static let nearDays: Int64 = 14
    /// Most rows of one file.
    static let fileRowsMax: Int64 = 10_000

    /// Writes lots that expire soon, the first to expire first.
    static func expiring(_ call: Call) async throws -> Response {
        let limit = call.limit(default: 50)
        try await GoodsStock.mustServe(call)
        let today = try await call.read(LocalDay()).first ?? Day(daysSinceEpoch: 0)
        let days = Int32(call.integer("days") ?? nearDays)
        let cursor = try call.cursor()
        return try await GoodsStock.stock(
            place: call.text("place").flatMap { UUID($0) },
            near: Day(daysSinceEpoch: today.daysSinceEpoch + days),
            afterDay: Day(daysSinceEpoch: Int32(cursor?.numbers.first ?? 0)),
            after: cursor?.id ?? UUID(high: 0, low: 0), count: limit + 1
        ).page(call, "lots", limit: limit)
    }

    /// Writes items of which too little is free, the worst first.
    static func shortages(_ call: Call) async throws -> Response {
        try await GoodsStock.mustServe(call)
        let rows = GoodsRows(
            members: ["name_zh", "name_en", "unit", "free", "short_below"],
            sql: """
                SELECT id, name_zh, name_en, unit, free, short_below
                FROM linli.goods_shortages()
                """)
        return try await rows.page(call, "items", limit: 200)
    }

    /// Writes what became of what one gave; not to whom.
    static func gifts(_ call: Call) async throws -> Response {
        let limit = call.limit()
        let before = try call.cursor()?.id ?? UUID(high: .max, low: .max)
        let rows = GoodsRows(
            members: ["at", "drive", "lots"],
            sql: """
                SELECT id, at, drive_id, lots
                FROM linli.goods_gifts(\(before), \(limit + 1))
                """)
        return try await rows.page(call, "gifts", limit: limit)
    }

    /// Writes what came in, went out and lies on the shelf, for everybody.
    static func month(_ call: Call) async throws -> Response {
        let text = call.text("month") ?? ""
        var month: Day?
        if !text.isEmpty {
            guard let day = Day(text + "-01") else {
                throw GoodsIntake.fault("month", noMonth)
            }
            month = day
        }
        let rows = GoodsRows(
            members: ["name_zh", "name_en", "category", "unit", "came", "went", "shelf"],
            sql: """
                SELECT id, name_zh, name_en, category, unit, came, went, shelf
                FROM linli.goods_month(coalesce(\(month), linli.local_day()))
                """)
        let items = try await Announcements.answers(call, [rows.sql]).rows(0, rows)
        return call.json(capacity: 8192) { json in
            json.object { json in
                json.key("items")
                json.array { json in
                    for item in items { json.raw(item.json) }
                }
            }
        }.adding("Cache-Control", "public, max-age=600")
    }

    private static let noMonth = Text(
        zh: "请填写月份，如 2026-09。", en: "Send a month such as 2026-09.")

    /// Writes the stock as a file for a spreadsheet: a row a lot, place and status.
    static func csv(_ call: Call) async throws -> Response {
        try await GoodsStock.mustServe(call)
        let language = call.language
        var writer = CSVWriter(byteOrderMark: true)
        writer.write(heads.map { $0[language] })
        for row in try await call.read(StockFile(rowsMax: fileRowsMax)) { writer.write(row) }
        return Response(.ok, "text/csv; charset=utf-8", writer.bytes)
            .adding("Content-Disposition", "attachment; filename=\"stock.csv\"")
    }

    private static let heads = [
        Text(zh: "批次", en: "lot"), Text(zh: "品目", en: "item"), Text(zh: "英文名", en: "English name"),
        Text(zh: "到期日", en: "expires on"), Text(zh: "成色", en: "condition"),
        Text(zh: "停发", en: "stopped"), Text(zh: "地点编号", en: "place code"),
        Text(zh: "地点", en: "place"), Text(zh: "状态", en: "status"),
        Text(zh: "数量", en: "quantity"), Text(zh: "单位", en: "unit"),
    ]

    /// Draws a lot's label: its code and expiry, and a QR code that a phone opens it with.
    static func label(_ call: Call) async throws -> Response {
        let lot = call.id("lot")
        guard let row = try await call.read(LabelWords(lot: lot)).first else {
            throw Stop(.notFound)
        }
        let address = "\(call.site)/#/estates/\(call.id("estate"))/goods/lots/\(lot)"
        guard let code = QRMatrix(address) else { throw Stop(.notFound) }
        let words = [row.code, row.name[call.language], row.expires.map { "→ \($0)" }]
            .compactMap(\.self).joined(separator: " · ")
        return Response(.ok, "image/svg+xml", Array(code.svg(title: words).utf8))
    }
}

/// The day on the estate's clock.
struct LocalDay: Statement {
    var sql: SQL { "SELECT linli.local_day()" }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Day { try cells.read() }
}

/// A lot's label in words.
struct LabelWords: Statement {
    struct Row {
        var code: String
        var name: Text
        var expires: Day?
    }

    var lot: UUID

    var sql: SQL {
        """
        SELECT g.code, i.name_zh, i.name_en, g.expires_on
        FROM linli.goods_lot AS g
        JOIN linli.goods_item AS i ON i.estate_id = g.estate_id AND i.id = g.item_id
        WHERE g.estate_id = linli.estate_id() AND g.id = \(lot)
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Row {
        let code: String = try cells.read()
        return Row(
            code: code, name: Text(zh: try cells.read(), en: try cells.read()),
            expires: try cells.read())
    }
}

/// The stock as rows of a file: by item, expiry, lot and place.
struct StockFile: Statement {
    var rowsMax: Int64

    var sql: SQL {
        """
        SELECT g.code, i.name_zh, i.name_en, coalesce(g.expires_on::text, ''), g.condition,
            coalesce(g.stopped, ''), p.code, p.name_zh, w->>'status', w->>'quantity', g.unit
        FROM linli.goods_stock(NULL, NULL, NULL, NULL, NULL, '00000000-0000-0000-0000-000000000000',
            \(rowsMax)) AS g
        JOIN linli.goods_item AS i ON i.estate_id = linli.estate_id() AND i.id = g.item_id
        CROSS JOIN LATERAL json_array_elements(g.at_places) AS w
        JOIN linli.place AS p ON p.estate_id = linli.estate_id() AND p.id = (w->>'place')::uuid
        ORDER BY i.name_zh, g.expires_on NULLS LAST, g.id, p.code
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> [String] {
        var row: [String] = []
        for _ in 0..<11 { row.append(try cells.read()) }
        return row
    }
}

/// The periodic work of goods.
package enum GoodsSweep {
    /// Its name.
    static let name = "goods-sweep"
    /// How long after midnight an expired lot is still shown as free; nothing of it is handed out from
    /// midnight on.
    package static let every: Duration = .seconds(300)
    private static let batch: Int32 = 100

    /// Takes out of issue what has expired, and ends reservations whose time is over; `committed` hears of
    /// each transaction that wrote.
    package static func job(committed: @escaping @Sendable () -> Void) -> Job {
        Job(name: name, every: every) { run, database, _ in
            var moved: Int64 = 0
            repeat {
                try Task.checkCancellation()
                moved =
                    try await database.write(run.principal) { tx in
                        try await tx.finish(SweepGoods(rowsMax: batch))
                    }.first ?? 0
                if moved > 0 { committed() }
            } while moved >= Int64(batch)
        }
    }
}

/// Sweeps at most so many lots; how many there were.
struct SweepGoods: Statement {
    var rowsMax: Int32

    var sql: SQL { "SELECT linli.goods_sweep(\(rowsMax))" }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Int64 { try cells.read() }
}
