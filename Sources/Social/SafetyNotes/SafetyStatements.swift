internal import Platform
internal import Realtime

/// The verdict of one act about safety bans.
struct SafetyVerdict: Statement {
    var sql: SQL

    func decode(_ cells: inout Cells) throws(PostgresError) -> String { try cells.read() }
}

/// Bans that the principal decides on, or its own.
struct FindSafetyBans: Statement {
    struct Row {
        var id: UUID
        var person: UUID
        var name: String
        var kind: String
        var begins: Instant
        var ends: Instant
        var liftedAt: Instant?
        var decidedBy: UUID?
        var reason: [UInt8]
        var evidence: [UInt8]?
        var appeal: UUID?
        var appealedAt: Instant?
        var words: [UInt8]?
        var outcome: String?
        var answer: [UInt8]?
    }

    var wanted: UUID?
    var isOwn = false
    var before = UUID(high: .max, low: .max)
    var count: Int32 = 1

    var sql: SQL {
        """
        SELECT id, person_id, display_name, kind, begins, ends, lifted_at, decided_by,
            reason_sealed, evidence_sealed, appeal_id, appealed_at, words_sealed, outcome,
            answer_sealed
        FROM linli.safety_bans(\(wanted), \(isOwn), \(before), \(count))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Row {
        Row(
            id: try cells.read(), person: try cells.read(), name: try cells.read(),
            kind: try cells.read(), begins: try cells.read(), ends: try cells.read(),
            liftedAt: try cells.read(), decidedBy: try cells.read(),
            reason: try cells.read(), evidence: try cells.read(), appeal: try cells.read(),
            appealedAt: try cells.read(), words: try cells.read(), outcome: try cells.read(),
            answer: try cells.read())
    }
}

/// What a note of a ban says.
struct IssueNote: Statement {
    struct Row {
        var verdict: String
        var kind: String?
        var person: UUID?
        var name: String?
        var legal: [UInt8]?
        var birth: [UInt8]?
        var reason: [UInt8]?
        var begins: Instant?
        var ends: Instant?
        var liftedAt: Instant?
        var estate: String?
    }

    var ban: UUID
    var event: UUID

    var sql: SQL {
        """
        SELECT verdict, kind, person_id, display_name, legal_sealed, birth_sealed, reason_sealed,
            begins, ends, lifted_at, estate_zh
        FROM linli.issue_note(\(ban), \(event))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Row {
        Row(
            verdict: try cells.read(), kind: try cells.read(), person: try cells.read(),
            name: try cells.read(), legal: try cells.read(), birth: try cells.read(),
            reason: try cells.read(), begins: try cells.read(), ends: try cells.read(),
            liftedAt: try cells.read(), estate: try cells.read())
    }
}

/// Whom a note may be about, for the committee.
struct FindSafetyMatches: Statement {
    struct Row {
        var id: UUID
        var note: UUID
        var person: UUID
        var name: String
        var issuer: String
        var kind: String
        var ends: Instant
        var isLifted: Bool
        var foundAt: Instant
        var decision: String?
        var reason: [UInt8]?
    }

    var wanted: UUID?
    var before = UUID(high: .max, low: .max)
    var count: Int32 = 1

    var sql: SQL {
        """
        SELECT id, note_id, person_id, display_name, issuer, kind, ends, is_lifted, found_at,
            decision, reason_sealed
        FROM linli.safety_matches(\(wanted), \(before), \(count))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Row {
        Row(
            id: try cells.read(), note: try cells.read(), person: try cells.read(),
            name: try cells.read(), issuer: try cells.read(), kind: try cells.read(),
            ends: try cells.read(), isLifted: try cells.read(), foundAt: try cells.read(),
            decision: try cells.read(), reason: try cells.read())
    }
}

/// Installations whose notes are accepted.
struct FindSafetyIssuers: Statement {
    var sql: SQL { "SELECT id, name, key, entered_at FROM linli.safety_issuers()" }

    func decode(_ cells: inout Cells) throws(PostgresError) -> [UInt8] {
        var json = JSONWriter(capacity: 256)
        json.beginObject()
        json.member("id", try cells.read(UUID.self))
        json.member("name", try cells.read(String.self))
        json.member("key", Base64.urlEncoded(try cells.read([UInt8].self)))
        json.member("entered_at", try cells.read(Instant.self))
        json.endObject()
        return json.bytes
    }
}

/// Who came to be here since a note was compared last.
struct NotesToCompare: Statement {
    struct Row {
        var note: UUID
        var whom: [UInt8]
        var person: UUID
        var name: String
        var legal: [UInt8]?
        var birth: [UInt8]?
    }

    var afterNote: UUID
    var afterPerson: UUID
    var count: Int32

    var sql: SQL {
        """
        SELECT note_id, whom_sealed, person_id, display_name, legal_sealed, birth_sealed
        FROM linli.notes_to_compare(\(afterNote), \(afterPerson), \(count))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Row {
        Row(
            note: try cells.read(), whom: try cells.read(), person: try cells.read(),
            name: try cells.read(), legal: try cells.read(), birth: try cells.read())
    }
}
