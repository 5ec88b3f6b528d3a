internal import CLibuv

/// The single owner of one libuv handle, and of the closure its events go to.
///
/// Dropping the owner closes the handle. libuv gives the memory back in the close callback and not
/// before (libuv `docs/src/design.rst`), so handle and closure are both freed there.
/// Made, used and dropped on the loop's thread.
@safe struct Handle<Raw, Event>: ~Copyable {
    let raw: UnsafeMutablePointer<Raw>

    private final class Sink {
        let deliver: (Event) -> Void
        init(_ deliver: @escaping (Event) -> Void) { self.deliver = deliver }
    }

    /// Allocates the handle and runs its `uv_*_init`; frees it again if that fails.
    init(
        _ initialize: (UnsafeMutablePointer<Raw>) -> Int32, deliver: @escaping (Event) -> Void
    ) throws(UVError) {
        unsafe raw = .allocate(capacity: 1)
        let status = unsafe initialize(raw)
        guard status >= 0 else {
            unsafe raw.deallocate()
            throw UVError(code: status)
        }
        unsafe base.pointee.data = Unmanaged.passRetained(Sink(deliver)).toOpaque()
    }

    /// Hands an event from a C callback to the closure given at `init`.
    static func deliver(_ event: Event, to raw: UnsafeMutablePointer<Raw>?) {
        guard let raw = unsafe raw else { preconditionFailure("libuv passes its handle") }
        let base = unsafe UnsafeMutableRawPointer(raw).assumingMemoryBound(to: uv_handle_t.self)
        unsafe Unmanaged<Sink>.fromOpaque(base.pointee.data).takeUnretainedValue().deliver(event)
    }

    /// The handle as libuv's base type.
    var base: UnsafeMutablePointer<uv_handle_t> {
        unsafe UnsafeMutableRawPointer(raw).assumingMemoryBound(to: uv_handle_t.self)
    }

    deinit {
        unsafe uv_close(base) { closed in
            guard let closed = unsafe closed else { preconditionFailure("libuv passes its handle") }
            unsafe Unmanaged<AnyObject>.fromOpaque(closed.pointee.data).release()
            unsafe UnsafeMutableRawPointer(closed).deallocate()
        }
    }
}
