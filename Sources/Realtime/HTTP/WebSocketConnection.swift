internal import DequeModule

/// One WebSocket of a shard: messages in by `next()`, messages out by `send`.
///
/// Its task is cancelled the listener's `lingerMillisecondsMax` after the connection's end, so that
/// a handler which waits for something else than `next()` learns of it. An idle one holds neither a
/// parser nor a buffer. Belongs to its shard's loop.
package final class WebSocketConnection: ServedConnection {
    /// Bounds of one connection.
    package struct Limits: Sendable, Hashable {
        /// Bytes of a message, and of what waits to be sent.
        package var session = WebSocketSession.Limits()
        /// Messages that wait for `next()`; from there on we stop reading.
        ///
        /// What came in the same read is still taken.
        package var inboxMessagesMax = 16
        /// Silence after which the peer is pinged.
        package var pingInterval: Duration = .seconds(30)
        /// Pings that may stay without any answer before the peer is given up.
        package var missedPingsMax = 2

        /// The limits that the house recommends.
        package init() {}
    }

    /// What a peer said.
    package enum Message: Sendable, Hashable {
        /// Valid UTF-8.
        case text([UInt8])
        /// Any bytes.
        case binary([UInt8])
    }

    /// The code with which the peer closed, or with which we had to close on it; `nil` while it is
    /// open, and after an end without a word.
    package private(set) var closeCode: WebSocketCloseCode?

    private let server: HTTPServer
    private let limits: Limits
    private let task: Task<Void, Never>?
    private let session: WebSocketSession
    private var wire: Wire?
    private var keepAlive: KeepAlive
    private var inbox = Deque<Message>()
    private var isPaused = false
    /// The peer sends nothing more.
    private var hasEnded = false
    private var hasEndedSending = false
    /// When a peer that does not close, or does not read, is given up.
    private var deadline: UInt64 = .max
    private var arrival: CheckedContinuation<Void, Never>?
    private var drained: [CheckedContinuation<Void, Never>] = []
    private var gone: CheckedContinuation<Void, Never>?
    private var whenEnded: (() -> Void)?

    init(_ wire: Wire, _ server: HTTPServer, limits: Limits, task: Task<Void, Never>?) {
        self.wire = wire
        self.server = server
        self.limits = limits
        self.task = task
        session = WebSocketSession(limits: limits.session)
        keepAlive = KeepAlive(
            now: Self.instant(server.loop.milliseconds), interval: limits.pingInterval,
            missedMax: limits.missedPingsMax)
    }

    /// Whether messages can still be sent.
    package var isOpen: Bool { session.state == .open && wire != nil && !hasEnded }

    /// Whether the peer reads so slowly that what is sent now only waits.
    package var isCongested: Bool { queuedBytes > server.configuration.limits.queuedBytesMax }

    /// The next message once it is there; `nil` when none will come.
    ///
    /// One task at a time may ask.
    package func next() async -> Message? {
        while true {
            if let message = inbox.popFirst() {
                resumeReading()
                return message
            }
            inbox = Deque()  // an idle connection keeps no buffer
            guard isOpen else { return nil }
            await untilArrival()
        }
    }

    /// Drops every message from here on, and calls `ended` once when nothing more can be sent.
    ///
    /// For a handler that waits for something else: it needs no second task to hear of the end.
    package func ignoreMessages(_ ended: @escaping () -> Void) {
        inbox = Deque()
        guard isOpen else { return ended() }
        whenEnded = ended
        resumeReading()
    }

    /// Sends a text message, whose bytes must be UTF-8.
    @discardableResult
    package func send(text utf8: [UInt8]) -> WebSocketSession.Sending {
        send(frame: WebSocketFrame.encodeText(utf8))
    }

    /// Sends a frame made by `WebSocketFrame`, shared by all connections that send it.
    ///
    /// `full` when more than `Limits.session.outputBytesMax` would wait: nothing was sent.
    @discardableResult
    package func send(frame: [UInt8]) -> WebSocketSession.Sending {
        guard isOpen else { return .closing }
        let sending = session.send(frame: frame)
        flush()
        return sending
    }

    /// Waits until a slow reader has taken most of what was sent.
    package func whileCongested() async {
        while isOpen, isCongested {
            await withCheckedContinuation { waiting in
                if isOpen, isCongested { drained.append(waiting) } else { waiting.resume() }
            }
        }
    }

    /// Says close, once; messages that still come are dropped.
    package func close(_ code: WebSocketCloseCode = .normal, reason: String = "") {
        guard session.state == .open else { return }
        session.close(code, reason: reason)
        end()
    }

    /// Says close at once to a peer that is too slow, without what waits to be sent.
    package func closeAtOnce(_ code: WebSocketCloseCode, reason: String = "") {
        guard session.state == .open else { return }
        session.closeAtOnce(code, reason: reason)
        end()
    }
}

extension WebSocketConnection {
    /// Takes the bytes over from HTTP, with those that came behind the request.
    func begin(with backlog: [UInt8], hasEnded peerHasEnded: Bool) {
        wire?.deliver(
            bytes: { [unowned self] in received($0) }, events: { [unowned self] in happened($0) })
        if !backlog.isEmpty { unsafe received(backlog.span.bytes) }
        if peerHasEnded { return happened(.ended(nil)) }
        if !isPaused { wire?.startReading() }
    }

    /// Serves the connection to its end.
    func serve(_ upgrade: WebSocketUpgrade, on shard: isolated Shard) async {
        await upgrade.body(self, shard)
        close()
        guard wire != nil else { return }
        await withCheckedContinuation { waiting in
            if wire == nil { waiting.resume() } else { gone = waiting }
        }
    }

    /// What a close with `goingAway` tells the peer to do.
    package static let stoppingReason = "the server stops: connect again and resume"

    func drain() { close(.goingAway, reason: Self.stoppingReason) }

    func abort() {
        task?.cancel()
        leave()
        deadline = .max
    }

    func checkDeadline(_ now: UInt64) {
        if now >= deadline { return abort() }
        guard isOpen, !isPaused else { return }
        switch keepAlive.tick(at: Self.instant(now)) {
        case .wait: return
        case .ping:
            _ = session.ping()
            flush()
        case .dead: abort()
        }
    }

    // The loop's milliseconds as instants that can be compared with each other.
    private static let epoch = ContinuousClock.now
    private static func instant(_ milliseconds: UInt64) -> ContinuousClock.Instant {
        epoch.advanced(by: .milliseconds(milliseconds))
    }

    private var queuedBytes: Int { (wire?.queuedBytes ?? 0) + session.outputByteCount }

    private func untilArrival() async {
        await withCheckedContinuation { waiting in
            precondition(arrival == nil, "one task at a time asks for messages")
            if inbox.isEmpty, isOpen { arrival = waiting } else { waiting.resume() }
        }
    }

    private func received(_ bytes: RawSpan) {
        let wasOpen = session.state == .open
        let isHeard = wasOpen && whenEnded == nil
        keepAlive.heard(at: Self.instant(server.loop.milliseconds))
        for event in session.receive(bytes) { take(event, isHeard: isHeard) }
        if wasOpen, session.state != .open { return end() }
        flush()
        if inbox.count >= limits.inboxMessagesMax, session.state == .open {
            isPaused = true
            wire?.stopReading()
        }
        if !inbox.isEmpty { arrival.take()?.resume() }
    }

    private func take(_ event: WebSocketEvent, isHeard: Bool) {
        switch event {
        case .text(let bytes) where isHeard: inbox.append(.text(bytes))
        case .binary(let bytes) where isHeard: inbox.append(.binary(bytes))
        case .text, .binary, .ping, .pong: return
        case .close(let code, _): closeCode = code
        case .failed(let code): closeCode = code
        }
    }

    private func resumeReading() {
        guard isPaused, inbox.isEmpty || session.state != .open else { return }
        isPaused = false
        keepAlive.heard(at: Self.instant(server.loop.milliseconds))
        wire?.startReading()
    }

    /// Close is said: what is left of it has little time.
    private func end() {
        flush()
        resumeReading()
        lingerFromNow()
        wakeAll()
    }

    private func lingerFromNow() {
        deadline =
            server.loop.milliseconds + server.configuration.limits.lingerMillisecondsMax
    }

    private func wakeAll() {
        whenEnded.take()?()
        arrival.take()?.resume()
        for waiting in drained { waiting.resume() }
        drained = []
    }

    /// Gives the output to the wire once it has sent all that it had; what waits is bounded by the
    /// session.
    private func flush() {
        guard let wire, wire.queuedBytes == 0 else { return }
        let frames = session.takeOutput()
        if !frames.isEmpty {
            let bytes = frames.count == 1 ? frames[0] : Array(frames.joined())
            guard wire.write(bytes) else { return abort() }
        }
        if wire.queuedBytes > 0 {
            if isOpen { stallFromNow() }
        } else if session.state == .closed, !hasEndedSending {
            hasEndedSending = true
            wire.endSending()  // the server ends first (RFC 6455 §7.1.1)
        }
    }

    private func stallFromNow() {
        deadline =
            server.loop.milliseconds + server.configuration.limits.stalledMillisecondsMax
    }

    private func happened(_ event: ByteStream.Event) {
        switch event {
        case .drained:
            guard let wire, wire.queuedBytes == 0 else { return }
            if isOpen { deadline = .max }
            flush()
            if hasEnded, queuedBytes == 0 { return leave() }
            guard !isCongested else { return }
            for waiting in drained { waiting.resume() }
            drained = []
        case .ended(let error):
            hasEnded = true
            lingerFromNow()
            if error != nil || queuedBytes == 0 { leave() } else { wakeAll() }
        }
    }

    /// Nothing more comes or goes: closes the wire, and leaves the handler a little time.
    private func leave() {
        hasEnded = true
        wire = nil
        wakeAll()
        gone.take()?.resume()
    }
}
