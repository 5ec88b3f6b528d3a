import Realtime
import Testing

@Suite("Topics")
struct TopicsTests {
    /// Runs a test over shards and stops them at its end.
    func withHub(
        shards count: Int, _ body: (Topics<[UInt8]>, [Shard]) async throws -> Void
    ) async throws {
        let shards = try (0..<count).map { try Shard(index: $0) }
        let topics = await Topics<[UInt8]>(on: shards)
        let outcome: Result<Void, any Error>
        do { outcome = .success(try await body(topics, shards)) } catch {
            outcome = .failure(error)
        }
        for shard in shards {
            await shard.removeLocals()
            shard.loop.stop()
        }
        try outcome.get()
    }

    /// What one subscriber got: numbers of messages, and how it ended.
    struct Received: Sendable {
        var numbers: [Int] = []
        var code: WebSocketCloseCode?
        var isCancelled = false
    }

    static func message(_ number: Int) -> [UInt8] {
        [UInt8(number >> 16 & 0xFF), UInt8(number >> 8 & 0xFF), UInt8(number & 0xFF)]
    }

    static func number(_ message: [UInt8]) -> Int {
        message.reduce(0) { $0 << 8 | Int($1) }
    }

    /// Subscribes and reads until `count` messages have come or the subscription has ended.
    static func read(
        _ count: Int, of names: [String], from topics: Topics<[UInt8]>, on shard: isolated Shard
    ) async -> Received {
        let subscription = topics.subscribe(to: names, on: shard)
        var received = Received()
        while received.numbers.count < count {
            switch await subscription.next() {
            case .messages(let messages): received.numbers += messages.map(number)
            case .dropped(let code):
                received.code = code
                return received
            case .cancelled:
                received.isCancelled = true
                return received
            }
        }
        return received
    }

    /// Waits, with a bound, until so many are subscribed.
    func untilSubscribed(_ count: Int, _ topics: Topics<[UInt8]>, _ shards: [Shard]) async throws {
        let deadline = ContinuousClock.now + .seconds(20)
        while ContinuousClock.now < deadline {
            var subscribed = 0
            for shard in shards { subscribed += await topics.subscriberCount(on: shard) }
            guard subscribed < count else { return }
            await Task.yield()
        }
        Issue.record("not everyone subscribed in time")
    }

    @Test("reach the topic's subscribers on every loop, and nobody else")
    func reach() async throws {
        try await withHub(shards: 3) { topics, shards in
            try await withThrowingTaskGroup(of: (Int, Received).self) { group in
                for (index, shard) in shards.enumerated() {
                    group.addTask(executorPreference: shard.loop) {
                        (
                            index,
                            await Self.read(2, of: ["both", "\(index)"], from: topics, on: shard)
                        )
                    }
                }
                try await untilSubscribed(3, topics, shards)
                for index in shards.indices { topics.publish(Self.message(index), to: "\(index)") }
                topics.publish(Self.message(9), to: "nobody")
                topics.publish(Self.message(7), to: "both")
                for try await (index, received) in group {
                    #expect(received.numbers == [index, 7])
                }
            }
        }
    }

    @Test("keep each publisher's order, from many publishers and in long bursts")
    func order() async throws {
        let publishers = 4
        let each = 2_000
        try await withHub(shards: 2) { topics, shards in
            try await withThrowingTaskGroup(of: Received.self) { group in
                for index in 0..<6 {
                    let shard = shards[index % 2]
                    group.addTask(executorPreference: shard.loop) {
                        await Self.read(publishers * each, of: ["all"], from: topics, on: shard)
                    }
                }
                try await untilSubscribed(6, topics, shards)
                await withTaskGroup { senders in
                    for publisher in 0..<publishers {
                        senders.addTask {
                            for index in 0..<each {
                                topics.publish(Self.message(publisher * each + index), to: "all")
                            }
                        }
                    }
                }
                for try await received in group {
                    #expect(received.numbers.count == publishers * each)
                    for publisher in 0..<publishers {
                        let own = received.numbers.filter { $0 / each == publisher }
                        let isInOrder = own.elementsEqual(publisher * each..<(publisher + 1) * each)
                        #expect(isInOrder)
                    }
                }
            }
        }
    }

    /// Subscribes without reading, and lets another on the same loop read everything.
    static func readBeside(
        _ count: Int, limits: TopicLimits, from topics: Topics<[UInt8]>, on shard: isolated Shard
    ) async -> (slow: Subscription<[UInt8]>, fast: Received) {
        let slow = topics.subscribe(to: ["all"], limits: limits, on: shard)
        return (slow, await read(count, of: ["all"], from: topics, on: shard))
    }

    static func slowOne(
        _ count: Int, limits: TopicLimits, from topics: Topics<[UInt8]>, on shard: isolated Shard
    ) async -> (first: Received, then: Received, others: Received, left: Int) {
        let (slow, others) = await readBeside(count, limits: limits, from: topics, on: shard)
        func take() async -> Received {
            switch await slow.next() {
            case .messages(let messages): Received(numbers: messages.map(number))
            case .dropped(let code): Received(code: code)
            case .cancelled: Received(isCancelled: true)
            }
        }
        return (await take(), await take(), others, topics.subscriberCount(on: shard))
    }

    @Test(
        "drop one that cannot keep up with the code that says resume, and no other",
        arguments: [TopicLimits(messagesMax: 10), TopicLimits(bytesMax: 30)])
    func slow(limits: TopicLimits) async throws {
        try await withHub(shards: 1) { topics, shards in
            async let outcome = Self.slowOne(11, limits: limits, from: topics, on: shards[0])
            try await untilSubscribed(2, topics, shards)
            for number in 0..<11 { topics.publish(Self.message(number), to: "all") }
            let (first, then, others, left) = await outcome
            #expect(first.code == .resume && first.numbers.isEmpty)
            #expect(then.code == .resume)
            #expect(others.numbers == Array(0..<11))
            #expect(left == 0)
        }
    }

    @Test("hold exactly what the limit allows for one that is busy")
    func limit() async throws {
        try await withHub(shards: 1) { topics, shards in
            let limits = TopicLimits(messagesMax: 10)
            async let outcome = Self.slowOne(10, limits: limits, from: topics, on: shards[0])
            try await untilSubscribed(2, topics, shards)
            for number in 0..<10 { topics.publish(Self.message(number), to: "all") }
            try await untilWaiting(topics, shards)
            await topics.dropAll(.goingAway)
            let (first, then, others, _) = await outcome
            #expect(first.numbers == Array(0..<10))
            #expect(then.code == .goingAway)
            #expect(others.numbers == Array(0..<10))
        }
    }

    /// Waits until only the slow one is left.
    func untilWaiting(_ topics: Topics<[UInt8]>, _ shards: [Shard]) async throws {
        let deadline = ContinuousClock.now + .seconds(20)
        while await topics.subscriberCount(on: shards[0]) > 1, ContinuousClock.now < deadline {
            await Task.yield()
        }
    }

    @Test("let go of a subscriber whose task is cancelled, or whose shard stops")
    func cancellation() async throws {
        try await withHub(shards: 2) { topics, shards in
            let cancelled = Task {
                await Self.read(1, of: ["all"], from: topics, on: shards[0])
            }
            let stopped = Task {
                await Self.read(1, of: ["all"], from: topics, on: shards[1])
            }
            try await untilSubscribed(2, topics, shards)
            cancelled.cancel()
            #expect(await cancelled.value.isCancelled)
            #expect(await topics.subscriberCount(on: shards[0]) == 0)
            await topics.dropAll(.goingAway)
            #expect(await stopped.value.code == .goingAway)
        }
    }

    @Test("carry one event to 5,000 subscribers on two loops")
    func fanOut() async throws {
        let count = 5_000
        try await withHub(shards: 2) { topics, shards in
            try await withThrowingTaskGroup(of: ContinuousClock.Instant.self) { group in
                for index in 0..<count {
                    let shard = shards[index % 2]
                    group.addTask(executorPreference: shard.loop) {
                        let received = await Self.read(1, of: ["all"], from: topics, on: shard)
                        #expect(received.numbers == [1])
                        return ContinuousClock.now
                    }
                }
                try await untilSubscribed(count, topics, shards)
                let start = ContinuousClock.now
                topics.publish(Self.message(1), to: "all")
                var last = start
                for try await instant in group { last = max(last, instant) }
                print("5,000 subscribers on two loops: the last after \(last - start)")
            }
        }
    }
}
