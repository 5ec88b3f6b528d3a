package import Logging
package import Platform
package import Realtime

/// What all calls of a server share.
package struct APIContext: Sendable {
    /// The server's only clock.
    package var clock: Clock
    /// Makes ids.
    package var ids: UUIDGenerator
    /// Seals cursors.
    package var cursors: CursorSealer
    /// Seals stored answers.
    package var answers: Sealer
    /// The session's cookie.
    package var cookie: SessionCookie
    /// Origins that may write with a cookie, besides the host itself.
    package var origins: Set<String>
    /// Hears of faults.
    package var logger: Logger
    /// Counts the requests that were shed.
    package var shed: ShedRequests

    /// What all calls share, with keys from the keyring.
    package init(
        clock: Clock, ids: UUIDGenerator, keyring: Keyring, cookie: SessionCookie,
        origins: Set<String> = [], logger: Logger, shed: ShedRequests = ShedRequests()
    ) {
        self.clock = clock
        self.ids = ids
        cursors = CursorSealer(keyring)
        answers = keyring.sealer(for: "idempotency")
        self.cookie = cookie
        self.origins = origins
        self.logger = logger
        self.shed = shed
    }
}

/// Whose act it is, once the database knows the session.
package struct Caller: Sendable, Hashable {
    /// The account that signed in.
    package var account: UUID
    /// Its person in the estate of the path; `nil` where the path names none.
    package var person: UUID?
    /// The session.
    package var session: UUID
    /// The estate of the path.
    package var estate: UUID?
}

/// Ends a call with a refusal, from wherever it is found.
package struct Stop: Error {
    /// What the client reads.
    package var problem: Problem

    /// Ends a call with this refusal.
    package init(_ problem: Problem) { self.problem = problem }

    /// Ends a call with a refusal of this kind.
    package init(_ kind: ProblemKind) { problem = Problem(kind) }
}

/// The account has no person in the estate, or not yet.
private struct NotEntered: Error {}

/// One request to an operation, its parameters and content found valid.
package struct Call {
    /// The request as it came.
    package let request: Request
    /// The operation's name.
    package let operation: String
    /// The shard's database.
    package let database: Database
    /// What all calls share.
    package let context: APIContext
    /// The language of titles and advice.
    package let language: Language
    /// Names this call in answers and in the log.
    package let requestID: String
    /// The session's secret, if one was sent.
    package let token: SessionToken?
    /// Who asks, as the database is told.
    package let principal: Principal
    /// The content; `null` when the operation takes none.
    package internal(set) var body: JSON = .null
    var parameters: [String: JSON] = [:]
    let security: Operation.Security
    let proof: Operation.Proof
    /// For whom it is done, if not for the one who asks.
    var onBehalf: OnBehalf?

    /// The estate of the path, if it names one.
    package var estate: UUID? { parameters["estate"]?.text.flatMap { UUID($0) } }

    /// Where the server is, as the client names it: scheme and host.
    package var site: String {
        let isSecure = request.isSecure || context.cookie.isSecure
        return "\(isSecure ? "https" : "http")://\(request.field("host") ?? "localhost")"
    }

    /// A declared path parameter.
    package func id(_ name: String) -> UUID {
        guard let id = parameters[name]?.text.flatMap({ UUID($0) }) else {
            preconditionFailure("\(operation) declares no path parameter \(name)")
        }
        return id
    }

    /// A number of the query, if it was given.
    package func integer(_ name: String) -> Int64? { parameters[name]?.integer }

    /// A word of the query, if it was given.
    package func text(_ name: String) -> String? { parameters[name]?.text }

    /// How many elements the page may have.
    package func limit(default count: Int64 = 20) -> Int64 { integer("limit") ?? count }

    // MARK: Answering

    /// The answer with this JSON content.
    package func json(
        _ status: Status = .ok, capacity: Int = 1024, _ write: (inout JSONWriter) throws -> Void
    ) rethrows -> Response {
        var json = JSONWriter(capacity: capacity)
        try write(&json)
        return Response(status, "application/json", json.bytes)
    }

    /// The answer that refuses.
    package func refusal(_ problem: Problem) -> Response {
        problem.response(language, requestID: requestID)
    }

    // MARK: Reading

    /// Runs a statement as the caller in one round trip with the look-up of its session.
    package func read<S: Statement>(_ statement: S) async throws -> [S.Row] {
        try await answers([statement.sql]).rows(0, statement)
    }

    /// Runs two statements as the caller in one round trip.
    package func read<S1: Statement, S2: Statement>(
        _ statement1: S1, _ statement2: S2
    ) async throws -> ([S1.Row], [S2.Row]) {
        let answers = try await answers([statement1.sql, statement2.sql])
        return (try answers.rows(0, statement1), try answers.rows(1, statement2))
    }

    /// Runs three statements as the caller in one round trip.
    package func read<S1: Statement, S2: Statement, S3: Statement>(
        _ statement1: S1, _ statement2: S2, _ statement3: S3
    ) async throws -> ([S1.Row], [S2.Row], [S3.Row]) {
        let answers = try await answers([statement1.sql, statement2.sql, statement3.sql])
        return (
            try answers.rows(0, statement1), try answers.rows(1, statement2),
            try answers.rows(2, statement3)
        )
    }

    /// Runs statements as the caller in one round trip; their rows are read from what comes back.
    ///
    /// - Throws: `Stop` without a session, without a person in the estate, or where no delegation
    ///   covers what is done for another; `PostgresError`.
    package func answers(_ statements: [SQL]) async throws -> Answers {
        try await entering {
            guard let onBehalf else {
                let answers = try await database.answers(principal, statements)
                _ = try caller(answers.identity)
                return answers
            }
            let check = onBehalf.statement
            let answers = try await database.answers(principal, [check.sql] + statements)
            _ = try caller(answers.identity)
            if let refusal = OnBehalf.refusal(try answers.rows(0, check).first) {
                throw Stop(refusal)
            }
            return answers.dropping(1)
        }
    }

    /// Who the session is; `nil` where anybody may ask.
    func caller(_ identity: SessionIdentity?) throws -> Caller? {
        guard security != .open else { return nil }
        guard let identity else { throw Stop(.unauthenticated) }
        if security == .person, identity.person == nil { throw NotEntered() }
        if proof == .needed, !identity.isProved { throw Stop(.secondProofNeeded) }
        return Caller(
            account: identity.account, person: identity.person, session: identity.session,
            estate: estate)
    }

    /// Runs `work`, and again if an office above the estate gave the account its person there only
    /// now; whoever has none finds nothing.
    func entering<Value>(_ work: () async throws -> Value) async throws -> Value {
        do {
            return try await work()
        } catch is NotEntered {
            let sessions = Sessions(database: database, clock: context.clock, ids: context.ids)
            guard let token, let session = try await sessions.session(of: token, estate: estate),
                session.person != nil
            else { throw Stop(.notFound) }
        }
        do {
            return try await work()
        } catch is NotEntered {
            throw Stop(.notFound)
        }
    }
}

// MARK: Pages and versions

extension Call {
    /// Where the page begins; `nil` for the first.
    ///
    /// - Throws: `Stop` for a cursor that is none of ours for this list.
    package func cursor() throws(Stop) -> Cursor? {
        guard let text = text("cursor") else { return nil }
        let scope = estate?.bytes ?? []
        guard let cursor = context.cursors.cursor(text, for: operation, scope: scope) else {
            throw Stop(.cursorInvalid)
        }
        return cursor
    }

    /// The `Link` field to the page after `cursor` (RFC 8288 §3).
    package func link(next cursor: Cursor) throws -> String {
        let scope = estate?.bytes ?? []
        let text = try context.cursors.text(cursor, for: operation, scope: scope)
        let kept = parameters.filter { $0.key != "cursor" && request.query($0.key) != nil }
            .sorted { $0.key < $1.key }
            .map { "\($0.key)=\(PercentEncoder.encode(request.query($0.key) ?? ""))" }
        let query = (["cursor=\(text)"] + kept).joined(separator: "&")
        return "<\(request.path)?\(query)>; rel=\"next\""
    }

    /// 304 when the client has this version already; otherwise `nil`.
    package func unchanged(_ tag: ETag) -> Response? {
        guard let field = request.field("if-none-match"), tag.isListed(in: field) else {
            return nil
        }
        return Response(.notModified).adding("ETag", tag.description)
    }

    /// The refusal when `If-Match` names another version than the current one; otherwise `nil`.
    ///
    /// `changed` are names of what the current version changed, as far as they are known.
    package func staleness(_ current: ETag, changed: [String] = []) -> Problem? {
        guard let field = request.field("if-match"), !current.isMatched(by: field) else {
            return nil
        }
        var problem = Problem(.preconditionFailed)
        problem.changed = changed
        problem.fields["ETag"] = current.description
        return problem
    }
}
