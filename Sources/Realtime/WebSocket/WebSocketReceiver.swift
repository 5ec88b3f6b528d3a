internal import CWslay

/// Bytes of one client to events, judged by wslay; the only file that calls it.
///
/// wslay checks masks, opcodes, lengths, fragments, close codes and UTF-8. It runs without its own
/// message buffer, which would give a client's announced length to malloc and a list node to each
/// of its one-byte fragments; the message grows here, byte by byte received.
@safe final class WebSocketReceiver {
    private let messageBytesMax: Int
    private var context: wslay_event_context_ptr?
    private var input: UnsafeRawBufferPointer?
    private var events: [WebSocketEvent] = []
    private var message: [UInt8] = []
    private var frame = Frame()
    private var isInMessage = false
    private var ending: WebSocketCloseCode?
    private var hasEnded = false
    private var bytesAhead = 0

    private struct Frame {
        var isControl = false
        var isFinal = true
        var byteCount = 0
    }

    init(messageBytesMax: Int) {
        self.messageBytesMax = messageBytesMax
        var callbacks = wslay_event_callbacks()
        unsafe callbacks.recv_callback = { context, buffer, count, _, user in
            let owner = unsafe WebSocketReceiver.owner(user)
            return unsafe owner.read(into: buffer, count, context)
        }
        // What wslay would answer is swallowed: the session answers, within its own limit.
        unsafe callbacks.send_callback = { _, _, count, _, _ in count }
        unsafe callbacks.on_frame_recv_start_callback = { _, frame, user in
            guard let frame = unsafe frame?.pointee else { return }
            unsafe WebSocketReceiver.owner(user).begin(frame)
        }
        unsafe callbacks.on_frame_recv_chunk_callback = { _, chunk, user in
            guard let chunk = unsafe chunk?.pointee, unsafe chunk.data_length > 0 else { return }
            let bytes = unsafe UnsafeBufferPointer(start: chunk.data, count: chunk.data_length)
            unsafe WebSocketReceiver.owner(user).append(bytes)
        }
        unsafe callbacks.on_frame_recv_end_callback = { _, user in
            unsafe WebSocketReceiver.owner(user).end()
        }
        unsafe callbacks.on_msg_recv_callback = { _, message, user in
            guard let message = unsafe message?.pointee else { return }
            unsafe WebSocketReceiver.owner(user).deliver(message)
        }
        let status = unsafe wslay_event_context_server_init(
            &context, &callbacks, Unmanaged.passUnretained(self).toOpaque())
        precondition(status == 0, "out of memory")
        unsafe wslay_event_config_set_no_buffering(context, 1)
        unsafe wslay_event_config_set_max_recv_msg_length(context, UInt64(messageBytesMax))
    }

    /// Whether no frame and no message has begun, so that this object holds nothing of worth.
    var isIdle: Bool { bytesAhead == 0 && !isInMessage && !hasEnded }

    /// Says what the bytes meant; nothing more once the peer has closed or failed.
    func receive(_ bytes: RawSpan) -> [WebSocketEvent] {
        guard !hasEnded else { return [] }
        bytesAhead += bytes.byteCount
        let status = unsafe bytes.withUnsafeBytes { buffer in
            unsafe input = buffer
            defer { unsafe input = nil }
            return unsafe wslay_event_recv(context)
        }
        unsafe _ = wslay_event_send(context)
        noteFailure(status)
        defer { events = [] }
        return events
    }

    deinit { unsafe wslay_event_context_free(context) }

    private static func owner(_ user: UnsafeMutableRawPointer?) -> WebSocketReceiver {
        guard let user = unsafe user else { preconditionFailure("wslay passes its argument") }
        return unsafe Unmanaged<WebSocketReceiver>.fromOpaque(user).takeUnretainedValue()
    }

    /// wslay asks for bytes.
    private func read(
        into buffer: UnsafeMutablePointer<UInt8>?, _ count: Int, _ context: wslay_event_context_ptr?
    ) -> Int {
        guard let bytes = unsafe input, unsafe !bytes.isEmpty, let buffer = unsafe buffer else {
            unsafe wslay_event_set_error(context, Int32(WSLAY_ERR_WOULDBLOCK.rawValue))
            return -1
        }
        let taken = min(count, bytes.count)
        let target = unsafe UnsafeMutableRawBufferPointer(start: buffer, count: taken)
        unsafe target.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes.prefix(taken)))
        unsafe input = UnsafeRawBufferPointer(rebasing: bytes.dropFirst(taken))
        return taken
    }

    private func begin(_ start: wslay_event_on_frame_recv_start_arg) {
        frame = Frame(
            isControl: start.opcode & 0x8 != 0, isFinal: start.fin != 0,
            byteCount: Int(clamping: start.payload_length))
        guard !frame.isControl, frame.byteCount > messageBytesMax - message.count else { return }
        // wslay counts the fragments of a message only in the buffer which it is not to have.
        ending = .messageTooBig
        unsafe wslay_event_shutdown_read(context)
    }

    private func append(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard !frame.isControl, ending == nil else { return }
        unsafe message.append(contentsOf: bytes)
    }

    /// A frame is complete: what came ahead shrinks by its header, mask and payload.
    private func end() {
        let lengthBytes = frame.byteCount < 126 ? 0 : frame.byteCount < 65_536 ? 2 : 8
        bytesAhead -= 2 + lengthBytes + 4 + frame.byteCount
        if !frame.isControl { isInMessage = !frame.isFinal }
    }

    private func deliver(_ arrived: wslay_event_on_msg_recv_arg) {
        guard ending == nil else { return }
        let payload = unsafe Array(
            UnsafeBufferPointer(start: arrived.msg, count: arrived.msg_length))
        switch unsafe WebSocketFrame.Opcode(rawValue: arrived.opcode) {
        case .text: events.append(.text(takeMessage()))
        case .binary: events.append(.binary(takeMessage()))
        case .ping: events.append(.ping(payload))
        case .pong: events.append(.pong(payload))
        case .close where payload.count == 1:
            ending = .protocolError  // half a code, which wslay lets pass (RFC 6455 §5.5.1)
        case .close:
            // wslay passes over two bytes of each piece of a close frame, not of its first alone.
            guard let reason = String(validating: payload.dropFirst(2), as: UTF8.self) else {
                ending = .invalidPayload
                return
            }
            hasEnded = true
            let code = unsafe WebSocketCloseCode(rawValue: arrived.status_code)
            events.append(.close(code: code, reason: reason))
        case nil: return
        }
    }

    private func takeMessage() -> [UInt8] {
        defer { message = [] }
        return message
    }

    /// wslay stops reading when the peer fails, and says why in the close that it would send.
    private func noteFailure(_ status: Int32) {
        guard !hasEnded else { return }
        if status == 0, ending == nil, unsafe wslay_event_get_read_enabled(context) != 0 { return }
        hasEnded = true
        message = []
        // The code that wslay would close with; none for a broken length, which is 1002.
        let code = unsafe WebSocketCloseCode(rawValue: wslay_event_get_status_code_sent(context))
        events.append(.failed(ending ?? code ?? .protocolError))
    }
}
