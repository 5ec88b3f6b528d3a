/// The hash chain over an estate's events, as values: what V0010 computes in the database, again.
///
/// Shares no code with it, so that one checks the other.
package enum Chain {
    /// What stands before the first event: 32 zero bytes.
    package static let start = [UInt8](repeating: 0, count: SHA256.byteCount)

    /// The text whose SHA-256 is the event's hash.
    package static func lines(of event: Event, after previous: [UInt8]) -> String {
        [
            "linli-event-1", event.estate.description, event.id.description, event.kind,
            String(event.at.microseconds), event.actorKind, event.actor?.description ?? "-",
            event.beneficiary?.description ?? "-", event.audience.joined(separator: ","),
            event.about.map(\.description).joined(separator: ","), Hex.encoded(event.digest),
            String(event.sequence), Hex.encoded(previous),
        ].joined(separator: "\n")
    }
}

/// Follows a chain row by row and names the first that does not fit.
package struct ChainVerifier: Sendable {
    /// What is wrong with the first bad row.
    package enum Flaw: Sendable, Hashable {
        /// The row stands where this number should: one is missing, twice there or moved.
        case outOfOrder(expected: Int64)
        /// It belongs to another estate.
        case otherEstate
        /// Salt and payload do not give the digest, or only one of them is there.
        case payloadAltered
        /// Its hash is not that of its own fields and the row before.
        case hashMismatch
    }

    /// The first bad row.
    package struct Break: Error, Hashable, CustomStringConvertible {
        /// The number that the bad row carries.
        package var sequence: Int64
        /// Its public id.
        package var id: UUID
        /// What is wrong with it.
        package var flaw: Flaw

        /// A verdict on the row with this number and id.
        package init(sequence: Int64, id: UUID, flaw: Flaw) {
            self.sequence = sequence
            self.id = id
            self.flaw = flaw
        }

        package var description: String { "event \(sequence) (\(id)): \(flaw)" }
    }

    /// The estate, known from the first row on.
    package private(set) var estate: UUID?
    /// The last number that was verified; 0 before the first.
    package private(set) var sequence: Int64 = 0
    /// The last hash that was verified.
    package private(set) var hash = Chain.start
    /// How many verified rows have an erased payload.
    package private(set) var erasedCount = 0

    /// Starts before the first event.
    package init() {}

    /// Takes the next row.
    ///
    /// - Throws: What is wrong with it; the verifier stays where it was.
    package mutating func verify(_ event: Event) throws(Break) {
        func broken(_ flaw: Flaw) -> Break {
            Break(sequence: event.sequence, id: event.id, flaw: flaw)
        }
        guard estate == nil || estate == event.estate else { throw broken(.otherEstate) }
        guard event.sequence == sequence + 1 else {
            throw broken(.outOfOrder(expected: sequence + 1))
        }
        switch (event.salt, event.payload) {
        case (nil, nil): break
        case (let salt?, let payload?):
            guard SHA256.digest(of: salt + Array(payload.utf8)) == event.digest else {
                throw broken(.payloadAltered)
            }
        default: throw broken(.payloadAltered)
        }
        let lines = Chain.lines(of: event, after: hash)
        guard SHA256.digest(of: Array(lines.utf8)) == event.hash else {
            throw broken(.hashMismatch)
        }
        estate = event.estate
        sequence = event.sequence
        hash = event.hash
        if event.payload == nil { erasedCount += 1 }
    }
}
