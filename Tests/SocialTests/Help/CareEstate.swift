internal import Platform
internal import Support
import Testing

@testable internal import Social

/// The estate of the announcements with 61 elders without accounts, where the member is a social worker
/// and the neighbour is verified in person.
struct CareEstate: Sendable {
    typealias Reader = AnnouncementEstate.Reader

    static let base = "/api/v1/estates/\(APIFixture.a)"
    static let list = base + "/care-list"
    static let leader = APIFixture.id(0xF1)
    static let worker = APIFixture.id(0xF3)
    static let neighbour = APIFixture.id(0xF4)
    static let elders = (0..<61).map { APIFixture.id(0x1000 + UInt64($0)) }

    let estate: AnnouncementEstate
    var api: APIFixture { estate.api }

    static func with(_ body: @Sendable (CareEstate) async throws -> Void) async throws {
        let signals = EventSignals()
        let keyring = Keyring.random()
        let operations =
            CareListOperations.all(keyring: keyring, signals: signals)
            + TaskOperations.all(keyring: keyring, signals: signals)
            + NoticeOperations.all(signals: signals, titles: TaskTitles.all)
            + FamilyOperations.all(keyring: keyring, signals: signals)
            + BlockOperations.all(signals: signals)
            + ReadingOperations.all(signals: signals)
        try await AnnouncementEstate.with(operations: operations, prepare: rows) { estate in
            try await body(CareEstate(estate: estate))
            #expect(estate.api.logged.lines.isEmpty)
        }
    }

    private static var rows: String {
        let (a, id) = (APIFixture.a, APIFixture.id)
        let people = elders.enumerated().map {
            "('\(a)', '\($1)', '老人\($0)', '2026-01-01Z')"
        }
        return """
            INSERT INTO linli.person (estate_id, id, display_name, created_at) VALUES
                \(people.joined(separator: ","));
            INSERT INTO linli.role_term
                (estate_id, id, person_id, role, begins, ends, because) VALUES
                ('\(a)', '\(id(0x8C))', '\(worker)', 'social_worker', '2026-01-01Z',
                    '2027-01-01Z', 'appointed');
            """
    }

    // MARK: Asking

    func ask(
        _ reader: Reader, _ method: String, _ target: String, _ body: String? = nil
    ) throws -> TestClient.Answer {
        // No two acts are of one instant.
        try api.clock.set(api.clock.now() + .milliseconds(1))
        return try estate.ask(
            reader, method, target.hasPrefix("/api") ? target : Self.list + target,
            key: method == "GET" ? nil : UUID.random(), body: body)
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

    static func wanted(
        _ person: UUID, _ named: [UUID] = [leader, worker], more: String = #","because":"独居""#
    ) -> String {
        let list = named.map { "\"\($0)\"" }.joined(separator: ",")
        return #"{"person":"\#(person)","class":"weekly","named":[\#(list)]\#(more)}"#
    }

    /// Enters an elder as the social worker; the entry's id.
    func enter(
        _ person: UUID, _ named: [UUID] = [leader, worker], more: String = #","because":"独居""#
    ) throws -> String {
        let made = try content(
            ask(.member, "POST", "", Self.wanted(person, named, more: more)), 201)
        return try #require(made["id"]?.text)
    }

    /// Writes down a contact; the answer.
    func contact(
        _ reader: Reader, _ entry: String, _ outcome: String, kind: String = "visit"
    ) throws -> TestClient.Answer {
        try ask(
            reader, "POST", "/\(entry)/contacts",
            #"{"kind":"\#(kind)","outcome":"\#(outcome)","note":"门口聊了几句"}"#)
    }

    /// A member of one entry as it is shown to the social worker.
    func shown(_ entry: String, _ member: String) throws -> JSON? {
        try content(ask(.member, "GET", "/\(entry)"))["entry"]?[member]
    }

    /// Runs the job at a local time of the estate.
    func sweep(at instant: String) throws -> Int64? {
        try api.clock.set(#require(Instant(instant)))
        return try estate.connect(job: CareSweep.name).run(SweepCare(rowsMax: 100)).first
    }

    /// How many open tasks there are of a kind.
    func tasks(_ kind: String) throws -> Int64? {
        try estate.count(
            "SELECT count(*) FROM linli.task WHERE kind = \(kind) AND finished_at IS NULL")
    }
}
