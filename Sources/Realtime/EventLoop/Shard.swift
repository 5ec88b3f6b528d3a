/// What one loop owns: its listener, its connections and its database handles.
///
/// Its executor is the loop, so code isolated to a shard runs on one thread: what it owns needs no
/// locks and no `Sendable`. Request code takes a shard as an `isolated` parameter.
package actor Shard {
    /// The loop that this shard runs on.
    package nonisolated let loop: EventLoop
    /// Its number among the process's shards, from 0.
    package nonisolated let index: Int

    private var locals: [ObjectIdentifier: AnyObject] = [:]

    /// This shard's loop, as Swift asks for it.
    package nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe loop.asUnownedSerialExecutor()
    }

    /// Starts a loop, and the shard on it.
    package init(index: Int) throws(UVError) {
        loop = try EventLoop()
        self.index = index
    }

    /// Keeps one object of its type for this shard's code, such as its database pool.
    package func install<Local: AnyObject>(_ make: @Sendable (isolated Shard) throws -> Local)
        rethrows
    {
        locals[ObjectIdentifier(Local.self)] = try make(self)
    }

    /// The object of this type that was installed, if one was.
    package func local<Local: AnyObject>(_ type: Local.Type = Local.self) -> Local? {
        // The key is the type, so the cast cannot fail.
        locals[ObjectIdentifier(type)].map { unsafe unsafeDowncast($0, to: type) }
    }

    /// Lets go of everything installed, so that its handles close before the loop ends.
    package func removeLocals() { locals.removeAll() }

    /// Waits on the loop's clock; ends early, without a word, when the task is cancelled.
    package func sleep(for duration: Duration) async {
        sleepersMade += 1
        let id = sleepersMade
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                guard !Task.isCancelled else { return continuation.resume() }
                do {
                    sleepers[id] = try Sleeper(continuation, on: loop, for: duration)
                } catch {
                    preconditionFailure("uv_timer_init cannot fail: \(error)")
                }
            }
            sleepers[id] = nil
        } onCancel: {
            Task { await self.wake(id) }
        }
    }

    private var sleepers: [UInt64: Sleeper] = [:]
    private var sleepersMade: UInt64 = 0

    private func wake(_ id: UInt64) { sleepers[id]?.wake() }
}

/// One call of `Shard.sleep`: whoever comes first, timer or cancellation, wakes it.
private final class Sleeper {
    private let timer: Timer
    private let wakeup: Wakeup

    private final class Wakeup {
        var continuation: CheckedContinuation<Void, Never>?
    }

    init(
        _ continuation: CheckedContinuation<Void, Never>, on loop: EventLoop, for duration: Duration
    ) throws(UVError) {
        let wakeup = Wakeup()
        wakeup.continuation = continuation
        self.wakeup = wakeup
        timer = try Timer(on: loop) { wakeup.continuation.take()?.resume() }
        timer.start(after: duration)
    }

    func wake() { wakeup.continuation.take()?.resume() }
}
