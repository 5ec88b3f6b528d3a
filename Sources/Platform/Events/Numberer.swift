package import Logging
package import Realtime

/// Gives committed events their numbers: one for a process, on one of its shards.
///
/// Woken by the commits of its own process; otherwise it looks every 5 ms while there is something
/// to do, and less often, down to `Pace`'s idle, when there is not. Several processes may each run
/// one. It also sees heads that others moved, and tells the feeds of its process.
package final class Numberer {
    /// How often it looks, and how much it takes.
    package struct Pace: Sendable {
        /// Between two looks while events come.
        package var busy: Duration = .milliseconds(5)
        /// At most between two looks while some feed streams: the delay of another process's news.
        package var idleWatched: Duration = .milliseconds(50)
        /// At most between two looks otherwise.
        package var idle: Duration = .milliseconds(250)
        /// Rows numbered in one transaction.
        package var rowsMax = 1000

        /// The defaults.
        package init() {}
    }

    private let database: Database
    private let signals: EventSignals
    private let pace: Pace
    private let logger: Logger
    private let pacer: Pacer
    private var heads: [UUID: Int64] = [:]
    private var task: Task<Void, Never>?
    /// Events numbered since the start, for metrics.
    package private(set) var numberedCount = 0

    /// A numberer that does not run yet; install it on the shard whose database it uses.
    package init(
        _ database: Database, signals: EventSignals, on loop: EventLoop, logger: Logger,
        pace: Pace = Pace()
    ) throws(UVError) {
        self.database = database
        self.signals = signals
        self.pace = pace
        self.logger = logger
        pacer = try Pacer(on: loop)
    }

    /// Starts looking; `shard` is the one it is installed on.
    package func start(on shard: isolated Shard) {
        guard task == nil else { return }
        let loop = shard.loop
        signals.setNumberer { Task(executorPreference: loop) { await shard.wakeNumberer() } }
        task = Task.immediate(executorPreference: loop) {
            _ = shard
            await self.run()
        }
    }

    /// Ends after the look that is under way.
    package func stop() async {
        signals.setNumberer(nil)
        task?.cancel()
        pacer.wake()
        await task?.value
        task = nil
    }

    func wake() { pacer.wake() }

    private func run() async {
        var delay = pace.busy
        var hasFailed = false
        while !Task.isCancelled {
            do {
                let isBusy = try await look()
                delay = isBusy ? pace.busy : min(delay * 2, idleMax)
                hasFailed = false
            } catch {
                // Once for each row of failures: nothing is lost, rows wait.
                if !hasFailed { logger.warning("event numbering waits: \(error)") }
                hasFailed = true
                delay = pace.idle
            }
            await pacer.wait(for: delay)
        }
    }

    private var idleMax: Duration { signals.watched.isEmpty ? pace.idle : pace.idleWatched }

    /// Numbers what waits, then asks where watched heads stand; whether there was anything.
    private func look() async throws -> Bool {
        signals.takePokes()
        var isBusy = false
        while true {
            let numbered = try await database.write(.none) { tx in
                try await tx.finish(NumberEvents(rowsMax: self.pace.rowsMax))
            }
            let count = numbered.reduce(0) { $0 + $1.sequences.count }
            numberedCount += count
            isBusy = isBusy || count > 0
            tell(numbered.map { ($0.estate, $0.sequences.upperBound) })
            guard count == pace.rowsMax else { break }
        }
        let watched = signals.watched
        if !watched.isEmpty {
            let heads = try await database.read(.none, EventHeads(estates: Array(watched)))
            isBusy = tell(heads.map { ($0.estate, $0.sequence) }) || isBusy
        }
        return isBusy
    }

    /// Tells the feeds what moved; whether anything did.
    @discardableResult
    private func tell(_ found: [(UUID, Int64)]) -> Bool {
        var moved: [UUID: Int64] = [:]
        for (estate, sequence) in found where sequence > heads[estate, default: 0] {
            heads[estate] = sequence
            moved[estate] = sequence
        }
        signals.moved(moved)
        return !moved.isEmpty
    }
}

extension Shard {
    fileprivate func wakeNumberer() { local(Numberer.self)?.wake() }
}
