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

    @Option(help: "A libpq connection string or URI (LINLI_DATABASE_URL).")
    var database = Files.environment("LINLI_DATABASE_URL") ?? "dbname=linli user=linli"

    @Option(help: "development or production (LINLI_PROFILE).")
    var profile = Profile(rawValue: Files.environment("LINLI_PROFILE") ?? "") ?? .development

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
                    + " backup, or name the data folder that holds them with --data")
        }
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
