/// A closure that is only ever called, and let go, on its loop's thread.
///
/// `@unchecked Sendable` because `body` is reached on the loop's thread alone, which each use
/// checks; a task cancelled from another thread may then carry the box to the loop.
@safe private final class LoopBound: @unchecked Sendable {
    private let loop: EventLoop
    private var body: (() -> Void)?

    init(to loop: EventLoop, _ body: @escaping () -> Void) {
        self.loop = loop
        self.body = body
    }

    func call() {
        loop.checkIsolated()
        body?()
    }

    func clear() {
        loop.checkIsolated()
        body = nil
    }
}

extension EventLoop {
    /// Runs `operation`; if the task is cancelled meanwhile, calls `onCancel` on the loop.
    ///
    /// Called on the loop's thread. `onCancel` may come before `operation` has begun, so the
    /// operation asks `Task.isCancelled` first; it never comes after `operation` has returned.
    package func cancelling<Value>(
        isolation: isolated (any Actor)? = #isolation,
        _ operation: () async -> Value, onCancel: @escaping () -> Void
    ) async -> Value {
        let bound = LoopBound(to: self, onCancel)
        let value = await withTaskCancellationHandler {
            // The closure is a nonsending one only if it names its isolation: the standard library
            // declares it as one that leaves its caller's actor.
            _ = isolation
            checkIsolated()
            return await operation()
        } onCancel: {
            Task(executorPreference: self) { bound.call() }
        }
        bound.clear()
        return value
    }
}
