/// What a peer did, in the order in which it did it.
package enum WebSocketEvent: Sendable, Hashable {
    /// A whole text message; its bytes are valid UTF-8.
    case text([UInt8])
    /// A whole binary message.
    case binary([UInt8])
    /// A ping; its pong is already in the output.
    case ping([UInt8])
    /// A pong, asked for or not.
    case pong([UInt8])
    /// The peer closes; the answer is in the output. No code when it gave none.
    case close(code: WebSocketCloseCode?, reason: String)
    /// The peer broke the protocol or a limit; a close frame with this code is in the output.
    case failed(WebSocketCloseCode)
}

/// The server's side of one WebSocket after its handshake (RFC 6455): bytes in, bytes out.
///
/// wslay judges what comes in; frames that go out are made by `WebSocketFrame`, so that one encoded
/// frame can be shared by all sessions. A session without a begun message holds no wslay context
/// and no buffer (a context is 9 kB and made in under a microsecond). Belongs to one loop.
@safe package final class WebSocketSession {
    /// Bounds of one session, in bytes.
    package struct Limits: Sendable, Hashable {
        /// Longest message taken, all its fragments together; past it, 1009.
        package var messageBytesMax: Int
        /// Most bytes waiting for the wire; a frame that would pass it is refused.
        package var outputBytesMax: Int

        /// 64 KiB a message, 1 MiB waiting.
        package init(messageBytesMax: Int = 64 * 1024, outputBytesMax: Int = 1024 * 1024) {
            self.messageBytesMax = messageBytesMax
            self.outputBytesMax = outputBytesMax
        }
    }

    /// How far the closing handshake is (RFC 6455 §7.1).
    package enum State: Sendable, Hashable {
        case open
        /// We have said close and wait for the peer's.
        case closing
        /// Both have said close, or the peer failed: flush the output, then end the connection.
        case closed
    }

    /// What became of a frame to send.
    package enum Sending: Sendable, Hashable {
        case queued
        /// The peer reads too slowly: nothing was queued.
        case full
        /// A close was sent before: nothing may follow it.
        case closing
    }

    /// How far the closing handshake is.
    package private(set) var state = State.open
    /// Bytes waiting for the wire.
    package private(set) var outputByteCount = 0
    private let limits: Limits
    private var output: [[UInt8]] = []
    private var receiver: WebSocketReceiver?

    /// A session whose handshake is done.
    package init(limits: Limits = Limits()) { self.limits = limits }

    /// Takes bytes from the wire and says what they meant; bytes after a close are ignored.
    package func receive(_ bytes: RawSpan) -> [WebSocketEvent] {
        guard state != .closed, bytes.byteCount > 0 else { return [] }
        let receiver = self.receiver ?? WebSocketReceiver(messageBytesMax: limits.messageBytesMax)
        self.receiver = receiver
        let events = receiver.receive(bytes)
        for event in events { answer(event) }
        if receiver.isIdle || state == .closed { self.receiver = nil }
        return events
    }

    /// Takes bytes from the wire, as `receive(_:)` of a span.
    package func receive(_ bytes: [UInt8]) -> [WebSocketEvent] { unsafe receive(bytes.span.bytes) }

    /// Queues a text message; `utf8` must be UTF-8.
    package func send(text utf8: [UInt8]) -> Sending {
        send(frame: WebSocketFrame.encodeText(utf8))
    }

    /// Queues a binary message.
    package func send(binary bytes: [UInt8]) -> Sending {
        send(frame: WebSocketFrame.encode(.binary, bytes))
    }

    /// Queues a ping with at most 125 bytes.
    package func ping(_ payload: [UInt8] = []) -> Sending {
        send(frame: WebSocketFrame.encode(.ping, payload))
    }

    /// Queues a frame made by `WebSocketFrame`, shared and not copied.
    package func send(frame: [UInt8]) -> Sending {
        guard state == .open else { return .closing }
        guard outputByteCount + frame.count <= limits.outputBytesMax else { return .full }
        queue(frame)
        return .queued
    }

    /// Says close, once; what was queued before goes out before it.
    package func close(_ code: WebSocketCloseCode = .normal, reason: String = "") {
        guard state == .open else { return }
        state = .closing
        queue(WebSocketFrame.encodeClose(code, reason: reason))
    }

    /// Says close with what was queued and not yet taken thrown away, for a peer that is too slow.
    package func closeAtOnce(_ code: WebSocketCloseCode, reason: String = "") {
        guard state == .open else { return }
        output = []
        outputByteCount = 0
        close(code, reason: reason)
    }

    /// Takes the frames waiting for the wire, in order; meant for one gathering write.
    package func takeOutput() -> [[UInt8]] {
        defer { output = [] }
        outputByteCount = 0
        return output
    }

    private func answer(_ event: WebSocketEvent) {
        switch event {
        case .text, .binary, .pong: return
        case .ping(let payload):
            // A peer that sends pings and reads nothing gets no more pongs once its queue is full.
            _ = send(frame: WebSocketFrame.encode(.pong, payload))
        case .close(let code, _):
            if state == .open { queue(code.map { WebSocketFrame.encodeClose($0) } ?? [0x88, 0]) }
            state = .closed
        case .failed(let code):
            if state == .open { queue(WebSocketFrame.encodeClose(code)) }
            state = .closed
        }
    }

    private func queue(_ frame: [UInt8]) {
        output.append(frame)
        outputByteCount += frame.count
    }
}
