internal import ArgumentParser
internal import Platform
internal import Realtime

/// Reports for authorities: counts alone.
struct Report: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print a report for the authorities.", subcommands: [MinorsReport.self])
}

/// The yearly report on minors' data, for the residents' committee to hand in.
struct MinorsReport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "minors",
        abstract: "Print the yearly audit report on how minors' data was handled.",
        discussion: """
            In Chinese and English: minors by age, guardianships, consents by purpose, who read
            their records and what for, what was reported, retention, copies and erasures. There is
            no name in it, and cells are hidden together where one is below five. It is due by 31
            January of the next year (未成年人网络保护条例, article 37).

            Examples:
              linli report minors --estate music-plaza --year 2026
              linli report minors --estate 0190…-… --year 2026 --json
            """)

    @OptionGroup var settings: Settings

    @Option(help: "The estate's code or id.")
    var estate: String

    @Option(help: "The year, by the estate's calendar.")
    var year: Int

    @Flag(help: "Write the counts as JSON instead.")
    var json = false

    func validate() throws {
        guard (2020...2199).contains(year) else { throw ValidationError("--year takes a year") }
    }

    func run() async throws {
        let (wanted, year) = (estate, Int32(year))
        let report = try await settings.withDatabase(clock: settings.makeClock()) { database, _ in
            let named: UUID? =
                if let id = UUID(wanted) { id } else {
                    try await database.read(.none, EstateOfCode(code: wanted)).first ?? nil
                }
            guard let named,
                let report = try await database.read(
                    .job("report", estate: named), MinorsCounts(year: year)
                ).first ?? nil
            else { throw ValidationError("there is no estate \(wanted)") }
            return report
        }
        say(json ? report : try MinorsReportText(report).text)
    }
}

/// The estate with a code.
private struct EstateOfCode: Statement {
    var code: String

    var sql: SQL { "SELECT linli.estate_of_code(\(code))" }

    func decode(_ cells: inout Cells) throws(PostgresError) -> UUID? { try cells.read() }
}

/// The counts of a year, as JSON.
private struct MinorsCounts: Statement {
    var year: Int32

    var sql: SQL { "SELECT linli.minors_report(\(year))::text" }

    func decode(_ cells: inout Cells) throws(PostgresError) -> String? { try cells.read() }
}
