import Platform
import Realtime
import Support
import Testing

@Suite("A transaction on a leased connection")
struct TransactionTests {
    private struct Refused: Error {}

    private static let table = """
        CREATE TABLE linli.t (n int CONSTRAINT t_n_key UNIQUE, at int NOT NULL DEFAULT 0);
        GRANT ALL ON linli.t TO linli;
        INSERT INTO linli.t VALUES (1), (2);
        """

    private func withTable(
        configure: @escaping @Sendable (inout DatabaseConfiguration) -> Void = { _ in },
        _ body: @escaping @Sendable (Shard, TestDatabase) async throws -> Void
    ) async throws {
        try await TestDatabase.with { clone in
            try clone.superuser().run(Self.table)
            try await withShard { shard in
                var configuration = clone.configuration
                configure(&configuration)
                let settings = configuration
                shard.install { Database(settings, clock: .machine(), on: $0.loop) }
                try await body(shard, clone)
                await shard.local(Database.self)?.close()
            }
        }
    }

    private func alone<Value: Sendable>(
        on shard: Shard, _ body: @escaping @Sendable (Database) async throws -> Value
    ) async throws -> Value {
        try await concurrently(1, on: shard) { _, shard in
            let database = try pool(of: shard)
            return try await body(database)
        }[0]
    }

    @Test("commits what its body did, and undoes it all when the body throws")
    func commitAndRollback() async throws {
        try await withTable { shard, _ in
            try await alone(on: shard) { database in
                let value = try await database.write(.none) { transaction in
                    try await transaction.execute("INSERT INTO t VALUES (3)")
                    return "kept"
                }
                #expect(value == "kept")
                await #expect(throws: Refused.self) {
                    try await database.write(.none) { transaction in
                        try await transaction.execute("INSERT INTO t VALUES (4)")
                        throw Refused()
                    }
                }
                let rows = try await database.read(
                    .none, One<Int>("SELECT n FROM t WHERE n > 2"))
                #expect(rows == [3])
                #expect(database.counters.leased == 0)
            }
        }
    }

    @Test("a body that hides an error cannot commit half of its work")
    func hiddenError() async throws {
        try await withTable { shard, _ in
            try await alone(on: shard) { database in
                let error = await #expect(throws: PostgresError.self) {
                    try await database.write(.none) { transaction in
                        try await transaction.execute("INSERT INTO t VALUES (3)")
                        _ = try? await transaction.execute("INSERT INTO t VALUES (1)")
                    }
                }
                #expect(error?.constraint == "t_n_key")
                let rows = try await database.read(.none, One<Int>("SELECT count(*) FROM t"))
                #expect(rows == [2])
            }
        }
    }

    @Test("what was put off goes before the next statement, or with the commit")
    func later() async throws {
        try await withTable { shard, _ in
            try await alone(on: shard) { database in
                let seen = try await database.write(.none) { transaction in
                    transaction.later(["INSERT INTO t VALUES (3)", "UPDATE t SET n = n + 10"])
                    let rows = try await transaction.run(One<Int>("SELECT sum(n) FROM t"))
                    transaction.later(["DELETE FROM t WHERE n < 13"])
                    return rows
                }
                #expect(seen == [36])
                try await database.write(.none) { $0.later(["INSERT INTO t VALUES (4)"]) }
                let kept = try await database.read(.none, One<Int>("SELECT n FROM t ORDER BY n"))
                #expect(kept == [4, 13])
            }
        }
    }

    @Test("an error of what was put off ends the transaction, and is no other statement's")
    func laterFails() async throws {
        try await withTable { shard, _ in
            try await alone(on: shard) { database in
                for attempts in [false, true] {
                    let error = await #expect(throws: PostgresError.self) {
                        try await database.write(.none) { transaction in
                            try await transaction.execute("INSERT INTO t VALUES (3)")
                            transaction.later(["INSERT INTO t VALUES (1)"])
                            guard attempts else { return }
                            _ = try await transaction.attempt(Run("INSERT INTO t VALUES (4)"))
                            Issue.record("the attempt hid it")
                        }
                    }
                    #expect(error?.constraint == "t_n_key")
                }
                let rows = try await database.read(.none, One<Int>("SELECT count(*) FROM t"))
                #expect(rows == [2])
            }
        }
    }

    @Test("a statement attempted may fail alone; the rest is kept")
    func attempt() async throws {
        try await withTable { shard, _ in
            try await alone(on: shard) { database in
                let constraint = try await database.write(.none) { transaction in
                    let outcome = try await transaction.attempt(Run("INSERT INTO t VALUES (1)"))
                    try await transaction.execute("INSERT INTO t VALUES (3)")
                    guard case .failure(let error) = outcome else { return "none" }
                    return error.constraint ?? ""
                }
                #expect(constraint == "t_n_key")
                let rows = try await database.read(.none, One<Int>("SELECT count(*) FROM t"))
                #expect(rows == [3])
            }
        }
    }

    @Test("`finish` commits with the last statement, or not at all")
    func finish() async throws {
        try await withTable { shard, _ in
            try await alone(on: shard) { database in
                let touched = try await database.write(.none) { transaction in
                    try await transaction.finish("INSERT INTO t VALUES (3), (4)")
                }
                #expect(touched == [2])
                await #expect(throws: PostgresError.self) {
                    try await database.write(.none) { transaction in
                        try await transaction.finish(
                            "INSERT INTO t VALUES (5)", "INSERT INTO t VALUES (5)")
                    }
                }
                let rows = try await database.read(.none, One<Int>("SELECT count(*) FROM t"))
                #expect(rows == [4])
            }
        }
    }

    @Test("serializable transactions that collide are run again until each has counted")
    func serialization() async throws {
        try await withTable { shard, _ in
            _ = try await concurrently(4, on: shard) { _, shard in
                let database = try pool(of: shard)
                try await database.write(.none, isolation: .serializable, attemptsMax: 20) { tx in
                    let at = try await tx.run(One<Int>("SELECT at FROM t WHERE n = 1"))[0]
                    try await tx.execute("UPDATE t SET at = \(at + 1) WHERE n = 1")
                }
            }
            let (at, retries) = try await alone(on: shard) { database in
                (
                    try await database.read(.none, One<Int>("SELECT at FROM t WHERE n = 1")),
                    database.counters.retries
                )
            }
            #expect(at == [4])
            #expect(retries > 0)
        }
    }

    @Test("of two transactions in a deadlock both come through, one of them later")
    func deadlock() async throws {
        try await withTable { shard, _ in
            let met = Locked(0)
            _ = try await concurrently(2, on: shard) { index, shard in
                let database = try pool(of: shard)
                let (first, second) = index == 0 ? (1, 2) : (2, 1)
                try await database.write(.none) { tx in
                    try await tx.execute("UPDATE t SET at = at + 1 WHERE n = \(first)")
                    met.withLock { $0 += 1 }
                    while met.withLock({ $0 }) < 2 { await shard.sleep(for: .milliseconds(1)) }
                    try await tx.execute("UPDATE t SET at = at + 1 WHERE n = \(second)")
                }
            }
            let (at, retries) = try await alone(on: shard) { database in
                (
                    try await database.read(.none, One<Int>("SELECT at FROM t ORDER BY n")),
                    database.counters.retries
                )
            }
            #expect(at == [2, 2])
            #expect(retries > 0)
        }
    }

    @Test("past the wait for a free connection, it is busy and says so")
    func busy() async throws {
        let oneWriter: @Sendable (inout DatabaseConfiguration) -> Void = {
            $0.writersPerShard = 1
            $0.leaseWaitMax = .milliseconds(30)
        }
        try await withTable(configure: oneWriter) { shard, _ in
            let release = Locked(false)
            let outcomes = try await concurrently(2, on: shard) { _, shard in
                let database = try pool(of: shard)
                do {
                    try await database.write(.none) { tx in
                        try await tx.execute("SELECT 1")
                        while !release.withLock({ $0 }) {
                            await shard.sleep(for: .milliseconds(1))
                        }
                    }
                    return PostgresError.Kind?.none
                } catch let error as PostgresError {
                    release.withLock { $0 = true }
                    return error.kind
                }
            }
            #expect(Set(outcomes) == [nil, .busy])
        }
    }
}
