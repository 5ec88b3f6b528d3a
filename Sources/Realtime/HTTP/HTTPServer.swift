internal import DequeModule

/// The HTTP/1.1 server of one shard: its listener, its connections, its date and its sweep.
package final class HTTPServer {
    /// What all shards' servers of one listener share.
    package struct Configuration: Sendable {
        /// Where to listen.
        package var endpoint: Endpoint
        /// What a connection may ask.
        package var limits = Limits()
        /// How strictly heads are read.
        package var policy = HeadPolicy()
        /// Whose `X-Forwarded-For` is believed.
        package var proxies = TrustedProxies()
        /// The certificates to serve with; `nil` for plain HTTP.
        package var tls: TLSContextStore?
        /// Seconds since 1970 for the `Date` field, from the server's clock.
        package var unixSeconds: @Sendable () -> Int64
        /// Makes the answer to what the server itself refuses.
        package var refusal: @Sendable (Refusal, Request) -> Response
        /// Makes the answer to a handler's fault, and logs it.
        package var failure: @Sendable (any Error, Request) -> Response
        /// Hears of every answer, after its handler and before it is sent.
        package var answered: (@Sendable (Answer, isolated Shard) -> Void)?

        /// A configuration with the house's limits and plain refusals.
        package init(endpoint: Endpoint, unixSeconds: @escaping @Sendable () -> Int64) {
            self.endpoint = endpoint
            self.unixSeconds = unixSeconds
            refusal = { refusal, _ in Response(refusal.status, text: "\(refusal.status.reason)\n") }
            failure = { _, _ in Response(.internalServerError, text: "Internal Server Error\n") }
        }
    }

    /// One answered request, as metrics and the access log hear of it.
    package struct Answer: Sendable {
        /// The request's number among the server's.
        package let number: UInt64
        /// What was asked.
        package let method: Method
        /// The template of the route, never the path.
        package let template: String
        /// The route's index among the router's.
        package let route: Int
        /// The outcome.
        package let status: Status
        /// How long the handler took.
        package let nanoseconds: UInt64
    }

    let configuration: Configuration
    let router: Router
    let loop: EventLoop
    private let encoding = ContentEncoding()
    /// The `Date` line of this second.
    private(set) var dateLine: [UInt8] = []
    /// Whether the server takes no more connections and ends those it has.
    private(set) var isDraining = false
    /// Answers so far, by route; the last slot counts what no route took.
    package private(set) var requestCount: UInt64 = 0

    /// The shard that it is installed on, once it has started.
    private unowned var shard: Shard?
    private var listener: Listener?
    private var sweep: Timer?
    private var accepted = Deque<ByteStream>()
    private var acceptor: CheckedContinuation<Void, Never>?
    private var connections: [ObjectIdentifier: any ServedConnection] = [:]
    private var emptied: CheckedContinuation<Void, Never>?

    /// A server that does not listen yet.
    package init(_ configuration: Configuration, _ router: Router, on loop: EventLoop) {
        self.configuration = configuration
        self.router = router
        self.loop = loop
    }

    /// Connections open now.
    package var connectionCount: Int { connections.count }

    /// The port it listens on, once it listens on one.
    package var port: Int? { listener?.port }

    /// Listens, and serves from now on.
    package func start(on shard: isolated Shard) throws(UVError) {
        self.shard = shard
        dateLine = HTTPDate.line(unixSeconds: configuration.unixSeconds())
        sweep = try Timer(on: loop) { [unowned self] in tick() }
        sweep?.start(after: .seconds(1), repeating: .seconds(1))
        listener = try Listener(configuration.endpoint, on: loop) { [unowned self] in connected() }
        Task.immediate(executorPreference: loop) { await self.acceptAll(on: shard) }
    }

    /// Stops listening, lets answers under way end, and closes what is left after `patience`.
    package func drain(within patience: Duration, on shard: isolated Shard) async {
        isDraining = true
        listener = nil
        acceptor.take()?.resume()
        for connection in connections.values { connection.drain() }
        if !connections.isEmpty {
            let deadline = Task.immediate(executorPreference: loop) {
                await shard.sleep(for: patience)
                if !Task.isCancelled { self.abortAll() }
            }
            await withCheckedContinuation { waiting in
                if connections.isEmpty { waiting.resume() } else { emptied = waiting }
            }
            deadline.cancel()
            await deadline.value
        }
        sweep = nil
    }

    private func abortAll() { for connection in connections.values { connection.abort() } }

    private func connected() {
        guard let stream = try? listener?.accept() else { return }
        guard connections.count + accepted.count < configuration.limits.connectionCountMax,
            !isDraining
        else { return }  // dropping the stream closes it
        accepted.append(stream)
        acceptor.take()?.resume()
    }

    private func acceptAll(on shard: isolated Shard) async {
        while !isDraining {
            while let stream = accepted.popFirst() { serve(stream, on: shard) }
            await withCheckedContinuation { waiting in
                if accepted.isEmpty, !isDraining { acceptor = waiting } else { waiting.resume() }
            }
        }
        accepted.removeAll()
    }

    private func serve(_ stream: ByteStream, on shard: isolated Shard) {
        var tls: TLSSession?
        if let contexts = configuration.tls {
            tls = try? TLSSession(contexts.context)
            guard tls != nil else { return }  // dropping the stream closes it
        }
        let connection = HTTPConnection(Wire(stream, tls: tls), self)
        keep(connection)
        // A WebSocket outlives the connection that it came from, which the task must not keep.
        connection.task = Task.immediate(executorPreference: loop) { [weak connection] in
            guard let upgrade = await self.serve(connection, on: shard) else { return }
            await upgrade.connection.serve(upgrade, on: shard)
            self.forget(upgrade.connection)
        }
    }

    private func serve(
        _ connection: HTTPConnection?, on shard: isolated Shard
    ) async -> WebSocketUpgrade? {
        guard let connection else { return nil }
        let upgrade = await connection.serve(on: shard)
        forget(connection)
        return upgrade
    }

    /// Counts a connection among those that are open.
    func keep(_ connection: any ServedConnection) {
        connections[ObjectIdentifier(connection)] = connection
    }

    private func forget(_ connection: any ServedConnection) {
        connections[ObjectIdentifier(connection)] = nil
        if connections.isEmpty { emptied.take()?.resume() }
    }

    private func tick() {
        dateLine = HTTPDate.line(unixSeconds: configuration.unixSeconds())
        let now = loop.milliseconds
        for connection in connections.values { connection.checkDeadline(now) }
    }

    /// Tells whoever counts of an answer.
    func answered(_ request: Request, route: Int, _ status: Status, since began: UInt64) {
        guard let heard = configuration.answered, let shard else { return }
        let taken = loop.nanoseconds - began
        let answer = Answer(
            number: request.number, method: request.method,
            template: request.routeTemplate ?? "", route: route, status: status,
            nanoseconds: taken)
        shard.assumeIsolated { heard(answer, $0) }
    }

    func encode(_ response: consuming Response, for request: Request) -> Response {
        encoding.encode(response, for: request)
    }

    func nextRequestNumber() -> UInt64 {
        requestCount += 1
        return requestCount
    }
}
