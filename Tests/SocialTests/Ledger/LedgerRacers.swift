internal import Platform
internal import Realtime
internal import Support
internal import Testing

@testable internal import Social

/// Persons who reserve of the same lots, and volunteers who carry them about.
struct LedgerRacers: Sendable {
    typealias Fixture = LedgerFixture

    static let lots = (0..<3).map { Fixture.id(0x100 + UInt64($0)) }
    static let portions = 6
    private static let thing = Fixture.id(0x7)

    let clone: TestDatabase
    let clock = Platform.Clock.settable(at: Fixture.start, scale: 0)
    let ids: UUIDGenerator
    let counts = Locked<[String: Int]>([:])
    private let gate = ReservationFixture.TestFeature()
    private let booked = Locked<[(id: UUID, person: Int, lot: Int)]>([])
    private let moved = Locked<[UUID]>([])

    init(_ clone: TestDatabase) {
        self.clone = clone
        ids = UUIDGenerator(clock: clock)
    }

    static var rows: String {
        """
        INSERT INTO linli.steward (estate_id, thing_id, person_id, is_lead, since)
            VALUES ('\(Fixture.estate)', '\(thing)', '\(Fixture.person(0))', true, '2026-01-01Z');
        """
    }

    /// Opens lots, so much free at the goods room, each with a capacity of the same id, and time credits.
    func open(_ pool: Database) async throws {
        let begins = Fixture.start + .seconds(7200)
        let plan = CapacityPlan(
            feature: "activity", thing: Self.thing, totals: [(kind: .adult, count: Self.portions)],
            overall: nil, place: nil, offerMinutes: 60, cancelMinutes: [:], waitingMax: 0)
        try await pool.write(Fixture.principal(0)) { tx in
            let event = ids.next()
            _ = try await tx.run(AppendEvent(Fixture.event(event)))
            // A day apart, so that whoever has one may have the next.
            let capacities = Self.lots.enumerated().map { number, lot in
                let begins = begins + .seconds(86_400 * Int64(number))
                return NewCapacity(
                    id: lot, subject: lot, term: begins..<begins + .seconds(3600),
                    window: Fixture.start..<begins)
            }
            _ = try await tx.execute(OpenCapacities(plan, capacities).sql)
            let ledger = Ledger(in: tx)
            var movements: [Movement] = []
            for lot in Self.lots {
                let asset = LedgerAsset(
                    id: lot, book: "fund", unit: "piece", scale: 0, ref: lot)
                #expect(try await ledger.open(asset) == lot)
                movements.append(try movement(Self.portions, lot, .outside, .place(0)))
                movements.append(try movement(40, lot, .outside, .place(1)))
            }
            _ = try await ledger.post(movements, telling: event).get()
        }
    }

    /// One command of somebody.
    func act(_ dice: inout Noise, _ pool: Database) async throws {
        switch Int.random(in: 0..<10, using: &dice) {
        case 0..<3: try await book(&dice, pool)
        case 3..<5: try await cancel(&dice, pool)
        case 5: try await reverse(&dice, pool)
        default: try await carry(&dice, pool)
        }
    }

    /// A reservation, and its portion from free to reserved, in one transaction.
    private func book(_ dice: inout Noise, _ pool: Database) async throws {
        let (person, lot) = (
            Int.random(in: 1..<Fixture.personCount, using: &dice),
            Int.random(in: 0..<Self.lots.count, using: &dice)
        )
        let booking = Booking(
            id: ids.next(), holder: Fixture.person(person),
            household: Fixture.household(person % 4),
            members: [Reservation.Member(Fixture.person(person), .adult)])
        let isIn = try await pool.write(Fixture.principal(person)) { tx in
            let answer = try await Reservations(in: tx, for: gate, ids: ids).book(
                booking, at: Self.lots[lot])
            guard case .success(let outcome) = answer, let event = outcome.steps.last?.event
            else { return false }
            let portion = try movement(1, Self.lots[lot], .place(0), .place(0, "reserved"))
            _ = try await Ledger(in: tx).post([portion], telling: event).get()
            return true
        }
        note(isIn ? "booked" : "full")
        if isIn { booked.withLock { $0.append((booking.id, person, lot)) } }
    }

    /// A cancellation, and its portion from reserved to free, in one transaction.
    private func cancel(_ dice: inout Noise, _ pool: Database) async throws {
        guard let (id, person, lot) = booked.withLock({ $0.randomElement(using: &dice) }) else {
            return
        }
        let isOut = try await pool.write(Fixture.principal(person)) { tx in
            let answer = try await Reservations(in: tx, for: gate, ids: ids).cancel(
                id, at: Self.lots[lot])
            guard case .success(let outcome) = answer, let event = outcome.steps.last?.event
            else { return false }
            let portion = try movement(1, Self.lots[lot], .place(0, "reserved"), .place(0))
            _ = try await Ledger(in: tx).post([portion], telling: event).get()
            return true
        }
        if isOut { note("cancelled") }
    }

    /// One to five movements between shelves, of any lot and in any direction, in one posting.
    private func carry(_ dice: inout Noise, _ pool: Database) async throws {
        var movements: [Movement] = []
        for _ in 0..<Int.random(in: 1...5, using: &dice) {
            let from = Int.random(in: 1...4, using: &dice)
            let to = 1 + (from - 1 + Int.random(in: 1...3, using: &dice)) % 4
            movements.append(
                try movement(
                    Int.random(in: 1...12, using: &dice),
                    Self.lots[Int.random(in: 0..<Self.lots.count, using: &dice)],
                    .place(from), .place(to)))
        }
        try await post(movements, pool)
    }

    private func reverse(_ dice: inout Noise, _ pool: Database) async throws {
        guard let old = moved.withLock({ $0.randomElement(using: &dice) }) else { return }
        let (event, id) = (ids.next(), ids.next())
        let answer = try await pool.write(Fixture.principal(0)) { tx in
            _ = try await tx.run(AppendEvent(Fixture.event(event)))
            return try await Ledger(in: tx).reverse(old, as: id, reason: "mistaken", telling: event)
        }
        if case .success = answer { note("reversed") }
    }

    private func post(_ movements: [Movement], _ pool: Database) async throws {
        let event = ids.next()
        let answer = try await pool.write(Fixture.principal(0)) { tx in
            _ = try await tx.run(AppendEvent(Fixture.event(event)))
            return try await Ledger(in: tx).post(movements, telling: event)
        }
        switch answer {
        case .success(let ids):
            moved.withLock { $0 += ids }
            note("moved")
        case .failure(.short): note("short")
        case .failure(let refusal): Issue.record("\(refusal)")
        }
    }

    /// Takes something in under a key, again after each connection that is lost, until it is there.
    func insist(_ key: String, _ dice: inout Noise, _ pool: Database) async throws {
        let (lot, place) = (
            Self.lots[Int.random(in: 0..<Self.lots.count, using: &dice)],
            Int.random(in: 1...4, using: &dice)
        )
        for _ in 0..<200 {
            do {
                let event = ids.next()
                var intake = try movement(3, lot, .outside, .place(place))
                intake.key = key
                let movements = [intake]
                _ = try await pool.write(Fixture.principal(0)) { tx in
                    _ = try await tx.run(AppendEvent(Fixture.event(event)))
                    return try await Ledger(in: tx).post(movements, telling: event).get()
                }
                return
            } catch let error as PostgresError where error.isTemporary {
                continue
            }
        }
        Issue.record("\(key) was never taken in")
    }

    /// Lots of which the ledger and the reservations say otherwise.
    func apart() throws -> [Int64] {
        try numbers(
            """
            SELECT c.held[1]::bigint
            FROM linli.capacity AS c
            LEFT JOIN linli.ledger_account AS r ON r.estate_id = c.estate_id
                AND r.asset_id = c.id AND r.holder_id = \(Fixture.place(0)) AND r.status = 'reserved'
            JOIN linli.ledger_account AS f ON f.estate_id = c.estate_id
                AND f.asset_id = c.id AND f.holder_id = \(Fixture.place(0)) AND f.status = 'free'
            WHERE c.held[1] <> coalesce(r.balance, 0)
                OR c.totals[1] <> f.balance + coalesce(r.balance, 0)
            """)
    }

    func numbers(_ sql: SQL) throws -> [Int64] {
        try clone.superuser().run(Fixture.Numbers(sql: sql))
    }

    private func note(_ what: String) { counts.withLock { $0[what, default: 0] += 1 } }

    private func movement(
        _ units: Int, _ lot: UUID, _ from: LedgerSide, _ to: LedgerSide
    ) throws -> Movement {
        guard let quantity = Quantity(units: Int64(units)) else { throw QuantityFault.nothing }
        return Movement(
            id: ids.next(), of: lot, quantity, from: from, to: to, reason: "moved",
            cause: LedgerCause("test"))
    }
}
