internal import Platform
internal import Realtime
internal import Support
import Testing

@testable internal import Social

/// The estate of the announcements with two social workers beside its committee: whoever has to see to
/// something there.
struct StewardEstate: Sendable {
    typealias Reader = AnnouncementEstate.Reader

    static let base = "/api/v1/estates/\(APIFixture.a)"
    static let leader = APIFixture.id(0xF1)
    static let member = APIFixture.id(0xF3)
    static let neighbour = APIFixture.id(0xF4)
    /// The two workers.
    static let first = APIFixture.id(0xFA)
    static let second = APIFixture.id(0xFB)

    let estate: AnnouncementEstate
    private let workers: [UUID: SessionToken]
    var api: APIFixture { estate.api }

    static func with(
        live isLive: Bool = false, keyring: Keyring = .random(), prepare more: String = "",
        operations besides: [Social.Operation] = [],
        _ body: @Sendable (StewardEstate) async throws -> Void
    ) async throws {
        let workers = [first: SessionToken.random(), second: .random()]
        let signals = EventSignals()
        let operations =
            TaskOperations.all(keyring: keyring, signals: signals)
            + NoticeOperations.all(
                signals: signals, titles: TaskTitles.all + ActivityTitles.all) + besides
        try await AnnouncementEstate.with(
            live: isLive, operations: operations, prepare: rows(workers) + more
        ) { estate in try await body(StewardEstate(estate: estate, workers: workers)) }
    }

    // MARK: Asking

    /// A request of a worker; a write has a key of its own unless one is given.
    func ask(
        _ worker: UUID, _ method: String, _ target: String, _ body: String? = nil,
        key: String? = nil
    ) throws -> TestClient.Answer {
        try estate.ask(
            .visitor, method, target, key: key ?? (method == "GET" ? nil : UUID.random()),
            fields: [("Authorization", "Bearer \(workers[worker]?.text ?? "")")], body: body)
    }

    /// A request of another reader.
    func ask(
        _ reader: Reader, _ method: String, _ target: String, _ body: String? = nil
    ) throws -> TestClient.Answer {
        try estate.ask(
            reader, method, target, key: method == "GET" ? nil : UUID.random(), body: body)
    }

    /// What an answer says that must have this status.
    @discardableResult
    func content(_ answer: TestClient.Answer, _ status: Int = 200) throws -> JSON {
        try #require(answer.status == status, "\(answer.text)")
        return answer.body.isEmpty ? .null : try JSON(parsing: answer.body)
    }

    /// The status and the code of a refusal.
    func refusal(_ answer: TestClient.Answer) throws -> String {
        "\(answer.status) \(try JSON(parsing: answer.body)["code"]?.text ?? "")"
    }

    // MARK: Tasks

    /// Raises a task as a feature does in the transaction of the neighbour's act; its id.
    func raise(
        _ kind: String = "t-worker", about subject: UUID? = member, place: UUID? = nil,
        concerned: [UUID] = []
    ) throws -> String {
        let connection = try estate.connect(
            person: Self.neighbour, account: APIFixture.husband)
        let raised = try connection.run(
            OneCell<UUID>(
                sql: """
                    SELECT linli.raise_task(\(kind), NULL, \(subject), \(place), NULL,
                        \(concerned))
                    """))
        return try #require(raised.first).description
    }

    func path(_ task: String) -> String { Self.base + "/tasks/\(task)" }

    /// The ids of the tasks of a view, thread by thread.
    func tasks(_ answer: TestClient.Answer) throws -> [[String]] {
        try content(answer)["threads"]?.elements?.map { thread in
            thread["tasks"]?.elements?.compactMap { $0["id"]?.text } ?? []
        } ?? []
    }

    /// Runs the job that climbs, at the clock's instant.
    func climb() throws {
        _ = try estate.connect(job: Tasks.climbing).run(
            OneCell<Int64>(sql: "SELECT linli.climb_tasks(100)"))
    }

    /// The kinds of what a person was told of tasks, in the order of their names.
    func told(_ person: UUID) throws -> [String] {
        try api.database.superuser().run(
            OneCell<String>(
                sql: """
                    SELECT kind FROM linli.notice
                    WHERE person_id = \(person) AND kind LIKE 'task.%' ORDER BY kind
                    """))
    }

    private static func rows(_ workers: [UUID: SessionToken]) -> String {
        let (a, id) = (APIFixture.a, APIFixture.id)
        var rows = """
            INSERT INTO linli.task_kind (code, duty_role, due, title_zh, title_en) VALUES
                ('t-worker', 'social_worker', '1 day', '回访', 'call back'),
                ('t-stair', 'stair_leader', '2 hours', '看一下楼道', 'look at the stair');
            INSERT INTO linli.task_kind
                (code, duty_role, due, title_zh, title_en, is_decided_elsewhere)
                VALUES ('t-decided', 'social_worker', '1 day', '裁定', 'decide', true);
            INSERT INTO linli.access_rule (role, kind, purpose)
                VALUES ('stair_leader', 'task', 'duty');
            """
        for (place, (person, token)) in workers.enumerated() {
            let number = UInt64(place)
            rows += """
                INSERT INTO linli.account (id, created_at)
                    VALUES ('\(id(0x2E0 + number))', '2026-01-01Z');
                INSERT INTO linli.person
                    (estate_id, id, account_id, display_name, created_at, claimed_at) VALUES
                    ('\(a)', '\(person)', '\(id(0x2E0 + number))', '社工', '2026-01-01Z',
                        '2026-01-01Z');
                INSERT INTO linli.role_term
                    (estate_id, id, person_id, role, begins, ends, because)
                    VALUES ('\(a)', '\(id(0x2A0 + number))', '\(person)', 'social_worker',
                        '2026-01-01Z', '2027-01-01Z', 'appointed');
                INSERT INTO linli.session (account_id, id, token_hash, device_label, created_at,
                    last_seen_on, expires_at, proved_at, proved_by, office_until)
                VALUES ('\(id(0x2E0 + number))', '\(id(0x260 + number))',
                    '\\x\(Hex.encoded(token.hash))', 'test', '2026-02-01Z', '2026-03-01',
                    '2027-01-01Z', '2026-02-01Z', 'development', '2027-01-01Z');
                """
        }
        return rows
    }
}
