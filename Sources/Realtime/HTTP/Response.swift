/// What a handler answers.
package struct Response {
    /// A field that the handler adds; framing, date and connection are the server's.
    package struct Field {
        package var name: String
        package var value: String
    }

    /// The content, and how it comes.
    package enum Body {
        /// Nothing.
        case none
        /// All of it at once.
        case bytes([UInt8])
        /// As it is made, chunked; the closure ends the content by returning, and the
        /// connection, too, by throwing.
        case stream((BodyWriter, isolated Shard) async throws -> Void)
        /// None: after a good handshake the connection speaks WebSocket.
        case webSocket(WebSocketService)

        /// Whether it is all there.
        var isWhole: Bool {
            switch self {
            case .none, .bytes: true
            case .stream, .webSocket: false
            }
        }
    }

    /// The outcome.
    package var status: Status
    /// Fields besides those that the server adds.
    package var fields: [Field] = []
    /// The media type of the content.
    package var contentType: String?
    /// The content.
    package var body: Body
    /// Whether the connection is closed after it.
    package var closesConnection = false

    /// An answer without content.
    package init(_ status: Status) {
        self.status = status
        body = .none
    }

    /// An answer with content.
    package init(_ status: Status, _ contentType: String, _ bytes: [UInt8]) {
        self.status = status
        self.contentType = contentType
        body = .bytes(bytes)
    }

    /// An answer with text.
    package init(_ status: Status, text: String) {
        self.init(status, "text/plain; charset=utf-8", Array(text.utf8))
    }

    /// An answer whose content is made as it is sent.
    package init(
        _ status: Status, _ contentType: String,
        stream: @escaping (BodyWriter, isolated Shard) async throws -> Void
    ) {
        self.status = status
        self.contentType = contentType
        body = .stream(stream)
    }

    /// Adds a field; line breaks and other controls in its value become spaces.
    package mutating func add(_ name: String, _ value: String) {
        fields.append(Field(name: name, value: value))
    }

    /// The same answer with one more field.
    package func adding(_ name: String, _ value: String) -> Response {
        var response = self
        response.add(name, value)
        return response
    }
}
