/// When to ping a silent peer, and when to give it up; it reads no clock of its own.
///
/// Phones lose their network without a word, and proxies end connections that are silent for a
/// minute: a ping every 30 s keeps the living and finds the dead.
package struct KeepAlive: Sendable {
    /// What to do at a tick.
    package enum Action: Sendable, Hashable {
        /// Nothing before this instant.
        case wait(until: ContinuousClock.Instant)
        /// Send a ping now, and ask again at this instant.
        case ping(next: ContinuousClock.Instant)
        /// The peer is gone: end the connection.
        case dead
    }

    private let interval: Duration
    private let missedMax: Int
    private var due: ContinuousClock.Instant
    private var unanswered = 0

    /// Begins to listen at `now`; `missedMax` pings may stay without any answer.
    package init(
        now: ContinuousClock.Instant, interval: Duration = .seconds(30), missedMax: Int = 2
    ) {
        self.interval = interval
        self.missedMax = missedMax
        due = now + interval
    }

    /// Notes that the peer sent anything at all.
    package mutating func heard(at now: ContinuousClock.Instant) {
        unanswered = 0
        due = now + interval
    }

    /// Says what to do now.
    package mutating func tick(at now: ContinuousClock.Instant) -> Action {
        guard now >= due else { return .wait(until: due) }
        guard unanswered < missedMax else { return .dead }
        unanswered += 1
        due = now + interval
        return .ping(next: due)
    }
}
