internal import ArgumentParser
internal import Platform
internal import Realtime

/// Verifies an export of an estate's event log, with no database and no secret.
struct VerifyEvents: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify-events",
        abstract: "Verify the hash chain of an exported event log.",
        discussion: """
            Reads JSON lines from standard input, and ends with 1 at the first line that does not
            fit the one before. What was cut off at the end, or a log written anew, shows only
            against signed heads, which the server writes hourly to heads/ESTATE.jsonl; their key
            is public at /.well-known/linli/event-key.pem:
              linli verify-events --heads ESTATE.jsonl --key event-key.pem < events.jsonl
            With --export ESTATE it writes such lines instead:
              linli verify-events --export 0190…-… > events.jsonl
            """)

    @OptionGroup var settings: Settings

    @Option(help: "Write the log of the estate with this id to standard output.")
    var export: String?

    @Option(help: "Signed heads that the log must hold to, a JSON line each; needs --key.")
    var heads: String?

    @Option(help: "PEM file of the public key that the heads are signed by.")
    var key: String?

    func validate() throws {
        guard (heads == nil) == (key == nil) else {
            throw ValidationError("--heads and --key go together")
        }
    }

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
        let check: HeadCheck?
        do {
            check = try headCheck()
            while let line = readLine(strippingNewline: true) {
                try verifier.verify(line.utf8)
                try check?.check(verifier.chain)
            }
            try check?.finish(verifier.chain)
        } catch let fault as EventExport.Fault {
            say("BROKEN: \(fault)")
            throw ExitCode(1)
        } catch let fault as HeadCheck.Fault {
            say("BROKEN: against the signed heads: \(fault)")
            throw ExitCode(1)
        }
        let chain = verifier.chain
        say("\(chain.sequence) events fit, \(chain.erasedCount) of them with an erased payload")
        guard let check else {
            return say("not held against signed heads: an end that was cut off would not show")
        }
        let covered = check.newest?.sequence ?? 0
        say(
            "\(check.count) signed heads hold, up to event \(covered);"
                + " \(chain.sequence - covered) events are younger than the last head")
    }

    private func headCheck() throws -> HeadCheck? {
        guard let heads, let key else { return nil }
        guard let pem = try? Files.contents(of: key),
            let verifying = VerifyingKey(pem: String(decoding: pem, as: UTF8.self))
        else { throw ValidationError("\(key) is no Ed25519 public key in PEM") }
        guard let bytes = try? Files.contents(of: heads) else {
            throw ValidationError("\(heads) cannot be read")
        }
        return try HeadCheck(bytes.split(separator: UInt8(ascii: "\n")), key: verifying)
    }
}
