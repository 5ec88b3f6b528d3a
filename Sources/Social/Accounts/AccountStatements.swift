internal import Platform
internal import Realtime

/// The account that asks.
struct OwnAccount: Statement {
    struct Row {
        var id: UUID
        var language: String
    }

    var sql: SQL {
        """
        SELECT id, language
        FROM linli.account
        WHERE id = (SELECT linli.account_id())
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Row {
        Row(id: try cells.read(), language: try cells.read())
    }
}

/// The estates that the account may enter, and its person in each where it has one already.
struct OwnEstates: Statement {
    struct Row {
        var id: UUID
        var code: String
        var nameZh: String
        var nameEn: String
        var zone: String
        var person: UUID?
        var displayName: String?
    }

    var sql: SQL {
        """
        SELECT e.estate_id, e.code, e.name_zh, e.name_en, e.zone, p.id, p.display_name
        FROM linli.estate AS e
        LEFT JOIN linli.person AS p
            ON p.estate_id = e.estate_id AND p.account_id = (SELECT linli.account_id())
        ORDER BY e.estate_id
        LIMIT 200
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Row {
        Row(
            id: try cells.read(), code: try cells.read(), nameZh: try cells.read(),
            nameEn: try cells.read(), zone: try cells.read(), person: try cells.read(),
            displayName: try cells.read())
    }
}

/// The roles that the account holds now, in estates and above them.
struct OwnRoles: Statement {
    struct Row {
        var estate: UUID?
        var role: String
        var place: UUID?
        var node: UUID?
    }

    var sql: SQL {
        """
        SELECT estate_id, role, place_id, node_id
        FROM linli.own_roles_everywhere()
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Row {
        Row(
            estate: try cells.read(), role: try cells.read(), place: try cells.read(),
            node: try cells.read())
    }
}

/// The account's live sessions, the newest first, and which of them asks.
struct OwnSessions: Statement {
    struct Row {
        var id: UUID
        var deviceLabel: String
        var createdAt: Instant
        var lastSeenOn: Day
        var expiresAt: Instant
        var isCurrent: Bool
    }

    var sql: SQL {
        """
        SELECT id, device_label, created_at, last_seen_on, expires_at,
            id = (SELECT linli.session_id())
        FROM linli.session
        WHERE revoked_at IS NULL AND expires_at > (SELECT linli.instant())
        ORDER BY created_at DESC, id DESC
        LIMIT 200
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Row {
        Row(
            id: try cells.read(), deviceLabel: try cells.read(), createdAt: try cells.read(),
            lastSeenOn: try cells.read(), expiresAt: try cells.read(),
            isCurrent: try cells.read())
    }
}

/// Ends one of the account's live sessions.
struct EndSession: Command {
    var id: UUID

    var sql: SQL {
        """
        UPDATE linli.session
        SET revoked_at = linli.instant()
        WHERE id = \(id) AND revoked_at IS NULL AND expires_at > linli.instant()
        """
    }
}

/// Notes the day on which the session that asks was seen; changes nothing on the same day.
struct NoteSeen: Command {
    var sql: SQL {
        """
        UPDATE linli.session
        SET last_seen_on = (linli.instant() AT TIME ZONE 'UTC')::date
        WHERE id = (SELECT linli.session_id())
            AND last_seen_on < ((SELECT linli.instant()) AT TIME ZONE 'UTC')::date
        """
    }
}
