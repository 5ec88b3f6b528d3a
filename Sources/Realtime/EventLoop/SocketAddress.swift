internal import CLibuv

/// A numeric Internet address, version 4 or 6, without a zone.
package struct IPAddress: Sendable, Hashable, CustomStringConvertible {
    /// Which of the two protocols.
    package enum Family: Sendable, Hashable { case v4, v6 }

    /// Which of the two protocols it belongs to.
    package let family: Family
    /// The address as a number, the first byte on the wire highest; 32 bits for version 4.
    package let value: UInt128

    /// An address of version 4, such as `0x7F000001` for 127.0.0.1.
    package init(v4: UInt32) {
        family = .v4
        value = UInt128(v4)
    }

    /// An address of version 6.
    package init(v6: UInt128) {
        family = .v6
        value = v6
    }

    /// Reads `127.0.0.1` or `::1`: decimal without leading zeros, no zone, no brackets.
    package init?(_ text: some StringProtocol) {
        let text = String(text)
        guard text.utf8.count <= 45, !text.utf8.contains(where: { $0 == 0 || $0 == 0x25 }) else {
            return nil
        }
        var bytes = [UInt8](repeating: 0, count: 16)
        if text.contains(":") {
            guard unsafe uv_inet_pton(AF_INET6, text, &bytes) == 0 else { return nil }
            self.init(v6: Self.number(bytes))
        } else {
            guard unsafe uv_inet_pton(AF_INET, text, &bytes) == 0 else { return nil }
            self.init(v4: UInt32(Self.number(bytes[..<4])))
        }
    }

    /// The bytes as on the wire: 4 or 16.
    package var bytes: [UInt8] {
        let count = family == .v4 ? 4 : 16
        return (0..<count).map { UInt8(truncatingIfNeeded: value >> ((count - 1 - $0) * 8)) }
    }

    /// For example `127.0.0.1` or `2001:db8::1` (RFC 5952).
    package var description: String {
        var text = [CChar](repeating: 0, count: 46)
        let number = family == .v4 ? AF_INET : AF_INET6
        let status = unsafe uv_inet_ntop(number, bytes, &text, text.count)
        precondition(status == 0, "46 bytes hold every address")
        return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    private static func number(_ bytes: some Collection<UInt8>) -> UInt128 {
        bytes.reduce(0) { $0 << 8 | UInt128($1) }
    }
}

/// An Internet address and a port.
package struct SocketAddress: Sendable, Hashable, CustomStringConvertible {
    /// The address.
    package let ip: IPAddress
    /// The port, in the machine's own byte order.
    package let port: UInt16

    /// An address and a port.
    package init(_ ip: IPAddress, port: UInt16) {
        self.ip = ip
        self.port = port
    }

    /// Reads `127.0.0.1:8080` or `[::1]:80`.
    package init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":") else { return nil }
        let digits = text[text.index(after: colon)...]
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let port = UInt16(digits)
        else { return nil }
        var host = text[..<colon]
        let isBracketed = host.first == "[" && host.last == "]"
        if isBracketed { host = host.dropFirst().dropLast() }
        guard let ip = IPAddress(host), (ip.family == .v6) == isBracketed else { return nil }
        self.init(ip, port: port)
    }

    /// For example `127.0.0.1:8080` or `[::1]:80`.
    package var description: String {
        ip.family == .v4 ? "\(ip):\(port)" : "[\(ip)]:\(port)"
    }

    /// Calls `body` with the address as the system's calls want it, and its length in bytes.
    func withSystemAddress<Result>(
        _ body: (UnsafePointer<sockaddr>, socklen_t) throws -> Result
    ) rethrows -> Result {
        var storage = sockaddr_storage()
        let length = unsafe withUnsafeMutableBytes(of: &storage) { raw in
            switch ip.family {
            case .v4:
                var address = sockaddr_in()
                address.sin_family = sa_family_t(AF_INET)
                address.sin_port = port.bigEndian
                address.sin_addr.s_addr = UInt32(ip.value).bigEndian
                unsafe raw.storeBytes(of: address, as: sockaddr_in.self)
                return MemoryLayout<sockaddr_in>.size
            case .v6:
                var address = sockaddr_in6()
                address.sin6_family = sa_family_t(AF_INET6)
                address.sin6_port = port.bigEndian
                unsafe withUnsafeMutableBytes(of: &address.sin6_addr) {
                    unsafe $0.copyBytes(from: ip.bytes)
                }
                unsafe raw.storeBytes(of: address, as: sockaddr_in6.self)
                return MemoryLayout<sockaddr_in6>.size
            }
        }
        return try unsafe withUnsafePointer(to: &storage) { storage in
            try unsafe storage.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                try unsafe body(address, socklen_t(length))
            }
        }
    }

    /// Copies an address that the system gave, of `length` bytes; others than IP are nil.
    init?(_ address: UnsafePointer<sockaddr>, length: Int) {
        let raw = unsafe UnsafeRawBufferPointer(start: UnsafeRawPointer(address), count: length)
        // The family is the first field of every kind of address (RFC 3493 §3.10).
        guard length >= MemoryLayout<sa_family_t>.size else { return nil }
        switch (Int32(unsafe raw.loadUnaligned(as: sa_family_t.self)), length) {
        case (AF_INET, MemoryLayout<sockaddr_in>.size...):
            let address = unsafe raw.loadUnaligned(as: sockaddr_in.self)
            self.init(
                IPAddress(v4: UInt32(bigEndian: address.sin_addr.s_addr)),
                port: UInt16(bigEndian: address.sin_port))
        case (AF_INET6, MemoryLayout<sockaddr_in6>.size...):
            // The address stands behind family, port and flow: 8 bytes (RFC 3493 §3.3).
            let ip = unsafe raw[8..<24].reduce(UInt128(0)) { $0 << 8 | UInt128($1) }
            let port = unsafe UInt16(raw[2]) << 8 | UInt16(raw[3])
            self.init(IPAddress(v6: ip), port: port)
        default:
            return nil
        }
    }
}
