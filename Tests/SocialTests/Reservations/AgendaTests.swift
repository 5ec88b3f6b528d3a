internal import Platform
internal import Realtime
internal import Support
import Testing

@testable internal import Social

/// The locks of persons and households: taken in order of their ids, even those that are new.
@Suite("Agendas") struct AgendaTests {
    private static let estate = APIFixture.id(0xA)
    /// In the order of ids; the second and the fourth exist.
    private static let owners = (1...4).map { APIFixture.id(UInt64($0)) }

    /// Five at once: two hold what exists, two want a new one from both ends, one makes it between.
    @Test("that are made meanwhile do not let two wait for each other")
    func madeMeanwhile() async throws {
        try await TestDatabase.with { clone in
            try clone.superuser().run(Self.rows)
            let marks = Locked<Set<String>>([])
            let settings = {
                var settings = clone.configuration
                settings.writersPerShard = 6
                return settings
            }()
            try await withShard { shard in
                shard.install { Database(settings, clock: .machine(), on: $0.loop) }
                let stage = Stage(clone: clone, marks: marks)
                _ = try await concurrently(4, on: shard) { index, shard in
                    let local = shard.local(Database.self)
                    try await stage.play(index, on: shard, try #require(local))
                }
                #expect(shard.local(Database.self)?.counters.retries == 0)
                await shard.local(Database.self)?.close()
            }
        }
    }

    private struct Stage: Sendable {
        let clone: TestDatabase
        let marks: Locked<Set<String>>

        func play(_ part: Int, on shard: isolated Shard, _ pool: Database) async throws {
            switch part {
            case 0:
                try await take([1], "second", on: shard, pool) { $0.waiting == 2 }
            case 1:
                try await take([3], "fourth", on: shard, pool) {
                    $0.marks.contains("second ended")
                        && ($0.waiting == 2 || $0.marks.contains("first ended"))
                }
            case 2:
                try await until(on: shard) { $0.marks.isSuperset(of: ["second", "fourth"]) }
                try await take([0, 1, 2], "first", on: shard, pool) { _ in true }
            default:
                try await until(on: shard) { $0.waiting == 1 }
                try await take([2], "third", on: shard, pool) { _ in true }
                try await take([0, 2, 3], "last", on: shard, pool) { _ in true }
            }
        }

        /// Takes agendas, says so, and holds them until something is seen.
        private func take(
            _ places: [Int], _ name: String, on shard: isolated Shard, _ pool: Database,
            until isSeen: (Seen) -> Bool
        ) async throws {
            let job = Principal.job("reservation-sweep", estate: AgendaTests.estate)
            try await pool.write(job, attemptsMax: 1) { tx in
                _ = try await tx.run(TakeAgendas(owners: places.map { AgendaTests.owners[$0] }))
                marks.withLock { _ = $0.insert(name) }
                try await until(on: shard, isSeen)
            }
            marks.withLock { _ = $0.insert("\(name) ended") }
        }

        struct Seen {
            var marks: Set<String>
            var waiting: Int64
        }

        private func until(on shard: isolated Shard, _ isSeen: (Seen) -> Bool) async throws {
            let server = try clone.superuser()
            for _ in 0..<5000 {
                let waiting = try server.run(Waiting()).first ?? 0
                if isSeen(Seen(marks: marks.withLock { $0 }, waiting: waiting)) { return }
                await shard.sleep(for: .milliseconds(1))
            }
            Issue.record("not seen")
        }
    }

    private struct Waiting: Statement {
        var sql: SQL {
            """
            SELECT count(*)
            FROM pg_stat_activity
            WHERE datname = current_database() AND wait_event_type = 'Lock'
            """
        }

        func decode(_ cells: inout Cells) throws(PostgresError) -> Int64 { try cells.read() }
    }

    private static var rows: String {
        """
        INSERT INTO linli.node (id, parent_id, kind, code, name_zh, name_en)
            VALUES ('\(APIFixture.id(0xC1))', NULL, 'city', 'sh', '上海市', 'Shanghai');
        INSERT INTO linli.estate (estate_id, node_id, code, name_zh, name_en)
            VALUES ('\(estate)', '\(APIFixture.id(0xC1))', 'a', '甲小区', 'A');
        INSERT INTO linli.agenda (estate_id, owner_id)
            VALUES ('\(estate)', '\(owners[1])'), ('\(estate)', '\(owners[3])');
        """
    }
}
