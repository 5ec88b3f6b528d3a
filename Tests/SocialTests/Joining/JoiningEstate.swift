internal import Platform
internal import Realtime
internal import Support
internal import Testing

@testable internal import Social

/// The fixture's estate A for joining: a building with two stairs, the leader of the first with the
/// wife in 101, a shared flat in 102, the husband in 101 of the second; the officer's committee above.
struct JoiningEstate: Sendable {
    static let base = "/api/v1/estates/\(APIFixture.a)"
    static let stair = APIFixture.id(0xA2)
    static let otherStair = APIFixture.id(0xA3)
    static let home = APIFixture.id(0xA4)
    static let shared = APIFixture.id(0xA5)
    static let otherHome = APIFixture.id(0xA6)
    static let empty = APIFixture.id(0xA7)
    /// The leader's household, the two of the shared flat, the husband's.
    static let ownHousehold = APIFixture.id(0xD1)
    static let firstFlat = APIFixture.id(0xD2)
    static let secondFlat = APIFixture.id(0xD3)
    static let otherHousehold = APIFixture.id(0xD4)
    static let leader = APIFixture.id(0xF1)
    static let wife = APIFixture.id(0xF3)
    static let husband = APIFixture.id(0xF4)
    /// Unclaimed: in the first and in the second household of the shared flat, without a phone.
    static let firstFlatmate = APIFixture.id(0xF5)
    static let secondFlatmate = APIFixture.id(0xF6)

    let api: APIFixture
    let post: APIFixture.Post
    let keyring: Keyring
    private let husbandToken: SessionToken

    /// Who asks.
    enum Reader: CaseIterable {
        case leader, wife, husband, officer, stranger, nobody

        var account: UUID? {
            switch self {
            case .leader: APIFixture.resident
            case .wife: APIFixture.wife
            case .husband, .nobody: nil
            case .officer: APIFixture.officer
            case .stranger: APIFixture.stranger
            }
        }
    }

    static func with(
        limits: JoinLimits = JoinLimits(), prepare more: String = "", keyring: Keyring = .random(),
        _ body: @Sendable (JoiningEstate) async throws -> Void
    ) async throws {
        let (post, token) = (APIFixture.Post(), SessionToken.random())
        let signals = EventSignals()
        let operations =
            JoiningOperations.all(
                keyring: keyring, gateway: post, signals: signals, limits: limits)
            + NoticeOperations.all(signals: signals, titles: TieTitles.all + PersonTitles.all)
            + StandingOperations.all(keyring: keyring, signals: signals)
            + MergeOperations.all(keyring: keyring, signals: signals)
            + HouseholdOperations.all(keyring: keyring)
            + ReadingOperations.all(signals: signals)
            + AnnouncementOperations.all(signals: signals)
        try await APIFixture.with(
            operations, prepare: rows + session(token) + more, keyring: keyring, post: post
        ) { api in
            try await body(
                JoiningEstate(api: api, post: post, keyring: keyring, husbandToken: token))
        }
    }

    /// A request of one reader; a write has a key of its own.
    func ask(
        _ reader: Reader, _ method: String, _ target: String, _ body: String? = nil,
        fields: [(String, String)] = []
    ) throws -> TestClient.Answer {
        var fields = fields
        if reader == .husband {
            fields.append(("Authorization", "Bearer \(husbandToken.text)"))
        }
        let isKeyed = method != "GET" && reader != .nobody
        return try api.request(
            method, target, as: reader.account, key: isKeyed ? UUID.random() : nil, fields: fields,
            body: body)
    }

    /// The content of an answer that must have this status.
    func content(_ answer: TestClient.Answer, _ status: Int = 200) throws -> JSON {
        try #require(answer.status == status, "\(answer.text)")
        return answer.body.isEmpty ? .null : try JSON(parsing: answer.body)
    }

    /// The code of a refusal, and its status before it.
    func refusal(_ answer: TestClient.Answer) throws -> String {
        "\(answer.status) \(try JSON(parsing: answer.body)["code"]?.text ?? "")"
    }

    // MARK: Codes and joining

    /// Issues a paper code with these members of the request; the code and its id.
    func issue(
        _ members: String, by reader: Reader = .officer, standing: String = "head"
    ) throws -> (code: String, id: String) {
        let json = try content(
            try ask(
                reader, "POST", Self.base + "/join-codes",
                #"{\#(members),"standing":"\#(standing)","because":"看过房产证"}"#), 201)
        return (json["code"]?.text ?? "", json["join_code"]?["id"]?.text ?? "")
    }

    /// Asks for a message; the request's id.
    func request(_ code: String, _ phone: String) throws -> String {
        let json = try content(
            try ask(
                .nobody, "POST", "/api/v1/joining/codes",
                #"{"code":"\#(code)","phone":"\#(phone)"}"#), 202)
        return json["request"]?.text ?? ""
    }

    /// The code of the message after so many; `nil` when none comes while others are answered.
    func message(after count: Int) async throws -> String {
        for _ in 0..<2000 where post.count <= count {
            await api.server.shard.sleep(for: .milliseconds(1))
        }
        try #require(post.count > count, "no message came")
        return try #require(post.lastCode)
    }

    /// Joins by a request and its message's code.
    func join(
        _ request: String, _ phoneCode: String?, name: String? = "新来的", _ more: String = ""
    ) throws -> TestClient.Answer {
        var members = [#""request":"\#(request)""#]
        if let phoneCode { members.append(#""phone_code":"\#(phoneCode)""#) }
        if let name { members.append(#""display_name":"\#(name)""#) }
        if !more.isEmpty { members.append(more) }
        return try ask(
            .nobody, "POST", "/api/v1/joining", "{\(members.joined(separator: ","))}")
    }

    /// The whole way of a newcomer: the answer to joining.
    func come(
        _ code: String, _ phone: String, name: String? = "新来的", _ more: String = ""
    ) async throws -> TestClient.Answer {
        let count = post.count
        let request = try request(code, phone)
        return try join(request, try await message(after: count), name: name, more)
    }

    /// A request with the session that joining opened.
    func ask(
        token: String, _ method: String, _ target: String, _ body: String? = nil
    ) throws -> TestClient.Answer {
        try api.request(
            method, target, key: method == "GET" ? nil : UUID.random(),
            fields: [("Authorization", "Bearer \(token)")], body: body)
    }

    /// The Chinese words of one reader's notices of a kind.
    func told(_ reader: Reader, _ kind: String) throws -> [String] {
        let json = try content(try ask(reader, "GET", Self.base + "/notices"))
        return (json["notices"]?.elements ?? []).filter { $0["kind"]?.text == kind }
            .compactMap { $0["text_zh"]?.text }
    }

    // MARK: Behind the policies

    func run(_ sql: String) throws { try api.database.superuser().run(sql) }

    func texts(_ sql: SQL) throws -> [String] {
        try api.database.superuser().run(OneCell<String>(sql: sql))
    }

    func count(_ sql: SQL) throws -> Int64 {
        try api.database.superuser().run(OneCell<Int64>(sql: sql)).first ?? -1
    }

    /// The households of a person, as ids.
    func households(of person: String) throws -> [String] {
        try texts(
            "SELECT household_id::text FROM linli.membership WHERE person_id::text = \(person) ORDER BY 1"
        )
    }

    private static func session(_ token: SessionToken) -> String {
        """
        INSERT INTO linli.session (account_id, id, token_hash, device_label, created_at,
            last_seen_on, expires_at)
        VALUES ('\(APIFixture.husband)', '\(APIFixture.id(0x61))',
            '\\x\(Hex.encoded(token.hash))', 'test', '2026-02-01Z', '2026-03-01', '2027-01-01Z');
        """
    }

    private static let rows: String = {
        let (a, id) = (APIFixture.a, APIFixture.id)
        return """
            INSERT INTO linli.place (estate_id, id, parent_id, kind, code, name_zh, name_en) VALUES
                ('\(a)', '\(id(0xA1))', NULL, 'building', '1', '1幢', 'Building 1'),
                ('\(a)', '\(stair)', '\(id(0xA1))', 'stair', '3', '3号', 'Stair 3'),
                ('\(a)', '\(otherStair)', '\(id(0xA1))', 'stair', '4', '4号', 'Stair 4'),
                ('\(a)', '\(home)', '\(stair)', 'residence', '101', '101室', '101'),
                ('\(a)', '\(shared)', '\(stair)', 'residence', '102', '102室', '102'),
                ('\(a)', '\(empty)', '\(stair)', 'residence', '103', '103室', '103'),
                ('\(a)', '\(otherHome)', '\(otherStair)', 'residence', '101', '101室', '101');
            INSERT INTO linli.household (estate_id, id, residence_id, begins) VALUES
                ('\(a)', '\(ownHousehold)', '\(home)', '2026-01-01Z'),
                ('\(a)', '\(firstFlat)', '\(shared)', '2026-01-01Z'),
                ('\(a)', '\(secondFlat)', '\(shared)', '2026-01-01Z'),
                ('\(a)', '\(otherHousehold)', '\(otherHome)', '2026-01-01Z');
            INSERT INTO linli.account (id, created_at) VALUES
                ('\(id(0xE6))', '2026-01-01Z'), ('\(id(0xE7))', '2026-01-01Z');
            INSERT INTO linli.person (estate_id, id, account_id, display_name, created_at) VALUES
                ('\(a)', '\(firstFlatmate)', '\(id(0xE6))', '周甲', '2026-01-01Z'),
                ('\(a)', '\(secondFlatmate)', '\(id(0xE7))', '吴乙', '2026-01-01Z');
            INSERT INTO linli.membership
                (estate_id, id, household_id, person_id, role_in_household, begins) VALUES
                ('\(a)', '\(id(0x71))', '\(ownHousehold)', '\(leader)', 'head', '2026-01-01Z'),
                ('\(a)', '\(id(0x72))', '\(ownHousehold)', '\(wife)', 'spouse', '2026-01-01Z'),
                ('\(a)', '\(id(0x73))', '\(otherHousehold)', '\(husband)', 'head', '2026-01-01Z'),
                ('\(a)', '\(id(0x74))', '\(firstFlat)', '\(firstFlatmate)', 'head', '2026-01-01Z'),
                ('\(a)', '\(id(0x75))', '\(secondFlat)', '\(secondFlatmate)', 'head',
                    '2026-01-01Z');
            INSERT INTO linli.proof
                (estate_id, id, person_id, level, how, household_id, proved_at)
            SELECT m.estate_id, m.id, m.person_id, 'household', 'roster', m.household_id,
                '2026-01-01Z'
            FROM linli.membership AS m
            WHERE m.person_id IN ('\(leader)', '\(wife)', '\(husband)');
            UPDATE linli.role_term SET place_id = '\(stair)' WHERE id = '\(id(0x81))';
            """
    }()
}
