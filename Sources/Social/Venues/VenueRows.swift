internal import Platform
internal import Realtime

/// Venues as JSON.
struct VenueRows: Statement {
    /// The first of the page comes after this place.
    var after: UUID
    var count: Int64
    /// This one alone.
    var only: UUID?

    static func page(after: UUID, count: Int64) -> VenueRows {
        VenueRows(after: after, count: count)
    }

    static func one(_ place: UUID) -> VenueRows {
        VenueRows(after: UUID(high: 0, low: 0), count: 1, only: place)
    }

    var sql: SQL {
        """
        SELECT v.place_id, v.version, p.code, p.name_zh, p.name_en, v.setup_minutes,
            v.cleaning_minutes, v.lead_minutes, v.hours_month_max, v.open_to,
            coalesce((
                SELECT json_agg(json_build_object('weekday', h.weekday,
                    'opens', left(h.opens::text, 5), 'closes', left(h.closes::text, 5))
                    ORDER BY h.weekday, h.opens)
                FROM linli.venue_hours AS h
                WHERE h.estate_id = v.estate_id AND h.place_id = v.place_id), '[]')
        FROM linli.venue AS v
        JOIN linli.place AS p ON p.estate_id = v.estate_id AND p.id = v.place_id
        WHERE v.estate_id = (SELECT linli.estate_id()) AND v.place_id > \(after)
            AND (\(only)::uuid IS NULL OR v.place_id = \(only))
        ORDER BY v.place_id
        LIMIT \(count)
        """
    }

    func decode(
        _ cells: inout Cells
    ) throws(PostgresError) -> (id: UUID, version: Int32, json: [UInt8]) {
        var json = JSONWriter(capacity: 1024)
        json.beginObject()
        let id = try cells.read(UUID.self)
        json.member("place", id)
        let version = try cells.read(Int32.self)
        json.member("version", version)
        for name in [
            "code", "name_zh", "name_en", "setup_minutes", "cleaning_minutes", "lead_minutes",
        ] { try cells.write(name, to: &json) }
        try cells.writeIfPresent("hours_month_max", to: &json)
        try cells.write("open_to", to: &json)
        try cells.write("hours", to: &json)
        json.endObject()
        return (id, version, json.bytes)
    }
}

/// When a venue is taken, each as JSON; whose and for what only where the reader may know.
struct BusyTimes: Statement {
    var place: UUID
    var span: Range<Instant>
    var after: Instant
    var afterID: UUID
    var count: Int64

    var sql: SQL {
        """
        SELECT busy.booking_id, busy.begins, busy.ends, busy.busy_from, busy.busy_until,
            b.id, b.booked_by, b.for_kind, b.for_id
        FROM linli.venue_busy(\(place), \(span.lowerBound), \(span.upperBound)) AS busy
        LEFT JOIN linli.venue_booking AS b
            ON b.estate_id = (SELECT linli.estate_id()) AND b.id = busy.booking_id
        WHERE (busy.begins, busy.booking_id) > (\(after), \(afterID))
        ORDER BY busy.begins, busy.booking_id
        LIMIT \(count)
        """
    }

    func decode(
        _ cells: inout Cells
    ) throws(PostgresError) -> (begins: Instant, id: UUID, json: [UInt8]) {
        let id = try cells.read(UUID.self)
        let begins = try cells.read(Instant.self)
        var json = JSONWriter(capacity: 256)
        json.beginObject()
        json.member("begins", begins)
        try cells.write("ends", to: &json)
        try cells.write("busy_from", to: &json)
        try cells.write("busy_until", to: &json)
        for name in ["id", "booked_by", "for_kind", "for"] {
            try cells.writeIfPresent(name, to: &json)
        }
        json.endObject()
        return (begins, id, json.bytes)
    }
}

/// Whether the principal may change rules and hours of venues.
struct MayRuleVenues: Statement {
    var sql: SQL {
        "SELECT linli.has_role('residents_committee', 'owners_committee', 'property_manager')"
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Bool { try cells.read() }
}

/// Gives a venue rules and hours, touching only what is otherwise.
struct ChangeVenue {
    var place: UUID
    var rules: VenueRules

    var statements: [SQL] { [change, drop, set] }

    private var change: SQL {
        """
        UPDATE linli.venue
        SET setup_minutes = \(rules.setupMinutes), cleaning_minutes = \(rules.cleaningMinutes),
            lead_minutes = \(rules.leadMinutes), hours_month_max = \(rules.hoursMonthMax),
            open_to = \(rules.openTo)
        WHERE estate_id = (SELECT linli.estate_id()) AND place_id = \(place)
            AND (setup_minutes, cleaning_minutes, lead_minutes, hours_month_max, open_to)
                IS DISTINCT FROM (\(rules.setupMinutes), \(rules.cleaningMinutes),
                    \(rules.leadMinutes), \(rules.hoursMonthMax), \(rules.openTo))
        """
    }

    private var weekdays: [Int] { rules.hours.map(\.weekday) }
    private var opens: [String] { rules.hours.map { VenueRules.time(ofDay: $0.opens) } }
    private var closes: [String] { rules.hours.map { VenueRules.time(ofDay: $0.closes) } }

    private var drop: SQL {
        """
        DELETE FROM linli.venue_hours AS h
        WHERE h.estate_id = (SELECT linli.estate_id()) AND h.place_id = \(place)
            AND NOT EXISTS (
                SELECT
                FROM unnest(\(weekdays), \(opens), \(closes)) AS g (weekday, opens, closes)
                WHERE g.weekday = h.weekday AND g.opens::time = h.opens
                    AND g.closes::time = h.closes)
        """
    }

    private var set: SQL {
        """
        INSERT INTO linli.venue_hours (estate_id, place_id, weekday, opens, closes)
        SELECT linli.estate_id(), \(place), g.weekday, g.opens::time, g.closes::time
        FROM unnest(\(weekdays), \(opens), \(closes)) AS g (weekday, opens, closes)
        ON CONFLICT ON CONSTRAINT venue_hours_pkey DO NOTHING
        """
    }
}
