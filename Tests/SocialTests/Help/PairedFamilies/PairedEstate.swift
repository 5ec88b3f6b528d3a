internal import Logging
internal import Platform
internal import Realtime
internal import Support
internal import Testing

@testable internal import Social

/// The estate of the families: the neighbour helps, the grandmother is helped, the father too where two are
/// wanted; all of them are verified in person, and the neighbour and the grandmother know each other.
struct PairedEstate: Sendable {
    typealias Reader = FamilyEstate.Reader

    static let helper = FamilyEstate.neighbour
    static let elder = FamilyEstate.grandmother

    let estate: FamilyEstate
    var api: APIFixture { estate.api }

    static func with(
        prepare more: String = "", _ body: @Sendable (PairedEstate) async throws -> Void
    ) async throws {
        let operations: (Keyring, EventSignals) -> [Social.Operation] = { keyring, signals in
            PairedFamilyOperations.all(signals: signals)
                + HelpRooms.visits(keyring: keyring, signals: signals)
                + BlockOperations.all(signals: signals)
                + StandingOperations.all(keyring: keyring, signals: signals)
                + ConversationOperations.all(keyring: keyring, signals: signals, relay: nil)
                + MergeOperations.all(keyring: keyring, signals: signals)
                + TaskOperations.all(keyring: keyring, signals: signals)
        }
        try await FamilyEstate.with(operations, prepare: rows + more) { estate in
            for person in [FamilyEstate.neighbour, FamilyEstate.grandmother, FamilyEstate.father] {
                try estate.prove(person)
            }
            try await body(PairedEstate(estate: estate))
            #expect(estate.api.logged.lines.isEmpty)
        }
    }

    private static let rows = """
        UPDATE linli.person SET claimed_at = '2026-01-01Z' WHERE account_id IS NOT NULL;
        INSERT INTO linli.tie (estate_id, id, claimer_id, other_id, kind, claimed_at, confirmed_at,
            ends)
        VALUES ('\(APIFixture.a)', '\(APIFixture.id(0x91))', '\(helper)', '\(elder)', 'friend',
            '2026-01-01Z', '2026-01-02Z', '2028-01-01Z');
        """

    // MARK: Asking

    /// A moment passes: no two acts are of one instant.
    func tick() throws { try api.clock.set(api.clock.now() + .milliseconds(1)) }

    /// Sets the clock.
    func at(_ instant: String) throws { try api.clock.set(#require(Instant(instant))) }

    /// The status, and the code of a refusal.
    func said(
        _ reader: Reader, _ method: String, _ path: String, _ body: String? = nil,
        match: String? = nil, for beneficiary: UUID? = nil
    ) throws -> String {
        try tick()
        let answer = try estate.ask(reader, method, path, body, match: match, for: beneficiary)
        guard answer.status >= 400 else { return "\(answer.status)" }
        return "\(answer.status) \(try JSON(parsing: answer.body)["code"]?.text ?? "")"
    }

    func count(_ sql: SQL) throws -> Int64? {
        try api.database.superuser().run(OneCell<Int64>(sql: sql)).first
    }

    /// How many open tasks there are of a kind.
    func tasks(_ kind: String) throws -> Int64? {
        try count("SELECT count(*) FROM linli.task WHERE kind = \(kind) AND finished_at IS NULL")
    }

    // MARK: Pairings

    /// The body of a proposal: Wednesdays at ten.
    static func wanted(
        _ helper: UUID? = helper, _ person: UUID? = elder, form: String = "elder",
        kind: String = "company", minute: Int = 600, _ more: String = ""
    ) -> String {
        let helper = helper.map { #","helper":"\#($0)""# } ?? ""
        let person = person.map { #","person":"\#($0)""# } ?? ""
        return """
            {"form":"\(form)","kind":"\(kind)","cadence":"weekly","weekday":3,"minute":\(minute)\
            \(helper)\(person)\(more)}
            """
    }

    /// Proposes as the social worker, or another; the pairing's id.
    func propose(_ body: String = wanted(), by reader: Reader = .worker) throws -> String {
        try tick()
        let made = try estate.json(reader, "POST", "/pairings", body, is: 201)
        return try #require(made["id"]?.text)
    }

    func answer(
        _ reader: Reader, _ pairing: String, _ word: String = "yes", for other: UUID? = nil
    ) throws -> String {
        try said(
            reader, "POST", "/pairings/\(pairing)/answer", #"{"answer":"\#(word)"}"#, for: other)
    }

    /// A pairing that both agreed to, with its first visits.
    func begun(_ body: String = wanted(), _ person: Reader = .grandmother) async throws -> String {
        let pairing = try propose(body)
        #expect(try answer(.neighbour, pairing) == "204")
        #expect(try answer(person, pairing) == "204")
        try await tend()
        return pairing
    }

    func shown(_ reader: Reader, _ pairing: String) throws -> JSON {
        try estate.json(reader, "GET", "/pairings/\(pairing)")
    }

    /// The tag of the version that a reader finds.
    func tag(_ reader: Reader, _ pairing: String) throws -> String {
        try #require(estate.ask(reader, "GET", "/pairings/\(pairing)")["etag"])
    }

    func state(_ reader: Reader, _ pairing: String) throws -> String? {
        try shown(reader, pairing)["state"]?.text
    }

    /// The visits of all pairings: when, and what became of them.
    func visits(_ state: String? = nil) throws -> [String] {
        try estate.texts(
            """
            SELECT to_char(begins AT TIME ZONE 'Asia/Shanghai', 'MM-DD HH24:MI')
                || CASE WHEN \(state) IS NULL THEN ' ' || coalesce(because, state) ELSE '' END
            FROM linli.help_visit
            WHERE source = 'pairing' AND (\(state) IS NULL OR state = \(state))
            ORDER BY begins, planned_at
            """)
    }

    /// The id of the next visit.
    func visit() throws -> String {
        let next = try estate.texts(
            """
            SELECT id::text FROM linli.help_visit
            WHERE source = 'pairing' AND state = 'planned' ORDER BY begins LIMIT 1
            """)
        return try #require(next.first)
    }

    // MARK: The jobs

    /// Runs what is due now of visits and of pairings.
    func tend() async throws {
        let (configuration, clock) = (api.database.configuration, api.clock)
        try await withShard { shard in try await Self.tend(shard, configuration, clock) }
    }

    private static func tend(
        _ shard: isolated Shard, _ configuration: DatabaseConfiguration, _ clock: Platform.Clock
    ) async throws {
        let pool = Database(configuration, clock: clock, on: shard.loop)
        do {
            _ = try await pool.write(.job("help-visits", estate: APIFixture.a)) { tx in
                try await tx.finish(SweepHelpVisits(rowsMax: 50))
            }
            try await PairingSweep.tend(pool, .job(PairingSweep.name, estate: APIFixture.a)) {}
        } catch {
            await pool.close()
            throw error
        }
        await pool.close()
    }

    /// Runs the leased job on two servers at once.
    func tendTwice() async throws {
        let (configuration, clock) = (api.database.configuration, api.clock)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<2 {
                group.addTask {
                    try await withShard { shard in
                        try await Self.serve(shard, UInt64(number), configuration, clock)
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try estate.texts("SELECT DISTINCT outcome FROM linli.job_run") == ["done"])
    }

    private static func serve(
        _ shard: isolated Shard, _ number: UInt64, _ configuration: DatabaseConfiguration,
        _ clock: Platform.Clock
    ) async throws {
        let pool = Database(configuration, clock: clock, on: shard.loop)
        let runner = JobRunner(
            [PairingSweep.job {}], holder: APIFixture.id(0x700 + number), pool, clock: clock,
            logger: Logger(label: "jobs"))
        do {
            _ = try await runner.runDue(on: shard)
        } catch {
            await pool.close()
            throw error
        }
        await pool.close()
    }
}
