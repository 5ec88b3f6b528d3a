/// A frame as a client writes it, and as it must not.
package struct ClientFrame: Sendable {
    /// What it carries.
    package var opcode: UInt8
    /// The content, unmasked.
    package var payload: [UInt8] = []
    /// Whether the message ends with it.
    package var isFinal = true
    /// The three reserved bits.
    package var reserved: UInt8 = 0
    /// Whether it is masked, as a client must.
    package var isMasked = true
    /// Bytes of extended length (0, 2 or 8); nil for the shortest, which RFC 6455 §5.2 demands.
    package var lengthBytes: Int?

    /// A frame as it should be, unless something is set otherwise.
    package init(
        opcode: UInt8, payload: [UInt8] = [], isFinal: Bool = true, reserved: UInt8 = 0,
        isMasked: Bool = true, lengthBytes: Int? = nil
    ) {
        self.opcode = opcode
        self.payload = payload
        self.isFinal = isFinal
        self.reserved = reserved
        self.isMasked = isMasked
        self.lengthBytes = lengthBytes
    }

    /// A text message, or its first fragment.
    package static func text(_ text: String, isFinal: Bool = true) -> Self {
        Self(opcode: 1, payload: Array(text.utf8), isFinal: isFinal)
    }

    /// A further fragment.
    package static func more(_ bytes: [UInt8], isFinal: Bool) -> Self {
        Self(opcode: 0, payload: bytes, isFinal: isFinal)
    }

    /// A close, with or without a code.
    package static func close(_ code: UInt16?, _ reason: [UInt8] = []) -> Self {
        let head = code.map { [UInt8($0 >> 8), UInt8($0 & 0xFF)] } ?? []
        return Self(opcode: 8, payload: head + reason)
    }

    /// The frame on the wire.
    package var bytes: [UInt8] {
        let natural = payload.count < 126 ? 0 : payload.count < 65_536 ? 2 : 8
        let lengthBytes = self.lengthBytes ?? natural
        let short = lengthBytes == 0 ? UInt8(payload.count) : lengthBytes == 2 ? 126 : 127
        var frame = [(isFinal ? 0x80 : 0) | reserved << 4 | opcode, (isMasked ? 0x80 : 0) | short]
        for shift in (0..<lengthBytes).reversed() {
            frame.append(UInt8(truncatingIfNeeded: payload.count >> (shift * 8)))
        }
        guard isMasked else { return frame + payload }
        let mask: [UInt8] = [0x37, 0xFA, 0x21, 0x3D]  // of RFC 6455 §5.7
        frame += mask
        for (index, byte) in payload.enumerated() { frame.append(byte ^ mask[index % 4]) }
        return frame
    }
}

/// A frame as the server sent it.
package struct Frame: Equatable {
    /// What it carries.
    package var opcode: UInt8
    /// The content.
    package var payload: [UInt8]

    /// A frame to compare with.
    package init(_ opcode: UInt8, _ payload: [UInt8]) {
        self.opcode = opcode
        self.payload = payload
    }

    /// The content as text.
    package var text: String { String(decoding: payload, as: UTF8.self) }

    /// The code of a close; `nil` when it is none, or has no code.
    package var closeCode: UInt16? {
        opcode == 8 && payload.count >= 2 ? UInt16(payload[0]) << 8 | UInt16(payload[1]) : nil
    }

    /// The reason of a close.
    package var closeReason: String { String(decoding: payload.dropFirst(2), as: UTF8.self) }
}

extension TestClient {
    /// A handshake with the key of RFC 6455 §1.3 and these fields besides.
    package static func upgradeRequest(
        _ path: String, fields: [(String, String)] = []
    ) -> String {
        let more = fields.map { "\($0.0): \($0.1)\r\n" }.joined()
        return "GET \(path) HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
            + "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            + "Sec-WebSocket-Version: 13\r\n\(more)\r\n"
    }

    /// Reads one frame, which must be final and unmasked.
    package func frame() throws -> Frame {
        let head = try take(2)
        guard head[0] & 0xF0 == 0x80, head[1] & 0x80 == 0 else {
            throw Failure(description: "a frame that no server of ours sends: \(head)")
        }
        var count = Int(head[1])
        if count > 125 {
            count = try take(count == 126 ? 2 : 8).reduce(0) { $0 << 8 | Int($1) }
        }
        return Frame(head[0] & 0xF, try take(count))
    }
}
