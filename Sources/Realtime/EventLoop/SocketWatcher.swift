internal import CLibuv

/// Waits on a socket that another library owns, as libpq and libcurl own theirs.
///
/// Drop the watcher before that library closes the socket (libuv `docs/src/poll.rst`).
/// Made, used and dropped on the loop's thread.
@safe package struct SocketWatcher: ~Copyable {
    /// What to wait for, and what became ready.
    package struct Readiness: OptionSet, Sendable {
        package let rawValue: Int32
        package init(rawValue: Int32) { self.rawValue = rawValue }
        package static let readable = Readiness(rawValue: 1)
        package static let writable = Readiness(rawValue: 2)
    }

    private let handle: Handle<uv_poll_t, Readiness>

    /// Makes a watcher of `socket` which does not watch yet.
    ///
    /// `ready` is called on `loop`'s thread; with both flags when the socket has failed, so that
    /// the owner reads or writes and learns why.
    package init(
        on loop: EventLoop, socket: Int32, ready: @escaping (Readiness) -> Void
    ) throws(UVError) {
        unsafe handle = try Handle<uv_poll_t, Readiness>(
            { unsafe uv_poll_init(loop.raw, $0, socket) }, deliver: ready)
    }

    /// Watches for `readiness` from now on; an empty set stops watching.
    package func watch(for readiness: Readiness) {
        guard !readiness.isEmpty else {
            unsafe _ = uv_poll_stop(handle.raw)
            return
        }
        let callback: uv_poll_cb = { raw, status, events in
            let ready = status < 0 ? [.readable, .writable] : Readiness(rawValue: events)
            unsafe Handle<uv_poll_t, Readiness>.deliver(ready, to: raw)
        }
        let status = unsafe uv_poll_start(handle.raw, readiness.rawValue, callback)
        precondition(status == 0, "uv_poll_start fails only on a closing handle")
    }
}
