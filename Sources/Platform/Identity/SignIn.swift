internal import Realtime

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
    case signedIn(SignedIn)
    /// Several share the phone: the ticket lets one of them be chosen, once. With `hasDoubt` there
    /// is somebody whose phone is in doubt, who is not named and needs a second proof first.
    case who([SignInCandidate], hasDoubt: Bool, ticket: String)
    /// Not this code, not this request, too late, or tried too often.
    case refused
}

/// What goes on with a ticket whose phone is in doubt.
package enum TicketProof: Sendable {
    /// A code on paper.
    case code(DeviceCode)
    /// A request that somebody has vouched for.
    case request(UUID)
}

/// Signs people in by a code sent to their phone.
///
/// It belongs to a shard, as its database does.
package struct SignIn {
    /// How many digits a code has.
    package static let codeDigits = 6

    let database: Database
    let ids: UUIDGenerator
    let vault: IdentifierVault
    private let gateway: any MessageGateway
    let limits: SignInLimits
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
        for phone: PhoneNumber, from client: SignInClient
    ) async throws -> CodeRequest {
        let nonce = ids.next()
        let code = Self.freshCode()
        let isSent = try await database.write(.none) { transaction in
            try await transaction.finish(
                asking(nonce, phone, code, client, nil, at: transaction.instant))
        }
        guard isSent.first == true else { return CodeRequest(nonce: nonce, delivery: nil) }
        return CodeRequest(nonce: nonce, delivery: delivery(of: code, to: phone))
    }

    /// Sends a code to the phone that the principal's account wants for its own, within the same
    /// limits; answers alike in any case.
    ///
    /// `account` says whose it is, or throws.
    package func requestCode(
        for phone: PhoneNumber, from client: SignInClient, as principal: Principal,
        _ account: (SessionIdentity?) throws -> UUID
    ) async throws -> CodeRequest {
        let nonce = ids.next()
        let code = Self.freshCode()
        let isSent = try await database.write(principal) { transaction in
            try await transaction.execute([])
            let account = try account(transaction.identity)
            return try await transaction.finish(
                asking(nonce, phone, code, client, account, at: transaction.instant))
        }
        guard isSent.first == true else { return CodeRequest(nonce: nonce, delivery: nil) }
        return CodeRequest(nonce: nonce, delivery: delivery(of: code, to: phone))
    }

    private func asking(
        _ nonce: UUID, _ phone: PhoneNumber, _ code: String, _ client: SignInClient,
        _ account: UUID?, at instant: Instant
    ) -> AskCode {
        AskCode(
            nonce: nonce, phone: vault.hash(of: phone),
            address: vault.hash(ofAddress: client.address),
            code: vault.hash(ofCode: code, nonce: nonce), account: account,
            desk: client.desk?.hash, at: instant, limits: limits)
    }

    private func delivery(of code: String, to phone: PhoneNumber) -> Task<Void, Never> {
        let minutes = limits.codeLifetime.components.seconds / 60
        let text =
            "【邻里】验证码 \(code)，\(minutes) 分钟内有效，请勿告诉他人。"
            + "Linli code \(code), valid \(minutes) min. Tell nobody."
        return Task { [gateway, undelivered] in
            do { try await gateway.send(to: phone, text: text) } catch { undelivered(error) }
        }
    }

    /// Redeems the code of a request, once.
    package func redeem(
        _ code: String, nonce: UUID, from client: SignInClient
    ) async throws -> Redemption {
        let secrets = FreshSecrets()
        let session = ids.next()
        let found = try await database.write(.none) { transaction in
            let rows = try await transaction.run(
                RedeemSignIn(
                    nonce: nonce, code: hash(of: code, nonce), ticket: secrets.ticket.hash,
                    opening: secrets.opening(
                        client, session: session, vault, at: transaction.instant),
                    limits: limits))
            try await tell(rows, session, in: transaction)
            return rows
        }
        guard let first = found.first else { return .refused }
        if let signedIn = secrets.signedIn(first) { return .signedIn(signedIn) }
        let candidates = found.compactMap { row -> SignInCandidate? in
            guard row.outcome == "who", let account = row.account else { return nil }
            return SignInCandidate(account: account, name: MaskedName(masking: row.name))
        }
        return .who(
            candidates, hasDoubt: found.contains { $0.outcome == "proof" },
            ticket: secrets.ticket.text)
    }

    /// Signs in the one who was chosen among those who share a phone; nil when the ticket is not
    /// good for that account, or no more.
    package func choose(
        _ account: UUID, ticket: String, from client: SignInClient
    ) async throws -> SignedIn? {
        guard let ticket = SessionToken(ticket) else { return nil }
        let secrets = FreshSecrets()
        let session = ids.next()
        let rows = try await database.write(.none) { transaction in
            let rows = try await transaction.run(
                ChooseSignIn(
                    ticket: ticket.hash, account: account,
                    opening: secrets.opening(
                        client, session: session, vault, at: transaction.instant),
                    limits: limits))
            try await tell(rows, session, in: transaction)
            return rows
        }
        return rows.first.flatMap { secrets.signedIn($0) }
    }

    /// Signs in with a ticket whose phone is in doubt, by a second proof; nil when nothing of it is
    /// good.
    package func prove(
        _ proof: TicketProof, ticket: String, from client: SignInClient
    ) async throws -> SignedIn? {
        guard let ticket = SessionToken(ticket) else { return nil }
        let secrets = FreshSecrets()
        let session = ids.next()
        var code: [UInt8]?
        var request: UUID?
        switch proof {
        case .code(let paper): code = vault.hash(of: paper)
        case .request(let id): request = id
        }
        let rows = try await database.write(.none) { transaction in
            let rows = try await transaction.run(
                ProveSignIn(
                    ticket: ticket.hash, code: code, request: request,
                    opening: secrets.opening(
                        client, session: session, vault, at: transaction.instant),
                    limits: limits))
            try await tell(rows, session, in: transaction)
            return rows
        }
        return rows.first.flatMap { secrets.signedIn($0) }
    }

    /// Asks those of a ticket's phone who are in doubt to be vouched for; their households hear of
    /// it.
    ///
    /// The same comes back whether there is anybody or not.
    package func askToBeVouchedFor(
        ticket: String, number: Int16
    ) async throws -> (request: UUID, until: Instant) {
        let request = ids.next()
        // What has not the form of a ticket is looked up as one that nobody has.
        let ticket = (SessionToken(ticket) ?? .random()).hash
        return try await database.write(.none) { transaction in
            let asked = try await transaction.run(
                AskProofByTicket(
                    ticket: ticket, request: request, number: number, at: transaction.instant,
                    limits: limits))
            for account in asked {
                let telling = TellAccount(
                    account, ids: ids, kind: "proof.asked", notice: "proof.asked",
                    toHouseholds: true
                ) { $0.member("request", request) }
                try await transaction.execute(telling.sql)
            }
            return (request, transaction.instant + limits.vouchingLifetime)
        }
    }

    /// A sign-in that proves its session is told; one on a known device without a notice.
    func tell(
        _ rows: [SignInRow], _ session: UUID, in transaction: Transaction
    ) async throws {
        guard let row = rows.first, row.outcome == "in", let account = row.account,
            let provedBy = row.provedBy
        else { return }
        try await transaction.execute(
            TellAccount.proved(account, session: session, by: provedBy, ids: ids).sql)
    }

    private func hash(of code: String, _ nonce: UUID) -> [UInt8] {
        let isCode = code.utf8.count == Self.codeDigits && code.utf8.allSatisfy { 48...57 ~= $0 }
        return vault.hash(ofCode: isCode ? code : "", nonce: nonce)
    }

    /// A fresh code, each as likely as the others.
    package static func freshCode() -> String {
        let digits = String(SecureRandom.number(below: 1_000_000))
        return String(repeating: "0", count: codeDigits - digits.count) + digits
    }
}
