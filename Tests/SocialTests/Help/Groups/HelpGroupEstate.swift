internal import Platform
internal import Realtime
internal import Support
internal import Testing

@testable internal import Social

/// The estate of the families with help groups: father, neighbour and worker are verified in
/// person, mother and grandmother share a home.
struct HelpGroupEstate: Sendable {
    typealias Reader = FamilyEstate.Reader

    /// A place that is open to all.
    static let room = APIFixture.id(0xA1)
    static let anyTime = (1...7).map {
        #"{"weekday":\#($0),"begins_minute":0,"ends_minute":1440}"#
    }.joined(separator: ",")

    let estate: FamilyEstate
    var api: APIFixture { estate.api }

    static func with(
        prepare more: String = "", _ body: @Sendable (HelpGroupEstate) async throws -> Void
    ) async throws {
        let operations: (Keyring, EventSignals) -> [Social.Operation] = { keyring, signals in
            HelpGroupOperations.all(keyring: keyring, signals: signals)
                + AskingOperations.all(keyring: keyring, signals: signals)
                + HelpVisitOperations.all(keyring: keyring, signals: signals)
                + BlockOperations.all(signals: signals)
                + ConversationOperations.all(keyring: keyring, signals: signals, relay: nil)
                + TaskOperations.all(keyring: keyring, signals: signals)
                + ModerationOperations.all(keyring: keyring, signals: signals)
        }
        try await FamilyEstate.with(operations, prepare: more) { estate in
            try estate.prove(FamilyEstate.neighbour)
            try estate.prove(FamilyEstate.father)
            try estate.prove(FamilyEstate.worker, by: FamilyEstate.neighbour)
            try estate.run(
                "UPDATE linli.person SET claimed_at = created_at WHERE account_id IS NOT NULL")
            try await body(HelpGroupEstate(estate: estate))
            #expect(estate.api.logged.lines.isEmpty)
        }
    }

    // MARK: Asking

    /// A moment passes.
    func tick() throws { try api.clock.set(api.clock.now() + .milliseconds(1)) }

    /// The status, and the code of a refusal.
    func said(
        _ reader: Reader, _ method: String, _ path: String, _ body: String? = nil,
        for beneficiary: UUID? = nil
    ) throws -> String {
        if method != "GET" { try tick() }
        let answer = try estate.ask(reader, method, path, body, for: beneficiary)
        guard answer.status >= 400 else { return "\(answer.status)" }
        return "\(answer.status) \(try JSON(parsing: answer.body)["code"]?.text ?? "")"
    }

    /// What was made.
    func made(_ reader: Reader, _ path: String, _ body: String? = nil) throws -> JSON {
        try tick()
        return try estate.json(reader, "POST", path, body, is: 201)
    }

    func list(_ reader: Reader, _ path: String, _ name: String) throws -> [JSON] {
        try estate.json(reader, "GET", path)[name]?.elements ?? []
    }

    func count(_ sql: SQL) throws -> Int64? {
        try api.database.superuser().run(OneCell<Int64>(sql: sql)).first
    }

    /// Whether a person was told of this kind, so often.
    func told(_ person: UUID, _ kind: String) throws -> Int {
        try estate.told(person).filter { $0 == kind }.count
    }

    func block(_ one: UUID, _ other: UUID) throws {
        try estate.run(
            """
            INSERT INTO linli.block (estate_id, id, blocker_id, other_id, was_shown, begins)
            VALUES ('\(APIFixture.a)', gen_random_uuid(), '\(one)', '\(other)', true, '2026-01-01Z')
            """)
    }

    /// A tie that both confirmed.
    func tie(_ one: UUID, _ other: UUID) throws {
        try estate.run(
            """
            INSERT INTO linli.tie (estate_id, id, claimer_id, other_id, kind, claimed_at,
                confirmed_at, ends)
            VALUES ('\(APIFixture.a)', gen_random_uuid(), '\(one)', '\(other)', 'friend',
                '2026-01-01Z', '2026-01-02Z', '2028-01-01Z')
            """)
    }

    // MARK: Groups

    static func words(
        _ joining: String = "open", places: Int = 12, kinds: String = #""company","walk""#,
        _ more: String = ""
    ) -> String {
        """
        {"name_zh":"早餐互助","purpose_zh":"周二一起准备早餐","kinds":[\(kinds)],
        "joining":"\(joining)","places":\(places)\(more)}
        """
    }

    /// Founds a group; its id.
    func found(
        _ reader: Reader = .father, _ joining: String = "open", places: Int = 12
    ) throws -> String {
        try #require(
            made(reader, "/help-groups", Self.words(joining, places: places))["id"]?.text)
    }

    /// Joins with so many shifts a month; the state.
    func join(_ reader: Reader, _ group: String, most: Int = 4) throws -> String? {
        try made(reader, "/help-groups/\(group)/members", #"{"monthly_max":\#(most)}"#)["state"]?
            .text
    }

    func group(_ reader: Reader, _ group: String) throws -> JSON {
        try estate.json(reader, "GET", "/help-groups/\(group)")
    }

    /// Has time for help, always.
    func offer(_ reader: Reader, _ windows: String = anyTime, _ more: String = "") throws {
        try estate.json(
            reader, "PUT", "/me/helping",
            """
            {"is_active":true,"kinds":["company"],"languages":["mandarin"],"windows":[\(windows)],
            "days_off":[],"monthly_max":30\(more)}
            """, is: 204)
    }

    // MARK: The rota

    /// A shift each Tuesday at nine, of an hour; the template's id.
    @discardableResult
    func rota(
        _ group: String, by reader: Reader = .father, weekday: Int = 2, at minute: Int = 540,
        seats: Int = 1
    ) throws -> String {
        try #require(
            made(
                reader, "/help-groups/\(group)/rotas",
                """
                {"kind":"company","weekday":\(weekday),"begins_minute":\(minute),"minutes":60,
                "seats":\(seats),"place":"\(Self.room)"}
                """)["id"]?.text)
    }

    /// The shifts of a group that are to come.
    func shifts(_ reader: Reader, _ group: String) throws -> [JSON] {
        try list(reader, "/help-groups/\(group)/shifts?limit=100", "shifts")
    }

    /// A round, on so many servers at once.
    func round(servers: Int = 1) async throws {
        try tick()
        let (clock, configuration) = (api.clock, api.database.configuration)
        let ids = UUIDGenerator(clock: clock)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<servers {
                group.addTask {
                    try await withShard { shard in
                        let pool = Database(configuration, clock: clock, on: shard.loop)
                        do {
                            try await HelpGroupRound.run(
                                pool, .job(HelpGroupRound.name, estate: APIFixture.a), ids: ids)
                        } catch {
                            await pool.close()
                            throw error
                        }
                        await pool.close()
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    /// Runs the sweep alone.
    @discardableResult
    func sweep() throws -> Int64? {
        try tick()
        let connection = try api.database.superuser()
        for (name, value) in [
            ("instant", "\(api.clock.now().microseconds)"), ("principal", "job"),
            ("estate", "\(APIFixture.a)"), ("job", HelpGroupRound.name),
        ] { try connection.run("SELECT set_config('linli.\(name)', '\(value)', false)") }
        return try connection.run(OneCell<Int64>(sql: "SELECT linli.help_rota_sweep(200)")).first
    }

    /// A group whose members have joined, with a seat each Tuesday and shifts laid.
    func laid(_ members: [Reader], seats: Int = 1) throws -> String {
        let group = try found()
        for member in members { #expect(try join(member, group) == "joined") }
        try rota(group, seats: seats)
        try sweep()
        return group
    }

    /// Several ask at once; the statuses, sorted.
    func atOnce(
        _ readers: [Reader], _ method: String, _ path: String, _ body: String? = nil
    ) async throws -> [Int] {
        try tick()
        let estate = estate
        return try await withThrowingTaskGroup(of: Int.self) { group in
            for reader in readers {
                group.addTask { Int(try estate.ask(reader, method, path, body).status) }
            }
            return try await group.reduce(into: [Int]()) { $0.append($1) }.sorted()
        }
    }
}
