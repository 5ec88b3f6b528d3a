internal import Platform
internal import Realtime
internal import Support
internal import Testing

@testable internal import Social

/// Many at once, and none of it may go wrong.
///
/// Reservations with their movements in one transaction, transfers in both directions, movements taken
/// back: nothing is below zero, both kernels agree, and nobody has to try again.
@Suite("A race for what the ledger counts") struct LedgerRaceTests {
    private static let tasksPerShard = 100
    private static let commandsPerTask = 8

    @Test("of 200 tasks on two loops leaves balance and reservations equal, without a deadlock")
    func race() async throws {
        let seed = UInt64.random(in: 0..<1 << 40)
        print("seed \(seed)")
        try await TestDatabase.with { clone in
            let racers = LedgerRacers(clone)
            try clone.superuser().run(LedgerFixture.rows + LedgerRacers.rows)
            try await withShard { shard in
                try await Self.pool(racers, shard) { try await racers.open($0) }
            }
            async let one = Self.run(racers, seed)
            async let other = Self.run(racers, seed + 1)
            let retries = try await one + other
            #expect(retries == 0)
            #expect(
                try racers.numbers(
                    "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
                    == [0])
            #expect(try LedgerFixture.findings(clone) == [])
            // What is reserved of a lot is what its capacity says is held.
            #expect(try racers.apart() == [])
            let counts = racers.counts.withLock { $0 }
            print(counts)
            for outcome in ["booked", "cancelled", "full", "moved", "short", "reversed"] {
                #expect(counts[outcome, default: 0] > 0, "no \(outcome)")
            }
        }
    }

    @Test("of transactions whose connections are killed moves each key once or not at all")
    func kills() async throws {
        let seed = UInt64.random(in: 0..<1 << 40)
        print("seed \(seed)")
        try await TestDatabase.with { clone in
            let racers = LedgerRacers(clone)
            try clone.superuser().run(LedgerFixture.rows + LedgerRacers.rows)
            try await withShard { shard in
                try await Self.pool(racers, shard) { try await racers.open($0) }
            }
            let over = Locked(false)
            async let killed = Self.killing(clone, until: over)
            try await withShard { shard in
                let settings = Self.settings(clone)
                let clock = racers.clock
                shard.install { Database(settings, clock: clock, on: $0.loop) }
                _ = try await concurrently(12, on: shard) { index, shard in
                    let local = shard.local(Database.self)
                    let pool = try #require(local)
                    var dice = Noise(state: seed &+ UInt64(index) &* 7919)
                    for step in 0..<40 {
                        try await racers.insist("k\(index)-\(step)", &dice, pool)
                    }
                }
                await shard.local(Database.self)?.close()
            }
            over.withLock { $0 = true }
            let kills = try await killed
            print("\(kills) kills")
            #expect(kills > 0)
            #expect(try LedgerFixture.findings(clone) == [])
            #expect(
                try racers.numbers(
                    "SELECT count(*) FROM linli.ledger_movement WHERE key IS NOT NULL") == [12 * 40]
            )
        }
    }

    /// Ends a connection of the serving role in the middle of something, over and over; how many.
    private static func killing(_ clone: TestDatabase, until over: Locked<Bool>) async throws -> Int
    {
        let server = try clone.superuser()
        var kills = 0
        while !over.withLock({ $0 }) {
            kills += Int(
                try server.run(
                    LedgerFixture.Numbers(
                        sql: """
                            SELECT count(pg_terminate_backend(a.pid))
                            FROM (
                                SELECT pid
                                FROM pg_stat_activity
                                WHERE datname = current_database() AND usename = 'linli'
                                    AND state <> 'idle' AND pg_sleep(0.02) IS NOT NULL
                                LIMIT 1) AS a
                            """)
                ).first ?? 0)
            await Task.yield()
        }
        return kills
    }

    /// Runs half of the tasks on a loop of their own; how many transactions ran again.
    private static func run(_ racers: LedgerRacers, _ seed: UInt64) async throws -> Int {
        try await withShard { shard in
            let settings = settings(racers.clone)
            let clock = racers.clock
            shard.install { Database(settings, clock: clock, on: $0.loop) }
            _ = try await concurrently(tasksPerShard, on: shard) { index, shard in
                let local = shard.local(Database.self)
                let pool = try #require(local)
                var dice = Noise(state: seed &+ UInt64(index) &* 7919)
                for _ in 0..<commandsPerTask { try await racers.act(&dice, pool) }
            }
            let retries = shard.local(Database.self)?.counters.retries ?? -1
            await shard.local(Database.self)?.close()
            return retries
        }
    }

    private static func settings(_ clone: TestDatabase) -> DatabaseConfiguration {
        var settings = clone.configuration
        settings.writersPerShard = 12
        // A slow machine is no fault here; a deadlock would end within a second (its default).
        settings.lockTimeout = .seconds(60)
        settings.statementTimeout = .seconds(60)
        settings.leaseWaitMax = .seconds(120)
        settings.unavailableAfter = .seconds(60)
        return settings
    }

    private static func pool(
        _ racers: LedgerRacers, _ shard: isolated Shard, _ body: (Database) async throws -> Void
    ) async throws {
        let pool = Database(settings(racers.clone), clock: racers.clock, on: shard.loop)
        do {
            try await body(pool)
            await pool.close()
        } catch {
            await pool.close()
            throw error
        }
    }
}
