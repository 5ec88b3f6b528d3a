import Platform
import Realtime
import Support
import Testing

@Suite("Reads sharing a connection")
struct PipelineTests {
    private static let oneReader: @Sendable (inout DatabaseConfiguration) -> Void = {
        $0.readersPerShard = 1
        $0.writersPerShard = 1
    }

    /// A pool that the tasks of its shard find there.
    private func onShard(
        _ prepare: [String] = [],
        _ body: @escaping @Sendable (Shard, TestDatabase) async throws -> Void
    ) async throws {
        try await TestDatabase.with { clone in
            let superuser = try clone.superuser()
            for text in prepare { try superuser.run(text) }
            try await withShard { shard in
                var configuration = clone.configuration
                Self.oneReader(&configuration)
                let settings = configuration
                shard.install { Database(settings, clock: .machine(), on: $0.loop) }
                try await body(shard, clone)
                await shard.local(Database.self)?.close()
            }
        }
    }

    @Test("many at once come back each to its own caller")
    func order() async throws {
        try await onShard { shard, _ in
            let values = try await concurrently(300, on: shard) { index, shard in
                let database = try pool(of: shard)
                return try await database.read(
                    .none, One<Int>("SELECT \(index)"), One<Int>("SELECT \(index) * 2"))
            }
            for (index, (one, two)) in values.enumerated() {
                #expect(one == [index])
                #expect(two == [index * 2])
            }
        }
    }

    @Test("an error fails its own batch and no neighbour, whatever the two prepared")
    func neighbours() async throws {
        let table = """
            CREATE TABLE linli.t (n int CONSTRAINT t_n_key UNIQUE);
            GRANT ALL ON linli.t TO linli;
            INSERT INTO linli.t VALUES (1);
            """
        try await onShard([table]) { shard, _ in
            let outcomes = try await concurrently(40, on: shard) { index, shard in
                let database = try pool(of: shard)
                do throws(PostgresError) {
                    if index.isMultiple(of: 2) {
                        _ = try await database.read(
                            .none, Run("INSERT INTO t VALUES (1)"), One<Int>("SELECT 42"))
                        return "unexpected"
                    }
                    return try await database.read(.none, One<Int>("SELECT 42")).description
                } catch {
                    return error.constraint ?? "\(error)"
                }
            }
            for (index, outcome) in outcomes.enumerated() {
                #expect(outcome == (index.isMultiple(of: 2) ? "t_n_key" : "[42]"))
            }
        }
    }

    @Test("what two statements of one batch did is undone when the second fails")
    func batchIsOneTransaction() async throws {
        let table = """
            CREATE TABLE linli.t (n int CONSTRAINT t_n_key UNIQUE DEFERRABLE INITIALLY DEFERRED);
            GRANT ALL ON linli.t TO linli;
            """
        try await onShard([table]) { shard, _ in
            let counts = try await concurrently(1, on: shard) { _, shard in
                let database = try pool(of: shard)
                let deferred = await #expect(throws: PostgresError.self) {
                    try await database.read(
                        .none, Run("INSERT INTO t VALUES (1)"), Run("INSERT INTO t VALUES (1)"))
                }
                #expect(deferred?.constraint == "t_n_key")
                return try await database.read(.none, One<Int>("SELECT count(*) FROM t"))
            }
            #expect(counts == [[0]])
        }
    }

    @Test("principal and instant hold for the batch, and are gone after its sync")
    func settings() async throws {
        try await TestDatabase.withPool(
            clock: .settable(at: Instant(microseconds: 1_800_000_000_000_000), scale: 0),
            configure: Self.oneReader
        ) { database, _, _ in
            let estate = UUID(high: 1, low: 1)
            let names = ["instant", "principal", "estate", "person", "account", "device", "job"]
            func settings(_ principal: Principal) async throws -> [String?] {
                try await database.read(
                    principal,
                    One<String?>(
                        """
                        SELECT current_setting('linli.' || name, true)
                        FROM unnest(\(names)) WITH ORDINALITY AS names (name, place)
                        ORDER BY place
                        """))
            }
            let text = estate.description
            let instant = "1800000000000000"
            let person = try await settings(
                .person(estate: estate, person: estate, account: estate))
            #expect(person == [instant, "person", text, text, text, "", ""])
            let job = try await settings(.job("heads", estate: estate))
            #expect(job == [instant, "job", text, "", "", "", "heads"])
            let device = try await settings(.device(estate: estate, device: estate))
            #expect(device == [instant, "device", text, "", "", text, ""])
            let account = try await settings(.account(estate))
            #expect(account == [instant, "account", "", "", text, "", ""])
            let nobody = try await settings(.none)
            #expect(nobody == [instant, "", "", "", "", "", ""])
        }
    }

    @Test("a plan that a migration made stale is prepared anew, unseen")
    func stalePlan() async throws {
        try await onShard(["CREATE TABLE linli.t (a int); GRANT ALL ON linli.t TO linli"]) {
            shard, clone in
            _ = try await concurrently(1, on: shard) { _, shard in
                let database = try pool(of: shard)
                _ = try await database.read(.none, Run("SELECT * FROM t"))
                try clone.superuser().run("ALTER TABLE linli.t ADD COLUMN b int")
                _ = try await database.read(.none, Run("SELECT * FROM t"))
                _ = try await database.write(.none) { transaction in
                    try await transaction.run(Run("SELECT * FROM t"))
                }
                try clone.superuser().run("ALTER TABLE linli.t ADD COLUMN c int")
                _ = try await database.write(.none) { transaction in
                    try await transaction.run(Run("SELECT * FROM t"))
                }
            }
        }
    }

    @Test("more statements than are kept prepared still run, and the server keeps few")
    func eviction() async throws {
        try await TestDatabase.withPool(configure: Self.oneReader) { database, _, _ in
            for number in 0..<700 {
                let text = "SELECT \(number)"
                #expect(try await database.read(.none, Plain(text: text)) == [number])
            }
            let kept = try await database.read(
                .none, One<Int>("SELECT count(*) FROM pg_prepared_statements"))
            #expect((1...520).contains(kept.first ?? 0))
        }
    }

    @Test("an answer larger than any buffer arrives whole")
    func largeAnswer() async throws {
        try await TestDatabase.withPool(configure: Self.oneReader) { database, _, _ in
            let text = String(repeating: "邻", count: 1 << 20)
            let back = try await database.read(.none, One<String>("SELECT \(text) || \("x")"))
            #expect(back == [text + "x"])
        }
    }

    /// A statement whose text differs each time, as no feature's does.
    private struct Plain: Statement {
        var text: String
        var sql: SQL { SQL(stringLiteral: text) }

        func decode(_ cells: inout Cells) throws(PostgresError) -> Int { try cells.read() }
    }
}
