internal import CLibuv

/// One accepted connection, over TCP or a Unix socket: bytes in, bytes out, with back-pressure.
///
/// Made, used and dropped on its loop's thread. Dropping it closes it at once.
@safe final class ByteStream {
    /// What the stream tells its owner.
    enum Event {
        /// The peer will send no more: it closed its side, or the connection failed.
        case ended(UVError?)
        /// Everything written has left.
        case drained
    }

    @safe private enum Kind: ~Copyable {
        case tcp(Handle<uv_tcp_t, Int>)
        case pipe(Handle<uv_pipe_t, Int>)
    }

    private let handle: Kind
    private let raw: UnsafeMutablePointer<uv_stream_t>
    private let relay: Relay
    private let isUnix: Bool

    /// Stands between libuv's callbacks and the owner, which may come later and go earlier.
    @safe private final class Relay {
        var received: (RawSpan) -> Void = { _ in }
        var event: (Event) -> Void = { _ in }
        var buffer: UnsafeMutableRawBufferPointer

        init(_ buffer: UnsafeMutableRawBufferPointer) { unsafe self.buffer = buffer }

        func read(_ count: Int) {
            if count > 0 {
                let bytes = unsafe UnsafeRawBufferPointer(rebasing: buffer[..<count])
                unsafe received(bytes.bytes)
            } else if count < 0 {
                event(.ended(count == Int(UV_EOF.rawValue) ? nil : UVError(code: Int32(count))))
            }
        }
    }

    /// Takes one connection from a listening handle.
    init(
        acceptedBy listener: UnsafeMutablePointer<uv_stream_t>, isUnix: Bool, on loop: EventLoop
    ) throws(UVError) {
        self.isUnix = isUnix
        let relay = unsafe Relay(loop.readBuffer)
        if isUnix {
            let pipe = unsafe try Handle<uv_pipe_t, Int>(
                { unsafe uv_pipe_init(loop.raw, $0, 0) }, deliver: { relay.read($0) })
            unsafe raw = UnsafeMutableRawPointer(pipe.raw).assumingMemoryBound(
                to: uv_stream_t.self)
            unsafe handle = .pipe(pipe)
        } else {
            let tcp = unsafe try Handle<uv_tcp_t, Int>(
                { unsafe uv_tcp_init(loop.raw, $0) }, deliver: { relay.read($0) })
            unsafe uv_tcp_nodelay(tcp.raw, 1)
            unsafe raw = UnsafeMutableRawPointer(tcp.raw).assumingMemoryBound(
                to: uv_stream_t.self)
            unsafe handle = .tcp(tcp)
        }
        self.relay = relay
        unsafe try check(uv_accept(listener, raw))
    }

    /// Says who gets the bytes and the events from now on.
    func deliver(bytes: @escaping (RawSpan) -> Void, events: @escaping (Event) -> Void) {
        relay.received = bytes
        relay.event = events
    }

    /// Forgets the owner, so that neither keeps the other alive.
    func forget() { deliver(bytes: { _ in }, events: { _ in }) }

    /// Bytes written and not yet taken by the kernel.
    var queuedBytes: Int { unsafe uv_stream_get_write_queue_size(raw) }

    /// The peer's address as text, without its port; empty for a Unix socket.
    var peerAddress: String {
        guard !isUnix else { return "" }
        let tcp = unsafe UnsafeMutableRawPointer(raw).assumingMemoryBound(to: uv_tcp_t.self)
        var storage = sockaddr_storage()
        var length = Int32(MemoryLayout<sockaddr_storage>.size)
        return unsafe withUnsafeMutablePointer(to: &storage) { storage in
            let address = unsafe UnsafeMutableRawPointer(storage).assumingMemoryBound(
                to: sockaddr.self)
            guard unsafe uv_tcp_getpeername(tcp, address, &length) == 0 else { return "" }
            return unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { text in
                guard let base = text.baseAddress, unsafe uv_ip_name(address, base, 64) == 0
                else { return "" }
                return unsafe String(cString: base)
            }
        }
    }

    /// Begins or goes on reading; the peer waits while nobody reads.
    func startReading() {
        unsafe _ = uv_read_start(
            raw,
            { handle, _, buffer in
                guard let handle = unsafe handle, let buffer = unsafe buffer else { return }
                let shared = unsafe EventLoop.owner(handle.pointee.loop).readBuffer
                unsafe buffer.pointee = uv_buf_init(
                    shared.baseAddress?.assumingMemoryBound(to: CChar.self), UInt32(shared.count))
            },
            { stream, count, _ in
                guard count != 0 else { return }
                unsafe Handle<uv_stream_t, Int>.deliver(count, to: stream)
            })
    }

    /// Stops reading, so that TCP's own window slows the peer.
    func stopReading() { unsafe _ = uv_read_stop(raw) }

    /// Sends bytes: at once as far as the kernel takes them, the rest as it drains.
    func write(_ bytes: [UInt8]) {
        let taken = queuedBytes > 0 ? 0 : writeNow(bytes)
        guard taken < bytes.count else { return }
        queue(bytes[taken...])
    }

    /// Sends what was written, then ends our side; the peer's bytes may still come.
    func shutdown() {
        let request = UnsafeMutablePointer<uv_shutdown_t>.allocate(capacity: 1)
        let status = unsafe uv_shutdown(request, raw) { request, _ in unsafe request?.deallocate() }
        if status != 0 { unsafe request.deallocate() }
    }

    /// Tries the kernel's buffer; the count that fitted, 0 when it is full or the peer is gone.
    private func writeNow(_ bytes: [UInt8]) -> Int {
        unsafe bytes.withUnsafeBytes { bytes in
            let base = unsafe UnsafeMutablePointer(
                mutating: bytes.baseAddress?.assumingMemoryBound(to: CChar.self))
            var buffer = unsafe uv_buf_init(base, UInt32(bytes.count))
            return unsafe max(0, Int(uv_try_write(raw, &buffer, 1)))
        }
    }

    /// One queued write: the request, and the bytes it owns until libuv calls back.
    @safe private struct Pending {
        var request: uv_write_t = unsafe .init()
        var bytes: UnsafeMutableRawBufferPointer
        var relay: Unmanaged<Relay>
    }

    private func queue(_ rest: ArraySlice<UInt8>) {
        let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: rest.count, alignment: 1)
        unsafe bytes.copyBytes(from: rest)
        let pending = UnsafeMutablePointer<Pending>.allocate(capacity: 1)
        unsafe pending.initialize(to: Pending(bytes: bytes, relay: .passRetained(relay)))
        var buffer = unsafe uv_buf_init(
            bytes.baseAddress?.assumingMemoryBound(to: CChar.self), UInt32(bytes.count))
        let status = unsafe uv_write(&pending.pointee.request, raw, &buffer, 1) { request, status in
            unsafe ByteStream.written(request, status)
        }
        if status != 0 { unsafe ByteStream.written(&pending.pointee.request, status) }
    }

    private static func written(_ request: UnsafeMutablePointer<uv_write_t>?, _ status: Int32) {
        guard let request = unsafe request else { preconditionFailure("libuv passes its request") }
        // The request is the first member of what was allocated in `queue`.
        let pending = unsafe UnsafeMutableRawPointer(request).assumingMemoryBound(to: Pending.self)
        let relay = unsafe pending.pointee.relay.takeRetainedValue()
        unsafe pending.pointee.bytes.deallocate()
        unsafe pending.deinitialize(count: 1)
        unsafe pending.deallocate()
        relay.event(status < 0 ? .ended(UVError(code: status)) : .drained)
    }
}
