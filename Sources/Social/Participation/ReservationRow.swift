internal import Platform
internal import Realtime

/// A reservation as the wire shows it to its own people and to who looks after the activity.
///
/// What has lapsed shows as ended from its instant on, swept or not.
enum ReservationRow {
    /// The columns that `write` reads, of `r`, its capacity `c` and whom it brings, `m`.
    static let columns: StaticString = """
        r.id, c.subject_id, c.thing_id, c.begins, c.ends, r.holder_id,
            CASE WHEN l.lapsed_at IS NULL THEN r.state ELSE 'ended' END,
            CASE WHEN l.lapsed_at IS NULL THEN r.until END,
            CASE WHEN l.lapsed_at IS NULL THEN linli.waiting_position(r.id) END, r.queued_at,
            coalesce(r.ended_at, l.lapsed_at),
            coalesce(r.ended_as, CASE WHEN l.lapsed_at IS NOT NULL THEN 'lapsed' END), r.note,
            m.persons, m.names, m.kinds, m.lives, m.lefts, m.ins, m.outs
        """

    /// What the columns are of.
    static let tables: StaticString = """
        linli.reservation AS r
        JOIN linli.capacity AS c ON c.estate_id = r.estate_id AND c.id = r.capacity_id
        CROSS JOIN LATERAL (
            SELECT CASE
                WHEN r.until <= (SELECT linli.instant()) THEN r.until
                WHEN r.state = 'waiting' AND c.begins <= (SELECT linli.instant()) THEN c.begins
                END AS lapsed_at
        ) AS l
        CROSS JOIN LATERAL (
            SELECT array_agg(b.person_id ORDER BY b.person_id) AS persons,
                array_agg(p.display_name ORDER BY b.person_id) AS names,
                array_agg(b.kind ORDER BY b.person_id) AS kinds,
                array_agg(b.is_live ORDER BY b.person_id) AS lives,
                array_agg(b.left_as ORDER BY b.person_id) AS lefts,
                array_agg(b.checked_in_at ORDER BY b.person_id) AS ins,
                array_agg(b.checked_out_at ORDER BY b.person_id) AS outs
            FROM linli.reservation_member AS b
            LEFT JOIN linli.person AS p ON p.estate_id = b.estate_id AND p.id = b.person_id
            WHERE b.estate_id = r.estate_id AND b.reservation_id = r.id
        ) AS m
        """

    /// Reads the columns and writes them; returns its id.
    static func write(
        _ cells: inout Cells, to json: inout JSONWriter
    ) throws(PostgresError) -> UUID {
        json.beginObject()
        let id: UUID = try cells.read()
        json.member("id", id)
        for name in ["occurrence", "activity", "begins", "ends", "holder", "state"] {
            try cells.write(name, to: &json)
        }
        for name in ["until", "position"] { try cells.writeIfPresent(name, to: &json) }
        try cells.write("queued_at", to: &json)
        for name in ["ended_at", "ended_as", "note"] { try cells.writeIfPresent(name, to: &json) }
        try writeMembers(&cells, to: &json)
        json.endObject()
        return id
    }

    private static func writeMembers(
        _ cells: inout Cells, to json: inout JSONWriter
    ) throws(PostgresError) {
        let persons: [UUID] = try cells.read()
        let names: [String?] = try cells.read()
        let kinds: [String] = try cells.read()
        let lives: [Bool] = try cells.read()
        let lefts: [String?] = try cells.read()
        let ins: [Instant?] = try cells.read()
        let outs: [Instant?] = try cells.read()
        json.key("members")
        json.beginArray()
        for (index, person) in persons.enumerated() {
            json.object { json in
                json.member("person", person)
                json.memberIfPresent("display_name", names[index])
                json.member("kind", kinds[index])
                json.member("is_live", lives[index])
                json.memberIfPresent("left_as", lefts[index])
                json.memberIfPresent("checked_in_at", ins[index])
                json.memberIfPresent("checked_out_at", outs[index])
            }
        }
        json.endArray()
    }
}

/// One reservation, to whom it concerns; to who looks after the thing, acting for itself.
struct OneReservation: Statement {
    var id: UUID

    var sql: SQL {
        """
        SELECT \(literal: ReservationRow.columns)
        FROM \(literal: ReservationRow.tables)
        WHERE r.estate_id = (SELECT linli.estate_id())
            AND r.id = (SELECT linli.readable_reservation(\(id)))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> [UInt8] {
        var json = JSONWriter(capacity: 1024)
        _ = try ReservationRow.write(&cells, to: &json)
        return json.bytes
    }
}

/// A page of the subject's own reservations, made by it or bringing it, the latest first.
struct OwnReservations: Statement {
    var isLive: Bool
    var after: UUID
    var count: Int64

    var sql: SQL {
        """
        WITH own AS MATERIALIZED (
            (SELECT h.id
            FROM linli.reservation AS h
            WHERE h.estate_id = (SELECT linli.estate_id())
                AND h.holder_id = (SELECT linli.subject_id()) AND h.id < \(after)
                \(literal: isLive ? "AND h.state <> 'ended'" : "")
            ORDER BY h.id DESC
            LIMIT \(count))
            UNION
            (SELECT b.reservation_id
            FROM linli.reservation_member AS b
            WHERE b.estate_id = (SELECT linli.estate_id())
                AND b.person_id = (SELECT linli.subject_id()) AND b.reservation_id < \(after)
                \(literal: isLive ? "AND b.is_live" : "")
            ORDER BY b.reservation_id DESC
            LIMIT \(count))
        )
        SELECT \(literal: ReservationRow.columns)
        FROM \(literal: ReservationRow.tables)
        WHERE r.estate_id = (SELECT linli.estate_id()) AND r.id IN (SELECT own.id FROM own)
        ORDER BY r.id DESC
        LIMIT \(count)
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> (id: UUID, json: [UInt8]) {
        var json = JSONWriter(capacity: 1024)
        let id = try ReservationRow.write(&cells, to: &json)
        return (id, json.bytes)
    }
}

/// One's own reservation as its commands need it.
struct FindOwnReservation: Statement {
    struct Row {
        var capacity: UUID
        var holder: UUID
    }

    var id: UUID

    var sql: SQL {
        """
        SELECT r.capacity_id, r.holder_id
        FROM linli.reservation AS r
        WHERE r.estate_id = (SELECT linli.estate_id())
            AND r.id = (SELECT linli.readable_reservation(\(id)))
            AND linli.is_own_reservation(r.id)
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Row {
        Row(capacity: try cells.read(), holder: try cells.read())
    }
}

/// A meeting that the principal may see, as those who take part in it need it.
struct FindMeeting: Statement {
    struct Row {
        var capacity: UUID
        var activity: UUID
        var ends: Instant
        /// Whether the principal looks after it.
        var isSteward: Bool
    }

    var id: UUID

    var sql: SQL {
        """
        SELECT o.capacity_id, o.activity_id, o.ends, linli.is_steward(o.activity_id)
        FROM linli.activity_occurrence AS o
        WHERE o.estate_id = (SELECT linli.estate_id())
            AND o.id = (SELECT linli.readable_occurrence(\(id)))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Row {
        Row(
            capacity: try cells.read(), activity: try cells.read(), ends: try cells.read(),
            isSteward: try cells.read())
    }
}
