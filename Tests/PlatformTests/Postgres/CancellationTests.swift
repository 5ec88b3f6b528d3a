import Glibc
import Platform
import Realtime
import Support
import Testing

@Suite("Statements that nobody waits for")
struct CancellationTests {
    private struct Sleep: Statement {
        var seconds: Double
        var sql: SQL { "SELECT pg_backend_pid()::bigint, pg_sleep(\(seconds))::text" }
        func decode(_ cells: inout Cells) throws(PostgresError) -> Int64 {
            let pid: Int64 = try cells.read()
            let _: String = try cells.read()
            return pid
        }
    }

    @Test("a cancelled transaction ends its statement in the server, and the connection stays")
    func cancelled() async throws {
        let configure: @Sendable (inout DatabaseConfiguration) -> Void = { $0.writersPerShard = 1 }
        try await TestDatabase.withPool(configure: configure) { database, clone, shard in
            let pid = try await database.write(.none) { tx in try await tx.run(Sleep(seconds: 0)) }
            let work = Task.immediate(executorPreference: shard.loop) {
                try await database.write(.none) { tx in try await tx.run(Sleep(seconds: 4)) }
            }
            let watcher = try clone.superuser()
            let active = Active(pid: pid[0])
            while try watcher.run(active) != [1] { await shard.sleep(for: .milliseconds(5)) }
            let begun = ContinuousClock.now
            work.cancel()
            let outcome = await work.result
            let failure = #expect(throws: PostgresError.self) { try outcome.get() }
            #expect(failure?.state == "57014")
            #expect(ContinuousClock.now - begun < .seconds(2))
            let again = try await database.write(.none) { tx in try await tx.run(Sleep(seconds: 0))
            }
            #expect(again == pid, "the same connection")
        }
    }

    private struct Active: Statement {
        var pid: Int64
        var sql: SQL {
            """
            SELECT count(*) FROM pg_stat_activity
            WHERE pid = \(pid) AND state = 'active' AND wait_event = 'PgSleep'
            """
        }
        func decode(_ cells: inout Cells) throws(PostgresError) -> Int64 { try cells.read() }
    }

    @Test("a server that says nothing is given up, and another connection takes its place")
    func silent() async throws {
        let configure: @Sendable (inout DatabaseConfiguration) -> Void = {
            $0.readersPerShard = 1
            $0.statementTimeout = .milliseconds(300)
            $0.silenceMax = .milliseconds(300)
        }
        try await TestDatabase.withPool(configure: configure) { database, _, _ in
            let first = try await database.read(.none, Sleep(seconds: 0))
            let pid = pid_t(first[0])
            #expect(kill(pid, SIGSTOP) == 0)
            let begun = ContinuousClock.now
            let failure = await #expect(throws: PostgresError.self) {
                try await database.read(.none, Sleep(seconds: 0))
            }
            #expect(failure?.kind == .connectionLost)
            #expect(ContinuousClock.now - begun < .seconds(3))
            let second = try await database.read(.none, Sleep(seconds: 0))
            #expect(second != first)
            #expect(kill(pid, SIGCONT) == 0)
        }
    }
}
