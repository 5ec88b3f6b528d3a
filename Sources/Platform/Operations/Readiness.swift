package import Realtime

/// Whether the server can do its work right now; looked at twice a second, told by `/readyz`.
package final class Readiness: Sendable {
    /// One thing that must hold, and what to do when it does not.
    package struct Check: Sendable, Hashable {
        package var name: String
        /// What is wrong and what to do; `nil` when it holds.
        package var fault: String?
        /// What else must be known, though nothing is wrong.
        package var note: String?

        package init(_ name: String, fault: String? = nil, note: String? = nil) {
            self.name = name
            self.fault = fault
            self.note = note
        }
    }

    /// Least free bytes of the data folder's disk.
    package static let freeBytesMin: UInt64 = 256 << 20

    private let state = Locked<[Check]>([Check("start", fault: "the server is starting")])

    /// Not ready until the first look.
    package init() {}

    /// The last look.
    package var checks: [Check] { state.withLock { $0 } }

    /// Whether everything holds.
    package var isReady: Bool { checks.allSatisfy { $0.fault == nil } }

    /// Says that the server is about to end, so that nobody sends it more.
    package func stopping() {
        state.withLock { $0 = [Check("stop", fault: "the server is stopping")] }
    }

    /// Keeps what a look found, unless the server is about to end.
    fileprivate func found(_ checks: [Check]) {
        state.withLock { current in
            if current.first?.name != "stop" { current = checks }
        }
    }

    /// Whether the database answers, writes, and binds us.
    package static func database(_ database: Database) async -> Check {
        do {
            guard let role = try await database.read(.none, ServingRole()).first else {
                return Check("database", fault: "there is no schema yet: run linli migrate")
            }
            guard role.mayServe else {
                return Check(
                    "database",
                    fault: "the role \(role.name) is past row-level security: connect as linli")
            }
            return Check(
                "database",
                fault: role.isStandby ? "this is a standby: connect to the primary" : nil)
        } catch {
            return Check("database", fault: "the database does not answer (\(error.kind))")
        }
    }

    /// Whether the schema is at least this program's.
    package static func schema(_ database: Database, _ migrator: Migrator) async -> Check {
        do {
            let pending = try await migrator.pending(in: database)
            return Check(
                "schema",
                fault: pending.isEmpty
                    ? nil : "\(pending.count) migrations are pending: run linli migrate")
        } catch {
            return Check("schema", fault: "the schema cannot be read (\(error.kind))")
        }
    }

    /// Whether the data folder's disk has room.
    package static func disk(_ folder: String) -> Check {
        guard let free = Files.freeBytes(of: folder) else {
            return Check("disk", fault: "the data folder cannot be read: \(folder)")
        }
        return Check(
            "disk", fault: free < freeBytesMin ? "only \(free >> 20) MiB are free: make room" : nil)
    }
}

/// Looks again and again; made and used on one shard.
package final class ReadinessWatch {
    /// Longest wait for the database's answer; with `interval` it keeps `/readyz` within two seconds
    /// of a fault.
    package static let patience: Duration = .milliseconds(800)
    /// Between two looks.
    package static let interval: Duration = .milliseconds(500)

    private let readiness: Readiness
    private let database: Database
    private let migrator: Migrator
    private let dataFolder: String
    private let clock: Clock
    private let loop: EventLoop
    /// The question under way, which a hanging database leaves unanswered.
    private var isAsking = false
    private var answer: [Readiness.Check]?
    private let answered = WaitList<[Readiness.Check]>()

    /// A watch that has not looked yet.
    package init(
        _ readiness: Readiness, _ database: Database, _ migrator: Migrator, dataFolder: String,
        clock: Clock, on loop: EventLoop
    ) {
        self.readiness = readiness
        self.database = database
        self.migrator = migrator
        self.dataFolder = dataFolder
        self.clock = clock
        self.loop = loop
    }

    /// Looks once.
    package func look(on shard: isolated Shard) async {
        if !isAsking { ask(on: shard) }
        var checks = answer.take()
        if checks == nil { checks = await answered.wait(on: loop, for: Self.patience) }
        var found =
            checks ?? [
                Readiness.Check(
                    "database", fault: "the database does not answer in time: look at its host")
            ]
        found.append(Readiness.disk(dataFolder))
        if let note = clock.note { found.append(Readiness.Check("clock", note: note)) }
        readiness.found(found)
    }

    private func ask(on shard: isolated Shard) {
        isAsking = true
        Task.immediate(executorPreference: shard.loop) {
            var checks = [await Readiness.database(self.database)]
            if checks[0].fault == nil {
                checks.append(await Readiness.schema(self.database, self.migrator))
            }
            _ = shard  // isolates the task
            self.isAsking = false
            // An answer that came too late is as good for the next look.
            if !self.answered.hand(checks) { self.answer = checks }
        }
    }
}
