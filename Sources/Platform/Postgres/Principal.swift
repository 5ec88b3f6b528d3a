/// Who asks: what the first statement of each batch and transaction tells the database.
///
/// Row-level security reads it. Every setting is set each time, empty where it does not apply, so
/// that nothing of an earlier principal is left.
package enum Principal: Sendable, Hashable {
    /// Nobody: only what is granted to everyone.
    case none
    /// A person in an estate, and the account behind it.
    case person(estate: UUID, person: UUID, account: UUID)
    /// A signed-in account, in no estate.
    case account(UUID)
    /// A device of an estate.
    case device(estate: UUID, device: UUID)
    /// Work of the server itself in one estate, by its name.
    case job(String, estate: UUID)
    /// Whoever the session with this token's hash belongs to, in an estate if one is given.
    ///
    /// The database looks it up in the same round trip, through `linli.enter_session`.
    case session(tokenHash: [UInt8], estate: UUID?)

    /// The statement that sets principal and instant for this transaction.
    func statement(at instant: Instant) -> SQL {
        switch self {
        case .none: settings(at: instant, kind: "")
        case .person(let estate, let person, let account):
            settings(
                at: instant, kind: "person", estate: estate, person: person, account: account)
        case .account(let account): settings(at: instant, kind: "account", account: account)
        case .device(let estate, let device):
            settings(at: instant, kind: "device", estate: estate, device: device)
        case .job(let name, let estate):
            settings(at: instant, kind: "job", estate: estate, job: name)
        case .session(let tokenHash, let estate):
            """
            SELECT account_id, person_id, session_id, is_proved, office_until
            FROM linli.enter_session(\(tokenHash), \(estate), \(instant))
            """
        }
    }

    private func settings(
        at instant: Instant, kind: String, estate: UUID? = nil, person: UUID? = nil,
        account: UUID? = nil, device: UUID? = nil, job: String = ""
    ) -> SQL {
        """
        SELECT set_config('linli.instant', \(String(instant.microseconds)), true),
            set_config('linli.principal', \(kind), true),
            set_config('linli.estate', \(estate?.description ?? ""), true),
            set_config('linli.person', \(person?.description ?? ""), true),
            set_config('linli.account', \(account?.description ?? ""), true),
            set_config('linli.device', \(device?.description ?? ""), true),
            set_config('linli.job', \(job), true)
        """
    }

    /// Reads who the session belongs to; `nil` when it is not valid, or this is no session.
    func identity(from batch: Batch, at index: Int) throws(PostgresError) -> SessionIdentity? {
        guard case .session = self else { return nil }
        return try batch.rows(index, EnterSession()).first
    }

    /// Reads the answer of `enter_session`.
    private struct EnterSession: Statement {
        var sql: SQL { "" }

        func decode(_ cells: inout Cells) throws(PostgresError) -> SessionIdentity {
            SessionIdentity(
                account: try cells.read(), person: try cells.read(), session: try cells.read(),
                isProved: try cells.read(), officeUntil: try cells.read())
        }
    }
}

/// Whose session it was.
package struct SessionIdentity: Sendable, Hashable {
    /// The account that signed in.
    package var account: UUID
    /// Its person in the estate asked for; `nil` without an estate, or where it has none.
    package var person: UUID?
    /// The session itself.
    package var session: UUID
    /// Whether it has a second proof.
    package var isProved: Bool
    /// Until when the account's offices count in it; `nil`: they do not.
    package var officeUntil: Instant?

    /// An identity as the database gave it.
    package init(
        account: UUID, person: UUID?, session: UUID, isProved: Bool, officeUntil: Instant?
    ) {
        self.account = account
        self.person = person
        self.session = session
        self.isProved = isProved
        self.officeUntil = officeUntil
    }
}
