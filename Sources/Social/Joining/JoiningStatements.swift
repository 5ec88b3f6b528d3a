internal import Platform

/// Notes that somebody showed a code and a phone; true when a message is to be sent.
struct RequestJoin: Statement {
    var nonce: UUID
    var phone: [UInt8]
    var address: [UInt8]
    var code: [UInt8]
    var sealed: [UInt8]
    /// The hash of the join code.
    var shown: [UInt8]
    var at: Instant
    var limits: JoinLimits

    var sql: SQL {
        let signIn = limits.signIn
        return """
            SELECT linli.request_join(
                \(nonce), \(phone), \(address), \(code), \(sealed), \(shown), \(at),
                \(signIn.codeLifetime.components.seconds),
                \(signIn.phonePerMinute), \(signIn.phonePerHour), \(signIn.phonePerDay),
                \(signIn.addressPerMinute), \(signIn.addressPerHour),
                \(signIn.allPerMinute), \(signIn.allPerHour), \(limits.messagesPerCodeAndDay))
            """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Bool { try cells.read() }
}

/// What a code makes its holder, if it is open.
struct JoinOffer {
    var verdict: String
    var estate: UUID?
    /// The one whom the register has already; `nil`: somebody new.
    var person: UUID?
    var standing: String?
    var birthSealed: [UInt8]?
    /// The day in the estate.
    var today: Day?
    /// Whether the account has this person in the estate already.
    var isOwn = false
}

/// Looks at a newcomer's request, and takes its code.
struct OpenJoin: Statement {
    var nonce: UUID
    var code: [UInt8]
    var residence: UUID?
    var name: String
    var isAnother: Bool
    var at: Instant
    var limits: JoinLimits

    var sql: SQL {
        """
        SELECT verdict, estate_id, person_id, standing, birth_sealed, today
        FROM linli.open_join(\(nonce), \(code), \(residence), \(name), \(isAnother),
            \(limits.accountsPerPhone), \(at))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> JoinOffer {
        JoinOffer(
            verdict: try cells.read(), estate: try cells.read(), person: try cells.read(),
            standing: try cells.read(), birthSealed: try cells.read(), today: try cells.read())
    }
}

/// Makes a member of a newcomer, and opens the session.
struct FinishJoin: Statement {
    struct Row {
        var account: UUID
        var estate: UUID
        var person: UUID
    }

    var nonce: UUID
    var code: [UInt8]
    var name: String
    var language: String
    var freshAccount: UUID
    var freshPerson: UUID
    var birthSealed: [UInt8]?
    var session: UUID
    var token: [UInt8]
    var deviceLabel: String
    var at: Instant
    var limits: JoinLimits

    var sql: SQL {
        """
        SELECT account_id, estate_id, person_id
        FROM linli.finish_join(\(nonce), \(code), \(name), \(language), \(freshAccount),
            \(freshPerson), \(birthSealed), \(session), \(token), \(deviceLabel), \(at),
            \(at + limits.signIn.sessionLifetime))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Row {
        Row(account: try cells.read(), estate: try cells.read(), person: try cells.read())
    }
}

/// Counts a try of the signed-in account, and looks at the code that it shows.
struct OpenAccountJoin: Statement {
    var attempt: UUID
    var shown: [UInt8]
    var residence: UUID?
    var name: String
    var limits: JoinLimits

    var sql: SQL {
        """
        SELECT verdict, estate_id, person_id, standing, birth_sealed, today, is_own
        FROM linli.open_account_join(\(attempt), \(shown), \(residence), \(name),
            \(limits.accountPerHour), \(limits.accountPerDay), \(limits.allPerHour))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> JoinOffer {
        var offer = JoinOffer(
            verdict: try cells.read(), estate: try cells.read(), person: try cells.read(),
            standing: try cells.read(), birthSealed: try cells.read(), today: try cells.read())
        offer.isOwn = try cells.read(Bool?.self) ?? false
        return offer
    }
}

/// Makes the signed-in account's person a member.
struct FinishAccountJoin: Statement {
    var shown: [UInt8]
    var name: String
    var freshPerson: UUID
    var birthSealed: [UInt8]?

    var sql: SQL {
        """
        SELECT estate_id, person_id
        FROM linli.finish_account_join(\(shown), \(name), \(freshPerson), \(birthSealed))
        """
    }

    func decode(
        _ cells: inout Cells
    ) throws(PostgresError) -> (estate: UUID, person: UUID) {
        (try cells.read(), try cells.read())
    }
}
