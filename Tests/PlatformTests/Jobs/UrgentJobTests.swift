import Platform
import Realtime
import Support
import Testing

@Suite("Urgent jobs, and jobs held for a time of their own")
struct UrgentJobTests {
    private struct Starved: Error {}

    private func runner(
        _ jobs: [Job], _ database: Database, _ clock: Clock
    ) -> JobRunner {
        var pace = JobRunner.Pace()
        pace.runsMax = 1
        return JobRunner(
            jobs, holder: EventScene.id(1), database, clock: clock, logger: EventScene.logger,
            pace: pace)
    }

    @Test("urgent runs have a place of their own, however long the others take")
    func ownPlace() async throws {
        let clock = Clock.settable(at: EventScene.before, scale: 0)
        try await EventScene.with(clock: clock) { database, _, shard in
            let urgent = Locked(0)
            let jobs = [
                Job(name: "long", every: .seconds(10)) { _, _, shard in
                    for _ in 0..<5000 {
                        if urgent.withLock({ $0 }) == 2 { return }
                        await shard.sleep(for: .milliseconds(1))
                    }
                    throw Starved()
                },
                Job(name: "urgent", every: .seconds(10), isUrgent: true) { _, _, _ in
                    urgent.withLock { $0 += 1 }
                },
            ]
            #expect(try await runner(jobs, database, clock).runDue(on: shard) == 4)
            let statuses = try await database.read(.none, JobStatuses())
            #expect(statuses.map(\.outcome) == Array(repeating: "done", count: 4))
        }
    }

    @Test(
        "a run is held for its job's own time, in seconds of the clock",
        arguments: [(0, 5), (1000, 5000)] as [(Double, Int64)])
    func ownLease(_ scale: Double, _ seconds: Int64) async throws {
        let clock = Clock.settable(at: EventScene.before, scale: scale)
        try await EventScene.with(clock: clock) { database, _, shard in
            let held = Locked<[Duration]>([])
            let job = Job(name: "short", every: .seconds(10), lease: .seconds(5)) {
                run, database, _ in
                let statuses = try await database.read(.none, JobStatuses())
                for status in statuses where status.estate == run.estate {
                    guard let started = status.lastStarted, let until = status.leaseUntil else {
                        continue
                    }
                    held.withLock {
                        $0.append(.microseconds(until.microseconds - started.microseconds))
                    }
                }
            }
            _ = try await runner([job], database, clock).runDue(on: shard)
            let all = held.withLock { $0 }
            #expect(!all.isEmpty && all.allSatisfy { $0 >= .seconds(seconds) })
            if scale == 0 { #expect(all == [.seconds(5), .seconds(5)]) }
        }
    }
}
