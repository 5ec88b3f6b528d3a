internal import Matching
internal import Synchronization

/// Says how far a search is, once it has taken a second, and then every second.
final class SolveProgress: Sendable {
    private let spoke = Mutex(ContinuousClock.now)
    private let begun = ContinuousClock.now

    /// Called by the search, on its own thread.
    @Sendable func report(_ progress: Progress) {
        let now = ContinuousClock.now
        let isDue = spoke.withLock { last in
            guard now - last >= .seconds(1) else { return false }
            last = now
            return true
        }
        guard isDue else { return }
        let seconds = (now - begun).components.seconds
        SolveFile.complain("\(seconds) s: \(progress.iterations) iterations, \(progress.best)")
    }
}
