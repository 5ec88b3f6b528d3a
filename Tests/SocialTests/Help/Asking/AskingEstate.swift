internal import Logging
internal import Platform
internal import Realtime
internal import Support
internal import Testing

@testable internal import Social

/// The estate of the families: the mother and the grandmother ask, the father, the neighbour and the
/// worker help; all of these are verified in person.
struct AskingEstate: Sendable {
    typealias Reader = FamilyEstate.Reader

    let estate: FamilyEstate
    var api: APIFixture { estate.api }

    static func with(
        prepare more: String = "", _ body: @Sendable (AskingEstate) async throws -> Void
    ) async throws {
        let operations: (Keyring, EventSignals) -> [Social.Operation] = { keyring, signals in
            AskingOperations.all(keyring: keyring, signals: signals)
                + BlockOperations.all(signals: signals)
                + ConversationOperations.all(keyring: keyring, signals: signals, relay: nil)
                + TaskOperations.all(keyring: keyring, signals: signals)
                + HelpRooms.visits(keyring: keyring, signals: signals)
        }
        try await FamilyEstate.with(operations, prepare: more) { estate in
            try estate.prove(FamilyEstate.neighbour)
            try estate.prove(FamilyEstate.father)
            try estate.prove(FamilyEstate.worker, by: FamilyEstate.neighbour)
            try await body(AskingEstate(estate: estate))
            #expect(estate.api.logged.lines.isEmpty)
        }
    }

    func id(_ reader: Reader) -> UUID {
        switch reader {
        case .father: FamilyEstate.father
        case .grandmother: FamilyEstate.grandmother
        case .neighbour: FamilyEstate.neighbour
        case .worker: FamilyEstate.worker
        default: FamilyEstate.mother
        }
    }

    // MARK: Helping

    /// Offers help at any time of the week.
    func offer(
        _ reader: Reader, _ kinds: [String] = ["company", "shopping"], _ more: String = ""
    ) throws {
        let windows = (1...7).map {
            #"{"weekday":\#($0),"begins_minute":0,"ends_minute":1440}"#
        }.joined(separator: ",")
        let kinds = kinds.map { "\"\($0)\"" }.joined(separator: ",")
        try estate.json(
            reader, "PUT", "/me/helping",
            """
            {"is_active":true,"kinds":[\(kinds)],"languages":["mandarin"],"windows":[\(windows)],
            "days_off":[]\(more)}
            """, is: 204)
    }

    // MARK: Asking

    /// The body of an asking: an hour, so many hours from now.
    func wanted(
        _ kind: String = "company", in hours: Int64 = 48, _ more: String = ""
    ) -> String {
        let begins = api.clock.now() + .seconds(hours * 3600)
        return """
            {"kind":"\(kind)","begins":"\(begins)","ends":"\(begins + .seconds(3600))",
            "minutes":60\(more)}
            """
    }

    /// Asks; the request's id.
    @discardableResult
    func ask(
        _ reader: Reader, _ kind: String = "company", in hours: Int64 = 48, _ more: String = ""
    ) throws -> String {
        try tick()
        let made = try estate.json(
            reader, "POST", "/help-requests", wanted(kind, in: hours, more), is: 201)
        return try #require(made["id"]?.text)
    }

    /// The request as its asker sees it.
    func shown(_ reader: Reader, _ request: String) throws -> JSON {
        try estate.json(reader, "GET", "/help-requests/\(request)")
    }

    func state(_ reader: Reader, _ request: String) throws -> String? {
        try shown(reader, request)["state"]?.text
    }

    // MARK: Being asked

    /// What a helper is asked now and can answer.
    func open(_ reader: Reader) throws -> [JSON] {
        let page = try estate.json(reader, "GET", "/help-proposals")
        return (page["proposals"]?.elements ?? []).filter { $0["state"]?.text == "open" }
    }

    /// Who is asked now.
    func asked() throws -> [Reader] {
        try [Reader.father, .neighbour, .worker].filter { try !open($0).isEmpty }
    }

    func answer(
        _ reader: Reader, _ what: String, _ body: String? = nil, to id: String? = nil
    ) throws -> String {
        try tick()
        let id = try id ?? open(reader).first?["id"]?.text ?? ""
        let answer = try estate.ask(reader, "POST", "/help-proposals/\(id)/\(what)", body)
        guard answer.status >= 400 else { return "\(answer.status)" }
        return "\(answer.status) \(try JSON(parsing: answer.body)["code"]?.text ?? "")"
    }

    static func no(_ because: String = "busy") -> String { #"{"because":"\#(because)"}"# }

    // MARK: The round

    /// A moment passes.
    func tick() throws { try api.clock.set(api.clock.now() + .milliseconds(1)) }

    /// Runs what is due of the round, on so many servers at once.
    func round(servers: Int = 1) async throws {
        let clock = api.clock
        let ids = UUIDGenerator(clock: clock)
        try clock.advance(by: HelpRound.every)
        let configuration = api.database.configuration
        let runs = Runs()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<servers {
                group.addTask {
                    try await withShard { shard in
                        let pool = Database(configuration, clock: clock, on: shard.loop)
                        let runner = JobRunner(
                            [HelpRound.job(ids: ids) {}],
                            holder: APIFixture.id(0x700 + UInt64(number)), pool, clock: clock,
                            logger: Logger(label: "jobs"))
                        do {
                            runs.add(try await runner.runDue(on: shard))
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
        // One run for each estate, however many servers.
        #expect(runs.count == 2)
        #expect(
            try estate.texts("SELECT DISTINCT outcome FROM linli.job_run WHERE outcome <> 'done'")
                == [])
    }

    /// Runs an urgent round for each of some requests, all at once.
    func urgent(_ requests: [UUID]) async throws {
        let (clock, configuration) = (api.clock, api.database.configuration)
        let ids = UUIDGenerator(clock: clock)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for request in requests {
                group.addTask {
                    try await withShard { shard in
                        let pool = Database(configuration, clock: clock, on: shard.loop)
                        do {
                            try await HelpRound.urgent(
                                pool, .job(HelpRound.name, estate: APIFixture.a), [request],
                                kind: "company", ids: ids)
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

    /// Counts runs of several servers.
    private final class Runs: Sendable {
        private let sum = Locked(0)
        func add(_ runs: Int) { sum.withLock { $0 += runs } }
        var count: Int { sum.withLock { $0 } }
    }

    /// A connection of the owner of the functions, as the job of the round.
    func owner() throws -> BlockingConnection {
        let owner = try BlockingConnection(api.database.connection(as: "linli_owner"))
        for (name, value) in [
            ("instant", "\(api.clock.now().microseconds)"), ("principal", "job"),
            ("job", HelpRound.name), ("estate", "\(APIFixture.a)"),
        ] { try owner.run("SELECT set_config('linli.\(name)', '\(value)', false)") }
        return owner
    }

    func events(_ kind: String) throws -> Int64? {
        try count("SELECT count(*) FROM linli.event WHERE kind = \(kind)")
    }

    func count(_ sql: SQL) throws -> Int64? {
        try api.database.superuser().run(OneCell<Int64>(sql: sql)).first
    }
}
