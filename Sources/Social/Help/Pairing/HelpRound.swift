internal import Matching
internal import Platform
internal import Realtime

/// The round: who is asked to help with which request.
enum HelpRound {
    /// The job's name.
    static let name = "help-round"
    /// From one round of an estate to the next.
    static let every: Duration = .seconds(300)
    /// How often a round looks again because a pair may not be after all.
    private static let triesMax = 4
    /// Most requests of one transaction.
    private static let batch = 2500

    /// The job; `committed` hears of each transaction that wrote.
    static func job(
        ids: UUIDGenerator, committed: @escaping @Sendable () -> Void
    ) -> Job {
        Job(name: name, every: every) { run, database, _ in
            try await HelpRound.run(database, run.principal, ids: ids)
            committed()
        }
    }

    /// One round of an estate.
    ///
    /// Two at once ask nobody twice: each asking takes its request's row, and looks
    /// again.
    static func run(
        _ database: Database, _ principal: Principal, ids: UUIDGenerator
    ) async throws {
        try await database.write(principal) { tx in
            var swept: Int64 = 1
            while swept > 0 {
                try Task.checkCancellation()
                swept =
                    try await tx.run(HelpCount(sql: "SELECT linli.help_round_sweep()")).first ?? 0
            }
        }
        let (helpers, requests) = try await database.read(
            principal, RoundHelpers(kinds: nil), RoundRequests(only: nil))
        try await ask(database, principal, helpers, requests, ids)
    }

    /// A round for some requests of one kind alone; what time has ended waits for the job.
    static func urgent(
        _ database: Database, _ principal: Principal, _ only: [UUID], kind: String,
        ids: UUIDGenerator
    ) async throws {
        let (helpers, requests) = try await database.read(
            principal, RoundHelpers(kinds: [kind]), RoundRequests(only: only))
        try await ask(database, principal, helpers, requests, ids)
    }

    /// Finds whom to ask, asks, and looks again where a pair may not be after all.
    private static func ask(
        _ database: Database, _ principal: Principal, _ helpers: [HelpMatcher.Helper],
        _ requests: [HelpMatcher.Request], _ ids: UUIDGenerator
    ) async throws {
        guard !requests.isEmpty else { return }
        let (who, whom) = (helpers.map(\.id), Array(Set(requests.map(\.person))))
        let (pairs, evidence) = try await database.read(
            principal, RoundPairs(helpers: who, persons: whom),
            RoundEvidence(helpers: who, persons: whom))
        var matcher = HelpMatcher(
            helpers: helpers, requests: requests, pairs: pairs, evidence: evidence)
        var nobody: [UUID] = []
        for _ in 0..<triesMax {
            let solving = matcher
            // Unstructured, so that it does not run on a loop.
            let solved = await Task.detached { solving.solve() }.value
            nobody += solved.nobody
            let refused = try await propose(database, principal, solved.askings, ids)
            guard !refused.isEmpty else { break }
            matcher.goOn(without: refused, after: solved.askings)
        }
        guard !nobody.isEmpty else { return }
        let open = nobody
        try await database.write(principal) { tx in
            _ = try await tx.run(HelpCount(sql: "SELECT linli.help_nobody(\(open))"))
        }
    }

    /// Asks, some at a time; the pairs that may not be.
    private static func propose(
        _ database: Database, _ principal: Principal, _ askings: [HelpMatcher.Asking],
        _ ids: UUIDGenerator
    ) async throws -> [RefusedPairs.Row] {
        var refused: [RefusedPairs.Row] = []
        for start in stride(from: 0, to: askings.count, by: batch) {
            let part = askings[start..<min(start + batch, askings.count)]
            let made = part.map { _ in ids.next() as UUID }
            refused += try await database.write(principal) { tx in
                try await tx.run(
                    RefusedPairs(
                        sql: """
                            SELECT request_id, helper_id
                            FROM linli.help_propose(\(made), \(part.map(\.request)),
                                \(part.map(\.helper)), \(part.map(\.begins)),
                                \(part.map(\.reasons)))
                            """))
            }
        }
        return refused
    }
}

/// One count.
struct HelpCount: Statement {
    var sql: SQL

    func decode(_ cells: inout Cells) throws(PostgresError) -> Int64 { try cells.read() }
}

/// Pairs that may not be after all.
struct RefusedPairs: Statement {
    var sql: SQL

    func decode(
        _ cells: inout Cells
    ) throws(PostgresError) -> (request: UUID, helper: UUID) {
        (try cells.read(), try cells.read())
    }
}

/// Those who offer help now, with one of some kinds, or any.
struct RoundHelpers: Statement {
    var kinds: [String]?

    var sql: SQL {
        """
        SELECT id, kinds, languages, gender, gender_rule, in_person, vetted, windows, busy, load,
            load_max, asked, rest_days, building, stair
        FROM linli.help_round_helpers(\(kinds))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> HelpMatcher.Helper {
        HelpMatcher.Helper(
            id: try cells.read(), kinds: try cells.read(), languages: try cells.read(),
            gender: try cells.read(String?.self).flatMap { PairingGender(rawValue: $0) },
            genderRule: try cells.read(String?.self).flatMap { PairingGender(rawValue: $0) },
            isInPerson: try cells.read(), isVetted: try cells.read(),
            windows: try cells.read(), busy: try cells.read(), load: try cells.read(),
            loadMax: try cells.read(), asked: try cells.read(), restDays: try cells.read(),
            home: HelpMatcher.Home(building: try cells.read(), stair: try cells.read()))
    }
}

/// The requests that look for somebody now: some of them, or all.
struct RoundRequests: Statement {
    var only: [UUID]?

    var sql: SQL {
        """
        SELECT id, person_id, kind, child, elder, first_minute, last_minute, minutes, urgency,
            wish_gender, wish_language, person_gender, asked, building, stair, origin, now_minute
        FROM linli.help_round_requests(\(only))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> HelpMatcher.Request {
        HelpMatcher.Request(
            id: try cells.read(), person: try cells.read(), kind: try cells.read(),
            isWithChild: try cells.read(), isOfElder: try cells.read(), first: try cells.read(),
            last: try cells.read(), minutes: try cells.read(), urgency: try cells.read(),
            wishGender: try cells.read(String?.self).flatMap { PairingGender(rawValue: $0) },
            wishLanguage: try cells.read(),
            personGender: try cells.read(String?.self).flatMap { PairingGender(rawValue: $0) },
            asked: try cells.read(),
            home: HelpMatcher.Home(building: try cells.read(), stair: try cells.read()),
            origin: try cells.read(), now: try cells.read())
    }
}

/// What helpers and persons are to each other.
struct RoundPairs: Statement {
    var helpers: [UUID]
    var persons: [UUID]

    var sql: SQL {
        """
        SELECT helper_id, person_id, tie, visits, is_known, is_barred
        FROM linli.help_round_pairs(\(helpers), \(persons))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> HelpMatcher.Pair {
        HelpMatcher.Pair(
            helper: try cells.read(), person: try cells.read(), tie: try cells.read(),
            visits: try cells.read(), isKnown: try cells.read(), isBarred: try cells.read())
    }
}

/// What is known of helpers.
struct RoundEvidence: Statement {
    var helpers: [UUID]
    var persons: [UUID]

    var sql: SQL {
        """
        SELECT helper_id, person_id, of_kind, good, disputed, raters, vouches
        FROM linli.help_round_evidence(\(helpers), \(persons))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> HelpMatcher.Evidence {
        HelpMatcher.Evidence(
            helper: try cells.read(), person: try cells.read(), kind: try cells.read(),
            good: try cells.read(), disputed: try cells.read(), raters: try cells.read(),
            vouches: try cells.read())
    }
}
