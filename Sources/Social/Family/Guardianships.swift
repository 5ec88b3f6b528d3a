internal import Platform
internal import Realtime

/// Who guards a child: by its own word in a household, or by an office's record.
struct Guardianships: Sendable {
    private let keyring: Keyring

    /// Days of birth opened under the keys of this keyring.
    init(_ keyring: Keyring) { self.keyring = keyring }

    private static let columns = [
        "id", "child", "guardian", "rights", "how", "begins", "ends", "evidence", "ended_because",
        "objection",
    ]

    private static func rows(
        _ id: UUID? = nil, child: UUID? = nil, after: UUID = UUID(high: 0, low: 0),
        count: Int64 = 1
    ) -> FamilyRows {
        FamilyRows(
            names: columns,
            sql: """
                SELECT id, child_id, guardian_id, rights, how, begins,
                    CASE WHEN ends < 'infinity' THEN ends END, evidence, ended_because, objection
                FROM linli.guardianships_read(\(id), \(child), \(after), \(Int32(count)))
                """)
    }

    /// Writes a page of those that concern the person.
    static func list(_ call: Call) async throws -> Response {
        let limit = call.limit()
        let page = rows(
            child: call.text("child").flatMap { UUID($0) },
            after: try call.cursor()?.id ?? UUID(high: 0, low: 0), count: limit + 1)
        return try call.page("guardianships", try await call.read(page), limit)
    }

    /// Declares the person a guardian; or records another as one, by an office.
    func begin(_ call: Call) async throws -> Response {
        guard let child = call.bodyID("child") else { throw Stop(.invalid) }
        let record = try Record(call.body)
        let vault = PersonVault(keyring, of: call.id("estate"))
        let (id, event): (UUID, UUID) = (call.context.ids.next(), call.context.ids.next())
        return try await call.write { tx, caller in
            let birth = try await tx.run(ChildBirth(child: child)).first
            guard let birth, let own = caller.person else { return .refused(Problem(.notFound)) }
            guard let born = try Household.birth(child, birth.sealed, vault),
                let days = AgeDays(born: born), days.eighteen > birth.today
            else { return .refused(Problem(.notAChild)) }
            if let until = record?.until, until <= tx.instant {
                throw Joining.fault(
                    "/ends", Text(zh: "请填写将来的时刻。", en: "Give an instant to come."))
            }
            let grown = try await isGrown(record?.guardian ?? own, tx, vault)
            guard grown else { return .refused(Problem(.adultsOnly)) }
            let act = Self.act(id, child, record, days, event)
            let verdict = try await tx.run(act).first
            guard verdict == "begun", let row = try await tx.run(Self.rows(id)).first else {
                return FamilyRefusal.outcome(verdict)
            }
            return .done(Response(.created, "application/json", row.json))
        }
    }

    private func isGrown(
        _ person: UUID, _ tx: Transaction, _ vault: PersonVault
    ) async throws -> Bool {
        try await !Activities.isChild(person, tx, vault)
    }

    private static func act(
        _ id: UUID, _ child: UUID, _ record: Record?, _ days: AgeDays, _ event: UUID
    ) -> FamilyVerdict {
        guard let record else {
            return FamilyVerdict(
                sql: """
                    SELECT linli.declare_guardianship(\(id), \(child), \(days.fourteen),
                        \(days.eighteen), \(event))
                    """)
        }
        return FamilyVerdict(
            sql: """
                SELECT linli.record_guardianship(\(id), \(record.guardian), \(child),
                    \(record.rights), \(record.evidence), coalesce(\(record.until), 'infinity'),
                    \(days.fourteen), \(days.eighteen), \(event))
                """)
    }

    /// Ends one: lays down one's own, or ends another's by an office.
    static func end(_ call: Call) async throws -> Response {
        let (id, event) = (call.id("guardianship"), call.context.ids.next())
        guard let because = call.body["because"]?.text else { throw Stop(.invalid) }
        return try await call.write { tx, _ in
            let act = FamilyVerdict(
                sql: "SELECT linli.end_guardianship(\(id), \(because), \(event))")
            let verdict = try await tx.run(act).first
            guard verdict == "ended" else { return FamilyRefusal.outcome(verdict) }
            return .done(Response(.noContent))
        }
    }

    /// Objects to a guardianship, or to a purpose for a child: a person decides.
    static func object(_ call: Call) async throws -> Response {
        let (id, event): (UUID, UUID) = (call.context.ids.next(), call.context.ids.next())
        let (guardianship, child) = (call.bodyID("guardianship"), call.bodyID("child"))
        let purpose = call.body["purpose"]?.text
        guard let because = call.body["because"]?.text else { throw Stop(.invalid) }
        guard (guardianship == nil) == (purpose != nil), (child == nil) == (purpose == nil) else {
            throw Joining.fault(
                "/guardianship",
                Text(
                    zh: "请只填 guardianship，或填 child 和 purpose。",
                    en: "Send guardianship alone, or child and purpose."))
        }
        return try await call.write { tx, _ in
            let act = FamilyVerdict(
                sql: """
                    SELECT linli.object_family(\(id), \(guardianship), \(child), \(purpose),
                        \(because), \(event))
                    """)
            let verdict = try await tx.run(act).first
            guard verdict == "raised" else { return FamilyRefusal.outcome(verdict) }
            return .done(
                call.json(.created) { json in json.object { json in json.member("id", id) } })
        }
    }

    /// Decides an objection.
    static func decide(_ call: Call) async throws -> Response {
        let (id, event) = (call.id("objection"), call.context.ids.next())
        guard let decision = call.body["decision"]?.text,
            let because = call.body["because"]?.text
        else { throw Stop(.invalid) }
        return try await call.write { tx, _ in
            let act = FamilyVerdict(
                sql: "SELECT linli.decide_objection(\(id), \(decision), \(because), \(event))")
            let verdict = try await tx.run(act).first
            guard verdict == "decided" else { return FamilyRefusal.outcome(verdict) }
            return .done(Response(.noContent))
        }
    }

    /// What an office records.
    private struct Record {
        var guardian: UUID
        var rights: [String]
        var evidence: String
        var until: Instant?

        /// `nil`: the person speaks for itself.
        init?(_ body: JSON) throws(Stop) {
            guard let guardian = body["guardian"]?.text.flatMap({ UUID($0) }) else { return nil }
            self.guardian = guardian
            rights = body["rights"]?.elements?.compactMap(\.text) ?? FamilySchemas.rightNames
            guard let evidence = body["evidence"]?.text else {
                throw Joining.fault(
                    "/evidence",
                    Text(zh: "请写明看过什么证明。", en: "Say which evidence was shown."))
            }
            self.evidence = evidence
            until = body["ends"]?.text.flatMap { Instant($0) }
        }
    }
}

/// The sealed day of birth of whom the principal may call a child.
private struct ChildBirth: Statement {
    var child: UUID

    var sql: SQL { "SELECT birth_sealed, today FROM linli.child_birth(\(child))" }

    func decode(_ cells: inout Cells) throws(PostgresError) -> (sealed: [UInt8]?, today: Day) {
        (try cells.read(), try cells.read())
    }
}
