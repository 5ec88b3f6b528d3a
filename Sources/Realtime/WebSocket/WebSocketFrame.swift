/// Whole frames as a server writes them: not masked, never fragmented (RFC 6455 §5).
///
/// One encoded frame may be shared by any number of sessions.
package enum WebSocketFrame {
    /// What a frame carries (RFC 6455 §11.8).
    package enum Opcode: UInt8, Sendable, Hashable {
        case text = 0x1
        case binary = 0x2
        case close = 0x8
        case ping = 0x9
        case pong = 0xA
    }

    /// Longest payload of a control frame (RFC 6455 §5.5).
    package static let controlBytesMax = 125

    /// A text frame; `utf8` must be UTF-8, or the client will end the connection with 1007.
    package static func encodeText(_ utf8: [UInt8]) -> [UInt8] { encode(.text, utf8) }

    /// One frame of any kind; a control frame's payload has at most `controlBytesMax` bytes.
    package static func encode(_ opcode: Opcode, _ payload: [UInt8]) -> [UInt8] {
        precondition(
            opcode.rawValue < Opcode.close.rawValue || payload.count <= controlBytesMax,
            "a control frame is short")
        var frame: [UInt8] = []
        frame.reserveCapacity(payload.count + 10)
        frame.append(0x80 | opcode.rawValue)
        switch payload.count {
        case ..<126: frame.append(UInt8(payload.count))
        case ...0xFFFF:
            frame.append(126)
            append(payload.count, byteCount: 2, to: &frame)
        default:
            frame.append(127)
            append(payload.count, byteCount: 8, to: &frame)
        }
        frame.append(contentsOf: payload)
        return frame
    }

    /// A close frame with its code and a reason cut to fit at a character's end.
    package static func encodeClose(_ code: WebSocketCloseCode, reason: String = "") -> [UInt8] {
        var payload = [UInt8(code.rawValue >> 8), UInt8(code.rawValue & 0xFF)]
        for character in reason.unicodeScalars {
            let bytes = UTF8.encode(character).map(Array.init) ?? []
            guard payload.count + bytes.count <= controlBytesMax else { break }
            payload.append(contentsOf: bytes)
        }
        return encode(.close, payload)
    }

    private static func append(_ count: Int, byteCount: Int, to frame: inout [UInt8]) {
        for shift in (0..<byteCount).reversed() {
            frame.append(UInt8(truncatingIfNeeded: count >> (shift * 8)))
        }
    }
}

/// Why a WebSocket ends (RFC 6455 §7.4; 4000 to 4999 are ours).
package struct WebSocketCloseCode: RawRepresentable, Sendable, Hashable {
    package let rawValue: UInt16
    /// A code which may stand in a close frame; nil for all others.
    package init?(rawValue: UInt16) {
        guard Self.isSendable(rawValue) else { return nil }
        self.rawValue = rawValue
    }

    private init(known rawValue: UInt16) { self.rawValue = rawValue }

    /// Done: the purpose has been served.
    package static let normal = WebSocketCloseCode(known: 1000)
    /// The server stops, or the page is left.
    package static let goingAway = WebSocketCloseCode(known: 1001)
    /// The peer broke the framing.
    package static let protocolError = WebSocketCloseCode(known: 1002)
    /// A kind of message that this endpoint does not take.
    package static let unsupportedData = WebSocketCloseCode(known: 1003)
    /// Text that is not UTF-8.
    package static let invalidPayload = WebSocketCloseCode(known: 1007)
    /// Not allowed, for a reason with no code of its own.
    package static let policyViolation = WebSocketCloseCode(known: 1008)
    /// A message longer than the limit.
    package static let messageTooBig = WebSocketCloseCode(known: 1009)
    /// The server failed.
    package static let internalError = WebSocketCloseCode(known: 1011)
    /// The server restarts: connect again after a while (IANA registry).
    package static let serviceRestart = WebSocketCloseCode(known: 1012)
    /// What the connection was opened with holds no longer: sign in before connecting again.
    package static let credentialEnded = WebSocketCloseCode(known: 4001)
    /// The client could not keep up: connect again and resume from the last event it has.
    package static let resume = WebSocketCloseCode(known: 4008)

    /// RFC 6455 §7.4.1 and §7.4.2, with 1012 to 1014 of the IANA registry.
    private static func isSendable(_ code: UInt16) -> Bool {
        switch code {
        case 1000...1003, 1007...1014, 3000...4999: true
        default: false
        }
    }
}
