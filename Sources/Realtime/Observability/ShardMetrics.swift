/// One shard's numbers: plain memory that only its loop touches, so counting costs an addition.
///
/// A scrape visits the shards one after another and sums what it copies out there.
package final class ShardMetrics {
    /// What a scrape carries from a shard.
    package struct Snapshot: Sendable {
        let slots: [Int64]
    }

    private var slots: [Int64]

    /// Zeroes for everything in `registry`, which is complete by now.
    package init(_ registry: MetricsRegistry) {
        slots = Array(repeating: 0, count: registry.slotCount)
    }

    /// Adds to one counter; `amount` is not negative.
    package func add(_ amount: Int64 = 1, to counter: MetricsRegistry.Counter, series: Int = 0) {
        precondition(series < counter.count && amount >= 0, "no such series")
        slots[counter.base + series] &+= amount
    }

    /// Moves one gauge up or down.
    package func move(_ gauge: MetricsRegistry.Gauge, by amount: Int64, series: Int = 0) {
        precondition(series < gauge.count, "no such series")
        slots[gauge.base + series] &+= amount
    }

    /// Sets this shard's share of one gauge.
    package func set(_ gauge: MetricsRegistry.Gauge, to value: Int64, series: Int = 0) {
        precondition(series < gauge.count, "no such series")
        slots[gauge.base + series] = value
    }

    /// Counts one duration, in microseconds, in its bucket.
    package func observe(
        microseconds: UInt64, in histogram: MetricsRegistry.Histogram, series: Int = 0
    ) {
        precondition(series < histogram.count, "no such series")
        let bounds = histogram.boundsMicroseconds
        var bucket = 0
        while bucket < bounds.count, microseconds > bounds[bucket] { bucket += 1 }
        let base = histogram.base + series * histogram.slotsEach
        slots[base + bucket] &+= 1
        slots[base + bounds.count + 1] &+= Int64(clamping: microseconds)
    }

    /// A copy of this shard's numbers, to be summed with the others'.
    package func snapshot() -> Snapshot { Snapshot(slots: slots) }
}

extension Shard {
    /// A copy of the numbers of the `ShardMetrics` installed here, if one is.
    package func metricsSnapshot() -> ShardMetrics.Snapshot? {
        local(ShardMetrics.self)?.snapshot()
    }
}

/// The numbers of every request: how many, how long, how many now; by route, method and class.
package struct RequestMetrics: Sendable {
    private let requests: MetricsRegistry.Counter
    private let durations: MetricsRegistry.Histogram
    private let running: MetricsRegistry.Gauge

    private static let classes = ["1xx", "2xx", "3xx", "4xx", "5xx"]

    /// Declares them for `routes`, whose index is their slot: `("GET", "/api/v1/me")`.
    ///
    /// The template with its placeholders, never a path as it was asked for. Give one pair for
    /// what no route takes, such as `("other", "unmatched")`.
    package init(
        _ routes: [(method: String, template: String)], in registry: inout MetricsRegistry
    ) {
        requests = registry.counter(
            "linli_http_requests_total", help: "Requests answered, by class of status.",
            labels: ["method", "route", "status"],
            rows: routes.flatMap { route in
                Self.classes.map { [route.method, route.template, $0] }
            })
        durations = registry.histogram(
            "linli_http_request_duration_seconds",
            help: "From the last byte of the head to the last byte of the answer.",
            labels: ["method", "route"], rows: routes.map { [$0.method, $0.template] })
        running = registry.gauge("linli_http_requests_running", help: "Requests being answered.")
    }

    /// A request has begun.
    package func began(_ metrics: ShardMetrics) {
        metrics.move(running, by: 1)
    }

    /// A request of the route at `route` was answered with `status`, from 100 to 599.
    package func ended(
        route: Int, status: Int, microseconds: UInt64, _ metrics: ShardMetrics
    ) {
        metrics.move(running, by: -1)
        let column = min(max(status / 100, 1), Self.classes.count) - 1
        metrics.add(to: requests, series: route * Self.classes.count + column)
        metrics.observe(microseconds: microseconds, in: durations, series: route)
    }
}
