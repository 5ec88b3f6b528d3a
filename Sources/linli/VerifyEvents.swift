internal import ArgumentParser
internal import Platform
internal import Realtime

/// Verifies an export of an estate's event log, with no database and no key.
struct VerifyEvents: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify-events",
        abstract: "Verify the hash chain of an exported event log.",
        discussion: """
            Reads JSON lines from standard input, and ends with 1 at the first line that does not
            fit the one before:
              linli verify-events < events.jsonl
            With --export ESTATE it writes such lines instead:
              linli verify-events --export 0190…-… > events.jsonl
            """)

    @OptionGroup var settings: Settings

    @Option(help: "Write the log of the estate with this id to standard output.")
    var export: String?

    func run() async throws {
        guard let export else { return try verify() }
        guard let estate = UUID(export) else { throw ValidationError("\(export) is no id") }
        try await settings.withDatabase(clock: .machine()) { database, _ in
            let log = EventLogReader(database: database, estate: estate, job: "export")
            try await log.read { say(String(decoding: EventExport.line($0), as: UTF8.self)) }
        }
    }

    private func verify() throws {
        var verifier = EventExport.Verifier()
        do {
            while let line = readLine(strippingNewline: true) { try verifier.verify(line.utf8) }
        } catch {
            say("BROKEN: \(error)")
            throw ExitCode(1)
        }
        let erased = verifier.chain.erasedCount
        say("\(verifier.chain.sequence) events fit, \(erased) of them with an erased payload")
    }
}
