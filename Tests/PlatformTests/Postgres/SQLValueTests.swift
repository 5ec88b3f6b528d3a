import Platform
import Realtime
import Support
import Testing

@Suite("Values to and from PostgreSQL")
struct SQLValueTests {
    @Test("every type comes back as it went, at its ends too")
    func roundTrips() async throws {
        try await TestDatabase.withPool { database, _, _ in
            func check<Value: SQLValue & Equatable>(_ values: Value...) async throws {
                for value in values {
                    #expect(try await database.read(.none, One("SELECT \(value)")) == [value])
                    let optional = One<Value?>("SELECT \(value)")
                    #expect(try await database.read(.none, optional) == [value])
                }
                let none = One<Value?>("SELECT \(Value?.none)")
                #expect(try await database.read(.none, none) == [nil])
            }
            try await check(true, false)
            try await check(Int16.min, 0, Int16.max)
            try await check(Int32.min, -1, Int32.max)
            try await check(Int64.min, -1, Int64.max)
            try await check(Int.min, 7, Int.max)
            try await check(0.0, -1.5, .greatestFiniteMagnitude, .infinity)
            try await check("", "O'Brien", "邻里 𠮷\u{10FFFF}\n\"\\")
            try await check([UInt8](0...255), [])
            try await check(UUID(high: 0, low: 0), UUID(high: .max, low: 1))
            try await check(Instant.epoch, .earliest, .latest, Instant(microseconds: 1_790_000_001))
            try await check(Day(daysSinceEpoch: 0), Day(daysSinceEpoch: -719_162))
            try await check([UUID(high: 1, low: 2)], [])
            try await check(["a", "", "邻"], [])
            try await check([Int64.min, 0], [])
            try await check([String?.none, "b"])
            try await check([Instant.epoch])
        }
    }

    @Test("PostgreSQL means the same by them")
    func meanings() async throws {
        try await TestDatabase.withPool { database, _, _ in
            let instant = try #require(Instant("2026-09-01T08:00:00.000001+08:00"))
            let row = try await database.read(
                .none,
                One<Bool>(
                    """
                    SELECT \(instant) = timestamptz '2026-09-01 00:00:00.000001Z'
                        AND \(Day(daysSinceEpoch: 20332)) = date '2025-09-01'
                        AND \(["x", "y"]) = ARRAY['x', 'y']
                        AND \(JSONB(Array(#"{"a":1}"#.utf8)))->>'a' = '1'
                        AND \([UInt8]("hi".utf8)) = 'hi'::bytea
                        AND \(Int16(3)) + \(Int32(4)) = \(7)
                    """))
            #expect(row == [true])
        }
    }

    @Test("NULL or another type than expected is an error that names the column")
    func mismatch() async throws {
        try await TestDatabase.withPool { database, _, _ in
            let null = await #expect(throws: PostgresError.self) {
                try await database.read(.none, One<String>("SELECT NULL::text AS title"))
            }
            #expect(null?.kind == .decoding)
            #expect(null?.message.contains("(title) is NULL") == true)
            let type = await #expect(throws: PostgresError.self) {
                try await database.read(.none, One<Int>("SELECT 'x'::text AS seats"))
            }
            #expect(type?.message.contains("(seats)") == true)
        }
    }

    @Test("cells become JSON without a value between")
    func cellsToJSON() async throws {
        try await TestDatabase.withPool { database, _, _ in
            var json = JSONWriter()
            try await database.read(
                .none,
                """
                SELECT 'a"b', 12::int2, true, NULL::text, '{"k": [1]}'::jsonb, 1.5::float8,
                    timestamptz '2026-01-02 03:04:05.6Z', date '2026-01-02', ARRAY['x'],
                    '00000000-0000-7000-8000-000000000001'::uuid
                """
            ) { cells throws(PostgresError) in
                json.beginArray()
                while !cells.isAtEnd { try cells.write(to: &json) }
                json.endArray()
            }
            #expect(
                String(decoding: json.bytes, as: UTF8.self)
                    == #"["a\"b",12,true,null,{"k": [1]},1.5,"#
                    + #""2026-01-02T03:04:05.600Z","2026-01-02",["x"],"#
                    + #""00000000-0000-7000-8000-000000000001"]"#)
        }
    }
}
