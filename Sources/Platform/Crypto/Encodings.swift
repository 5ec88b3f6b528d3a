/// Base64 (RFC 4648 §4 and §5), for keys, tokens and cursors.
package enum Base64 {
    /// The standard alphabet, padded.
    package static func encoded(_ bytes: [UInt8]) -> String {
        encoded(bytes, alphabet: standard, isPadded: true)
    }

    /// The alphabet for addresses and file names, without padding.
    package static func urlEncoded(_ bytes: [UInt8]) -> String {
        encoded(bytes, alphabet: url, isPadded: false)
    }

    /// The bytes of `urlEncoded`; nil where it is anything but its one canonical spelling.
    package static func urlDecoded(_ text: some StringProtocol) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count * 3 / 4)
        var waiting: UInt32 = 0
        var waitingBits = 0
        for character in text.utf8 {
            guard let value = urlValue(character) else { return nil }
            waiting = waiting << 6 | value
            waitingBits += 6
            if waitingBits >= 8 {
                waitingBits -= 8
                bytes.append(UInt8(truncatingIfNeeded: waiting >> UInt32(waitingBits)))
                waiting &= 1 << UInt32(waitingBits) - 1
            }
        }
        return waiting == 0 && waitingBits < 6 ? bytes : nil
    }

    private static let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    private static let standard = Array((letters + "+/").utf8)
    private static let url = Array((letters + "-_").utf8)

    private static func urlValue(_ character: UInt8) -> UInt32? {
        switch character {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(character - UInt8(ascii: "A"))
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(character - UInt8(ascii: "a")) + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(character - UInt8(ascii: "0")) + 52
        case UInt8(ascii: "-"): 62
        case UInt8(ascii: "_"): 63
        default: nil
        }
    }

    private static func encoded(_ bytes: [UInt8], alphabet: [UInt8], isPadded: Bool) -> String {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let bits =
                group.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } << UInt32(8 * (3 - group.count))
            for place in 0...group.count {
                text.append(alphabet[Int(bits >> UInt32(18 - 6 * place) & 63)])
            }
            if isPadded {
                text += [UInt8](repeating: UInt8(ascii: "="), count: 3 - group.count)
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}

/// Lower-case hexadecimal.
package enum Hex {
    /// Two digits a byte.
    package static func encoded(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        let text = bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
        return String(decoding: text, as: UTF8.self)
    }

    /// The bytes; nil where a digit is missing or is none.
    package static func decoded(_ text: some StringProtocol) -> [UInt8]? {
        let values = text.utf8.map(value)
        guard values.count.isMultiple(of: 2), !values.contains(nil) else { return nil }
        let digits = values.compactMap(\.self)
        return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }

    private static func value(_ character: UInt8) -> UInt8? {
        switch character {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): character - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): character - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}

/// Percent-encoding of what stands in a URL or a form (RFC 3986 §2.3).
package enum PercentEncoder {
    /// The text with everything but unreserved characters encoded.
    package static func encode(_ text: String) -> String {
        var encoded = ""
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E:
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                encoded += "%" + Hex.encoded([byte]).uppercased()
            }
        }
        return encoded
    }
}
