internal import Realtime

/// What the shards of a process tell each other about event logs: commits and moved heads.
///
/// Any thread may call it. One for the process.
package final class EventSignals: Sendable {
    private struct State {
        var numberer: (@Sendable () -> Void)?
        var isPoked = false
        var feeds: [Int: @Sendable ([UUID: Int64]) -> Void] = [:]
        var watched: [Int: Set<UUID>] = [:]
    }

    private let state = Locked(State())

    /// No numberer and no feed yet.
    package init() {}

    /// Says that a transaction with an event has committed; call it right after each such commit.
    ///
    /// Calls made before the numberer has answered the first count as one.
    package func committed() {
        let wake = state.withLock { state -> (@Sendable () -> Void)? in
            guard !state.isPoked else { return nil }
            state.isPoked = state.numberer != nil
            return state.numberer
        }
        wake?()
    }

    /// Takes the pokes since the last call: before the numberer looks for waiting rows.
    func takePokes() { state.withLock { $0.isPoked = false } }

    func setNumberer(_ wake: (@Sendable () -> Void)?) { state.withLock { $0.numberer = wake } }

    func setFeed(_ index: Int, _ moved: (@Sendable ([UUID: Int64]) -> Void)?) {
        state.withLock {
            $0.feeds[index] = moved
            if moved == nil { $0.watched[index] = nil }
        }
    }

    /// Says which estates a shard's feed streams.
    func watch(_ estates: Set<UUID>, by index: Int) {
        state.withLock { $0.watched[index] = estates }
    }

    /// The estates that any feed of the process streams.
    var watched: Set<UUID> {
        state.withLock { state in state.watched.values.reduce(into: []) { $0.formUnion($1) } }
    }

    /// Tells every feed of the process.
    func moved(_ heads: [UUID: Int64]) {
        guard !heads.isEmpty else { return }
        for tell in state.withLock({ Array($0.feeds.values) }) { tell(heads) }
    }
}
