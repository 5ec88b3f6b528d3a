internal import Platform
internal import Realtime

/// A period of a report: a month, a quarter or a year.
struct GoodsPeriod: Equatable {
    /// Its first day.
    var first: Day
    /// How many months it lasts.
    var months: Int32

    /// Reads `2026-03`, `2026-Q1` or `2026`; `nil` where it is none of them.
    init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false).map(String.init)
        let month: String
        switch (parts.count, parts.last?.utf8.count, parts.last?.first) {
        case (1, 4, _): (month, months) = ("01", 12)
        case (2, 2, "Q"):
            let begins = ["Q1": "01", "Q2": "04", "Q3": "07", "Q4": "10"]
            guard let first = begins[parts[1]] else { return nil }
            (month, months) = (first, 3)
        case (2, 2, _): (month, months) = (parts[1], 1)
        default: return nil
        }
        guard let day = Day("\(parts[0])-\(month)-01") else { return nil }
        first = day
    }
}

/// Reports by period.
enum GoodsReports {
    private static let members = [
        "category", "unit", "flow", "reason", "quantity", "times", "households",
    ]

    private static func period(_ call: Call) throws -> GoodsPeriod? {
        guard let text = call.text("period") else { return nil }
        guard let period = GoodsPeriod(text) else { throw GoodsIntake.fault("period", noPeriod) }
        return period
    }

    private static let noPeriod = Text(
        zh: "请填写月、季或年，如 2026-03、2026-Q1、2026。",
        en: "Send a month, a quarter or a year, such as 2026-03, 2026-Q1 or 2026.")

    private static func mustRead(_ call: Call) async throws {
        guard try await call.read(ReadsGoodsReports()).first == true else { throw Stop(.notFound) }
    }

    /// Writes a report.
    static func one(_ call: Call) async throws -> Response {
        let period = try period(call)
        try await mustRead(call)
        let rows = try await call.read(
            NeedRows(
                members: members,
                sql: """
                    SELECT category, unit, flow, reason, quantity, times, households
                    FROM linli.goods_report(\(period?.first), \(period?.months ?? 1))
                    """))
        return rows.response(call, "rows")
    }

    /// Writes a report as a file for a spreadsheet.
    static func csv(_ call: Call) async throws -> Response {
        let period = try period(call)
        try await mustRead(call)
        var writer = CSVWriter(byteOrderMark: true)
        writer.write(heads.map { $0[call.language] })
        for row in try await call.read(ReportFile(period: period)) { writer.write(row) }
        return Response(.ok, "text/csv; charset=utf-8", writer.bytes)
            .adding("Content-Disposition", "attachment; filename=\"goods-report.csv\"")
    }

    private static let heads = [
        Text(zh: "类别", en: "category"), Text(zh: "单位", en: "unit"), Text(zh: "流向", en: "flow"),
        Text(zh: "原因", en: "reason"), Text(zh: "数量", en: "quantity"),
        Text(zh: "笔数（不满五不显示）", en: "times (none below five)"),
        Text(zh: "户数（不满五不显示）", en: "households (none below five)"),
    ]
}

/// Whether the principal reads reports of goods.
private struct ReadsGoodsReports: Statement {
    var sql: SQL { "SELECT linli.goods_reports_read()" }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Bool { try cells.read() }
}

/// A report's rows as texts.
private struct ReportFile: Statement {
    var period: GoodsPeriod?

    var sql: SQL {
        """
        SELECT r.category, r.unit, r.flow, r.reason, r.quantity, coalesce(r.times::text, ''),
            coalesce(r.households::text, '')
        FROM linli.goods_report(\(period?.first), \(period?.months ?? 1)) AS r
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> [String] {
        var row: [String] = []
        for _ in 0..<7 { row.append(try cells.read()) }
        return row
    }
}

/// The operations of reports.
extension GoodsOperations {
    static let reports: [Operation] = [
        .read(
            base + "/report", "getGoodsReport",
            Text(
                zh: "月报、季报、年报：按类别和原因的收、发、结存；笔数、户数不满五不显示",
                en:
                    "A month, quarter or year by category and reason; counts below five are left out"
            ), tag: tag, security: .person, proof: .forOffice, parameters: [.estate, period],
            answers: [
                Operation.Answer(.ok, Text(zh: "报表", en: "The report"), GoodsReportSchemas.report)
            ], problems: [.notFound]
        ) { call, _ in try await GoodsReports.one(call) },
        .read(
            base + "/report.csv", "downloadGoodsReport",
            Text(zh: "报表（CSV）", en: "The report as CSV"), tag: tag, security: .person,
            proof: .forOffice, parameters: [.estate, period],
            answers: [
                Operation.Answer(.ok, Text(zh: "CSV 文件", en: "A file"), mediaType: "text/csv")
            ], problems: [.notFound]
        ) { call, _ in try await GoodsReports.csv(call) },
    ]

    private static let period = Operation.Parameter.query(
        "period", .text(4...7),
        Text(
            zh: "2026-03、2026-Q1 或 2026；默认本月。今天的不算在内",
            en: "2026-03, 2026-Q1 or 2026; this month if left out. Today is not in it"))
}

/// The shape of a report on the wire.
enum GoodsReportSchemas {
    static let report = Schema.object(
        "GoodsReport",
        [
            .required(
                "rows",
                .array(
                    .object(
                        "GoodsReportRow",
                        [
                            .required("category", .choice(GoodsSchemas.categories)),
                            .required("unit", GoodsSchemas.unit),
                            .required(
                                "flow",
                                .choice(
                                    ["in", "out", "corrected", "shelf"],
                                    note: "收、发、盘点和配装、期末结存 / What came, went, was corrected, lies")),
                            .required(
                                "reason",
                                .text(
                                    1...40,
                                    note:
                                        "given, bought, shipped; issued, sent, spoiled …; counted, "
                                        + "kitted; end")),
                            .required("quantity", .text(1...40)),
                            .optional(
                                "times", .integer(5...1_000_000_000, note: "笔数 / How often")),
                            .optional("households", .integer(5...1_000_000)),
                        ]), count: 0...2000))
        ])
}
