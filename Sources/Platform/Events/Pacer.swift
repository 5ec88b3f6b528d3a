internal import Realtime

/// Lets one waiter on a loop sleep for a while, or until somebody wakes it.
///
/// A wake that comes while nobody waits is kept for the next wait. Used on the loop's thread only.
final class Pacer {
    private let timer: Timer
    private let waiter = Waiter()

    private final class Waiter {
        var continuation: CheckedContinuation<Void, Never>?
        var isWoken = false

        func wake() {
            guard let continuation = continuation.take() else {
                isWoken = true
                return
            }
            continuation.resume()
        }
    }

    init(on loop: EventLoop) throws(UVError) {
        let waiter = waiter
        timer = try Timer(on: loop) { waiter.continuation.take()?.resume() }
    }

    /// Ends the wait at once.
    func wake() { waiter.wake() }

    /// Waits this long at most.
    func wait(for duration: Duration) async {
        await withCheckedContinuation { continuation in
            guard !waiter.isWoken else {
                waiter.isWoken = false
                return continuation.resume()
            }
            waiter.continuation = continuation
            timer.start(after: duration)
        }
        timer.stop()
    }
}
