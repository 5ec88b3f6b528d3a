package import Platform
internal import Realtime

/// Notes of safety bans between committees: issued, received, and compared with who joins.
///
/// A note decides nothing.
struct SafetyNotes: Sendable {
    private let bans: SafetyBans
    private var keyring: Keyring { bans.keyring }

    /// Signing and sealing under the keys of this keyring.
    init(_ keyring: Keyring) { bans = SafetyBans(keyring) }

    // MARK: Issuing

    /// Issues a note of a ban, or of its lifting: a file for the committee of another estate.
    func issue(_ call: Call) async throws -> Response {
        let (ban, event) = (call.id("ban"), call.context.ids.next())
        let estate = call.id("estate")
        return try await call.write { tx, _ in
            let row = try await tx.run(IssueNote(ban: ban, event: event)).first
            guard let row, row.verdict == "issued" else {
                return .refused(Problem.ofSafety(row?.verdict))
            }
            let content = try content(of: row, ban, estate, at: tx.instant)
            let note = try SafetyNote(content, signedBy: keyring.signingKey)
            return .doneWithSecret(call.json(.created) { json in note.write(to: &json) })
        }
    }

    private func content(
        of row: IssueNote.Row, _ ban: UUID, _ estate: UUID, at now: Instant
    ) throws -> SafetyNote.Content {
        guard let person = row.person, let name = row.name, let kind = row.kind,
            let begins = row.begins, let ends = row.ends, let sealed = row.reason
        else { throw Stop(.notFound) }
        let vault = PersonVault(keyring, of: estate)
        var content = SafetyNote.Content(
            kind: row.liftedAt == nil ? "ban" : "lifting", ban: "\(ban)", estate: "\(estate)",
            issuer: (row.estate ?? "") + "居民委员会", because: kind, from: "\(begins)",
            until: "\(ends)", issued: "\(now)")
        guard row.liftedAt == nil else { return content }
        content.name = try row.legal.map { try vault.open($0, .legalName, of: person) } ?? name
        content.born = try row.birth.map { try vault.open($0, .birthDate, of: person) }
        content.reason = try EstateVault(keyring, of: estate).open(sealed, .banReason, of: ban)
        return content
    }

    // MARK: Receiving

    /// Receives a note of another committee.
    func receive(_ call: Call) async throws -> Response {
        let (id, event) = (call.context.ids.next() as UUID, call.context.ids.next() as UUID)
        guard let payload = call.body["payload"]?.text, let key = call.body["key"]?.text,
            let signature = call.body["signature"]?.text
        else { throw Stop(.invalid) }
        let note = SafetyNote(payload: payload, key: key, signature: signature)
        guard let note, let ban = UUID(note.content.ban), let estate = UUID(note.content.estate),
            let until = Instant(note.content.until)
        else { return try await refuse(call, .safetyNoteUnreadable) }
        let isLifting = note.content.kind == SafetyNote.Kind.lifting.rawValue
        let vault = EstateVault(keyring, of: call.id("estate"))
        var sealed: (whom: [UInt8]?, reason: [UInt8]?)
        if !isLifting {
            guard let name = note.content.name, (1...120).contains(name.unicodeScalars.count),
                let reason = note.content.reason, (1...1000).contains(reason.unicodeScalars.count)
            else { return try await refuse(call, .safetyNoteUnreadable) }
            let whom = NotedPerson(name: name, born: note.content.born)
            sealed = (
                try vault.seal(whom.text, .noteWhom, of: id),
                try vault.seal(reason, .noteReason, of: id)
            )
        }
        let act = SafetyVerdict(
            sql: """
                SELECT linli.receive_note(\(id), \(ban), \(estate), \(note.content.issuer),
                    \(note.key.rawBytes), \(note.key == keyring.signingKey.verifyingKey),
                    \(note.content.because), \(sealed.whom), \(sealed.reason), \(until),
                    \(isLifting), \(event))
                """)
        return try await call.write { tx, _ in
            let verdict = try await tx.run(act).first
            guard verdict == "received" || verdict == "lifted_now" else {
                return .refused(Problem.ofNote(verdict))
            }
            return .done(
                call.json(.created) { json in
                    json.object { json in
                        json.member("kind", note.content.kind)
                        json.member("issuer", note.content.issuer)
                        json.member("because", note.content.because)
                        json.member("until", until)
                    }
                })
        }
    }

    /// Refuses what cannot be read, as what is unknown to who may not receive a note.
    private func refuse(_ call: Call, _ kind: ProblemKind) async throws -> Response {
        try await call.write { tx, _ in
            let may = try await tx.run(MayDecideSafety()).first
            return .refused(Problem(may == true ? kind : .notFound))
        }
    }

    /// Enters the key of another installation.
    static func enter(_ call: Call) async throws -> Response {
        let (id, event) = (call.context.ids.next() as UUID, call.context.ids.next() as UUID)
        guard let name = call.body["name"]?.text, let text = call.body["key"]?.text,
            let key =
                (VerifyingKey(pem: text)
                    ?? Base64.urlDecoded(text).flatMap { try? VerifyingKey(rawBytes: $0) })
        else { throw Stop(.invalid) }
        let act = SafetyVerdict(
            sql: "SELECT linli.enter_issuer(\(id), \(name), \(key.rawBytes), \(event))")
        return try await call.write { tx, _ in
            switch try await tx.run(act).first {
            case "entered":
                return .done(
                    call.json(.created) { json in
                        json.object { json in
                            json.member("id", id)
                            json.member("key", Base64.urlEncoded(key.rawBytes))
                        }
                    })
            case "there": return .refused(Problem(.safetyIssuerThere))
            default: return .refused(Problem(.notFound))
            }
        }
    }

    /// Writes the installations whose keys were entered.
    static func issuers(_ call: Call) async throws -> Response {
        let rows = try await call.read(FindSafetyIssuers())
        return call.json(capacity: 1024) { json in
            json.object { json in
                json.key("issuers")
                json.array { json in
                    for row in rows { json.raw(row) }
                }
            }
        }
    }

    // MARK: Who it may be

    /// Writes a page of those whom notes may be about.
    func matches(_ call: Call) async throws -> Response {
        let limit = call.limit()
        let rows = try await call.read(
            FindSafetyMatches(
                before: try call.cursor()?.id ?? UUID(high: .max, low: .max),
                count: Int32(limit + 1)))
        let vault = EstateVault(keyring, of: call.id("estate"))
        var response = try call.json(capacity: 4096) { json in
            json.beginObject()
            json.key("matches")
            try json.array { json in
                for row in rows.prefix(Int(limit)) {
                    let reason = try row.reason.map {
                        try vault.open($0, .noteReason, of: row.note)
                    }
                    json.object { json in
                        json.member("id", row.id)
                        json.member("person", row.person)
                        json.member("display_name", row.name)
                        json.member("issuer", row.issuer)
                        json.member("kind", row.kind)
                        json.memberIfPresent("reason", reason)
                        json.member("until", row.ends)
                        json.member("is_lifted", row.isLifted)
                        json.member("found_at", row.foundAt)
                        json.memberIfPresent("decision", row.decision)
                    }
                }
            }
            json.endObject()
        }
        if rows.count > limit, let last = rows.prefix(Int(limit)).last {
            response.add("Link", try call.link(next: Cursor(id: last.id)))
        }
        return response
    }

    /// Decides on one of them, for a reason.
    func decide(_ call: Call) async throws -> Response {
        let ids = call.context.ids
        let (match, ban) = (call.id("match"), ids.next() as UUID)
        let (event, banEvent) = (ids.next() as UUID, ids.next() as UUID)
        guard let decision = call.body["decision"]?.text, let because = call.body["because"]?.text
        else { throw Stop(.invalid) }
        let until = decision == "ban" ? try SafetyBans.until(call) : call.context.clock.now()
        let vault = EstateVault(keyring, of: call.id("estate"))
        let why = try vault.seal(because, .matchBecause, of: match)
        let reason = try vault.seal(because, .banReason, of: ban)
        let evidence = try vault.seal(because, .banEvidence, of: ban)
        let act = SafetyVerdict(
            sql: """
                SELECT linli.decide_match(\(match), \(decision), \(why), \(ban), \(reason),
                    \(evidence), \(until), \(event), \(banEvent))
                """)
        return try await call.write { tx, _ in
            let verdict = try await tx.run(act).first
            guard verdict == "decided" else {
                return .refused(
                    verdict == "again" ? Problem(.safetyMatchDecided) : Problem.ofNote(verdict))
            }
            return .done(Response(.noContent))
        }
    }
}

/// Whether the principal decides on safety bans.
private struct MayDecideSafety: Statement {
    var sql: SQL { "SELECT linli.may_read('safety', 'decision')" }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Bool { try cells.read() }
}

/// Compares notes with who came to be here: the job that finds whom a note may be about.
package enum SafetyNoteMatching {
    /// The job's name.
    static let name = "safety-notes"
    /// Comparisons that one statement reads.
    private static let batch: Int32 = 1000

    /// The job.
    package static func job(
        _ keyring: Keyring, every interval: Duration = .seconds(60),
        _ committed: @escaping @Sendable () -> Void
    ) -> Job {
        Job(name: name, every: interval) { run, database, _ in
            let found = try await database.write(run.principal) { tx in
                try await compare(tx, keyring, run.estate)
            }
            if found > 0 { committed() }
        }
    }

    /// Compares all that there is to compare, in a transaction of the job; how many it found.
    static func compare(
        _ tx: Transaction, _ keyring: Keyring, _ estate: UUID
    ) async throws -> Int {
        let (texts, persons) = (
            EstateVault(keyring, of: estate), PersonVault(keyring, of: estate)
        )
        var notes: [UUID] = []
        var found: [UUID] = []
        var (note, person) = (UUID(high: 0, low: 0), UUID(high: 0, low: 0))
        while true {
            try Task.checkCancellation()
            let rows = try await tx.run(
                NotesToCompare(afterNote: note, afterPerson: person, count: batch))
            for row in rows {
                let text = try texts.open(row.whom, .noteWhom, of: row.note)
                guard let whom = NotedPerson(text: text) else { continue }
                let legal = try row.legal.map { try persons.open($0, .legalName, of: row.person) }
                let born = try row.birth.map { try persons.open($0, .birthDate, of: row.person) }
                guard whom.mayBe([row.name, legal], born: born) else { continue }
                notes.append(row.note)
                found.append(row.person)
            }
            guard rows.count == Int(batch), let last = rows.last else { break }
            (note, person) = (last.note, last.person)
        }
        try await tx.execute("SELECT linli.note_matches(\(notes), \(found))")
        return found.count
    }
}
