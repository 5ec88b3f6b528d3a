internal import Platform
internal import Realtime
internal import Support

@testable internal import Social

/// A clone with one estate of numbered persons, a thing that person 0 looks after, and the kernel's
/// commands on it.
struct ReservationFixture {
    static let estate = id(0xA)
    static let thing = id(0x7)
    static let start = Instant("2026-03-01T00:00:00Z") ?? .epoch
    /// The persons: 0 looks after the thing.
    static let personCount = 12

    let pool: Database
    let clone: TestDatabase
    let clock: Platform.Clock
    let feature: TestFeature
    let ids: UUIDGenerator

    static func id(_ number: UInt64) -> UUID { UUID(high: 7 << 12, low: 1 << 63 | number) }
    static func person(_ number: Int) -> UUID { id(0x1000 + UInt64(number)) }
    static func household(_ number: Int) -> UUID { id(0x2000 + UInt64(number)) }

    /// A feature that admits whoever is not on its list, and keeps what it is told.
    final class TestFeature: ReservationFeature {
        let name = "activity"
        let refused = Locked<Set<UUID>>([])
        let told = Locked<[ReservationChange]>([])

        func refusals(
            of parties: [Party], at capacity: Capacity, beside: Beside, in transaction: Transaction
        ) async throws -> [UUID: AdmissionRefusal] {
            let refused = refused.withLock { $0 }
            var answers: [UUID: AdmissionRefusal] = [:]
            for party in parties {
                if let person = party.members.map(\.person).first(where: refused.contains) {
                    answers[party.id] = AdmissionRefusal("not-wanted", about: person)
                }
            }
            return answers
        }

        func notices(of outcome: ReservationOutcome) -> [SQL] {
            told.withLock { $0 += outcome.steps.map(\.change) }
            return []
        }
    }

    /// Makes the clone, and runs `body` on a shard with the pool.
    static func with(
        _ body: @Sendable (ReservationFixture, isolated Shard) async throws -> Void
    ) async throws {
        let clock = Platform.Clock.settable(at: start, scale: 0)
        try await TestDatabase.withPool(clock: clock) { pool, clone, shard in
            try clone.superuser().run(rows)
            let fixture = ReservationFixture(
                pool: pool, clone: clone, clock: clock, feature: TestFeature(),
                ids: UUIDGenerator(clock: clock))
            try await body(fixture, shard)
        }
    }

    // MARK: Commands

    /// Runs a command of the kernel as a person; a refusal leaves nothing.
    func run<Value>(
        as person: Int, _ work: (Reservations) async throws -> Value
    ) async throws -> Value {
        let principal = Principal.person(
            estate: Self.estate, person: Self.person(person),
            account: Self.id(0x3000 + UInt64(person)))
        return try await pool.write(principal) { tx in
            try await work(Reservations(in: tx, for: feature, ids: ids))
        }
    }

    /// Opens a capacity that begins after so many hours and takes one hour; by default it can be
    /// booked until it begins.
    func open(
        _ totals: [(SeatKind, Int)], overall: Int? = nil, inHours hours: Int64 = 48,
        place: UUID? = nil, offerMinutes: Int = 60, cancelMinutes: [SeatKind: Int] = [:],
        waitingMax: Int = 100
    ) async throws -> UUID {
        let id = ids.next()
        let begins = Self.start + .seconds(3600 * hours)
        let plan = CapacityPlan(
            feature: "activity", thing: Self.thing, totals: totals.map { (kind: $0, count: $1) },
            overall: overall, place: place, offerMinutes: offerMinutes,
            cancelMinutes: cancelMinutes, waitingMax: waitingMax)
        let capacity = NewCapacity(
            id: id, subject: ids.next(), term: begins..<begins + .seconds(3600),
            window: Self.start..<begins)
        try await run(as: 0) { kernel in
            _ = try await kernel.transaction.execute(OpenCapacities(plan, [capacity]).sql)
        }
        return id
    }

    /// Books for these persons, the first of whom holds it.
    func book(
        _ persons: [(Int, SeatKind)], at capacity: UUID, household: Int? = nil, priority: Int = 0,
        holdMinutes: Int? = nil
    ) async throws -> Reservations.Answer {
        let booking = Booking(
            id: ids.next(), holder: Self.person(persons[0].0),
            household: household.map(Self.household),
            members: persons.map { Reservation.Member(Self.person($0.0), $0.1) },
            priority: priority, holdMinutes: holdMinutes)
        return try await run(as: persons[0].0) { try await $0.book(booking, at: capacity) }
    }

    /// Settles as the sweep does.
    func settle(_ capacity: UUID) async throws -> ReservationOutcome {
        try await pool.write(.job("reservation-sweep", estate: Self.estate)) { tx in
            try await Reservations(in: tx, for: feature, ids: ids).settle(capacity).answer.get()
        }
    }

    /// Settles a page of the queue, as the sweep does.
    func settle(
        _ capacity: UUID, after place: Reservation? = nil, spare: Int? = nil
    ) async throws -> (answer: Reservations.Answer, next: Reservation?) {
        try await pool.write(.job("reservation-sweep", estate: Self.estate)) { tx in
            try await Reservations(in: tx, for: feature, ids: ids)
                .settle(capacity, after: place, spare: spare)
        }
    }

    /// One number that the superuser counts.
    func count(_ sql: SQL) throws -> Int64 {
        try clone.superuser().run(Count(sql: sql)).first ?? -1
    }

    private struct Count: Statement {
        var sql: SQL
        func decode(_ cells: inout Cells) throws(PostgresError) -> Int64 { try cells.read() }
    }

    private static var rows: String {
        let persons = (0..<personCount).map { number in
            """
            INSERT INTO linli.account (id, created_at)
                VALUES ('\(id(0x3000 + UInt64(number)))', '2026-01-01Z');
            INSERT INTO linli.person
                (estate_id, id, account_id, display_name, created_at, claimed_at)
                VALUES ('\(estate)', '\(person(number))', '\(id(0x3000 + UInt64(number)))',
                    '某人', '2026-01-01Z', '2026-01-01Z');
            INSERT INTO linli.household (estate_id, id, begins)
                VALUES ('\(estate)', '\(household(number))', '2026-01-01Z');
            """
        }
        return """
            INSERT INTO linli.node (id, parent_id, kind, code, name_zh, name_en)
                VALUES ('\(id(0xC1))', NULL, 'city', 'sh', '上海市', 'Shanghai');
            INSERT INTO linli.estate (estate_id, node_id, code, name_zh, name_en)
                VALUES ('\(estate)', '\(id(0xC1))', 'a', '甲小区', 'A');
            \(persons.joined(separator: "\n"))
            INSERT INTO linli.place (estate_id, id, kind, code, name_zh, name_en) VALUES
                ('\(estate)', '\(id(0x41))', 'public', 'p1', '活动室', 'Room'),
                ('\(estate)', '\(id(0x42))', 'public', 'p2', '花园', 'Garden');
            INSERT INTO linli.place_minutes (estate_id, from_place, to_place, minutes)
                VALUES ('\(estate)', '\(id(0x41))', '\(id(0x42))', 45);
            INSERT INTO linli.steward (estate_id, thing_id, person_id, is_lead, since)
                VALUES ('\(estate)', '\(thing)', '\(person(0))', true, '2026-01-01Z');
            """
    }
}

extension Result where Success == ReservationOutcome, Failure == ReservationRefusal {
    /// The reservation's state afterwards.
    var state: Reservation.State? { try? get().reservation?.state }

    /// Why not.
    var refusal: ReservationRefusal? {
        if case .failure(let refusal) = self { refusal } else { nil }
    }

    /// The reservation's id.
    var id: UUID { (try? get().reservation?.id) ?? UUID(high: 0, low: 0) }
}
