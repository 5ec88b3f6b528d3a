internal import Platform
internal import Realtime

/// Asks for a copy; its verdict.
struct AskExport: Statement {
    var id: UUID
    var about: UUID
    var event: UUID

    var sql: SQL { "SELECT linli.ask_export(\(id), \(about), \(event))" }

    func decode(_ cells: inout Cells) throws(PostgresError) -> String { try cells.read() }
}

/// The copies that the principal asked for, each as JSON.
struct OwnExports: Statement {
    var sql: SQL {
        """
        SELECT e.id, e.person_id, e.asked_at, e.made_at, e.failed_at, e.size, e.expires_at,
            e.is_open
        FROM linli.own_exports() AS e
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> [UInt8] {
        var json = JSONWriter(capacity: 256)
        json.beginObject()
        for name in ["id", "person", "asked_at"] { try cells.write(name, to: &json) }
        for name in ["made_at", "failed_at", "size", "expires_at"] {
            try cells.writeIfPresent(name, to: &json)
        }
        try cells.write("is_open", to: &json)
        json.endObject()
        return json.bytes
    }
}

/// Opens a copy and notes that in the log; no row if it cannot be.
struct OpenExport: Statement {
    var export: UUID
    var event: UUID

    var sql: SQL { "SELECT pieces, made_at FROM linli.open_export(\(export), \(event))" }

    func decode(
        _ cells: inout Cells
    ) throws(PostgresError) -> (pieces: Int32, madeAt: Instant) {
        (try cells.read(), try cells.read())
    }
}

/// A sealed piece of a copy; `nil` when it cannot be opened any more.
struct ExportPiece: Statement {
    var export: UUID
    var number: Int32

    var sql: SQL { "SELECT linli.export_piece(\(export), \(number))" }

    func decode(_ cells: inout Cells) throws(PostgresError) -> [UInt8]? { try cells.read() }
}

// MARK: Making

/// Begins the next copy that waits.
struct BeginExport: Statement {
    struct Row: Sendable {
        var id: UUID
        var person: UUID
        var askedBy: UUID
        /// The account, where somebody asks about itself.
        var account: UUID?
    }

    var event: UUID

    var sql: SQL {
        "SELECT id, person_id, asked_by, account_id FROM linli.begin_export(\(event))"
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Row {
        Row(
            id: try cells.read(), person: try cells.read(), askedBy: try cells.read(),
            account: try cells.read())
    }
}

/// What is kept of persons: every column that names one, and what becomes of it.
struct PersonalDataKinds: Statement {
    struct Row: Sendable {
        var table: String
        var column: String
        var handedOut: String
        var title: Text
        var erasure: String
        var kept: String
    }

    var sql: SQL {
        """
        SELECT d.table_name, d.column_name, d.handed_out, d.title_zh, d.title_en, d.erasure, d.kept
        FROM linli.personal_data AS d
        ORDER BY d.table_name, d.column_name
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Row {
        Row(
            table: try cells.read(), column: try cells.read(), handedOut: try cells.read(),
            title: try Text(zh: cells.read(), en: cells.read()), erasure: try cells.read(),
            kept: try cells.read())
    }
}

/// A page of the rows of one kind that are handed out.
struct ExportRows: Statement {
    struct Row: Sendable {
        var key: String
        /// Of what is shown, in its order.
        var names: [String]
        /// A JSON object.
        var shown: String
    }

    var export: UUID
    var table: String
    var column: String
    var after: String
    var count: Int32

    var sql: SQL {
        """
        SELECT row_key, names, shown
        FROM linli.export_rows(\(export), \(table), \(column), \(after), \(count))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Row {
        Row(key: try cells.read(), names: try cells.read(), shown: try cells.read())
    }
}

/// Keeps a piece.
struct PutExportPiece: Command {
    var export: UUID
    var number: Int32
    var content: [UInt8]

    var sql: SQL { "SELECT linli.put_export_piece(\(export), \(number), \(content))" }
}

/// Ends the making; whether it was still wanted.
struct FinishExport: Statement {
    var export: UUID
    var bytes: Int64
    var pieces: Int32
    var event: UUID

    var sql: SQL { "SELECT linli.finish_export(\(export), \(bytes), \(pieces), \(event))" }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Bool { try cells.read() }
}

/// Forgets the content of copies whose days are over.
struct DropExports: Command {
    var sql: SQL { "SELECT linli.drop_exports()" }
}

/// What the calendar of a copy says of itself.
struct ExportHead: Statement {
    struct Row: Sendable {
        var code: String
        var name: Text
        var zone: String
        var language: Language
    }

    var sql: SQL {
        """
        SELECT e.code, e.name_zh, e.name_en, e.zone,
            (SELECT a.language FROM linli.account AS a WHERE a.id = (SELECT linli.account_id()))
        FROM linli.estate AS e
        WHERE e.estate_id = (SELECT linli.estate_id())
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Row {
        Row(
            code: try cells.read(), name: try Text(zh: cells.read(), en: cells.read()),
            zone: try cells.read(),
            language: try cells.read(String?.self).flatMap { Language(rawValue: $0) } ?? .zh)
    }
}
