internal import Platform
internal import Realtime

/// Proves a person in person; its verdict.
struct GiveProof: Statement {
    var id: UUID
    var person: UUID
    var because: String
    var ends: Instant?
    var event: UUID

    var sql: SQL {
        """
        SELECT linli.give_proof(\(id), \(person), \(because), coalesce(\(ends), 'infinity'),
            \(event))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> String { try cells.read() }
}

/// Takes a proof back; its verdict.
struct WithdrawProof: Statement {
    var person: UUID
    var proof: UUID
    var because: String
    var event: UUID

    var sql: SQL { "SELECT linli.withdraw_proof(\(person), \(proof), \(because), \(event))" }

    func decode(_ cells: inout Cells) throws(PostgresError) -> String { try cells.read() }
}

/// Whether the principal may prove people, and this one is there; then its reading is logged.
struct MayProve: Statement {
    var person: UUID

    var sql: SQL {
        "SELECT linli.proofs_read(\(person))"
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Bool { try cells.read() }
}

/// The proofs of a person that the principal sees, the latest first, each as JSON.
struct ProofsSeen: Statement {
    var person: UUID
    var id: UUID?

    var sql: SQL {
        """
        SELECT f.id, f.level, f.how, f.household_id, f.proved_at,
            CASE WHEN f.ends < 'infinity' THEN f.ends END, f.because, f.by_person_id,
            f.withdrawn_at, f.withdrawn_because
        FROM linli.proof AS f
        WHERE f.estate_id = (SELECT linli.estate_id()) AND f.person_id = \(person)
            AND f.id = coalesce(\(id), f.id)
        ORDER BY f.proved_at DESC, f.id DESC
        LIMIT 100
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> [UInt8] {
        var json = JSONWriter(capacity: 512)
        json.beginObject()
        for name in ["id", "level", "how"] { try cells.write(name, to: &json) }
        try cells.writeIfPresent("household", to: &json)
        try cells.write("proved_at", to: &json)
        for name in ["ends", "because", "by", "withdrawn_at", "withdrawn_because"] {
            try cells.writeIfPresent(name, to: &json)
        }
        json.endObject()
        return json.bytes
    }
}

/// How well the principal is known.
struct OwnStanding: Statement {
    struct Row {
        var level: String
        var isClaimed: Bool
    }

    var sql: SQL { "SELECT linli.own_level(), linli.claimed(linli.person_id())" }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Row {
        Row(level: try cells.read(), isClaimed: try cells.read())
    }
}

/// The principal's own proofs, the latest first, each as JSON: who gave one and why stays with the
/// operators.
struct OwnProofs: Statement {
    var sql: SQL {
        """
        SELECT f.id, f.level, f.how, f.household_id, f.proved_at,
            CASE WHEN f.ends < 'infinity' THEN f.ends END, f.withdrawn_at, f.withdrawn_because
        FROM linli.proof AS f
        WHERE f.estate_id = (SELECT linli.estate_id())
            AND f.person_id = (SELECT linli.person_id())
        ORDER BY f.proved_at DESC, f.id DESC
        LIMIT 100
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> [UInt8] {
        var json = JSONWriter(capacity: 256)
        json.beginObject()
        for name in ["id", "level", "how"] { try cells.write(name, to: &json) }
        try cells.writeIfPresent("household", to: &json)
        try cells.write("proved_at", to: &json)
        for name in ["ends", "withdrawn_at", "withdrawn_because"] {
            try cells.writeIfPresent(name, to: &json)
        }
        json.endObject()
        return json.bytes
    }
}
