/// One message of an event stream (HTML Living Standard §9.2, `text/event-stream`).
package struct ServerSentEvent: Sendable, Hashable {
    /// What the client sends back as `Last-Event-ID` when it reconnects; no line ends or zeros.
    package var id: String?
    /// The event's name, of one line; without one a page hears it as `message`.
    package var name: String?
    /// The payload, of any number of lines; never empty, for browsers drop an empty one.
    package var payload: String

    /// Content type of the response that carries the stream.
    package static let contentType = "text/event-stream"
    /// How often a silent stream must say something, so that no proxy gives it up.
    package static let heartbeatInterval = Duration.seconds(15)
    /// A comment, which browsers ignore.
    package static let heartbeat: [UInt8] = Array(":\n\n".utf8)

    /// A message with its id and name.
    package init(id: String? = nil, name: String? = nil, payload: String) {
        precondition(Self.isOneLine(id ?? "") && Self.isOneLine(name ?? ""), "one line each")
        self.id = id
        self.name = name
        self.payload = payload
    }

    /// The message as it stands on the wire.
    package func encode() -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(payload.utf8.count + 64)
        if let id { Self.append("id", id.utf8, to: &bytes) }
        if let name { Self.append("event", name.utf8, to: &bytes) }
        let text = Array(payload.utf8)
        var start = 0
        var index = 0
        while index < text.count {
            let byte = text[index]
            guard byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") else {
                index += 1
                continue
            }
            Self.append("data", text[start..<index], to: &bytes)
            // CR LF is one end of line.
            let isPair =
                byte == UInt8(ascii: "\r") && index + 1 < text.count
                && text[index + 1] == UInt8(ascii: "\n")
            index += isPair ? 2 : 1
            start = index
        }
        Self.append("data", text[start...], to: &bytes)
        bytes.append(UInt8(ascii: "\n"))
        return bytes
    }

    /// Tells the client how long to wait before it connects again.
    package static func retry(after delay: Duration) -> [UInt8] {
        Array("retry: \(delay.wholeMilliseconds)\n\n".utf8)
    }

    private static func append(
        _ field: StaticString, _ value: some Sequence<UInt8>, to bytes: inout [UInt8]
    ) {
        bytes.append(contentsOf: field.description.utf8)
        bytes.append(UInt8(ascii: ":"))
        bytes.append(UInt8(ascii: " "))
        bytes.append(contentsOf: value)
        bytes.append(UInt8(ascii: "\n"))
    }

    private static func isOneLine(_ text: String) -> Bool {
        text.utf8.allSatisfy { $0 != 0x0A && $0 != 0x0D && $0 != 0 }
    }
}

/// Where a client that reconnects wants to resume, as it says in `Last-Event-ID`.
package enum LastEventID: Sendable, Hashable {
    /// It has seen nothing yet.
    case none
    /// It has seen everything up to this id.
    case resume(String)
    /// Repeated, too long, or with bytes that no id of ours has: 400.
    case invalid

    /// Longest id taken.
    package static let bytesMax = 256

    /// Reads the values of the request's `Last-Event-ID` lines; ids are visible ASCII.
    package init(values: [String]) {
        guard let value = values.first, values.count > 1 || !value.isEmpty else {
            self = .none
            return
        }
        let isSound =
            values.count == 1 && value.utf8.count <= Self.bytesMax
            && value.utf8.allSatisfy { (0x21...0x7E).contains($0) }
        self = isSound ? .resume(value) : .invalid
    }
}
