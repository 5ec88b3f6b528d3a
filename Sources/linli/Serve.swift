internal import ArgumentParser
internal import Glibc
internal import Logging
internal import Platform
internal import Realtime

/// Serves until it is told to stop.
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Serve the API and the web page.",
        discussion: "SIGTERM or Ctrl-C ends it once the answers under way have left.")

    @OptionGroup var settings: Settings

    @Option(help: "The address to listen on.")
    var host = "127.0.0.1"

    @Option(help: "The port to listen on (LINLI_PORT).")
    var port = Int(Files.environment("LINLI_PORT") ?? "") ?? 8080

    @Option(help: "Event loops; one a core unless given.")
    var loops = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))

    @Option(help: "The folder of the web page's files (LINLI_WEB).")
    var web: String?

    @Option(help: "PEM file of the certificate chain; with --key, serves TLS.")
    var certificate: String?

    @Option(help: "PEM file of the certificate's private key.")
    var key: String?

    @Flag(help: "Write no line for each request.")
    var quiet = false

    func validate() throws {
        guard (1...64).contains(loops) else { throw ValidationError("--loops takes 1 to 64") }
        guard (0...65_535).contains(port) else { throw ValidationError("--port takes 0 to 65535") }
        guard (certificate == nil) == (key == nil) else {
            throw ValidationError("--certificate and --key go together")
        }
        guard settings.profile == .production || host == "127.0.0.1" || host == "::1" else {
            throw ValidationError("the development profile listens on 127.0.0.1 or ::1 only")
        }
        guard settings.profile == .development else {
            throw ValidationError(
                "the production profile needs an SMS gateway, which cannot be configured yet:"
                    + " it never writes codes to a file")
        }
    }

    func run() async throws {
        let clock = Clock.machine()
        Log.bootstrap(to: LogSink()) { clock.now().microseconds }
        let node = try Node(self, clock: clock)
        try await node.start()
        let notifier = ServiceNotifier.fromEnvironment()
        notifier.notify(.ready)
        await node.untilToldToStop(notifier)
        notifier.notify(.stopping)
        await node.stop()
    }
}
