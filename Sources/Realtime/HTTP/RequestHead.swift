/// A request head as bytes with marks: target first, then each field's name and value.
struct RequestHead {
    /// Where a field's name and value stand in `bytes`.
    struct Field {
        var name: Range<Int>
        var value: Range<Int>
    }

    var bytes: [UInt8] = []
    var targetEnd = 0
    var pathEnd = 0
    var fields: [Field] = []
    /// 0 for HTTP/1.0, 1 for HTTP/1.1.
    var minorVersion = 1
    var keepsAlive = true
    var expectsContinue = false
    /// The declared length; `nil` without content or with chunks.
    var contentLength: Int?
    var isChunked = false
    var wantsUpgrade = false

    var path: Range<Int> { 0..<pathEnd }
    var query: Range<Int> { min(pathEnd + 1, targetEnd)..<targetEnd }

    mutating func reset() {
        bytes.removeAll(keepingCapacity: true)
        fields.removeAll(keepingCapacity: true)
        (targetEnd, pathEnd, minorVersion) = (0, 0, 1)
        (keepsAlive, expectsContinue, isChunked, wantsUpgrade) = (true, false, false, false)
        contentLength = nil
    }

    func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

    /// The value of a field by its lower-case name; values of a repeated one joined by `, `.
    func field(_ name: StaticString) -> String? {
        var joined: String?
        for field in fields where matches(field.name, name) {
            guard bytes[field.value].allSatisfy({ $0 < 0x80 }) else { return nil }
            let value = text(field.value)
            joined = joined.map { "\($0), \(value)" } ?? value
        }
        return joined
    }

    /// Whether the bytes equal a lower-case ASCII word, letters' case aside.
    func matches(_ range: Range<Int>, _ word: StaticString) -> Bool {
        guard range.count == word.utf8CodeUnitCount else { return false }
        return word.withUTF8Buffer { word in
            for index in 0..<word.count {
                let byte = bytes[range.lowerBound + index]
                let lower = byte >= 65 && byte <= 90 ? byte | 0x20 : byte
                if unsafe lower != word[index] { return false }
            }
            return true
        }
    }
}

/// Percent-encoding (RFC 3986 §2.1), as far as a server reads it.
enum PercentEncoding {
    /// The decoded text; `nil` for a broken escape, an encoded NUL, or bytes that are not UTF-8.
    static func decode(_ bytes: ArraySlice<UInt8>, plusIsSpace: Bool) -> String? {
        var decoded: [UInt8] = []
        decoded.reserveCapacity(bytes.count)
        var index = bytes.startIndex
        while index < bytes.endIndex {
            switch bytes[index] {
            case UInt8(ascii: "%"):
                guard bytes.endIndex - index > 2, let high = hexValue(bytes[index + 1]),
                    let low = hexValue(bytes[index + 2]), high | low != 0
                else { return nil }
                decoded.append(high << 4 | low)
                index += 3
            case UInt8(ascii: "+") where plusIsSpace:
                decoded.append(UInt8(ascii: " "))
                index += 1
            case let byte:
                decoded.append(byte)
                index += 1
            }
        }
        return String(validating: decoded, as: UTF8.self)
    }

    private static func hexValue(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
