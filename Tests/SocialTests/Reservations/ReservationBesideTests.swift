internal import Platform
internal import Support
import Testing

@testable internal import Social

/// Who may not be there together, as the kernel tells the feature who is there.
@Suite("Who comes beside whom") struct ReservationBesideTests {
    typealias Fixture = ReservationFixture

    /// Persons 2 and 3 keep away from each other.
    struct Apart: ReservationFeature {
        let name = "activity"

        func refusals(
            of parties: [Party], at capacity: Capacity, beside: Beside, in transaction: Transaction
        ) async throws -> [UUID: AdmissionRefusal] {
            let there = Set(try await beside.persons(in: transaction))
            var answers: [UUID: AdmissionRefusal] = [:]
            for party in parties {
                let persons = Set(party.members.map(\.person))
                for (one, other) in [(2, 3), (3, 2)]
                where persons.contains(Fixture.person(one))
                    && there.contains(Fixture.person(other))
                {
                    answers[party.id] = AdmissionRefusal("not-wanted")
                }
            }
            return answers
        }

        func notices(of outcome: ReservationOutcome) -> [SQL] { [] }
    }

    /// Runs a command of the kernel as a person, for this feature.
    private static func run<Value>(
        _ fixture: Fixture, as person: Int, _ work: (Reservations) async throws -> Value
    ) async throws -> Value {
        let principal = Principal.person(
            estate: Fixture.estate, person: Fixture.person(person),
            account: Fixture.id(0x3000 + UInt64(person)))
        return try await fixture.pool.write(principal) { tx in
            try await work(Reservations(in: tx, for: Apart(), ids: fixture.ids))
        }
    }

    private static func book(
        _ fixture: Fixture, _ persons: [Int], at capacity: UUID, holdMinutes: Int? = nil
    ) async throws -> Reservations.Answer {
        let booking = Booking(
            id: fixture.ids.next(), holder: Fixture.person(persons[0]), household: nil,
            members: persons.map { Reservation.Member(Fixture.person($0), .adult) },
            holdMinutes: holdMinutes)
        return try await run(fixture, as: persons[0]) { try await $0.book(booking, at: capacity) }
    }

    @Test("two who may not meet are not offered places at once")
    func offeredAtOnce() async throws {
        try await Fixture.with { fixture, _ in
            let capacity = try await fixture.open([(.adult, 2)])
            let couple = try await Self.book(fixture, [4, 5], at: capacity)
            let first = try await Self.book(fixture, [2], at: capacity)
            let second = try await Self.book(fixture, [3], at: capacity)
            #expect(first.state == .waiting && second.state == .waiting)
            let left = try await Self.run(fixture, as: 4) { kernel in
                try await kernel.cancel(couple.id, at: capacity)
            }
            let offered = try left.get().steps.map(\.change.reservation.id)
            #expect(offered == [couple.id, first.id])
        }
    }

    @Test("a newcomer does not come beside one who is offered a place by the same command")
    func besideAnOffer() async throws {
        try await Fixture.with { fixture, _ in
            let capacity = try await fixture.open([(.adult, 2)])
            _ = try await Self.book(fixture, [4, 5], at: capacity, holdMinutes: 10)
            #expect(try await Self.book(fixture, [2], at: capacity).state == .waiting)
            try fixture.clock.set(Fixture.start + .seconds(600))
            let newcomer = try await Self.book(fixture, [3], at: capacity)
            #expect(newcomer.refusal == .notAdmitted(AdmissionRefusal("not-wanted")))
        }
    }

    @Test("whose hold is over keeps nobody away, swept or not")
    func heldBefore() async throws {
        try await Fixture.with { fixture, _ in
            let capacity = try await fixture.open([(.adult, 1)])
            _ = try await Self.book(fixture, [2], at: capacity, holdMinutes: 10)
            try fixture.clock.set(Fixture.start + .seconds(600))
            #expect(try await Self.book(fixture, [3], at: capacity).state == .confirmed)
        }
    }

    @Test("who declines keeps nobody away from the place given back")
    func declined() async throws {
        try await Fixture.with { fixture, _ in
            let capacity = try await fixture.open([(.adult, 1)])
            let first = try await Self.book(fixture, [4], at: capacity)
            let second = try await Self.book(fixture, [2], at: capacity)
            let third = try await Self.book(fixture, [3], at: capacity)
            _ = try await Self.run(fixture, as: 4) { try await $0.cancel(first.id, at: capacity) }
            let declined = try await Self.run(fixture, as: 2) { kernel in
                try await kernel.decline(second.id, at: capacity)
            }
            let steps = try declined.get().steps.map(\.change.reservation.id)
            #expect(steps == [second.id, third.id])
        }
    }
}
