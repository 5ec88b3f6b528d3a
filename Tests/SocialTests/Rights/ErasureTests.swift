internal import Foundation
internal import Platform
internal import Realtime
internal import Support
internal import Testing

@testable internal import Social

@Suite("Erasure, through the wire") struct ErasureTests {
    typealias Estate = ParticipationEstate

    private static let own = Estate.base + "/me/erasure"
    private static let understood = #"{"understood":true}"#
    private static let due = APIFixture.start + .seconds(7 * 86_400)

    /// Sessions are proved, and the member wrote of itself.
    private static let rows = """
        INSERT INTO linli.absence
            (estate_id, id, person_id, kind, begins, ends, set_by, set_at, because)
        VALUES ('\(APIFixture.a)', '\(APIFixture.id(0x501))', '\(Estate.member)', 'away',
            '2026-01-01Z', '2026-01-09Z', '\(Estate.member)', '2026-01-01Z', '金丝雀在老家');
        """
    private static let said = """
        INSERT INTO linli.conversation
            (estate_id, id, kind, about_id, asker_id, opened_at, last_number, last_at)
        VALUES ('\(APIFixture.a)', '\(APIFixture.id(0x701))', 'activity',
            '\(APIFixture.id(0x701))', '\(Estate.member)', '2026-02-01Z', 1, '2026-02-01Z');
        INSERT INTO linli.conversation_message (estate_id, id, conversation_id, number, author_id,
            side, body_sealed, is_masked, at)
        VALUES ('\(APIFixture.a)', '\(APIFixture.id(0x702))', '\(APIFixture.id(0x701))', 1,
            '\(Estate.member)', 'asker', decode(repeat('01', 40), 'hex'), false, '2026-02-01Z');
        """
    private static let prove = """
        UPDATE linli.session
        SET proved_at = '2026-02-01Z', proved_by = 'development', office_until = '2028-01-01Z'
        """

    /// A list in a folder of its own, gone with it.
    private static func with(
        prepare: String = rows,
        _ body: @Sendable (Estate, ErasureList) async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "linli-erased-\(Platform.UUID.random() as String)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let list = ErasureList(folder: folder.path, key: Keyring.random().signingKey)
        try await Estate.with(prepare: prepare) { estate in
            try estate.change(prove)
            try await body(estate, list)
        }
    }

    /// Runs the job at an instant.
    private static func erase(
        _ estate: Estate, _ list: ErasureList, at instant: Instant
    ) async throws {
        try estate.api.clock.set(instant)
        try await estate.api.server.shard.erase(list, at: instant)
    }

    /// The tables that hold a word somewhere in clear.
    private static func tables(_ estate: Estate, holding word: String) throws -> [String] {
        try estate.api.database.superuser().run(
            OneCell<String>(
                sql: """
                    SELECT c.relname::text
                    FROM pg_class AS c
                    JOIN pg_namespace AS n ON n.oid = c.relnamespace AND n.nspname = 'linli'
                    WHERE c.relkind = 'r' AND (xpath('/row/n/text()', query_to_xml(format(
                        'SELECT count(*) AS n FROM linli.%I AS t WHERE t::text LIKE %L', c.relname,
                        \("%" + word + "%")), false, true, '')))[1]::text <> '0'
                    """))
    }

    private static func state(_ estate: Estate, _ person: Platform.UUID = Estate.member) throws
        -> String?
    {
        try estate.api.database.superuser().run(
            OneCell<String>(sql: "SELECT state FROM linli.person WHERE id = \(person)")
        ).first
    }

    @Test("after seven days nothing leads to it, seats go on, ledgers and chain are whole")
    func own() async throws {
        try await Self.with { estate, list async throws in
            let seat = try estate.join(.member)
            try estate.change(Self.said)
            try estate.json(
                .member, "POST", estate.activity + "/comments", is: 201, #"{"body":"金丝雀来过"}"#)
            #expect(try Self.tables(estate, holding: "王小芳") == ["person"])
            #expect(try estate.refusal(.member, Self.own, "{}") == "erasure-means")
            #expect(
                try estate.refusal(.neighbour, Self.own, Self.understood) == "erasure-organises")
            try estate.json(.member, "POST", Self.own, is: 201, Self.understood)
            #expect(try estate.refusal(.member, Self.own, Self.understood) == "erasure-there")
            try estate.json(.member, "DELETE", Self.own, is: 204)
            #expect(try estate.ask(.member, "DELETE", Self.own).status == 404)
            let key: String = Platform.UUID.random()
            let asked = try (0..<2).map { _ in
                try estate.estate.ask(.member, "POST", Self.own, key: key, body: Self.understood)
            }
            #expect(asked.map(\.status) == [201, 201] && asked[0].body == asked[1].body)
            let shown = try estate.json(.member, "GET", Self.own)
            #expect(shown["erasures"]?.elements?.first?["due_at"]?.text == "\(Self.due)")
            #expect((shown["kept"]?.elements?.count ?? 0) > 20)
            try await Self.erase(estate, list, at: Self.due - .microseconds(1))
            #expect(try Self.state(estate) == "active")
            #expect(list.estates() == [])
            try await Self.erase(estate, list, at: Self.due)
            #expect(try Self.state(estate) == "erased")
            #expect(try list.contents(of: APIFixture.a).persons == [Estate.member])
            for word in ["王小芳", "金丝雀"] {
                #expect(try Self.tables(estate, holding: word) == [])
            }
            #expect(try estate.ask(.member, "GET", Self.own).status == 401)
            #expect(
                try estate.estate.count(
                    """
                    SELECT count(*) FROM linli.account_identifier
                    WHERE account_id = \(APIFixture.wife)
                    """) == 0)
            #expect(
                try estate.estate.count(
                    """
                    SELECT count(*) FROM linli.reservation
                    WHERE id::text = \(seat["id"]?.text ?? "") AND holder_id = \(Estate.member)
                    """) == 1, "the ledger keeps the id")
            #expect(
                try estate.estate.count(
                    """
                    SELECT count(*) FROM linli.conversation_message WHERE body_sealed IS NULL
                    """) == 1, "what was said is gone, its place in the thread is not")
            #expect(try await estate.verified() > 5)
            // What was being written at that moment goes with the second pass, ten minutes later.
            try estate.change(
                """
                UPDATE linli.activity_comment SET body = '金丝雀', removed_at = NULL, removed_as = NULL
                """)
            try await Self.erase(estate, list, at: Self.due + .seconds(600))
            #expect(try Self.tables(estate, holding: "金丝雀") == [])
            #expect(try estate.events("person.erased") == 1)
            #expect(
                try estate.estate.count(
                    "SELECT count(*) FROM linli.erasure WHERE swept_at IS NOT NULL") == 1)
            #expect(estate.api.logged.lines.isEmpty)
        }
    }

    @Test("whom the list names is erased again after a restore; an altered list is refused")
    func restored() async throws {
        try await Self.with { estate, list async throws in
            try estate.json(.member, "POST", Self.own, is: 201, Self.understood)
            try await Self.erase(estate, list, at: Self.due)
            // What a backup of the day before holds.
            try estate.change(
                """
                DELETE FROM linli.erasure;
                UPDATE linli.account SET state = 'active' WHERE id = '\(APIFixture.wife)';
                UPDATE linli.person SET state = 'active', display_name = '王小芳',
                    account_id = '\(APIFixture.wife)', claimed_at = '2026-01-01Z'
                WHERE id = '\(Estate.member)';
                \(Self.rows)
                """)
            let path = "\(list.folder)/\(APIFixture.a).jsonl"
            let whole = try Data(contentsOf: URL(filePath: path))
            // A line that was cut off harms nobody.
            try (whole + Data("{\"est".utf8)).write(to: URL(filePath: path))
            #expect(try list.contents(of: APIFixture.a).torn == 1)
            let held = try await estate.api.server.shard.standing(list)
            #expect(held == 1)
            try await Self.erase(estate, list, at: Self.due)
            #expect(try Self.state(estate) == "erased")
            #expect(try Self.tables(estate, holding: "王小芳") == [])
            #expect(try Self.tables(estate, holding: "金丝雀") == [])
            #expect(try await estate.api.server.shard.standing(list) == 0)
            let other = String(decoding: whole, as: UTF8.self)
                .replacingOccurrences(of: "\(Estate.member)", with: "\(Estate.leader)")
            try Data(other.utf8).write(to: URL(filePath: path))
            #expect(throws: ErasureList.Fault.altered(line: 1)) {
                try list.contents(of: APIFixture.a)
            }
            #expect(try Self.state(estate, Estate.leader) == "active")
        }
    }

    @Test("a child's is asked for by a guardian, and carried out if none takes it back")
    func child() async throws {
        try await Self.with { estate, list async throws in
            let path = Estate.base + "/children/\(Estate.child)/erasure"
            #expect(try estate.ask(.neighbour, "POST", path, Self.understood).status == 404)
            #expect(try estate.ask(.neighbour, "POST", path, "{}").status == 404)
            #expect(try estate.ask(.neighbour, "GET", path).status == 404)
            #expect(try estate.refusal(.member, path, "{}") == "erasure-means")
            try estate.json(.member, "POST", path, is: 201, Self.understood)
            #expect(try estate.refusal(.leader, path, Self.understood) == "erasure-there")
            let told = try estate.json(.leader, "GET", Estate.base + "/notices")
            #expect(
                told["notices"]?.elements?.contains { $0["kind"]?.text == "child.erasureAsked" }
                    == true)
            // The other guardian does not agree.
            try estate.json(.leader, "DELETE", path, is: 204)
            try await Self.erase(estate, list, at: Self.due)
            #expect(try Self.state(estate, Estate.child) == "active")
            #expect(try estate.ask(.leader, "DELETE", path).status == 404)

            try estate.json(.leader, "POST", path, is: 201, Self.understood)
            let shown = try estate.json(.member, "GET", path)
            let second = Self.due + .seconds(7 * 86_400)
            #expect(shown["erasures"]?.elements?.first?["due_at"]?.text == "\(second)")
            try await Self.erase(estate, list, at: second)
            #expect(try Self.state(estate, Estate.child) == "erased")
            #expect(try list.contents(of: APIFixture.a).persons == [Estate.child])
            #expect(try estate.ask(.member, "GET", path).status == 404)
        }
    }

    @Test("what stands open refuses or defers it, with a sentence")
    func hindered() async throws {
        try await Self.with { estate, list async throws in
            #expect(try estate.refusal(.leader, Self.own, Self.understood) == "erasure-office")
            try estate.change(
                """
                UPDATE linli.guardianship SET ends = '2026-02-01Z'
                WHERE guardian_id = '\(Estate.leader)'
                """)
            #expect(
                try estate.refusal(.member, Self.own, Self.understood) == "erasure-last-guardian")
            try estate.change(
                """
                UPDATE linli.guardianship SET ends = 'infinity'
                WHERE guardian_id = '\(Estate.leader)';
                INSERT INTO linli.task (estate_id, id, kind, about_id, subject_id, raised_at,
                    due_at, role, audience, climbs_to, climbs_at)
                VALUES ('\(APIFixture.a)', '\(APIFixture.id(0x601))', 'report',
                    '\(APIFixture.id(0x602))', '\(Estate.member)', '2026-03-01Z', '2026-03-02Z',
                    'social_worker', '{role:social_worker}', '{}', '2027-03-02Z')
                """)
            try estate.json(.member, "POST", Self.own, is: 201, Self.understood)
            try await Self.erase(estate, list, at: Self.due)
            #expect(try Self.state(estate) == "active")
            let shown = try estate.json(.member, "GET", Self.own)
            let hindrances = shown["erasures"]?.elements?.first?["hindrances"]?.elements
            #expect(hindrances?.compactMap { $0["code"]?.text } == ["legal"])
            try estate.change("UPDATE linli.task SET finished_at = '2026-03-08Z', outcome = 'done'")
            try await Self.erase(estate, list, at: Self.due + .seconds(300))
            #expect(try Self.state(estate) == "erased")
            #expect(
                try estate.estate.count(
                    "SELECT count(*) FROM linli.account WHERE state = 'erased'") == 1)
        }
    }

    @Test("one who died is erased at the heirs' request, by the committee and on evidence")
    func heirs() async throws {
        try await Self.with { estate, list async throws in
            let target = Estate.base + "/people/\(Estate.member)/erasure"
            let body = #"{"evidence":"继承公证书"}"#
            #expect(try estate.ask(.officer, "POST", target, body).status == 404, "alive")
            try estate.json(
                .officer, "POST", Estate.base + "/people/\(Estate.member)/state",
                #"{"state":"dead","because":"死亡证明"}"#)
            for reader in [Estate.Reader.leader, .neighbour, .stranger] {
                #expect(try estate.ask(reader, "POST", target, body).status == 404)
            }
            try estate.json(.officer, "POST", target, is: 201, body)
            try estate.json(.officer, "DELETE", target, is: 204)
            try estate.json(.officer, "POST", target, is: 201, body)
            try await Self.erase(estate, list, at: Self.due)
            #expect(try Self.state(estate) == "erased")
            #expect(try Self.tables(estate, holding: "王小芳") == [])
            #expect(try estate.ask(.officer, "DELETE", target).status == 404, "it is done")
        }
    }

    @Test("beside an erasure a seat is taken by nobody, and no copy stays")
    func races() async throws {
        try await Self.with { estate, list async throws in
            try estate.json(.member, "POST", Self.own, is: 201, Self.understood)
            try estate.json(.member, "POST", Estate.base + "/me/export", is: 202, "{}")
            // Long before the meeting: the term has been shortened to a day.
            try estate.change("UPDATE linli.erasure SET due_at = '2026-03-01T01:00:00Z'")
            let now = APIFixture.start + .seconds(3600)
            try estate.api.clock.set(now)
            let target = estate.meeting + "/reservations"
            let shard = estate.api.server.shard
            async let joined = Task.detached { try estate.ask(.member, "POST", target, "{}") }.value
            async let erased: Void = shard.erase(list, at: now)
            async let made: Void = shard.makeExports(Keyring.random())
            let answer = try await joined
            try await erased
            // The copy was made before, or its rows went while it was made.
            _ = try? await made
            // Before it, after it, or by a session that has not heard that its person is gone.
            #expect([201, 401, 403].contains(answer.status), "\(answer.text)")
            try await shard.makeExports(Keyring.random())
            try await Self.erase(estate, list, at: now + .seconds(600))
            #expect(try Self.state(estate) == "erased")
            #expect(
                try estate.estate.count(
                    """
                    SELECT count(*) FROM linli.reservation AS r
                    WHERE r.state <> 'ended' AND r.holder_id = \(Estate.member)
                    """) == 0)
            #expect(try estate.estate.count("SELECT count(*) FROM linli.data_export_piece") == 0)
        }
    }
}

extension ParticipationEstate {
    /// Numbers the log and follows its chain; how many events it has.
    func verified() async throws -> Int64 {
        try change("SELECT linli.number_events(10000)")
        return try await api.server.shard.verified()
    }
}

extension Shard {
    /// Runs the job of erasures in the fixture's estate.
    func erase(_ list: ErasureList, at instant: Instant) async throws {
        guard let database = local(Database.self) else { return }
        let ids = UUIDGenerator(clock: Platform.Clock.settable(at: instant, scale: 0))
        try await ErasureJob.carryOut(
            in: APIFixture.a, at: instant, list, ids, database, on: self)
    }

    /// How many the list names and the database still holds.
    func standing(_ list: ErasureList) async throws -> Int {
        guard let database = local(Database.self) else { return -1 }
        return try await ErasureJob.standing(of: APIFixture.a, list, database).held
    }

    /// Follows the chain of the fixture's estate.
    func verified() async throws -> Int64 {
        guard let database = local(Database.self) else { return -1 }
        var chain = ChainVerifier()
        try await EventLogReader(database: database, estate: APIFixture.a, job: "audit").read {
            try chain.verify($0)
        }
        return chain.sequence
    }
}
