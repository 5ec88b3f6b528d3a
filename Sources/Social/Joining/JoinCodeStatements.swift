internal import Platform
internal import Realtime

/// The day that it is in the estate, and its zone's name.
struct EstateToday: Statement {
    var sql: SQL {
        """
        SELECT ((SELECT linli.instant()) AT TIME ZONE e.zone)::date
        FROM linli.estate AS e
        WHERE e.estate_id = (SELECT linli.estate_id())
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Day { try cells.read() }
}

/// Issues a paper code; its verdict.
struct IssueJoinCode: Statement {
    var id: UUID
    var hash: [UInt8]
    var wanted: JoinCodes.Wanted

    var sql: SQL {
        """
        SELECT linli.join_code_issue(\(id), \(hash), \(wanted.residence), \(wanted.household),
            \(wanted.person), \(wanted.standing), \(wanted.because),
            CASE WHEN \(wanted.first) > (linli.instant() AT TIME ZONE e.zone)::date
                THEN \(wanted.first)::timestamp AT TIME ZONE e.zone ELSE linli.instant() END,
            (\(wanted.last) + 1)::timestamp AT TIME ZONE e.zone)
        FROM linli.estate AS e
        WHERE e.estate_id = (SELECT linli.estate_id())
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> String { try cells.read() }
}

/// Invites somebody into a household of the principal.
struct InviteMember: Statement {
    struct Row {
        var verdict: String
        var household: UUID?
    }

    var id: UUID
    var hash: [UInt8]
    var household: UUID?
    var standing: String
    var ends: Instant

    var sql: SQL {
        """
        SELECT verdict, household_id
        FROM linli.join_invite(\(id), \(hash), \(household), \(standing), \(ends),
            \(JoinLimits.invitationsMax))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Row {
        Row(verdict: try cells.read(), household: try cells.read())
    }
}

/// Revokes a code; no row where the principal sees none.
struct RevokeJoinCode: Statement {
    struct Row {
        var verdict: String
        var household: UUID?
        var issuer: UUID
    }

    var id: UUID

    var sql: SQL { "SELECT verdict, household_id, issued_by FROM linli.join_code_revoke(\(id))" }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Row {
        Row(verdict: try cells.read(), household: try cells.read(), issuer: try cells.read())
    }
}

/// The codes that the principal sees, the latest first, each as JSON without its secret.
struct JoinCodesSeen: Statement {
    /// One code, or those of a page.
    var id: UUID?
    var isOpen = false
    var after = UUID(high: .max, low: .max)
    var count: Int64 = 1

    var sql: SQL {
        """
        SELECT c.id, c.how, c.household_id, c.residence_id, c.person_id, c.role_in_household,
            c.issued_by, c.issued_at, c.begins, c.ends, s.state, c.used_at, c.used_by
        FROM linli.join_code AS c
        CROSS JOIN LATERAL (
            SELECT CASE
                WHEN c.used_at IS NOT NULL THEN 'used'
                WHEN c.revoked_at IS NOT NULL THEN 'revoked'
                WHEN c.ends <= (SELECT linli.instant()) THEN 'expired'
                ELSE 'open' END AS state) AS s
        WHERE c.estate_id = (SELECT linli.estate_id())
            AND c.id < \(after) AND c.id = coalesce(\(id), c.id)
            AND (s.state = 'open' OR NOT \(isOpen))
        ORDER BY c.id DESC
        LIMIT \(count)
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> (id: UUID, json: [UInt8]) {
        let id = try cells.read(UUID.self)
        var json = JSONWriter(capacity: 512)
        json.beginObject()
        json.member("id", id)
        try cells.write("how", to: &json)
        for name in ["household", "residence", "person"] {
            try cells.writeIfPresent(name, to: &json)
        }
        for name in ["standing", "issued_by", "issued_at", "begins", "ends", "state"] {
            try cells.write(name, to: &json)
        }
        try cells.writeIfPresent("used_at", to: &json)
        try cells.writeIfPresent("used_by", to: &json)
        json.endObject()
        return (id, json.bytes)
    }
}
