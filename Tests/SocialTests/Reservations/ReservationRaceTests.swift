internal import Platform
internal import Realtime
internal import Support
import Testing

@testable internal import Social

/// Many at once: whatever they do, what may never happen does not, and nobody has to try again.
@Suite("A race for reservations") struct ReservationRaceTests {
    private static let tasksPerShard = 100
    private static let commandsPerTask = 8

    @Test("of 200 tasks on two loops at three capacities leaves all in order, without a deadlock")
    func race() async throws {
        let seed = UInt64.random(in: 0..<1 << 40)
        print("seed \(seed)")
        try await TestDatabase.with { clone in
            let clock = Platform.Clock.settable(at: Words.instant(Story.base), scale: 0)
            let racers = try Racers(in: clone, clock: clock)
            try await withShard { shard in
                try await Self.pool(clone, clock, shard) { pool in
                    var subject = try racers.subject(pool, clone)
                    for capacity in Racers.capacities {
                        _ = try await subject.perform(.open(capacity))
                    }
                }
            }
            async let one = Self.run(racers, clone, seed)
            async let other = Self.run(racers, clone, seed + 1)
            let retries = try await one + other
            #expect(retries == 0)
            #expect(try clone.superuser().run(Deadlocks()) == [0])
            try await withShard { shard in
                try await Self.pool(clone, clock, shard) { pool in
                    try await Self.check(racers, clone, pool)
                }
            }
        }
    }

    /// Runs half of the tasks on a loop of their own; how many transactions ran again.
    private static func run(
        _ racers: Racers, _ clone: TestDatabase, _ seed: UInt64
    ) async throws -> Int {
        try await withShard { shard in
            let settings = settings(clone)
            let clock = racers.clock
            shard.install { Database(settings, clock: clock, on: $0.loop) }
            _ = try await concurrently(tasksPerShard, on: shard) { index, shard in
                let local = shard.local(Database.self)
                let pool = try #require(local)
                var dice = Noise(state: seed &+ UInt64(index) &* 7919)
                for _ in 0..<commandsPerTask { try await racers.act(&dice, pool) }
            }
            let retries = shard.local(Database.self)?.counters.retries ?? -1
            await shard.local(Database.self)?.close()
            return retries
        }
    }

    /// What must hold when all is over, and once each capacity was settled.
    private static func check(
        _ racers: Racers, _ clone: TestDatabase, _ pool: Database
    ) async throws {
        var subject = try racers.subject(pool, clone)
        for capacity in Racers.capacities { _ = try await subject.perform(.settle(capacity.id)) }
        var world = Reference.World(now: Words.minutes(racers.clock.now()))
        let standing = try subject.standing()
        world.capacities = standing.capacities
        world.bookings = standing.bookings.values.sorted { $0.id < $1.id }
        var found = Invariants.findings(world)
        for capacity in world.capacities.values {
            found += Invariants.findings(settled: capacity.id, in: world)
            #expect(capacity.feature == "activity", "counters of \(capacity.id)")
        }
        found += try await subject.findings()
        #expect(found.isEmpty, "\(found)")
        let states = Dictionary(grouping: world.bookings) { $0.endedAs ?? $0.state }
            .mapValues(\.count)
        print(states)
        // A race in which nobody waited, was offered a place or took it up shows nothing.
        #expect(states["confirmed"] ?? 0 > 0 && states["waiting"] ?? 0 > 0)
        #expect(racers.outcomes.withLock { $0 }.isSuperset(of: ["offered", "confirmed"]))
    }

    private static func settings(_ clone: TestDatabase) -> DatabaseConfiguration {
        var settings = clone.configuration
        settings.writersPerShard = 12
        // A slow machine is no fault here; a deadlock would end within a second (its default).
        settings.lockTimeout = .seconds(60)
        settings.statementTimeout = .seconds(60)
        settings.leaseWaitMax = .seconds(120)
        settings.unavailableAfter = .seconds(60)
        return settings
    }

    private static func pool(
        _ clone: TestDatabase, _ clock: Platform.Clock, _ shard: isolated Shard,
        _ body: (Database) async throws -> Void
    ) async throws {
        let pool = Database(settings(clone), clock: clock, on: shard.loop)
        do {
            try await body(pool)
            await pool.close()
        } catch {
            await pool.close()
            throw error
        }
    }

    private struct Deadlocks: Statement {
        var sql: SQL {
            """
            SELECT deadlocks
            FROM pg_stat_database
            WHERE datname = current_database()
            """
        }

        func decode(_ cells: inout Cells) throws(PostgresError) -> Int64 { try cells.read() }
    }
}

/// Persons of a few households who want the same places, and what each of them does.
struct Racers: Sendable {
    static let estate = APIFixture.id(0xACE)
    static let persons = (0..<24).map { APIFixture.id(0xF00 + UInt64($0)) }
    static let households = (0..<8).map { APIFixture.id(0xD00 + UInt64($0)) }
    static let kinds: [SeatKind] = [.adult, .child]
    /// Two at the same time, one on the next day.
    static let capacities = (0..<3).map { number in
        let begins = Story.base + 600 + (number == 2 ? 1440 : 10 * number)
        return Reference.Capacity(
            id: APIFixture.id(0xC00 + UInt64(number)).description,
            totals: ["adult": 4, "child": 2], overall: 5, begins: begins, ends: begins + 60,
            place: Story.places[number], opens: Story.base, closes: begins, offerMinutes: 3,
            cancelMinutes: ["adult": 10, "child": 10], waitingMost: 40)
    }

    let clock: Platform.Clock
    let ids: UUIDGenerator
    private let gate: DriverSubject.Gate
    /// Reservations that were booked: whose, and where.
    private let booked = Locked<[(id: UUID, holder: UUID, capacity: UUID)]>([])
    /// What came of it.
    let outcomes = Locked<Set<String>>([])

    init(in clone: TestDatabase, clock: Platform.Clock) throws {
        self.clock = clock
        ids = UUIDGenerator(clock: clock)
        let world = Reference.World(now: Story.base)
        gate = DriverSubject.Gate(world)
        _ = try ReservationEstate(
            Self.estate, in: clone, persons: Self.persons.map(\.description),
            households: Self.households.map(\.description), world)
    }

    /// The same estate for steps one after the other.
    func subject(_ pool: Database, _ clone: TestDatabase) throws -> DriverSubject {
        DriverSubject(
            estate: try ReservationEstate(existing: Self.estate, in: clone), pool: pool,
            clock: clock, ids: ids, gate: gate)
    }

    /// One command of somebody.
    func act(_ dice: inout Noise, _ pool: Database) async throws {
        let number = Int.random(in: 0..<20, using: &dice)
        let known = booked.withLock { $0.randomElement(using: &dice) }
        switch (number, known) {
        case (0, _): try clock.advance(by: .seconds(60))
        case (1...2, _):
            let capacity = Words.id(Self.capacities[Int.random(in: 0..<3, using: &dice)].id)
            try await run(as: .job("reservation-sweep", estate: Self.estate), pool) {
                try await $0.settle(capacity).answer
            }
        case (3...6, let known?):
            try await run(as: principal(known.holder), pool) {
                try await $0.accept(known.id, at: known.capacity)
            }
        case (7...11, let known?):
            try await run(as: principal(known.holder), pool) {
                try await $0.cancel(known.id, at: known.capacity)
            }
        default: try await book(&dice, pool)
        }
    }

    private func book(_ dice: inout Noise, _ pool: Database) async throws {
        let home = Int.random(in: 0..<8, using: &dice)
        let party = (0..<3).map { Self.persons[home + 8 * $0] }.shuffled(using: &dice)
            .prefix([1, 1, 1, 2, 3][Int.random(in: 0..<5, using: &dice)])
        let capacity = Words.id(Self.capacities[Int.random(in: 0..<3, using: &dice)].id)
        let kinds = party.map { _ in Int.random(in: 0..<3, using: &dice) == 0 ? 1 : 0 }
        let booking = Booking(
            id: ids.next(), holder: party[party.startIndex], household: Self.households[home],
            members: zip(party, kinds).map { Reservation.Member($0, Self.kinds[$1]) },
            holdMinutes: Int.random(in: 0..<3, using: &dice) == 0 ? 2 : nil)
        try await run(as: principal(booking.holder), pool) {
            let answer = try await $0.book(booking, at: capacity)
            if case .success = answer {
                booked.withLock { $0.append((booking.id, booking.holder, capacity)) }
            }
            return answer
        }
    }

    private func run(
        as principal: Principal, _ pool: Database,
        _ work: (Reservations) async throws -> Reservations.Answer
    ) async throws {
        let answer = try await pool.write(principal) { tx in
            try await work(Reservations(in: tx, for: gate, ids: ids))
        }
        guard case .success(let outcome) = answer else { return }
        outcomes.withLock { outcomes in
            for step in outcome.steps { outcomes.insert(step.change.reservation.state.rawValue) }
        }
    }

    private func principal(_ person: UUID) -> Principal {
        .person(estate: Self.estate, person: person, account: person)
    }
}
