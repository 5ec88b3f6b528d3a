import Realtime
import Testing

@Suite("An event loop")
struct EventLoopTests {
    @Test("sleeps at least as long as asked, on its own thread")
    func sleeps() async throws {
        let shard = try Shard(index: 0)
        let start = ContinuousClock.now
        await shard.sleep(for: .milliseconds(20))
        #expect(ContinuousClock.now - start >= .milliseconds(19))
        shard.loop.stop()
    }
}
