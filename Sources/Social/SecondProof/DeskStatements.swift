internal import Platform
internal import Realtime

/// Whether the principal sits at a desk of the estate.
struct AtDesk: Statement {
    var sql: SQL { "SELECT linli.at_desk()" }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Bool { try cells.read() }
}

/// What the principal may vouch for now, each as JSON.
struct OpenProofRequests: Statement {
    var sql: SQL {
        """
        SELECT id, person_id, display_name, asked_at, expires_at, is_of_household
        FROM linli.open_proof_requests_read()
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> [UInt8] {
        var json = JSONWriter(capacity: 256)
        json.beginObject()
        try cells.write("id", to: &json)
        try cells.write("person", to: &json)
        try cells.write("display_name", to: &json)
        try cells.write("asked_at", to: &json)
        try cells.write("until", to: &json)
        try cells.write("is_of_household", to: &json)
        json.endObject()
        return json.bytes
    }
}

/// The sealed day of birth of the one who asks, and the day in its estate.
struct OwnBirth: Statement {
    var sql: SQL {
        """
        SELECT s.value_sealed, (linli.instant() AT TIME ZONE e.zone)::date
        FROM linli.estate AS e
        LEFT JOIN linli.person_sealed AS s ON s.estate_id = e.estate_id
            AND s.person_id = (SELECT linli.person_id())
            AND s.field = 'birth_date'
        WHERE e.estate_id = (SELECT linli.estate_id())
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> (sealed: [UInt8]?, today: Day) {
        (try cells.read(), try cells.read())
    }
}

/// Vouches for somebody by the number on its screen.
struct Vouch: Statement {
    struct Row {
        var verdict: String
        var account: UUID?
        var how: String?
    }

    var request: UUID
    var person: UUID
    var number: Int16
    var isGrown: Bool
    var because: String?
    var officeEnds: Instant

    var sql: SQL {
        """
        SELECT verdict, account_id, how
        FROM linli.vouch(\(request), \(person), \(number), \(isGrown), \(because), \(officeEnds))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Row {
        Row(verdict: try cells.read(), account: try cells.read(), how: try cells.read())
    }
}

/// Issues a device's code on paper.
struct IssueDeviceCode: Statement {
    struct Row {
        var verdict: String
        var account: UUID?
    }

    var id: UUID
    var person: UUID
    var hash: [UInt8]
    var until: Instant

    var sql: SQL {
        """
        SELECT verdict, account_id
        FROM linli.issue_device_code(\(id), \(person), \(hash), \(until))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Row {
        Row(verdict: try cells.read(), account: try cells.read())
    }
}

/// Revokes one; whose it was.
struct RevokeDeviceCode: Statement {
    var id: UUID

    var sql: SQL { "SELECT linli.revoke_device_code(\(id))" }

    func decode(_ cells: inout Cells) throws(PostgresError) -> UUID? { try cells.read() }
}

/// Opens a desk.
struct OpenDesk: Command {
    var estate: UUID
    var id: UUID
    var hash: [UInt8]
    var label: String
    var person: UUID
    var at: Instant
    var until: Instant

    var sql: SQL {
        """
        INSERT INTO linli.desk (estate_id, id, token_hash, label, opened_by, opened_at, ends)
        VALUES (\(estate), \(id), \(hash), \(label), \(person), \(at), \(until))
        """
    }
}

/// The estate's open desks, the latest first, each as JSON.
struct OpenDesks: Statement {
    var sql: SQL {
        """
        SELECT id, label, opened_by, opened_at, ends
        FROM linli.desk
        WHERE estate_id = (SELECT linli.estate_id())
            AND closed_at IS NULL
            AND ends > (SELECT linli.instant())
        ORDER BY opened_at DESC, id
        LIMIT 100
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> [UInt8] {
        var json = JSONWriter(capacity: 256)
        json.beginObject()
        for name in ["id", "label", "opened_by", "opened_at", "until"] {
            try cells.write(name, to: &json)
        }
        json.endObject()
        return json.bytes
    }
}

/// Closes a desk that is open.
struct CloseDesk: Command {
    var id: UUID

    var sql: SQL {
        """
        UPDATE linli.desk
        SET closed_at = linli.instant()
        WHERE estate_id = (SELECT linli.estate_id())
            AND id = \(id)
            AND closed_at IS NULL
            AND ends > linli.instant()
        """
    }
}
