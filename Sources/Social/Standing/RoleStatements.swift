internal import Platform
internal import Realtime

/// Every kind of role, with who gives it, each as JSON; the principal's own right beside it.
struct RoleKinds: Statement {
    var sql: SQL {
        """
        SELECT k.role::text, k.level_min, k.place_kinds, k.needs_place, k.days_max, k.is_public,
            (SELECT json_agg(json_build_object('by', g.given_by, 'reasons', g.reasons,
                'needs_ref', g.needs_ref, 'only_if_none', g.only_if_none) ORDER BY g.given_by)
            FROM linli.role_giving AS g
            WHERE g.role = k.role),
            linli.gives_role(k.role::text, NULL)
        FROM linli.role_kind AS k
        ORDER BY k.role
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> [UInt8] {
        var json = JSONWriter(capacity: 512)
        let role = try cells.read(String.self)
        let words = StandingWords.roles[role] ?? Text(zh: role, en: role)
        json.beginObject()
        json.member("role", role)
        json.member("name_zh", words.zh)
        json.member("name_en", words.en)
        for name in ["level_min", "place_kinds", "needs_place"] { try cells.write(name, to: &json) }
        try cells.writeIfPresent("days_max", to: &json)
        try cells.write("is_public", to: &json)
        try cells.write("given", to: &json)
        try cells.write("is_mine_to_give", to: &json)
        json.endObject()
        return json.bytes
    }
}

/// Terms in one state that the principal sees, by id, each as JSON.
struct RoleTerms: Statement {
    struct Row {
        var id: UUID
        var json: [UInt8]
    }

    var state: String
    var role: String?
    var person: UUID?
    var after: UUID
    var count: Int32

    var sql: SQL {
        """
        SELECT t.id, t.id, t.person_id, t.display_name, t.role, t.place_id, t.is_above, t.begins,
            CASE WHEN t.ends < 'infinity' THEN t.ends END, t.because, t.because_ref,
            t.ended_because
        FROM linli.role_terms_read(\(state), \(role), \(person), \(after), \(count)) AS t
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Row {
        let id = try cells.read(UUID.self)
        var json = JSONWriter(capacity: 512)
        json.beginObject()
        for name in ["id", "person", "display_name", "role"] { try cells.write(name, to: &json) }
        try cells.writeIfPresent("place", to: &json)
        for name in ["is_above", "begins"] { try cells.write(name, to: &json) }
        for name in ["ends", "because", "because_ref", "ended_because"] {
            try cells.writeIfPresent(name, to: &json)
        }
        json.member("state", state)
        json.endObject()
        return Row(id: id, json: json.bytes)
    }
}

/// Begins a term; its verdict.
struct BeginRole: Statement {
    var id: UUID
    var person: UUID
    var role: String
    var place: UUID?
    var begins: Instant
    var ends: Instant?
    var because: String
    var reference: String?
    var event: UUID

    var sql: SQL {
        """
        SELECT linli.begin_role(\(id), \(person), \(role), \(place), \(begins),
            coalesce(\(ends), 'infinity'), \(because), \(reference), \(event))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> String { try cells.read() }
}

/// Lets a term last longer; its verdict.
struct ExtendRole: Statement {
    var term: UUID
    var ends: Instant
    var because: String
    var reference: String?
    var event: UUID

    var sql: SQL {
        """
        SELECT linli.extend_role(\(term), \(ends), \(because), \(reference), \(event))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> String { try cells.read() }
}

/// Ends a term, now if no instant is given; its verdict.
struct EndRole: Statement {
    var term: UUID
    var ends: Instant?
    var because: String
    var event: UUID

    var sql: SQL { "SELECT linli.end_role(\(term), \(ends), \(because), \(event))" }

    func decode(_ cells: inout Cells) throws(PostgresError) -> String { try cells.read() }
}
