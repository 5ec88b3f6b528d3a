internal import Platform
internal import Support

@testable internal import Social

/// An estate of a story in a real database, as a superuser makes it and looks at it.
struct ReservationEstate {
    static let thing = APIFixture.id(0x700)
    static let steward = APIFixture.id(0x5E)
    private static let node = APIFixture.id(0x0DE)

    let id: UUID
    let server: BlockingConnection

    /// Makes an estate with persons, households, three places, and the limits of a world.
    init(
        _ id: UUID, in clone: TestDatabase, persons: [String], households: [String],
        _ world: Reference.World
    ) throws {
        self.id = id
        server = try clone.superuser()
        let people = (persons + [Self.steward.description]).map {
            "('\(id)', '\($0)', '某人', '2026-01-01Z')"
        }
        let homes = households.map { "('\(id)', '\($0)', '2026-01-01Z')" }
        let places = Story.places.enumerated().map {
            "('\(id)', '\($1)', 'public', 'p\($0)', '活动室', 'Room')"
        }
        let minutes = world.minutes.map { pair, minutes in
            let pair = pair.sorted()
            return "('\(id)', '\(pair[0])', '\(pair[1])', \(minutes))"
        }
        let limits = Dictionary(grouping: world.limits) { "'\($0.per)', '\($0.counts)', '\($0.period)'" }
            .enumerated().map { index, limit in
                """
                ('\(id)', '\(APIFixture.id(UInt64(0x4000 + index)))', 'activity', \(limit.key),
                    \(limit.value.map(\.most).min() ?? 1))
                """
            }
        try server.run(
            """
            INSERT INTO linli.node (id, parent_id, kind, code, name_zh, name_en)
                VALUES ('\(Self.node)', NULL, 'city', 'sh', '上海市', 'Shanghai')
                ON CONFLICT DO NOTHING;
            INSERT INTO linli.estate (estate_id, node_id, code, name_zh, name_en)
                VALUES ('\(id)', '\(Self.node)', '\(id)', '小区', 'Estate');
            INSERT INTO linli.person (estate_id, id, display_name, created_at)
                VALUES \(people.joined(separator: ", "));
            INSERT INTO linli.household (estate_id, id, begins)
                VALUES \(homes.joined(separator: ", "));
            INSERT INTO linli.place (estate_id, id, kind, code, name_zh, name_en)
                VALUES \(places.joined(separator: ", "));
            INSERT INTO linli.steward (estate_id, thing_id, person_id, is_lead, since)
                VALUES ('\(id)', '\(Self.thing)', '\(Self.steward)', true, '2026-01-01Z');
            """)
        if !minutes.isEmpty {
            try server.run(
                """
                INSERT INTO linli.place_minutes (estate_id, from_place, to_place, minutes)
                    VALUES \(minutes.joined(separator: ", "))
                """)
        }
        if !limits.isEmpty {
            try server.run(
                """
                INSERT INTO linli.reservation_limit
                    (estate_id, id, feature, per, counts, period, most)
                    VALUES \(limits.joined(separator: ", "))
                """)
        }
    }

    /// How things stand; a capacity whose counters are wrong says so in its feature.
    func standing() throws -> Standing {
        var standing = Standing()
        var seats: [String: (held: [String: Int], waiting: Int)] = [:]
        for (booking, kept) in try server.run(Bookings(estate: id)) {
            standing.bookings[booking.id] = booking
            let members = Dictionary(grouping: booking.members.values) { $0 }.mapValues(\.count)
            if booking.state != "ended", members != kept { standing.bookings[booking.id] = nil }
            if booking.state == "waiting" {
                seats[booking.capacity, default: ([:], 0)].waiting += 1
            } else if booking.state != "ended" {
                seats[booking.capacity, default: ([:], 0)].held.merge(
                    members, uniquingKeysWith: +)
            }
        }
        for (row, held, waiting) in try server.run(Capacities(estate: id)) {
            var capacity = row
            let found = seats[capacity.id] ?? ([:], 0)
            if found.held != held || found.waiting != waiting {
                capacity.feature = "\(held) for \(found.held), \(waiting) for \(found.waiting)"
            }
            standing.capacities[capacity.id] = capacity
        }
        return standing
    }

    private struct Capacities: Statement {
        var estate: UUID

        var sql: SQL {
            """
            SELECT id, feature, kinds, totals, cancel_minutes, held, overall, begins, ends,
                place_id, opens_at, closes_at, offer_minutes, waiting_max, closed_at IS NOT NULL,
                waiting
            FROM linli.capacity
            WHERE estate_id = \(estate)
            """
        }

        func decode(
            _ cells: inout Cells
        ) throws(PostgresError) -> (Reference.Capacity, held: [String: Int], waiting: Int) {
            let (id, feature): (UUID, String) = (try cells.read(), try cells.read())
            let kinds: [String] = try cells.read()
            let totals = counts(kinds, try cells.read())
            let cancel = counts(kinds, try cells.read())
            let held = counts(kinds, try cells.read()).filter { $0.value > 0 }
            let overall: Int32? = try cells.read()
            let (begins, ends): (Instant, Instant) = (try cells.read(), try cells.read())
            let place: UUID? = try cells.read()
            let (opens, closes): (Instant, Instant) = (try cells.read(), try cells.read())
            let (offer, most): (Int32, Int32) = (try cells.read(), try cells.read())
            let capacity = Reference.Capacity(
                id: id.description, feature: feature, totals: totals,
                overall: overall.map(Int.init), begins: Words.minutes(begins),
                ends: Words.minutes(ends), place: place?.description,
                opens: Words.minutes(opens), closes: Words.minutes(closes),
                offerMinutes: Int(offer), cancelMinutes: cancel, waitingMost: Int(most),
                isClosed: try cells.read())
            let waiting: Int32 = try cells.read()
            return (capacity, held, Int(waiting))
        }

        private func counts(_ kinds: [String], _ numbers: [Int32]) -> [String: Int] {
            Dictionary(
                zip(kinds, numbers.map(Int.init)), uniquingKeysWith: { first, _ in first })
        }
    }

    private struct Bookings: Statement {
        var estate: UUID

        var sql: SQL {
            """
            SELECT r.id, r.capacity_id, r.holder_id, r.household_id, r.state, r.priority,
                r.queued_at, r.until, r.ended_as,
                ARRAY(SELECT m.person_id::text FROM linli.reservation_member AS m
                    WHERE m.estate_id = r.estate_id AND m.reservation_id = r.id AND m.is_live
                    ORDER BY m.person_id),
                ARRAY(SELECT m.kind FROM linli.reservation_member AS m
                    WHERE m.estate_id = r.estate_id AND m.reservation_id = r.id AND m.is_live
                    ORDER BY m.person_id),
                c.kinds, r.seats
            FROM linli.reservation AS r
            JOIN linli.capacity AS c ON c.estate_id = r.estate_id AND c.id = r.capacity_id
            WHERE r.estate_id = \(estate)
            """
        }

        func decode(
            _ cells: inout Cells
        ) throws(PostgresError) -> (Reference.Booking, kept: [String: Int]) {
            let (id, capacity, holder): (UUID, UUID, UUID) =
                (try cells.read(), try cells.read(), try cells.read())
            let household: UUID? = try cells.read()
            let state: String = try cells.read()
            let priority: Int32 = try cells.read()
            let queued: Instant = try cells.read()
            let until: Instant? = try cells.read()
            let ended: String? = try cells.read()
            let (persons, kinds): ([String], [String]) = (try cells.read(), try cells.read())
            let all: [String] = try cells.read()
            let seats: [Int32] = try cells.read()
            let booking = Reference.Booking(
                id: id.description, capacity: capacity.description,
                holder: holder.description, household: household?.description,
                members: Dictionary(
                    zip(persons, kinds), uniquingKeysWith: { first, _ in first }),
                state: state, priority: Int(priority), queued: Words.minutes(queued),
                until: until.map(Words.minutes), endedAs: ended)
            let kept = Dictionary(
                zip(all, seats.map(Int.init)), uniquingKeysWith: { first, _ in first })
            return (booking, kept.filter { $0.value > 0 })
        }
    }
}
