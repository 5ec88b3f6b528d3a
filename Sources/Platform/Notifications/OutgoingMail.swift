internal import Realtime

/// A message by e-mail, in words alone.
package struct OutgoingMail: Sendable {
    /// What it is known by, the same whenever it is handed over again.
    package var reference: String
    package var to: EmailAddress
    package var subject: String
    package var text: String
    /// When it was written.
    package var at: Instant

    /// A message to an address.
    package init(reference: String, to: EmailAddress, subject: String, text: String, at: Instant) {
        self.reference = reference
        self.to = to
        self.subject = subject
        self.text = text
        self.at = at
    }

    /// The message as it travels (RFC 5322, RFC 2045, RFC 2047): fields, an empty line, the text as
    /// Base64, so that no line of it means anything to a mail server.
    func message(from sender: EmailAddress) -> [UInt8] {
        let domain = sender.text.drop { $0 != "@" }.dropFirst()
        let date = HTTPDate.text(unixSeconds: at.microseconds / 1_000_000).dropLast(3)
        let fields = [
            "Date: \(date)+0000",
            "From: \(Self.encoded("邻里 Linli")) <\(sender.text)>",
            "To: <\(to.text)>",
            "Subject: \(Self.encoded(subject))",
            "Message-ID: <\(reference)@\(domain)>",
            // RFC 3834 §5: nobody's out-of-office note is an answer to this.
            "Auto-Submitted: auto-generated",
            "MIME-Version: 1.0",
            "Content-Type: text/plain; charset=utf-8",
            "Content-Transfer-Encoding: base64",
        ]
        let body = Base64.encoded(Array(text.utf8))
        return Array((fields.joined(separator: "\r\n") + "\r\n\r\n").utf8)
            + Array(Self.lines(body).joined(separator: "\r\n").utf8) + [13, 10]
    }

    /// Words of a field as encoded words in lines of at most 76 characters (RFC 2047 §2), cut between
    /// characters.
    private static func encoded(_ text: String) -> String {
        var words: [String] = []
        var bytes: [UInt8] = []
        for scalar in text.unicodeScalars where scalar.value >= 0x20 && scalar.value != 0x7F {
            let next = Array(String(scalar).utf8)
            if bytes.count + next.count > 39 {
                words.append("=?utf-8?B?\(Base64.encoded(bytes))?=")
                bytes = []
            }
            bytes += next
        }
        if !bytes.isEmpty { words.append("=?utf-8?B?\(Base64.encoded(bytes))?=") }
        return words.joined(separator: "\r\n ")
    }

    /// In lines of 76 characters (RFC 2045 §6.8).
    private static func lines(_ text: String) -> [Substring] {
        var lines: [Substring] = []
        var rest = text[...]
        while !rest.isEmpty {
            lines.append(rest.prefix(76))
            rest = rest.dropFirst(76)
        }
        return lines
    }
}
