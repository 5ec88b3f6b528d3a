internal import DequeModule
internal import Realtime

/// Callers waiting in turn for something, each no longer than it said.
///
/// Used on one loop's thread.
final class WaitList<Value> {
    private final class Waiter {
        var value: Value?
        var timer: Timer?
        var continuation: CheckedContinuation<Void, Never>?
        var isOver = false

        /// Ends the wait; the timer, which keeps this object, goes with it.
        func end() {
            isOver = true
            timer = nil
            continuation.take()?.resume()
        }
    }

    private var waiters = Deque<Waiter>()

    var count: Int { waiters.count }

    /// Waits until it is handed a value; `nil` once `duration` has passed.
    func wait(on loop: EventLoop, for duration: Duration) async -> Value? {
        let waiter = Waiter()
        waiters.append(waiter)
        await withCheckedContinuation { continuation in
            // A value may have been handed over since `append`, when nobody could be woken.
            guard !waiter.isOver else { return continuation.resume() }
            waiter.continuation = continuation
            do {
                let timer = try Timer(on: loop) { waiter.end() }
                timer.start(after: duration)
                waiter.timer = consume timer
            } catch {
                preconditionFailure("uv_timer_init cannot fail: \(error)")
            }
        }
        // One that was handed a value was taken out already.
        if waiter.value == nil { waiters.removeAll { $0 === waiter } }
        return waiter.value
    }

    /// Hands `value` to whoever has waited longest; false if nobody waits.
    func hand(_ value: Value) -> Bool {
        while let waiter = waiters.popFirst() {
            // Not by its continuation: one that has just begun to wait may not have it yet.
            guard !waiter.isOver else { continue }
            waiter.value = value
            waiter.end()
            return true
        }
        return false
    }
}

extension EventLoop {
    /// Waits on the loop's clock, from its own thread.
    func pause(for duration: Duration) async {
        _ = await WaitList<Void>().wait(on: self, for: duration)
    }
}
