internal import Logging
internal import Platform
internal import Realtime
internal import Social
internal import Support

/// The API on a real port over a clone with two estates, for one test.
struct APIFixture: Sendable {
    static let a = id(0xA)
    static let b = id(0xB)
    /// A resident of A, one of B, a couple of A with one phone, and an officer above A.
    static let resident = id(0xE1)
    static let stranger = id(0xE2)
    static let wife = id(0xE3)
    static let husband = id(0xE4)
    static let officer = id(0xE5)
    static let start = Instant("2026-03-01T00:00:00Z") ?? .epoch
    static let residentPhone = "13800000001"
    static let couplePhone = "13800000002"

    let server: TestServer
    let database: TestDatabase
    let post: Post
    let clock: Platform.Clock
    let tokens: [UUID: String]
    let logged: LogLines
    let keyring: Keyring

    /// Keeps what was sent.
    final class Post: MessageGateway {
        private let sent = Locked<[String]>([])

        func send(to phone: PhoneNumber, text: String) async throws {
            sent.withLock { $0.append(text) }
        }

        var count: Int { sent.withLock { $0.count } }

        /// The code of the last message.
        var lastCode: String? {
            sent.withLock { sent in
                sent.last?.split(whereSeparator: { !$0.isASCII || !$0.isNumber })
                    .first { $0.count == 6 }.map(String.init)
            }
        }
    }

    /// A small number as an id.
    static func id(_ number: UInt64) -> UUID { UUID(high: 7 << 12, low: 1 << 63 | number) }

    /// Serves the account's operations and `more`, and ends everything after `body`.
    static func with(
        _ more: [Operation] = [], prepare: String = "", keyring: Keyring = .random(),
        post: Post = Post(), _ body: @Sendable (APIFixture) async throws -> Void
    ) async throws {
        try await TestDatabase.with { database in
            let clock = Platform.Clock.settable(at: start, scale: 0)
            try fill(database, keyring)
            if !prepare.isEmpty { try database.superuser().run(prepare) }
            let lines = LogLines()
            let logger = Logger(label: "api") { _ in lines }
            let context = APIContext(
                clock: clock, ids: UUIDGenerator(clock: clock), keyring: keyring,
                cookie: SessionCookie(isSecure: false), logger: logger)
            let api = try API(
                AccountOperations.all(keyring: keyring, gateway: post)
                    + SecondProofOperations.all(
                        keyring: keyring, gateway: post, signals: EventSignals()) + more,
                title: Text(zh: "邻里", en: "Linli"), version: "1", context: context)
            let server = try await TestServer(api.routes) {
                api.adjust(&$0)
                // On a busy machine a test takes long to read the last that it is sent.
                $0.limits.lingerMillisecondsMax = 30_000
            }
            let configuration = database.configuration
            await server.shard.install { shard in
                Database(configuration, clock: clock, on: shard.loop)
            }
            let tokens = try await server.shard.signInAll(context)
            let fixture = APIFixture(
                server: server, database: database, post: post, clock: clock, tokens: tokens,
                logged: lines, keyring: keyring)
            do {
                try await body(fixture)
            } catch {
                await end(server)
                throw error
            }
            await end(server)
        }
    }

    private static func end(_ server: TestServer) async {
        await server.shard.closeDatabase()
        await server.stop()
    }

    /// A request as a bearer.
    func request(
        _ method: String, _ target: String, as account: UUID? = nil, key: String? = nil,
        fields: [(String, String)] = [], body: String? = nil
    ) throws -> TestClient.Answer {
        let client = try TestClient(port: server.port)
        return try client.request(
            method, target, fields: self.fields(account, key, body, besides: fields), body: body)
    }

    /// The fields of a bearer's request.
    func fields(
        _ account: UUID?, _ key: String?, _ body: String?, besides more: [(String, String)] = []
    ) -> [(String, String)] {
        var all = more
        if let account { all.append(("Authorization", "Bearer \(tokens[account] ?? "")")) }
        if let key { all.append(("Idempotency-Key", key)) }
        if body != nil, !more.contains(where: { $0.0 == "Content-Type" }) {
            all.append(("Content-Type", "application/json"))
        }
        return all
    }

    private static func fill(_ database: TestDatabase, _ keyring: Keyring) throws {
        let server = try database.superuser()
        try server.run(rows)
        let vault = IdentifierVault(keyring)
        for (account, number, row) in [
            (resident, residentPhone, 0x11 as UInt64), (wife, couplePhone, 0x12),
            (husband, couplePhone, 0x13),
        ] {
            guard let phone = PhoneNumber(number) else { continue }
            let phoneRow = AddPhone(
                account: account, id: id(row), hash: vault.hash(of: phone),
                sealed: try vault.seal(phone, identifier: id(row), of: account))
            _ = try server.run(phoneRow)
        }
    }

    private struct AddPhone: Command {
        var account: UUID
        var id: UUID
        var hash: [UInt8]
        var sealed: [UInt8]

        var sql: SQL {
            """
            INSERT INTO linli.account_identifier
                (account_id, id, kind, value_hash, value_sealed, created_at)
            VALUES (\(account), \(id), 'phone', \(hash), \(sealed), '2026-01-01Z')
            """
        }
    }

    private static var rows: String {
        """
        INSERT INTO linli.node (id, parent_id, kind, code, name_zh, name_en) VALUES
            ('\(id(0xC1))', NULL, 'city', 'sh', '上海市', 'Shanghai'),
            ('\(id(0xC2))', '\(id(0xC1))', 'district', 'pt', '普陀区', 'Putuo');
        INSERT INTO linli.estate (estate_id, node_id, code, name_zh, name_en) VALUES
            ('\(a)', '\(id(0xC2))', 'a', '甲小区', 'A'), ('\(b)', '\(id(0xC1))', 'b', '乙小区', 'B');
        -- Nobody is left out of a list by the draw, where a test does not ask for it.
        INSERT INTO linli.listing_rule (estate_id, unlisted_permille) VALUES ('\(a)', 0), ('\(b)', 0);
        INSERT INTO linli.account (id, created_at)
            SELECT unnest(ARRAY['\(resident)', '\(stranger)', '\(wife)', '\(husband)',
                '\(officer)']::uuid[]), '2026-01-01Z';
        INSERT INTO linli.person
            (estate_id, id, account_id, display_name, created_at, claimed_at) VALUES
            ('\(a)', '\(id(0xF1))', '\(resident)', '张三', '2026-01-01Z', '2026-01-01Z'),
            ('\(b)', '\(id(0xF2))', '\(stranger)', '赵六', '2026-01-01Z', '2026-01-01Z'),
            ('\(a)', '\(id(0xF3))', '\(wife)', '王小芳', '2026-01-01Z', '2026-01-01Z'),
            ('\(a)', '\(id(0xF4))', '\(husband)', '李明', '2026-01-01Z', '2026-01-01Z');
        INSERT INTO linli.role_term (estate_id, id, person_id, role, begins, ends, because) VALUES
            ('\(a)', '\(id(0x81))', '\(id(0xF1))', 'stair_leader', '2026-01-01Z', '2027-01-01Z',
                'elected');
        INSERT INTO linli.account_role_term
            (account_id, id, role, node_id, display_name, begins, ends, because) VALUES
            ('\(officer)', '\(id(0x91))', 'residents_committee', '\(id(0xC2))', '孙干事',
                '2026-01-01Z', '2027-01-01Z', 'elected');
        """
    }
}

extension Shard {
    fileprivate func signInAll(_ context: APIContext) async throws -> [UUID: String] {
        guard let database = local(Database.self) else { return [:] }
        let sessions = Sessions(database: database, clock: context.clock, ids: context.ids)
        var tokens: [UUID: String] = [:]
        for account in [
            APIFixture.resident, APIFixture.stranger, APIFixture.wife, APIFixture.officer,
        ] {
            tokens[account] = try await sessions.create(for: account, deviceLabel: "test").text
        }
        return tokens
    }

    fileprivate func closeDatabase() async { await local(Database.self)?.close() }
}

/// Keeps the log's messages.
struct LogLines: LogHandler {
    private final class Kept: Sendable {
        let lines = Locked<[String]>([])
    }

    var logLevel = Logger.Level.info
    var metadata: Logger.Metadata = [:]
    private let kept = Kept()

    /// What was logged so far.
    var lines: [String] { kept.lines.withLock { $0 } }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let line = "\(event.message) \(event.metadata ?? [:])"
        kept.lines.withLock { $0.append(line) }
    }
}
