/// Metrics in the Prometheus text format 0.0.4.
extension MetricsRegistry {
    /// The `Content-Type` of what `scrape` gives.
    package static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    /// Visits the shards and sums their numbers.
    package func scrape(_ shards: [Shard]) async -> [UInt8] {
        var snapshots: [ShardMetrics.Snapshot] = []
        for shard in shards {
            if let snapshot = await shard.metricsSnapshot() { snapshots.append(snapshot) }
        }
        return render(snapshots)
    }

    /// The text for the sum of `snapshots`.
    package func render(_ snapshots: [ShardMetrics.Snapshot]) -> [UInt8] {
        var sums = [Int64](repeating: 0, count: slotCount)
        for snapshot in snapshots {
            precondition(snapshot.slots.count == slotCount, "a shard of another registry")
            for index in sums.indices { sums[index] &+= snapshot.slots[index] }
        }
        var text = ""
        for family in families {
            text += "# HELP \(family.name) \(family.help)\n"
            text += "# TYPE \(family.name) \(family.kind.name)\n"
            for (index, labels) in family.series.enumerated() {
                switch family.kind {
                case .counter(let counter):
                    text += line(family.name, labels, "\(sums[counter.base + index])")
                case .gauge(let gauge):
                    text += line(family.name, labels, "\(sums[gauge.base + index])")
                case .histogram(let histogram):
                    text += lines(of: histogram, family.name, labels, index, sums)
                }
            }
        }
        return [UInt8](text.utf8)
    }

    private func lines(
        of histogram: Histogram, _ name: String, _ labels: String, _ series: Int, _ sums: [Int64]
    ) -> String {
        let base = histogram.base + series * histogram.slotsEach
        let bounds = histogram.boundsMicroseconds.map(Self.seconds) + ["+Inf"]
        let comma = labels.isEmpty ? "" : ","
        var text = ""
        var below: Int64 = 0
        for (bucket, bound) in bounds.enumerated() {
            below &+= sums[base + bucket]
            text += line("\(name)_bucket", "\(labels)\(comma)le=\"\(bound)\"", "\(below)")
        }
        let sum = UInt64(max(0, sums[base + bounds.count]))
        text += line("\(name)_sum", labels, Self.seconds(sum))
        text += line("\(name)_count", labels, "\(below)")
        return text
    }

    private func line(_ name: String, _ labels: String, _ value: String) -> String {
        labels.isEmpty ? "\(name) \(value)\n" : "\(name){\(labels)} \(value)\n"
    }

    /// Microseconds as seconds, without rounding: `2500` is `0.0025`, `10000000` is `10`.
    private static func seconds(_ microseconds: UInt64) -> String {
        let (whole, fraction) = microseconds.quotientAndRemainder(dividingBy: 1_000_000)
        guard fraction > 0 else { return "\(whole)" }
        var digits = String(fraction + 1_000_000).dropFirst()
        while digits.last == "0" { digits.removeLast() }
        return "\(whole).\(digits)"
    }
}
