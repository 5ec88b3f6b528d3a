internal import Platform
internal import Support
import Testing

@testable internal import Social

/// What the database lets the serving role do with venues when a query forgets its filter.
@Suite("Venues behind row-level security") struct VenuePolicyTests {
    typealias Estate = VenueEstate

    /// A connection of the serving role with these settings for good.
    private func connect(
        _ estate: Estate, kind: String, at place: UUID = APIFixture.a, person: UInt64? = nil,
        job: String = ""
    ) throws -> BlockingConnection {
        let connection = try BlockingConnection(estate.api.database.connection(as: "linli"))
        for (name, value) in [
            ("instant", "\(estate.api.clock.now().microseconds)"), ("principal", kind),
            ("estate", "\(place)"), ("person", person.map { "\(APIFixture.id($0))" } ?? ""),
            ("account", ""), ("job", job),
        ] { try connection.run("SELECT set_config('linli.\(name)', '\(value)', false)") }
        return connection
    }

    private func counts(_ connection: BlockingConnection) throws -> [Int64] {
        let busy: SQL = """
            SELECT count(*) FROM linli.venue_busy(\(Estate.room), '2026-03-01Z', '2026-04-01Z')
            """
        let tables: [SQL] = [
            "SELECT count(*) FROM linli.venue", "SELECT count(*) FROM linli.venue_hours",
            "SELECT count(*) FROM linli.venue_booking", busy,
        ]
        return try tables.flatMap { try connection.run(OneCell<Int64>(sql: $0)) }
    }

    @Test(
        "each principal sees its own estate's rules, busy times as a person, own bookings as booker"
    )
    func unfiltered() async throws {
        try await Estate.with { estate async throws in
            _ = try await estate.book(Estate.one, Estate.room, Estate.use(1, 3, "09:00", "10:00"))
            for (connection, expected) in [
                (try connect(estate, kind: "person", person: 0xF1), [2, 14, 1, 1]),
                (try connect(estate, kind: "person", person: 0xF3), [2, 14, 0, 1]),
                (try connect(estate, kind: "person", person: 0xF4), [2, 14, 1, 1]),
                (try connect(estate, kind: "job", job: "visitor"), [2, 14, 0, 0]),
                (try connect(estate, kind: "job", at: APIFixture.b, job: "import"), [0, 0, 0, 0]),
                (
                    try connect(estate, kind: "person", at: APIFixture.b, person: 0xF2),
                    [0, 0, 0, 0]
                ),
                (try connect(estate, kind: ""), [0, 0, 0, 0]),
            ] as [(BlockingConnection, [Int64])] {
                #expect(try counts(connection) == expected)
            }
        }
    }

    @Test("rules are written by officers and the import of their estate, bookings by nobody else")
    func writes() async throws {
        try await Estate.with { estate async throws in
            _ = try await estate.book(Estate.one, Estate.room, Estate.use(1, 3, "09:00", "10:00"))
            let limit = """
                INSERT INTO linli.reservation_limit
                    (estate_id, id, feature, per, counts, period, most)
                VALUES ('\(APIFixture.a)', '\(APIFixture.id(1))', 'activity', 'person', 'waiting',
                    'live', 9)
                """
            let touched: [(BlockingConnection, Int64)] = [
                (try connect(estate, kind: "person", person: 0xF1), 0),
                (try connect(estate, kind: "person", person: 0xF4), 2),
                (try connect(estate, kind: "job", job: "import"), 2),
                (try connect(estate, kind: "job", at: APIFixture.b, job: "import"), 0),
            ]
            for (index, (connection, rows)) in touched.enumerated() {
                let changed = try connection.run(
                    OneCell<Int64>(
                        sql: """
                            WITH changed AS (
                                UPDATE linli.venue SET lead_minutes = \(index + 1) RETURNING 1)
                            SELECT count(*) FROM changed
                            """))
                #expect(changed == [rows])
                if index == 2 {
                    try connection.run(limit)
                } else {
                    #expect(throws: PostgresError.self) { try connection.run(limit) }
                }
                #expect(throws: PostgresError.self) {
                    try connection.run("DELETE FROM linli.venue_booking")
                }
                #expect(throws: PostgresError.self) {
                    try connection.run("UPDATE linli.venue_booking SET period = 'empty'")
                }
            }
            let hours = try connect(estate, kind: "person", person: 0xF1)
            try hours.run("DELETE FROM linli.venue_hours")
            #expect(try estate.count("SELECT count(*) FROM linli.venue_hours") == 14)
        }
    }

    @Test("the hours of another are told to nobody but officers, and those who move a booking")
    func minutes() async throws {
        try await Estate.with { estate async throws in
            _ = try await estate.book(Estate.one, Estate.room, Estate.use(1, 3, "09:00", "10:00"))
            let own: SQL = """
                SELECT linli.venue_minutes_used(\(Estate.room), \(APIFixture.id(0xF1)),
                    '2026-03-01Z', '2026-04-01Z', '{}')
                """
            for (person, minutes) in [(0xF1, 60), (0xF4, 60), (0xF3, nil)] as [(UInt64, Int?)] {
                let connection = try connect(estate, kind: "person", person: person)
                #expect(try connection.run(OneCell<Int?>(sql: own)) == [minutes])
            }
        }
    }

    @Test("busy times are found by an index, as the serving role asks")
    func plan() async throws {
        try await Estate.with { estate async throws in
            let server = try estate.api.database.superuser()
            try server.run(
                """
                INSERT INTO linli.venue_booking (estate_id, id, place_id, booked_by, booked_at,
                    for_kind, for_id, thing_id, begins, ends)
                SELECT '\(APIFixture.a)', gen_random_uuid(), '\(Estate.garden)',
                    '\(APIFixture.id(0xF1))', '2026-01-01Z', 'activity', gen_random_uuid(),
                    gen_random_uuid(), hour, hour + interval '1 hour'
                FROM generate_series('2010-01-01Z'::timestamptz, '2026-03-04Z', '8 hours') AS hour;
                ANALYZE linli.venue_booking;
                """)
            let resident = try connect(estate, kind: "person", person: 0xF1)
            let before = try scanned(server)
            let found = try resident.run(
                OneCell<Int64>(
                    sql: """
                        SELECT count(*)
                        FROM linli.venue_busy(\(Estate.garden), '2026-03-02Z', '2026-03-03Z')
                        """))
            #expect(found == [3])
            try resident.run("SELECT pg_stat_force_next_flush()")
            let after = try scanned(server)
            #expect(before == after, "the table was read as a whole")
        }
    }

    /// How often the bookings were read as a whole.
    private func scanned(_ server: BlockingConnection) throws -> Int64? {
        try server.run(
            OneCell<Int64>(
                sql: """
                    SELECT seq_scan FROM pg_stat_all_tables
                    WHERE relid = 'linli.venue_booking'::regclass
                    """)
        ).first
    }
}
