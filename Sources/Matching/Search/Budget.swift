internal import Synchronization

/// How long a search may go on, and how to end it early.
///
/// Iterations count; the clock of the wall does not exist here. A caller that wants a time limit
/// raises `stop` from outside, and gets the best plan found until then: only such an answer may
/// differ from one run to the next.
public struct Budget: Sendable {
    /// Most iterations of the search's outer loop; what one is, each solver says.
    public var iterations: Int
    /// Ends the search before that.
    public var stop: StopSignal
    /// Hears from time to time how far the search is; called on the search's own thread.
    public var progress: @Sendable (Progress) -> Void

    /// A search of so many iterations.
    public init(
        iterations: Int, stop: StopSignal = StopSignal(),
        progress: @escaping @Sendable (Progress) -> Void = { _ in }
    ) {
        self.iterations = iterations
        self.stop = stop
        self.progress = progress
    }
}

/// How far a search is.
public struct Progress: Hashable, Sendable {
    /// Iterations done.
    public var iterations: Int
    /// What the best plan so far is worth, in the words of the job.
    public var best: String

    /// After so many iterations.
    public init(iterations: Int, best: String) {
        self.iterations = iterations
        self.best = best
    }
}

/// A flag that one thread raises and a search on another sees between two iterations.
public final class StopSignal: Sendable {
    private let raised = Atomic<Bool>(false)

    /// A signal that is not raised.
    public init() {}

    /// Whether to end now.
    public var isRaised: Bool { raised.load(ordering: .relaxed) }

    /// Asks the search to end; it cannot be taken back.
    public func raise() { raised.store(true, ordering: .relaxed) }
}
