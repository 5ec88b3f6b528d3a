internal import Platform
internal import Realtime

/// The principal's ties, by id, each as JSON.
struct OwnTies: Statement {
    struct Row {
        var id: UUID
        var json: [UInt8]
    }

    var after: UUID
    var count: Int32

    var sql: SQL {
        """
        SELECT t.id, t.id, t.kind, t.person_id, t.display_name, t.state, t.since, t.until
        FROM linli.own_ties(\(after), \(count)) AS t
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Row {
        let id = try cells.read(UUID.self)
        var json = JSONWriter(capacity: 256)
        json.beginObject()
        for name in ["id", "kind", "person", "display_name", "state", "since"] {
            try cells.write(name, to: &json)
        }
        try cells.writeIfPresent("until", to: &json)
        json.endObject()
        return Row(id: id, json: json.bytes)
    }
}

/// What became of a tie that somebody wants.
struct TieOutcome {
    var verdict: String
    var tie: UUID?

    init(_ cells: inout Cells) throws(PostgresError) {
        verdict = try cells.read()
        tie = try cells.read()
    }
}

/// Claims a tie.
struct ClaimTie: Statement {
    var id: UUID
    var person: UUID
    var kind: String
    var event: UUID

    var sql: SQL {
        """
        SELECT c.verdict, c.tie
        FROM linli.claim_tie(\(id), \(person), \(kind), \(TieLimits.openMax), \(event)) AS c
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> TieOutcome {
        try TieOutcome(&cells)
    }
}

/// Confirms a claim; its verdict.
struct ConfirmTie: Statement {
    var tie: UUID
    var event: UUID

    var sql: SQL { "SELECT linli.confirm_tie(\(tie), \(event))" }

    func decode(_ cells: inout Cells) throws(PostgresError) -> String { try cells.read() }
}

/// Declines, takes back or ends a tie; its verdict.
struct EndTie: Statement {
    var tie: UUID
    var event: UUID

    var sql: SQL { "SELECT linli.end_tie(\(tie), \(event))" }

    func decode(_ cells: inout Cells) throws(PostgresError) -> String { try cells.read() }
}

/// Keeps a fresh code; its verdict.
struct IssueTieCode: Statement {
    var id: UUID
    var hash: [UInt8]
    var kind: String
    var ends: Instant

    var sql: SQL {
        """
        SELECT linli.issue_tie_code(\(id), \(hash), \(kind), \(ends), \(TieLimits.codesPerDay))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> String { try cells.read() }
}

/// Uses a code.
struct UseTieCode: Statement {
    var shown: [UInt8]
    var id: UUID
    var event: UUID

    var sql: SQL {
        """
        SELECT c.verdict, c.tie
        FROM linli.use_tie_code(\(shown), \(id), \(TieLimits.triesPerHour), \(event)) AS c
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> TieOutcome {
        try TieOutcome(&cells)
    }
}
