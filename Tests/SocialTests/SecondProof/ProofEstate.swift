internal import Platform
internal import Realtime
internal import Support
import Testing

@testable internal import Social

/// The fixture's estate A as second proofs need it: the couple with one phone is a household, with a
/// daughter of fifteen; the resident of another household is a stair leader; a social worker and the
/// committee's officer have a desk.
struct ProofEstate: Sendable {
    static let path = "/api/v1/estates/\(APIFixture.a)"
    static let wife = APIFixture.id(0xF3)
    static let husband = APIFixture.id(0xF4)
    static let leader = APIFixture.id(0xF1)
    static let worker = APIFixture.id(0xE7)
    static let workerPerson = APIFixture.id(0xF7)
    static let daughter = APIFixture.id(0xE6)
    static let daughterPerson = APIFixture.id(0xF6)

    let api: APIFixture
    private let tokens: [UUID: SessionToken]

    static func with(
        _ more: [Social.Operation] = [], _ body: @Sendable (ProofEstate) async throws -> Void
    ) async throws {
        let tokens = [
            worker: SessionToken.random(), daughter: .random(), APIFixture.husband: .random(),
        ]
        try await APIFixture.with(more, prepare: rows(tokens)) { api in
            try await body(ProofEstate(api: api, tokens: tokens))
        }
    }

    // MARK: Asking

    /// A request in a session that is proved, or with the token that is given.
    func ask(
        _ account: UUID? = nil, _ method: String, _ target: String, token: String? = nil,
        key: String? = nil, fields: [(String, String)] = [], _ body: String? = nil
    ) throws -> TestClient.Answer {
        var fields = fields
        if let token = token ?? account.flatMap({ tokens[$0]?.text ?? api.tokens[$0] }) {
            fields.append(("Authorization", "Bearer \(token)"))
        }
        let needsKey = method != "GET" && !target.hasPrefix("/api/v1/sign-in")
        return try api.request(
            method, target, key: key ?? (needsKey ? UUID.random() : nil), fields: fields,
            body: body)
    }

    /// What an answer says.
    func object(_ answer: TestClient.Answer) throws -> JSON { try JSON(parsing: answer.body) }

    /// The code of a refusal.
    func refusal(_ answer: TestClient.Answer) throws -> String? {
        try object(answer)["code"]?.text
    }

    // MARK: Signing in

    /// Asks for a code and redeems it; the answer.
    func redeem(
        _ phone: String, device: String? = nil, desk: String? = nil
    ) async throws -> TestClient.Answer {
        let (request, code) = try await code(phone, desk: desk)
        return try ask(
            nil, "POST", "/api/v1/sign-in/sessions",
            Self.json([
                ("request", request), ("code", code), ("device_label", "手机"),
                ("device_token", device), ("desk_token", desk),
            ]))
    }

    /// Asks for a code; its request and what the phone was sent.
    func code(_ phone: String, desk: String? = nil) async throws -> (String, String) {
        let sent = api.post.count
        let asked = try ask(
            nil, "POST", "/api/v1/sign-in/codes",
            Self.json([("phone", phone), ("desk_token", desk)]))
        #expect(asked.status == 202)
        for _ in 0..<2000 where api.post.count <= sent {
            await api.server.shard.sleep(for: .milliseconds(1))
        }
        let request = try #require(try object(asked)["request"]?.text)
        return (request, try #require(api.post.lastCode))
    }

    /// Signs the wife or the husband in by their one phone; the answer.
    func choose(_ account: UUID, device: String? = nil) async throws -> JSON {
        let who = try object(await redeem(APIFixture.couplePhone, device: device))
        let ticket = try #require(who["ticket"]?.text)
        let chosen = try ask(
            nil, "POST", "/api/v1/sign-in/choices",
            Self.json([
                ("ticket", ticket), ("account", account.description), ("device_token", device),
            ]))
        #expect(chosen.status == 201, "\(chosen.text)")
        return try object(chosen)
    }

    /// Whether the session of a token has a second proof.
    func isProved(_ token: String) throws -> Bool? {
        try object(ask(nil, "GET", "/api/v1/me/proof", token: token))["is_proved"]?.bool
    }

    // MARK: Passkeys

    /// A challenge for the session of a token, or for a sign-in.
    func challenge(for purpose: String, token: String? = nil) throws -> String {
        let path =
            token == nil
            ? "/api/v1/sign-in/passkey-options" : "/api/v1/me/passkey-options?for=\(purpose)"
        let options = try ask(nil, "GET", path, token: token)
        #expect(options.status == 200, "\(options.text)")
        return try #require(try object(options)["challenge"]?.text)
    }

    /// Adds a passkey in the session of a token.
    func add(
        _ key: SoftAuthenticator, token: String, _ bend: SoftAuthenticator.Bend = .init()
    ) throws -> TestClient.Answer {
        let credential = key.create(try challenge(for: "add", token: token), bend)
        return try ask(
            nil, "POST", "/api/v1/me/passkeys", token: token,
            #"{"label":"手机","credential":\#(credential)}"#)
    }

    /// Signs in by a passkey.
    func signIn(
        _ key: SoftAuthenticator, ticket: String? = nil, _ bend: SoftAuthenticator.Bend = .init()
    ) throws -> TestClient.Answer {
        try signIn(with: key.get(challenge(for: "sign_in"), bend), ticket: ticket)
    }

    /// Signs in with an assertion.
    func signIn(with credential: String, ticket: String? = nil) throws -> TestClient.Answer {
        let ticket = ticket.map { #","ticket":"\#($0)""# } ?? ""
        return try ask(
            nil, "POST", "/api/v1/sign-in/passkeys",
            #"{"credential":\#(credential)\#(ticket)}"#)
    }

    /// Proves the session of a token by a passkey.
    func prove(
        _ key: SoftAuthenticator, token: String, _ bend: SoftAuthenticator.Bend = .init()
    ) throws -> TestClient.Answer {
        let credential = try key.get(challenge(for: "prove", token: token), bend)
        return try ask(
            nil, "POST", "/api/v1/me/proof/passkeys", token: token,
            #"{"credential":\#(credential)}"#)
    }

    // MARK: Others

    /// Asks to be vouched for; the request and its number.
    func request(token: String) throws -> (id: String, number: Int64) {
        let asked = try ask(nil, "POST", "/api/v1/me/proof/requests", token: token)
        #expect(asked.status == 201, "\(asked.text)")
        let object = try object(asked)
        return (
            try #require(object["request"]?.text), try #require(object["number"]?.integer)
        )
    }

    /// Vouches for a person.
    func vouch(
        _ account: UUID, for person: UUID, _ request: (id: String, number: Int64),
        because: String? = nil
    ) throws -> TestClient.Answer {
        let reason = because.map { #","because":"\#($0)""# } ?? ""
        return try ask(
            account, "POST", "\(Self.path)/proof-requests/\(request.id)/vouchings",
            #"{"person":"\#(person)","number":\#(request.number)\#(reason)}"#)
    }

    /// A device's code that the desk issues.
    func deviceCode(for person: UUID, days: Int = 30) throws -> String {
        let issued = try ask(
            Self.worker, "POST", "\(Self.path)/people/\(person)/device-codes",
            #"{"days":\#(days)}"#)
        #expect(issued.status == 201, "\(issued.text)")
        return try #require(try object(issued)["code"]?.text)
    }

    /// The kinds of the notices that a person has, the oldest first.
    ///
    /// Newcomers apart: who else of the house signed in first is not what is asked here.
    func notices(of person: UUID) throws -> [String] {
        try api.database.superuser().run(
            OneCell<String>(
                sql: """
                    SELECT kind FROM linli.notice
                    WHERE estate_id = \(APIFixture.a) AND person_id = \(person)
                        AND kind <> 'person.claimed'
                    ORDER BY at, kind
                    """))
    }

    /// The kinds of events about a person.
    func events(about person: UUID) throws -> [String] {
        try api.database.superuser().run(
            OneCell<String>(
                sql: """
                    SELECT kind || ' ' || actor_kind FROM linli.event
                    WHERE estate_id = \(APIFixture.a) AND \(person) = ANY (about) ORDER BY id
                    """))
    }

    static func json(_ members: [(String, String?)]) -> String {
        "{"
            + members.compactMap { name, value in value.map { #""\#(name)":"\#($0)""# } }
            .joined(separator: ",") + "}"
    }

    private static func rows(_ tokens: [UUID: SessionToken]) -> String {
        let (a, id) = (APIFixture.a, APIFixture.id)
        let sessions = tokens.enumerated().map { place, one in
            """
            ('\(one.key)', '\(id(0x600 + UInt64(place)))', '\\x\(Hex.encoded(one.value.hash))',
                'test', '2026-02-01Z', '2026-03-01', '2027-01-01Z', '2026-02-01Z', 'development',
                '2027-01-01Z')
            """
        }
        return """
            INSERT INTO linli.place (estate_id, id, parent_id, kind, code, name_zh, name_en) VALUES
                ('\(a)', '\(id(0xA1))', NULL, 'building', '1', '1幢', 'Building 1'),
                ('\(a)', '\(id(0xA4))', '\(id(0xA1))', 'residence', '101', '101室', '101');
            INSERT INTO linli.household (estate_id, id, residence_id, begins) VALUES
                ('\(a)', '\(id(0xD1))', '\(id(0xA4))', '2026-01-01Z');
            INSERT INTO linli.account (id, created_at)
                VALUES ('\(worker)', '2026-01-01Z'), ('\(daughter)', '2026-01-01Z');
            INSERT INTO linli.person (estate_id, id, account_id, display_name, created_at) VALUES
                ('\(a)', '\(workerPerson)', '\(worker)', '周社工', '2026-01-01Z'),
                ('\(a)', '\(daughterPerson)', '\(daughter)', '李小妹', '2026-01-01Z');
            INSERT INTO linli.role_term
                (estate_id, id, person_id, role, begins, ends, because) VALUES
                ('\(a)', '\(id(0x82))', '\(workerPerson)', 'social_worker', '2026-01-01Z',
                    '2027-01-01Z', 'appointed');
            INSERT INTO linli.membership
                (estate_id, id, household_id, person_id, role_in_household, begins) VALUES
                ('\(a)', '\(id(0x71))', '\(id(0xD1))', '\(wife)', 'head', '2026-01-01Z'),
                ('\(a)', '\(id(0x72))', '\(id(0xD1))', '\(husband)', 'spouse', '2026-01-01Z'),
                ('\(a)', '\(id(0x73))', '\(id(0xD1))', '\(daughterPerson)', 'child',
                    '2026-01-01Z');
            INSERT INTO linli.session (account_id, id, token_hash, device_label, created_at,
                last_seen_on, expires_at, proved_at, proved_by, office_until)
            VALUES \(sessions.joined(separator: ","));
            """
    }
}
