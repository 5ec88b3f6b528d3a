internal import Glibc
package import Platform
package import Realtime

/// A database of one test: a migrated clone, dropped at the end.
///
/// The cluster is that of `LINLI_TEST_DATABASE`, a superuser's connection string. A template is
/// migrated once for each set of migrations, and shared by all processes.
package struct TestDatabase: Sendable {
    /// The database's name.
    package let name: String
    private let cluster: String

    /// Why a test cannot have a database.
    package struct Missing: Error, CustomStringConvertible {
        /// What to do.
        package let description: String
    }

    /// A connection string for a role of this database.
    package func connection(as role: String) -> String { "\(cluster) user=\(role) dbname=\(name)" }

    /// A configuration for the serving role, with few connections.
    package var configuration: DatabaseConfiguration {
        var configuration = DatabaseConfiguration(connection: connection(as: "linli"))
        configuration.applicationName = "linli test"
        return configuration
    }

    /// A connection of the superuser, to prepare and to look behind the policies.
    package func superuser() throws -> BlockingConnection {
        try BlockingConnection("\(cluster) dbname=\(name)")
    }

    /// Makes a clone, runs `body` on it and drops it, even if `body` throws.
    package static func with<Value: Sendable>(
        _ body: (TestDatabase) async throws -> Value
    ) async throws -> Value {
        let cluster = try cluster()
        await Turns.shared.take()
        defer { Task { await Turns.shared.giveBack() } }
        let number = UInt64.random(in: 0...UInt64.max)
        let database = TestDatabase(
            name: "linli_test_\(getpid())_\(String(number, radix: 36))", cluster: cluster)
        try database.create(from: template(on: cluster))
        defer { database.drop() }
        return try await body(database)
    }

    /// Makes a clone and a shard, and runs `body` with a pool of the serving role.
    ///
    /// The pool is closed, the loop ended and the clone dropped at the end.
    package static func withPool<Value: Sendable>(
        clock: Clock = .machine(),
        configure: @Sendable (inout DatabaseConfiguration) -> Void = { _ in },
        _ body: @Sendable (Database, TestDatabase, isolated Shard) async throws -> Value
    ) async throws -> Value {
        try await with { clone in
            try await withShard { shard in
                var configuration = clone.configuration
                configure(&configuration)
                let pool = Database(configuration, clock: clock, on: shard.loop)
                do {
                    let value = try await body(pool, clone, shard)
                    await pool.close()
                    return value
                } catch {
                    await pool.close()
                    throw error
                }
            }
        }
    }

    private static func cluster() throws(Missing) -> String {
        guard let named = Files.environment("LINLI_TEST_DATABASE") else {
            throw Missing(
                description: "LINLI_TEST_DATABASE is not set: run ops/test, which starts a cluster"
                    + " of its own, or set it to a superuser's connection string")
        }
        // Later words of a connection string win, so the clone's database goes after it.
        return named
    }

    private func create(from template: String) throws(PostgresError) {
        let server = try BlockingConnection("\(cluster) dbname=postgres")
        try server.run("CREATE DATABASE \(name) TEMPLATE \(template)")
        try BlockingConnection("\(cluster) dbname=\(name)").run(Self.grants)
    }

    private func drop() {
        do {
            let server = try BlockingConnection("\(cluster) dbname=postgres")
            try server.run("DROP DATABASE IF EXISTS \(name) WITH (FORCE)")
        } catch {
            print("\(name) was not dropped: \(error)")
        }
    }

    /// The migrated template's name; makes it if no process has yet.
    private static func template(on cluster: String) throws -> String {
        let migrator = try Migrator()
        let roles = try rolesFile()
        let all = migrator.files.map(\.checksum).joined() + roles
        let name = "linli_template_" + String(Self.hash(all), radix: 16)
        let server = try BlockingConnection("\(cluster) dbname=postgres")
        try server.run("SELECT pg_advisory_lock(hashtextextended('\(name)', 0))")
        if try server.run(Exists(name: name)).first == true { return name }
        let half = name + "_half"
        try server.run("DROP DATABASE IF EXISTS \(half) WITH (FORCE)")
        try server.run("CREATE DATABASE \(half) TEMPLATE template0 ENCODING 'UTF8'")
        try BlockingConnection("\(cluster) dbname=\(half)").run(roles)
        try migrator.migrate("\(cluster) dbname=\(half)")
        try server.run("ALTER DATABASE \(half) RENAME TO \(name)")
        return name
    }

    /// Rights on a database are not cloned with it (PostgreSQL manual, 23.3).
    private static let grants = """
        DO $$
        BEGIN
            EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
            EXECUTE format(
                'GRANT CONNECT, CREATE ON DATABASE %I TO linli_owner', current_database());
            EXECUTE format(
                'GRANT CONNECT ON DATABASE %I TO linli, linli_backup', current_database());
        END
        $$;
        """

    private static func rolesFile() throws -> String {
        let root = "\(#filePath)".split(separator: "/").dropLast(3).joined(separator: "/")
        return try String(
            decoding: Files.contents(of: "/\(root)/ops/roles.sql"), as: UTF8.self)
    }

    /// FNV-1a: short, and the same in every process.
    private static func hash(_ text: String) -> UInt64 {
        text.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }

    private struct Exists: Statement {
        var name: String
        var sql: SQL { "SELECT EXISTS (SELECT FROM pg_database WHERE datname = \(name))" }

        func decode(_ cells: inout Cells) throws(PostgresError) -> Bool { try cells.read() }
    }
}

/// Lets few tests have a clone at once: a server allows a hundred connections, and each clone made
/// or dropped writes to its disk.
private actor Turns {
    static let shared = Turns(count: 6)

    private var left: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(count: Int) { left = count }

    func take() async {
        guard left == 0 else {
            left -= 1
            return
        }
        await withCheckedContinuation { waiting.append($0) }
    }

    func giveBack() {
        if waiting.isEmpty { left += 1 } else { waiting.removeFirst().resume() }
    }
}
