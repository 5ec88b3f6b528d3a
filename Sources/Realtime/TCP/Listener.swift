internal import CLibuv
internal import Glibc

/// Where a server listens.
package enum Endpoint: Sendable, Hashable {
    /// An IPv4 or IPv6 address in digits, and a port; port 0 lets the system choose.
    case tcp(host: String, port: Int)
    /// A Unix socket's path, at most 107 bytes.
    case unix(path: String)
}

/// One listening socket of one loop.
///
/// Every loop has its own for the same address (`SO_REUSEPORT`), and the kernel spreads new
/// connections over them. Dropping it stops listening.
@safe final class Listener {
    @safe private enum Kind: ~Copyable {
        case tcp(Handle<uv_tcp_t, Int32>)
        case pipe(Handle<uv_pipe_t, Int32>)
    }

    private let handle: Kind
    private let raw: UnsafeMutablePointer<uv_stream_t>
    private let isUnix: Bool
    private let loop: EventLoop

    /// Connections the kernel completes before we accept them; `net.core.somaxconn` may lower it.
    static let backlogMax: Int32 = 4096

    /// Listens, and calls `connected` on the loop's thread for each waiting connection, which
    /// must then be taken by `accept`.
    init(
        _ endpoint: Endpoint, on loop: EventLoop, connected: @escaping () -> Void
    ) throws(UVError) {
        self.loop = loop
        let connectedOrFailed: (Int32) -> Void = { if $0 == 0 { connected() } }
        switch endpoint {
        case .tcp(let host, let port):
            isUnix = false
            let tcp = unsafe try Handle<uv_tcp_t, Int32>(
                { unsafe uv_tcp_init(loop.raw, $0) }, deliver: connectedOrFailed)
            unsafe try Self.bind(tcp, host: host, port: port)
            unsafe raw = UnsafeMutableRawPointer(tcp.raw).assumingMemoryBound(
                to: uv_stream_t.self)
            unsafe handle = .tcp(tcp)
        case .unix(let path):
            isUnix = true
            let pipe = unsafe try Handle<uv_pipe_t, Int32>(
                { unsafe uv_pipe_init(loop.raw, $0, 0) }, deliver: connectedOrFailed)
            unsafe try check(uv_pipe_bind(pipe.raw, path))
            unsafe raw = UnsafeMutableRawPointer(pipe.raw).assumingMemoryBound(
                to: uv_stream_t.self)
            unsafe handle = .pipe(pipe)
        }
        unsafe try check(
            uv_listen(raw, Self.backlogMax) { stream, status in
                unsafe Handle<uv_stream_t, Int32>.deliver(status, to: stream)
            })
    }

    /// Takes the waiting connection.
    func accept() throws(UVError) -> ByteStream {
        unsafe try ByteStream(acceptedBy: raw, isUnix: isUnix, on: loop)
    }

    /// The port it listens on; `nil` for a Unix socket.
    var port: Int? {
        guard !isUnix else { return nil }
        let tcp = unsafe UnsafeMutableRawPointer(raw).assumingMemoryBound(to: uv_tcp_t.self)
        var storage = sockaddr_storage()
        var length = Int32(MemoryLayout<sockaddr_storage>.size)
        return unsafe withUnsafeMutablePointer(to: &storage) { storage in
            let raw = UnsafeMutableRawPointer(storage)
            let address = unsafe raw.assumingMemoryBound(to: sockaddr.self)
            guard unsafe uv_tcp_getsockname(tcp, address, &length) == 0 else { return nil }
            // `sin_port` and `sin6_port` stand at the same place.
            let port = unsafe raw.assumingMemoryBound(to: sockaddr_in.self).pointee.sin_port
            return Int(UInt16(bigEndian: port))
        }
    }

    /// Binds a socket of our own making, because libuv 1.44 cannot set `SO_REUSEPORT`.
    private static func bind(
        _ tcp: borrowing Handle<uv_tcp_t, Int32>, host: String, port: Int
    ) throws(UVError) {
        var storage = sockaddr_storage()
        let status = unsafe withUnsafeMutablePointer(to: &storage) { storage in
            let raw = UnsafeMutableRawPointer(storage)
            let v4 = unsafe uv_ip4_addr(
                host, Int32(port), raw.assumingMemoryBound(to: sockaddr_in.self))
            guard v4 != 0 else { return v4 }
            return unsafe uv_ip6_addr(
                host, Int32(port), raw.assumingMemoryBound(to: sockaddr_in6.self))
        }
        try check(status)
        let descriptor = socket(Int32(storage.ss_family), c_SOCK_STREAM_CLOEXEC, 0)
        guard descriptor >= 0 else { throw UVError(code: -errno) }
        var on: Int32 = 1
        let size = socklen_t(MemoryLayout<Int32>.size)
        for option in [SO_REUSEADDR, SO_REUSEPORT] {
            unsafe _ = setsockopt(descriptor, SOL_SOCKET, option, &on, size)
        }
        let opened = unsafe uv_tcp_open(tcp.raw, descriptor)
        guard opened == 0 else {
            _ = close(descriptor)
            throw UVError(code: opened)
        }
        let bound = unsafe withUnsafePointer(to: &storage) { storage in
            let raw = unsafe UnsafeRawPointer(storage)
            return unsafe uv_tcp_bind(tcp.raw, raw.assumingMemoryBound(to: sockaddr.self), 0)
        }
        try check(bound)
    }
}
