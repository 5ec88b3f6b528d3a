internal import Platform
internal import Realtime

/// A page of those who are unclaimed, or new: each as JSON, with where the page may end.
struct PeoplePage: Statement {
    struct Row {
        var id: UUID
        var since: Instant
        var json: [UInt8]
    }

    /// Days that somebody is new.
    static let newDays: Int32 = 30

    var isNew: Bool
    var afterAt: Instant
    var afterID: UUID
    var count: Int32

    var sql: SQL {
        """
        SELECT person_id, display_name, level, since, homes
        FROM linli.people_read(\(isNew), \(afterAt), \(afterID), \(Self.newDays), \(count))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Row {
        var json = JSONWriter(capacity: 512)
        json.beginObject()
        let id = try cells.read(UUID.self)
        json.member("person", id)
        try cells.write("display_name", to: &json)
        try cells.write("level", to: &json)
        let since = try cells.read(Instant.self)
        json.member("since", since)
        try cells.write("homes", to: &json)
        json.endObject()
        return Row(id: id, since: since, json: json.bytes)
    }
}

/// A page of residences with who lives there, each as JSON.
struct ResidencesPage: Statement {
    var place: UUID?
    var after: UUID
    var count: Int32

    var sql: SQL {
        """
        SELECT residence_id, place_zh, place_en, households
        FROM linli.residences_read(\(place), \(after), \(count))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> (id: UUID, json: [UInt8]) {
        var json = JSONWriter(capacity: 512)
        json.beginObject()
        let id = try cells.read(UUID.self)
        json.member("id", id)
        for name in ["place_zh", "place_en", "households"] { try cells.write(name, to: &json) }
        json.endObject()
        return (id, json.bytes)
    }
}

/// Whether the principal may let people in anywhere.
struct MayAdmit: Statement {
    var sql: SQL { "SELECT linli.may_admit()" }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Bool { try cells.read() }
}

/// Looks at where a person is to be entered; then a row for each namesake there.
struct OpenEntry: Statement {
    struct Row {
        var verdict: String
        var person: UUID?
        var birthSealed: [UInt8]?
        var today: Day
    }

    var household: UUID?
    var residence: UUID?
    var name: String

    var sql: SQL {
        """
        SELECT verdict, person_id, birth_sealed, today
        FROM linli.open_entry(\(household), \(residence), \(name))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Row {
        Row(
            verdict: try cells.read(), person: try cells.read(), birthSealed: try cells.read(),
            today: try cells.read())
    }
}

/// Enters an unclaimed person; its household.
struct EnterPerson: Statement {
    /// A phone as it is kept.
    struct Phone {
        var identifier: UUID
        var hash: [UInt8]
        var sealed: [UInt8]
        /// Sealed for the person.
        var contact: [UInt8]
    }

    var person: UUID
    var account: UUID
    var name: String
    var language: String
    var household: UUID?
    var residence: UUID?
    var standing: String
    var because: String
    var birthSealed: [UInt8]?
    var phone: Phone?
    var event: UUID

    var sql: SQL {
        """
        SELECT linli.enter_person(\(person), \(account), \(name), \(language), \(household),
            \(residence), \(standing), \(because), \(birthSealed), \(phone?.contact),
            \(phone?.identifier), \(phone?.hash), \(phone?.sealed), \(event))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> UUID { try cells.read() }
}
