import Glibc
import Platform
import Realtime
import Support
import Testing

@Suite("Leased periodic work")
struct JobTests {
    private func runner(
        _ job: Job, _ database: Database, _ clock: Clock, holder: UInt64
    ) -> JobRunner {
        JobRunner(
            [job], holder: EventScene.id(holder), database, clock: clock, logger: EventScene.logger)
    }

    @Test("two runners that look at once never run the same job in the same estate together")
    func twoRunners() async throws {
        let clock = Clock.settable(at: EventScene.before, scale: 0)
        try await EventScene.with(clock: clock) { database, _, shard in
            let running = Locked<[UUID: Int]>([:])
            let runs = Locked(0)
            let job = Job(name: "count", every: .seconds(10)) { run, _, shard in
                running.withLock { $0[run.estate, default: 0] += 1 }
                #expect(running.withLock { $0[run.estate] } == 1)
                await shard.sleep(for: .milliseconds(5))
                running.withLock { $0[run.estate, default: 0] -= 1 }
                runs.withLock { $0 += 1 }
            }
            let runners = [
                runner(job, database, clock, holder: 1),
                runner(job, database, clock, holder: 2),
            ]
            for round in 1...5 {
                let looks = runners.map { runner in
                    Task { try await runner.runDue(on: shard) }
                }
                for look in looks { _ = try await look.value }
                #expect(runs.withLock { $0 } == 2 * round)
                try clock.advance(by: .seconds(10))
            }
            let statuses = try await database.read(.none, JobStatuses())
            #expect(statuses.map(\.runCount) == [5, 5])
            #expect(statuses.map(\.outcome) == ["done", "done"])
            #expect(statuses.map(\.leaseUntil) == [nil, nil])
        }
    }

    @Test("so many runs as may go side by side, and no more", arguments: [1, 2, 3])
    func sideBySide(_ runsMax: Int) async throws {
        let clock = Clock.settable(at: EventScene.before, scale: 0)
        try await EventScene.with(clock: clock) { database, _, shard in
            let (running, most, runs) = (Locked(0), Locked(0), Locked(0))
            // Each of the four waits until so many have been there together.
            let work: Job.Work = { _, _, shard in
                let now = running.withLock {
                    $0 += 1
                    return $0
                }
                most.withLock { $0 = max($0, now) }
                try await Self.wait(on: shard) { most.withLock { $0 } >= runsMax }
                running.withLock { $0 -= 1 }
                runs.withLock { $0 += 1 }
            }
            let jobs = ["one", "two"].map { Job(name: $0, every: .seconds(10), work: work) }
            let runner = runner(jobs, database, clock, runsMax: runsMax)
            #expect(try await runner.runDue(on: shard) == 4)
            #expect(runs.withLock { $0 } == 4 && most.withLock { $0 } == runsMax)
            let statuses = try await database.read(.none, JobStatuses())
            #expect(statuses.map(\.outcome) == Array(repeating: "done", count: 4))
        }
    }

    @Test("a long run holds up no other")
    func longRun() async throws {
        let clock = Clock.settable(at: EventScene.before, scale: 0)
        try await EventScene.with(clock: clock) { database, _, shard in
            let others = Locked(0)
            let jobs =
                [
                    Job(name: "long", every: .seconds(10), scope: .installation) { _, _, shard in
                        try await Self.wait(on: shard) { others.withLock { $0 } == 6 }
                    }
                ]
                + ["one", "three", "two"].map { name in
                    Job(name: name, every: .seconds(10)) { _, _, _ in others.withLock { $0 += 1 } }
                }
            let runner = runner(jobs, database, clock, runsMax: 2)
            #expect(try await runner.runDue(on: shard) == 7)
            let statuses = try await database.read(.none, JobStatuses())
            #expect(statuses.map(\.outcome) == Array(repeating: "done", count: 7))
        }
    }

    @Test("a stop tells the runs under way, keeps their outcome, and leases nothing more")
    func stop() async throws {
        let clock = Clock.settable(at: EventScene.before, scale: 0)
        try await EventScene.with(clock: clock) { database, _, shard in
            let begun = Locked(0)
            let work: Job.Work = { _, _, shard in
                begun.withLock { $0 += 1 }
                try await Self.wait(on: shard) { false }
            }
            let jobs = ["one", "two"].map { Job(name: $0, every: .seconds(10), work: work) }
            let runner = runner(jobs, database, clock, runsMax: 2)
            runner.start(on: shard)
            try await Self.wait(on: shard) { begun.withLock { $0 } == 2 }
            await runner.stop()
            let statuses = try await database.read(.none, JobStatuses())
            #expect(statuses.compactMap(\.outcome) == ["cancelled", "cancelled"])
            #expect(statuses.map(\.runCount).sorted() == [0, 0, 1, 1])
            #expect(statuses.allSatisfy { $0.leaseUntil == nil })
        }
    }

    private func runner(
        _ jobs: [Job], _ database: Database, _ clock: Clock, runsMax: Int
    ) -> JobRunner {
        var pace = JobRunner.Pace()
        pace.runsMax = runsMax
        return JobRunner(
            jobs, holder: EventScene.id(1), database, clock: clock, logger: EventScene.logger,
            pace: pace)
    }

    /// Waits for a condition, up to five seconds; less when the task is cancelled.
    private static func wait(
        on shard: isolated Shard, until condition: () -> Bool
    ) async throws {
        for _ in 0..<5000 {
            try Task.checkCancellation()
            if condition() { return }
            await shard.sleep(for: .milliseconds(1))
        }
        throw Timeout()
    }

    private struct Timeout: Error {}

    @Test("a run whose process died is taken over at the end of its lease, and not before")
    func takenOver() async throws {
        let clock = Clock.settable(at: EventScene.before, scale: 0)
        try await EventScene.with(clock: clock) { database, clone, shard in
            let runs = Locked(0)
            let job = Job(name: "count", every: .seconds(10)) { _, _, _ in
                runs.withLock { $0 += 1 }
            }
            let survivor = runner(job, database, clock, holder: 1)
            // A process that leased both runs and then died: nothing of it is left but the rows.
            let dead = try clone.superuser()
            try dead.run(
                """
                BEGIN;
                SELECT set_config('linli.instant', '\(clock.now().microseconds)', true);
                SELECT linli.schedule_jobs('{count}');
                SELECT linli.lease_jobs('{count}', '\(EventScene.id(9))', 60, 4);
                COMMIT;
                """)
            #expect(try await survivor.runDue(on: shard) == 0)
            try clock.advance(by: .seconds(59))
            #expect(try await survivor.runDue(on: shard) == 0)
            try clock.advance(by: .seconds(1))
            #expect(try await survivor.runDue(on: shard) == 2)
            #expect(runs.withLock { $0 } == 2)
            // The dead one comes back: it holds nothing any more.
            let returned = try await database.write(.none) { tx in
                try await tx.run(Finish(estate: EventScene.estate, holder: EventScene.id(9)))
            }
            #expect(returned == [false])
        }
    }

    private struct Finish: Statement {
        var estate: UUID
        var holder: UUID
        var sql: SQL {
            "SELECT linli.finish_job(\(estate), 'count', \(holder), 1, 'done', \(Int32(1)))"
        }
        func decode(_ cells: inout Cells) throws(PostgresError) -> Bool { try cells.read() }
    }

    @Test("a failure is an outcome with a code, and is tried again")
    func failure() async throws {
        let clock = Clock.settable(at: EventScene.before, scale: 0)
        try await EventScene.with(clock: clock) { database, _, shard in
            let job = Job.sweep(name: "sweep", every: .seconds(600), ["SELECT 1 / 0"])
            let runner = runner(job, database, clock, holder: 1)
            #expect(try await runner.runDue(on: shard) == 2)
            let statuses = try await database.read(.none, JobStatuses())
            #expect(statuses.map(\.outcome) == ["sql-22012", "sql-22012"])
            #expect(
                statuses.map(\.nextRun) == Array(repeating: clock.now() + .seconds(60), count: 2))
        }
    }

    @Test("the heads of logs are signed into files outside the database, a line a run")
    func signedHeads() async throws {
        let clock = Clock.settable(at: EventScene.before, scale: 0)
        let folder = "/tmp/linli-heads-\(UInt64.random(in: 0...UInt64.max))"
        let path = "\(folder)/\(EventScene.estate).jsonl"
        defer {
            _ = unsafe unlink(path)
            _ = unsafe rmdir(folder)
        }
        let key = Keyring.random().signingKey
        try await EventScene.with(clock: clock) { database, _, shard in
            let heads = SignedHeads(folder: folder, key: key)
            let runner = runner(heads.job(), database, clock, holder: 1)
            var expected: [[UInt8]] = []
            for sequence in 1...2 {
                try await EventScene.append([[.estate]], to: database)
                _ = try await EventScene.number(database)
                #expect(try await runner.runDue(on: shard) == 2)
                let last = try #require(try await EventScene.log(from: database).last)
                let head = SignedHead.Head(
                    estate: EventScene.estate, sequence: Int64(sequence), hash: last.hash,
                    at: clock.now())
                let signature = try key.signature(of: head.signedBytes)
                expected += [SignedHead(head: head, signature: signature).line]
                #expect(try await runner.runDue(on: shard) == 0)
                try clock.advance(by: .seconds(3600))
            }
            #expect(try lines(path) == expected)
        }
    }

    private func lines(_ path: String) throws -> [[UInt8]] {
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
        try #require(file >= 0)
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        let count = unsafe read(file, &bytes, bytes.count)
        return bytes[..<max(count, 0)].split(separator: UInt8(ascii: "\n")).map(Array.init)
    }
}
