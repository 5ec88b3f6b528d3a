/// A code that proves a new device: sixty bits, as twelve characters of Crockford's base 32 in three
/// groups (https://www.crockford.com/base32.html).
///
/// It is a secret: it never prints itself but by `text`.
package struct DeviceCode: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
    /// How many characters it has, without the hyphens.
    static let characterCount = 12
    private static let groupCount = 4
    private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)

    /// The characters, upper case, without hyphens.
    let bytes: [UInt8]

    /// A fresh code.
    package static func random() -> DeviceCode {
        DeviceCode(SecureRandom.bytes(characterCount).map { alphabet[Int($0 & 31)] })
    }

    /// Reads a code as people type it: in either case, hyphens and spaces anywhere, O for 0, I or L
    /// for 1; `nil` when it has not the form of one.
    package init?(_ text: some StringProtocol) {
        guard text.utf8.count <= 40 else { return nil }
        var bytes: [UInt8] = []
        for byte in String(text).uppercased().utf8 {
            switch byte {
            case UInt8(ascii: "-"), UInt8(ascii: " "): continue
            case UInt8(ascii: "O"): bytes.append(UInt8(ascii: "0"))
            case UInt8(ascii: "I"), UInt8(ascii: "L"): bytes.append(UInt8(ascii: "1"))
            default:
                guard Self.alphabet.contains(byte) else { return nil }
                bytes.append(byte)
            }
        }
        guard bytes.count == Self.characterCount else { return nil }
        self.init(bytes)
    }

    private init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The code as it is printed, such as `7Q2M-K0XZ-4TRB`.
    package var text: String {
        stride(from: 0, to: bytes.count, by: Self.groupCount)
            .map { String(decoding: bytes[$0..<$0 + Self.groupCount], as: UTF8.self) }
            .joined(separator: "-")
    }

    package var description: String { "a device's code" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
