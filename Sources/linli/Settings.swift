internal import ArgumentParser
internal import Logging
internal import Platform
internal import Realtime

/// Which rules a process lives by.
enum Profile: String, ExpressibleByArgument, CaseIterable {
    /// Demo people, messages in a file, loopback only.
    case development
    /// None of these.
    case production
}

/// What every command that touches an installation is told, by option or environment.
struct Settings: ParsableArguments {
    @Option(help: "The data folder: keys, outbox, signed heads (LINLI_DATA).")
    var data = Files.environment("LINLI_DATA") ?? "/var/lib/linli"

    @Option(
        help: """
            The folder with the list of erased persons, outside the backup; erased in the data \
            folder unless given (LINLI_ERASURES).
            """)
    var erasures: String?

    @Option(help: "A libpq connection string or URI (LINLI_DATABASE_URL).")
    var database = Files.environment("LINLI_DATABASE_URL") ?? "dbname=linli user=linli"

    @Option(help: "development or production (LINLI_PROFILE).")
    var profile = Profile(rawValue: Files.environment("LINLI_PROFILE") ?? "") ?? .development

    @Option(
        help: """
            Development only: start the clock at this instant (2026-03-01T08:00:00+08:00, or now) \
            instead of the machine's time.
            """)
    var clock: String?

    @Option(help: "Development only: seconds of the clock a second, with --clock; 0 stands still.")
    var clockScale: Double?

    func validate() throws {
        if let named = Files.environment("LINLI_PROFILE"), Profile(rawValue: named) == nil {
            throw ValidationError("LINLI_PROFILE is development or production, not \(named)")
        }
        guard clock != nil || clockScale != nil else { return }
        guard profile == .development else {
            throw ValidationError(
                "正式环境只用真实时间，请去掉 --clock 和 --clock-scale。"
                    + "\nthe production profile has the machine's clock alone: leave out --clock"
                    + " and --clock-scale")
        }
        guard let clock, clock == "now" || Instant(clock) != nil else {
            throw ValidationError("--clock takes now, or an instant: 2026-03-01T08:00:00+08:00")
        }
        guard (0...1_000_000).contains(clockScale ?? 1) else {
            throw ValidationError("--clock-scale takes 0 to 1,000,000")
        }
    }

    /// The process's only clock: the machine's, unless the development profile was told otherwise.
    func makeClock() -> Clock {
        guard let clock else { return .machine() }
        return .settable(at: Instant(clock), scale: clockScale ?? 1)
    }

    /// The server's keys; made on the first start in development, required in production.
    ///
    /// systemd hands them over as the credential `keys`; otherwise they are `keys` in the data
    /// folder.
    func keyring() throws -> Keyring {
        let folder = Files.environment("CREDENTIALS_DIRECTORY") ?? data
        do {
            return try Keyring.load(path: "\(folder)/keys", makesMissing: profile == .development)
        } catch {
            throw ValidationError(
                "the keys in \(folder)/keys cannot be used (\(error)): restore them from the"
                    + " backup, name the data folder that holds them with --data, or make them"
                    + " before a first start with linli keys")
        }
    }

    /// The persons that were erased, kept outside the database and its backups.
    func erasureList(_ keyring: Keyring) -> ErasureList {
        ErasureList(
            folder: erasures ?? Files.environment("LINLI_ERASURES") ?? "\(data)/erased",
            key: keyring.signingKey)
    }

    /// The database as the serving role.
    var databaseConfiguration: DatabaseConfiguration { DatabaseConfiguration(connection: database) }

    /// Runs something on a shard with a database, and ends both.
    func withDatabase<Value: Sendable>(
        clock: Clock, _ body: @Sendable (Database, isolated Shard) async throws -> Value
    ) async throws -> Value {
        let shard = try Shard(index: 0)
        let configuration = databaseConfiguration
        await shard.install { Database(configuration, clock: clock, on: $0.loop) }
        let outcome: Result<Value, any Error>
        do {
            outcome = .success(try await shard.withLocal(body))
        } catch {
            outcome = .failure(error)
        }
        await shard.closeDatabase()
        await shard.removeLocals()
        shard.loop.stop()
        return try outcome.get()
    }
}

extension Shard {
    /// Runs something with this shard's database.
    fileprivate func withLocal<Value: Sendable>(
        _ body: @Sendable (Database, isolated Shard) async throws -> Value
    ) async throws -> Value {
        guard let database = local(Database.self) else {
            preconditionFailure("the database was installed just before")
        }
        return try await body(database, self)
    }

    /// Ends the database connections of this shard.
    func closeDatabase() async { await local(Database.self)?.close() }
}

/// Writes a line for the person at the terminal.
func say(_ line: String) { print(line) }
