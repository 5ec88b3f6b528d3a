/// Notes that a code was asked for; true when it is to be sent.
struct RequestCode: Statement {
    var nonce: UUID
    var phone: [UInt8]
    var address: [UInt8]
    var code: [UInt8]
    var at: Instant
    var limits: SignInLimits

    var sql: SQL {
        """
        SELECT linli.request_code(
            \(nonce), \(phone), \(address), \(code), \(at),
            \(limits.codeLifetime.components.seconds),
            \(limits.phonePerMinute), \(limits.phonePerHour), \(limits.phonePerDay),
            \(limits.addressPerMinute), \(limits.addressPerHour),
            \(limits.allPerMinute), \(limits.allPerHour))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Bool { try cells.read() }
}

/// Redeems a code: whom it signs in, or who shares the phone; no row when it is refused.
struct RedeemCode: Statement {
    var nonce: UUID
    var code: [UInt8]
    var session: UUID
    var token: [UInt8]
    var deviceLabel: String
    var ticket: [UInt8]
    var at: Instant
    var limits: SignInLimits

    var sql: SQL {
        """
        SELECT account_id, display_name
        FROM linli.redeem_code(
            \(nonce), \(code), \(session), \(token), \(deviceLabel), \(ticket), \(at),
            \(at + limits.sessionLifetime), \(at + limits.ticketLifetime))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> SignInCandidate {
        SignInCandidate(
            account: try cells.read(), name: MaskedName(masking: try cells.read()))
    }
}

/// Opens the session of the one who was chosen; false when the ticket is not good for it.
struct RedeemTicket: Statement {
    var ticket: [UInt8]
    var account: UUID
    var session: UUID
    var token: [UInt8]
    var deviceLabel: String
    var at: Instant
    var limits: SignInLimits

    var sql: SQL {
        """
        SELECT linli.redeem_ticket(
            \(ticket), \(account), \(session), \(token), \(deviceLabel), \(at),
            \(at + limits.sessionLifetime))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Bool { try cells.read() }
}
