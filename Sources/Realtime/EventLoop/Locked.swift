internal import CLibuv

/// A value behind a libuv (pthread) mutex.
///
/// Not `Synchronization.Mutex`: ThreadSanitizer cannot follow its futex on Linux and reports races
/// which are not there (Swift 6.3.1).
///
/// `@unchecked Sendable` because `value` is only reached with the mutex held.
@safe package final class Locked<Value>: @unchecked Sendable {
    private let mutex: UnsafeMutablePointer<uv_mutex_t>
    private var value: Value

    /// Puts a value behind a new mutex.
    package init(_ value: sending Value) {
        self.value = value
        unsafe mutex = .allocate(capacity: 1)
        let status = unsafe uv_mutex_init(mutex)
        precondition(status == 0, "\(UVError(code: status))")
    }

    /// Runs `body` alone; keep it short, and never suspend or block in it.
    package func withLock<Result, Failure>(
        _ body: (inout Value) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        unsafe uv_mutex_lock(mutex)
        defer { unsafe uv_mutex_unlock(mutex) }
        return try body(&value)
    }

    deinit {
        unsafe uv_mutex_destroy(mutex)
        unsafe mutex.deallocate()
    }
}
