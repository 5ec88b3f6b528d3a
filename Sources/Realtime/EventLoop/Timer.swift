internal import CLibuv

/// A libuv timer, one-shot or repeating, in whole milliseconds of the monotonic clock.
///
/// Made, used and dropped on the loop's thread; dropping it stops it.
@safe package struct Timer: ~Copyable {
    private let handle: Handle<uv_timer_t, Void>

    /// Makes a timer which is not yet running.
    package init(on loop: EventLoop, fired: @escaping () -> Void) throws(UVError) {
        unsafe handle = try Handle<uv_timer_t, Void>(
            { unsafe uv_timer_init(loop.raw, $0) }, deliver: fired)
    }

    /// Calls `fired` in `delay` from now, and then every `repeating` if that is given.
    ///
    /// Starting a running timer moves it. A delay of zero means the loop's next turn.
    package func start(after delay: Duration, repeating: Duration = .zero) {
        let callback: uv_timer_cb = { unsafe Handle<uv_timer_t, Void>.deliver((), to: $0) }
        let status = unsafe uv_timer_start(
            handle.raw, callback, delay.wholeMilliseconds, repeating.wholeMilliseconds)
        precondition(status == 0, "uv_timer_start fails only on a closing handle")
    }

    /// Stops it; it may be started again.
    package func stop() { unsafe _ = uv_timer_stop(handle.raw) }
}

extension Duration {
    /// Milliseconds, rounded up, and never negative.
    package var wholeMilliseconds: UInt64 {
        let (seconds, attoseconds) = components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        return UInt64(seconds) * 1000
            + UInt64((attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }
}
