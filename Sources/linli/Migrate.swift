internal import ArgumentParser
internal import Platform

/// Brings the schema up to date, as the owner role.
struct Migrate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Bring the database's schema up to date.",
        discussion: """
            Connect as linli_owner or a superuser. Running it again changes nothing.

            Examples:
              linli migrate --database "host=/run/postgresql dbname=linli user=linli_owner"
              LINLI_DATABASE_URL=postgresql://linli_owner@db.example/linli linli migrate
            """)

    @OptionGroup var settings: Settings

    func run() throws {
        let applied = try Migrator().migrate(settings.database) { progress in
            switch progress {
            case .waiting: say("waiting for another migration to end")
            case .applying: break
            case .applied(let file, let took): say("applied \(file.fileName) (\(took))")
            }
        }
        say(applied.isEmpty ? "the schema is up to date" : "\(applied.count) migrations applied")
    }
}
