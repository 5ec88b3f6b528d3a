internal import CLibuv

/// Looks up the addresses of names on libuv's thread pool, without holding up the loop.
///
/// One a shard; made and used on the loop's thread.
package final class Resolver {
    /// Why there are no addresses.
    package enum Fault: Error, Hashable {
        /// Not a name by RFC 1123, nor an address.
        case badName
        /// The name has no address: asking again soon will not help.
        case unknownName
        /// No answer from the name servers: try again later.
        case unavailable
        /// No answer within the time given.
        case timedOut
        /// The caller was cancelled.
        case cancelled
        /// `pendingMax` lookups run already: try again later.
        case overloaded
    }

    /// Most lookups of one resolver at a time; they share the process's four pool threads.
    package static let pendingMax = 32
    /// Longest name in bytes (RFC 1035 §2.3.4).
    package static let nameBytesMax = 253
    /// Most addresses handed out for one name.
    package static let addressesMax = 16

    private let loop: EventLoop
    private(set) var pending = 0

    /// A resolver of names for the code on `loop`.
    package init(on loop: EventLoop) {
        self.loop = loop
    }

    /// The addresses of `host`, in the order to try them in (RFC 6724), each with `port`.
    ///
    /// `host` is a name or a numeric address, in brackets or not. A lookup that took too long is
    /// left to end by itself: getaddrinfo(3) cannot be interrupted.
    package func addresses(
        of host: String, port: UInt16, within timeout: Duration = .seconds(5)
    ) async throws(Fault) -> [SocketAddress] {
        let bare = host.first == "[" && host.last == "]" ? host.dropFirst().dropLast() : host[...]
        if let ip = IPAddress(bare) { return [SocketAddress(ip, port: port)] }
        guard Self.isName(bare) else { throw .badName }
        guard pending < Self.pendingMax else { throw .overloaded }
        pending += 1
        let lookup = Lookup(port: port) { [self] in pending -= 1 }
        let outcome = await loop.cancelling {
            await withCheckedContinuation {
                lookup.start(String(bare), on: loop, within: timeout, $0)
            }
        } onCancel: {
            lookup.end(.failure(.cancelled))
        }
        return try outcome.get()
    }

    private static func isName(_ name: Substring) -> Bool {
        guard (1...nameBytesMax).contains(name.utf8.count) else { return false }
        return name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"),
                UInt8(ascii: "_"):
                true
            default: false
            }
        }
    }
}

/// One question: answered once, by the system, the timer or the caller's cancellation.
@safe private final class Lookup {
    typealias Outcome = Result<[SocketAddress], Resolver.Fault>

    private let port: UInt16
    private let isOver: () -> Void
    private var continuation: CheckedContinuation<Outcome, Never>?
    private var timer: Deadline?

    /// A timer in a box, since an optional of a noncopyable cannot be emptied by its own event.
    private final class Deadline {
        private let timer: Timer
        init(on loop: EventLoop, after: Duration, _ fired: @escaping () -> Void) throws(UVError) {
            timer = try Timer(on: loop, fired: fired)
            timer.start(after: after)
        }
    }

    init(port: UInt16, isOver: @escaping () -> Void) {
        self.port = port
        self.isOver = isOver
    }

    func start(
        _ name: String, on loop: EventLoop, within timeout: Duration,
        _ continuation: CheckedContinuation<Outcome, Never>
    ) {
        self.continuation = continuation
        guard !Task.isCancelled else {
            isOver()
            return end(.failure(.cancelled))
        }
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = c_SOCK_STREAM
        unsafe hints.ai_flags = AI_ADDRCONFIG
        let raw = UnsafeMutablePointer<uv_getaddrinfo_t>.allocate(capacity: 1)
        // Balanced in the callback, which libuv calls once for each question it took.
        let retained = unsafe Unmanaged.passRetained(self)
        unsafe raw.pointee.data = unsafe retained.toOpaque()
        let status = unsafe uv_getaddrinfo(
            loop.raw, raw,
            { raw, status, found in
                guard let raw = unsafe raw else { preconditionFailure("libuv passes its request") }
                let lookup = unsafe Unmanaged<Lookup>.fromOpaque(raw.pointee.data)
                    .takeRetainedValue()
                unsafe raw.deallocate()
                unsafe lookup.received(status, found)
            }, name, nil, &hints)
        guard status == 0 else {
            unsafe retained.release()
            unsafe raw.deallocate()
            isOver()
            return end(.failure(.unavailable))
        }
        timer = try? Deadline(on: loop, after: timeout) { [weak self] in
            self?.end(.failure(.timedOut))
        }
    }

    /// Answers the caller, unless it has been answered.
    func end(_ outcome: Outcome) {
        timer = nil
        continuation.take()?.resume(returning: outcome)
    }

    private func received(_ status: Int32, _ found: UnsafeMutablePointer<addrinfo>?) {
        defer { unsafe uv_freeaddrinfo(found) }
        isOver()
        guard status == 0 else {
            let isUnknown = status == UV_EAI_NONAME.rawValue || status == UV_EAI_NODATA.rawValue
            return end(.failure(isUnknown ? .unknownName : .unavailable))
        }
        var addresses: [SocketAddress] = []
        var next = unsafe found
        while let entry = unsafe next, addresses.count < Resolver.addressesMax {
            if let raw = unsafe entry.pointee.ai_addr,
                let address = unsafe SocketAddress(raw, length: Int(entry.pointee.ai_addrlen))
            {
                addresses.append(SocketAddress(address.ip, port: port))
            }
            unsafe next = entry.pointee.ai_next
        }
        end(addresses.isEmpty ? .failure(.unknownName) : .success(addresses))
    }
}
