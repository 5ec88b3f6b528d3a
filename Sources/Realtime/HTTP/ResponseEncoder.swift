/// Writes response heads and chunks as bytes (RFC 9112 §4, §6 and §7.1).
struct ResponseEncoder {
    /// What the connection knows and the handler does not.
    struct Framing {
        let isHead: Bool
        let minorVersion: Int
        let keepsAlive: Bool
        /// The `Date` line with its line break, made once a second.
        let dateLine: [UInt8]

        /// How to frame an answer; content of unknown length ends an HTTP/1.0 connection.
        init(_ response: Response, to request: Request, keepsAlive: Bool, dateLine: [UInt8]) {
            isHead = request.method == .head
            minorVersion = request.head.minorVersion
            self.dateLine = dateLine
            if case .stream = response.body, minorVersion == 0 {
                self.keepsAlive = false
            } else {
                self.keepsAlive = keepsAlive
            }
        }
    }

    /// Appends a whole response, or the head of a streamed one.
    static func append(_ response: Response, _ framing: Framing, to output: inout [UInt8]) {
        output.append(contentsOf: framing.minorVersion == 1 ? http11 : http10)
        append(response.status.code, to: &output)
        output.append(0x20)
        append(response.status.reason, to: &output)
        output.append(contentsOf: lineBreak)
        output.append(contentsOf: framing.dateLine)
        if let contentType = response.contentType {
            append("Content-Type: ", contentType, to: &output)
        }
        for field in response.fields {
            append(field.name, to: &output)
            output.append(contentsOf: colon)
            appendValue(field.value, to: &output)
        }
        if !framing.keepsAlive {
            output.append(contentsOf: connectionClose)
        } else if framing.minorVersion == 0 {
            output.append(contentsOf: connectionKeepAlive)
        }
        appendBody(response, framing, to: &output)
    }

    private static func appendBody(
        _ response: Response, _ framing: Framing, to output: inout [UInt8]
    ) {
        switch response.body {
        case .none, .webSocket:
            if !response.status.isBodiless { append("Content-Length: ", "0", to: &output) }
            output.append(contentsOf: lineBreak)
        case .bytes(let bytes):
            output.append(contentsOf: contentLength)
            append(bytes.count, to: &output)
            output.append(contentsOf: lineBreak)
            output.append(contentsOf: lineBreak)
            if !framing.isHead { output.append(contentsOf: bytes) }
        case .stream:
            if framing.minorVersion == 1 { output.append(contentsOf: chunked) }
            output.append(contentsOf: lineBreak)
        }
    }

    /// Appends one chunk; an empty one would end the content, and is left out.
    static func appendChunk(_ bytes: [UInt8], to output: inout [UInt8]) {
        guard !bytes.isEmpty else { return }
        append(String(bytes.count, radix: 16), to: &output)
        output.append(contentsOf: lineBreak)
        output.append(contentsOf: bytes)
        output.append(contentsOf: lineBreak)
    }

    /// The chunk that ends the content, without trailers.
    static let lastChunk = Array("0\r\n\r\n".utf8)
    /// Asks for the content (RFC 9110 §10.1.1).
    static let `continue` = Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)

    private static let http11 = Array("HTTP/1.1 ".utf8)
    private static let http10 = Array("HTTP/1.0 ".utf8)
    private static let colon = Array(": ".utf8)
    private static let lineBreak = Array("\r\n".utf8)
    private static let contentLength = Array("Content-Length: ".utf8)
    private static let chunked = Array("Transfer-Encoding: chunked\r\n".utf8)
    private static let connectionClose = Array("Connection: close\r\n".utf8)
    private static let connectionKeepAlive = Array("Connection: keep-alive\r\n".utf8)

    private static func append(_ name: String, _ value: String, to output: inout [UInt8]) {
        append(name, to: &output)
        append(value, to: &output)
        output.append(contentsOf: lineBreak)
    }

    private static func append(_ text: String, to output: inout [UInt8]) {
        let fast: Void? = unsafe text.utf8.withContiguousStorageIfAvailable {
            unsafe output.append(contentsOf: $0)
        }
        if fast == nil { output.append(contentsOf: text.utf8) }
    }

    /// A value cannot begin a new line or hide one: controls become spaces.
    private static func appendValue(_ value: String, to output: inout [UInt8]) {
        for byte in value.utf8 { output.append(byte < 0x20 || byte == 0x7F ? 0x20 : byte) }
        output.append(contentsOf: lineBreak)
    }

    private static func append(_ number: Int, to output: inout [UInt8]) {
        if number >= 10 { append(number / 10, to: &output) }
        output.append(UInt8(ascii: "0") + UInt8(number % 10))
    }
}

/// The `Date` field (RFC 9110 §5.6.7).
package enum HTTPDate {
    /// For example `Date: Sun, 06 Nov 1994 08:49:37 GMT` and a line break.
    static func line(unixSeconds: Int64) -> [UInt8] {
        Array("Date: \(text(unixSeconds: unixSeconds))\r\n".utf8)
    }

    /// An instant in the IMF-fixdate form; days before 1970 do not occur.
    package static func text(unixSeconds: Int64) -> String {
        let days = Int(unixSeconds / 86_400)
        let second = Int(unixSeconds % 86_400)
        let (year, month, day) = civil(days)
        let clock = [second / 3600, second / 60 % 60, second % 60].map(twoDigits)
        return "\(dayNames[days % 7]), \(twoDigits(day)) \(monthNames[month - 1]) \(year) "
            + "\(clock.joined(separator: ":")) GMT"
    }

    private static func twoDigits(_ number: Int) -> String {
        number < 10 ? "0\(number)" : "\(number)"
    }

    /// Days since 1970 as a Gregorian date (Howard Hinnant, `civil_from_days`).
    private static func civil(_ days: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }

    // 1 January 1970 was a Thursday.
    private static let dayNames = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    private static let monthNames = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
}

extension [UInt8] {
    /// Copies bytes that are only lent.
    mutating func append(_ bytes: RawSpan) {
        unsafe bytes.withUnsafeBytes { unsafe append(contentsOf: $0) }
    }
}
