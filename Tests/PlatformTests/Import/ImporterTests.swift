import Foundation
import Platform
import Realtime
import Support
import Testing

@Suite("Importing an estate")
struct ImporterTests {
    private static let files = Result { try SeedDataTests.files("") }
    private static let neighbour = Result { try SeedDataTests.files("qinglian-court/") }
    private static let keyring = Keyring.random()

    private struct Number: Statement {
        var sql: SQL
        func decode(_ cells: inout Cells) throws(PostgresError) -> Int { try cells.read() }
    }

    /// Counts of rows, seen by a superuser behind the policies.
    private static func count(_ clone: TestDatabase, _ sql: SQL) throws -> Int {
        try #require(try clone.superuser().run(Number(sql: sql)).first)
    }

    /// A file with one text replaced.
    private static func replacing(
        _ old: String, by new: String, in name: String, of files: [ImportFile]
    ) -> [ImportFile] {
        files.map { file in
            guard file.name == name else { return file }
            let text = String(decoding: file.bytes, as: UTF8.self)
            return ImportFile(
                name: name, bytes: Array(text.replacingOccurrences(of: old, with: new).utf8))
        }
    }

    @Test("the seed comes in whole, within bounds of time, and a second time changes nothing")
    func wholeSeed() async throws {
        try await TestDatabase.withPool { pool, clone, shard in
            let importer = Importer(clock: .machine(), keyring: Self.keyring)
            let files = try Self.files.get()
            let start = ContinuousClock.now
            let first = try await importer.run(files, into: pool, on: shard)
            print("imported the seed in \(ContinuousClock.now - start)")
            #expect(first.outcome == .imported)
            #expect(first.problems == [])
            #expect(first.counts[.persons]?.inserted == first.counts[.persons]?.rows)
            #expect(
                try Self.count(
                    clone, "SELECT count(*) FROM linli.place WHERE kind = 'residence'") == 903)
            #expect(
                try Self.count(clone, "SELECT count(*) FROM linli.place WHERE kind = 'parking'")
                    == 400)
            #expect(
                try Self.count(
                    clone, "SELECT count(DISTINCT residence_id) FROM linli.household") == 903)
            #expect(
                try Self.count(clone, "SELECT count(*) FROM linli.membership")
                    == first.counts[.memberships]?.rows)
            #expect(try Self.count(clone, "SELECT count(*) FROM linli.account_role_term") == 1)
            for (table, rows) in [
                ("SELECT count(*) FROM linli.venue" as SQL, ImportTable.venues),
                ("SELECT count(*) FROM linli.venue_hours", .venueHours),
                ("SELECT count(*) FROM linli.place_minutes", .placeMinutes),
                ("SELECT count(*) FROM linli.reservation_limit", .reservationLimits),
            ] { #expect(try Self.count(clone, table) == first.counts[rows]?.rows) }
            #expect(
                try Self.count(
                    clone,
                    "SELECT count(*) FROM linli.delegation WHERE 'announcements' = ANY (scope)")
                    == first.counts[.delegations]?.rows)
            #expect(
                try Self.count(
                    clone,
                    "SELECT count(*) FROM linli.delegation WHERE scope = '{announcements,activities}'"
                )
                    == 16)
            #expect(
                try Self.count(
                    clone, "SELECT count(*) FROM linli.event WHERE kind = 'import.completed'") == 1)

            let second = try await importer.run(files, into: pool, on: shard)
            #expect(second.outcome == .imported)
            #expect(second.estate == first.estate)
            #expect(second.changedNothing, "\(second.counts)")
            #expect(try Self.count(clone, "SELECT count(*) FROM linli.event") == 1)

            let small = try await importer.run(try Self.neighbour.get(), into: pool, on: shard)
            #expect(small.outcome == .imported)
            #expect(try Self.count(clone, "SELECT count(*) FROM linli.account_role_term") == 1)
            #expect(
                try Self.count(
                    clone,
                    """
                    SELECT count(DISTINCT p.estate_id)
                    FROM linli.person AS p JOIN linli.account_role_term AS t USING (account_id)
                    """) == 2)
            #expect(
                try Self.count(clone, "SELECT count(*) FROM linli.node") == 4)
        }
    }

    @Test("a changed row updates, phones are found by hash, and no phone or birth date is in clear")
    func changes() async throws {
        try await TestDatabase.withPool { pool, clone, shard in
            let importer = Importer(clock: .machine(), keyring: Self.keyring)
            let files = try Self.neighbour.get()
            _ = try await importer.run(files, into: pool, on: shard)
            func holders(_ phone: String) throws -> Int {
                let hash = IdentifierVault(Self.keyring).hash(of: try #require(PhoneNumber(phone)))
                return try Self.count(
                    clone,
                    """
                    SELECT count(*) FROM linli.account_identifier
                    WHERE kind = 'phone' AND value_hash = \(hash)
                    """)
            }
            #expect(try holders("+8615490000001") >= 1)
            #expect(
                try Self.count(
                    clone,
                    """
                    SELECT count(*) FROM linli.person_sealed
                    WHERE position('+86'::bytea IN value_sealed) > 0
                    """) == 0)
            let moved = Self.replacing(
                "15490000001", by: "15499999999", in: "persons.csv", of: files)
            let renamed = Self.replacing(
                "活动角", by: "活动中心", in: "places.csv", of: moved)
            let ended = Self.replacing(
                "2026-12-31", by: "2026-10-01", in: "delegations.csv", of: renamed)
            let shorter = Self.replacing(
                "周一,08:00,21:00", by: "周一,08:00,20:00", in: "venue-hours.csv", of: ended)
            let nearer = Self.replacing(
                "1幢,GG01,2", by: "GG01,1幢,3", in: "place-minutes.csv", of: shorter)
            let stricter = Self.replacing(
                "候补,当前,10", by: "候补,当前,9", in: "reservation-limits.csv", of: nearer)
            let all = Self.replacing("720,8,", by: "720,7,", in: "venues.csv", of: stricter)
            let report = try await importer.run(all, into: pool, on: shard)
            #expect(report.counts[.venues]?.updated == 1)
            // Hours are not updated: one goes, one comes.
            #expect(report.counts[.venueHours]?.updated == 1)
            #expect(report.counts[.venueHours]?.inserted == 1)
            #expect(report.counts[.placeMinutes]?.updated == 1)
            #expect(report.counts[.reservationLimits]?.updated == 1)
            #expect(
                try Self.count(
                    clone,
                    """
                    SELECT count(*)
                    FROM linli.venue AS v JOIN linli.venue_hours AS h USING (estate_id, place_id)
                    WHERE v.hours_month_max = 7
                        AND h.closes = CASE h.weekday WHEN 1 THEN '20:00' ELSE '21:00' END::time
                    """) == 7)
            #expect(report.counts[.delegations]?.updated == 1)
            #expect(report.counts[.places]?.updated == 1)
            #expect((report.counts[.persons]?.updated ?? 0) >= 1)
            #expect(report.counts.values.reduce(0) { $0 + $1.inserted } == 1)
            #expect(try holders("+8615499999999") >= 1)
        }
    }

    @Test("all or nothing: one bad row and nothing is written, unless bad rows are to be skipped")
    func skipBad() async throws {
        try await TestDatabase.withPool { pool, clone, shard in
            let importer = Importer(clock: .machine(), keyring: Self.keyring)
            let bad = Self.replacing(
                "1号,101,1,68.55", by: "1号,101,x,68.55", in: "residences.csv",
                of: try Self.neighbour.get())
            let refused = try await importer.run(bad, into: pool, on: shard)
            #expect(refused.outcome == .refused)
            #expect(refused.problems.first?.line == 2)
            #expect(try Self.count(clone, "SELECT count(*) FROM linli.estate") == 0)
            var tables: [ImportTable] = []
            let skipped = try await importer.run(
                bad, into: pool, options: ImportOptions(skipBad: true), on: shard
            ) { table, _ in tables.append(table) }
            #expect(skipped.outcome == .imported)
            #expect(skipped.problems == refused.problems)
            #expect(skipped.counts[.residences]?.refused == 1)
            #expect(tables == ImportTable.allCases)
            #expect(
                try Self.count(
                    clone, "SELECT count(*) FROM linli.place WHERE kind = 'residence'") == 11)
            let mended = try await importer.run(try Self.neighbour.get(), into: pool, on: shard)
            #expect(mended.outcome == .imported)
            #expect(
                try Self.count(
                    clone, "SELECT count(*) FROM linli.place WHERE kind = 'residence'") == 12)
        }
    }

    @Test("a dry run does it all and leaves nothing behind")
    func dryRun() async throws {
        try await TestDatabase.withPool { pool, clone, shard in
            let importer = Importer(clock: .machine(), keyring: Self.keyring)
            let report = try await importer.run(
                try Self.neighbour.get(), into: pool, options: ImportOptions(dryRun: true),
                on: shard)
            #expect(report.outcome == .wouldImport)
            #expect((report.counts[.persons]?.inserted ?? 0) > 0)
            for table: SQL in [
                "SELECT count(*) FROM linli.estate", "SELECT count(*) FROM linli.account",
                "SELECT count(*) FROM linli.node", "SELECT count(*) FROM linli.event",
            ] {
                #expect(try Self.count(clone, table) == 0)
            }
        }
    }
}
