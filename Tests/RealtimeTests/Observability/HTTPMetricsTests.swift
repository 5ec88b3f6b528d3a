import Realtime
import Support
import Testing

@Suite("The numbers of a server")
struct HTTPMetricsTests {
    static let routes = [
        Route(.get, "/api/v1/estates/{estate}") { request, _ in
            Response(request.query("gone") == nil ? .ok : .notFound, text: "x")
        }
    ]

    @Test("requests count by template, method and class, and never show what was asked for")
    func counted() async throws {
        var registry = MetricsRegistry()
        let metrics = HTTPMetrics(Self.routes, in: &registry)
        let complete = registry
        let idle = try Shard(index: 1)
        try await idle.install(metrics, complete)
        // The shard that is asked is among the visited ones only once its server runs.
        let serving = Locked<[Shard]>([])
        let scrape = Route(.get, "/metrics") { request, shard in
            let shards = serving.withLock { $0 }
            return try await metrics.route(complete, shards).handler(request, shard)
        }
        let server = try await TestServer(Self.routes + [scrape]) { configuration in
            configuration.answered = { metrics.answered($0, $1) }
        }
        try await server.shard.install(metrics, complete)
        serving.withLock { $0 = [server.shard, idle] }
        let client = try TestClient(port: server.port)
        let id = "0192f0aa-1111-7000-8000-00000000beef"
        for _ in 0..<3 { _ = try client.request("GET", "/api/v1/estates/\(id)") }
        _ = try client.request("GET", "/api/v1/estates/\(id)?gone=1")
        _ = try client.request("GET", "/metrics")
        var answer = try client.request("GET", "/metrics")
        for _ in 0..<20_000 {
            guard lagCount(answer.text) < 2 else { break }
            answer = try client.request("GET", "/metrics")
        }
        #expect(answer["content-type"] == MetricsRegistry.contentType)
        let text = answer.text
        let route = #"method="GET",route="/api/v1/estates/{estate}""#
        #expect(text.contains("linli_http_requests_total{\(route),status=\"2xx\"} 3\n"))
        #expect(text.contains("linli_http_requests_total{\(route),status=\"4xx\"} 1\n"))
        #expect(text.contains("linli_http_request_duration_seconds_count{\(route)} 4\n"))
        #expect(
            !text.contains(#"route="other",status="2xx"} 0"#), "the scrape itself counts as other")
        #expect(text.contains("linli_http_connections_open 1\n"))
        #expect(lagCount(text) >= 2)
        #expect(!text.contains("beef") && !text.contains("gone"))
        for line in text.split(separator: "\n") where !line.hasPrefix("# ") {
            #expect(
                line.wholeMatch(of: /[a-z_]+(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? [0-9.]+/)
                    != nil,
                "\(line)")
        }
        await server.stop()
        await idle.removeLocals()
        idle.loop.stop()
    }

    private func lagCount(_ text: String) -> Int {
        text.split(separator: "\n").first { $0.hasPrefix("linli_loop_lag_seconds_count ") }
            .flatMap { Int($0.split(separator: " ")[1]) } ?? 0
    }
}

extension Shard {
    fileprivate func install(_ metrics: HTTPMetrics, _ registry: MetricsRegistry) throws {
        try metrics.install(registry, on: self)
    }
}
