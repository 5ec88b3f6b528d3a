package import Realtime

/// Runs `body` on a shard of its own, then closes what it installed and ends its loop.
///
/// What `body` makes on the loop, such as pools and timers, must be dropped when it returns.
package func withShard<Value: Sendable>(
    _ body: @Sendable (isolated Shard) async throws -> Value
) async throws -> Value {
    let shard = try Shard(index: 0)
    let outcome: Result<Value, any Error>
    do {
        outcome = .success(
            try await withTaskExecutorPreference(shard.loop) { try await body(shard) })
    } catch {
        outcome = .failure(error)
    }
    await shard.removeLocals()
    shard.loop.stop()
    return try outcome.get()
}
