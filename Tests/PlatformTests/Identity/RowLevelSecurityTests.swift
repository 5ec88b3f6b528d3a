internal import Platform
internal import Realtime
internal import Support
import Testing

@Suite("Who sees which rows of the identity graph") struct RowLevelSecurityTests {
    static let tables: [SQL] = [
        "SELECT count(*) FROM linli.account", "SELECT count(*) FROM linli.account_identifier",
        "SELECT count(*) FROM linli.account_role_term", "SELECT count(*) FROM linli.node",
        "SELECT count(*) FROM linli.estate", "SELECT count(*) FROM linli.place",
        "SELECT count(*) FROM linli.person", "SELECT count(*) FROM linli.person_sealed",
        "SELECT count(*) FROM linli.household", "SELECT count(*) FROM linli.membership",
        "SELECT count(*) FROM linli.role_term", "SELECT count(*) FROM linli.tie",
        "SELECT count(*) FROM linli.delegation", "SELECT count(*) FROM linli.session",
        "SELECT count(*) FROM linli.officer",
    ]

    @Test("without a principal, or with a token that nobody holds, every table is empty")
    func nobody() async throws {
        try await withEstates { database, _ in
            for sql in Self.tables {
                let counts = try await database.read(.none, Cell<Int>(sql))
                #expect(counts == [0], "\(sql.text)")
            }
            let unknown = Principal.session(
                tokenHash: SessionToken.random().hash, estate: Estates.a)
            let (identity, rows) = try await database.readIdentified(
                unknown, Cell<Int>("SELECT count(*) FROM linli.estate"))
            #expect(identity == nil)
            #expect(rows.isEmpty)
        }
    }

    @Test("a query that forgets its filter sees one estate, one household")
    func forgottenFilter() async throws {
        try await withEstates { database, _ in
            let resident = Estates.personAs(Estates.residentPerson, Estates.resident)
            #expect(try await names(database, resident) == ["张三"])
            let wife = Estates.personAs(Estates.id(0xF2), Estates.wife)
            #expect(try await names(database, wife) == ["李明", "王小芳"])
            let stranger = Estates.personAs(
                Estates.strangerPerson, Estates.stranger, in: Estates.b)
            #expect(try await names(database, stranger) == ["赵六"])
            let places = try await database.read(
                stranger, Cell<Int>("SELECT count(*) FROM linli.place"))
            #expect(places == [0])
            let liar = Estates.personAs(Estates.residentPerson, Estates.resident, in: Estates.b)
            #expect(try await names(database, liar) == [])
        }
    }

    @Test("the visitor's job reads estate and places, and nobody's name")
    func visitor() async throws {
        try await withEstates { database, _ in
            let visitor = Principal.job("visitor", estate: Estates.a)
            #expect(try await names(database, visitor) == [])
            let (estates, places) = try await database.read(
                visitor, Cell<Int>("SELECT count(*) FROM linli.estate"),
                Cell<Int>("SELECT count(*) FROM linli.place"))
            #expect(estates == [1])
            #expect(places == [3])
        }
    }

    @Test("a row cannot be written into another estate, nor another person's name changed")
    func foreignWrites() async throws {
        try await withEstates { database, _ in
            let importer = Principal.job("import", estate: Estates.a)
            await #expect(throws: PostgresError.self) {
                try await database.write(importer) { transaction in
                    try await transaction.execute(
                        """
                        INSERT INTO linli.person (estate_id, id, display_name, created_at)
                        VALUES (\(Estates.b), \(Estates.id(0x99)), 'x', '2026-01-01Z')
                        """)
                }
            }
            let wife = Estates.personAs(Estates.id(0xF2), Estates.wife)
            let touched = try await database.write(wife) { transaction in
                try await transaction.execute("UPDATE linli.person SET display_name = '王芳'")
            }
            #expect(touched == [1])
        }
    }

    @Test("a role above the estate gives its holder a person there, until the term's instant")
    func termAbove() async throws {
        try await withEstates { database, clock in
            let sessions = Sessions(
                database: database, clock: clock, ids: UUIDGenerator(clock: clock))
            let token = try await sessions.create(for: Estates.officer, deviceLabel: "desk")
            let elsewhere = try await sessions.session(of: token, estate: Estates.b)
            #expect(elsewhere?.person == nil)
            let session = try #require(
                try await sessions.session(of: token, estate: Estates.a))
            #expect(session.person != nil)
            #expect(try await names(database, session.principal).count == 5)
            try clock.set(Estates.termEnds - .microseconds(1))
            #expect(try await names(database, session.principal).count == 5)
            try clock.set(Estates.termEnds)
            let after = try #require(try await sessions.session(of: token, estate: Estates.a))
            #expect(after.person == nil)
            // The account alone still reads its own person rows, and no one else's.
            #expect(try await names(database, session.principal) == ["孙干事"])
        }
    }

    @Test(
        "a role in the estate is void at its instant, and a scoped one holds only below its place")
    func roleTerms() async throws {
        try await withEstates { database, clock in
            _ = try await database.write(.job("import", estate: Estates.a)) { transaction in
                try await transaction.execute(
                    """
                    INSERT INTO linli.role_term
                        (estate_id, id, person_id, role, place_id, begins, ends, because)
                    VALUES (\(Estates.a), \(Estates.id(0x81)), \(Estates.residentPerson),
                            'residents_committee', NULL, '2026-01-01Z', \(Estates.termEnds), 'c'),
                        (\(Estates.a), \(Estates.id(0x82)), \(Estates.residentPerson),
                            'stair_leader', \(Estates.id(0xA2)), '2026-01-01Z',
                            \(Estates.termEnds), 'e')
                    """)
            }
            let resident = Estates.personAs(Estates.residentPerson, Estates.resident)
            #expect(try await names(database, resident).count == 4)
            for (place, holds) in [(0xA1 as UInt64, false), (0xA2, true), (0xA3, true)] {
                let answer = try await database.read(
                    resident,
                    Cell<Bool>("SELECT linli.has_role_at(\(Estates.id(place)), 'stair_leader')"))
                #expect(answer == [holds])
            }
            let overAll = try await database.read(
                resident, Cell<Bool>("SELECT linli.has_role('stair_leader')"))
            #expect(overAll == [false])
            let stranger = Estates.personAs(Estates.id(0xF2), Estates.wife)
            let held = Cell<String>("SELECT role FROM linli.officer ORDER BY role")
            #expect(try await database.read(stranger, held) == [], "who is unclaimed is not seen")
            let sessions = Sessions(
                database: database, clock: clock, ids: UUIDGenerator(clock: clock))
            _ = try await sessions.create(for: Estates.resident, deviceLabel: "phone")
            #expect(
                try await database.read(stranger, held)
                    == ["residents_committee", "stair_leader"])
            try clock.set(Estates.termEnds)
            #expect(try await names(database, resident).count == 1)
        }
    }

    private func names(_ database: Database, _ principal: Principal) async throws -> [String] {
        try await database.read(
            principal, Cell<String>("SELECT display_name FROM linli.person")
        ).sorted()
    }
}

/// A database with two estates, and a clock that stands at their start.
func withEstates(
    keyring: Keyring = .random(),
    _ body: @Sendable (Database, Platform.Clock) async throws -> Void
) async throws {
    let clock = Platform.Clock.settable(scale: 0)
    try clock.set(Estates.start)
    try await TestDatabase.withPool(clock: clock) { database, clone, _ in
        try Estates.fill(clone, keyring: keyring)
        try await body(database, clock)
    }
}
