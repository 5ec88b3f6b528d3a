internal import Platform
internal import Support
import Testing

@testable internal import Social

/// What random commands found, each as small as it came out.
@Suite("Corners of reservations") struct ReservationCornerTests {
    typealias Fixture = ReservationFixture

    private static func minutes(_ count: Int64) -> Duration { .seconds(60 * count) }

    @Test("a hold ends with the beginning, as an offer does")
    func holdEndsWithBegin() async throws {
        try await Fixture.with { fixture, _ in
            let capacity = try await fixture.open([(.adult, 1)], inHours: 1)
            let held = try await fixture.book([(1, .adult)], at: capacity, holdMinutes: 120)
            #expect(try held.get().reservation?.until == Fixture.start + Self.minutes(60))
        }
    }

    @Test("one who is named twice goes back to the queue once")
    func namedTwice() async throws {
        try await Fixture.with { fixture, _ in
            let capacity = try await fixture.open([(.adult, 2)])
            let family = try await fixture.book([(1, .adult), (2, .adult)], at: capacity)
            let resized = try await fixture.run(as: 0) { kernel in
                try await kernel.resize(
                    capacity, to: Seats([.adult: 1]), kinds: [.adult], overall: nil,
                    leaving: [family.id, family.id], because: "少一桌")
            }
            #expect(try resized.get().steps.count == 1)
            #expect(try resized.get().capacity.waiting == 1)
        }
    }

    @Test("who still waits when it has begun lapses, even if it is closed before a sweep")
    func closedAfterBegin() async throws {
        try await Fixture.with { fixture, _ in
            let capacity = try await fixture.open([(.adult, 1)], inHours: 1)
            _ = try await fixture.book([(1, .adult)], at: capacity)
            let waiting = try await fixture.book([(2, .adult)], at: capacity)
            try fixture.clock.set(Fixture.start + Self.minutes(60))
            let closed = try await fixture.run(as: 0) { kernel in
                try await kernel.close(capacity, because: "下雨")
            }
            let ends = try closed.get().steps.compactMap { step in
                if case .ended(let it, let ending, _) = step.change, it.id == waiting.id {
                    ending
                } else {
                    Reservation.Ending?.none
                }
            }
            #expect(ends == [.lapsed])
        }
    }

    @Test("who waited until it began may come in at the door, if it is still open")
    func atTheDoor() async throws {
        try await Fixture.with { fixture, _ in
            let capacity = try await fixture.open([(.adult, 1)], inHours: 1)
            let first = try await fixture.book([(1, .adult)], at: capacity, holdMinutes: 60)
            #expect(try await fixture.book([(2, .adult)], at: capacity).state == .waiting)
            try fixture.clone.superuser().run("UPDATE linli.capacity SET closes_at = ends")
            try fixture.clock.set(Fixture.start + Self.minutes(60))
            #expect(first.state == .held)
            #expect(try await fixture.book([(2, .adult)], at: capacity).state == .confirmed)
        }
    }

    @Test("a group that waits and grows smaller is offered what it still wants")
    func smallerGroup() async throws {
        try await Fixture.with { fixture, _ in
            let capacity = try await fixture.open([(.adult, 1), (.child, 1)])
            _ = try await fixture.book([(1, .adult)], at: capacity, holdMinutes: 10)
            let family = try await fixture.book([(2, .adult), (3, .child)], at: capacity)
            #expect(family.state == .waiting)
            try fixture.clock.set(Fixture.start + Self.minutes(10))
            let left = try await fixture.run(as: 2) { kernel in
                try await kernel.cancel(
                    family.id, at: capacity, leaving: [Fixture.person(3)])
            }
            #expect(try left.get().capacity.held == Seats([.adult: 1]))
            let other = try await fixture.book([(4, .child)], at: capacity)
            #expect(other.state == .confirmed)
        }
    }

    @Test("who leaves the queue is not offered the place that came free meanwhile")
    func leavesTheQueue() async throws {
        try await Fixture.with { fixture, _ in
            let capacity = try await fixture.open([(.adult, 1)])
            _ = try await fixture.book([(1, .adult)], at: capacity, holdMinutes: 10)
            let waiting = try await fixture.book([(2, .adult)], at: capacity)
            let next = try await fixture.book([(3, .adult)], at: capacity)
            try fixture.clock.set(Fixture.start + Self.minutes(10))
            let left = try await fixture.run(as: 2) { kernel in
                try await kernel.cancel(waiting.id, at: capacity)
            }
            #expect(try left.get().steps.last?.change.reservation.id == next.id)
        }
    }

    @Test("waiting for what has begun counts for no limit, swept or not")
    func limitOfThePast() async throws {
        try await Fixture.with { fixture, _ in
            try fixture.clone.superuser().run(
                """
                INSERT INTO linli.reservation_limit
                    (estate_id, id, feature, per, counts, period, most)
                VALUES ('\(Fixture.estate)', '\(Fixture.id(0x51))', 'activity', 'person',
                    'waiting', 'live', 1)
                """)
            let first = try await fixture.open([(.adult, 1)], inHours: 1)
            let second = try await fixture.open([(.adult, 1)], inHours: 48)
            _ = try await fixture.book([(1, .adult)], at: first)
            _ = try await fixture.book([(1, .adult)], at: second)
            #expect(try await fixture.book([(2, .adult)], at: first).state == .waiting)
            try fixture.clock.set(Fixture.start + Self.minutes(60))
            #expect(try await fixture.book([(2, .adult)], at: second).state == .waiting)
        }
    }
}
