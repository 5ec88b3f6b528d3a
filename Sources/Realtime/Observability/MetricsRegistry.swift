/// The metrics of a process: names, help and every series, fixed before the shards start.
///
/// A series is one combination of label values. Label values come from fixed sets (route
/// templates, methods, status classes), never from requests: an id as a label would leak it and
/// grow without bound. Names follow the rules that `promtool check metrics` checks.
package struct MetricsRegistry: Sendable {
    /// A family of counters; `series` is an index into the rows given when it was declared.
    package struct Counter: Sendable { let base: Int, count: Int }
    /// A family of gauges; the values of all shards are summed.
    package struct Gauge: Sendable { let base: Int, count: Int }
    /// A family of histograms of durations, shown in seconds.
    package struct Histogram: Sendable {
        let base: Int, count: Int
        let boundsMicroseconds: [UInt64]
        /// Buckets with +Inf, then the sum.
        var slotsEach: Int { boundsMicroseconds.count + 2 }
    }

    enum Kind: Sendable {
        case counter(Counter)
        case gauge(Gauge)
        case histogram(Histogram)

        var name: String {
            switch self {
            case .counter: "counter"
            case .gauge: "gauge"
            case .histogram: "histogram"
            }
        }
    }

    struct Family: Sendable {
        let name: String
        let help: String
        let kind: Kind
        /// For each series its labels as shown, such as `route="/",method="GET"`.
        let series: [String]
    }

    private(set) var families: [Family] = []
    private(set) var slotCount = 0

    /// Most series in a process.
    package static let seriesMax = 20_000

    /// Buckets from 0.5 ms to 10 s.
    package static let requestBounds: [Duration] = [
        .microseconds(500), .milliseconds(1), .milliseconds(2), .milliseconds(5),
        .milliseconds(10), .milliseconds(25), .milliseconds(50), .milliseconds(100),
        .milliseconds(250), .milliseconds(500), .seconds(1), .milliseconds(2500), .seconds(5),
        .seconds(10),
    ]

    /// A process without metrics yet.
    package init() {}

    /// Declares counters; the name ends in `_total`, and each row has one value a label.
    package mutating func counter(
        _ name: String, help: String, labels: [String] = [], rows: [[String]] = [[]]
    ) -> Counter {
        precondition(name.hasSuffix("_total"), "\(name): a counter's name ends in _total")
        let counter = Counter(base: slotCount, count: rows.count)
        add(name, help, .counter(counter), labels, rows, slots: rows.count)
        return counter
    }

    /// Declares gauges.
    package mutating func gauge(
        _ name: String, help: String, labels: [String] = [], rows: [[String]] = [[]]
    ) -> Gauge {
        precondition(!name.hasSuffix("_total"), "\(name): only a counter's name ends in _total")
        let gauge = Gauge(base: slotCount, count: rows.count)
        add(name, help, .gauge(gauge), labels, rows, slots: rows.count)
        return gauge
    }

    /// Declares histograms of durations with the upper bounds `bounds`, rising; +Inf is added.
    package mutating func histogram(
        _ name: String, help: String, bounds: [Duration] = requestBounds, labels: [String] = [],
        rows: [[String]] = [[]]
    ) -> Histogram {
        precondition(name.hasSuffix("_seconds"), "\(name): a duration's name ends in _seconds")
        let limits = bounds.map(\.wholeMicroseconds)
        precondition(zip(limits, limits.dropFirst()).allSatisfy { $0 < $1 }, "bounds must rise")
        let histogram = Histogram(base: slotCount, count: rows.count, boundsMicroseconds: limits)
        add(
            name, help, .histogram(histogram), labels, rows, slots: rows.count * histogram.slotsEach
        )
        return histogram
    }

    private mutating func add(
        _ name: String, _ help: String, _ kind: Kind, _ labels: [String], _ rows: [[String]],
        slots: Int
    ) {
        precondition(Self.isName(name), "\(name): a name is lower-case letters, digits and _")
        precondition(!families.contains { $0.name == name }, "\(name) is declared twice")
        precondition(labels.allSatisfy { Self.isName($0) && $0 != "le" }, "\(labels): bad label")
        precondition(!help.isEmpty, "\(name) needs a help text")
        precondition(Set(rows).count == rows.count, "\(name): a series is declared twice")
        let series = rows.map { row in
            precondition(row.count == labels.count, "\(name): each row has one value a label")
            return zip(labels, row).map { label, value in
                "\(label)=\"\(Self.escape(value, quotes: true))\""
            }.joined(separator: ",")
        }
        precondition(
            families.reduce(rows.count) { $0 + $1.series.count } <= Self.seriesMax,
            "more than \(Self.seriesMax) series")
        slotCount += slots
        families.append(
            Family(
                name: name, help: Self.escape(help, quotes: false), kind: kind, series: series))
    }

    private static func isName(_ name: String) -> Bool {
        name.wholeMatch(of: /[a-z][a-z0-9]*(_[a-z0-9]+)*/) != nil
    }

    private static func escape(_ text: String, quotes: Bool) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": escaped += #"\\"#
            case "\n": escaped += #"\n"#
            case "\"" where quotes: escaped += #"\""#
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}

extension Duration {
    /// Microseconds, rounded down, and never negative.
    package var wholeMicroseconds: UInt64 {
        let (seconds, attoseconds) = components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        return UInt64(seconds) * 1_000_000 + UInt64(attoseconds / 1_000_000_000_000)
    }
}
