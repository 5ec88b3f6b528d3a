import Platform
import Realtime
import Support
import Testing

@Suite("Reading events")
struct ReadingTests {
    private static let audiences: [[EventAudience]] = [
        [.everyone], [.estate], [.place(EventScene.building)], [.role("residents_committee")],
        [.person(EventScene.tenant)], [.household(EventScene.household)],
    ]

    /// The ids of a page, by their places among what was written.
    private func places(_ page: EventPages.Page, _ ids: [UUID]) -> [Int] {
        places(page.events, ids)
    }

    private func places(_ events: [[UInt8]], _ ids: [UUID]) -> [Int] {
        events.map { json in
            let text = String(decoding: json, as: UTF8.self)
            return ids.firstIndex { text.contains($0.description) } ?? -1
        }
    }

    private func page(
        _ principal: Principal, _ database: Database, after cursor: EventCursor? = nil,
        count: Int = 100
    ) async throws -> EventPages.Page {
        try await EventPages.page(
            of: EventScene.estate, as: principal, after: cursor, count: count, from: database)
    }

    @Test("each sees what its rights of this moment open, until its term ends")
    func visibility() async throws {
        let clock = Clock.settable(at: EventScene.before, scale: 0)
        try await EventScene.with(clock: clock) { database, _, _ in
            let ids = try await EventScene.append(Self.audiences, to: database)
            func seen(by principal: Principal) async throws -> [Int] {
                places(try await page(principal, database), ids)
            }
            #expect(try await seen(by: EventScene.principal(EventScene.resident)) == [])
            _ = try await EventScene.number(database)
            let expected: [(UUID, [Int])] = [
                (EventScene.resident, [0, 1, 2, 5]), (EventScene.tenant, [0, 1, 2, 4, 5]),
                (EventScene.officer, [0, 1, 2, 3]), (EventScene.stranger, [0]),
            ]
            for (person, places) in expected {
                #expect(try await seen(by: EventScene.principal(person)) == places)
            }
            #expect(try await seen(by: .job("visitor", estate: EventScene.estate)) == [0])
            #expect(try await seen(by: .job("visitor", estate: EventScene.otherEstate)) == [])
            #expect(try await seen(by: .none) == [])
            #expect(
                try await seen(
                    by: EventScene.principal(EventScene.officer, in: EventScene.otherEstate)) == [])
            try clock.set(EventScene.termEnds)
            #expect(try await seen(by: EventScene.principal(EventScene.tenant)) == [0, 4])
        }
    }

    @Test("pages one after another give each visible event once, and say when there is no more")
    func pages() async throws {
        try await EventScene.with { database, _, _ in
            let audiences: [[EventAudience]] = (0..<25).map {
                $0 % 2 == 0 ? [.estate] : [.person(EventScene.tenant)]
            }
            let ids = try await EventScene.append(audiences, to: database)
            _ = try await EventScene.number(database)
            var cursor: EventCursor?
            var found: [Int] = []
            while true {
                let page = try await page(
                    EventScene.principal(EventScene.resident), database, after: cursor, count: 4)
                found += places(page, ids)
                cursor = page.cursor
                guard page.hasMore else { break }
            }
            #expect(found == Array(stride(from: 0, to: 25, by: 2)))
            #expect(cursor?.sequence == 25)
        }
    }

    @Test("a cursor is opaque, differs each time, and opens in its own estate only")
    func cursors() throws {
        let cursors = EventCursors(Keyring.random().sealer(for: "event-cursor"))
        let cursor = EventCursor(estate: EventScene.estate, sequence: 41)
        let text = try cursors.text(cursor)
        #expect(try cursors.text(cursor) != text)
        #expect(cursors.cursor(text, of: EventScene.estate) == cursor)
        #expect(cursors.cursor(text, of: EventScene.otherEstate) == nil)
        #expect(cursors.cursor(text.dropLast(), of: EventScene.estate) == nil)
        #expect(cursors.cursor("41", of: EventScene.estate) == nil)
    }

    @Test("a subscriber gets what it may see; one that resumes gets exactly the rest")
    func stream() async throws {
        let clock = Clock.settable(at: EventScene.before, scale: 0)
        try await EventScene.with(clock: clock) { database, _, shard in
            let feed = try installFeed(database, on: shard)
            func subscribe(_ person: UUID?, after place: Int64) async throws -> EventSubscription {
                try await feed.subscribe(
                    person: person, estate: EventScene.estate,
                    after: EventCursor(estate: EventScene.estate, sequence: place))
            }
            let ids = try await EventScene.append(Self.audiences, to: database)
            _ = try await EventScene.number(database)
            let tenant = try await subscribe(EventScene.tenant, after: 0)
            let visitor = try await subscribe(nil, after: 0)
            let resumed = try await subscribe(EventScene.tenant, after: 3)
            // One batch or two: a stretch ends where the resumed one stands, if it came in time.
            var seen: [Int] = []
            while seen.count < 5 {
                let batch = await places(tenant.next(), ids)
                try #require(!batch.isEmpty)
                seen += batch
            }
            #expect(seen == [0, 1, 2, 4, 5])
            #expect(await places(visitor.next(), ids) == [0])
            #expect(await places(resumed.next(), ids) == [4, 5])
            #expect(tenant.cursor.sequence == 6)

            // The tenant's term ends while it is subscribed: the very next batch knows.
            try clock.set(EventScene.termEnds)
            let more = try await EventScene.append(Self.audiences, to: database)
            _ = try await EventScene.number(database)
            feed.headsMoved([EventScene.estate: 12])
            #expect(await places(tenant.next(), more) == [0, 4])
            await feed.stop()
            #expect(await tenant.next() == .ended(.stopping))
            // Who comes while the last connections drain is sent on, too.
            #expect(try await subscribe(nil, after: 0).next() == .ended(.stopping))
        }
    }

    @Test("a subscriber that does not keep up is dropped, and resumes with exactly the rest")
    func slow() async throws {
        try await EventScene.with { database, _, shard in
            let feed = try installFeed(database, on: shard)
            let slow = try await feed.subscribe(
                person: EventScene.resident, estate: EventScene.estate, after: nil)
            let fast = try await feed.subscribe(
                person: EventScene.resident, estate: EventScene.estate, after: nil)
            let count = EventFeed.waitingBatchesMax + 1
            for number in 1...count {
                try await EventScene.append([[.estate]], to: database)
                _ = try await EventScene.number(database)
                feed.headsMoved([EventScene.estate: Int64(number)])
                guard case .batch(let batch) = await fast.next() else {
                    Issue.record("the fast one was dropped")
                    return
                }
                #expect(batch.cursor.sequence == Int64(number))
            }
            #expect(await slow.next() == .ended(.tooSlow))
            #expect(feed.subscriberCount == 1)
            let resumed = try await feed.subscribe(
                person: EventScene.resident, estate: EventScene.estate, after: slow.cursor)
            guard case .batch(let rest) = await resumed.next() else {
                Issue.record("nothing came")
                return
            }
            #expect(rest.events.count == count)
            await feed.stop()
        }
    }

    private func installFeed(_ database: Database, on shard: isolated Shard) throws -> EventFeed {
        let cursors = EventCursors(Keyring.random().sealer(for: "event-cursor"))
        let feed = try EventFeed(
            database, signals: EventSignals(), cursors: cursors, on: shard,
            logger: EventScene.logger)
        feed.start(on: shard)
        return feed
    }

    private func places(_ delivery: EventSubscription.Delivery, _ ids: [UUID]) -> [Int] {
        guard case .batch(let batch) = delivery else { return [] }
        return places(batch.events, ids)
    }
}
