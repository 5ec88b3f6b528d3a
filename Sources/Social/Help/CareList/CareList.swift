internal import Platform
internal import Realtime

/// The care list: on whom somebody calls at a cadence, whose turn it is, and what came of it.
struct CareList {
    var keyring: Keyring

    private func vault(_ call: Call) -> EstateVault { EstateVault(keyring, of: call.id("estate")) }

    /// What stands before the first day that may be due.
    private static let firstDay: Int64 = -1

    // MARK: Acting

    /// Enters somebody.
    func enter(_ call: Call) async throws -> Response {
        let (id, event) = (call.context.ids.next() as UUID, call.context.ids.next() as UUID)
        guard let person = call.bodyID("person") else { throw Stop(.invalid) }
        let steward = call.bodyID("steward")
        let cadence = call.body["class"]?.text ?? ""
        let (named, due) = (Self.named(call), call.body["due"]?.text.flatMap { Day($0) })
        guard due != nil || call.body["due"] == nil else { throw Stop(.careDue) }
        let because = try call.body["because"]?.text.map {
            try vault(call).seal($0, .careBecause, of: id)
        }
        return try await call.write { tx, _ in
            let verdict = try await tx.run(
                GoodsVerdict(
                    sql: """
                        SELECT linli.care_enter(\(event), \(id), \(person), \(cadence),
                            \(steward), \(named), \(because), \(due))
                        """)
            ).first
            if let refusal = ProblemKind.ofCare(verdict) { return .refused(Problem(refusal)) }
            return .done(call.json(.created) { $0.object { $0.member("id", id) } })
        }
    }

    private static func named(_ call: Call) -> [UUID] {
        (call.body["named"]?.elements ?? []).compactMap { $0.text.flatMap { UUID($0) } }
    }

    /// Changes class, steward, and who takes turns.
    static func change(_ call: Call) async throws -> Response {
        let (entry, event) = (call.id("entry"), call.context.ids.next() as UUID)
        let (cadence, named) = (call.body["class"]?.text ?? "", named(call))
        let steward = call.bodyID("steward")
        return try await verdict(
            call,
            """
            SELECT linli.care_change(\(event), \(entry), \(cadence), \(steward), \(named))
            """)
    }

    /// Takes somebody off the list.
    static func end(_ call: Call) async throws -> Response {
        let (entry, event) = (call.id("entry"), call.context.ids.next() as UUID)
        return try await verdict(call, "SELECT linli.care_end(\(event), \(entry))")
    }

    /// Runs an act, and answers with nothing or why not.
    private static func verdict(_ call: Call, _ sql: SQL) async throws -> Response {
        try await call.write { tx, _ in
            let verdict = try await tx.run(GoodsVerdict(sql: sql)).first
            if let refusal = ProblemKind.ofCare(verdict) { return .refused(Problem(refusal)) }
            return .done(Response(.noContent))
        }
    }

    /// Writes down a contact.
    func record(_ call: Call) async throws -> Response {
        let (id, event) = (call.context.ids.next() as UUID, call.context.ids.next() as UUID)
        let entry = call.id("entry")
        let (kind, outcome) = (call.body["kind"]?.text ?? "", call.body["outcome"]?.text ?? "")
        let note = try call.body["note"]?.text.map {
            try vault(call).seal($0, .careNote, of: id)
        }
        return try await call.write { tx, _ in
            let verdict = try await tx.run(
                GoodsVerdict(
                    sql: """
                        SELECT linli.care_record(\(event), \(id), \(entry), \(kind), \(outcome),
                            \(note))
                        """)
            ).first
            if verdict == "there" { return .refused(Problem(.careContactThere)) }
            if let refusal = ProblemKind.ofCare(verdict) { return .refused(Problem(refusal)) }
            return .done(call.json(.created) { $0.object { $0.member("id", id) } })
        }
    }

    /// Sets how many days there are between contacts of a class.
    static func setClass(_ call: Call) async throws -> Response {
        let (of, event) = (call.text("class") ?? "", call.context.ids.next() as UUID)
        let days = Int32(clamping: call.body["days"]?.integer ?? 0)
        return try await verdict(call, "SELECT linli.care_cadence_set(\(event), \(of), \(days))")
    }

    /// Sets the hours in which nobody is woken.
    static func setQuiet(_ call: Call) async throws -> Response {
        let event: UUID = call.context.ids.next()
        let begins = Int32(clamping: call.body["begins"]?.integer ?? 0)
        let ends = Int32(clamping: call.body["ends"]?.integer ?? 0)
        guard begins != ends else { throw GoodsIntake.fault("/ends", sameMinute) }
        return try await verdict(
            call, "SELECT linli.quiet_hours_set(\(event), \(begins), \(ends))")
    }

    private static let sameMinute = Text(
        zh: "请填与开始不同的时刻。", en: "Give another minute than that of the begin.")

    // MARK: Reading

    private static let members = [
        "person", "display_name", "residence_zh", "class", "basis", "steward", "steward_name",
        "turn", "turn_name", "due", "is_overdue", "is_paused", "last_contact_at", "last_outcome",
        "misses", "entered_by", "entered_at", "named", "ended_at",
    ]

    /// Writes a page, the most overdue first; that is logged.
    static func list(_ call: Call) async throws -> Response {
        let limit = call.limit()
        let after = try call.cursor()
        let day = Int32(clamping: after?.numbers.first ?? firstDay)
        let id = after?.id ?? UUID(high: 0, low: 0)
        let page = GoodsRows(
            members: members, isSorted: true,
            sql: """
                SELECT number, id, person_id, display_name, residence_zh, class, basis, steward_id,
                    steward_name, turn_id, turn_name, due_on, is_overdue, is_paused,
                    last_contact_at, last_outcome, misses, entered_by, entered_at, named, ended_at
                FROM linli.care_read(NULL, date '2000-01-01' + \(day), \(id), \(limit + 1))
                """)
        let (may, rows) = try await call.read(MayRead(kind: "care_list", purpose: "care"), page)
        guard may.first == true else { throw Stop(.notFound) }
        return try GoodsRows.page(call, "entries", rows, limit: limit)
    }

    /// Writes one entry with its contacts; that is logged.
    func one(_ call: Call) async throws -> Response {
        let entry = call.id("entry")
        let vault = vault(call)
        let (rows, contacts) = try await call.read(
            CareEntryRow(members: Self.members, entry: entry), CareContactRows(entry: entry))
        guard let row = rows.first else { throw Stop(.notFound) }
        return try call.json(capacity: 4096) { json in
            json.beginObject()
            json.key("entry")
            json.raw(row.json)
            if let because = row.because {
                json.member("because", try vault.open(because, .careBecause, of: entry))
            }
            json.key("contacts")
            try json.array { json in
                for contact in contacts {
                    try json.object { json in
                        json.member("id", contact.id)
                        json.member("by", contact.by)
                        json.member("kind", contact.kind)
                        json.member("outcome", contact.outcome)
                        json.member("at", contact.at)
                        if let note = contact.note {
                            json.member("note", try vault.open(note, .careNote, of: contact.id))
                        }
                    }
                }
            }
            json.endObject()
        }
    }

    /// Writes that one is on the list, by whom, and who comes next.
    static func own(_ call: Call) async throws -> Response {
        try await call.read(
            NeedRows(
                members: [
                    "id", "class", "basis", "entered_at", "entered_by", "entered_name", "steward",
                    "steward_name", "turn", "turn_name", "last_contact_at", "due", "is_paused",
                ],
                sql: """
                    SELECT id, class, basis, entered_at, entered_by, entered_name, steward_id,
                        steward_name, turn_id, turn_name, last_contact_at, due_on, is_paused
                    FROM linli.own_care()
                    """)
        ).response(call, "entries")
    }

    /// Writes on whom the person calls next.
    static func turns(_ call: Call) async throws -> Response {
        try await call.read(
            NeedRows(
                members: [
                    "id", "person", "display_name", "residence_zh", "due", "is_overdue",
                ],
                sql: """
                    SELECT id, person_id, display_name, residence_zh, due_on, is_overdue
                    FROM linli.care_turns()
                    """)
        ).response(call, "turns")
    }

    /// Writes the classes.
    static func classes(_ call: Call) async throws -> Response {
        let rows = try await call.read(
            NeedRows(
                members: ["class", "days", "title_zh", "title_en"],
                sql: "SELECT class, days, title_zh, title_en FROM linli.care_classes()"))
        guard !rows.isEmpty else { throw Stop(.notFound) }
        return rows.response(call, "classes")
    }

    /// Writes the hours in which nobody is woken.
    static func quiet(_ call: Call) async throws -> Response {
        let rows = try await call.read(
            NeedRows(
                members: ["begins", "ends"],
                sql: "SELECT begins, ends FROM linli.quiet_hours_of()"))
        guard let row = rows.first else { throw Stop(.notFound) }
        return Response(.ok, "application/json", row)
    }
}

/// One entry as it is shown, and the office's reason, sealed.
struct CareEntryRow: Statement {
    var members: [String]
    var entry: UUID

    var sql: SQL {
        """
        SELECT id, because_sealed, person_id, display_name, residence_zh, class, basis, steward_id,
            steward_name, turn_id, turn_name, due_on, is_overdue, is_paused, last_contact_at,
            last_outcome, misses, entered_by, entered_at, named, ended_at
        FROM linli.care_read(\(entry), date '2000-01-01', \(UUID(high: 0, low: 0)), 1)
        """
    }

    func decode(
        _ cells: inout Cells
    ) throws(PostgresError) -> (json: [UInt8], because: [UInt8]?) {
        let id = try cells.read(UUID.self)
        let because = try cells.read([UInt8]?.self)
        var json = JSONWriter(capacity: 768)
        json.beginObject()
        json.member("id", id)
        for name in members { try cells.writeIfPresent(name, to: &json) }
        json.endObject()
        return (json.bytes, because)
    }
}

/// The contacts of an entry, the latest first.
struct CareContactRows: Statement {
    struct Row {
        var id: UUID
        var by: UUID
        var kind: String
        var outcome: String
        var at: Instant
        /// As it is sealed.
        var note: [UInt8]?
    }

    var entry: UUID

    var sql: SQL {
        """
        SELECT id, by_id, kind, outcome, at, note_sealed
        FROM linli.care_contacts(\(entry))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Row {
        Row(
            id: try cells.read(), by: try cells.read(), kind: try cells.read(),
            outcome: try cells.read(), at: try cells.read(), note: try cells.read())
    }
}
