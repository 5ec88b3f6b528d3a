/// Why the database, or the way to it, failed.
package struct PostgresError: Error, Hashable {
    /// What failed.
    package enum Kind: Sendable, Hashable {
        /// The server refused a statement; `state` says why.
        case server
        /// The connection broke under a statement that had not been committed.
        case connectionLost
        /// No connection is up: answer 503, try again later.
        case unavailable
        /// Every connection is taken and the queue is full or too slow: answer 503.
        case busy
        /// The connection broke while a COMMIT ran: it may or may not have happened.
        case unknownOutcome
        /// A row was not what the statement's `decode` expects: a mistake of ours.
        case decoding
        /// The session's token is not known, or no longer valid: answer 401.
        case noSession
        /// A migration that cannot be applied, or is not the one that was.
        case migration
    }

    /// What failed.
    package var kind: Kind
    /// SQLSTATE, five characters (PostgreSQL manual, Appendix A); `nil` when no server said it.
    package var state: String?
    /// The server's, libpq's or our own words; for the log, never for the public.
    package var message: String
    /// The constraint that refused the row, if one did.
    package var constraint: String?
    /// What the server added, with values of rows: never for the public, nor for the log.
    package var detail: String?

    /// An error with all its fields.
    package init(
        _ kind: Kind, state: String? = nil, message: String, constraint: String? = nil,
        detail: String? = nil
    ) {
        self.kind = kind
        self.state = state
        self.message = message
        self.constraint = constraint
        self.detail = detail
    }

    /// Whether running the transaction again may well succeed: serialization failure or deadlock.
    package var isSerializationFailure: Bool { state == "40001" || state == "40P01" }

    /// Whether the connection is of no more use.
    ///
    /// Broken, shutting down (57P01 to 57P03), class 08, or read-only since a failover (25006).
    package var isConnectionLost: Bool {
        switch kind {
        case .connectionLost, .unavailable, .unknownOutcome: true
        case .busy, .decoding, .noSession, .migration: false
        case .server:
            switch state {
            case "57P01", "57P02", "57P03", "25006", nil: true
            case .some(let state): state.hasPrefix("08")
            }
        }
    }

    /// Whether trying the same again later may succeed: answer 503 with Retry-After.
    package var isTemporary: Bool {
        isConnectionLost || isSerializationFailure || kind == .busy
            || state == "57014" || state == "55P03" || state?.hasPrefix("53") == true
    }

    /// Whether a statement prepared before must be prepared anew: it is gone (26000), or its
    /// result type changed with the schema (0A000).
    var isStalePlan: Bool {
        state == "26000"
            || (state == "0A000" && message.contains("cached plan must not change result type"))
    }
}
