package import Platform

/// Where a page ended: the keys of its last row, in the order that the rows are sorted by.
package struct Cursor: Sendable, Hashable {
    /// Numbers, such as microseconds or a sequence; at most eight.
    package var numbers: [Int64]
    /// The row's id, if it breaks ties.
    package var id: UUID?

    /// A place in an order.
    package init(_ numbers: Int64..., id: UUID? = nil) {
        self.numbers = numbers
        self.id = id
    }
}

/// Seals cursors, so that clients can neither make nor read them.
///
/// A cursor opens only for the operation and scope that it was made for.
package struct CursorSealer: Sendable {
    private let sealer: Sealer

    /// A sealer with a key of its own.
    package init(_ keyring: Keyring) { sealer = keyring.sealer(for: "cursor") }

    /// The cursor as text for addresses.
    func text(_ cursor: Cursor, for operation: String, scope: [UInt8]) throws -> String {
        var bytes = [UInt8(cursor.numbers.count)]
        for number in cursor.numbers { append(UInt64(bitPattern: number), to: &bytes) }
        if let id = cursor.id {
            append(id.high, to: &bytes)
            append(id.low, to: &bytes)
        }
        return Base64.urlEncoded(
            try sealer.seal(bytes, at: place(operation, scope)))
    }

    /// The cursor in a text; `nil` when it is none of ours for this place.
    func cursor(_ text: String, for operation: String, scope: [UInt8]) -> Cursor? {
        guard let sealed = Base64.urlDecoded(text),
            let bytes = try? sealer.open(sealed, at: place(operation, scope)),
            let count = bytes.first.map(Int.init)
        else { return nil }
        let words = stride(from: 1, to: bytes.count - 7, by: 8).map { start in
            bytes[start..<start + 8].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        }
        guard words.count == count || words.count == count + 2 else { return nil }
        var cursor = Cursor()
        cursor.numbers = words.prefix(count).map { Int64(bitPattern: $0) }
        if words.count == count + 2 {
            cursor.id = UUID(high: words[count], low: words[count + 1])
        }
        return cursor
    }

    private func place(_ operation: String, _ scope: [UInt8]) -> SealedPlace {
        SealedPlace(table: "cursor", column: operation, row: scope)
    }

    private func append(_ word: UInt64, to bytes: inout [UInt8]) {
        for shift in stride(from: 56, through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: word >> UInt64(shift)))
        }
    }
}
