internal import DequeModule

/// One HTTP/1.1 connection of a shard: reads requests ahead, answers them in order.
///
/// The read callback parses and queues; one task takes from the queue, runs handlers and writes.
/// What a route answers at once is answered in the callback, while that task waits.
/// Reading stops when `Limits.pipelineDepthMax` requests wait, so that back-pressure reaches the
/// peer through TCP.
final class HTTPConnection: ServedConnection {
    /// Bytes to send; `flush` gives them to the socket.
    var output: [UInt8] = []
    /// Whether the peer has gone, so that nothing more can be sent.
    var isEnded = false

    let server: HTTPServer
    var wire: Wire?
    let parser: RequestParser
    var arrivals = Deque<Arrival>()
    /// Bytes that came while reading was paused.
    var backlog: [UInt8] = []
    var spare: Request?
    private var upgrade: WebSocketUpgrade?
    /// What serves the connection, for a WebSocket to cancel.
    var task: Task<Void, Never>?

    var isPaused = false
    var isRefused = false
    var isLingering = false
    var isAnswering = false
    var readerEnded = false
    var arrival: CheckedContinuation<Void, Never>?
    var drained: CheckedContinuation<Void, Never>?
    var streaming: Task<Void, Never>?
    private var deadline: UInt64 = .max
    var messageBegan: UInt64 = 0

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
            case .answered(let answer):
                response = answer
            case .route(let route):
                let began = server.configuration.answered == nil ? 0 : server.loop.nanoseconds
                do {
                    response = try await server.router.routes[route].handler(next.request, shard)
                } catch {
                    response = server.configuration.failure(error, next.request)
                }
                response = response.judged(for: next.request, isDraining: server.isDraining)
                server.answered(next.request, route: route, response.status, since: began)
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
                if arrivals.isEmpty || output.count > server.configuration.limits.outputBytesMax {
                    flush()
                }
                if isCongested { await whileCongested() }
                goesOn = framing.keepsAlive && !isEnded
            }
            isAnswering = false
            if !goesOn || server.isDraining { break }
        }
        if upgrade == nil { await finish() }
        return upgrade
    }

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
    func begin(_ response: Response, to next: Arrival) -> ResponseEncoder.Framing {
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
    func recycle(_ request: inout Request) {
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
    var isCongested: Bool {
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

    func setDeadline() {
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
