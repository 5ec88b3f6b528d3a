// Venues and their hours, minutes on foot, limits of reserving.

extension ImportWriter {
    mutating func writeVenues() async throws {
        let all = rows.venues
        guard !all.isEmpty else { return }
        try await count(
            .venues,
            """
            INSERT INTO linli.venue AS v (estate_id, place_id, setup_minutes, cleaning_minutes,
                lead_minutes, hours_month_max, open_to, changed_at)
            SELECT \(estate), p.id, g.setup, g.cleaning, g.lead, nullif(g.hours, 0),
                string_to_array(g.roles, ','), (SELECT linli.instant())
            FROM unnest(\(all.map(\.place)), \(all.map(\.setupMinutes)),
                \(all.map(\.cleaningMinutes)), \(all.map(\.leadMinutes)),
                \(all.map { $0.hoursMonthMax ?? 0 }),
                \(all.map { $0.openTo.joined(separator: ",") }))
                AS g (code, setup, cleaning, lead, hours, roles)
            JOIN linli.place AS p ON p.estate_id = \(estate) AND p.code = g.code
                AND p.kind = 'public'
            ON CONFLICT ON CONSTRAINT venue_pkey DO UPDATE
            SET setup_minutes = excluded.setup_minutes,
                cleaning_minutes = excluded.cleaning_minutes,
                lead_minutes = excluded.lead_minutes,
                hours_month_max = excluded.hours_month_max, open_to = excluded.open_to
            WHERE (v.setup_minutes, v.cleaning_minutes, v.lead_minutes, v.hours_month_max,
                    v.open_to)
                IS DISTINCT FROM (excluded.setup_minutes, excluded.cleaning_minutes,
                    excluded.lead_minutes, excluded.hours_month_max, excluded.open_to)
            RETURNING xmax = 0
            """)
    }

    /// The file has all hours of each venue that it names: what it does not say any more, goes.
    mutating func writeVenueHours() async throws {
        let all = rows.venueHours
        guard !all.isEmpty else { return }
        let given: (places: [String], weekdays: [Int], opens: [String], closes: [String]) = (
            all.map(\.place), all.map(\.weekday), all.map { Self.time($0.opens) },
            all.map { Self.time($0.closes) }
        )
        try await count(
            .venueHours,
            """
            DELETE FROM linli.venue_hours AS h
            USING linli.place AS p
            WHERE h.estate_id = \(estate) AND p.estate_id = \(estate) AND p.id = h.place_id
                AND p.code = ANY (\(given.places))
                AND NOT EXISTS (
                    SELECT
                    FROM unnest(\(given.places), \(given.weekdays), \(given.opens),
                        \(given.closes)) AS g (code, weekday, opens, closes)
                    WHERE g.code = p.code AND g.weekday = h.weekday
                        AND g.opens::time = h.opens AND g.closes::time = h.closes)
            RETURNING false
            """)
        try await count(
            .venueHours,
            """
            INSERT INTO linli.venue_hours (estate_id, place_id, weekday, opens, closes)
            SELECT \(estate), p.id, g.weekday, g.opens::time, g.closes::time
            FROM unnest(\(given.places), \(given.weekdays), \(given.opens), \(given.closes))
                AS g (code, weekday, opens, closes)
            JOIN linli.place AS p ON p.estate_id = \(estate) AND p.code = g.code
                AND p.kind = 'public'
            ON CONFLICT ON CONSTRAINT venue_hours_pkey DO NOTHING
            RETURNING true
            """)
    }

    /// Minutes since midnight as PostgreSQL reads a time; the day's end is `24:00`.
    private static func time(_ minutes: Int) -> String {
        "\(minutes / 60):\(minutes % 60 < 10 ? "0" : "")\(minutes % 60)"
    }

    mutating func writePlaceMinutes() async throws {
        let all = rows.placeMinutes
        guard !all.isEmpty else { return }
        try await count(
            .placeMinutes,
            """
            INSERT INTO linli.place_minutes AS m (estate_id, from_place, to_place, minutes)
            SELECT \(estate), least(one.id, other.id), greatest(one.id, other.id), g.minutes
            FROM unnest(\(all.map(\.from)), \(all.map(\.to)), \(all.map(\.minutes)))
                AS g (one, other, minutes)
            JOIN linli.place AS one ON one.estate_id = \(estate) AND one.code = g.one
                AND one.kind IN ('building', 'stair', 'public', 'parking')
            JOIN linli.place AS other ON other.estate_id = \(estate) AND other.code = g.other
                AND other.kind IN ('building', 'stair', 'public', 'parking')
            ON CONFLICT ON CONSTRAINT place_minutes_pkey DO UPDATE
            SET minutes = excluded.minutes
            WHERE m.minutes <> excluded.minutes
            RETURNING xmax = 0
            """)
    }

    mutating func writeReservationLimits() async throws {
        let all = rows.reservationLimits
        guard !all.isEmpty else { return }
        try await count(
            .reservationLimits,
            """
            INSERT INTO linli.reservation_limit AS l
                (estate_id, id, feature, per, counts, period, most)
            SELECT \(estate), g.id, g.feature, g.per, g.counts, g.period, g.most
            FROM unnest(\(newIDs(all.count)), \(all.map(\.feature)), \(all.map(\.per)),
                \(all.map(\.counts)), \(all.map(\.period)), \(all.map(\.most)))
                AS g (id, feature, per, counts, period, most)
            ON CONFLICT ON CONSTRAINT reservation_limit_once DO UPDATE
            SET most = excluded.most
            WHERE l.most <> excluded.most
            RETURNING xmax = 0
            """)
    }
}
