internal import Platform
internal import Realtime

/// What an account does with its passkeys, and what passkeys do for it.
struct Passkeys: Sendable {
    /// Most passkeys of an account.
    static let countMax: Int64 = 20

    let challenges: WebAuthnChallenges
    let signIn: SignInRoutes
    let limits: SignInLimits

    // MARK: Of the account

    /// What to make a new one with, or to prove the session by one with.
    func options(_ call: Call) async throws -> Response {
        let purpose = WebAuthnChallenges.Purpose(rawValue: call.text("for") ?? "prove") ?? .prove
        let (accounts, keys, names) = try await call.read(
            OwnAccount(), OwnPasskeys(), OwnName())
        guard let account = accounts.first?.id else { throw Stop(.unauthenticated) }
        let challenge = challenges.make(
            for: purpose, account: account, at: call.context.clock.now())
        guard purpose == .add else {
            return call.requestOptions(
                challenge, allowing: keys.filter { $0.trustedAt != nil }.map(\.credential))
        }
        return call.creationOptions(
            challenge, account: account, name: names.first ?? "邻里",
            excluding: keys.map(\.credential))
    }

    /// Adds one.
    func add(_ call: Call) async throws -> Response {
        let answer = try Self.answer(call)
        guard let attestation = answer.attestationObject else { throw Self.unreadable }
        let label = call.body["label"]?.text ?? ""
        let id = call.context.ids.next()
        return try await call.write { tx, caller in
            guard
                let lapses = challenges.end(
                    of: answer.challenge, for: .add, account: caller.account, at: tx.instant),
                let made = try? WebAuthn.register(
                    answer.clientData, attestationObject: attestation,
                    expecting: call.expectation(of: answer.challenge)),
                try await tx.run(SpendChallenge(answer.challenge, lapses: lapses)).first == true
            else { return .refused(Problem(.passkeyNotGood)) }
            switch try await tx.run(AddPasskey(id: id, made: made, label: label)).first {
            case "added": break
            case "unproved": throw Stop(.secondProofNeeded)
            case "full": return .refused(Problem(.passkeysMax))
            default: return .refused(Problem(.passkeyKnown))
            }
            try await tx.execute(
                Self.change("passkey.added", id, of: caller.account, call.context.ids).sql)
            let kept = try await tx.run(OwnPasskeys()).filter { $0.id == id }
            return .done(
                call.json(.created) { json in
                    for key in kept { Self.write(key, to: &json) }
                })
        }
    }

    /// Writes the account's passkeys.
    func list(_ call: Call) async throws -> Response {
        let keys = try await call.read(OwnPasskeys())
        return call.json { json in
            json.object { json in
                json.key("passkeys")
                json.array { json in
                    for key in keys { Self.write(key, to: &json) }
                }
            }
        }
    }

    /// Removes one.
    func remove(_ call: Call) async throws -> Response {
        let id = call.id("passkey")
        return try await call.write { tx, caller in
            switch try await tx.run(RemovePasskey(id: id)).first {
            case "removed": break
            case "unproved": throw Stop(.secondProofNeeded)
            case "last": return .refused(Problem(.passkeyLast))
            default: return .refused(Problem(.notFound))
            }
            try await tx.execute(
                Self.change("passkey.removed", id, of: caller.account, call.context.ids).sql)
            return .done(Response(.noContent))
        }
    }

    /// Proves the session that asks by one of the account's own.
    func prove(_ call: Call) async throws -> Response {
        let answer = try Self.answer(call)
        let ids = call.context.ids
        return try await call.write { tx, caller in
            let found = try await tx.run(PasskeyOf(credential: answer.id)).first
            guard let passkey = found, passkey.account == caller.account,
                let lapses = challenges.end(
                    of: answer.challenge, for: .prove, account: caller.account, at: tx.instant),
                let counter = try? answer.counter(
                    of: passkey, expecting: call.expectation(of: answer.challenge)),
                try await tx.run(
                    UsePasskey(
                        passkey.id, signCount: counter, challenge: answer.challenge,
                        lapses: lapses, at: tx.instant)
                ).first == true
            else { return .refused(Problem(.passkeyNotGood)) }
            let prove = ProveByPasskey(
                id: passkey.id, officeEnds: tx.instant + limits.officeLifetime)
            guard try await tx.run(prove).first == true else {
                return .refused(Problem(.passkeyUntrusted))
            }
            try await tx.execute(
                TellAccount.proved(
                    caller.account, session: caller.session, by: "passkey", ids: ids
                ).sql)
            return .done(Response(.noContent))
        }
    }

    // MARK: Signing in

    /// What to sign in with: any passkey of this site that the device knows.
    func signInOptions(_ call: Call) async throws -> Response {
        let challenge = challenges.make(
            for: .signIn, account: nil, at: call.context.clock.now())
        return call.requestOptions(challenge, allowing: [])
    }

    /// Signs in.
    func signIn(_ call: Call) async throws -> Response {
        let answer = try Self.answer(call)
        let challenge = answer.challenge
        let lapses = challenges.end(
            of: challenge, for: .signIn, account: nil, at: call.context.clock.now())
        let found = try await call.database.read(.none, PasskeyOf(credential: answer.id)).first
        guard let lapses, let passkey = found,
            let counter = try? answer.counter(
                of: passkey, expecting: call.expectation(of: challenge))
        else { throw Stop(.passkeyNotGood) }
        let signedIn = try await signIn.signIn(call).signIn(
            with: passkey,
            use: {
                UsePasskey(
                    passkey.id, signCount: counter, challenge: challenge, lapses: lapses, at: $0)
            }, ticket: call.body["ticket"]?.text, from: SignInAnswers.client(call))
        guard let signedIn else { throw Stop(.passkeyNotGood) }
        return SignInAnswers.signedIn(call, signedIn, limits)
    }

    // MARK: Shared

    private static let unreadable = Stop(
        Problem(
            .invalid,
            faults: [
                Problem.Fault(
                    "/credential",
                    Text(
                        zh: "请发送浏览器 credential.toJSON() 的结果。",
                        en: "Send what credential.toJSON() of the browser gives."))
            ]))

    private static func answer(_ call: Call) throws(Stop) -> PasskeyAnswer {
        guard let answer = PasskeyAnswer(call.body["credential"]) else { throw unreadable }
        return answer
    }

    private static func change(
        _ kind: String, _ passkey: UUID, of account: UUID, _ ids: UUIDGenerator
    ) -> TellAccount {
        TellAccount(account, ids: ids, kind: kind, notice: kind) {
            $0.member("passkey", passkey)
        }
    }

    private static func write(_ key: OwnPasskeys.Row, to json: inout JSONWriter) {
        json.object { json in
            json.member("id", key.id)
            json.member("label", key.label)
            json.member("created_at", key.createdAt)
            json.member("is_trusted", key.trustedAt != nil)
            json.member("last_used_on", key.lastUsedOn)
        }
    }
}

/// The account's passkeys, the oldest first.
private struct OwnPasskeys: Statement {
    struct Row {
        var id: UUID
        var credential: [UInt8]
        var label: String
        var createdAt: Instant
        var trustedAt: Instant?
        var lastUsedOn: Day?
    }

    var sql: SQL {
        """
        SELECT id, credential_id, label, created_at, trusted_at, last_used_on
        FROM linli.passkey
        WHERE account_id = (SELECT linli.account_id())
        ORDER BY created_at, id
        LIMIT 100
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Row {
        Row(
            id: try cells.read(), credential: try cells.read(), label: try cells.read(),
            createdAt: try cells.read(), trustedAt: try cells.read(),
            lastUsedOn: try cells.read())
    }
}

/// What the account is called in the first estate that it came to; for its own device to show.
private struct OwnName: Statement {
    var sql: SQL {
        """
        SELECT display_name
        FROM linli.person
        WHERE account_id = (SELECT linli.account_id())
        ORDER BY created_at, id
        LIMIT 1
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> String { try cells.read() }
}

private struct AddPasskey: Statement {
    var id: UUID
    var made: WebAuthn.NewCredential
    var label: String

    var sql: SQL {
        """
        SELECT linli.add_passkey(\(id), \(made.id), \(made.publicKey), \(Int64(made.signCount)),
            \(label), \(Passkeys.countMax))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> String { try cells.read() }
}

private struct RemovePasskey: Statement {
    var id: UUID

    var sql: SQL { "SELECT linli.remove_passkey(\(id))" }

    func decode(_ cells: inout Cells) throws(PostgresError) -> String { try cells.read() }
}

private struct ProveByPasskey: Statement {
    var id: UUID
    var officeEnds: Instant

    var sql: SQL { "SELECT linli.prove_by_passkey(\(id), \(officeEnds))" }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Bool { try cells.read() }
}
