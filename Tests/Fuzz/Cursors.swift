import Platform

@testable import Social

/// Cursors: only ours open, for the place that they were made for, and what is in them is read
/// within its bounds.
enum Cursors: FuzzTarget {
    static let name = "cursor"

    private static let keyring = Keyring.random()
    private static let pages = CursorSealer(keyring)
    private static let events = EventCursors(keyring.sealer(for: "event-cursor"))
    private static let estate = UUID(high: 1, low: 2)
    private static let other = UUID(high: 1, low: 3)

    static func check(_ bytes: [UInt8]) throws(Disagreement) {
        let text = String(decoding: bytes, as: UTF8.self)
        try expect(pages.cursor(text, for: "a", scope: []) == nil, "a page's cursor of nobody")
        try expect(events.cursor(text, of: estate) == nil, "an event's cursor of nobody")
        try page(bytes)
        try event(bytes)
        try spelled(bytes)
    }

    /// Sealed with our key, whatever is in it, as an older or a newer server might have made it.
    private static func page(_ bytes: [UInt8]) throws(Disagreement) {
        let place = SealedPlace(table: "cursor", column: "a", row: [7])
        guard let sealed = try? keyring.sealer(for: "cursor").seal(bytes, at: place) else {
            throw Disagreement("\(bytes.count) bytes cannot be sealed")
        }
        let text = Base64.urlEncoded(sealed)
        try expect(pages.cursor(text, for: "b", scope: [7]) == nil, "a cursor of another list")
        try expect(pages.cursor(text, for: "a", scope: [8]) == nil, "a cursor of another scope")
        guard let cursor = pages.cursor(text, for: "a", scope: [7]) else { return }
        try expect(cursor.numbers.count == Int(bytes[0]), "\(cursor) of \(bytes)")
        let again = (try? pages.text(cursor, for: "a", scope: [7])).flatMap {
            pages.cursor($0, for: "a", scope: [7])
        }
        try expect(again == cursor, "\(cursor) reads back as \(String(describing: again))")
        try altered(sealed, by: bytes) { pages.cursor($0, for: "a", scope: [7]) == nil }
    }

    private static func event(_ bytes: [UInt8]) throws(Disagreement) {
        let bits = bytes.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        let cursor = EventCursor(estate: estate, sequence: Int64(bits >> 1))
        guard let text = try? events.text(cursor), let sealed = Base64.urlDecoded(text) else {
            throw Disagreement("\(cursor) cannot be written")
        }
        try expect(events.cursor(text, of: estate) == cursor, "\(cursor) does not read back")
        try expect(events.cursor(text, of: other) == nil, "a cursor of another estate")
        try altered(sealed, by: bytes) { events.cursor($0, of: estate) == nil }
    }

    /// One bit of a sealed text changed, where the input says.
    private static func altered(
        _ sealed: [UInt8], by bytes: [UInt8], isRefused: (String) -> Bool
    ) throws(Disagreement) {
        guard let place = bytes.first, let bit = bytes.last else { return }
        var sealed = sealed
        sealed[Int(place) % sealed.count] ^= 1 << (bit & 7)
        try expect(isRefused(Base64.urlEncoded(sealed)), "an altered cursor opens")
    }

    /// The alphabets of the texts.
    private static func spelled(_ bytes: [UInt8]) throws(Disagreement) {
        try expect(Base64.urlDecoded(Base64.urlEncoded(bytes)) == bytes, "Base64 of \(bytes)")
        try expect(Hex.decoded(Hex.encoded(bytes)) == bytes, "Hex of \(bytes)")
        let text = String(decoding: bytes, as: UTF8.self)
        guard let decoded = Base64.urlDecoded(text) else { return }
        try expect(Base64.urlEncoded(decoded) == text, "two texts of \(decoded): \(text)")
    }

    static let seeds: [[UInt8]] = [
        [0], [1, 0, 0, 0, 0, 0, 0, 0, 9], [0] + [UInt8](repeating: 3, count: 16),
        [2] + [UInt8](repeating: 1, count: 32), [255] + [UInt8](repeating: 1, count: 40),
        Array("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA".utf8), Array("Zm9v_-8".utf8),
    ]
}
