internal import Platform
internal import Realtime

/// The operation that tells holidays and make-up workdays, to whoever asks.
package enum CalendarOperations {
    /// All of them.
    package static let all: [Operation] = [
        .read(
            "/api/v1/calendar-days", "listCalendarDays",
            Text(zh: "某年的节假日和调休上班日", en: "Holidays and make-up workdays of a year"),
            tag: "calendar", security: .open,
            parameters: [
                .query(
                    "year", .integer(1900...2200),
                    Text(zh: "通知的年份；默认今年", en: "Year of the notice; this year by default"))
            ],
            answers: [
                Operation.Answer(
                    .ok, Text(zh: "按日期；未导入的年份为空", en: "By day; none if not imported"), list)
            ], isPersonal: false
        ) { call, _ in try await days(call) }
    ]

    private static let list = Schema.object(
        "CalendarDays",
        [
            .required("year", .integer(1900...2200)),
            .required(
                "days",
                .array(
                    .object(
                        "CalendarDay",
                        [
                            .required("day", .text(10...10, note: "如 / such as 2026-10-01")),
                            .required(
                                "kind",
                                .choice(
                                    ["holiday", "workday"],
                                    note: "节假日 / holiday; 调休上班 / make-up workday")),
                            .required("name_zh", .text(1...80)),
                            .required("name_en", .text(1...80)),
                            .required("source", .text(1...200, note: "来源 / The notice")),
                        ]), count: 0...400)),
        ])

    private static func days(_ call: Call) async throws -> Response {
        // The year that has begun in China, whose notices these are.
        let now = call.context.clock.now() + .seconds(8 * 3600)
        let today = Day(daysSinceEpoch: Int32(now.microseconds / 86_400_000_000))
        let year = call.integer("year") ?? min(max(Int64(today.civil.year), 1900), 2200)
        let statement = PublicCalendarDays(year: Int32(year))
        let rows = try await call.database.answers(.none, [statement.sql]).rows(0, statement)
        return call.json(capacity: 8192) { json in
            json.object { json in
                json.member("year", year)
                json.key("days")
                json.array { json in
                    for row in rows { json.raw(row) }
                }
            }
        }.adding("Cache-Control", "public, max-age=3600")
    }
}

/// The days of a year's notice, each as JSON.
private struct PublicCalendarDays: Statement {
    var year: Int32

    var sql: SQL {
        """
        SELECT day, kind, name_zh, name_en, source
        FROM linli.public_calendar_days(\(year))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> [UInt8] {
        var json = JSONWriter(capacity: 256)
        json.beginObject()
        json.member("day", try cells.read(Day.self))
        for name in ["kind", "name_zh", "name_en", "source"] { try cells.write(name, to: &json) }
        json.endObject()
        return json.bytes
    }
}
