internal import ArgumentParser
internal import Platform
internal import Realtime

/// Makes the server's keys before its first start in production, and takes them further.
struct Keys: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make the server's keys, once, or take the sealing key a step further.",
        discussion: """
            Writes a file of mode 0600; without an option, one that is there already is never touched.
            Whoever loses it can read nothing that was sealed: keep a copy apart from the database's
            backups.

            One server: --rotate, then restart it. Several: --prepare, the file to each, restart each;
            then --rotate, the file to each, restart each. The jobs reseal and reseal-accounts seal
            anew what stands under the old key within a day; linli doctor says when its line may go.

            Examples:
              linli keys /etc/linli/keys
              linli keys --rotate /etc/linli/keys
            """)

    @Argument(help: "The key file.")
    var path: String

    @Flag(help: "Add the next key, which opens and does not seal yet.")
    var prepare = false

    @Flag(help: "Seal with the prepared key from now on, or else with a fresh one.")
    var rotate = false

    func validate() throws {
        guard !(prepare && rotate) else {
            throw ValidationError("--prepare and --rotate are two steps: one at a time")
        }
    }

    func run() throws {
        guard prepare || rotate else { return try make() }
        do {
            let id = try Keyring.rotate(path: path, rotate ? .use : .prepare)
            say(
                rotate
                    ? "key \(id) seals from the next start on: back \(path) up, and restart"
                    : "key \(id) is prepared: take \(path) to each server, and restart each")
        } catch {
            throw ValidationError("\(path) cannot be taken further (\(error)): it stays as it was")
        }
    }

    private func make() throws {
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
