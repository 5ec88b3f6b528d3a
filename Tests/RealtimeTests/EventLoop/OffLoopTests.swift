import Glibc
import Realtime
import Testing

@Suite("Off-loop work")
struct OffLoopTests {
    struct Refusal: Error, Equatable { var code = 7 }

    @Test("runs on another thread and comes back to the shard")
    func runsElsewhere() async throws {
        let shard = try Shard(index: 0)
        let loop = shard.loop
        let value = try await shard.roundTrip {
            #expect(!loop.isOnThread)
            return 42
        }
        #expect(value == 42)
        loop.stop()
    }

    @Test("throws what the work threw, with its type")
    func typedErrors() async throws {
        let shard = try Shard(index: 0)
        do {
            _ = try await shard.offLoop { () throws(Refusal) -> Int in throw Refusal() }
            Issue.record("the work throws")
        } catch .failed(let refusal) {
            #expect(refusal == Refusal())
        } catch {
            Issue.record("\(error)")
        }
        shard.loop.stop()
    }

    @Test("a cancelled piece that has not begun never runs")
    func cancelledBeforeStart() async throws {
        let shard = try Shard(index: 0)
        let gate = Locked(false)
        // All of the pool's threads wait at the gate, so that the next piece has to queue.
        let blockers = (0..<4).map { _ in
            Task {
                try await shard.offLoop {
                    while !gate.withLock({ $0 }) { usleep(1000) }
                }
            }
        }
        try await eventually { OffLoop.pending >= 4 }
        let ran = Locked(false)
        let waiting = Task {
            try await shard.offLoop { ran.withLock { $0 = true } }
        }
        try await eventually { OffLoop.pending >= 5 }
        waiting.cancel()
        switch await waiting.result {
        case .success: Issue.record("it was cancelled")
        case .failure(let error):
            guard case OffLoop.Fault<Never>.cancelled = error else {
                Issue.record("\(error)")
                break
            }
        }
        gate.withLock { $0 = true }
        for blocker in blockers { try await blocker.value }
        #expect(!ran.withLock { $0 })
        shard.loop.stop()
    }

    @Test("a cancelled caller does not even queue")
    func cancelledCaller() async throws {
        let shard = try Shard(index: 0)
        let task = Task {
            unsafe withUnsafeCurrentTask { unsafe $0?.cancel() }
            return try await shard.offLoop { 1 }
        }
        await #expect(throws: OffLoop.Fault<Never>.self) { try await task.value }
        shard.loop.stop()
    }

    @Test("many pieces from many tasks each come back once")
    func many() async throws {
        let shard = try Shard(index: 0)
        let sum = try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<200 {
                group.addTask { try await shard.offLoop { number } }
            }
            return try await group.reduce(0, +)
        }
        #expect(sum == 199 * 200 / 2)
        shard.loop.stop()
    }
}

extension Shard {
    fileprivate func roundTrip<Value: Sendable>(
        _ work: @escaping @Sendable () -> Value
    ) async throws -> Value {
        let value = try await OffLoop.run(on: loop, work)
        #expect(loop.isOnThread)
        return value
    }
}

/// Waits for a condition, looking every millisecond, at most ten seconds.
func eventually(_ condition: () async throws -> Bool) async throws {
    for _ in 0..<10_000 {
        if try await condition() { return }
        try await Task.sleep(for: .milliseconds(1))
    }
    Issue.record("the condition did not come true within ten seconds")
}
