internal import ArgumentParser
internal import Platform
internal import Realtime

/// Makes the server's keys before its first start in production.
struct Keys: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make the server's keys, once, before the first start in production.",
        discussion: """
            Writes a file of mode 0600; one that is there already is never touched. Whoever loses it
            can read nothing that was sealed: keep a copy apart from the database's backups.

            Examples:
              linli keys /etc/linli/keys
            """)

    @Argument(help: "The file to make.")
    var path: String

    func run() throws {
        guard !Files.isReadable(path) else {
            throw ValidationError("\(path) is there already, and keys are made once: leave it")
        }
        do {
            _ = try Keyring.load(path: path, makesMissing: true)
        } catch {
            throw ValidationError("\(path) cannot be made (\(error)): name a folder you may write")
        }
        say("made \(path): back it up now, apart from the database")
    }
}
