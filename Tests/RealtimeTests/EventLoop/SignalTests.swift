import Glibc
import Realtime
import Testing

@Suite("Signals")
struct SignalTests {
    /// Counts a signal for as long as it lives.
    private final class Listener {
        private let signal: Realtime.Signal
        init(_ shard: isolated Shard, _ number: Int32, _ count: Locked<Int>) throws {
            signal = try Signal(on: shard.loop, number) { count.withLock { $0 += 1 } }
        }
    }

    @Test("a listener hears its signal on the loop, and is closed with its owner")
    func hears() async throws {
        let shard = try Shard(index: 0)
        let count = Locked(0)
        try await shard.install { shard in try Listener(shard, SIGUSR2, count) }
        kill(getpid(), SIGUSR2)
        try await eventually { count.withLock { $0 } == 1 }
        await shard.removeLocals()
        shard.loop.stop()
    }

    @Test("SIGKILL cannot be caught")
    func uncatchable() async throws {
        let shard = try Shard(index: 0)
        await #expect(throws: UVError.self) {
            try await shard.install { shard in try Listener(shard, SIGKILL, Locked(0)) }
        }
        shard.loop.stop()
    }
}
