/// Whether the session of the principal was last seen on an earlier day.
struct IsFirstToday: Statement {
    var day: Day

    var sql: SQL {
        """
        SELECT EXISTS (
            SELECT
            FROM linli.session
            WHERE id = (SELECT linli.session_id()) AND last_seen_on < \(day))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Bool { try cells.read() }
}

/// Notes the day on which a session was seen.
struct TouchSession: Command {
    var id: UUID
    var day: Day

    var sql: SQL {
        """
        UPDATE linli.session
        SET last_seen_on = \(day)
        WHERE id = \(id) AND last_seen_on < \(day)
        """
    }
}

/// The account's person in an estate, made on its first visit where a role above gives it one.
struct PersonOf: Statement {
    var account: UUID
    var estate: UUID
    var fresh: UUID
    var at: Instant

    var sql: SQL { "SELECT linli.person_of(\(account), \(estate), \(fresh), \(at))" }

    func decode(_ cells: inout Cells) throws(PostgresError) -> UUID? { try cells.read() }
}

/// Opens a session that has its second proof: its account was proved by whoever runs this.
struct OpenSession: Command {
    var id: UUID
    var account: UUID
    var tokenHash: [UInt8]
    var deviceLabel: String
    var at: Instant
    var expiresAt: Instant
    var day: Day

    var sql: SQL {
        """
        INSERT INTO linli.session (account_id, id, token_hash, device_label, created_at,
            last_seen_on, expires_at, proved_at, proved_by, office_until)
        VALUES (\(account), \(id), \(tokenHash), \(deviceLabel), \(at), \(day), \(expiresAt),
            \(at), 'development', \(expiresAt))
        """
    }
}

struct ListSessions: Statement {
    var at: Instant

    var sql: SQL {
        """
        SELECT id, device_label, created_at, last_seen_on, expires_at
        FROM linli.session
        WHERE revoked_at IS NULL AND expires_at > \(at)
        ORDER BY created_at DESC, id DESC
        LIMIT 200
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> SessionSummary {
        SessionSummary(
            id: try cells.read(), deviceLabel: try cells.read(), createdAt: try cells.read(),
            lastSeenOn: try cells.read(), expiresAt: try cells.read())
    }
}

struct RevokeSession: Command {
    var id: UUID
    var at: Instant

    var sql: SQL {
        """
        UPDATE linli.session
        SET revoked_at = \(at)
        WHERE id = \(id) AND revoked_at IS NULL AND expires_at > \(at)
        """
    }
}
