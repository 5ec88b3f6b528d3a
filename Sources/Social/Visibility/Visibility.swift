internal import Platform
internal import Realtime

/// "Where am I visible" (我在哪里可见): what of a person is open to whom, on one page, and one call
/// that takes it back.
enum Visibility {
    /// Writes the page.
    static func show(_ call: Call) async throws -> Response {
        let answers = try await call.answers(OwnLines.allCases.map(\.sql))
        var json = JSONWriter(capacity: 4096)
        json.beginObject()
        for (index, lines) in OwnLines.allCases.enumerated() {
            json.key(lines.rawValue)
            json.beginArray()
            try answers.forEachRow(index) { cells throws(PostgresError) in
                try lines.write(&cells, to: &json)
            }
            json.endArray()
        }
        json.endObject()
        return Response(.ok, "application/json", json.bytes)
    }

    /// Takes all of it back that can be, in one transaction.
    static func revoke(_ call: Call) async throws -> Response {
        let event = call.context.ids.next()
        return try await call.write { tx, caller in
            guard let person = caller.person,
                let counts = try await tx.run(RevokeVisibility()).first
            else { throw Stop(.notFound) }
            let draft = EventDraft(
                id: event, kind: "visibility.revoked", audience: [.person(person)],
                about: [person]
            ) { json in counts.write(to: &json) }
            try await tx.execute(AppendEvent(draft).sql)
            return .done(call.json { json in json.object { json in counts.write(to: &json) } })
        }
    }
}

/// What of one kind is open.
private enum OwnLines: String, CaseIterable {
    case links = "calendar_links"
    case sessions
    case devices
    case passkeys
    case delegations
    case guardians
    case readers

    var sql: SQL {
        switch self {
        case .links:
            """
            SELECT id, kind, place_id, created_at, last_fetched_on
            FROM linli.calendar_link
            WHERE estate_id = (SELECT linli.estate_id())
                AND person_id = (SELECT linli.person_id()) AND revoked_at IS NULL
            ORDER BY id
            LIMIT 100
            """
        case .sessions:
            """
            SELECT id, device_label, created_at, last_seen_on, proved_by,
                id = (SELECT linli.session_id())
            FROM linli.session
            WHERE account_id = (SELECT linli.account_id()) AND revoked_at IS NULL
                AND expires_at > (SELECT linli.instant())
            ORDER BY created_at DESC, id DESC
            LIMIT 200
            """
        case .devices:
            """
            SELECT id, label, created_at, expires_at, is_proof
            FROM linli.known_device
            WHERE account_id = (SELECT linli.account_id())
                AND expires_at > (SELECT linli.instant())
            ORDER BY created_at DESC, id
            LIMIT 200
            """
        case .passkeys:
            """
            SELECT id, label, created_at, last_used_on
            FROM linli.passkey
            WHERE account_id = (SELECT linli.account_id())
            ORDER BY created_at, id
            LIMIT 100
            """
        case .delegations:
            """
            SELECT id, doer_id, beneficiary_id, scope, begins, ends
            FROM linli.delegation
            WHERE estate_id = (SELECT linli.estate_id()) AND ends > (SELECT linli.instant())
                AND (SELECT linli.person_id()) IN (doer_id, beneficiary_id)
            ORDER BY begins, id
            LIMIT 200
            """
        case .guardians:
            "SELECT person_id, display_name FROM linli.own_guardians() LIMIT 20"
        case .readers:
            """
            SELECT reader_id, reader_name, reader_role, kind, purpose, at
            FROM linli.record_reads((SELECT linli.person_id()), 'infinity',
                'ffffffff-ffff-ffff-ffff-ffffffffffff', 100)
            """
        }
    }

    /// Writes one row.
    func write(_ cells: inout Cells, to json: inout JSONWriter) throws(PostgresError) {
        json.beginObject()
        switch self {
        case .guardians, .readers: try cells.write("person", to: &json)
        default: try cells.write("id", to: &json)
        }
        switch self {
        case .links:
            try cells.write("kind", to: &json)
            try cells.writeIfPresent("place", to: &json)
            try cells.write("created_at", to: &json)
            json.member("last_fetched_on", try cells.read(Day?.self))
        case .sessions:
            try cells.write("device", to: &json)
            try cells.write("created_at", to: &json)
            json.member("last_seen_on", try cells.read(Day.self))
            try cells.writeIfPresent("proved_by", to: &json)
            try cells.write("is_current", to: &json)
        case .devices:
            for name in ["label", "created_at", "expires_at", "is_proof"] {
                try cells.write(name, to: &json)
            }
        case .passkeys:
            for name in ["label", "created_at"] { try cells.write(name, to: &json) }
            json.member("last_used_on", try cells.read(Day?.self))
        case .delegations:
            for name in ["doer", "beneficiary"] { try cells.write(name, to: &json) }
            json.member("scope", try cells.read([String].self))
            for name in ["begins", "ends"] { try cells.write(name, to: &json) }
        case .guardians:
            try cells.write("display_name", to: &json)
        case .readers:
            for name in ["display_name", "role", "kind", "purpose", "at"] {
                try cells.write(name, to: &json)
            }
        }
        json.endObject()
    }
}

/// Takes back what the principal gave out of itself.
private struct RevokeVisibility: Statement {
    struct Counts {
        var links: Int64
        var sessions: Int64
        var devices: Int64
        var delegations: Int64

        func write(to json: inout JSONWriter) {
            json.member("calendar_links", links)
            json.member("sessions", sessions)
            json.member("devices", devices)
            json.member("delegations", delegations)
        }
    }

    var sql: SQL {
        "SELECT links, sessions, devices, delegations FROM linli.revoke_visibility()"
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Counts {
        Counts(
            links: try cells.read(), sessions: try cells.read(), devices: try cells.read(),
            delegations: try cells.read())
    }
}
