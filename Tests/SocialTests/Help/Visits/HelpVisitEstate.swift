internal import Platform
internal import Realtime
internal import Support
import Testing

@testable internal import Social

/// The estate of the announcements with visits: the neighbour helps the leader, whose household the
/// member is of; the officer's committee is the desk.
struct HelpVisitEstate: Sendable {
    typealias Reader = AnnouncementEstate.Reader

    static let base = "/api/v1/estates/\(APIFixture.a)"
    static let helped = APIFixture.id(0xF1)
    static let member = APIFixture.id(0xF3)
    static let helper = APIFixture.id(0xF4)
    static let source = APIFixture.id(0xC1)
    static let home = APIFixture.id(0xA4)
    /// Three hours after the fixture's beginning.
    static let begins = APIFixture.start + .seconds(10_800)

    let estate: AnnouncementEstate
    var api: APIFixture { estate.api }

    static func with(_ body: @Sendable (HelpVisitEstate) async throws -> Void) async throws {
        let signals = EventSignals()
        let operations =
            HelpRooms.visits(keyring: .random(), signals: signals)
            + TaskOperations.all(keyring: .random(), signals: signals)
            + NoticeOperations.all(signals: signals, titles: TaskTitles.all)
        try await AnnouncementEstate.with(operations: operations) { estate in
            try await body(HelpVisitEstate(estate: estate))
            #expect(estate.api.logged.lines.isEmpty)
        }
    }

    // MARK: Time

    /// Sets the clock to so many minutes after a visit's beginning.
    func at(minutes: Int) throws {
        try api.clock.set(Self.begins + .seconds(60 * minutes))
    }

    // MARK: Asking

    func ask(
        _ reader: Reader, _ method: String, _ target: String, _ body: String? = nil
    ) throws -> TestClient.Answer {
        try estate.ask(
            reader, method, Self.base + target, key: method == "GET" ? nil : UUID.random(),
            body: body)
    }

    /// The status, and the code of a refusal.
    func said(
        _ reader: Reader, _ method: String, _ target: String, _ body: String? = nil
    ) throws -> String {
        let answer = try ask(reader, method, target, body)
        guard answer.status >= 400 else { return "\(answer.status)" }
        return "\(answer.status) \(try JSON(parsing: answer.body)["code"]?.text ?? "")"
    }

    /// What an answer says that must be 200.
    func content(_ reader: Reader, _ target: String) throws -> JSON {
        let answer = try ask(reader, "GET", target)
        try #require(answer.status == 200, "\(answer.text)")
        return try JSON(parsing: answer.body)
    }

    func state(_ visit: UUID) throws -> String? {
        try content(.neighbour, "/visits/\(visit)")["visit"]?["state"]?.text
    }

    /// The codes of a reader's notices that tell of visits.
    func notices(_ reader: Reader) throws -> [String] {
        let shown = try content(reader, "/notices")["notices"]?.elements ?? []
        return shown.compactMap { $0["kind"]?.text }.filter { $0.hasPrefix("helpVisit.") }
    }

    func events(_ kind: String) throws -> Int64? {
        try estate.count("SELECT count(*) FROM linli.event WHERE kind = \(kind)")
    }

    func tasks(_ kind: String) throws -> Int64? {
        try estate.count("SELECT count(*) FROM linli.task WHERE kind = \(kind)")
    }

    // MARK: Planning

    /// A connection that may plan, as a job, at the clock's instant.
    func planner() throws -> BlockingConnection {
        let connection = try api.database.superuser()
        for (name, value) in [
            ("instant", "\(api.clock.now().microseconds)"), ("principal", "job"),
            ("estate", "\(APIFixture.a)"), ("job", "tests"),
        ] { try connection.run("SELECT set_config('linli.\(name)', '\(value)', false)") }
        return connection
    }

    /// Plans a visit of an hour; its id, or why not.
    func plan(
        _ kind: String = "company", after minutes: Int = 0, of number: UInt64 = 1,
        by helper: UUID = helper, for person: UUID = helped, child: UUID? = nil,
        on connection: BlockingConnection? = nil
    ) throws -> (id: UUID, verdict: String) {
        let id = UUID(high: 0x0190_0000_0000_7000, low: 0x8000_0000_0000_0000 + number)
        let begins = Self.begins + .seconds(60 * minutes)
        let connection = try connection ?? planner()
        let verdict = try connection.run(
            OneCell<String>(
                sql: """
                    SELECT coalesce(linli.plan_help_visit(\(id), 'request', \(id), \(kind),
                        \(helper), \(person), \(child), \(Self.home), \(begins),
                        \(begins + .seconds(3600))), 'planned')
                    """)
        ).first
        return (id, verdict ?? "")
    }

    /// Plans a visit that must be; its id.
    func planned(
        _ kind: String = "company", after minutes: Int = 0, of number: UInt64 = 1,
        by helper: UUID = helper, for person: UUID = helped
    ) throws -> UUID {
        let made = try plan(kind, after: minutes, of: number, by: helper, for: person)
        try #require(made.verdict == "planned")
        return made.id
    }

    /// Runs the job once; how many visits it saw to.
    func sweep() throws -> Int64? {
        try estate.connect(job: "help-visits").run(
            OneCell<Int64>(sql: "SELECT linli.help_visits_sweep(50)")
        ).first
    }

    /// Both sides say that a visit was as it should be.
    func confirm(_ visit: UUID) throws {
        for reader in [Reader.neighbour, .leader] {
            #expect(
                try said(reader, "POST", "/visits/\(visit)/confirmation", "{}") == "204")
        }
    }

    /// Runs what gathers evidence; how much there was.
    func gather(_ function: StaticString = "help_evidence_sweep(50)") throws -> Int64? {
        try estate.connect(job: "help-visits").run(
            OneCell<Int64>(sql: "SELECT linli.\(literal: function)")
        ).first
    }

    /// The sums of all evidence, each pair and domain a line.
    func sums() throws -> [String] {
        try api.database.superuser().run(
            OneCell<String>(
                sql: """
                    SELECT concat_ws(' ', rater_id, subject_id, domain, last_day, era, good,
                        good_before, disputed, disputed_before)
                    FROM linli.help_evidence_sum
                    ORDER BY 1
                    """))
    }

    /// A visit that is over: come, left.
    func done(_ kind: String = "company", of number: UInt64 = 1) throws -> UUID {
        let visit = try planned(kind, of: number)
        try at(minutes: 0)
        #expect(try said(.neighbour, "POST", "/visits/\(visit)/check-in") == "204")
        try at(minutes: 60)
        #expect(try said(.neighbour, "POST", "/visits/\(visit)/check-out") == "204")
        return visit
    }
}
