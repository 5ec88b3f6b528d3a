import Platform
import Realtime
import Support
import Testing

@Suite("Transactions that take turns at one thing")
struct TurnTests {
    private static let thing = UUID(high: 7 << 12, low: 1 << 63)
    private static let other = UUID(high: 7 << 12, low: 1 << 63 | 1)

    private func withPool(
        configure: @escaping @Sendable (inout DatabaseConfiguration) -> Void,
        _ body: @escaping @Sendable (Shard) async throws -> Void
    ) async throws {
        try await TestDatabase.with { clone in
            try await withShard { shard in
                var configuration = clone.configuration
                configure(&configuration)
                let settings = configuration
                shard.install { Database(settings, clock: .machine(), on: $0.loop) }
                try await body(shard)
                await shard.local(Database.self)?.close()
            }
        }
    }

    /// Waits until the pool shows what is expected; the test's bound ends a wait for good.
    private func until(
        _ shard: isolated Shard, _ database: Database, _ isSo: (Database.Counters) -> Bool
    ) async {
        while !isSo(database.counters) { await shard.sleep(for: .milliseconds(1)) }
    }

    @Test(
        "go one after another in the order in which they came, while others find a connection",
        .timeLimit(.minutes(1)))
    func order() async throws {
        let twoWriters: @Sendable (inout DatabaseConfiguration) -> Void = {
            $0.writersPerShard = 2
        }
        try await withPool(configure: twoWriters) { shard in
            let order = Locked<[Int]>([])
            _ = try await concurrently(6, on: shard) { number, shard in
                let database = try pool(of: shard)
                if number == 5 {
                    // It comes when all the others are there, and is done before them.
                    await until(shard, database) { $0.waiting == 4 }
                    _ = try await database.write(.none, inTurnAt: Self.other) { tx in
                        try await tx.execute("SELECT 1")
                    }
                    order.withLock { $0.append(5) }
                    return
                }
                try await database.write(.none, inTurnAt: Self.thing) { tx in
                    try await tx.execute("SELECT 1")
                    #expect(database.counters.leased <= 2)
                    while !order.withLock({ $0.contains(5) }) {
                        await shard.sleep(for: .milliseconds(1))
                    }
                    order.withLock { $0.append(number) }
                }
            }
            #expect(order.withLock { $0 } == [5, 0, 1, 2, 3, 4])
            _ = try await concurrently(1, on: shard) { _, shard in
                let waiting = try pool(of: shard).counters.waiting
                #expect(waiting == 0)
            }
        }
    }

    @Test("past the wait for a turn, or with too many waiting, it is busy", arguments: [0, 1])
    func busy(_ waitersMax: Int) async throws {
        let hasty: @Sendable (inout DatabaseConfiguration) -> Void = {
            $0.turnWaitMax = .milliseconds(30)
            $0.turnWaitersMax = waitersMax
        }
        try await withPool(configure: hasty) { shard in
            let release = Locked(false)
            let outcomes = try await concurrently(2, on: shard) { _, shard in
                let database = try pool(of: shard)
                do {
                    try await database.write(.none, inTurnAt: Self.thing) { tx in
                        try await tx.execute("SELECT 1")
                        while !release.withLock({ $0 }) {
                            await shard.sleep(for: .milliseconds(1))
                        }
                    }
                    return ""
                } catch let error as PostgresError {
                    release.withLock { $0 = true }
                    #expect(error.kind == .busy)
                    return error.message
                }
            }
            let refusal =
                waitersMax == 0 ? "too many calls wait for a turn" : "no turn came"
            #expect(Set(outcomes) == ["", refusal])
            // The turn was given back, and the one who gave up waits no more.
            _ = try await concurrently(1, on: shard) { _, shard in
                let database = try pool(of: shard)
                _ = try await database.write(.none, inTurnAt: Self.thing) { tx in
                    try await tx.execute("SELECT 1")
                }
                #expect(database.counters.waiting == 0)
            }
        }
    }

    @Test("a turn is given back by a transaction that fails")
    func failing() async throws {
        let hasty: @Sendable (inout DatabaseConfiguration) -> Void = {
            $0.turnWaitMax = .milliseconds(30)
        }
        try await withPool(configure: hasty) { shard in
            _ = try await concurrently(1, on: shard) { _, shard in
                let database = try pool(of: shard)
                for _ in 1...2 {
                    let error = await #expect(throws: PostgresError.self) {
                        try await database.write(.none, inTurnAt: Self.thing) { tx in
                            try await tx.execute("SELECT 1 / 0")
                        }
                    }
                    #expect(error?.state == "22012")
                }
            }
        }
    }
}
