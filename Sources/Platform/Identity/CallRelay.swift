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
    /// The relay's own number.
    package var number: PhoneNumber
    /// Until when it leads there.
    package var until: Instant

    /// A number of the relay's that leads to the other end until then.
    package init(number: PhoneNumber, until: Instant) {
        self.number = number
        self.until = until
    }
}
