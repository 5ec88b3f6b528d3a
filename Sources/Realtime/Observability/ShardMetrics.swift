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
