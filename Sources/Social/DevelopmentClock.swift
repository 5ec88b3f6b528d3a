package import Platform
package import Realtime

/// Reads and moves the clock of a development server; production has no such routes.
package enum DevelopmentClock {
    /// `GET` and `POST /dev/clock`; none when the clock is the machine's.
    ///
    /// `POST` takes `set` (an RFC 3339 instant), `advance` (seconds, may be negative) and `scale`
    /// (seconds a second) in its query, in this order.
    package static func routes(_ clock: Clock) -> [Route] {
        guard clock.isSettable else { return [] }
        return [
            Route(.get, "/dev/clock") { _, _ in answer(clock) },
            Route(.post, "/dev/clock") { request, _ in
                // A page of the Web must not move it, though the browser reaches this machine.
                guard request.field("origin") == nil, request.field("sec-fetch-site") == nil else {
                    return refusal(.forbidden, "ask from the command line: curl -X POST")
                }
                guard let change = Change(request) else {
                    return refusal(
                        .badRequest,
                        "use ?set=2026-03-01T08:00:00+08:00, ?advance=SECONDS or ?scale=FACTOR")
                }
                do {
                    try change.apply(to: clock)
                } catch {
                    return refusal(.badRequest, "a scale is from 0 to 1,000,000")
                }
                return answer(clock)
            },
        ]
    }

    private struct Change {
        var set: Instant?
        var advance: Double?
        var scale: Double?

        /// Longest jump in seconds: 200 years.
        private static let advanceMax = 200.0 * 366 * 86_400

        init?(_ request: Request) {
            guard let items = request.queryItems else { return nil }
            for (name, value) in items {
                switch name {
                case "set":
                    guard let instant = Instant(value) else { return nil }
                    set = instant
                case "advance":
                    guard let seconds = Double(value), abs(seconds) <= Self.advanceMax else {
                        return nil
                    }
                    advance = seconds
                case "scale":
                    guard let factor = Double(value), factor.isFinite else { return nil }
                    scale = factor
                default: return nil
                }
            }
            if set == nil, advance == nil, scale == nil { return nil }
        }

        func apply(to clock: Clock) throws(Clock.Refusal) {
            if let set { try clock.set(set) }
            if let advance { try clock.advance(by: .seconds(advance)) }
            if let scale { try clock.scale(scale) }
        }
    }

    private static func answer(_ clock: Clock) -> Response {
        Response(.ok, text: "\(clock.note ?? "the machine's")\n").adding(
            "Cache-Control", "no-store")
    }

    private static func refusal(_ status: Status, _ advice: String) -> Response {
        Response(status, text: "\(advice)\n").adding("Cache-Control", "no-store")
    }
}
