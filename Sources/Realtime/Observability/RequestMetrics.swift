/// The numbers of every request: how many and how long, by route, method and class of status.
package struct RequestMetrics: Sendable {
    private let requests: MetricsRegistry.Counter
    private let durations: MetricsRegistry.Histogram

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
            help: "From the whole request to its handler's answer.",
            labels: ["method", "route"], rows: routes.map { [$0.method, $0.template] })
    }

    /// A request of the route at `route` was answered with `status`, from 100 to 599.
    package func ended(
        route: Int, status: Int, microseconds: UInt64, _ metrics: ShardMetrics
    ) {
        let column = min(max(status / 100, 1), Self.classes.count) - 1
        metrics.add(to: requests, series: route * Self.classes.count + column)
        metrics.observe(microseconds: microseconds, in: durations, series: route)
    }
}
