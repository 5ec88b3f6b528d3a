/// Up to where a reader of an estate's log has been served.
///
/// Outside it is an opaque text: sealed anew each time, so that neither the number nor a jump
/// between two of them shows.
package struct EventCursor: Sendable, Hashable {
    /// The estate.
    package var estate: UUID
    /// The number of the last event that was considered, seen or not.
    package var sequence: Int64

    /// A place in an estate's log.
    package init(estate: UUID, sequence: Int64) {
        self.estate = estate
        self.sequence = sequence
    }
}

/// Makes and opens cursors.
package struct EventCursors: Sendable {
    private let sealer: Sealer

    /// Cursors sealed by `keyring.sealer(for: "event-cursor")`.
    package init(_ sealer: Sealer) { self.sealer = sealer }

    /// The text of a cursor: Base64 for addresses, under 80 characters.
    package func text(_ cursor: EventCursor) throws(CryptoError) -> String {
        let bits = UInt64(bitPattern: cursor.sequence)
        let plain = (0..<8).map { UInt8(truncatingIfNeeded: bits >> (56 - 8 * UInt64($0))) }
        return Base64.urlEncoded(try sealer.seal(plain, at: place(cursor.estate)))
    }

    /// Reads a text; `nil` when it is no cursor of this estate and this server.
    package func cursor(_ text: some StringProtocol, of estate: UUID) -> EventCursor? {
        guard text.utf8.count <= 128, let sealed = Base64.urlDecoded(text),
            let plain = try? sealer.open(sealed, at: place(estate)), plain.count == 8
        else { return nil }
        let bits = plain.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        let sequence = Int64(bitPattern: bits)
        return sequence >= 0 ? EventCursor(estate: estate, sequence: sequence) : nil
    }

    private func place(_ estate: UUID) -> SealedPlace {
        SealedPlace(table: "event", column: "cursor", row: Array(estate.description.utf8))
    }
}
