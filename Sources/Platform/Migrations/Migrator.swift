internal import Realtime

/// Brings the schema up to date: forward only, one file after another, each in a transaction.
///
/// Its calls block the thread. `linli.migration` records what was applied. A file with a lower
/// number than the last applied one is applied too: branches land in any order.
package struct Migrator: Sendable {
    /// What happens while it runs.
    package enum Progress: Sendable {
        /// Another migrator is at work; this one waits for it.
        case waiting
        case applying(MigrationFile)
        case applied(MigrationFile, took: Duration)
    }

    /// The role that owns the schema.
    static let owner = "linli_owner"
    /// Key of the advisory lock against two migrators; "linli mi" in ASCII.
    private static let lockKey: Int64 = 0x6C69_6E6C_6920_6D69

    /// The files of this program, in order.
    package let files: [MigrationFile]
    private let clock: Clock

    /// A migrator of these files; by default of those that belong to the program.
    package init(
        files: [MigrationFile]? = nil, clock: Clock = .machine()
    ) throws(PostgresError) {
        if let files {
            self.files = files
        } else {
            self.files = try MigrationFile.all(in: MigrationFile.folder())
        }
        self.clock = clock
    }

    /// Applies what is not applied yet; returns what it applied.
    ///
    /// `connection` is of the owner role, or of a superuser who then acts as the owner.
    ///
    /// - Throws: `migration` with a sentence that says what to do when an applied file was edited
    ///   or is missing; the server's error, naming the file, when one fails: that file is undone,
    ///   those before it stay.
    @discardableResult
    package func migrate(
        _ connection: String, progress: (Progress) -> Void = { _ in }
    ) throws(PostgresError) -> [MigrationFile] {
        let server = try BlockingConnection(connection)
        try becomeOwner(on: server)
        try lock(server, progress: progress)  // until the connection ends
        try server.run("SET lock_timeout = '5s'")
        try server.run(Self.journal)
        let wanted = try pending(applied: server.run(Applied()))
        for file in wanted {
            progress(.applying(file))
            let start = ContinuousClock.now
            try apply(file, on: server)
            progress(.applied(file, took: .now - start))
        }
        try server.run(Self.grants)
        return wanted
    }

    /// The files that the database still lacks, for `/readyz`.
    ///
    /// - Throws: As `migrate`; but a database ahead of this program is fine, as every migration is
    ///   safe with the version before it.
    package func pending(in database: Database) async throws(PostgresError) -> [MigrationFile] {
        do throws(PostgresError) {
            let applied = try await database.read(.none, Applied())
            let newest = files.last?.version ?? 0
            return try pending(applied: applied.filter { $0.version <= newest })
        } catch {
            // 42P01: no such table, 3F000: no such schema.
            if error.state == "42P01" || error.state == "3F000" { return files }
            throw error
        }
    }

    private func becomeOwner(on server: BlockingConnection) throws(PostgresError) {
        let me = try server.run(CurrentRole(owner: Self.owner)).first
        guard let me, me.ownerExists else {
            throw PostgresError(
                .migration,
                message: "the role \(Self.owner) is missing: run ops/roles.sql on this database")
        }
        if me.isOwner { return }
        guard me.mayBecomeOwner else {
            throw PostgresError(
                .migration,
                message: "migrations run as \(Self.owner) or a superuser: connect as one of them")
        }
        try server.run("SET ROLE \(Self.owner)")
    }

    private func lock(
        _ server: BlockingConnection, progress: (Progress) -> Void
    ) throws(PostgresError) {
        if try server.run(TryLock(key: Self.lockKey)).first == true { return }
        progress(.waiting)
        try server.run("SELECT pg_advisory_lock(\(Self.lockKey))")
    }

    /// What is left to apply, once what was applied is found unchanged.
    func pending(applied: [Applied.Row]) throws(PostgresError) -> [MigrationFile] {
        var byVersion: [Int: MigrationFile] = [:]
        for file in files { byVersion[file.version] = file }
        for row in applied {
            guard let file = byVersion.removeValue(forKey: row.version) else {
                throw PostgresError(
                    .migration,
                    message: "migration \(row.version) (\(row.name)) was applied here, but this"
                        + " program does not have it: use the program that applied it, or a newer")
            }
            guard file.checksum == row.checksum else {
                throw PostgresError(
                    .migration,
                    message: "\(file.fileName) was edited after it was applied here: put it back"
                        + " as it was, and write the change as a new migration")
            }
        }
        return byVersion.values.sorted { $0.version < $1.version }
    }

    private func apply(
        _ file: MigrationFile, on server: BlockingConnection
    ) throws(PostgresError) {
        do throws(PostgresError) {
            try server.run("BEGIN")
            try server.run(file.text)
            _ = try server.run(Record(file: file, instant: clock.now()))
            try server.run("COMMIT")
        } catch {
            try server.run("ROLLBACK")
            throw PostgresError(
                error.kind, state: error.state, message: "\(file.fileName): \(error.message)",
                constraint: error.constraint, detail: error.detail)
        }
    }

    private static let journal = """
        CREATE SCHEMA IF NOT EXISTS linli;
        CREATE TABLE IF NOT EXISTS linli.migration (
            version int CONSTRAINT migration_pkey PRIMARY KEY,
            name text NOT NULL,
            checksum text NOT NULL,
            applied_at_micros bigint NOT NULL
        );
        """

    /// The serving role reads how far the schema is.
    private static let grants = """
        DO $$
        BEGIN
            IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'linli') THEN
                GRANT USAGE ON SCHEMA linli TO linli;
                GRANT SELECT ON linli.migration TO linli;
            END IF;
        END
        $$;
        """
}

extension Migrator {
    /// What was applied.
    struct Applied: Statement {
        struct Row {
            var version: Int
            var name: String
            var checksum: String
        }

        var sql: SQL { "SELECT version, name, checksum FROM linli.migration ORDER BY version" }

        func decode(_ cells: inout Cells) throws(PostgresError) -> Row {
            Row(version: try cells.read(), name: try cells.read(), checksum: try cells.read())
        }
    }

    private struct Record: Command {
        var file: MigrationFile
        var instant: Instant
        var sql: SQL {
            """
            INSERT INTO linli.migration (version, name, checksum, applied_at_micros)
            VALUES (\(file.version), \(file.name), \(file.checksum), \(instant.microseconds))
            """
        }
    }

    private struct TryLock: Statement {
        var key: Int64
        var sql: SQL { "SELECT pg_try_advisory_lock(\(key))" }

        func decode(_ cells: inout Cells) throws(PostgresError) -> Bool { try cells.read() }
    }

    private struct CurrentRole: Statement {
        struct Row {
            var ownerExists: Bool
            var isOwner: Bool
            var mayBecomeOwner: Bool
        }

        var owner: String
        var sql: SQL {
            """
            SELECT owner.oid IS NOT NULL, current_user = \(owner),
                coalesce(pg_has_role(current_user, owner.oid, 'MEMBER'), false)
            FROM (VALUES (\(owner)::name)) AS wanted (name)
            LEFT JOIN pg_roles AS owner ON owner.rolname = wanted.name
            """
        }

        func decode(_ cells: inout Cells) throws(PostgresError) -> Row {
            Row(
                ownerExists: try cells.read(), isOwner: try cells.read(),
                mayBecomeOwner: try cells.read())
        }
    }
}
