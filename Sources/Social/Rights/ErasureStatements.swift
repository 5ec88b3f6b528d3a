internal import Platform
internal import Realtime

/// Asks for an erasure; its verdict.
struct AskErasure: Statement {
    var id: UUID
    var person: UUID
    var evidence: [UInt8]?
    var event: UUID

    var sql: SQL { "SELECT linli.ask_erasure(\(id), \(person), \(evidence), \(event))" }

    func decode(_ cells: inout Cells) throws(PostgresError) -> String { try cells.read() }
}

/// Takes an erasure back; its verdict.
struct WithdrawErasure: Statement {
    var person: UUID
    var event: UUID

    var sql: SQL { "SELECT linli.withdraw_erasure(\(person), \(event))" }

    func decode(_ cells: inout Cells) throws(PostgresError) -> String { try cells.read() }
}

/// The erasure that the principal asked for; no row without one.
struct OwnErasure: Statement {
    struct Row {
        var askedAt: Instant
        var dueAt: Instant
        var hindrances: [String]
    }

    var sql: SQL { "SELECT e.asked_at, e.due_at, e.hindrances FROM linli.own_erasure() AS e" }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Row {
        Row(
            askedAt: try cells.read(), dueAt: try cells.read(), hindrances: try cells.read())
    }
}

/// Whether the principal may ask for a child's erasure, and take it back.
struct ErasesFor: Statement {
    var child: UUID

    var sql: SQL { "SELECT linli.erases_for(\(child))" }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Bool { try cells.read() }
}

/// Asks for a child's; its verdict.
struct AskChildErasure: Statement {
    var id: UUID
    var child: UUID
    var event: UUID

    var sql: SQL { "SELECT linli.ask_child_erasure(\(id), \(child), \(event))" }

    func decode(_ cells: inout Cells) throws(PostgresError) -> String { try cells.read() }
}

/// Takes a child's back; its verdict.
struct WithdrawChildErasure: Statement {
    var child: UUID
    var event: UUID

    var sql: SQL { "SELECT linli.withdraw_child_erasure(\(child), \(event))" }

    func decode(_ cells: inout Cells) throws(PostgresError) -> String { try cells.read() }
}

/// A child's that was asked for, as its guardian sees it.
struct ChildErasure: Statement {
    var child: UUID

    var sql: SQL {
        "SELECT e.asked_at, e.due_at, e.hindrances FROM linli.child_erasure(\(child)) AS e"
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> OwnErasure.Row {
        OwnErasure.Row(
            askedAt: try cells.read(), dueAt: try cells.read(), hindrances: try cells.read())
    }
}

/// What stays after an erasure, and for how many days; those without stay for good, as ids.
struct KeptAfterErasure: Statement {
    var sql: SQL {
        """
        SELECT d.title_zh, d.title_en, d.erasure, t.days, t.basis_zh, t.basis_en
        FROM linli.personal_data AS d
        LEFT JOIN linli.retention_terms() AS t ON t.code = d.kept
        WHERE d.erasure <> 'delete' AND d.handed_out = 'yes'
        ORDER BY d.table_name, d.column_name
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> [UInt8] {
        var json = JSONWriter(capacity: 256)
        json.beginObject()
        for name in ["title_zh", "title_en", "how"] { try cells.write(name, to: &json) }
        for name in ["days", "basis_zh", "basis_en"] {
            try cells.writeIfPresent(name, to: &json)
        }
        json.endObject()
        return json.bytes
    }
}

// MARK: Carrying it out

/// Decides on what is due; whom to erase, and whom to sweep once more.
struct DecideErasures: Statement {
    static let countMax: Int32 = 50

    var sql: SQL { "SELECT person_id, is_again FROM linli.decide_erasures(\(Self.countMax))" }

    func decode(
        _ cells: inout Cells
    ) throws(PostgresError) -> (person: UUID, isAgain: Bool) {
        (try cells.read(), try cells.read())
    }
}

/// Of these persons, those that are there and not erased.
struct Unerased: Statement {
    var persons: [UUID]

    var sql: SQL { "SELECT linli.unerased(\(persons))" }

    func decode(_ cells: inout Cells) throws(PostgresError) -> UUID { try cells.read() }
}

/// The reservations to come of somebody who is erased.
struct SeatsToErase: Statement {
    var person: UUID

    var sql: SQL {
        """
        SELECT reservation_id, capacity_id, is_holder
        FROM linli.seats_to_erase(\(person))
        """
    }

    func decode(
        _ cells: inout Cells
    ) throws(PostgresError) -> (reservation: UUID, capacity: UUID, isHolder: Bool) {
        (try cells.read(), try cells.read(), try cells.read())
    }
}

/// Erases a person whose seats are free; whether it was not yet.
struct ErasePerson: Statement {
    var person: UUID
    var event: UUID

    var sql: SQL { "SELECT linli.erase_person(\(person), \(event))" }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Bool { try cells.read() }
}
