/// What asking for a code answers, whatever the phone: the same for a known, an unknown and a
/// refused one.
package struct CodeRequest: Sendable {
    /// Goes back with the code.
    package let nonce: UUID
    /// The message on its way, if one is.
    ///
    /// No answer may wait for it: that would tell who is known.
    package let delivery: Task<Void, Never>?
}

/// Somebody who shares a phone.
package struct SignInCandidate: Sendable, Hashable {
    package var account: UUID
    package var name: MaskedName
}

/// What a code brought.
package enum Redemption: Sendable {
    case signedIn(SessionToken, account: UUID)
    /// Several share the phone: the ticket lets one of them be chosen, once.
    case who([SignInCandidate], ticket: String)
    /// Not this code, not this request, too late, or tried too often.
    case refused
}

/// Signs people in by a code sent to their phone.
///
/// It belongs to a shard, as its database does.
package struct SignIn {
    /// How many digits a code has.
    package static let codeDigits = 6

    private let database: Database
    private let ids: UUIDGenerator
    private let vault: IdentifierVault
    private let gateway: any MessageGateway
    private let limits: SignInLimits
    private let undelivered: @Sendable (any Error) -> Void

    /// Signs in over this database; `undelivered` hears of messages that the gateway did not take.
    package init(
        database: Database, ids: UUIDGenerator, keyring: Keyring, gateway: any MessageGateway,
        limits: SignInLimits = SignInLimits(),
        undelivered: @escaping @Sendable (any Error) -> Void
    ) {
        self.database = database
        self.ids = ids
        vault = IdentifierVault(keyring)
        self.gateway = gateway
        self.limits = limits
        self.undelivered = undelivered
    }

    /// Sends a code to a phone that is known, within the limits; answers alike in any case.
    ///
    /// The work is the same too: a code is made and hashed, rows are counted and one is written.
    package func requestCode(
        for phone: PhoneNumber, from address: String
    ) async throws -> CodeRequest {
        let nonce = ids.next()
        let code = Self.freshCode()
        let isSent = try await database.write(.none) { transaction in
            try await transaction.finish(
                RequestCode(
                    nonce: nonce, phone: vault.hash(of: phone),
                    address: vault.hash(ofAddress: address),
                    code: vault.hash(ofCode: code, nonce: nonce), at: transaction.instant,
                    limits: limits))
        }
        guard isSent.first == true else { return CodeRequest(nonce: nonce, delivery: nil) }
        let minutes = limits.codeLifetime.components.seconds / 60
        let text =
            "【邻里】验证码 \(code)，\(minutes) 分钟内有效，请勿告诉他人。"
            + "Linli code \(code), valid \(minutes) min. Tell nobody."
        let delivery = Task { [gateway, undelivered] in
            do { try await gateway.send(to: phone, text: text) } catch { undelivered(error) }
        }
        return CodeRequest(nonce: nonce, delivery: delivery)
    }

    /// Redeems the code of a request, once.
    package func redeem(
        _ code: String, nonce: UUID, deviceLabel: String
    ) async throws -> Redemption {
        let isCode = code.utf8.count == Self.codeDigits && code.utf8.allSatisfy { 48...57 ~= $0 }
        let token = SessionToken.random()
        let ticket = SessionToken.random()
        let found = try await database.write(.none) { transaction in
            try await transaction.finish(
                RedeemCode(
                    nonce: nonce, code: vault.hash(ofCode: isCode ? code : "", nonce: nonce),
                    session: ids.next(), token: token.hash,
                    deviceLabel: Sessions.bounded(deviceLabel), ticket: ticket.hash,
                    at: transaction.instant, limits: limits))
        }
        switch found.count {
        case 0: return .refused
        case 1: return .signedIn(token, account: found[0].account)
        default: return .who(found, ticket: ticket.text)
        }
    }

    /// Signs in the one who was chosen among those who share a phone; nil when the ticket is not
    /// good for that account, or no more.
    package func choose(
        _ account: UUID, ticket: String, deviceLabel: String
    ) async throws -> SessionToken? {
        guard let ticket = SessionToken(ticket) else { return nil }
        let token = SessionToken.random()
        let isOpen = try await database.write(.none) { transaction in
            try await transaction.finish(
                RedeemTicket(
                    ticket: ticket.hash, account: account, session: ids.next(), token: token.hash,
                    deviceLabel: Sessions.bounded(deviceLabel), at: transaction.instant,
                    limits: limits))
        }
        return isOpen.first == true ? token : nil
    }

    /// A fresh code, each as likely as the others.
    package static func freshCode() -> String {
        let digits = String(SecureRandom.number(below: 1_000_000))
        return String(repeating: "0", count: codeDigits - digits.count) + digits
    }
}
