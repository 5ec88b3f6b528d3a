internal import Foundation
internal import Platform
internal import Social
internal import Support
import Testing

@Suite("Calendar days through the wire") struct CalendarDayTests {
    private static let path = "/api/v1/calendar-days"

    private static func with(
        _ body: @Sendable (APIFixture) async throws -> Void
    ) async throws {
        let rows = """
            INSERT INTO linli.calendar_day (day, kind, name_zh, name_en, year, source) VALUES
                ('2026-01-04', 'workday', '元旦调休上班', 'New Year make-up workday', 2026, '通知'),
                ('2026-01-01', 'holiday', '元旦', 'New Year', 2026, '通知'),
                ('2025-12-31', 'holiday', '元旦', 'New Year', 2026, '通知'),
                ('2025-01-01', 'holiday', '元旦', 'New Year', 2025, '旧通知');
            """
        try await APIFixture.with(CalendarOperations.all, prepare: rows, body)
    }

    @Test("anybody reads the days of a year's notice in order, with kind, names and source")
    func read() async throws {
        try await Self.with { api async throws in
            let answer = try api.request("GET", Self.path + "?year=2026")
            #expect(answer.status == 200)
            let days = try listed(answer)
            #expect(
                days.compactMap { $0["day"] as? String }
                    == ["2025-12-31", "2026-01-01", "2026-01-04"])
            #expect(days.last?["kind"] as? String == "workday")
            #expect(days.last?["name_zh"] as? String == "元旦调休上班")
            #expect(days.last?["name_en"] as? String == "New Year make-up workday")
            #expect(days.last?["source"] as? String == "通知")
            #expect(answer["cache-control"] == "public, max-age=3600")
        }
    }

    @Test("without a year it is the one that has begun in China; one without notice has no days")
    func years() async throws {
        try await Self.with { api async throws in
            try api.clock.set(try #require(Instant("2025-12-31T15:59:59Z")))
            #expect(try listed(try api.request("GET", Self.path)).count == 1)
            try api.clock.set(try #require(Instant("2025-12-31T16:00:00Z")))
            #expect(try listed(try api.request("GET", Self.path)).count == 3)
            #expect(try listed(try api.request("GET", Self.path + "?year=2031")).isEmpty)
            #expect(try api.request("GET", Self.path + "?year=20260").status == 400)
            #expect(try api.request("GET", Self.path + "?year=x").status == 400)
        }
    }

    @Test("every principal reads the table, none but the import writes it, nobody else sees it")
    func policies() async throws {
        try await TestDatabase.withPool { pool, _, shard in
            let estate = UUID(high: 1, low: 1)
            let add: SQL = """
                INSERT INTO linli.calendar_day (day, kind, name_zh, name_en, year, source)
                VALUES ('2026-01-01', 'holiday', '元旦', 'New Year', 2026, '通知')
                """
            for name in ["visitor", "sweep"] {
                await #expect(throws: PostgresError.self) {
                    try await pool.write(.job(name, estate: estate)) { tx in
                        _ = try await tx.execute(add)
                    }
                }
            }
            try await pool.write(.job("import", estate: estate)) { tx in
                _ = try await tx.execute(add)
            }
            let day = try #require(Day("2026-01-01"))
            let seen = try await pool.read(
                .job("visitor", estate: estate), CalendarDaysBetween(day, day))
            #expect(CalendarDays(rows: seen).kinds == [day: .holiday])
            #expect(try await pool.read(.none, CalendarDaysBetween(day, day)).isEmpty)
        }
    }

    private func listed(_ answer: TestClient.Answer) throws -> [[String: Any]] {
        let object = try JSONSerialization.jsonObject(with: Data(answer.body)) as? [String: Any]
        return try #require(object?["days"] as? [[String: Any]])
    }
}
