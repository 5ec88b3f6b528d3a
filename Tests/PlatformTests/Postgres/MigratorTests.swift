import Platform
import Realtime
import Support
import Testing

@Suite("Migrations")
struct MigratorTests {
    private let first = MigrationFile(
        version: 9001, name: "first", text: "CREATE TABLE linli.first (n int); SELECT 1;")
    private let second = MigrationFile(
        version: 9002, name: "second", text: "CREATE TABLE linli.second (n int);")

    /// The program's own files, which a clone has already, and these.
    private func migrator(_ more: MigrationFile...) throws -> Migrator {
        try Migrator(files: Migrator().files + more)
    }

    @Test("are applied once each, in order, and what is left is known to the pool")
    func applies() async throws {
        try await TestDatabase.withPool { database, clone, _ in
            let migrator = try migrator(first, second)
            let pending = try await migrator.pending(in: database)
            #expect(pending == [first, second])
            let owner = clone.connection(as: "linli_owner")
            #expect(try migrator.migrate(owner) == [first, second])
            #expect(try migrator.migrate(owner) == [])
            let left = try await migrator.pending(in: database)
            #expect(left == [])
            // A server of the version before goes on serving.
            let older = try await Migrator().pending(in: database)
            #expect(older == [])
        }
    }

    @Test("an edited file is refused, and so is one that is missing, with what to do")
    func refuses() async throws {
        try await TestDatabase.with { clone in
            let owner = clone.connection(as: "linli_owner")
            try migrator(first).migrate(owner)
            let edited = MigrationFile(version: 9001, name: "first", text: first.text + " ")
            let error = #expect(throws: PostgresError.self) {
                try migrator(edited).migrate(owner)
            }
            #expect(error?.message.hasPrefix("V9001__first.sql was edited") == true)
            let missing = #expect(throws: PostgresError.self) {
                try migrator(second).migrate(owner)
            }
            #expect(missing?.kind == .migration)
            #expect(missing?.message.contains("migration 9001 (first) was applied here") == true)
        }
    }

    @Test("one that fails is undone whole and named; those before it stay")
    func failure() async throws {
        try await TestDatabase.with { clone in
            let bad = MigrationFile(
                version: 9002, name: "bad", text: "CREATE TABLE linli.half (n int); SELECT 1 / 0;")
            let owner = clone.connection(as: "linli_owner")
            let error = #expect(throws: PostgresError.self) {
                try migrator(first, bad).migrate(owner)
            }
            #expect(error?.message.hasPrefix("V9002__bad.sql: ") == true)
            let tables = try clone.superuser().run(
                One<Bool>(
                    """
                    SELECT to_regclass('linli.first') IS NOT NULL
                        AND to_regclass('linli.half') IS NULL
                    """))
            #expect(tables == [true])
            #expect(try migrator(first, second).migrate(owner) == [second])
        }
    }

    @Test("of two migrators at once one applies, and the other finds nothing to do")
    func race() async throws {
        try await TestDatabase.with { clone in
            let migrator = try migrator(first, second)
            let connection = clone.connection(as: "postgres")
            let applied = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<2 {
                    group.addTask { try migrator.migrate(connection).count }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(applied.sorted() == [0, 2])
        }
    }

    @Test("every file of the program has a number of its own and a good name")
    func files() throws {
        let files = try MigrationFile.all(in: MigrationFile.folder())
        #expect(files.first?.fileName == "V0001__settings.sql")
        #expect(files.map(\.version) == Set(files.map(\.version)).sorted())
    }
}
