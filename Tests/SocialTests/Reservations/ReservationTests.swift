internal import Platform
internal import Realtime
internal import Support
import Testing

@testable internal import Social

@Suite("Reservations in the database")
struct ReservationTests {
    @Test(
        "the last seat goes to the first; the next waits, is offered it when it comes free, and has it once it is taken up"
    )
    func lastSeat() async throws {
        try await ReservationFixture.with { fixture, _ in
            let capacity = try await fixture.open([(.adult, 1)])
            let first = try await fixture.book([(1, .adult)], at: capacity)
            let second = try await fixture.book([(2, .adult)], at: capacity)
            let third = try await fixture.book([(3, .adult)], at: capacity)
            #expect(first.state == .confirmed && second.state == .waiting)
            #expect(third.state == .waiting)
            let left = try await fixture.run(as: 1) { kernel in
                try await kernel.cancel(first.id, at: capacity)
            }
            let steps = try left.get().steps.map(\.change)
            #expect(steps.count == 2 && steps.last?.reservation.id == second.id)
            // Nobody jumps the queue, and the third has nothing to accept.
            #expect(try await fixture.book([(4, .adult)], at: capacity).state == .waiting)
            let early = try await fixture.run(as: 3) { try await $0.accept(third.id, at: capacity) }
            #expect(early.refusal == .notOffered)
            let taken = try await fixture.run(as: 2) {
                try await $0.accept(second.id, at: capacity)
            }
            #expect(taken.state == .confirmed)
            #expect(
                try fixture.count(
                    "SELECT count(*) FROM linli.event WHERE kind LIKE 'reservation.%'") == 7)
        }
    }

    @Test("an offer is void at its instant, swept or not, and goes to the next")
    func lapse() async throws {
        try await ReservationFixture.with { fixture, _ in
            let capacity = try await fixture.open([(.adult, 1)], offerMinutes: 60)
            let first = try await fixture.book([(1, .adult)], at: capacity)
            let sleeper = try await fixture.book([(2, .adult)], at: capacity)
            let next = try await fixture.book([(3, .adult)], at: capacity)
            _ = try await fixture.run(as: 1) { try await $0.cancel(first.id, at: capacity) }
            try fixture.clock.set(ReservationFixture.start + .seconds(3600))
            let late = try await fixture.run(as: 2) {
                try await $0.accept(sleeper.id, at: capacity)
            }
            #expect(late.refusal == .notOffered)
            let swept = try await fixture.settle(capacity)
            #expect(swept.steps.map(\.change.reservation.id) == [sleeper.id, next.id])
            #expect(try await fixture.settle(capacity).steps.isEmpty)
            // Whoever slept through it may join again, at the end.
            #expect(try await fixture.book([(2, .adult)], at: capacity).state == .waiting)
        }
    }

    @Test("the sweep looks at few of the queue first, and then at the rest")
    func spare() async throws {
        try await ReservationFixture.with { fixture, _ in
            let capacity = try await fixture.open([(.adult, 1)])
            let hold = try await fixture.book([(1, .adult)], at: capacity, holdMinutes: 30)
            var waiting: [UUID] = []
            for person in 2...7 {
                waiting.append(try await fixture.book([(person, .adult)], at: capacity).id)
            }
            fixture.feature.refused.withLock { $0 = Set((2...6).map(ReservationFixture.person)) }
            try fixture.clock.set(ReservationFixture.start + .seconds(3600))
            let first = try await fixture.settle(capacity, spare: 3)
            #expect(try first.answer.get().steps.map(\.change.reservation.id) == [hold.id])
            // One place and three to spare.
            let place = try #require(first.next)
            #expect(place.id == waiting[3])
            let rest = try await fixture.settle(capacity, after: place)
            #expect(try rest.answer.get().steps.map(\.change.reservation.id) == [waiting[5]])
            #expect(rest.next == nil)
        }
    }

    @Test("a family comes together or not at all; a smaller group that fits goes first")
    func groups() async throws {
        try await ReservationFixture.with { fixture, _ in
            let capacity = try await fixture.open([(.adult, 3), (.child, 2)], overall: 4)
            let pair = try await fixture.book([(1, .adult), (2, .child)], at: capacity)
            #expect(pair.state == .confirmed)
            let family = try await fixture.book(
                [(3, .adult), (4, .adult), (5, .child)], at: capacity)
            #expect(family.state == .waiting)
            let single = try await fixture.book([(6, .adult)], at: capacity)
            #expect(single.state == .confirmed)
            let huge = try await fixture.book(
                (7...11).map { ($0, SeatKind.adult) }, at: capacity)
            #expect(huge.refusal == .tooMany(Seats([.adult: 3, .child: 2])))
            // One of the pair stays at home: the family still does not fit.
            let left = try await fixture.run(as: 1) { kernel in
                try await kernel.cancel(
                    pair.id, at: capacity, leaving: [ReservationFixture.person(2)])
            }
            #expect(try left.get().reservation?.seats == Seats([.adult: 1]))
            #expect(try left.get().steps.count == 1)
            let gone = try await fixture.run(as: 6) { try await $0.cancel(single.id, at: capacity) }
            #expect(try gone.get().steps.last?.change.reservation.id == family.id)
        }
    }

    @Test("nobody is twice at one capacity, or at two places at a time, or too far away in between")
    func commitments() async throws {
        try await ReservationFixture.with { fixture, _ in
            let (room, garden) = (ReservationFixture.id(0x41), ReservationFixture.id(0x42))
            let first = try await fixture.open([(.adult, 5)], inHours: 48, place: room)
            let same = try await fixture.open([(.adult, 5)], inHours: 48, place: garden)
            let after = try await fixture.open([(.adult, 5)], inHours: 49, place: garden)
            let there = try await fixture.open([(.adult, 5)], inHours: 49, place: room)
            #expect(try await fixture.book([(1, .adult)], at: first).state == .confirmed)
            let twice = try await fixture.book([(2, .adult), (1, .adult)], at: first)
            #expect(twice.refusal == .alreadyIn(ReservationFixture.person(1)))
            guard case .overlap = try await fixture.book([(1, .adult)], at: same).refusal else {
                throw NotRefused()
            }
            guard
                case .tooFar(_, _, minutes: 45) = try await fixture.book([(1, .adult)], at: after)
                    .refusal
            else { throw NotRefused() }
            #expect(try await fixture.book([(1, .adult)], at: there).state == .confirmed)
        }
    }

    private struct NotRefused: Error {}

    @Test("fewer places are refused, or name who goes back to the queue, and not one too many")
    func resize() async throws {
        try await ReservationFixture.with { fixture, _ in
            let capacity = try await fixture.open([(.adult, 3)])
            var booked: [UUID] = []
            for person in 1...3 {
                booked.append(try await fixture.book([(person, .adult)], at: capacity).id)
            }
            let all = booked
            func resize(to count: Int, leaving: [UUID]) async throws -> Reservations.Answer {
                try await fixture.run(as: 0) { kernel in
                    try await kernel.resize(
                        capacity, to: Seats([.adult: count]), kinds: [.adult], overall: nil,
                        leaving: leaving, because: "房间换小了")
                }
            }
            #expect(
                try await resize(to: 2, leaving: []).refusal == .belowHeld(.adult, held: 3))
            #expect(
                try await resize(to: 2, leaving: [all[0], all[1]]).refusal == .needNotLeave(all[0]))
            let smaller = try await resize(to: 2, leaving: [all[1]])
            #expect(try smaller.get().capacity.held == Seats([.adult: 2]))
            #expect(try await fixture.book([(4, .adult)], at: capacity).state == .waiting)
            // Who lost the place is the first to get one.
            let larger = try await resize(to: 3, leaving: [])
            #expect(try larger.get().steps.map(\.change.reservation.id) == [all[1]])
        }
    }

    @Test("leaving late is marked, by kind of place, and illness is excused")
    func windows() async throws {
        try await ReservationFixture.with { fixture, _ in
            let capacity = try await fixture.open(
                [(.adult, 4), (.child, 4)], inHours: 48, cancelMinutes: [.adult: 24 * 60])
            var booked: [UUID] = []
            for (person, kind) in [(1, SeatKind.adult), (2, .adult), (3, .child), (4, .adult)] {
                booked.append(try await fixture.book([(person, kind)], at: capacity).id)
            }
            let all = booked
            func leave(_ index: Int, isExcused: Bool = false) async throws -> Reservation.Ending? {
                let answer = try await fixture.run(as: index + 1) { kernel in
                    try await kernel.cancel(all[index], at: capacity, isExcused: isExcused)
                }
                guard case .ended(_, let ending, _) = try answer.get().steps.first?.change else {
                    return nil
                }
                return ending
            }
            #expect(try await leave(0) == .cancelled)
            try fixture.clock.set(ReservationFixture.start + .seconds(24 * 3600 + 1))
            #expect(try await leave(1) == .cancelledLate)
            #expect(try await leave(2) == .cancelled)
            #expect(try await leave(3, isExcused: true) == .excused)
        }
    }

    @Test("a refused command leaves nothing, and settling where nothing is due writes nothing")
    func nothing() async throws {
        try await ReservationFixture.with { fixture, _ in
            let capacity = try await fixture.open([(.adult, 1)], waitingMax: 1)
            _ = try await fixture.book([(1, .adult)], at: capacity)
            _ = try await fixture.book([(2, .adult)], at: capacity)
            let before = try fixture.count(written)
            #expect(try await fixture.book([(3, .adult)], at: capacity).refusal == .full)
            #expect(try await fixture.settle(capacity).steps.isEmpty)
            #expect(try fixture.count(written) == before)
        }
    }

    /// Rows written so far, versions of them too.
    private var written: SQL {
        """
        SELECT (SELECT count(*) FROM linli.event) + (SELECT count(*) FROM linli.reservation)
            + (SELECT sum(xmin::text::bigint) FROM linli.capacity)::bigint
        """
    }

    @Test("the database refuses a step that nobody may take, whatever the server decides")
    func guarded() async throws {
        try await ReservationFixture.with { fixture, _ in
            let capacity = try await fixture.open([(.adult, 1)])
            let held = try await fixture.book([(1, .adult)], at: capacity)
            let waiting = try await fixture.book([(2, .adult)], at: capacity)
            func refusal(of sql: SQL, as person: Int) async throws -> String? {
                do {
                    _ = try await fixture.run(as: person) { kernel in
                        try await kernel.transaction.execute(sql)
                    }
                    return nil
                } catch let error as PostgresError {
                    return error.constraint
                }
            }
            for (id, state, ending) in [
                (held.id, "ended", "cancelled"), (held.id, "ended", "lapsed"),
                (waiting.id, "confirmed", nil), (held.id, "waiting", nil),
                (held.id, "ended", "closed"),
            ] as [(UUID, String, String?)] {
                let step: SQL = """
                    SELECT linli.reservation_step(\(id), \(state), ARRAY[1]::int[], 0::int, NULL,
                        \(ending), NULL, '{}')
                    """
                #expect(try await refusal(of: step, as: 2) == "reservation_step")
            }
            // And never more than there is.
            let third = ReservationFixture.person(3)
            let over: SQL = """
                SELECT linli.reservation_put(\(fixture.ids.next()), \(capacity), \(third), NULL,
                    'confirmed', ARRAY[1]::int[], 0::int, NULL, ARRAY[\(third)], ARRAY['adult'])
                """
            #expect(try await refusal(of: over, as: 3) == "capacity_never_over")
        }
    }
}
