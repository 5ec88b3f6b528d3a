import Logging
import Platform
import Realtime
import Support

/// Estates, persons and homes that the tests of events and jobs share.
enum EventScene {
    static let estate = id(0x01)
    static let otherEstate = id(0x02)
    static let building = id(0xb1)
    static let stair = id(0xb2)
    /// A head of a household in the stair.
    static let resident = id(0xa1)
    /// A tenant there until `termEnds`.
    static let tenant = id(0xa2)
    /// Holds the residents' committee's office over the estate.
    static let officer = id(0xa3)
    /// Has neither home nor role.
    static let stranger = id(0xa4)
    static let household = id(0xd1)
    static let termEnds = Instant(microseconds: 1_700_000_000_000_000)
    static let before = Instant(microseconds: 1_699_999_999_000_000)

    static let logger = Logger(label: "test")

    static func id(_ low: UInt64) -> UUID {
        UUID(high: 0x7000, low: 0x8000_0000_0000_0000 | low)
    }

    static func principal(_ person: UUID, in estate: UUID = estate) -> Principal {
        .person(estate: estate, person: person, account: id(0xcc))
    }

    /// A clone with the scene in it, a pool, and a clock that stands before `termEnds`.
    static func with<Value: Sendable>(
        clock: Clock = .settable(at: before, scale: 0),
        _ body: @Sendable (Database, TestDatabase, isolated Shard) async throws -> Value
    ) async throws -> Value {
        try await TestDatabase.withPool(clock: clock) { database, clone, shard in
            try clone.superuser().run(sceneRows)
            return try await body(database, clone, shard)
        }
    }

    static func draft(
        _ ids: UUIDGenerator, _ audience: [EventAudience] = [.estate],
        kind: String = "test.happened",
        number: Int = 0
    ) -> EventDraft {
        EventDraft(id: ids.next(), kind: kind, audience: audience, about: [resident]) {
            $0.member("number", number)
        }
    }

    /// Writes events in a transaction each, as the officer; returns their ids in order.
    @discardableResult
    static func append(
        _ audiences: [[EventAudience]], to database: Database, in estate: UUID = estate
    ) async throws -> [UUID] {
        let ids = UUIDGenerator(clock: .machine())
        var made: [UUID] = []
        for (number, audience) in audiences.enumerated() {
            let draft = draft(ids, audience, number: number)
            made += try await database.write(principal(officer, in: estate)) { tx in
                try await tx.run(AppendEvent(draft))
            }
        }
        return made
    }

    /// The whole log of an estate, as the auditor reads it.
    static func log(of estate: UUID = estate, from database: Database) async throws -> [Event] {
        try await database.read(
            .job("audit", estate: estate), EventRows(of: estate, after: 0, countMax: 100_000))
    }

    /// Numbers once, outside any numberer.
    static func number(_ database: Database, rowsMax: Int = 100_000) async throws -> [Int64] {
        try await database.write(.none) { tx in try await tx.run(Number(rowsMax: rowsMax)) }
    }

    struct Number: Statement {
        var rowsMax: Int
        var sql: SQL { "SELECT last_seq FROM linli.number_events(\(Int32(rowsMax)))" }
        func decode(_ cells: inout Cells) throws(PostgresError) -> Int64 { try cells.read() }
    }

    static let sceneRows = """
        INSERT INTO linli.node (id, parent_id, kind, code, name_zh, name_en)
        VALUES ('\(id(0xc1))', NULL, 'city', 'C', '市', 'City');
        INSERT INTO linli.estate (estate_id, node_id, code, name_zh, name_en)
        VALUES ('\(estate)', '\(id(0xc1))', 'E1', '一', 'One'),
            ('\(otherEstate)', '\(id(0xc1))', 'E2', '二', 'Two');
        INSERT INTO linli.place (estate_id, id, parent_id, kind, code, name_zh, name_en)
        VALUES ('\(estate)', '\(building)', NULL, 'building', '1', '一', 'One');
        INSERT INTO linli.place (estate_id, id, parent_id, kind, code, name_zh, name_en)
        VALUES ('\(estate)', '\(stair)', '\(building)', 'stair', '1', '一', 'One');
        INSERT INTO linli.place (estate_id, id, parent_id, kind, code, name_zh, name_en)
        VALUES ('\(estate)', '\(id(0xb3))', '\(stair)', 'residence', '101', '一', 'One');
        INSERT INTO linli.person (estate_id, id, display_name, created_at)
        SELECT '\(estate)', p::uuid, '张伟', linli.instant_of(0)
        FROM unnest(ARRAY['\(resident)', '\(tenant)', '\(officer)', '\(stranger)']) AS p;
        INSERT INTO linli.person (estate_id, id, display_name, created_at)
        VALUES ('\(otherEstate)', '\(officer)', '张伟', linli.instant_of(0));
        INSERT INTO linli.household (estate_id, id, residence_id, begins)
        VALUES ('\(estate)', '\(household)', '\(id(0xb3))', linli.instant_of(0));
        INSERT INTO linli.membership
            (estate_id, id, household_id, person_id, role_in_household, begins, ends)
        VALUES ('\(estate)', '\(id(0xe1))', '\(household)', '\(resident)', 'head',
                linli.instant_of(0), 'infinity'),
            ('\(estate)', '\(id(0xe2))', '\(household)', '\(tenant)', 'tenant',
                linli.instant_of(0), linli.instant_of(\(termEnds.microseconds)));
        INSERT INTO linli.role_term
            (estate_id, id, person_id, role, place_id, begins, ends, because)
        VALUES ('\(estate)', '\(id(0xf1))', '\(officer)', 'residents_committee', NULL,
            linli.instant_of(0), linli.instant_of(1900000000000000), 'elected');
        """
}
