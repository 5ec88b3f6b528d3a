/// Whose wish a call is, and so where it may go.
package enum Audience: Sendable, Hashable {
    /// The operator configured the address: it may be anywhere, the machine itself included.
    case trusted
    /// A user gave the address: only the public Internet, never what stands beside the server.
    case userGiven
}

/// Which addresses are the public Internet's.
///
/// Everything in IANA's special-purpose registries (RFC 6890 and later) is not, nor is multicast;
/// addresses of version 6 that carry one of version 4 are judged by what they carry.
package enum AddressPolicy {
    /// Whether a call for `audience` may connect to `ip`.
    package static func allows(_ ip: IPAddress, for audience: Audience) -> Bool {
        audience == .trusted || isPublic(ip)
    }

    /// Whether `ip` is an ordinary address of the public Internet.
    package static func isPublic(_ ip: IPAddress) -> Bool {
        switch ip.family {
        case .v4: isPublic(v4: UInt32(ip.value))
        case .v6: isPublic(v6: ip.value)
        }
    }

    private static func isPublic(v4 address: UInt32) -> Bool {
        !specialV4.contains { block in address >> (32 - block.bits) == block.prefix }
    }

    private static func isPublic(v6 address: UInt128) -> Bool {
        for carrier in carriersOfV4 where address >> (128 - carrier.bits) == carrier.prefix {
            return isPublic(v4: UInt32(truncatingIfNeeded: address >> carrier.shift))
        }
        // Only 2000::/3 has been given out as global unicast (RFC 4291 §2.4).
        guard address >> 125 == 0b001 else { return false }
        return !specialV6.contains { block in address >> (128 - block.bits) == block.prefix }
    }

    private struct Block4 {
        let prefix: UInt32
        let bits: UInt32
        init(_ a: UInt32, _ b: UInt32, _ c: UInt32, _ d: UInt32, _ bits: UInt32) {
            prefix = (a << 24 | b << 16 | c << 8 | d) >> (32 - bits)
            self.bits = bits
        }
    }

    private static let specialV4 = [
        Block4(0, 0, 0, 0, 8),  // this network; 0.0.0.0 reaches the machine itself
        Block4(10, 0, 0, 0, 8),  // private (RFC 1918)
        Block4(100, 64, 0, 0, 10),  // behind a carrier's NAT (RFC 6598); 100.100.100.200: metadata
        Block4(127, 0, 0, 0, 8),  // loopback
        Block4(168, 63, 129, 16, 32),  // Azure's host agent, in public space
        Block4(169, 254, 0, 0, 16),  // link-local; 169.254.169.254: metadata
        Block4(172, 16, 0, 0, 12),  // private
        Block4(192, 0, 0, 0, 24),  // protocol assignments
        Block4(192, 0, 2, 0, 24),  // documentation
        Block4(192, 31, 196, 0, 24),  // AS112
        Block4(192, 52, 193, 0, 24),  // AMT
        Block4(192, 88, 99, 0, 24),  // 6to4 relays
        Block4(192, 168, 0, 0, 16),  // private
        Block4(192, 175, 48, 0, 24),  // AS112
        Block4(198, 18, 0, 0, 15),  // benchmarking
        Block4(198, 51, 100, 0, 24),  // documentation
        Block4(203, 0, 113, 0, 24),  // documentation
        Block4(224, 0, 0, 0, 4),  // multicast
        Block4(240, 0, 0, 0, 4),  // reserved, and broadcast
    ]

    private struct Block6 {
        let prefix: UInt128
        let bits: UInt128
        init(_ high: UInt128, _ bits: UInt128) {
            prefix = (high << 64) >> (128 - bits)
            self.bits = bits
        }
    }

    private static let specialV6 = [
        Block6(0x2001_0000_0000_0000, 23),  // protocol assignments, Teredo among them
        Block6(0x2001_0db8_0000_0000, 32),  // documentation
        Block6(0x3fff_0000_0000_0000, 20),  // documentation (RFC 9637)
        Block6(0x2620_004f_8000_0000, 48),  // AS112
    ]

    private struct Carrier {
        let prefix: UInt128
        let bits: UInt128
        /// How far the carried address is from the end.
        let shift: UInt128
    }

    private static let carriersOfV4 = [
        Carrier(prefix: 0xFFFF, bits: 96, shift: 0),  // ::ffff:0:0/96, mapped
        Carrier(prefix: 0xFFFF_0000, bits: 96, shift: 0),  // ::ffff:0:0:0/96, translated
        Carrier(prefix: 0x64_FF9B << 64, bits: 96, shift: 0),  // 64:ff9b::/96, NAT64
        Carrier(prefix: 0x2002, bits: 16, shift: 80),  // 2002::/16, 6to4
    ]
}
