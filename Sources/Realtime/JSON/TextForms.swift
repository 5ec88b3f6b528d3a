/// Text of numbers, UUIDs and instants, appended to bytes without a string between.
package enum TextForms {
    /// The first microsecond of year 1, and the last of year 9999: what RFC 3339 can say.
    package static let instantMicroseconds: ClosedRange<Int64> =
        -62_135_596_800_000_000...253_402_300_799_999_999

    /// Appends decimal digits.
    package static func appendDigits(_ number: UInt64, to bytes: inout [UInt8]) {
        guard number >= 10 else { return bytes.append(0x30 + UInt8(number)) }
        let start = bytes.count
        var rest = number
        while rest > 0 {
            bytes.append(0x30 + UInt8(truncatingIfNeeded: rest % 10))
            rest /= 10
        }
        var (left, right) = (start, bytes.count - 1)
        while left < right {
            bytes.swapAt(left, right)
            left += 1
            right -= 1
        }
    }

    /// Appends a number with leading zeros, `width` digits long.
    package static func appendPadded(_ number: Int, width: Int, to bytes: inout [UInt8]) {
        var divisor = 1
        for _ in 1..<width { divisor *= 10 }
        while divisor > 0 {
            bytes.append(0x30 + UInt8(truncatingIfNeeded: number / divisor % 10))
            divisor /= 10
        }
    }

    /// Appends a UUID as RFC 9562 §4 writes it, in lower case.
    package static func appendUUID(high: UInt64, low: UInt64, to bytes: inout [UInt8]) {
        for index in 0..<16 {
            if index == 4 || index == 6 || index == 8 || index == 10 {
                bytes.append(UInt8(ascii: "-"))
            }
            let half = index < 8 ? high : low
            let byte = UInt8(truncatingIfNeeded: half >> UInt64(56 - 8 * (index & 7)))
            bytes.append(hexDigit(byte >> 4))
            bytes.append(hexDigit(byte & 15))
        }
    }

    /// Appends an instant as RFC 3339 §5.6 writes it, in UTC.
    ///
    /// Microseconds since 1970, clamped to `instantMicroseconds`; the fraction has none, three or
    /// six digits.
    package static func appendInstant(microseconds: Int64, to bytes: inout [UInt8]) {
        let range = instantMicroseconds
        let clamped = min(max(microseconds, range.lowerBound), range.upperBound)
        let (days, inDay) = floorDivide(clamped, by: 86_400_000_000)
        appendDay(Int(days), to: &bytes)
        let seconds = Int(inDay / 1_000_000)
        let fraction = Int(inDay % 1_000_000)
        bytes.append(UInt8(ascii: "T"))
        appendPadded(seconds / 3600, width: 2, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        appendPadded(seconds / 60 % 60, width: 2, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        appendPadded(seconds % 60, width: 2, to: &bytes)
        if fraction != 0 {
            bytes.append(UInt8(ascii: "."))
            if fraction % 1000 == 0 {
                appendPadded(fraction / 1000, width: 3, to: &bytes)
            } else {
                appendPadded(fraction, width: 6, to: &bytes)
            }
        }
        bytes.append(UInt8(ascii: "Z"))
    }

    /// Appends a day as RFC 3339 writes a full-date.
    ///
    /// Days since 1970-01-01 of the proleptic Gregorian calendar; years 1 to 9999.
    package static func appendDay(_ daysSinceEpoch: Int, to bytes: inout [UInt8]) {
        let (year, month, day) = civil(daysSinceEpoch: daysSinceEpoch)
        appendPadded(year, width: 4, to: &bytes)
        bytes.append(UInt8(ascii: "-"))
        appendPadded(month, width: 2, to: &bytes)
        bytes.append(UInt8(ascii: "-"))
        appendPadded(day, width: 2, to: &bytes)
    }

    /// Year, month and day of a day number.
    ///
    /// H. Hinnant, "chrono-Compatible Low-Level Date Algorithms", `civil_from_days`.
    package static func civil(daysSinceEpoch: Int) -> (year: Int, month: Int, day: Int) {
        let (era, dayOfEra) = floorDivide(Int64(daysSinceEpoch) + 719_468, by: 146_097)
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shifted + 2) / 5 + 1
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (Int(year), Int(month), Int(day))
    }

    /// Day number of a year, month and day; the inverse of `civil`.
    package static func daysSinceEpoch(year: Int, month: Int, day: Int) -> Int {
        let shiftedYear = month <= 2 ? year - 1 : year
        let (era, yearOfEra) = floorDivide(Int64(shiftedYear), by: 400)
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = Int(yearOfEra) * 365 + Int(yearOfEra) / 4 - Int(yearOfEra) / 100 + dayOfYear
        return Int(era) * 146_097 + dayOfEra - 719_468
    }

    /// A hexadecimal digit in lower case.
    package static func hexDigit(_ nibble: UInt8) -> UInt8 {
        nibble < 10 ? 0x30 + nibble : 0x57 + nibble
    }

    private static func floorDivide(_ number: Int64, by divisor: Int64) -> (Int64, Int64) {
        let (quotient, remainder) = number.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
