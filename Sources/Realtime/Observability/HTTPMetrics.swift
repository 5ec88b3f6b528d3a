/// What a process tells Prometheus of its servers and loops, as sums over its shards.
///
/// Labels are route templates, methods and classes of status, all known beforehand: nothing that
/// a request brings can become one.
package struct HTTPMetrics: Sendable {
    private let requests: RequestMetrics
    private let connections: MetricsRegistry.Gauge
    private let lag: MetricsRegistry.Histogram
    private let routeCount: Int

    /// How often each loop's lateness is measured.
    package static let lagInterval = Duration.milliseconds(100)

    /// Declares the numbers of `routes`, in the router's order.
    ///
    /// Routes that the router holds after these, such as that of `route(_:_:)`, count as `other`.
    package init(_ routes: [Route], in registry: inout MetricsRegistry) {
        let rows = routes.map { (method: $0.method.rawValue, template: $0.template) }
        requests = RequestMetrics(rows + [("other", "other")], in: &registry)
        connections = registry.gauge(
            "linli_http_connections_open", help: "Connections open now.")
        lag = registry.histogram(
            "linli_loop_lag_seconds", help: "How late a timer of each loop fired.")
        routeCount = routes.count
    }

    /// Keeps a shard's numbers, and measures its loop from now on.
    package func install(_ registry: MetricsRegistry, on shard: isolated Shard) throws {
        shard.install { _ in ShardMetrics(registry) }
        try shard.install { shard in
            let metrics = shard.local(ShardMetrics.self)
            return try LoopLag(on: shard.loop) { late in
                metrics?.observe(microseconds: late, in: lag)
            }
        }
    }

    /// Counts one answer: what `HTTPServer.Configuration.answered` is set to.
    package func answered(_ answer: HTTPServer.Answer, _ shard: isolated Shard) {
        guard let metrics = shard.local(ShardMetrics.self) else { return }
        requests.ended(
            route: min(answer.route, routeCount), status: answer.status.code,
            microseconds: answer.nanoseconds / 1000, metrics)
    }

    /// `GET /metrics`: the text of all shards; for a listener that only operators reach.
    package func route(_ registry: MetricsRegistry, _ shards: [Shard]) -> Route {
        Route(.get, "/metrics") { _, _ in
            Response(
                .ok, MetricsRegistry.contentType, await self.scrape(registry, shards)
            ).adding("Cache-Control", "no-store")
        }
    }

    /// Visits the shards and gives the sum of their numbers as text.
    package func scrape(_ registry: MetricsRegistry, _ shards: [Shard]) async -> [UInt8] {
        for shard in shards { await shard.showConnections(in: connections) }
        return await registry.scrape(shards)
    }
}

extension Shard {
    fileprivate func showConnections(in gauge: MetricsRegistry.Gauge) {
        let count = local(HTTPServer.self)?.connectionCount ?? 0
        local(ShardMetrics.self)?.set(gauge, to: Int64(count))
    }
}

/// A timer that measures its own lateness: how long a loop kept everybody waiting.
private final class LoopLag {
    private let loop: EventLoop
    private let heard: (_ lateMicroseconds: UInt64) -> Void
    private var timer: Timer?
    private var due: UInt64 = 0

    init(on loop: EventLoop, heard: @escaping (UInt64) -> Void) throws(UVError) {
        self.loop = loop
        self.heard = heard
        timer = try Timer(on: loop) { [unowned self] in fired() }
        start()
    }

    private func start() {
        due = loop.nanoseconds + HTTPMetrics.lagInterval.wholeMicroseconds * 1000
        timer?.start(after: HTTPMetrics.lagInterval)
    }

    private func fired() {
        let now = loop.nanoseconds
        // A loop's clock has whole milliseconds, so a timer may come a little early.
        heard(now > due ? (now - due) / 1000 : 0)
        start()
    }
}
