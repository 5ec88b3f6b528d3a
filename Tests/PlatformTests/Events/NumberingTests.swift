import Platform
import Realtime
import Support
import Testing

@Suite("Numbering events")
struct NumberingTests {
    private struct Undo: Error {}

    @Test("under 16 writers, rollbacks and two numberers every event is numbered once, in a chain")
    func concurrentWriters() async throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed \(seed)")
        try await TestDatabase.with { clone in
            try clone.superuser().run(EventScene.sceneRows)
            let committed = try await withThrowingTaskGroup(of: [UUID].self) { group in
                for process in 0..<2 {
                    group.addTask {
                        try await Self.process(clone, seed: seed &+ UInt64(process))
                    }
                }
                return try await group.reduce(into: Set()) { $0.formUnion($1) }
            }
            try await withShard { shard in
                let database = Database(clone.configuration, clock: .machine(), on: shard.loop)
                let log = try await EventScene.log(from: database)
                var verifier = ChainVerifier()
                for event in log { try verifier.verify(event) }
                #expect(log.count == committed.count)
                #expect(Set(log.map(\.id)) == committed)
                let head = try await database.read(
                    .job("audit", estate: EventScene.estate), EventHeadRow(of: EventScene.estate))
                #expect(head.first?.sequence == Int64(committed.count))
                #expect(head.first?.hash == verifier.hash)
                await database.close()
            }
        }
    }

    /// Eight writers, a numberer, a feed and a reader of it: what a process is.
    private static func process(_ clone: TestDatabase, seed: UInt64) async throws -> [UUID] {
        try await withShard { shard in
            var configuration = clone.configuration
            configuration.writersPerShard = 9
            shard.install { [configuration] shard in
                Database(configuration, clock: .machine(), on: shard.loop)
            }
            let signals = EventSignals()
            let cursors = EventCursors(Keyring.random().sealer(for: "event-cursor"))
            try shard.install { shard in
                guard let database = shard.local(Database.self) else { throw Undo() }
                return try Numberer(
                    database, signals: signals, on: shard.loop, logger: EventScene.logger)
            }
            try shard.install { shard in
                guard let database = shard.local(Database.self) else { throw Undo() }
                return try EventFeed(
                    database, signals: signals, cursors: cursors, on: shard,
                    logger: EventScene.logger)
            }
            guard let numberer = shard.local(Numberer.self), let feed = shard.local(EventFeed.self),
                let database = shard.local(Database.self)
            else { throw Undo() }
            numberer.start(on: shard)
            feed.start(on: shard)
            let start = EventCursor(estate: EventScene.estate, sequence: 0)
            let subscription = try await feed.subscribe(
                person: EventScene.resident, estate: EventScene.estate, after: start)
            var made: [UUID] = []
            let writers = (0..<8).map { writer in
                Task { () async throws -> [UUID] in
                    _ = shard
                    return try await write(
                        database, signals, seed: seed &+ UInt64(writer) << 32)
                }
            }
            do {
                for writer in writers { made += try await writer.value }
            } catch {
                // Stopped, so that the failure is told instead of waited for.
                await feed.stop()
                await numberer.stop()
                await database.close()
                throw error
            }
            // Both processes write as many, so a reader is done when it has seen 2 x 8 x 15.
            var seen: [[UInt8]] = []
            while seen.count < 240, case .batch(let batch) = await subscription.next() {
                seen += batch.events
            }
            #expect(seen.count == 240)
            #expect(Set(seen).count == 240)
            await feed.stop()
            await numberer.stop()
            await database.close()
            return made
        }
    }

    /// Fifteen commits, with rollbacks between.
    private static func write(
        _ database: Database, _ signals: EventSignals, seed: UInt64
    ) async throws -> [UUID] {
        var random = Mixer(state: seed)
        let ids = UUIDGenerator(clock: .machine())
        var made: [UUID] = []
        while made.count < 15 {
            let draft = EventScene.draft(ids, number: made.count)
            let isUndone = random.next() % 3 == 0
            do {
                made += try await database.write(EventScene.principal(EventScene.officer)) { tx in
                    let id = try await tx.run(AppendEvent(draft))
                    if isUndone { throw Undo() }
                    return id
                }
                signals.committed()
            } catch is Undo {}
        }
        return made
    }

    @Test("rows that committed before any numberer ran are numbered by the first that comes")
    func gapBeforeNumbering() async throws {
        try await EventScene.with { database, _, _ in
            let ids = try await EventScene.append(
                Array(repeating: [.estate], count: 5), to: database)
            #expect(try await EventScene.log(from: database) == [])
            #expect(try await EventScene.number(database, rowsMax: 3) == [3])
            #expect(try await EventScene.number(database) == [5])
            #expect(try await EventScene.number(database) == [])
            #expect(try await EventScene.log(from: database).map(\.id) == ids)
        }
    }

    @Test("a row with a lower id that commits after numbered ones is numbered next, not skipped")
    func lateCommit() async throws {
        try await EventScene.with { database, _, _ in
            let ids = UUIDGenerator(clock: .machine())
            let late = EventScene.draft(ids)
            let early = try await database.write(EventScene.principal(EventScene.officer)) { tx in
                _ = try await tx.run(AppendEvent(late))
                let early = try await EventScene.append([[.estate]], to: database)
                #expect(try await EventScene.number(database) == [1])
                return early
            }
            #expect(try await EventScene.number(database) == [2])
            #expect(try await EventScene.log(from: database).map(\.id) == early + [late.id])
        }
    }

    @Test("a numberer that is killed in mid-batch leaves nothing numbered, and the next does all")
    func killedNumberer() async throws {
        try await EventScene.with { database, clone, _ in
            try await EventScene.append(Array(repeating: [.estate], count: 20), to: database)
            let killer = try clone.superuser()
            let victim = try clone.superuser()
            try victim.run("BEGIN")
            try victim.run("SELECT linli.number_events(10)")
            try killer.run(
                """
                SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE datname = current_database() AND state = 'idle in transaction'
                """)
            var looks = 0
            while try killer.run(Held()).first == true, looks < 100_000 { looks += 1 }
            #expect(throws: (any Error).self) { try victim.run("COMMIT") }
            #expect(try await EventScene.number(database) == [20])
            var verifier = ChainVerifier()
            for event in try await EventScene.log(from: database) { try verifier.verify(event) }
            #expect(verifier.sequence == 20)
        }
    }

    private struct Held: Statement {
        var sql: SQL {
            """
            SELECT EXISTS (SELECT FROM pg_stat_activity
                WHERE datname = current_database() AND state = 'idle in transaction')
            """
        }
        func decode(_ cells: inout Cells) throws(PostgresError) -> Bool { try cells.read() }
    }

    @Test("a head that another numberer holds is left alone, and other estates are numbered")
    func heldHead() async throws {
        try await EventScene.with { database, clone, _ in
            try await EventScene.append([[.estate]], to: database)
            #expect(try await EventScene.number(database) == [1])
            try await EventScene.append([[.estate], [.estate]], to: database)
            try await EventScene.append(
                [[.estate]], to: database, in: EventScene.otherEstate)
            let holder = try clone.superuser()
            try holder.run("BEGIN")
            try holder.run("SELECT FROM linli.event_head FOR UPDATE")
            #expect(try await EventScene.number(database) == [1])
            try holder.run("ROLLBACK")
            #expect(try await EventScene.number(database) == [3])
        }
    }
}

/// SplitMix64: short, and the same for the same seed.
struct Mixer: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
        return mixed ^ mixed >> 31
    }
}
