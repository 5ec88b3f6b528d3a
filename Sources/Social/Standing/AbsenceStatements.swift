internal import Platform
internal import Realtime

/// A person's absences that are not over, each as JSON, and whether the principal may see them.
struct AbsencesOf: Statement {
    var person: UUID

    var sql: SQL {
        """
        SELECT a.id, a.kind, a.begins, CASE WHEN a.ends < 'infinity' THEN a.ends END, a.set_by
        FROM linli.absences_of(\(person)) AS a
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> [UInt8] {
        var json = JSONWriter(capacity: 256)
        json.beginObject()
        for name in ["id", "kind", "begins"] { try cells.write(name, to: &json) }
        try cells.writeIfPresent("ends", to: &json)
        try cells.write("set_by", to: &json)
        json.endObject()
        return json.bytes
    }
}

/// Whether the principal may see a person's absences.
struct MaySeeAbsences: Statement {
    var person: UUID

    var sql: SQL { "SELECT linli.may_see_absences(\(person))" }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Bool { try cells.read() }
}

/// Notes an absence; its verdict.
struct SetAbsence: Statement {
    var id: UUID
    var person: UUID
    var kind: String
    var begins: Instant
    var ends: Instant
    var because: String?
    var event: UUID

    var sql: SQL {
        """
        SELECT linli.set_absence(\(id), \(person), \(kind), \(begins), \(ends), \(because), \(event))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> String { try cells.read() }
}

/// Ends an absence, now if no instant is given; its verdict.
struct EndAbsence: Statement {
    var person: UUID
    var absence: UUID
    var ends: Instant?
    var event: UUID

    var sql: SQL { "SELECT linli.end_absence(\(person), \(absence), \(ends), \(event))" }

    func decode(_ cells: inout Cells) throws(PostgresError) -> String { try cells.read() }
}

/// Notes what became of a person; its verdict.
struct SetPersonState: Statement {
    var id: UUID
    var person: UUID
    var state: String
    var because: String
    var event: UUID

    var sql: SQL {
        """
        SELECT linli.set_person_state(\(id), \(person), \(state), \(because), \(event))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> String { try cells.read() }
}

/// The reservations to come of somebody who is here no more, in order of their capacities.
struct SeatsToFree: Statement {
    var person: UUID

    var sql: SQL {
        """
        SELECT s.reservation_id, s.capacity_id, s.is_holder
        FROM linli.seats_to_free(\(person)) AS s
        """
    }

    func decode(
        _ cells: inout Cells
    ) throws(PostgresError) -> (reservation: UUID, capacity: UUID, isHolder: Bool) {
        (try cells.read(), try cells.read(), try cells.read())
    }
}
