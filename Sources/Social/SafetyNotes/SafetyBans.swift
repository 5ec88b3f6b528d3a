internal import Platform
internal import Realtime

/// Safety bans (安全禁令): the residents' committee decides on evidence, for a term; the person reads why,
/// and appeals to another member.
struct SafetyBans: Sendable {
    /// Longest term in days.
    static let daysMax: Int64 = 1830
    /// What for.
    static let kinds = ["harassment", "violence", "fraud", "children", "other"]

    let keyring: Keyring

    /// Sealing under the keys of this keyring.
    init(_ keyring: Keyring) { self.keyring = keyring }

    func vault(_ call: Call) -> EstateVault { EstateVault(keyring, of: call.id("estate")) }

    // MARK: Reading

    /// Writes a page of the bans that the committee decides on, or of one's own.
    func list(_ call: Call, own isOwn: Bool) async throws -> Response {
        let limit = call.limit()
        let rows = try await call.read(
            FindSafetyBans(
                isOwn: isOwn, before: try call.cursor()?.id ?? UUID(high: .max, low: .max),
                count: Int32(limit + 1)))
        let shown = try rows.prefix(Int(limit)).map { try json(of: $0, vault(call), isOwn) }
        var response = call.json(capacity: 4096) { json in
            json.object { json in
                json.key("bans")
                json.array { json in
                    for row in shown { json.raw(row) }
                }
            }
        }
        if rows.count > limit, let last = rows.prefix(Int(limit)).last {
            response.add("Link", try call.link(next: Cursor(id: last.id)))
        }
        return response
    }

    private func json(
        of row: FindSafetyBans.Row, _ vault: EstateVault, _ isOwn: Bool
    ) throws -> [UInt8] {
        let reason = try vault.open(row.reason, .banReason, of: row.id)
        let evidence = try row.evidence.map { try vault.open($0, .banEvidence, of: row.id) }
        var json = JSONWriter(capacity: 1024)
        json.beginObject()
        json.member("id", row.id)
        if !isOwn {
            json.member("person", row.person)
            json.member("display_name", row.name)
            json.memberIfPresent("decided_by", row.decidedBy)
        }
        json.member("kind", row.kind)
        json.member("reason", reason)
        json.memberIfPresent("evidence", evidence)
        json.member("begins", row.begins)
        json.member("until", row.ends)
        json.memberIfPresent("lifted_at", row.liftedAt)
        if let appeal = row.appeal, let words = row.words, let at = row.appealedAt {
            let said = try vault.open(words, .banAppealWords, of: appeal)
            let answer = try row.answer.map { try vault.open($0, .banAppealAnswer, of: appeal) }
            json.key("appeal")
            json.object { json in
                json.member("id", appeal)
                json.member("words", said)
                json.member("at", at)
                json.memberIfPresent("outcome", row.outcome)
                json.memberIfPresent("answer", answer)
            }
        }
        json.endObject()
        return json.bytes
    }

    // MARK: Deciding

    /// Sets a ban.
    func set(_ call: Call) async throws -> Response {
        let (id, event) = (call.context.ids.next() as UUID, call.context.ids.next() as UUID)
        guard let person = call.bodyID("person"), let kind = call.body["kind"]?.text,
            let reason = call.body["reason"]?.text, let evidence = call.body["evidence"]?.text
        else { throw Stop(.invalid) }
        let until = try Self.until(call)
        let vault = vault(call)
        let sealed = (
            reason: try vault.seal(reason, .banReason, of: id),
            evidence: try vault.seal(evidence, .banEvidence, of: id)
        )
        let act = SafetyVerdict(
            sql: """
                SELECT linli.set_ban(\(id), \(person), \(kind), \(sealed.reason),
                    \(sealed.evidence), \(until), NULL, \(event))
                """)
        return try await call.write { tx, _ in
            let verdict = try await tx.run(act).first
            guard verdict == "set" else { return .refused(Problem.ofSafety(verdict)) }
            return .done(
                call.json(.created) { json in
                    json.object { json in
                        json.member("id", id)
                        json.member("begins", tx.instant)
                        json.member("until", until)
                    }
                })
        }
    }

    /// Until when it lasts.
    static func until(_ call: Call) throws(Stop) -> Instant {
        let now = call.context.clock.now()
        guard let until = call.body["until"]?.text.flatMap({ Instant($0) }), until > now,
            until <= now + .seconds(daysMax * 86_400)
        else {
            throw Stop(
                Problem(
                    .invalid,
                    faults: [
                        Problem.Fault(
                            "/until",
                            Text(
                                zh: "到期时间须在将来，最长五年。",
                                en: "It ends in the future, within five years."))
                    ]))
        }
        return until
    }

    /// Lifts a ban; whoever received a note of it is sent the lifting.
    static func lift(_ call: Call) async throws -> Response {
        let (id, event) = (call.id("ban"), call.context.ids.next())
        let act = SafetyVerdict(sql: "SELECT linli.lift_ban(\(id), \(event))")
        return try await call.write { tx, _ in
            let verdict = try await tx.run(act).first
            guard verdict == "lifted" else { return .refused(Problem.ofSafety(verdict)) }
            return .done(Response(.noContent))
        }
    }

    // MARK: Appeals

    /// Appeals against one's own ban, once.
    func appeal(_ call: Call) async throws -> Response {
        let (ban, id) = (call.id("ban"), call.context.ids.next() as UUID)
        guard let words = call.body["words"]?.text else { throw Stop(.invalid) }
        let sealed = try vault(call).seal(words, .banAppealWords, of: id)
        let act = SafetyVerdict(sql: "SELECT linli.appeal_ban(\(id), \(ban), \(sealed))")
        return try await call.write { tx, _ in
            let verdict = try await tx.run(act).first
            guard verdict == "appealed" else { return .refused(Problem.ofSafety(verdict)) }
            return .done(Response(.noContent))
        }
    }

    /// Decides on an appeal: another member than decided on the ban.
    func decide(_ call: Call) async throws -> Response {
        let (ban, event) = (call.id("ban"), call.context.ids.next())
        guard let outcome = call.body["outcome"]?.text, let answer = call.body["answer"]?.text
        else { throw Stop(.invalid) }
        let vault = vault(call)
        return try await call.write { tx, _ in
            let found = try await tx.run(FindSafetyBans(wanted: ban)).first
            guard let appeal = found?.appeal else { return .refused(Problem(.notFound)) }
            let sealed = try vault.seal(answer, .banAppealAnswer, of: appeal)
            let act = SafetyVerdict(
                sql: "SELECT linli.decide_ban_appeal(\(ban), \(outcome), \(sealed), \(event))")
            let verdict = try await tx.run(act).first
            guard verdict == "decided" else { return .refused(Problem.ofSafety(verdict)) }
            return .done(Response(.noContent))
        }
    }
}
