import Realtime
import Testing

@Suite("Metrics")
struct MetricsTests {
    @Test("the text is the sum of all shards")
    func sums() async throws {
        var registry = MetricsRegistry()
        let visits = registry.counter(
            "linli_visits_total", help: "Visits.", labels: ["door"], rows: [["front"], ["back"]])
        let open = registry.gauge("linli_open", help: "Open now.")
        let waits = registry.histogram(
            "linli_wait_seconds", help: "Waits.", bounds: [.milliseconds(1), .milliseconds(2500)])
        let complete = registry
        let shards = [try Shard(index: 0), try Shard(index: 1)]
        for shard in shards {
            await shard.install { shard in
                let metrics = ShardMetrics(complete)
                metrics.add(to: visits)
                metrics.add(3, to: visits, series: 1)
                metrics.move(open, by: 2)
                metrics.observe(microseconds: 1000, in: waits)
                metrics.observe(microseconds: 1001, in: waits)
                metrics.observe(microseconds: 9_000_000, in: waits)
                return metrics
            }
        }
        let text = String(decoding: await registry.scrape(shards), as: UTF8.self)
        #expect(
            text == """
                # HELP linli_visits_total Visits.
                # TYPE linli_visits_total counter
                linli_visits_total{door="front"} 2
                linli_visits_total{door="back"} 6
                # HELP linli_open Open now.
                # TYPE linli_open gauge
                linli_open 4
                # HELP linli_wait_seconds Waits.
                # TYPE linli_wait_seconds histogram
                linli_wait_seconds_bucket{le="0.001"} 2
                linli_wait_seconds_bucket{le="2.5"} 4
                linli_wait_seconds_bucket{le="+Inf"} 6
                linli_wait_seconds_sum 18.004002
                linli_wait_seconds_count 6

                """)
        for shard in shards {
            await shard.removeLocals()
            shard.loop.stop()
        }
    }

    @Test("requests are counted by route and class, and every line keeps the format")
    func requests() throws {
        var registry = MetricsRegistry()
        let requests = RequestMetrics(
            [
                ("GET", "/api/v1/me"), ("POST", #"/odd"quote\and"# + "\nline"),
                ("other", "unmatched"),
            ],
            in: &registry)
        let metrics = ShardMetrics(registry)
        for status in [100, 200, 204, 304, 404, 503, 999] {
            requests.ended(route: 1, status: status, microseconds: 700, metrics)
        }
        let text = String(decoding: registry.render([metrics.snapshot()]), as: UTF8.self)
        let odd = #"method="POST",route="/odd\"quote\\and\nline""#
        #expect(text.contains("linli_http_requests_total{\(odd),status=\"2xx\"} 2\n"))
        #expect(text.contains("linli_http_requests_total{\(odd),status=\"5xx\"} 2\n"))
        #expect(text.contains("linli_http_request_duration_seconds_count{\(odd)} 7\n"))
        try checkFormat(text)
    }

    @Test("a series that was never counted is shown as nought")
    func noughts() throws {
        var registry = MetricsRegistry()
        _ = RequestMetrics([("GET", "/")], in: &registry)
        let text = String(decoding: registry.render([]), as: UTF8.self)
        #expect(text.contains(#"{method="GET",route="/",status="2xx"} 0"#))
        try checkFormat(text)
    }

    /// What a strict reader of the text format 0.0.4 demands, and promtool's rules for names.
    private func checkFormat(_ text: String) throws {
        #expect(text.hasSuffix("\n"))
        var type: (name: Substring, kind: Substring)?
        var helped: Substring?
        var seen: Set<Substring> = []
        var last: (series: String, value: Int)?
        for line in text.dropLast().split(separator: "\n", omittingEmptySubsequences: false) {
            if let help = line.wholeMatch(of: /# HELP ([a-z_:][a-z0-9_:]*) (.+)/) {
                helped = help.1
                #expect(seen.insert(help.1).inserted, "a family in two places: \(line)")
            } else if let match = line.wholeMatch(of: /# TYPE (\S+) (counter|gauge|histogram)/) {
                #expect(match.1 == helped, "HELP and TYPE go together: \(line)")
                #expect(match.1.hasSuffix("_total") == (match.2 == "counter"), "\(line)")
                type = (match.1, match.2)
            } else {
                let label = #"[a-z_][a-z0-9_]*="(?:[^"\\\n]|\\["\\n])*""#
                let pattern = try Regex<(Substring, Substring, Substring?, Substring)>(
                    "([a-z_:][a-z0-9_:]*)(\\{\(label)(?:,\(label))*\\})? ([0-9.]+)")
                guard let sample = line.wholeMatch(of: pattern)?.output, let (name, kind) = type
                else {
                    Issue.record("not a sample: \(line)")
                    continue
                }
                let suffixes = kind == "histogram" ? ["_bucket", "_sum", "_count"] : [""]
                #expect(suffixes.contains { name + $0 == sample.1 }, "\(line)")
                guard sample.1.hasSuffix("_bucket"), let value = Int(sample.3) else { continue }
                let series = String(sample.2 ?? "").replacing(/,?le="[^"]*"/, with: "")
                if let last, last.series == series { #expect(last.value <= value, "\(line)") }
                last = line.contains(#"le="+Inf""#) ? nil : (series, value)
            }
        }
    }
}
