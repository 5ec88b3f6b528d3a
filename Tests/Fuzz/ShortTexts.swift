import Glibc
import Platform

@testable import Realtime
@testable import Social

/// Short texts out of addresses, fields and bodies: what is read is written the same way again.
enum ShortTexts: FuzzTarget {
    static let name = "text"

    static func check(_ bytes: [UInt8]) throws(Disagreement) {
        let text = String(decoding: bytes, as: UTF8.self)
        try identifier(text)
        try instant(text)
        try phone(text)
        try percent(bytes)
        try range(text)
        _ = Language(accepting: text)
        _ = ETag(version: 7).isListed(in: text)
        if let token = SessionToken(text) {
            try expect(token.description != text || text.isEmpty, "a token prints itself")
        }
    }

    private static func identifier(_ text: String) throws(Disagreement) {
        guard let uuid = UUID(text) else { return }
        try expect(uuid.description == text.lowercased(), "\(text) reads as \(uuid)")
        try expect(UUID(uuid.description) == uuid, "\(uuid) does not read back")
    }

    /// The C library's calendar counts the same seconds.
    private static func instant(_ text: String) throws(Disagreement) {
        guard let instant = Instant(text) else { return }
        try expect(Instant(instant.description) == instant, "\(text) is written \(instant)")
        let digits = Array(text.utf8)
        let number = { (range: Range<Int>) in
            digits[range].reduce(0) { $0 * 10 + Int32($1 - 0x30) }
        }
        var parts = unsafe tm()
        unsafe parts.tm_year = number(0..<4) - 1900
        unsafe parts.tm_mon = number(5..<7) - 1
        unsafe parts.tm_mday = number(8..<10)
        unsafe parts.tm_hour = number(11..<13)
        unsafe parts.tm_min = number(14..<16)
        unsafe parts.tm_sec = number(17..<19)
        var seconds = unsafe timegm(&parts)
        if let sign = digits.dropFirst(19).first(where: { $0 == 0x2B || $0 == 0x2D }) {
            let count = digits.count
            let offset = Int(number(count - 5..<count - 3) * 60 + number(count - 2..<count)) * 60
            seconds -= sign == 0x2B ? offset : -offset
        }
        let whole =
            (instant.microseconds - (instant.microseconds % 1_000_000 + 1_000_000) % 1_000_000)
        try expect(
            whole / 1_000_000 == seconds, "\(text) is \(instant), by the C library \(seconds)")
    }

    private static func phone(_ text: String) throws(Disagreement) {
        guard let phone = PhoneNumber(text) else { return }
        let digits = phone.e164.utf8.dropFirst()
        try expect(
            phone.e164.hasPrefix("+") && (8...15).contains(digits.count)
                && digits.first != 0x30 && digits.allSatisfy { (0x30...0x39).contains($0) },
            "\(text) reads as \(phone.e164)")
        try expect(PhoneNumber(phone.e164) == phone, "\(phone.e164) does not read back")
        try expect(!"\(phone)".contains(phone.e164.dropFirst()), "a phone number prints itself")
    }

    private static func percent(_ bytes: [UInt8]) throws(Disagreement) {
        guard let text = PercentEncoding.decode(bytes[...], plusIsSpace: false) else { return }
        let encoded = text.utf8.flatMap { byte -> [UInt8] in
            [0x25] + Array(Hex.encoded([byte]).utf8)
        }
        let again = PercentEncoding.decode(encoded[...], plusIsSpace: true)
        try expect(
            again.map { $0.utf8.elementsEqual(text.utf8) } == true || bytes.contains(0),
            "\(text) does not read back")
    }

    private static func range(_ text: String) throws(Disagreement) {
        for length in [0, 1, 100] {
            guard case .part(let part) = ByteRange(text, length: length) else { continue }
            try expect(
                !part.isEmpty && part.lowerBound >= 0 && part.upperBound <= length,
                "\(part) of \(length) bytes")
        }
    }

    static let seeds = [
        "019a3f2c-7b1e-7c3d-9a4b-0123456789ab", "2026-09-01T08:00:00Z",
        "0001-01-01t00:00:00.000001+00:01", "9999-12-31T23:59:59.999999-23:59",
        "2024-02-29T12:30:45.5+08:00", "138 1234 5678", "+86-138-1234-5678",
        "（00 44）20 7946 0958", "８６１３８１２３４５６７８", "%E9%82%BB+%2f", "bytes=0-9", "bytes=-5",
        "en-GB;q=0.8, zh;q=0.9, *", "W/\"7\", \"8\"", "*",
    ].map { Array($0.utf8) }
}
