internal import Platform
internal import Realtime
internal import Support

@testable internal import Social

/// A clone with an estate of numbered persons, places and households, and the ledger's commands on it.
struct LedgerFixture {
    static let estate = id(0xA)
    static let other = id(0xB)
    static let start = Instant("2026-03-01T00:00:00Z") ?? .epoch
    static let personCount = 8

    let pool: Database
    let clone: TestDatabase
    let ids: UUIDGenerator

    static func id(_ number: UInt64) -> UUID { UUID(high: 7 << 12, low: 1 << 63 | number) }
    static func person(_ number: Int) -> UUID { id(0x1000 + UInt64(number)) }
    static func household(_ number: Int) -> UUID { id(0x2000 + UInt64(number)) }
    static func place(_ number: Int) -> UUID { id(0x3000 + UInt64(number)) }

    /// A person of the estate, or of the other one.
    static func principal(_ person: Int, of estate: UUID = estate) -> Principal {
        .person(estate: estate, person: Self.person(person), account: id(0x4000 + UInt64(person)))
    }

    static func with(
        _ body: @Sendable (LedgerFixture, isolated Shard) async throws -> Void
    ) async throws {
        let clock = Platform.Clock.settable(at: start, scale: 0)
        try await TestDatabase.withPool(clock: clock) { pool, clone, shard in
            try clone.superuser().run(rows)
            let fixture = LedgerFixture(
                pool: pool, clone: clone, ids: UUIDGenerator(clock: clock))
            try await body(fixture, shard)
        }
    }

    // MARK: Commands

    /// Runs something with the ledger as a person.
    func run<Value>(
        as person: Int = 0, _ work: (Ledger) async throws -> Value
    ) async throws -> Value {
        try await pool.write(Self.principal(person)) { try await work(Ledger(in: $0)) }
    }

    /// Posts with an event of its own; a refusal leaves nothing.
    func post(_ movements: [Movement], as person: Int = 0) async throws -> Ledger.Answer {
        let event = ids.next()
        return try await pool.write(Self.principal(person)) { tx in
            _ = try await tx.run(AppendEvent(Self.event(event)))
            return try await Ledger(in: tx).post(movements, telling: event)
        }
    }

    /// Takes a movement back, with an event of its own.
    func reverse(_ movement: UUID, key: String? = nil) async throws -> Ledger.Answer {
        let (event, id) = (ids.next(), ids.next())
        return try await pool.write(Self.principal(0)) { tx in
            _ = try await tx.run(AppendEvent(Self.event(event)))
            return try await Ledger(in: tx).reverse(
                movement, as: id, reason: "mistaken", key: key, telling: event)
        }
    }

    static func event(_ id: UUID) -> EventDraft {
        EventDraft(id: id, kind: "ledger.moved", audience: [.person(person(0))]) { _ in }
    }

    /// The estate's time credits, counted in minutes, and the pot that issues them.
    func credits() async throws -> UUID {
        let asset = LedgerAsset(id: ids.next(), book: "credit", unit: "minute", scale: 0)
        return try await run { ledger in
            let id = try await ledger.open(asset) ?? Self.id(0)
            _ = try await ledger.openPot(id, status: "free")
            return id
        }
    }

    /// A lot of rice, counted to the gram.
    func lot(_ number: UInt64) async throws -> UUID {
        let asset = LedgerAsset(
            id: ids.next(), book: "fund", unit: "kilogram", scale: 3, ref: Self.id(number))
        return try await run { try await $0.open(asset) ?? Self.id(0) }
    }

    func movement(
        _ units: Int64, of asset: UUID, from: LedgerSide, to: LedgerSide, key: String? = nil,
        subject: Int? = nil, reason: String = "moved"
    ) throws -> Movement {
        guard let quantity = Quantity(units: units) else { throw QuantityFault.nothing }
        return Movement(
            id: ids.next(), of: asset, quantity, from: from, to: to, reason: reason,
            cause: LedgerCause("test"), subject: subject.map(Self.person), key: key)
    }

    // MARK: Looking behind the policies

    /// What is wrong: a balance that is not the sum of its movements, a number that is missing, a
    /// balance after a movement that does not follow, an asset that does not sum to zero.
    func findings() throws -> [String] { try Self.findings(clone) }

    static func findings(_ clone: TestDatabase) throws -> [String] {
        try clone.superuser().run(LedgerFindings())
    }

    /// Numbers that the superuser counts.
    func numbers(_ sql: SQL) throws -> [Int64] { try clone.superuser().run(Numbers(sql: sql)) }

    struct Numbers: Statement {
        var sql: SQL
        func decode(_ cells: inout Cells) throws(PostgresError) -> Int64 { try cells.read() }
    }

    static var rows: String {
        let people = (0..<personCount).map { number in
            """
            INSERT INTO linli.person (estate_id, id, display_name, created_at) VALUES
                ('\(estate)', '\(person(number))', '某人', '2026-01-01Z'),
                ('\(other)', '\(person(number))', '某人', '2026-01-01Z');
            INSERT INTO linli.household (estate_id, id, begins)
                VALUES ('\(estate)', '\(household(number))', '2026-01-01Z');
            INSERT INTO linli.place (estate_id, id, kind, code, name_zh, name_en)
                VALUES ('\(estate)', '\(place(number))', 'public', 'p\(number)', '物资间', 'Room');
            """
        }
        return """
            INSERT INTO linli.node (id, parent_id, kind, code, name_zh, name_en)
                VALUES ('\(id(0xC1))', NULL, 'city', 'sh', '上海市', 'Shanghai');
            INSERT INTO linli.estate (estate_id, node_id, code, name_zh, name_en) VALUES
                ('\(estate)', '\(id(0xC1))', 'a', '甲小区', 'A'),
                ('\(other)', '\(id(0xC1))', 'b', '乙小区', 'B');
            \(people.joined(separator: "\n"))
            """
    }
}

/// Recomputes every balance from the movements.
struct LedgerFindings: Statement {
    var sql: SQL {
        """
        WITH leg AS (
            SELECT estate_id, from_id AS account, asset_id, from_number AS number,
                -quantity AS delta, from_balance AS after
            FROM linli.ledger_movement
            UNION ALL
            SELECT estate_id, to_id, asset_id, to_number, quantity, to_balance
            FROM linli.ledger_movement
        ), running AS (
            SELECT l.*, sum(delta) OVER (PARTITION BY estate_id, account ORDER BY number) AS sum,
                row_number() OVER (PARTITION BY estate_id, account ORDER BY number) AS place
            FROM leg AS l
        )
        SELECT 'balance of ' || a.id
        FROM linli.ledger_account AS a
        LEFT JOIN leg AS l ON l.estate_id = a.estate_id AND l.account = a.id
        GROUP BY a.estate_id, a.id
        HAVING a.balance <> coalesce(sum(l.delta), 0) OR a.moves <> count(l.delta)
        UNION ALL
        SELECT 'movement ' || number || ' of ' || account
        FROM running
        WHERE after <> sum OR number <> place
        UNION ALL
        SELECT 'below zero: ' || r.account
        FROM running AS r
        JOIN linli.ledger_account AS a ON a.estate_id = r.estate_id AND a.id = r.account
        WHERE r.after < 0 AND NOT a.may_be_negative
        UNION ALL
        SELECT 'sum of ' || asset_id
        FROM linli.ledger_account
        GROUP BY estate_id, asset_id
        HAVING sum(balance) <> 0
        UNION ALL
        SELECT 'untold: ' || m.id
        FROM linli.ledger_movement AS m
        WHERE NOT EXISTS (SELECT FROM linli.event AS e
            WHERE e.estate_id = m.estate_id AND e.event_id = m.event_id AND e.at = m.at)
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> String { try cells.read() }
}

extension LedgerSide {
    static let outside = LedgerSide(.outside(), "free")
    static let pot = LedgerSide(.pot(), "free")
    static func person(_ number: Int) -> Self {
        LedgerSide(.person(LedgerFixture.person(number)), "free")
    }
    static func place(_ number: Int, _ status: String = "free") -> Self {
        LedgerSide(.place(LedgerFixture.place(number)), status)
    }
}
