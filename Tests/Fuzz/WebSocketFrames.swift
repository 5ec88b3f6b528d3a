import Realtime

/// The frames of one client, cut anywhere, against a reader of RFC 6455 that shares no code.
enum WebSocketFrames: FuzzTarget {
    static let name = "websocket"

    static func check(_ bytes: [UInt8]) throws(Disagreement) {
        // The first byte chooses the longest message, never below a control frame's, and the cuts.
        guard let choice = bytes.first else { return }
        let stream = Array(bytes.dropFirst())
        let limits = WebSocketSession.Limits(
            messageBytesMax: choice & 1 == 0 ? 64 * 1024 : 128, outputBytesMax: 512)
        let whole = WebSocketSession(limits: limits)
        let expected = whole.receive(stream)
        let cut = WebSocketSession(limits: limits)
        var events: [WebSocketEvent] = []
        let piece = Int(choice >> 1) % 29 + 1
        for start in Swift.stride(from: 0, to: stream.count, by: piece) {
            events += cut.receive(Array(stream[start..<min(start + piece, stream.count)]))
        }
        var reader = FrameReader(stream[...], messageBytesMax: limits.messageBytesMax)
        let standard = reader.readAll()
        try expect(
            max(whole.outputByteCount, cut.outputByteCount)
                <= limits.outputBytesMax + WebSocketFrame.controlBytesMax + 2,
            "\(whole.outputByteCount) bytes wait for the wire")
        // Of a close frame cut in its reason, wslay misreads whether that is UTF-8: it ends either way.
        if reader.endsInClose {
            let before = standard.prefix { !isEnd($0) }
            try expect(
                isSame(events.prefix { !isEnd($0) }, before)
                    && isSame(expected.prefix { !isEnd($0) }, before),
                "before a close: \(expected), cut: \(events), by the standard: \(standard)")
            return
        }
        // Of two broken rules either may be met first.
        try expect(isSame(events, expected), "cut: \(expected) and \(events)")
        try expect(cut.state == whole.state, "cut: \(whole.state) and \(cut.state)")
        let isOther = events == expected && cut.takeOutput() != whole.takeOutput()
        try expect(!isOther, "cut: other answers")
        if isSame(expected, standard) { return }
        // wslay tells of a head when the first byte after it is there.
        let later = WebSocketSession(limits: limits).receive(
            stream + [UInt8](repeating: 0, count: 14))
        let isLate = expected.count == standard.count - 1 && isSame(later, standard)
        try expect(isLate, "\(expected), by the standard: \(standard)")
    }

    private static func isEnd(_ event: WebSocketEvent) -> Bool {
        switch event {
        case .failed, .close: true
        default: false
        }
    }

    private static func isSame(
        _ left: some Sequence<WebSocketEvent>, _ right: some Sequence<WebSocketEvent>
    ) -> Bool {
        left.elementsEqual(right, by: isSame)
    }

    /// Why a connection fails may be told in several ways; that it fails may not.
    private static func isSame(_ left: WebSocketEvent, _ right: WebSocketEvent) -> Bool {
        if case .failed = left, case .failed = right { return true }
        return left == right
    }

    private static func frames(_ frames: [UInt8]...) -> [UInt8] { [0] + frames.flatMap { $0 } }

    /// A frame whose mask is zero, so that its payload is what libFuzzer sees.
    private static func frame(_ first: UInt8, _ payload: String) -> [UInt8] {
        [first, 0x80 | UInt8(payload.utf8.count), 0, 0, 0, 0] + Array(payload.utf8)
    }

    static let seeds = [
        frames(frame(0x81, "邻里"), frame(0x82, "abc"), frame(0x88, "")),
        frames(frame(0x01, "a"), frame(0x89, "ping"), frame(0x00, "b"), frame(0x80, "c")),
        frames([0x88, 0x85, 0, 0, 0, 0, 0x03, 0xE8], Array("bye".utf8)),
        frames([0x82, 0xFE, 0, 126, 1, 2, 3, 4], [UInt8](repeating: 7, count: 126)),
        frames([0x82, 0xFF, 0, 0, 0, 0, 0, 1, 0, 0, 1, 2, 3, 4, 5]),
        frames([0x81, 0x01, 0x61], [0xC1, 0x80, 0, 0, 0, 0]),
        [1] + frame(0x01, String(repeating: "a", count: 100))
            + frame(0x80, String(repeating: "b", count: 100)),
    ]
}

/// Frames of a client by RFC 6455 §5, until one breaks a rule.
private struct FrameReader {
    private(set) var events: [WebSocketEvent] = []
    /// Whether the last frame that was begun says close.
    private(set) var endsInClose = false
    private var rest: ArraySlice<UInt8>
    private let messageBytesMax: Int
    private var message: (opcode: UInt8, bytes: [UInt8])?
    private var isOver = false

    init(_ bytes: ArraySlice<UInt8>, messageBytesMax: Int) {
        rest = bytes
        self.messageBytesMax = messageBytesMax
    }

    mutating func readAll() -> [WebSocketEvent] {
        while !isOver, readFrame() {}
        return events
    }

    private mutating func fail() -> Bool {
        events.append(.failed(.protocolError))
        isOver = true
        return false
    }

    /// Reads a frame; false where the bytes end or a rule is broken.
    private mutating func readFrame() -> Bool {
        let head = Array(rest.prefix(2))
        guard head.count == 2 else {
            // The first byte alone shows a reserved bit, and what its opcode may not be.
            return head.first.map { isWrong(first: $0) } == true ? fail() : false
        }
        let (opcode, isFinal) = (head[0] & 0x0F, head[0] & 0x80 != 0)
        let isControl = opcode & 8 != 0
        endsInClose = opcode == 8
        guard !isWrong(first: head[0]), head[1] & 0x80 != 0 else { return fail() }
        var count = UInt64(head[1] & 0x7F)
        guard !isControl || count < 126 else { return fail() }
        let lengthBytes = count == 126 ? 2 : count == 127 ? 8 : 0
        let lengths = rest.dropFirst(2).prefix(lengthBytes)
        guard lengths.count == lengthBytes else { return false }
        if lengthBytes > 0 {
            count = lengths.reduce(0) { $0 << 8 | UInt64($1) }
            let isShortest = lengthBytes == 2 ? count >= 126 : count >= 65_536 && count >> 63 == 0
            guard isShortest else { return fail() }
        }
        let mask = Array(rest.dropFirst(2 + lengthBytes).prefix(4))
        guard mask.count == 4 else { return false }
        let room = messageBytesMax - (message?.bytes.count ?? 0)
        guard isControl || count <= UInt64(room) else { return fail() }
        let payload = rest.dropFirst(6 + lengthBytes).prefix(Int(count))
        let plain = payload.enumerated().map { $1 ^ mask[$0 % 4] }
        guard payload.count == count else {
            // Text that is broken already is not awaited.
            let isText = opcode == 1 || (opcode == 0 && message?.opcode == 1)
            let text = isText ? (message?.bytes ?? []) + plain : Array(plain.dropFirst(2))
            return (isText || opcode == 8) && !Self.mayBecomeText(text) ? fail() : false
        }
        rest = rest.dropFirst(6 + lengthBytes + Int(count))
        return isControl ? takeControl(opcode, plain) : takeData(opcode, plain, isFinal: isFinal)
    }

    private func isWrong(first: UInt8) -> Bool {
        let (opcode, isFinal) = (first & 0x0F, first & 0x80 != 0)
        if first & 0x70 != 0 { return true }
        switch opcode {
        case 0: return message == nil
        case 1, 2: return message != nil
        case 8, 9, 10: return !isFinal
        default: return true
        }
    }

    private mutating func takeData(_ opcode: UInt8, _ plain: [UInt8], isFinal: Bool) -> Bool {
        let begun = message ?? (opcode, [])
        let whole = (opcode: begun.opcode, bytes: begun.bytes + plain)
        message = isFinal ? nil : whole
        guard isFinal else {
            return whole.opcode == 2 || Self.mayBecomeText(whole.bytes) ? true : fail()
        }
        guard whole.opcode == 1 else {
            events.append(.binary(whole.bytes))
            return true
        }
        guard String(validating: whole.bytes, as: UTF8.self) != nil else { return fail() }
        events.append(.text(whole.bytes))
        return true
    }

    /// Whether some bytes after these would make all of them UTF-8.
    private static func mayBecomeText(_ bytes: [UInt8]) -> Bool {
        let isText = { (bytes: [UInt8]) in String(validating: bytes, as: UTF8.self) != nil }
        if isText(bytes) { return true }
        // Where a second byte may begin and end (RFC 3629 §4), then bytes that any third may be.
        return [0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF].contains { next in
            (0...2).contains { count in
                isText(bytes + [next] + [UInt8](repeating: 0x80, count: count))
            }
        }
    }

    private mutating func takeControl(_ opcode: UInt8, _ plain: [UInt8]) -> Bool {
        switch opcode {
        case 9: events.append(.ping(plain))
        case 10: events.append(.pong(plain))
        default:
            guard !plain.isEmpty else {
                events.append(.close(code: nil, reason: ""))
                isOver = true
                return false
            }
            guard plain.count >= 2,
                let code = WebSocketCloseCode(rawValue: UInt16(plain[0]) << 8 | UInt16(plain[1])),
                let reason = String(validating: plain.dropFirst(2), as: UTF8.self)
            else { return fail() }
            events.append(.close(code: code, reason: reason))
            isOver = true
        }
        return !isOver
    }
}
