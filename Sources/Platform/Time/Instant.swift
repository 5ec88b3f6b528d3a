package import Realtime

/// A moment, in whole microseconds since 1970-01-01T00:00:00Z; leap seconds do not count.
///
/// What RFC 3339 can say, years 1 to 9999; arithmetic past either end stays at the end.
package struct Instant: Sendable, Hashable, Comparable {
    /// Microseconds since 1970-01-01T00:00:00Z.
    package let microseconds: Int64

    /// The first instant of year 1.
    package static let earliest = Instant(microseconds: .min)
    /// The last microsecond of year 9999.
    package static let latest = Instant(microseconds: .max)
    /// 1970-01-01T00:00:00Z.
    package static let epoch = Instant(microseconds: 0)

    /// An instant by its number; clamped to years 1 to 9999.
    package init(microseconds: Int64) {
        let range = TextForms.instantMicroseconds
        self.microseconds = min(max(microseconds, range.lowerBound), range.upperBound)
    }

    /// Reads RFC 3339 §5.6: `2026-09-01T08:00:00Z`, `…T08:00:00.123456+08:00`.
    ///
    /// Refuses more than six digits of fraction, leap seconds, days that the month lacks and an
    /// offset of a day or more.
    package init?(_ text: some StringProtocol) {
        var reader = DigitReader(text.utf8.prefix(40))
        guard let days = reader.day(), reader.takes("T", "t"),
            let hour = reader.number(digits: 2, upTo: 23), reader.takes(":"),
            let minute = reader.number(digits: 2, upTo: 59), reader.takes(":"),
            let second = reader.number(digits: 2, upTo: 59),
            let fraction = reader.fraction(), let offset = reader.offsetMinutes(), reader.isAtEnd
        else { return nil }
        let seconds = days * 86400 + hour * 3600 + minute * 60 + second - offset * 60
        let microseconds = Int64(seconds) * 1_000_000 + Int64(fraction)
        guard TextForms.instantMicroseconds.contains(microseconds) else { return nil }
        self.microseconds = microseconds
    }

    /// Whether the left one is earlier.
    package static func < (left: Instant, right: Instant) -> Bool {
        left.microseconds < right.microseconds
    }

    /// The instant this much later.
    package static func + (instant: Instant, duration: Duration) -> Instant {
        let (sum, overflow) = instant.microseconds.addingReportingOverflow(
            duration.wholeMicroseconds)
        guard overflow else { return Instant(microseconds: sum) }
        return duration < .zero ? .earliest : .latest
    }

    /// The instant this much earlier.
    package static func - (instant: Instant, duration: Duration) -> Instant {
        instant + (.zero - duration)
    }

    /// The time from the right one to the left one.
    package static func - (left: Instant, right: Instant) -> Duration {
        .microseconds(left.microseconds - right.microseconds)
    }
}

extension Instant: CustomStringConvertible, JSONWritable {
    /// RFC 3339 in UTC, with no, three or six digits of fraction.
    package var description: String {
        var bytes: [UInt8] = []
        TextForms.appendInstant(microseconds: microseconds, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Writes an RFC 3339 string.
    package func write(to json: inout JSONWriter) { json.instant(microseconds: microseconds) }
}

extension Duration {
    /// Microseconds, cut towards zero; durations past Int64's end stay at it.
    package var wholeMicroseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
        guard !overflow else { return seconds < 0 ? .min : .max }
        let (sum, overflows) = product.addingReportingOverflow(attoseconds / 1_000_000_000_000)
        guard overflows else { return sum }
        return seconds < 0 ? .min : .max
    }
}

/// Reads fixed-width digits of RFC 3339 from left to right.
struct DigitReader {
    private var bytes: [UInt8]
    private var index = 0

    init(_ bytes: some Sequence<UInt8>) { self.bytes = Array(bytes) }

    var isAtEnd: Bool { index == bytes.count }

    /// Takes the next byte if it is one of these.
    mutating func takes(_ choices: Unicode.Scalar...) -> Bool {
        guard index < bytes.count, choices.contains(Unicode.Scalar(bytes[index])) else {
            return false
        }
        index += 1
        return true
    }

    mutating func number(digits: Int, from low: Int = 0, upTo high: Int) -> Int? {
        guard index + digits <= bytes.count else { return nil }
        var number = 0
        for byte in bytes[index..<(index + digits)] {
            guard (0x30...0x39).contains(byte) else { return nil }
            number = number * 10 + Int(byte - 0x30)
        }
        index += digits
        return (low...high).contains(number) ? number : nil
    }

    /// Days since 1970 of a full-date, checked against the month's length.
    mutating func day() -> Int? {
        guard let year = number(digits: 4, from: 1, upTo: 9999), takes("-"),
            let month = number(digits: 2, from: 1, upTo: 12), takes("-"),
            let day = number(digits: 2, from: 1, upTo: 31)
        else { return nil }
        let days = TextForms.daysSinceEpoch(year: year, month: month, day: day)
        return TextForms.civil(daysSinceEpoch: days) == (year, month, day) ? days : nil
    }

    /// Microseconds of an optional fraction.
    mutating func fraction() -> Int? {
        guard takes(".") else { return 0 }
        var (value, digits) = (0, 0)
        while index < bytes.count, (0x30...0x39).contains(bytes[index]) {
            value = value * 10 + Int(bytes[index] - 0x30)
            digits += 1
            index += 1
            guard digits <= 6 else { return nil }
        }
        guard digits > 0 else { return nil }
        for _ in digits..<6 { value *= 10 }
        return value
    }

    /// Minutes east of UTC.
    mutating func offsetMinutes() -> Int? {
        if takes("Z", "z") { return 0 }
        let isEast = takes("+")
        guard isEast || takes("-"), let hours = number(digits: 2, upTo: 23), takes(":"),
            let minutes = number(digits: 2, upTo: 59)
        else { return nil }
        return isEast ? hours * 60 + minutes : -(hours * 60 + minutes)
    }
}
