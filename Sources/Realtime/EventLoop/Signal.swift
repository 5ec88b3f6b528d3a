internal import CLibuv

/// Listens for one of the process's signals, such as `SIGTERM`, for as long as it lives.
///
/// Several listeners of one number are all told. Made, used and dropped on the loop's thread.
@safe package struct Signal: ~Copyable {
    private let handle: Handle<uv_signal_t, Void>

    /// Begins to listen; `received` is called on `loop`'s thread.
    ///
    /// `SIGKILL` and `SIGSTOP` cannot be caught: `EINVAL`.
    package init(
        on loop: EventLoop, _ number: Int32, received: @escaping () -> Void
    ) throws(UVError) {
        let handle = try unsafe Handle<uv_signal_t, Void>(
            { unsafe uv_signal_init(loop.raw, $0) }, deliver: received)
        let callback: uv_signal_cb = { raw, _ in
            unsafe Handle<uv_signal_t, Void>.deliver((), to: raw)
        }
        try unsafe check(uv_signal_start(handle.raw, callback, number))
        unsafe self.handle = handle
    }
}
