import Platform
import Realtime
import Support
import Testing

@Suite("A connection lost")
struct LostConnectionTests {
    private static let end = """
        SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND usename = 'linli'
        """

    private static let sleepers = One<Int>(
        """
        SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND query LIKE '%pg_sleep(4)%' AND usename = 'linli'
        """)

    /// What `body` makes once the pool has noticed its losses: within a hundred tries.
    private func eventually<Value>(
        on shard: isolated Shard, _ body: () async throws -> Value
    ) async throws -> Value {
        for _ in 0..<100 {
            do {
                return try await body()
            } catch let error as PostgresError where error.isConnectionLost {
                await shard.sleep(for: .milliseconds(10))
            }
        }
        return try await body()
    }

    @Test("calls in flight fail cleanly, and the pool comes back without a restart")
    func recovers() async throws {
        try await TestDatabase.with { clone in
            try await withShard { shard in
                var configuration = clone.configuration
                configuration.readersPerShard = 1
                let settings = configuration
                shard.install { Database(settings, clock: .machine(), on: $0.loop) }
                let outcomes = try await concurrently(6, on: shard) { index, shard in
                    if index == 5 {
                        let superuser = try clone.superuser()
                        var tries = 0
                        while try superuser.run(Self.sleepers) != [1], tries < 1000 {
                            tries += 1
                            await shard.sleep(for: .milliseconds(1))
                        }
                        try superuser.run(Self.end)
                        return "killer"
                    }
                    let database = try pool(of: shard)
                    do throws(PostgresError) {
                        _ = try await database.read(.none, Run("SELECT pg_sleep(4)"))
                        return "slept"
                    } catch {
                        return error.isConnectionLost && error.isTemporary ? "lost" : "\(error)"
                    }
                }
                #expect(outcomes == ["lost", "lost", "lost", "lost", "lost", "killer"])
                let rows = try await eventually(on: shard) {
                    try await pool(of: shard).read(.none, One<Int>("SELECT 1"))
                }
                #expect(rows == [1])
                await shard.local(Database.self)?.close()
            }
        }
    }

    @Test("a transaction whose backend ends is not run again, and its lease is given back")
    func transaction() async throws {
        try await TestDatabase.withPool { database, clone, shard in
            var runs = 0
            let error = await #expect(throws: PostgresError.self) {
                try await database.write(.none) { transaction in
                    runs += 1
                    try await transaction.execute("SELECT 1")
                    try clone.superuser().run(Self.end)
                    try await transaction.execute("SELECT 2")
                }
            }
            #expect(error?.isConnectionLost == true)
            #expect(runs == 1)
            #expect(database.counters.leased == 0)
            let rows = try await eventually(on: shard) {
                try await database.write(.none) { transaction in
                    try await transaction.run(One<Int>("SELECT 1"))
                }
            }
            #expect(rows == [1])
        }
    }

    @Test("a COMMIT whose answer is lost has an unknown outcome")
    func unknownOutcome() async throws {
        // The backend ends itself while the deferred trigger runs, which is inside COMMIT.
        let trap = """
            CREATE TABLE linli.t (n int);
            GRANT ALL ON linli.t TO linli;
            CREATE FUNCTION linli.trap() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
            BEGIN
                PERFORM pg_terminate_backend(pg_backend_pid());
                RETURN NULL;
            END
            $$;
            CREATE CONSTRAINT TRIGGER trap AFTER INSERT ON linli.t
                DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION linli.trap();
            """
        try await TestDatabase.withPool { database, clone, _ in
            try clone.superuser().run(trap)
            let error = await #expect(throws: PostgresError.self) {
                try await database.write(.none) { transaction in
                    try await transaction.execute("INSERT INTO t VALUES (1)")
                }
            }
            #expect(error?.kind == .unknownOutcome)
        }
    }

    @Test("without a server calls fail within the time set, and name the reason")
    func noServer() async throws {
        try await withShard { shard in
            var configuration = DatabaseConfiguration(connection: "host=/nowhere user=linli")
            configuration.unavailableAfter = .milliseconds(30)
            let database = Database(configuration, clock: .machine(), on: shard.loop)
            let read = await #expect(throws: PostgresError.self) {
                try await database.read(.none, One<Int>("SELECT 1"))
            }
            #expect(read?.kind == .unavailable)
            #expect(read?.message.contains("/nowhere") == true)
            let write = await #expect(throws: PostgresError.self) {
                try await database.write(.none) { try await $0.execute("SELECT 1") }
            }
            #expect(write?.kind == .unavailable)
            await database.close()
        }
    }

    @Test("a session that is not valid sees nothing, and is told apart from no rows")
    func noSession() async throws {
        try await TestDatabase.withPool { database, _, _ in
            let session = Principal.session(
                tokenHash: [UInt8](repeating: 7, count: 32), estate: nil)
            let error = await #expect(throws: PostgresError.self) {
                try await database.read(session, One<Int>("SELECT 1"))
            }
            #expect(error?.kind == .noSession)
            let identified = try await database.readIdentified(session, One<Int>("SELECT 1"))
            #expect(identified.identity == nil)
            #expect(identified.rows.isEmpty)
            let write = await #expect(throws: PostgresError.self) {
                try await database.write(session) { try await $0.finish("SELECT 1") }
            }
            #expect(write?.kind == .noSession)
        }
    }
}
