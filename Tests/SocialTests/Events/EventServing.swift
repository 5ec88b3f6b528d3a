import Logging
import Platform
import Realtime
import Support
import Testing

@testable import Social

/// A fixture whose shard has a feed and a numberer, for tests of streams and sockets.
enum EventServing {
    static let path = "/api/v1/estates/\(APIFixture.a)/events"

    static func with(
        _ more: [Operation] = [], prepare: String = "", greetingWait: Duration = .seconds(10),
        _ body: @Sendable (APIFixture) async throws -> Void
    ) async throws {
        let cursors = EventCursors(Keyring.random().sealer(for: "event-cursor"))
        let operations = EventOperations.all(cursors: cursors, greetingWait: greetingWait) + more
        try await APIFixture.with(operations, prepare: prepare) { fixture in
            try await Task { try await fixture.server.shard.startEvents(cursors) }.value
            do {
                try await body(fixture)
            } catch {
                await fixture.stopEvents()
                throw error
            }
            await fixture.stopEvents()
        }
    }
}

// In tasks of their own, so that the blocking client never runs on the server's loop.
extension APIFixture {
    /// Writes an event for each audience in one transaction, as the husband.
    func append(_ audiences: [EventAudience], kind: String = "test.happened") async throws -> [UUID]
    {
        try await Task { try await server.shard.append(audiences, kind) }.value
    }

    func stopEvents() async { await Task { await server.shard.stopEvents() }.value }

    func remindAll() async { await Task { await server.shard.remindAll() }.value }

    var subscriberCount: Int {
        get async { await Task { await server.shard.subscriberCount }.value }
    }

    /// Waits until so many subscribe.
    func subscribers(become count: Int) async {
        for _ in 0..<100_000 {
            guard await subscriberCount != count else { return }
            await Task.yield()
        }
        Issue.record("\(await subscriberCount) subscribe, not \(count)")
    }
}

extension Shard {
    fileprivate func startEvents(_ cursors: EventCursors) throws {
        let signals = EventSignals()
        let logger = Logger(label: "test")
        try install { shard in
            let found = shard.local(Database.self)
            let database = try #require(found)
            let feed = try EventFeed(
                database, signals: signals, cursors: cursors, on: shard, logger: logger)
            feed.start(on: shard)
            return feed
        }
        try install { shard in
            let found = shard.local(Database.self)
            let database = try #require(found)
            let numberer = try Numberer(
                database, signals: signals, on: shard.loop, logger: logger)
            numberer.start(on: shard)
            return numberer
        }
    }

    fileprivate func stopEvents() async {
        await local(EventFeed.self)?.stop()
        await local(Numberer.self)?.stop()
    }

    fileprivate func remindAll() { local(EventFeed.self)?.remindAll() }

    fileprivate var subscriberCount: Int { local(EventFeed.self)?.subscriberCount ?? 0 }

    fileprivate func append(_ audiences: [EventAudience], _ kind: String) async throws -> [UUID] {
        guard let database = local(Database.self) else { return [] }
        let ids = UUIDGenerator(clock: .machine())
        let husband = Principal.person(
            estate: APIFixture.a, person: APIFixture.id(0xF4), account: APIFixture.husband)
        return try await database.write(husband) { tx in
            var made: [UUID] = []
            for audience in audiences {
                let draft = EventDraft(id: ids.next(), kind: kind, audience: [audience]) {
                    $0.member("number", 1)
                    $0.member("filler", String(repeating: "x", count: 3500))
                }
                made += try await tx.run(AppendEvent(draft))
            }
            return made
        }
    }
}
