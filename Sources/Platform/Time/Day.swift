package import Realtime

/// A day of the calendar, without a zone; years 1 to 9999.
package struct Day: Sendable, Hashable, Comparable {
    /// Days since 1970-01-01.
    package let daysSinceEpoch: Int32

    /// A day by its number; clamped to years 1 to 9999.
    package init(daysSinceEpoch: Int32) {
        self.daysSinceEpoch = min(max(daysSinceEpoch, -719_162), 2_932_896)
    }

    /// Reads RFC 3339's full-date, such as `2026-09-01`.
    package init?(_ text: some StringProtocol) {
        var reader = DigitReader(text.utf8.prefix(11))
        guard let days = reader.day(), reader.isAtEnd else { return nil }
        daysSinceEpoch = Int32(days)
    }

    /// Whether the left one is earlier.
    package static func < (left: Day, right: Day) -> Bool {
        left.daysSinceEpoch < right.daysSinceEpoch
    }
}

extension Day: CustomStringConvertible, JSONWritable {
    /// For example `2026-09-01`.
    package var description: String {
        var bytes: [UInt8] = []
        TextForms.appendDay(Int(daysSinceEpoch), to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Writes an RFC 3339 full-date as a string.
    package func write(to json: inout JSONWriter) { json.string(description) }
}
