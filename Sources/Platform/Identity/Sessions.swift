/// The secret of a session, as cookie and bearer carry it; the database knows its hash alone.
package struct SessionToken: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
    /// The token's text: 43 characters of base64url.
    package let text: String
    /// SHA-256 of its 32 bytes.
    package let hash: [UInt8]

    /// A fresh token.
    package static func random() -> SessionToken { SessionToken(SecureRandom.bytes(32)) }

    /// Reads a token that came from outside; nil when it has not the form of one.
    package init?(_ text: some StringProtocol) {
        guard text.utf8.count == 43, let bytes = Base64.urlDecoded(text), bytes.count == 32 else {
            return nil
        }
        self.init(bytes)
    }

    private init(_ bytes: [UInt8]) {
        text = Base64.urlEncoded(bytes)
        hash = SHA256.digest(of: bytes)
    }

    package var description: String { "a session token" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

/// The proof that somebody signed in; only `Sessions` makes one.
package struct Session: Sendable, Hashable {
    package let id: UUID
    package let account: UUID
    /// The estate it is used in, and the account's person there; nil where it has none.
    package let estate: UUID?
    package let person: UUID?
    /// What the statements of this session run as: each looks it up anew, so that a session that
    /// was revoked meanwhile does nothing more.
    package let principal: Principal
    /// Until when the account's offices count in it; `nil`: they do not.
    package let officeUntil: Instant?

    fileprivate init(_ identity: SessionIdentity, estate: UUID?, principal: Principal) {
        id = identity.session
        account = identity.account
        person = identity.person
        self.estate = identity.person == nil ? nil : estate
        self.principal = principal
        officeUntil = identity.officeUntil
    }
}

/// One of an account's sessions, as its list shows it.
package struct SessionSummary: Sendable, Hashable {
    package var id: UUID
    package var deviceLabel: String
    package var createdAt: Instant
    /// To the day: when exactly somebody was there is nobody's to read.
    package var lastSeenOn: Day
    package var expiresAt: Instant
}

/// Makes, finds, lists and revokes sessions.
///
/// It belongs to a shard, as its database does.
package struct Sessions {
    /// Longest name of a device, in characters.
    package static let deviceLabelMax = 80

    private let database: Database
    private let clock: Clock
    private let ids: UUIDGenerator
    private let limits: SignInLimits

    package init(
        database: Database, clock: Clock, ids: UUIDGenerator, limits: SignInLimits = SignInLimits()
    ) {
        self.database = database
        self.clock = clock
        self.ids = ids
        self.limits = limits
    }

    /// The session of this token, in an estate if one is given.
    ///
    /// Nil when it is unknown, over or revoked. An account with a role above the estate gets its
    /// person there the first time.
    package func session(of token: SessionToken, estate: UUID? = nil) async throws -> Session? {
        let principal = Principal.session(tokenHash: token.hash, estate: estate)
        var (identity, rows) = try await database.readIdentified(
            principal, IsFirstToday(day: today))
        guard let found = identity else { return nil }
        if rows.first == true {
            try await database.write(.account(found.account)) { transaction in
                _ = try await transaction.finish(TouchSession(id: found.session, day: today).sql)
            }
        }
        if found.person == nil, let estate {
            let person = try await database.write(.none) { transaction in
                try await transaction.finish(
                    PersonOf(
                        account: found.account, estate: estate, fresh: ids.next(),
                        at: transaction.instant))
            }
            identity?.person = person.first ?? nil
        }
        return identity.map { Session($0, estate: estate, principal: principal) }
    }

    /// Gives an account its person in each estate that an office above opens to it, if it has none
    /// there yet.
    package func enter(_ estates: [UUID], as account: UUID) async throws {
        try await database.write(.none) { transaction in
            _ = try await transaction.execute(
                estates.map { estate in
                    PersonOf(
                        account: account, estate: estate, fresh: ids.next(),
                        at: transaction.instant
                    ).sql
                })
        }
    }

    /// Makes a proved session for an account that nobody has to prove: `linli session` of the
    /// development profile.
    package func create(for account: UUID, deviceLabel: String) async throws -> SessionToken {
        let token = SessionToken.random()
        try await database.write(.account(account)) { transaction in
            let statement = OpenSession(
                id: ids.next(), account: account, tokenHash: token.hash,
                deviceLabel: Self.bounded(deviceLabel), at: transaction.instant,
                expiresAt: transaction.instant + limits.sessionLifetime, day: today)
            _ = try await transaction.finish(statement.sql)
        }
        return token
    }

    /// The account's live sessions, the newest first.
    package func list(for session: Session) async throws(PostgresError) -> [SessionSummary] {
        try await database.read(session.principal, ListSessions(at: clock.now()))
    }

    /// Ends one of the account's sessions; false when it has no such session that lives.
    package func revoke(_ id: UUID, by session: Session) async throws -> Bool {
        try await database.write(session.principal) { transaction in
            let touched = try await transaction.finish(
                RevokeSession(id: id, at: transaction.instant).sql)
            return touched == [1]
        }
    }

    /// A device's name as it is kept: one line, no longer than the limit.
    package static func bounded(_ label: String) -> String {
        String(
            String.UnicodeScalarView(
                label.unicodeScalars.lazy
                    .filter { $0.properties.generalCategory != .control }
                    .prefix(deviceLabelMax)))
    }

    private var today: Day {
        let day = clock.now().microseconds.flooredQuotient(by: 86_400_000_000)
        return Day(daysSinceEpoch: Int32(clamping: day))
    }
}

extension Int64 {
    fileprivate func flooredQuotient(by divisor: Int64) -> Int64 {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }
}
