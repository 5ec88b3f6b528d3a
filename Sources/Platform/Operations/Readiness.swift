internal import Realtime

/// Whether the server can do its work right now; looked at every second, told by `/readyz`.
package final class Readiness: Sendable {
    /// One thing that must hold, and what to do when it does not.
    package struct Check: Sendable, Hashable {
        package var name: String
        /// What is wrong and what to do; `nil` when it holds.
        package var fault: String?

        package init(_ name: String, fault: String? = nil) {
            self.name = name
            self.fault = fault
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

    /// Looks once, with a database of the shard it is called on.
    package func look(_ database: Database, _ migrator: Migrator, dataFolder: String) async {
        var checks = [await Self.database(database)]
        if checks[0].fault == nil { checks.append(await Self.schema(database, migrator)) }
        checks.append(Self.disk(dataFolder))
        let found = checks
        state.withLock { current in
            if current.first?.name != "stop" { current = found }
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
