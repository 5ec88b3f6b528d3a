internal import ArgumentParser
internal import Platform
internal import Realtime

/// Prints a session's token for a person, without a code: for development alone.
struct SessionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "session",
        abstract: "Print a session token for a person (development profile only).",
        discussion: """
            PERSON is an id, or the number (编号) the person was imported under. Where the server was
            started with --clock, give the same here.

            Examples:
              curl -H "Authorization: Bearer $(linli session R00565)" \
            http://127.0.0.1:8080/api/v1/me
            """)

    @OptionGroup var settings: Settings

    @Argument(help: "The person's id or number.")
    var person: String

    func run() async throws {
        guard settings.profile == .development else {
            throw ValidationError(
                "正式环境只能用短信验证码登录。"
                    + "\nsessions without a code exist in the development profile only: sign in"
                    + " with a code")
        }
        let clock = settings.makeClock()
        let person = person
        let token = try await settings.withDatabase(clock: clock) { database, _ in
            let account = try await Self.account(of: person, in: database)
            let sessions = Sessions(
                database: database, clock: clock, ids: UUIDGenerator(clock: clock))
            return try await sessions.create(for: account, deviceLabel: "linli session")
        }
        say(token.text)
    }

    private static func account(of person: String, in database: Database) async throws -> UUID {
        var found: Set<UUID> = []
        for estate in try await database.read(.none, EstateIDs()) {
            let accounts = try await database.read(
                .job("import", estate: estate), AccountOfPerson(person: person))
            found.formUnion(accounts)
        }
        guard let account = found.first else {
            throw ValidationError("no person with an account is \(person)")
        }
        guard found.count == 1 else {
            throw ValidationError("\(person) stands in several estates: name the person's id")
        }
        return account
    }
}

private struct AccountOfPerson: Statement {
    var person: String

    var sql: SQL {
        """
        SELECT account_id
        FROM linli.person
        WHERE estate_id = (SELECT linli.estate_id())
            AND (import_key = \(person) OR id::text = \(person))
            AND account_id IS NOT NULL
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> UUID { try cells.read() }
}
