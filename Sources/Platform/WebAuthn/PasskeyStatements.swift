/// Whose passkey a credential is, and what its signature is checked by.
package struct PasskeyOf: Statement {
    /// A passkey that may sign in.
    package struct Row: Sendable {
        package var id: UUID
        package var account: UUID
        package var publicKey: [UInt8]
        package var signCount: UInt32
        /// Whether it proves a session.
        package var isTrusted: Bool
    }

    private let credential: [UInt8]

    /// The passkey of this credential.
    package init(credential: [UInt8]) { self.credential = credential }

    package var sql: SQL {
        """
        SELECT passkey_id, account_id, public_key, sign_count, is_trusted
        FROM linli.passkey_of(\(credential))
        """
    }

    package func decode(_ cells: inout Cells) throws(PostgresError) -> Row {
        Row(
            id: try cells.read(), account: try cells.read(), publicKey: try cells.read(),
            signCount: UInt32(clamping: try cells.read(Int64.self)), isTrusted: try cells.read())
    }
}

/// Takes an assertion, once; false when its challenge was spent, or there are two of its key.
package struct UsePasskey: Statement {
    private let id: UUID
    private let signCount: UInt32
    private let challenge: [UInt8]
    private let lapses: Instant
    private let at: Instant

    /// An assertion whose signature was found good.
    package init(
        _ id: UUID, signCount: UInt32, challenge: [UInt8], lapses: Instant, at instant: Instant
    ) {
        self.id = id
        self.signCount = signCount
        self.challenge = SHA256.digest(of: challenge)
        self.lapses = lapses
        at = instant
    }

    package var sql: SQL {
        """
        SELECT linli.use_passkey(\(id), \(Int64(signCount)), \(challenge), \(lapses), \(at))
        """
    }

    package func decode(_ cells: inout Cells) throws(PostgresError) -> Bool { try cells.read() }
}

/// Spends a challenge; false when it was spent already.
package struct SpendChallenge: Statement {
    private let challenge: [UInt8]
    private let lapses: Instant

    /// A challenge of ours.
    package init(_ challenge: [UInt8], lapses: Instant) {
        self.challenge = SHA256.digest(of: challenge)
        self.lapses = lapses
    }

    package var sql: SQL { "SELECT linli.spend_challenge(\(challenge), \(lapses))" }

    package func decode(_ cells: inout Cells) throws(PostgresError) -> Bool { try cells.read() }
}

/// Opens a session by a passkey whose assertion has been used.
struct SignInByPasskey: Statement {
    var passkey: UUID
    var ticket: [UInt8]?
    var account: UUID
    var opening: SessionOpening
    var limits: SignInLimits

    var sql: SQL {
        """
        SELECT o.account_id, o.display_name, o.outcome, o.proved_by, o.is_device_new, o.has_passkey
        FROM linli.sign_in_by_passkey(
            \(passkey), \(opening.session), \(opening.token), \(opening.deviceLabel), \(ticket),
            \(opening.at), \(opening.at + limits.sessionLifetime),
            \(opening.at + limits.officeLifetime)) AS is_proved,
        LATERAL linli.settle_device(
            \(account), CASE WHEN is_proved IS NOT NULL THEN \(opening.session) END,
            \(opening.deviceLabel), \(opening.known), \(opening.device), \(opening.desk),
            \(opening.at), \(opening.at + limits.deviceLifetime)) AS is_new,
        LATERAL linli.opened_session(\(account), \(opening.session), is_new) AS o
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> SignInRow { try SignInRow(&cells) }
}

extension SignIn {
    /// Opens a session by a passkey whose assertion was found good; nil when it was used before.
    ///
    /// A ticket of the account's phone says that the phone is there, too.
    package func signIn(
        with passkey: PasskeyOf.Row, use: (Instant) -> UsePasskey, ticket: String?,
        from client: SignInClient
    ) async throws -> SignedIn? {
        let secrets = FreshSecrets()
        let session = ids.next()
        let rows = try await database.write(.none) { transaction -> [SignInRow] in
            guard try await transaction.run(use(transaction.instant)).first == true else {
                return []
            }
            let rows = try await transaction.run(
                SignInByPasskey(
                    passkey: passkey.id, ticket: ticket.flatMap { SessionToken($0) }?.hash,
                    account: passkey.account,
                    opening: secrets.opening(
                        client, session: session, vault, at: transaction.instant),
                    limits: limits))
            try await tell(rows, session, in: transaction)
            return rows
        }
        return rows.first.flatMap { secrets.signedIn($0) }
    }
}
