/// Notes that a code was asked for; true when it is to be sent.
struct AskCode: Statement {
    var nonce: UUID
    var phone: [UInt8]
    var address: [UInt8]
    var code: [UInt8]
    /// Who wants the phone for its own; `nil` is a sign-in.
    var account: UUID?
    var desk: [UInt8]?
    var at: Instant
    var limits: SignInLimits

    var sql: SQL {
        """
        SELECT linli.ask_code(
            \(nonce), \(phone), \(address), \(code), \(account), \(desk), \(at),
            \(limits.codeLifetime.components.seconds),
            \(limits.phonePerMinute), \(limits.phonePerHour), \(limits.phonePerDay),
            \(limits.addressPerMinute), \(limits.addressPerHour), \(limits.deskPerMinute),
            \(limits.allPerMinute), \(limits.allPerHour))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Bool { try cells.read() }
}

/// What the functions of V0078 that sign in answer, a row each.
struct SignInRow {
    var account: UUID?
    var name: String
    /// `in`, `who` or `proof`.
    var outcome: String
    var provedBy: String?
    var isDeviceNew: Bool
    var hasPasskey: Bool

    init(_ cells: inout Cells) throws(PostgresError) {
        account = try cells.read()
        name = try cells.read()
        outcome = try cells.read()
        provedBy = try cells.read()
        isDeviceNew = try cells.read()
        hasPasskey = try cells.read()
    }
}

/// Redeems a code: whom it signs in, or who shares the phone; no row when it is refused.
struct RedeemSignIn: Statement {
    var nonce: UUID
    var code: [UInt8]
    var ticket: [UInt8]
    var opening: SessionOpening
    var limits: SignInLimits

    var sql: SQL {
        """
        SELECT account_id, display_name, outcome, proved_by, is_device_new, has_passkey
        FROM linli.redeem_sign_in(
            \(nonce), \(code), \(opening.address), \(opening.session), \(opening.token),
            \(opening.deviceLabel), \(ticket), \(opening.known), \(opening.device),
            \(opening.desk), \(opening.at), \(opening.at + limits.sessionLifetime),
            \(opening.at + limits.ticketLifetime), \(opening.at + limits.deviceLifetime),
            \(limits.phoneUnusedMax.components.seconds), \(limits.wrongPerHour))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> SignInRow { try SignInRow(&cells) }
}

/// Opens the session of the one who was chosen; no row when the ticket is not good for it.
struct ChooseSignIn: Statement {
    var ticket: [UInt8]
    var account: UUID
    var opening: SessionOpening
    var limits: SignInLimits

    var sql: SQL {
        """
        SELECT account_id, display_name, outcome, proved_by, is_device_new, has_passkey
        FROM linli.choose_sign_in(
            \(ticket), \(account), \(opening.session), \(opening.token), \(opening.deviceLabel),
            \(opening.known), \(opening.device), \(opening.desk), \(opening.at),
            \(opening.at + limits.sessionLifetime), \(opening.at + limits.deviceLifetime),
            \(limits.phoneUnusedMax.components.seconds))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> SignInRow { try SignInRow(&cells) }
}

/// Goes on with a ticket whose phone is in doubt; no row when nothing of it is good.
struct ProveSignIn: Statement {
    var ticket: [UInt8]
    /// The hash of a code on paper.
    var code: [UInt8]?
    /// A request that was vouched for.
    var request: UUID?
    var opening: SessionOpening
    var limits: SignInLimits

    var sql: SQL {
        """
        SELECT account_id, display_name, outcome, proved_by, is_device_new, has_passkey
        FROM linli.prove_sign_in(
            \(ticket), \(code), \(request), \(opening.address), \(opening.session),
            \(opening.token), \(opening.deviceLabel), \(opening.device), \(opening.desk),
            \(opening.at), \(opening.at + limits.sessionLifetime),
            \(opening.at + limits.deviceLifetime), \(opening.at + limits.officeLifetime),
            \(limits.deviceCodePerHour), \(limits.deviceCodePerAddress),
            \(limits.deviceCodeInAll))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> SignInRow { try SignInRow(&cells) }
}

/// What every opening of a session says.
struct SessionOpening {
    var session: UUID
    var token: [UInt8]
    var deviceLabel: String
    var address: [UInt8]
    /// Hashes of the secrets of devices that the client sent, one after another.
    var known: [UInt8]
    /// The hash of a fresh one.
    var device: [UInt8]
    /// The hash of a desk's token.
    var desk: [UInt8]?
    var at: Instant
}

/// Asks those whose phone is in doubt to be vouched for; who they are.
struct AskProofByTicket: Statement {
    var ticket: [UInt8]
    var request: UUID
    var number: Int16
    var at: Instant
    var limits: SignInLimits

    var sql: SQL {
        """
        SELECT account_id
        FROM linli.ask_proof_by_ticket(
            \(ticket), \(request), \(number), \(at), \(at + limits.vouchingLifetime),
            \(limits.phoneUnusedMax.components.seconds), \(limits.vouchingPerHour))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> UUID { try cells.read() }
}
