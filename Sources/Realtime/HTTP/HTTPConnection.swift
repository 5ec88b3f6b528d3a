internal import DequeModule

/// One HTTP/1.1 connection of a shard: reads requests ahead, answers them in order.
///
/// The read callback parses and queues; one task takes from the queue, runs handlers and writes.
/// Reading stops when `Limits.pipelineDepthMax` requests wait, so that back-pressure reaches the
/// peer through TCP.
final class HTTPConnection: ServedConnection {
    /// What the reading side hands to the answering side.
    private struct Arrival {
        /// What is to be done with the request.
        enum Verdict {
            case route(Int)
            case refused(Refusal)
        }

        var request: Request
        var verdict: Verdict
    }

    /// Bytes to send; `flush` gives them to the socket.
    var output: [UInt8] = []
    /// Whether the peer has gone, so that nothing more can be sent.
    private(set) var isEnded = false

    private let server: HTTPServer
    private var wire: Wire?
    private let parser: RequestParser
    private var arrivals = Deque<Arrival>()
    /// Bytes that came while reading was paused.
    private var backlog: [UInt8] = []
    private var spare: Request?
    private var upgrade: WebSocketUpgrade?
    /// What serves the connection, for a WebSocket to cancel.
    var task: Task<Void, Never>?

    private var isPaused = false
    private var isRefused = false
    private var isLingering = false
    private var isAnswering = false
    private var readerEnded = false
    private var arrival: CheckedContinuation<Void, Never>?
    private var drained: CheckedContinuation<Void, Never>?
    private var streaming: Task<Void, Never>?
    private var deadline: UInt64 = .max
    private var messageBegan: UInt64 = 0

    init(_ wire: Wire, _ server: HTTPServer) {
        self.wire = wire
        self.server = server
        parser = RequestParser(limits: server.configuration.limits)
    }

    /// Serves the connection to its end, or to where it becomes a WebSocket.
    ///
    /// One plain request awaits its coming and its handler, and nothing else: each call that is
    /// awaited asks several times for the task's executor, which takes a lock (50 ns each).
    func serve(on shard: isolated Shard) async -> WebSocketUpgrade? {
        wire?.deliver(
            bytes: { [unowned self] in received($0) }, events: { [unowned self] in happened($0) })
        setDeadline()
        wire?.startReading()
        while true {
            guard var next = takeArrival() else {
                guard mayArrive else { break }
                await withCheckedContinuation { awaitArrival($0) }
                continue
            }
            isAnswering = true
            var response: Response
            switch next.verdict {
            case .refused(let refusal):
                response = server.configuration.refusal(refusal, next.request)
            case .route(let route):
                let began = server.configuration.answered == nil ? 0 : server.loop.nanoseconds
                do {
                    response = try await server.router.routes[route].handler(next.request, shard)
                } catch {
                    response = server.configuration.failure(error, next.request)
                }
                response = response.judged(for: next.request, isDraining: server.isDraining)
                server.answered(
                    next.request, route: route, response.status, since: began, on: shard)
            }
            response = server.encode(response, for: next.request)
            let framing = begin(response, to: next)
            recycle(&next.request)
            let goesOn: Bool
            switch response.body {
            case .webSocket(let service):
                handOver(to: service)
                goesOn = false
            case .stream(let body) where !framing.isHead:
                let isWhole = await send(
                    stream: body, isChunked: framing.minorVersion == 1, on: shard)
                goesOn = isWhole && framing.keepsAlive
            case .none, .bytes, .stream:
                if arrivals.isEmpty || output.count > Self.outputBytesMax { flush() }
                if isCongested { await whileCongested() }
                goesOn = framing.keepsAlive && !isEnded
            }
            isAnswering = false
            if !goesOn || server.isDraining { break }
        }
        if upgrade == nil { await finish() }
        return upgrade
    }

    /// Answers gathered from a pipeline before they are sent together, in bytes.
    private static let outputBytesMax = 16 * 1024

    /// Ends an idle connection, or closes it after the answer under way.
    func drain() {
        guard !isAnswering, arrivals.isEmpty else { return }
        readerEnded = true
        arrival.take()?.resume()
    }

    /// Closes without waiting for anybody.
    func abort() {
        isEnded = true
        readerEnded = true
        streaming?.cancel()
        if isAnswering { task?.cancel() }
        wire = nil
        arrival.take()?.resume()
        drained.take()?.resume()
    }
}

extension HTTPConnection {
    private func received(_ bytes: RawSpan) {
        guard !isLingering, !isRefused else { return }
        guard !isPaused else {
            backlog.append(bytes)
            return
        }
        parse(bytes)
        setDeadline()
        if !arrivals.isEmpty { arrival.take()?.resume() }
    }

    private func parse(_ bytes: RawSpan) {
        var offset = 0
        var isAfterHead = false  // llhttp ends a message without content only when asked again
        while offset < bytes.byteCount || isAfterHead, !isRefused {
            guard !isPaused else {
                let rest = bytes.extracting(offset..<bytes.byteCount)
                backlog.append(rest)
                return
            }
            if !parser.isInMessage { messageBegan = server.loop.milliseconds }
            let (step, taken) = parser.feed(bytes.extracting(offset..<bytes.byteCount))
            offset += taken
            isAfterHead = step == .head
            switch step {
            case .needsMore: return
            case .head: readHead()
            case .message: readMessage()
            case .refused(let refusal): refuse(refusal)
            }
        }
    }

    /// Policy and route, before any content is read.
    private func readHead() {
        let request = parser.request
        if let refusal = server.configuration.policy.check(&request.head, request.method) {
            return refuse(refusal)
        }
        var bytesMax = server.configuration.limits.contentBytesMax
        var isKnown = false
        if case .found(let route, let parameters) = server.router.match(
            request.head, request.method)
        {
            isKnown = true
            bytesMax = server.router.routes[route].contentBytesMax ?? bytesMax
            request.match = Request.RouteMatch(
                index: route, template: server.router.routes[route].template,
                parameterNames: server.router.parameterNames[route], parameters: parameters)
        }
        if let refusal = parser.continueWithContent(bytesMax: bytesMax) { return refuse(refusal) }
        guard request.head.expectsContinue else { return }
        guard isKnown else { return refuse(.routeUnknown) }
        guard arrivals.isEmpty, !isAnswering else { return }
        output.append(contentsOf: ResponseEncoder.continue)
        flush()
    }

    private func readMessage() {
        let request = parser.takeRequest(beginningWith: spare.take() ?? Request())
        request.peerAddress = wire?.peerAddress ?? ""
        if !server.configuration.proxies.blocks.isEmpty {
            request.peerAddress = server.configuration.proxies.client(
                request.peerAddress, forwarded: request.field("x-forwarded-for"))
        }
        request.isSecure = wire?.isSecure ?? false
        request.number = server.nextRequestNumber()
        if let route = request.match?.index {
            arrivals.append(Arrival(request: request, verdict: .route(route)))
        } else if case .refused(let refusal) = server.router.match(request.head, request.method) {
            arrivals.append(Arrival(request: request, verdict: .refused(refusal)))
        }
        let depth = server.configuration.limits.pipelineDepthMax
        // After an upgrade request the bytes may be another protocol's.
        if arrivals.count >= depth || request.head.wantsUpgrade { pause() }
    }

    private func refuse(_ refusal: Refusal) {
        isRefused = true
        arrivals.append(Arrival(request: parser.request, verdict: .refused(refusal)))
    }

    private func pause() {
        isPaused = true
        wire?.stopReading()
    }

    private func resumeReading() {
        guard isPaused, arrivals.isEmpty else { return }
        isPaused = false
        let bytes = backlog
        backlog.removeAll(keepingCapacity: bytes.count <= 4096)
        unsafe parse(bytes.span.bytes)
        if !isPaused, !isRefused { wire?.startReading() }
    }

    private func happened(_ event: ByteStream.Event) {
        switch event {
        case .drained:
            guard (wire?.queuedBytes ?? 0) == 0 else { return }
            drained.take()?.resume()
        case .ended(let error):
            readerEnded = true
            if error != nil || isLingering { isEnded = true }
            // A stream's reader is gone; a half-closed asker still gets its answer.
            if streaming != nil { isEnded = true }
            if isEnded {
                streaming?.cancel()
                // Nobody is left to read the answer: what it waits for may end early.
                if isAnswering { task?.cancel() }
            }
            arrival.take()?.resume()
            if isEnded { drained.take()?.resume() }
        }
    }
}

extension HTTPConnection {
    /// The next request that is there.
    private func takeArrival() -> Arrival? {
        if let next = arrivals.popFirst() { return next }
        flush()
        resumeReading()
        if let next = arrivals.popFirst() { return next }
        setDeadline()
        return nil
    }

    /// Whether a request may still come.
    private var mayArrive: Bool { !readerEnded && !isRefused && !isEnded }

    /// Keeps who waits for a request, a refusal or the end.
    ///
    /// A task that prefers no executor passes through the loop's queue on its way into a
    /// continuation, so what it waits for is asked again here; so in all waits of the house.
    private func awaitArrival(_ waiting: CheckedContinuation<Void, Never>) {
        if arrivals.isEmpty, !readerEnded, !isEnded {
            arrival = waiting
        } else {
            waiting.resume()
        }
    }

    /// Writes a response, or the head of a streamed one, into the output.
    private func begin(_ response: Response, to next: Arrival) -> ResponseEncoder.Framing {
        var goesOn = next.request.head.keepsAlive && !response.closesConnection
        if case .refused(let refusal) = next.verdict, !refusal.keepsConnection { goesOn = false }
        let framing = ResponseEncoder.Framing(
            response, to: next.request, keepsAlive: goesOn && !server.isDraining,
            dateLine: server.dateLine)
        ResponseEncoder.append(response, framing, to: &output)
        return framing
    }

    /// Runs a streamed body in a task of its own, so that the peer's going can cancel it.
    private func send(
        stream body: @escaping (BodyWriter, isolated Shard) async throws -> Void,
        isChunked: Bool, on shard: isolated Shard
    ) async -> Bool {
        flush()
        if readerEnded { isEnded = true }
        let writer = BodyWriter(self, isChunked: isChunked)
        var isWhole = false
        let task = Task.immediate(executorPreference: shard.loop) {
            do {
                try await body(writer, shard)
                isWhole = true
            } catch {
                // The content is cut short; closing without the last chunk says so.
            }
        }
        streaming = task
        if isPaused { wire?.startReading() }
        await task.value
        streaming = nil
        guard isWhole, !isEnded else { return false }
        if isChunked { output.append(contentsOf: ResponseEncoder.lastChunk) }
        flush()
        return true
    }

    /// Keeps a request that nobody else holds for the next one.
    private func recycle(_ request: inout Request) {
        guard spare == nil, isKnownUniquelyReferenced(&request) else { return }
        request.reset()
        spare = request
    }

    /// Gives the output to the socket.
    func flush() {
        guard !output.isEmpty else { return }
        defer { output.removeAll(keepingCapacity: output.capacity <= 64 * 1024) }
        guard let wire, !isEnded else { return }
        guard wire.write(output) else { return abort() }
        if wire.queuedBytes > 0 { setDeadline() }
    }

    /// Gives the wire to a WebSocket, with the bytes that came behind the request.
    private func handOver(to service: WebSocketService) {
        flush()
        guard let wire, !isEnded else { return }
        let socket = WebSocketConnection(wire, server, limits: service.limits, task: task)
        server.keep(socket)
        self.wire = nil
        upgrade = WebSocketUpgrade(connection: socket, body: service.body)
        socket.begin(with: backlog, hasEnded: readerEnded)
    }

    /// Whether a slow reader has too much to take.
    private var isCongested: Bool {
        !isEnded && (wire?.queuedBytes ?? 0) > server.configuration.limits.queuedBytesMax
    }

    /// Waits until a slow reader has taken what was written.
    func whileCongested() async { if isCongested { await untilDrained() } }

    private func untilDrained() async {
        guard let wire, !isEnded, wire.queuedBytes > 0 else { return }
        await withCheckedContinuation { waiting in
            if !isEnded, wire.queuedBytes > 0 { drained = waiting } else { waiting.resume() }
        }
    }

    /// Sends what is left, says that nothing more comes, and waits a little for the peer to agree.
    private func finish() async {
        flush()
        await untilDrained()
        guard !isEnded else {
            wire = nil
            return
        }
        wire?.endSending()
        await untilDrained()
        if let wire, !isEnded, !readerEnded {
            isLingering = true
            arrivals.removeAll()
            setDeadline()
            wire.startReading()
            await withCheckedContinuation { awaitArrival($0) }
        }
        wire = nil
    }
}

extension HTTPConnection {
    private var phase: ConnectionPhase {
        if isLingering { return .lingering }
        if (wire?.queuedBytes ?? 0) > 0 { return .stalled }
        if isAnswering || !arrivals.isEmpty { return .answering }
        guard parser.isInMessage else { return .idle }
        return parser.hasHead
            ? .content(began: messageBegan, bytes: parser.contentBytes)
            : .head(began: messageBegan)
    }

    private func setDeadline() {
        deadline = phase.deadline(server.loop.milliseconds, server.configuration.limits)
    }

    /// Called about once a second: acts on a deadline that has passed.
    func checkDeadline(_ now: UInt64) {
        guard now >= deadline else { return }
        deadline = .max
        switch phase {
        case .lingering, .stalled: abort()
        case .answering: return
        case .head, .content: refuse(.tooSlow)
        case .idle: readerEnded = true
        }
        arrival.take()?.resume()
    }
}
