internal import Platform
internal import Support
import Testing

@testable internal import Social

/// The fixture's estate A with two stairs: the leader and a member of the leader's household in the
/// first, a neighbour in the second; the officer's committee above it.
struct AnnouncementEstate: Sendable {
    static let stair = APIFixture.id(0xA2)
    static let otherStair = APIFixture.id(0xA3)
    static let leader = APIFixture.resident
    static let member = APIFixture.wife
    static let officer = APIFixture.officer
    static let stranger = APIFixture.stranger
    static let path = "/api/v1/estates/\(APIFixture.a)/announcements"

    let api: APIFixture
    private let neighbourToken: SessionToken

    /// Who asks.
    enum Reader: CaseIterable {
        case leader, member, neighbour, officer, stranger, visitor
    }

    /// Serves announcements; if it is `live`, with events and a numberer.
    static func with(
        live isLive: Bool = false, operations besides: [Social.Operation] = [],
        prepare more: String = "", keyring: Keyring = .random(),
        _ body: @Sendable (AnnouncementEstate) async throws -> Void
    ) async throws {
        let token = SessionToken.random()
        let operations = AnnouncementOperations.all(signals: EventSignals()) + besides
        let prepare = rows(token) + more
        let work: @Sendable (APIFixture) async throws -> Void = { api in
            try await body(AnnouncementEstate(api: api, neighbourToken: token))
        }
        if isLive {
            try await EventServing.with(operations, prepare: prepare, work)
        } else {
            try await APIFixture.with(operations, prepare: prepare, keyring: keyring, work)
        }
    }

    /// Waits until so many events have their numbers.
    func numbered(_ events: Int64) async throws {
        let numbered: SQL = "SELECT count(*) FROM linli.event WHERE seq IS NOT NULL"
        for _ in 0..<10_000 {
            guard try count(numbered) != events else { return }
            await Task.yield()
        }
        Issue.record("not numbered")
    }

    /// A request of one reader.
    func ask(
        _ reader: Reader, _ method: String, _ target: String, key: String? = nil,
        fields: [(String, String)] = [], body: String? = nil
    ) throws -> TestClient.Answer {
        let account: UUID? =
            switch reader {
            case .leader: Self.leader
            case .member: Self.member
            case .officer: Self.officer
            case .stranger: Self.stranger
            case .neighbour, .visitor: nil
            }
        var fields = fields
        if reader == .neighbour {
            fields.append(("Authorization", "Bearer \(neighbourToken.text)"))
        }
        return try api.request(
            method, target, as: account, key: key, fields: fields, body: body)
    }

    /// Publishes to an audience, given as JSON, and returns the path of what was published.
    func publish(
        _ reader: Reader, to audience: String, ends: String = "2026-04-01T00:00:00Z",
        isPinned: Bool = false
    ) throws -> String {
        let answer = try ask(
            reader, "POST", Self.path, key: UUID.random(),
            body: Self.draft(to: audience, ends: ends, isPinned: isPinned))
        #expect(answer.status == 201, "\(answer.text)")
        return answer["location"] ?? ""
    }

    static func draft(
        to audience: String, ends: String = "2026-04-01T00:00:00Z", isPinned: Bool = false
    ) -> String {
        """
        {"audience":[\(audience)],"title_zh":"停水通知","body_zh":"明天上午停水。\\n请备水。",
        "ends":"\(ends)","is_pinned":\(isPinned)}
        """
    }

    static func correction(_ title: String) -> String {
        #"{"title_zh":"\#(title)","body_zh":"改到后天。","ends":"2026-04-01T00:00:00Z"}"#
    }

    static func place(_ id: UUID) -> String { #"{"kind":"place","place":"\#(id)"}"# }

    /// Whose list shows an announcement, and who can open it; they must be the same.
    func readers(of path: String) throws -> Set<Reader> {
        let id = path.split(separator: "/").last.map(String.init) ?? ""
        var readers: Set<Reader> = []
        for reader in Reader.allCases {
            let list = try ask(reader, "GET", Self.path)
            let one = try ask(reader, "GET", path)
            let isListed = list.status == 200 && list.text.contains(id)
            #expect(isListed == (one.status == 200), "\(reader)")
            #expect(one.status == 200 || one.status == 404)
            if isListed { readers.insert(reader) }
        }
        return readers
    }

    /// A connection of the serving role whose principal is a person of A or a job of it, from the
    /// clock's instant on.
    func connect(
        person: UUID? = nil, account: UUID? = nil, job: String = ""
    ) throws -> BlockingConnection {
        let connection = try BlockingConnection(api.database.connection(as: "linli"))
        for (name, value) in [
            ("instant", "\(api.clock.now().microseconds)"),
            ("principal", job.isEmpty ? "person" : "job"), ("estate", "\(APIFixture.a)"),
            ("person", person?.description ?? ""), ("account", account?.description ?? ""),
            ("job", job),
        ] { try connection.run("SELECT set_config('linli.\(name)', '\(value)', false)") }
        return connection
    }

    /// A number that the superuser sees.
    func count(_ sql: SQL) throws -> Int64? {
        try api.database.superuser().run(OneCell<Int64>(sql: sql)).first
    }

    private static func rows(_ token: SessionToken) -> String {
        let (a, id) = (APIFixture.a, APIFixture.id)
        return """
            INSERT INTO linli.place (estate_id, id, parent_id, kind, code, name_zh, name_en) VALUES
                ('\(a)', '\(id(0xA1))', NULL, 'building', '1', '1幢', 'Building 1'),
                ('\(a)', '\(stair)', '\(id(0xA1))', 'stair', '3', '3号', 'Stair 3'),
                ('\(a)', '\(otherStair)', '\(id(0xA1))', 'stair', '4', '4号', 'Stair 4'),
                ('\(a)', '\(id(0xA4))', '\(stair)', 'residence', '101', '101室', '101'),
                ('\(a)', '\(id(0xA5))', '\(otherStair)', 'residence', '101', '101室', '101');
            INSERT INTO linli.household (estate_id, id, residence_id, begins) VALUES
                ('\(a)', '\(id(0xD1))', '\(id(0xA4))', '2026-01-01Z'),
                ('\(a)', '\(id(0xD2))', '\(id(0xA5))', '2026-01-01Z');
            INSERT INTO linli.membership
                (estate_id, id, household_id, person_id, role_in_household, begins) VALUES
                ('\(a)', '\(id(0x71))', '\(id(0xD1))', '\(id(0xF1))', 'head', '2026-01-01Z'),
                ('\(a)', '\(id(0x72))', '\(id(0xD1))', '\(id(0xF3))', 'spouse', '2026-01-01Z'),
                ('\(a)', '\(id(0x73))', '\(id(0xD2))', '\(id(0xF4))', 'head', '2026-01-01Z');
            UPDATE linli.role_term SET place_id = '\(stair)' WHERE id = '\(id(0x81))';
            INSERT INTO linli.session (account_id, id, token_hash, device_label, created_at,
                last_seen_on, expires_at, proved_at, proved_by, office_until)
            VALUES ('\(APIFixture.husband)', '\(id(0x61))', '\\x\(Hex.encoded(token.hash))', 'test',
                '2026-02-01Z', '2026-03-01', '2027-01-01Z', '2026-02-01Z', 'development',
                '2027-01-01Z');
            """
    }
}

/// One cell a row.
struct OneCell<Value: SQLValue>: Statement {
    var sql: SQL

    func decode(_ cells: inout Cells) throws(PostgresError) -> Value { try cells.read() }
}

extension UUID {
    /// A key that no other request has.
    static func random() -> String {
        UUID(high: .random(in: 0...UInt64.max), low: .random(in: 0...UInt64.max)).description
    }
}
