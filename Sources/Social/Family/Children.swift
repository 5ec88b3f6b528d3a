internal import Platform
internal import Realtime

/// Children as their guardians enter and see them.
struct Children: Sendable {
    private let keyring: Keyring

    /// Days of birth sealed under the keys of this keyring.
    init(_ keyring: Keyring) { self.keyring = keyring }

    // MARK: Reading

    private static let columns = [
        "child", "display_name", "guardianship", "rights", "is_under_14", "is_with_me", "homes",
    ]

    private static func rows(_ child: UUID? = nil) -> FamilyRows {
        FamilyRows(
            names: columns,
            sql: """
                SELECT child_id, display_name, guardianship_id, rights, is_under_14, is_with_me,
                    homes
                FROM linli.children_seen(\(child))
                """)
    }

    /// Writes the children whose guardian the person is.
    static func list(_ call: Call) async throws -> Response {
        try call.page("children", try await call.read(rows()), 50)
    }

    /// Writes a page of what one of them has joined.
    static func bookings(_ call: Call) async throws -> Response {
        let limit = call.limit()
        let cursor = try call.cursor()
        if let cursor, cursor.id == nil || cursor.numbers.count != 1 {
            throw Stop(.cursorInvalid)
        }
        let (child, first) = (call.id("child"), UUID(high: 0, low: 0))
        let after = Instant(microseconds: cursor?.numbers.first ?? 0)
        let page = BookingRows(
            child: child, after: after, afterID: cursor?.id ?? first, count: Int32(limit + 1))
        let (rows, may) = try await call.read(page, MayJoin(child: child))
        guard may.first == true else { throw Stop(.notFound) }
        var response = call.json(capacity: 4096) { json in
            json.object { json in
                json.key("bookings")
                json.array { json in
                    for row in rows.prefix(Int(limit)) { json.raw(row.json) }
                }
            }
        }
        if rows.count > limit, let last = rows.prefix(Int(limit)).last {
            let next = Cursor(last.begins.microseconds, id: last.id)
            response.add("Link", try call.link(next: next))
        }
        return response
    }

    // MARK: Entering

    /// Enters a child into the person's own household, as its guardian.
    func enter(_ call: Call) async throws -> Response {
        guard let name = try Joining.name(call.body), let birth = try Joining.birth(call.body),
            let household = call.bodyID("household"),
            let standing = call.body["standing"]?.text, let days = AgeDays(born: birth)
        else { throw Stop(.invalid) }
        let vault = PersonVault(keyring, of: call.id("estate"))
        let ids = call.context.ids
        let (child, guardianship, event): (UUID, UUID, UUID) = (ids.next(), ids.next(), ids.next())
        let sealed = try vault.seal(birth.description, .birthDate, of: child)
        return try await call.write { tx, _ in
            let found = try await tx.run(
                OpenChild(household: household, name: name, standing: standing))
            guard let own = found.first, own.verdict == "open" else {
                return FamilyRefusal.outcome(found.first?.verdict)
            }
            if let refused = try Self.refusal(own, birth, days, vault) {
                return .refused(Problem(refused))
            }
            for other in found.dropFirst() {
                guard let person = other.person else { continue }
                if try Household.birth(person, other.sealed, vault) == birth {
                    return .refused(Problem(.personThere))
                }
            }
            _ = try await tx.execute(
                """
                SELECT linli.enter_child(\(child), \(guardianship), \(household), \(name),
                    \(standing), \(sealed), \(days.fourteen), \(days.eighteen), \(event))
                """)
            guard let row = try await tx.run(Self.rows(child)).first else {
                return .refused(Problem(.notFound))
            }
            return .done(Response(.created, "application/json", row.json))
        }
    }

    /// Why who asks may not enter a child born on a day.
    private static func refusal(
        _ own: OpenChild.Row, _ birth: CalendarDate, _ days: AgeDays, _ vault: PersonVault
    ) throws -> ProblemKind? {
        guard birth.description <= own.today.description else {
            throw Joining.fault(
                "/birth_date",
                Text(zh: "生日不能在今天之后。", en: "The day of birth is not after today."))
        }
        if let person = own.person,
            try Household.isChild(person, birth: own.sealed, on: own.today, vault) == true
        {
            return .adultsOnly
        }
        return days.eighteen <= own.today ? .notAChild : nil
    }

    // MARK: Homes

    /// Says on which days of some weeks a child is with the person.
    static func setHome(_ call: Call) async throws -> Response {
        let (child, event) = (call.id("child"), call.context.ids.next())
        guard let household = call.bodyID("household"), let weeks = call.body["weeks"]?.integer,
            let monday = call.body["monday"]?.text.flatMap({ Day($0) }),
            let days = call.body["days"]?.elements?.compactMap({ $0.integer })
        else { throw Stop(.invalid) }
        // 1970-01-05 was a Monday.
        guard (monday.daysSinceEpoch - 4) % 7 == 0 else {
            throw Joining.fault("/monday", Text(zh: "请填某个星期一。", en: "Give a Monday."))
        }
        guard days.allSatisfy({ $0 < weeks * 7 }), [1, 2, 4].contains(weeks) else {
            throw Joining.fault(
                "/days",
                Text(
                    zh: "以 1、2 或 4 周为一轮，天数从 0 起、在一轮之内。",
                    en: "Weeks are 1, 2 or 4, and days count from 0 within them."))
        }
        let set = FamilyVerdict(
            sql: """
                SELECT linli.set_home(\(child), \(household), \(Int32(weeks)), \(monday),
                    \(Array(Set(days)).sorted().map { Int32($0) }), \(event))
                """)
        return try await answer(call, child, set)
    }

    /// Says that one day is otherwise.
    static func setDay(_ call: Call) async throws -> Response {
        let (child, event) = (call.id("child"), call.context.ids.next())
        guard let household = call.bodyID("household"),
            let day = call.body["day"]?.text.flatMap({ Day($0) }),
            let isHere = call.body["is_here"]?.bool
        else { throw Stop(.invalid) }
        let set = FamilyVerdict(
            sql: "SELECT linli.set_day(\(child), \(household), \(day), \(isHere), \(event))")
        return try await answer(call, child, set)
    }

    private static func answer(
        _ call: Call, _ child: UUID, _ act: FamilyVerdict
    ) async throws -> Response {
        try await call.write { tx, _ in
            let verdict = try await tx.run(act).first
            guard verdict == "set", let row = try await tx.run(rows(child)).first else {
                return FamilyRefusal.outcome(verdict)
            }
            return .done(Response(.ok, "application/json", row.json))
        }
    }
}

/// Looks at where a child is to be entered; then a row for each namesake there.
private struct OpenChild: Statement {
    struct Row {
        var verdict: String
        var person: UUID?
        var sealed: [UInt8]?
        var today: Day
    }

    var household: UUID
    var name: String
    var standing: String

    var sql: SQL {
        """
        SELECT verdict, person_id, birth_sealed, today
        FROM linli.open_child(\(household), \(name), \(standing))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Row {
        Row(
            verdict: try cells.read(), person: try cells.read(), sealed: try cells.read(),
            today: try cells.read())
    }
}

/// A page of what a child has joined, each as JSON.
private struct BookingRows: Statement {
    struct Row {
        var id: UUID
        var begins: Instant
        var json: [UInt8]
    }

    var child: UUID
    var after: Instant
    var afterID: UUID
    var count: Int32

    var sql: SQL {
        """
        SELECT reservation_id, begins, occurrence_id, state, is_mine, ends, title_zh, until,
            title_en, checked_in_at, checked_out_at
        FROM linli.child_bookings(linli.seen_child(\(child)), \(after), \(afterID), \(count))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Row {
        var json = JSONWriter(capacity: 512)
        json.beginObject()
        let (id, begins): (UUID, Instant) = (try cells.read(), try cells.read())
        json.member("reservation", id)
        json.member("begins", begins)
        for name in ["occurrence", "state", "is_mine", "ends", "title_zh"] {
            try cells.write(name, to: &json)
        }
        for name in ["until", "title_en", "checked_in_at", "checked_out_at"] {
            try cells.writeIfPresent(name, to: &json)
        }
        json.endObject()
        return Row(id: id, begins: begins, json: json.bytes)
    }
}

/// Whether the principal, for itself, may join a child to activities.
private struct MayJoin: Statement {
    var child: UUID

    var sql: SQL {
        """
        SELECT linli.beneficiary_id() IS NULL
            AND linli.has_guardian_right(
                linli.person_id(), linli.seen_child(\(child)), 'activities')
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Bool { try cells.read() }
}
