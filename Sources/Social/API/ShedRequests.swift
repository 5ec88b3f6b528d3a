internal import Logging
internal import Platform
package import Realtime

/// Requests that were shed: answered 503, to be asked again.
///
/// When a thousand come at once, or the database is away, there are thousands of them: each is
/// counted in the metrics, and the log gets one line a second with how many it left out.
package final class ShedRequests: Sendable {
    private let counter: MetricsRegistry.Counter?
    private let limit = Locked(LineLimit())

    /// Counts nowhere, for those who serve no metrics.
    package init() { counter = nil }

    /// Declares the numbers.
    package init(in registry: inout MetricsRegistry) {
        counter = registry.counter(
            "linli_requests_shed_total", help: "Requests answered 503, by what was short.",
            labels: ["reason"], rows: Reason.allCases.map { [$0.rawValue] })
    }

    /// Counts a request, and writes a line about it if one may be written now.
    func note(
        _ error: any Error, on shard: isolated Shard, _ logger: Logger,
        _ metadata: Logger.Metadata
    ) {
        if let counter, let metrics = shard.local(ShardMetrics.self),
            let series = Reason.allCases.firstIndex(of: Reason(error))
        {
            metrics.add(to: counter, series: series)
        }
        guard let unwritten = limit.withLock({ $0.admit(at: .now) }) else { return }
        logger.warning(
            "a request was shed", error: error,
            metadata: metadata.merging(["unwritten": "\(unwritten)"]) { $1 })
    }

    /// What was short.
    private enum Reason: String, CaseIterable {
        /// Connections: too many wait for one, or for a turn.
        case busy
        /// Time: a statement or a lock took too long.
        case late
        /// The database, or the way to it.
        case unavailable
        /// Anything else, such as a conflict that did not end.
        case other

        init(_ error: any Error) {
            guard let error = error as? PostgresError else {
                self = .other
                return
            }
            self =
                switch error.state {
                case _ where error.kind == .busy: .busy
                case "57014", "55P03": .late
                case _ where error.isConnectionLost: .unavailable
                default: .other
                }
        }
    }
}

/// Lets one line through in each second, and counts the others.
struct LineLimit {
    /// The shortest time between two lines.
    static let interval = Duration.seconds(1)

    private var next: ContinuousClock.Instant?
    private var unwrittenCount = 0

    /// How many were left out since the last line, when another may be written; `nil` leaves this one
    /// out, too.
    mutating func admit(at now: ContinuousClock.Instant) -> Int? {
        if let next, now < next {
            unwrittenCount += 1
            return nil
        }
        defer { (next, unwrittenCount) = (now + Self.interval, 0) }
        return unwrittenCount
    }
}
