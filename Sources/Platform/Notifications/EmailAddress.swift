/// A mailbox of e-mail (RFC 5321 §4.1.2) in its common form: a dot-string, `@`, a domain of names.
///
/// It is personal: it never prints itself.
package struct EmailAddress: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
    /// The address, its domain in lower case; for a mail server and for sealing alone.
    package let text: String

    /// Longest address, in bytes (RFC 5321 §4.5.3.1.3 less the brackets).
    package static let bytesMax = 254

    /// Reads an address as people type it; nil when it is none.
    package init?(_ typed: some StringProtocol) {
        let trimmed = typed.drop { $0 == " " }
        let end = trimmed.lastIndex { $0 != " " }.map { trimmed.index(after: $0) }
        let address = trimmed[..<(end ?? trimmed.startIndex)]
        let parts = address.split(separator: "@", omittingEmptySubsequences: false)
        guard address.utf8.count <= Self.bytesMax, parts.count == 2,
            (1...64).contains(parts[0].utf8.count),
            parts[0].split(separator: ".", omittingEmptySubsequences: false).allSatisfy({
                !$0.isEmpty && $0.utf8.allSatisfy(Self.isAtomByte)
            })
        else { return nil }
        let labels = parts[1].split(separator: ".", omittingEmptySubsequences: false)
        guard labels.count >= 2,
            labels.allSatisfy({
                (1...63).contains($0.utf8.count) && $0.first != "-" && $0.last != "-"
                    && $0.utf8.allSatisfy(Self.isLabelByte)
            }),
            labels.last?.contains(where: { !$0.isNumber }) == true
        else { return nil }
        text = parts[0] + "@" + parts[1].lowercased()
    }

    /// What of it may be shown where somebody might look over a shoulder.
    package var masked: String {
        let (name, domain) = (text.prefix { $0 != "@" }, text.drop { $0 != "@" })
        return "\(name.prefix(1))***\(domain)"
    }

    package var description: String { "an e-mail address" }
    package var customMirror: Mirror { Mirror(self, children: []) }

    private static func isLabelByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    /// `atext` (RFC 5322 §3.2.3).
    private static func isAtomByte(_ byte: UInt8) -> Bool {
        isLabelByte(byte) || "!#$%&'*+/=?^_`{|}~".utf8.contains(byte)
    }
}
