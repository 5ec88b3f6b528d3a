internal import Platform
internal import Realtime
internal import Support
import Testing

@testable internal import Social

/// The estate of the announcements, with activities, a bookable room and a garden.
struct ActivityEstate: Sendable {
    typealias Reader = AnnouncementEstate.Reader

    static let base = "/api/v1/estates/\(APIFixture.a)"
    static let path = base + "/activities"
    static let room = APIFixture.id(0xA8)
    static let garden = APIFixture.id(0xA9)
    /// The persons of the readers.
    static let leader = APIFixture.id(0xF1)
    static let member = APIFixture.id(0xF3)
    static let neighbour = APIFixture.id(0xF4)

    let estate: AnnouncementEstate
    var api: APIFixture { estate.api }

    /// Serves activities, venues, notices and what is `besides` over a clone.
    static func with(
        operations besides: [Social.Operation] = [], prepare more: String = "",
        births: [UUID: String] = [:],
        _ body: @Sendable (ActivityEstate) async throws -> Void
    ) async throws {
        let (signals, keyring) = (EventSignals(), Keyring.random())
        let prepare = try rows + more + sealed(births, keyring)
        let operations =
            ActivityOperations.all(signals: signals, keyring: keyring)
            + NoticeOperations.all(signals: signals) + besides
        try await AnnouncementEstate.with(operations: operations, prepare: prepare) { estate in
            try await body(ActivityEstate(estate: estate))
        }
    }

    // MARK: Asking

    /// A request of one reader; a write has a key of its own unless one is given.
    func ask(
        _ reader: Reader, _ method: String, _ target: String, version: String? = nil,
        key: String? = nil, fields: [(String, String)] = [], _ body: String? = nil
    ) throws -> TestClient.Answer {
        let match = version.map { [("If-Match", $0)] } ?? []
        return try estate.ask(
            reader, method, target, key: method == "GET" ? nil : key ?? UUID.random(),
            fields: fields + match, body: body)
    }

    /// The content of an answer that must have this status.
    func json(
        _ reader: Reader, _ method: String, _ target: String, version: String? = nil,
        is status: Int = 200, _ body: String? = nil
    ) throws -> JSON {
        let answer = try ask(reader, method, target, version: version, body)
        try #require(answer.status == status, "\(method) \(target): \(answer.text)")
        return answer.body.isEmpty ? .null : try JSON(parsing: answer.body)
    }

    /// The current tag of something.
    func tag(_ reader: Reader, _ target: String) throws -> String {
        try ask(reader, "GET", target)["etag"] ?? ""
    }

    /// Keeps a draft and returns its path.
    func draft(_ reader: Reader, _ body: String) throws -> String {
        let answer = try ask(reader, "POST", Self.path, body)
        try #require(answer.status == 201, "\(answer.text)")
        return answer["location"] ?? ""
    }

    /// Publishes an activity and returns its path.
    func publish(_ reader: Reader, _ body: String) throws -> String {
        let path = try draft(reader, body)
        let answer = try ask(reader, "POST", path + "/publication")
        try #require(answer.status == 200, "\(answer.text)")
        return path
    }

    /// The next meetings of an activity.
    func occurrences(_ path: String, as reader: Reader = .leader) throws -> [JSON] {
        try json(reader, "GET", path)["occurrences"]?.elements ?? []
    }

    /// The path of a meeting.
    static func path(of occurrence: JSON?) -> String {
        base + "/occurrences/\(occurrence?["id"]?.text ?? "")"
    }

    /// What an organiser sends; members that are given replace the defaults.
    static func body(_ members: [String: String] = [:]) -> String {
        var all = [
            "audience": #"[{"kind":"estate"}]"#, "kind": #""sport""#, "title_zh": #""晨练太极""#,
            "body_zh": #""大家一起来。""#, "place_text": #""小花园""#,
            "starts": #""2026-03-03T19:00""#, "ends": #""2026-03-03T20:30""#,
            "seats": #"[{"kind":"adult","total":20}]"#,
        ]
        for (name, value) in members { all[name] = value == "-" ? nil : value }
        return "{"
            + all.sorted { $0.key < $1.key }.map { #""\#($0)":\#($1)"# }
            .joined(separator: ",") + "}"
    }

    // MARK: Guests

    /// Puts persons into the one reservation of a meeting, as its guests would; returns its id.
    @discardableResult
    func join(
        _ occurrence: JSON?, _ persons: [UUID], state: String = "confirmed",
        until: Instant? = nil
    ) throws -> UUID {
        let id = UUID(
            high: .random(in: 0...UInt64.max), low: .random(in: 0...UInt64.max))
        let connection = try BlockingConnection(api.database.connection(as: "linli"))
        for (name, value) in [
            ("instant", "\(api.clock.now().microseconds)"), ("principal", "person"),
            ("estate", "\(APIFixture.a)"), ("person", "\(persons[0])"),
        ] { try connection.run("SELECT set_config('linli.\(name)', '\(value)', false)") }
        _ = try connection.run(
            Put(
                id: id, occurrence: UUID(occurrence?["id"]?.text ?? "") ?? id, persons: persons,
                state: state, until: until))
        return id
    }

    private struct Put: Command {
        var id: UUID
        var occurrence: UUID
        var persons: [UUID]
        var state: String
        var until: Instant?

        var sql: SQL {
            """
            SELECT linli.reservation_put(\(id), c.id, \(persons[0]), NULL, \(state),
                \([Int32(persons.count)]), 0, \(until), \(persons),
                \(persons.map { _ in "adult" }))
            FROM linli.capacity AS c
            WHERE c.subject_id = \(occurrence)
            """
        }
    }

    /// The kinds of what a person was told, the first first.
    func told(_ person: UUID) throws -> [String] {
        try api.database.superuser().run(
            OneCell<String>(
                sql: "SELECT kind FROM linli.notice WHERE person_id = \(person) ORDER BY id"))
    }

    /// A number that the superuser sees.
    func count(_ sql: SQL) throws -> Int64 { try estate.count(sql) ?? -1 }

    private static func sealed(_ births: [UUID: String], _ keyring: Keyring) throws -> String {
        let vault = PersonVault(keyring, of: APIFixture.a)
        return try births.map { person, day in
            let value = Hex.encoded(try vault.seal(day, .birthDate, of: person))
            return """
                INSERT INTO linli.person_sealed
                    (estate_id, person_id, field, value_sealed, changed_at)
                VALUES ('\(APIFixture.a)', '\(person)', 'birth_date', '\\x\(value)',
                    '2026-01-01Z');
                """
        }.joined()
    }

    private static var rows: String {
        let a = APIFixture.a
        return """
            SELECT set_config('linli.instant', '\(APIFixture.start.microseconds)', false);
            INSERT INTO linli.place (estate_id, id, kind, code, name_zh, name_en) VALUES
                ('\(a)', '\(room)', 'public', 'room', '活动室', 'Room'),
                ('\(a)', '\(garden)', 'public', 'garden', '花园', 'Garden');
            INSERT INTO linli.venue (estate_id, place_id, setup_minutes, cleaning_minutes, open_to,
                changed_at)
            VALUES ('\(a)', '\(room)', 15, 15, '{resident}', '2026-01-01Z');
            INSERT INTO linli.venue_hours (estate_id, place_id, weekday, opens, closes)
            SELECT '\(a)', '\(room)', day, '06:00', '22:00' FROM generate_series(1, 7) AS day;
            """
    }
}
