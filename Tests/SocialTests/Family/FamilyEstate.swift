internal import Platform
internal import Realtime
internal import Support
internal import Testing

@testable internal import Social

/// The fixture's estate A as families need it: a mother with her own mother in one home, the father in
/// another, a neighbour, a social worker; the mother's home has an imported child of eight.
struct FamilyEstate: Sendable {
    static let base = "/api/v1/estates/\(APIFixture.a)"
    static let mother = APIFixture.id(0xF3)
    static let father = APIFixture.id(0xF4)
    static let grandmother = APIFixture.id(0xF1)
    static let neighbour = APIFixture.id(0xF8)
    static let worker = APIFixture.id(0xF7)
    static let child = APIFixture.id(0xF9)
    static let home = APIFixture.id(0xD1)
    static let otherHome = APIFixture.id(0xD2)
    private static let births = [
        mother: "1985-05-05", father: "1984-04-04", grandmother: "1955-06-06",
        neighbour: "1980-01-01", child: "2017-07-07",
    ]

    /// Who asks; the mother also from a session without a second proof.
    enum Reader: UInt64, CaseIterable {
        case mother = 0x31
        case father, grandmother, neighbour, worker, officer, unproved

        var account: UUID {
            switch self {
            case .mother, .unproved: APIFixture.wife
            case .father: APIFixture.husband
            case .grandmother: APIFixture.resident
            case .neighbour: APIFixture.id(0xE8)
            case .worker: APIFixture.id(0xE7)
            case .officer: APIFixture.officer
            }
        }
    }

    let api: APIFixture
    private let tokens: [Reader: SessionToken]

    static func with(
        _ more: (Keyring, EventSignals) -> [Social.Operation] = { _, _ in [] },
        prepare rows: String = "", _ body: @Sendable (FamilyEstate) async throws -> Void
    ) async throws {
        let (keyring, signals) = (Keyring.random(), EventSignals())
        let operations =
            FamilyOperations.all(keyring: keyring, signals: signals)
            + NoticeOperations.all(
                signals: signals, titles: ActivityTitles.all + PersonTitles.all + ChildTitles.all)
            + more(keyring, signals)
        let tokens = Dictionary(
            uniqueKeysWithValues: Reader.allCases.map { ($0, SessionToken.random()) })
        try await APIFixture.with(
            operations, prepare: try people(keyring) + sessions(tokens) + rows, keyring: keyring
        ) { api in
            try await body(FamilyEstate(api: api, tokens: tokens))
        }
    }

    // MARK: Asking

    /// The fields that say who asks.
    func fields(_ reader: Reader) -> [(String, String)] {
        [("Authorization", "Bearer \(tokens[reader]?.text ?? "")")]
    }

    /// A request of one reader; a write has a key of its own.
    func ask(
        _ reader: Reader, _ method: String, _ path: String, _ body: String? = nil,
        key: String = UUID.random(), match: String? = nil, for beneficiary: UUID? = nil
    ) throws -> TestClient.Answer {
        var fields = fields(reader)
        if let match { fields.append(("If-Match", match)) }
        if let beneficiary { fields.append(("On-Behalf-Of", "\(beneficiary)")) }
        return try api.request(
            method, Self.base + path, key: method == "GET" ? nil : key, fields: fields,
            body: body)
    }

    /// The content of an answer that must have this status.
    @discardableResult
    func json(
        _ reader: Reader, _ method: String, _ path: String, _ body: String? = nil,
        is status: Int = 200
    ) throws -> JSON {
        let answer = try ask(reader, method, path, body)
        try #require(answer.status == status, "\(method) \(path): \(answer.text)")
        return answer.body.isEmpty ? .null : try JSON(parsing: answer.body)
    }

    /// The status and code of a refusal.
    func refusal(
        _ reader: Reader, _ method: String, _ path: String, _ body: String? = nil,
        for beneficiary: UUID? = nil
    ) throws -> String {
        let answer = try ask(reader, method, path, body, for: beneficiary)
        return "\(answer.status) \(try JSON(parsing: answer.body)["code"]?.text ?? "")"
    }

    /// The kinds of notices that a person has, the oldest first.
    func told(_ person: UUID) throws -> [String] {
        try texts(
            """
            SELECT kind FROM linli.notice
            WHERE person_id = \(person) AND kind <> 'person.claimed'
            ORDER BY at, xmin::text::bigint, id
            """)
    }

    func texts(_ sql: SQL) throws -> [String] {
        try api.database.superuser().run(OneCell<String>(sql: sql))
    }

    func run(_ sql: String) throws { try api.database.superuser().run(sql) }

    /// Moves the clock.
    func set(_ instant: String, plus micros: Int64 = 0) throws {
        try api.clock.set((Instant(instant) ?? .epoch) + .microseconds(micros))
    }

    // MARK: Usual acts

    /// An operator has seen a person and a document.
    func prove(_ person: UUID, by seer: UUID = worker) throws {
        try run(
            """
            INSERT INTO linli.proof
                (estate_id, id, person_id, level, how, proved_at, by_person_id, because)
            VALUES ('\(APIFixture.a)', '\(UUID.random() as String)', '\(person)', 'in_person',
                'desk', '2026-01-01Z', '\(seer)', '看过身份证')
            """)
    }

    /// Enters a child of the mother's; its id.
    func enter(_ name: String = "小宝", born day: String = "2018-08-08") throws -> String {
        let entered = try json(
            .mother, "POST", "/children", Self.entry(name, day), is: 201)
        return entered["child"]?.text ?? ""
    }

    static func entry(
        _ name: String, _ day: String, in household: UUID = home, as standing: String = "child"
    ) -> String {
        """
        {"display_name":"\(name)","birth_date":"\(day)","household":"\(household)",
        "standing":"\(standing)"}
        """
    }

    /// The social worker records the father as a guardian; the guardianship's id.
    @discardableResult
    func recordFather(of child: String, rights: String? = nil) throws -> String {
        let rights = rights.map { #","rights":[\#($0)]"# } ?? ""
        let recorded = try json(
            .worker, "POST", "/guardianships",
            """
            {"child":"\(child)","guardian":"\(Self.father)","evidence":"离婚协议"\(rights)}
            """, is: 201)
        return recorded["id"]?.text ?? ""
    }

    /// A guardian agrees for a child; the consent.
    @discardableResult
    func agree(_ reader: Reader, _ child: String, _ purpose: String, _ more: String = "") throws
        -> JSON
    {
        try json(
            reader, "POST", "/consents",
            #"{"subject":"\#(child)","purpose":"\#(purpose)","version":1\#(more)}"#, is: 201)
    }

    // MARK: The rows

    private static func sessions(_ tokens: [Reader: SessionToken]) -> String {
        tokens.map { reader, token in
            let proof =
                reader == .unproved
                ? "NULL, NULL, NULL" : "'2026-02-01Z', 'development', '2028-01-01Z'"
            return """
                INSERT INTO linli.session (account_id, id, token_hash, device_label, created_at,
                    last_seen_on, expires_at, proved_at, proved_by, office_until)
                VALUES ('\(reader.account)', '\(APIFixture.id(0x600 + reader.rawValue))',
                    '\\x\(Hex.encoded(token.hash))', 'test', '2026-02-01Z', '2026-03-01',
                    '2031-01-01Z', \(proof));
                """
        }.joined()
    }

    private static func people(_ keyring: Keyring) throws -> String {
        let (a, id) = (APIFixture.a, APIFixture.id)
        var rows = """
            INSERT INTO linli.place (estate_id, id, parent_id, kind, code, name_zh, name_en) VALUES
                ('\(a)', '\(id(0xA1))', NULL, 'building', '1', '1幢', 'Building 1'),
                ('\(a)', '\(id(0xA4))', '\(id(0xA1))', 'residence', '101', '101室', '101'),
                ('\(a)', '\(id(0xA5))', '\(id(0xA1))', 'residence', '102', '102室', '102'),
                ('\(a)', '\(id(0xA6))', '\(id(0xA1))', 'residence', '103', '103室', '103');
            INSERT INTO linli.household (estate_id, id, residence_id, begins) VALUES
                ('\(a)', '\(home)', '\(id(0xA4))', '2026-01-01Z'),
                ('\(a)', '\(otherHome)', '\(id(0xA5))', '2026-01-01Z'),
                ('\(a)', '\(id(0xD3))', '\(id(0xA6))', '2026-01-01Z');
            INSERT INTO linli.account (id, created_at)
                VALUES ('\(id(0xE7))', '2026-01-01Z'), ('\(id(0xE8))', '2026-01-01Z');
            INSERT INTO linli.person (estate_id, id, account_id, display_name, created_at) VALUES
                ('\(a)', '\(worker)', '\(id(0xE7))', '周社工', '2026-01-01Z'),
                ('\(a)', '\(neighbour)', '\(id(0xE8))', '郑邻居', '2026-01-01Z'),
                ('\(a)', '\(child)', NULL, '小强', '2026-01-01Z');
            INSERT INTO linli.role_term
                (estate_id, id, person_id, role, begins, ends, because) VALUES
                ('\(a)', '\(id(0x82))', '\(worker)', 'social_worker', '2026-01-01Z', '2035-01-01Z',
                    'appointed');
            INSERT INTO linli.membership
                (estate_id, id, household_id, person_id, role_in_household, begins) VALUES
                ('\(a)', '\(id(0x71))', '\(home)', '\(mother)', 'head', '2026-01-01Z'),
                ('\(a)', '\(id(0x72))', '\(home)', '\(grandmother)', 'parent', '2026-01-01Z'),
                ('\(a)', '\(id(0x73))', '\(home)', '\(child)', 'child', '2026-01-01Z'),
                ('\(a)', '\(id(0x74))', '\(otherHome)', '\(father)', 'head', '2026-01-01Z'),
                ('\(a)', '\(id(0x75))', '\(id(0xD3))', '\(neighbour)', 'head', '2026-01-01Z');
            INSERT INTO linli.proof (estate_id, id, person_id, level, how, household_id, proved_at)
            SELECT m.estate_id, m.id, m.person_id, 'household', 'roster', m.household_id,
                '2026-01-01Z'
            FROM linli.membership AS m
            WHERE m.estate_id = '\(a)' AND m.person_id NOT IN ('\(child)', '\(neighbour)');

            """
        let vault = PersonVault(keyring, of: a)
        for (person, day) in births {
            let sealed = Hex.encoded(try vault.seal(day, .birthDate, of: person))
            rows += """
                INSERT INTO linli.person_sealed
                    (estate_id, person_id, field, value_sealed, changed_at)
                VALUES ('\(a)', '\(person)', 'birth_date', '\\x\(sealed)', '2026-01-01Z');
                """
        }
        return rows
    }
}
