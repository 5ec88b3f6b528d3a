internal import Matching
internal import Synchronization

/// What a search last said of how far it is.
final class SolveProgress: Sendable {
    private let last = Mutex<Progress?>(nil)

    /// Called by the search, on its own thread.
    @Sendable func report(_ progress: Progress) { last.withLock { $0 = progress } }

    /// A line for the person at the terminal; a search that has said nothing is at least at work.
    func line(after seconds: Int) -> String {
        guard let progress = last.withLock({ $0 }) else { return "\(seconds) s: at work" }
        return "\(seconds) s: \(progress.iterations) iterations, \(progress.best)"
    }
}
