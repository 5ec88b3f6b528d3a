import Foundation
import Platform
import Realtime
import Support
import Testing

@Suite("Importing calendar days")
struct CalendarDayImportTests {
    private static func files(replacing old: String = "", by new: String = "") throws
        -> [ImportFile]
    {
        let days = try #require(
            try SeedDataTests.files("").first { $0.name == "calendar-days.csv" })
        let text = String(decoding: days.bytes, as: UTF8.self)
            .replacingOccurrences(of: old, with: new)
        return try SeedDataTests.files("qinglian-court/")
            + [ImportFile(name: days.name, bytes: Array(text.utf8))]
    }

    private static func days(_ pool: Database, _ estate: Platform.UUID?) async throws
        -> CalendarDays
    {
        let (first, last) = (Day("2025-01-01"), Day("2026-12-31"))
        let statement = CalendarDaysBetween(try #require(first), try #require(last))
        return CalendarDays(
            rows: try await pool.read(
                .job("visitor", estate: try #require(estate)), statement))
    }

    @Test("the seed holds the notices of 2025 and 2026, and make-up workdays are at weekends")
    func seed() async throws {
        try await TestDatabase.withPool { pool, _, shard in
            let importer = Importer(clock: .machine(), keyring: Keyring.random())
            let report = try await importer.run(try Self.files(), into: pool, on: shard)
            #expect(report.outcome == .imported)
            #expect(report.counts[.calendarDays]?.inserted == 72)
            let days = try await Self.days(pool, report.estate)
            #expect(days.years == [2025, 2026])
            for (year, holidays, workdays) in [(2025, 28, 5), (2026, 33, 6)] {
                let ofYear = days.kinds.filter { $0.key.civil.year == year }
                #expect(ofYear.values.count { $0 == .holiday } == holidays)
                #expect(ofYear.values.count { $0 == .workday } == workdays)
            }
            #expect(days.kinds.allSatisfy { $0.value == .holiday || $0.key.weekday.isWeekend })
        }
    }

    @Test("the same file changes nothing, a corrected row its day, a file without rows none")
    func again() async throws {
        try await TestDatabase.withPool { pool, _, shard in
            let importer = Importer(clock: .machine(), keyring: Keyring.random())
            let first = try await importer.run(try Self.files(), into: pool, on: shard)
            let same = try await importer.run(try Self.files(), into: pool, on: shard)
            #expect(same.changedNothing)
            let corrected = try await importer.run(
                try Self.files(replacing: "2026-01-04,调休上班", by: "2026-01-04,节假日"), into: pool,
                on: shard)
            #expect(corrected.counts[.calendarDays]?.updated == 1)
            #expect(corrected.counts[.calendarDays]?.inserted == 0)
            let without = try await importer.run(
                try SeedDataTests.files("qinglian-court/"), into: pool, on: shard)
            #expect(without.changedNothing)
            let days = try await Self.days(pool, first.estate)
            #expect(days.kinds.count == 72)
            #expect(days.kinds[try #require(Day("2026-01-04"))] == .holiday)
        }
    }
}
