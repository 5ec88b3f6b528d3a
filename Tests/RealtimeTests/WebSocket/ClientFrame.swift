/// A frame as a client writes it, and as it must not.
struct ClientFrame {
    var opcode: UInt8
    var payload: [UInt8] = []
    var isFinal = true
    var reserved: UInt8 = 0
    var isMasked = true
    /// Bytes of extended length (0, 2 or 8); nil for the shortest, which RFC 6455 §5.2 demands.
    var lengthBytes: Int?

    static func text(_ text: String, isFinal: Bool = true) -> Self {
        Self(opcode: 1, payload: Array(text.utf8), isFinal: isFinal)
    }

    static func more(_ bytes: [UInt8], isFinal: Bool) -> Self {
        Self(opcode: 0, payload: bytes, isFinal: isFinal)
    }

    static func close(_ code: UInt16?, _ reason: [UInt8] = []) -> Self {
        let head = code.map { [UInt8($0 >> 8), UInt8($0 & 0xFF)] } ?? []
        return Self(opcode: 8, payload: head + reason)
    }

    var bytes: [UInt8] {
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
