internal import ArgumentParser
internal import Platform
internal import Realtime

/// Looks at everything an installation needs, and says what to do.
struct Doctor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check database, roles, schema, keys, disk, jobs and event chains.",
        discussion: "Ends with 1 when something is wrong. It changes nothing.")

    @OptionGroup var settings: Settings

    func run() async throws {
        var checks = [Readiness.disk(settings.data), keys()]
        let clock = Clock.machine()
        do {
            checks += try await settings.withDatabase(clock: clock) { database, _ in
                var checks = [await Readiness.database(database)]
                guard checks[0].fault == nil else { return checks }
                checks.append(await Readiness.schema(database, try Migrator()))
                checks += try await Self.estates(database, clock)
                checks += try await Self.jobs(database, clock)
                return checks
            }
        } catch {
            checks.append(.init("database", fault: "it could not be examined (\(error))"))
        }
        for check in checks {
            say(check.fault.map { "BAD  \(check.name): \($0)" } ?? "ok   \(check.name)")
        }
        if checks.contains(where: { $0.fault != nil }) { throw ExitCode(1) }
    }

    private func keys() -> Readiness.Check {
        var settings = settings
        settings.profile = .production  // a doctor makes no keys
        do {
            _ = try settings.keyring()
            return .init("keys")
        } catch {
            return .init("keys", fault: "\(error)")
        }
    }

    /// Every estate's chain, from its first event to its head; and that no event is of the future.
    private static func estates(
        _ database: Database, _ clock: Clock
    ) async throws -> [Readiness.Check] {
        var checks: [Readiness.Check] = []
        for estate in try await database.read(.none, EstateIDs()) {
            let log = EventLogReader(database: database, estate: estate, job: "audit")
            var chain = ChainVerifier()
            var newest: Instant?
            let name: String
            var fault: String?
            do {
                try await log.read { event in
                    try chain.verify(event)
                    newest = event.at
                }
            } catch let broken as ChainVerifier.Break {
                fault = "\(broken): restore the log from the backup and compare signed heads"
            }
            name = "events of \(estate) (\(chain.sequence))"
            if fault == nil, let newest, newest > clock.now() + .seconds(2) {
                fault = "the newest event is of the future: set this machine's clock"
            }
            checks.append(.init(name, fault: fault))
        }
        return checks
    }

    /// Periodic work that failed, or has not run for long.
    private static func jobs(
        _ database: Database, _ clock: Clock
    ) async throws -> [Readiness.Check] {
        let late = clock.now() + .seconds(-3600)
        return try await database.read(.none, JobStatuses()).compactMap { status in
            let name = "job \(status.job) in \(status.estate)"
            if let outcome = status.outcome, outcome != "done" {
                return .init(name, fault: "its last run ended with \(outcome): see the log")
            }
            guard status.nextRun < late else { return nil }
            return .init(name, fault: "it is an hour late: is a server running?")
        }
    }
}
