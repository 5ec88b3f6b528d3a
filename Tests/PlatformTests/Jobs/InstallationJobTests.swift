import Platform
import Realtime
import Support
import Testing

@Suite("Periodic work of the installation")
struct InstallationJobTests {
    private func runner(
        _ job: Job, _ database: Database, _ clock: Clock, holder: UInt64
    ) -> JobRunner {
        JobRunner(
            [job], holder: EventScene.id(holder), database, clock: clock, logger: EventScene.logger)
    }

    @Test("it runs once, whatever the number of estates and of processes that look at once")
    func once() async throws {
        let clock = Clock.settable(at: EventScene.before, scale: 0)
        try await EventScene.with(clock: clock) { database, _, shard in
            let runs = Locked<[UUID]>([])
            let job = Job(name: "count", every: .seconds(10), scope: .installation) { run, _, _ in
                runs.withLock { $0.append(run.estate) }
            }
            let runners = [
                runner(job, database, clock, holder: 1),
                runner(job, database, clock, holder: 2),
            ]
            for round in 1...3 {
                let looks = runners.map { runner in
                    Task { try await runner.runDue(on: shard) }
                }
                for look in looks { _ = try await look.value }
                #expect(runs.withLock { $0 } == Array(repeating: Job.noEstate, count: round))
                try clock.advance(by: .seconds(10))
            }
        }
    }

    @Test("the sweep forgets codes of yesterday, batch after batch, and keeps today's")
    func signIns() async throws {
        let clock = Clock.settable(at: EventScene.before, scale: 0)
        try await EventScene.with(clock: clock) { database, clone, shard in
            let server = try clone.superuser()
            let at = "linli.instant_of(\(clock.now().microseconds))"
            try server.run(
                """
                INSERT INTO linli.sign_in_code (id, phone_hash, address_hash, code_hash, is_known,
                    created_at, expires_at)
                SELECT gen_random_uuid(), '\\x00', '\\x00', '\\x00', true,
                    \(at) - age, \(at) - age + interval '5 minutes'
                FROM (SELECT interval '25 hours' AS age FROM generate_series(1, 2500)
                    UNION ALL SELECT interval '23 hours') AS aged;
                """)
            let runner = runner(SignInSweep.job(), database, clock, holder: 1)
            #expect(try await runner.runDue(on: shard) == 1)
            #expect(try server.run(CodeCount()) == [1])
            let statuses = try await database.read(.none, JobStatuses())
            #expect(statuses.map(\.outcome) == ["done"])
        }
    }

    private struct CodeCount: Statement {
        var sql: SQL { "SELECT count(*) FROM linli.sign_in_code" }
        func decode(_ cells: inout Cells) throws(PostgresError) -> Int64 { try cells.read() }
    }
}
