package import Realtime

/// Runs `body` `count` times at once on one shard; returns what each made, in order.
package func concurrently<Value: Sendable>(
    _ count: Int, on shard: Shard,
    _ body: @escaping @Sendable (Int, isolated Shard) async throws -> Value
) async throws -> [Value] {
    try await withThrowingTaskGroup(of: (Int, Value).self) { group in
        for index in 0..<count {
            group.addTask(executorPreference: shard.loop) { (index, try await body(index, shard)) }
        }
        var values: [Int: Value] = [:]
        for try await (index, value) in group { values[index] = value }
        return (0..<count).compactMap { values[$0] }
    }
}
