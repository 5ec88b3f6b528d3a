internal import Platform
internal import Realtime

/// The live bookings of these uses, as far as the principal may see them.
struct LiveBookings: Statement {
    struct Row {
        var id: UUID
        var use: UUID
        var place: UUID
        var booker: UUID
        var term: Range<Instant>
    }

    var feature: String
    var uses: [UUID]

    var sql: SQL {
        """
        SELECT id, for_id, place_id, booked_by, begins, ends
        FROM linli.venue_booking
        WHERE estate_id = (SELECT linli.estate_id()) AND for_kind = \(feature)
            AND for_id = ANY (\(uses)) AND cancelled_at IS NULL
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Row {
        Row(
            id: try cells.read(), use: try cells.read(), place: try cells.read(),
            booker: try cells.read(), term: try cells.read()..<cells.read())
    }
}

/// Holds the venues among these places to the transaction's end; says which they are.
struct LockVenues: Statement {
    var places: [UUID]

    var sql: SQL { "SELECT locked FROM linli.lock_venues(\(places)) AS locked" }

    func decode(_ cells: inout Cells) throws(PostgresError) -> UUID { try cells.read() }
}

/// The rules of a venue and what they ask of the principal; no row where a place is no venue.
struct RulesOfVenue: Statement {
    struct Row {
        var rules: VenueRules
        var booker: VenueBooker
    }

    var place: UUID

    var sql: SQL {
        """
        SELECT v.setup_minutes, v.cleaning_minutes, v.lead_minutes, v.hours_month_max, v.open_to,
            h.weekdays, h.opens, h.closes,
            ARRAY(SELECT DISTINCT own.role FROM linli.own_roles() AS own)
                || CASE WHEN EXISTS (SELECT FROM linli.own_households())
                    THEN ARRAY['resident'] ELSE '{}' END,
            linli.has_role('residents_committee', 'owners_committee', 'property_manager')
        FROM linli.venue AS v
        CROSS JOIN LATERAL (
            SELECT coalesce(array_agg(h.weekday), '{}') AS weekdays,
                coalesce(array_agg((extract(epoch FROM h.opens) / 60)::integer), '{}') AS opens,
                coalesce(array_agg((extract(epoch FROM h.closes) / 60)::integer), '{}') AS closes
            FROM linli.venue_hours AS h
            WHERE h.estate_id = v.estate_id AND h.place_id = v.place_id
        ) AS h
        WHERE v.estate_id = (SELECT linli.estate_id()) AND v.place_id = \(place)
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Row {
        var rules = VenueRules(
            setupMinutes: try cells.read(), cleaningMinutes: try cells.read(),
            leadMinutes: try cells.read(), hoursMonthMax: try cells.read(),
            openTo: try cells.read(), hours: [])
        let (weekdays, opens, closes) = (
            try cells.read([Int].self), try cells.read([Int].self), try cells.read([Int].self)
        )
        for ((weekday, opens), closes) in zip(zip(weekdays, opens), closes) {
            rules.hours.append(OpeningHours(weekday: weekday, opens: opens, closes: closes))
        }
        return Row(
            rules: rules,
            booker: VenueBooker(
                roles: Set(try cells.read([String].self)), mayRule: try cells.read()))
    }
}

/// What stands against each use, in the order of the uses; no rows where a place is no venue.
///
/// The estate's clock is PostgreSQL's to know: it has the zone's history.
struct FactsOfUses: Statement {
    struct Row {
        var begins: WallTime
        var ends: WallTime
        /// The first instant of the month in which it begins.
        var month: Instant
        var minutesUsed: Int
        var clash: BusyTime?
    }

    var place: UUID
    var terms: [Range<Instant>]
    /// Who answers for each.
    var bookers: [UUID]
    /// Bookings that are moved: they stand against nothing.
    var moved: [UUID]

    var sql: SQL {
        """
        SELECT (extract(epoch FROM wall.begins) * 1000000)::bigint,
            (extract(epoch FROM wall.ends) * 1000000)::bigint,
            wall.month AT TIME ZONE e.zone,
            CASE WHEN v.hours_month_max IS NULL THEN 0
                ELSE linli.venue_minutes_used(v.place_id, a.booker, wall.month AT TIME ZONE e.zone,
                    (wall.month + interval '1 month') AT TIME ZONE e.zone, \(moved)) END,
            clash.busy_from, clash.busy_until,
            to_char(clash.busy_from AT TIME ZONE e.zone, 'YYYY-MM-DD HH24:MI'),
            to_char(clash.busy_until AT TIME ZONE e.zone, 'YYYY-MM-DD HH24:MI')
        FROM linli.venue AS v
        JOIN linli.estate AS e ON e.estate_id = v.estate_id
        CROSS JOIN unnest(\(terms.map(\.lowerBound)), \(terms.map(\.upperBound)), \(bookers))
            WITH ORDINALITY AS a (begins, ends, booker, number)
        CROSS JOIN LATERAL (
            SELECT a.begins AT TIME ZONE e.zone AS begins, a.ends AT TIME ZONE e.zone AS ends,
                date_trunc('month', a.begins AT TIME ZONE e.zone) AS month
        ) AS wall
        LEFT JOIN LATERAL (
            SELECT busy.busy_from, busy.busy_until
            FROM linli.venue_busy(v.place_id,
                a.begins - make_interval(mins => v.setup_minutes),
                a.ends + make_interval(mins => v.cleaning_minutes)) AS busy
            WHERE NOT busy.booking_id = ANY (\(moved))
            ORDER BY busy.begins
            LIMIT 1
        ) AS clash ON true
        WHERE v.estate_id = (SELECT linli.estate_id()) AND v.place_id = \(place)
        ORDER BY a.number
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Row {
        var row = Row(
            begins: WallTime(microseconds: try cells.read()),
            ends: WallTime(microseconds: try cells.read()), month: try cells.read(),
            minutesUsed: try cells.read())
        let (from, until) = (try cells.read(Instant?.self), try cells.read(Instant?.self))
        let (begins, ends) = (try cells.read(String?.self), try cells.read(String?.self))
        if let from, let until, let begins, let ends {
            row.clash = BusyTime(period: from..<until, begins: begins, ends: ends)
        }
        return row
    }
}

/// The person who asks; NULL when it is none.
struct OwnPerson: Statement {
    var sql: SQL { "SELECT linli.person_id()" }

    func decode(_ cells: inout Cells) throws(PostgresError) -> UUID? { try cells.read() }
}

/// Books a venue for uses of the principal.
struct InsertBookings: Command {
    var place: UUID
    var feature: String
    var ids: [UUID]
    var uses: [VenueBooking.Use]

    var sql: SQL {
        """
        INSERT INTO linli.venue_booking (estate_id, id, place_id, booked_by, booked_at, for_kind,
            for_id, thing_id, begins, ends)
        SELECT linli.estate_id(), g.id, \(place), linli.person_id(), linli.instant(), \(feature),
            g.use, g.thing, g.begins, g.ends
        FROM unnest(\(ids), \(uses.map(\.id)), \(uses.map(\.thing)),
            \(uses.map(\.term.lowerBound)), \(uses.map(\.term.upperBound)))
            AS g (id, use, thing, begins, ends)
        """
    }
}

/// Moves bookings to a venue and to new terms.
struct MoveBookings: Statement {
    var place: UUID
    var ids: [UUID]
    var terms: [Range<Instant>]

    var sql: SQL {
        """
        UPDATE linli.venue_booking AS b
        SET place_id = \(place), begins = g.begins, ends = g.ends
        FROM unnest(\(ids), \(terms.map(\.lowerBound)), \(terms.map(\.upperBound)))
            AS g (id, begins, ends)
        WHERE b.estate_id = (SELECT linli.estate_id()) AND b.id = g.id
        RETURNING b.id
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> UUID { try cells.read() }
}

/// Gives bookings back.
struct CancelBookings: Command {
    var ids: [UUID]

    var sql: SQL {
        """
        UPDATE linli.venue_booking
        SET cancelled_at = linli.instant()
        WHERE estate_id = (SELECT linli.estate_id()) AND id = ANY (\(ids))
            AND cancelled_at IS NULL
        """
    }
}
