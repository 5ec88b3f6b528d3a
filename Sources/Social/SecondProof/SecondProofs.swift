internal import Platform
internal import Realtime

/// How the session that asks stands, and how it is proved by what others gave.
struct SecondProofs: Sendable {
    let keyring: Keyring
    let limits: SignInLimits

    /// Writes whether and how the session is proved, and by what it may be.
    static func state(_ call: Call) async throws -> Response {
        guard let row = try await call.read(ProofState()).first else {
            throw Stop(.unauthenticated)
        }
        return call.json { json in
            json.object { json in
                json.member("is_proved", row.provedAt != nil)
                if let at = row.provedAt { json.member("proved_at", at) }
                if let by = row.provedBy { json.member("proved_by", by) }
                if let until = row.officeUntil { json.member("office_until", until) }
                json.member(
                    "ways", (row.hasPasskey ? ["passkey"] : []) + ["member", "paper_code", "desk"])
                guard let request = row.request else { return }
                json.key("asked")
                json.object { json in
                    json.member("request", request.id)
                    json.member("number", request.number)
                    json.member("until", request.until)
                }
            }
        }
    }

    /// Proves the session by a code on paper, or by an operator's first code.
    func byCode(_ call: Call) async throws -> Response {
        let code = call.body["code"]?.text.flatMap { DeviceCode($0) }
        let vault = IdentifierVault(keyring)
        let ids = call.context.ids
        return try await call.write { tx, caller in
            let prove = ProveByCode(
                hash: code.map { vault.hash(of: $0) } ?? [],
                address: vault.hash(ofAddress: call.request.peerAddress),
                officeEnds: tx.instant + limits.officeLifetime, limits: limits)
            // Not undone: the try counts.
            guard let how = try await tx.run(prove).first ?? nil else {
                return .done(call.refusal(Problem(.deviceCodeWrong)))
            }
            try await tx.execute(
                TellAccount.proved(caller.account, session: caller.session, by: how, ids: ids).sql)
            return .done(Response(.noContent))
        }
    }

    /// Asks to be vouched for, and shows the number that whoever vouches must see on this screen.
    func ask(_ call: Call) async throws -> Response {
        let (id, ids) = (call.context.ids.next(), call.context.ids)
        let number = Self.freshNumber()
        return try await call.write { tx, caller in
            let until = tx.instant + limits.vouchingLifetime
            let ask = AskProof(
                id: id, number: number, until: until, perHour: limits.vouchingPerHour)
            guard try await tx.run(ask).first == true else {
                return .refused(Problem(.askedTooOften))
            }
            let telling = TellAccount(
                caller.account, ids: ids, kind: "proof.asked", notice: "proof.asked",
                toHouseholds: true
            ) { $0.member("request", id) }
            try await tx.execute(telling.sql)
            return .done(Self.asked(call, id, number, until))
        }
    }

    /// Asks before anybody is signed in, by the ticket of a phone in doubt; the answer is the same
    /// whatever the ticket is good for.
    func ask(byTicket call: Call, _ signIn: SignIn) async throws -> Response {
        let number = Self.freshNumber()
        let (request, until) = try await signIn.askToBeVouchedFor(
            ticket: call.body["ticket"]?.text ?? "", number: number)
        return Self.asked(call, request, number, until)
    }

    private static func freshNumber() -> Int16 { Int16(10 + SecureRandom.number(below: 90)) }

    private static func asked(
        _ call: Call, _ id: UUID, _ number: Int16, _ until: Instant
    ) -> Response {
        call.json(.created) { json in
            json.object { json in
                json.member("request", id)
                json.member("number", Int64(number))
                json.member("until", until)
            }
        }
    }

    /// Ends every session of the account but the one that asks, and forgets its devices.
    static func endOthers(_ call: Call) async throws -> Response {
        let ids = call.context.ids
        return try await call.write { tx, caller in
            let ended = try await tx.run(EndOtherSessions()).first ?? 0
            let telling = TellAccount(
                caller.account, ids: ids, kind: "session.othersEnded", notice: nil
            ) { $0.member("count", ended) }
            try await tx.execute(telling.sql)
            return .done(
                call.json { json in
                    json.object { $0.member("ended", ended) }
                })
        }
    }
}

/// How the session that asks stands.
private struct ProofState: Statement {
    struct Request {
        var id: UUID
        var number: Int64
        var until: Instant
    }

    struct Row {
        var provedAt: Instant?
        var provedBy: String?
        var officeUntil: Instant?
        var hasPasskey: Bool
        var request: Request?
    }

    var sql: SQL {
        """
        SELECT s.proved_at, s.proved_by,
            CASE WHEN s.office_until > (SELECT linli.instant()) THEN s.office_until END,
            EXISTS (SELECT FROM linli.passkey AS k
                WHERE k.account_id = s.account_id AND k.trusted_at IS NOT NULL),
            r.id, r.number::bigint, r.expires_at
        FROM linli.session AS s
        LEFT JOIN linli.proof_request AS r ON r.account_id = s.account_id
            AND r.session_id = s.id
            AND r.vouched_at IS NULL
            AND r.expires_at > (SELECT linli.instant())
        WHERE s.id = (SELECT linli.session_id())
        ORDER BY r.asked_at DESC, r.id
        LIMIT 1
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Row {
        var row = Row(
            provedAt: try cells.read(), provedBy: try cells.read(),
            officeUntil: try cells.read(), hasPasskey: try cells.read(), request: nil)
        let (id, number) = (try cells.read(UUID?.self), try cells.read(Int64?.self))
        let until = try cells.read(Instant?.self)
        if let id, let number, let until {
            row.request = Request(id: id, number: number, until: until)
        }
        return row
    }
}

private struct ProveByCode: Statement {
    var hash: [UInt8]
    var address: [UInt8]
    var officeEnds: Instant
    var limits: SignInLimits

    var sql: SQL {
        """
        SELECT linli.prove_by_code(\(hash), \(address), \(officeEnds),
            \(limits.deviceCodePerHour), \(limits.deviceCodePerAddress),
            \(limits.deviceCodeInAll))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> String? { try cells.read() }
}

private struct AskProof: Statement {
    var id: UUID
    var number: Int16
    var until: Instant
    var perHour: Int

    var sql: SQL { "SELECT linli.ask_proof(\(id), \(number), \(until), \(perHour))" }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Bool { try cells.read() }
}

private struct EndOtherSessions: Statement {
    var sql: SQL { "SELECT linli.end_other_sessions()" }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Int64 { try cells.read() }
}
