/// Addresses with a common beginning, such as `10.0.0.0/8`, or a single one.
package struct AddressBlock: Sendable, Hashable {
    private let first: IPAddress
    /// How many bits from the right are free.
    private let freeBits: UInt128

    /// Reads `192.0.2.7`, `10.0.0.0/8`, `::1` or `fd00::/8`; bits past the prefix must be zero.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, let first = IPAddress(parts[0]) else { return nil }
        let bits: UInt128 = first.family == .v4 ? 32 : 128
        var prefix = bits
        if parts.count == 2 {
            guard let given = UInt8(parts[1]), given <= bits else { return nil }
            prefix = UInt128(given)
        }
        self.first = first
        freeBits = bits - prefix
        guard (first.value >> freeBits) << freeBits == first.value else { return nil }
    }

    /// Whether the address is in the block.
    package func contains(_ address: IPAddress) -> Bool {
        address.family == first.family && address.value >> freeBits == first.value >> freeBits
    }
}

/// The proxies whose word about a client's address is taken; nobody's unless configured.
package struct TrustedProxies: Sendable, Hashable {
    /// Where they connect from.
    package var blocks: [AddressBlock] = []

    /// Addresses of `X-Forwarded-For` that are looked at, from the right.
    static let hopsMax = 16

    /// These proxies, or none.
    package init(_ blocks: [AddressBlock] = []) { self.blocks = blocks }

    /// Who sent a request: the peer, or whom trusted proxies name one after another.
    ///
    /// Each proxy appends the address that it saw, so the list is read from the right, and what
    /// stands left of the first address that is no proxy's may be anybody's invention.
    func client(_ peer: String, forwarded field: String?) -> String {
        guard isTrusted(peer), let field else { return peer }
        var client = peer
        for hop in field.split(separator: ",").reversed().prefix(Self.hopsMax) {
            guard let address = IPAddress(hop.drop { $0 == " " }.prefix { $0 != " " }) else {
                return client
            }
            client = address.description
            guard isTrusted(client) else { return client }
        }
        return client
    }

    private func isTrusted(_ text: String) -> Bool {
        guard var address = IPAddress(text) else { return false }
        // A listener of both families shows an address of version 4 inside one of version 6.
        if address.family == .v6, address.value >> 32 == 0xFFFF {
            address = IPAddress(v4: UInt32(truncatingIfNeeded: address.value))
        }
        return blocks.contains { $0.contains(address) }
    }
}
