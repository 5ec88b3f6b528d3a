internal import ArgumentParser
internal import Glibc
internal import Logging
internal import Platform
internal import Realtime

/// Serves until it is told to stop.
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Serve the API and the web page.",
        discussion: """
            SIGTERM or Ctrl-C ends it once the answers under way have left; SIGHUP reads the
            certificate again. The development profile listens on loopback only; production refuses
            to start without keys, an SMS gateway, a public host and TLS, and with demo people.

            Examples:
              linli serve --port 8080 --data /var/lib/linli
              linli serve --clock 2026-03-01T08:00:00+08:00 --clock-scale 60
              linli serve --profile production --host 0.0.0.0 --port 443 \\
                --public-host linli.example.org --sms-gateway /etc/linli/sms.json \\
                --certificate /etc/linli/chain.pem --key /etc/linli/key.pem
            """)

    @OptionGroup var settings: Settings

    @Option(help: "The address to listen on.")
    var host = "127.0.0.1"

    @Option(help: "The port to listen on (LINLI_PORT).")
    var port = Int(Files.environment("LINLI_PORT") ?? "") ?? 8080

    @Option(help: "Event loops; one a core unless given.")
    var loops = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))

    @Option(help: "The folder of the web page's files (LINLI_WEB).")
    var web: String?

    @OptionGroup var tls: TLSFiles

    @OptionGroup var reach: Reach

    @Option(
        help: """
            JSON file of the SMS gateway (LINLI_SMS_GATEWAY; docs/operations.md). Required in \
            production; development writes messages to outbox.jsonl without one.
            """)
    var smsGateway: String?

    @Option(
        help: """
            JSON file of the mail server (LINLI_MAIL_SERVER; docs/operations.md); without one, production \
            sends no e-mail.
            """)
    var mailServer: String?

    /// The mail server's file, by option or environment.
    var mailServerFile: String? { mailServer ?? Files.environment("LINLI_MAIL_SERVER") }

    /// The gateway's file, by option or environment.
    var smsGatewayFile: String? { smsGateway ?? Files.environment("LINLI_SMS_GATEWAY") }

    @Option(
        help: """
            JSON file of the relay of calls (LINLI_CALL_RELAY; docs/operations.md); without one the \
            desk passes calls on.
            """)
    var callRelay: String?

    /// The relay's file, by option or environment.
    var callRelayFile: String? { callRelay ?? Files.environment("LINLI_CALL_RELAY") }

    @Flag(help: "Write no line for each request.")
    var quiet = false

    func validate() throws {
        guard (1...64).contains(loops) else { throw ValidationError("--loops takes 1 to 64") }
        guard (0...65_535).contains(port) else { throw ValidationError("--port takes 0 to 65535") }
        switch settings.profile {
        case .development:
            guard host == "127.0.0.1" || host == "::1" else {
                throw ValidationError(
                    "开发环境只监听本机，请去掉 --host，或用 --profile production。"
                        + "\nthe development profile listens on 127.0.0.1 or ::1 only: leave out"
                        + " --host, or serve with --profile production")
            }
        case .production: try validateProduction()
        }
    }

    /// What only development may do without.
    private func validateProduction() throws {
        guard smsGatewayFile != nil else {
            throw ValidationError(
                "正式环境需要短信网关：用 --sms-gateway 指出它的配置文件（见 docs/operations.md）。"
                    + "\nthe production profile needs an SMS gateway, as it never writes codes to a"
                    + " file: name its JSON file with --sms-gateway (docs/operations.md)")
        }
        guard !reach.publicHost.isEmpty else {
            throw ValidationError(
                "请用 --public-host 写明对外的域名，例如 linli.example.org。"
                    + "\nname the host that people reach the server by with --public-host, such as"
                    + " linli.example.org")
        }
        guard tls.settings != nil || !reach.trustedProxy.isEmpty else {
            throw ValidationError(
                "正式环境须用 TLS：给出 --certificate 和 --key，或用 --trusted-proxy 写明做 TLS 的代理地址。"
                    + "\nproduction is reached over TLS alone: give --certificate and --key, or the"
                    + " address of the proxy that ends TLS with --trusted-proxy")
        }
    }

    func run() async throws {
        let clock = settings.makeClock()
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
