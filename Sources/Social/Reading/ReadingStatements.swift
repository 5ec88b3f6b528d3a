internal import Platform
internal import Realtime

/// A page of who read the records that the principal sees, the latest first, each as JSON.
struct RecordReadPage: Statement {
    struct Row {
        var id: UUID
        var at: Instant
        var json: [UInt8]
    }

    var person: UUID?
    var beforeAt: Instant
    var beforeID: UUID
    var count: Int32

    var sql: SQL {
        """
        SELECT id, at, about_id, about_name, reader_id, reader_name, reader_role, kind, purpose,
            request_id
        FROM linli.record_reads(\(person), \(beforeAt), \(beforeID), \(count))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Row {
        var json = JSONWriter(capacity: 512)
        json.beginObject()
        let id = try cells.read(UUID.self)
        let at = try cells.read(Instant.self)
        json.member("id", id)
        json.member("at", at)
        for name in ["person", "person_name", "reader", "reader_name"] {
            try cells.write(name, to: &json)
        }
        for (name, words) in [
            ("role", AccessWords.role), ("kind", AccessWords.kind),
            ("purpose", AccessWords.purpose),
        ] {
            let code = try cells.read(String.self)
            json.member(name, code)
            json.member("\(name)_zh", words(code).zh)
            json.member("\(name)_en", words(code).en)
        }
        try cells.writeIfPresent("request", to: &json)
        json.endObject()
        return Row(id: id, at: at, json: json.bytes)
    }
}

/// A person's record for a purpose, as JSON; no row where the principal does not read it.
struct PersonRecord: Statement {
    var person: UUID
    var purpose: String

    var sql: SQL {
        """
        SELECT person_id, display_name, level, is_claimed, homes
        FROM linli.person_record(\(person), \(purpose))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> [UInt8] {
        var json = JSONWriter(capacity: 512)
        json.beginObject()
        for name in ["person", "display_name", "level", "is_claimed", "homes"] {
            try cells.write(name, to: &json)
        }
        json.endObject()
        return json.bytes
    }
}

/// Whom the principal named, and who named it, each as JSON.
struct WatcherRows: Statement {
    struct Row {
        var namesMe: Bool
        var json: [UInt8]
    }

    var sql: SQL {
        """
        SELECT names_me, person_id, display_name, counts, named_at
        FROM linli.record_watchers()
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Row {
        let namesMe = try cells.read(Bool.self)
        var json = JSONWriter(capacity: 256)
        json.beginObject()
        for name in ["person", "display_name", "counts", "named_at"] {
            try cells.write(name, to: &json)
        }
        json.endObject()
        return Row(namesMe: namesMe, json: json.bytes)
    }
}

/// Names a watcher; its verdict.
struct NameWatcher: Statement {
    var watcher: UUID
    var event: UUID

    var sql: SQL {
        "SELECT linli.name_watcher(\(watcher), \(RecordWatchers.countMax), \(event))"
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> String { try cells.read() }
}

/// Ends a watcher of the principal, or its own watching; whether there was one.
struct DropWatcher: Statement {
    var other: UUID
    var event: UUID

    var sql: SQL { "SELECT linli.drop_watcher(\(other), \(event))" }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Bool { try cells.read() }
}
