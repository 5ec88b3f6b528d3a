internal import Realtime

/// What puts two telephones through to each other without either seeing the other's number.
package protocol CallRelay: Sendable {
    /// A number that the caller dials to reach the other; the same for the same call. `nil`: the relay
    /// refuses this call. Throws when it was not reached.
    func connect(
        _ call: UUID, from caller: PhoneNumber, to callee: PhoneNumber
    ) async throws -> RelayedCall?
}

/// How the caller reaches the other end.
package struct RelayedCall: Sendable, Hashable {
    /// The relay's own number, as it is dialled.
    package let number: String
    /// Until when it leads there.
    package let until: Instant

    /// A number of 3 to 16 digits, with a plus or not, that is neither end's; `nil` for another text.
    package init?(number: String, until: Instant, between ends: [PhoneNumber]) {
        let digits = number.hasPrefix("+") ? number.dropFirst() : number[...]
        guard (3...16).contains(digits.utf8.count), digits.allSatisfy({ ("0"..."9").contains($0) }),
            !ends.contains(where: {
                $0.e164.hasSuffix(digits) || digits.hasSuffix($0.e164.suffix(11))
            })
        else { return nil }
        self.number = number
        self.until = until
    }
}
