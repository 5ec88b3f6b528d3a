package import Realtime

/// A time on the clock of the wall, to the minute and without a zone; years 1 to 9999.
///
/// What a series repeats: 19:00 stays 19:00 whatever the zone's offset is on that day.
package struct LocalTime: Sendable, Hashable, Comparable {
    /// Minutes since 1970-01-01T00:00.
    package let minutesSinceEpoch: Int64

    /// The minutes that can be said, years 1 to 9999.
    private static let range: ClosedRange<Int64> = (-719_162 * 1440)...(2_932_896 * 1440 + 1439)

    /// A time by its number; clamped to years 1 to 9999.
    package init(minutesSinceEpoch: Int64) {
        self.minutesSinceEpoch = min(
            max(minutesSinceEpoch, Self.range.lowerBound), Self.range.upperBound)
    }

    /// This minute of a day, from 0; clamped to 0 to 1439.
    package init(_ day: Day, minuteOfDay: Int) {
        minutesSinceEpoch = Int64(day.daysSinceEpoch) * 1440 + Int64(min(max(minuteOfDay, 0), 1439))
    }

    /// Reads `2026-09-01T19:00`, and nothing else: no seconds, no offset.
    package init?(_ text: some StringProtocol) {
        var reader = DigitReader(text.utf8.prefix(17))
        guard let days = reader.day(), reader.takes("T"),
            let hour = reader.number(digits: 2, upTo: 23), reader.takes(":"),
            let minute = reader.number(digits: 2, upTo: 59), reader.isAtEnd
        else { return nil }
        minutesSinceEpoch = Int64(days * 1440 + hour * 60 + minute)
    }

    /// The day.
    package var day: Day {
        Day(daysSinceEpoch: Int32((minutesSinceEpoch - Int64(minuteOfDay)) / 1440))
    }

    /// The minute of the day, 0 to 1439.
    package var minuteOfDay: Int { Int(((minutesSinceEpoch % 1440) + 1440) % 1440) }

    /// Whether the left one is earlier.
    package static func < (left: LocalTime, right: LocalTime) -> Bool {
        left.minutesSinceEpoch < right.minutesSinceEpoch
    }

    /// The time so many minutes later on a wall whose clock is never changed.
    package func adding(minutes: Int) -> LocalTime {
        let (sum, overflow) = minutesSinceEpoch.addingReportingOverflow(Int64(minutes))
        return LocalTime(minutesSinceEpoch: overflow ? (minutes < 0 ? .min : .max) : sum)
    }
}

extension LocalTime: CustomStringConvertible, JSONWritable {
    /// For example `2026-09-01T19:00`.
    package var description: String {
        var bytes = Array("\(day)T".utf8)
        TextForms.appendPadded(minuteOfDay / 60, width: 2, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        TextForms.appendPadded(minuteOfDay % 60, width: 2, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Writes `2026-09-01T19:00` as a string.
    package func write(to json: inout JSONWriter) { json.string(description) }
}

/// A day of the week; its number is ISO 8601's, Monday 1 to Sunday 7.
package enum Weekday: Int, Sendable, Hashable, CaseIterable, Comparable {
    case monday = 1
    case tuesday, wednesday, thursday, friday, saturday, sunday

    /// Whether it is Saturday or Sunday.
    package var isWeekend: Bool { self >= .saturday }

    /// In the order of the week from Monday.
    package static func < (left: Weekday, right: Weekday) -> Bool { left.rawValue < right.rawValue }
}

extension Day {
    /// Day 0, 1970-01-01, was a Thursday.
    package var weekday: Weekday {
        Weekday(rawValue: ((Int(daysSinceEpoch) + 3) % 7 + 7) % 7 + 1) ?? .monday
    }

    /// Year, month from 1 and day of the month from 1.
    package var civil: (year: Int, month: Int, day: Int) {
        TextForms.civil(daysSinceEpoch: Int(daysSinceEpoch))
    }

    /// The day with this date; nil if there is none, such as 30 February.
    package init?(year: Int, month: Int, day: Int) {
        guard (1...9999).contains(year), (1...12).contains(month), (1...31).contains(day)
        else { return nil }
        let days = TextForms.daysSinceEpoch(year: year, month: month, day: day)
        guard TextForms.civil(daysSinceEpoch: days) == (year, month, day) else { return nil }
        self.init(daysSinceEpoch: Int32(days))
    }

    /// The day so many days later; stops at the ends of years 1 and 9999.
    package func adding(days: Int) -> Day {
        let sum = Int(daysSinceEpoch) + min(max(days, -4_000_000), 4_000_000)
        return Day(daysSinceEpoch: Int32(sum))
    }
}
