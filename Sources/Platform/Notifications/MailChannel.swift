internal import FoundationEssentials
package import Realtime

/// What carries messages by e-mail.
package protocol MailChannel: Sendable {
    /// Hands a message over; at most so long that a run keeps its lease.
    func hand(_ mail: OutgoingMail) async -> Handover
}

extension OutboxGateway: MailChannel {
    package func hand(_ mail: OutgoingMail) async -> Handover {
        do {
            try await write(to: mail.to.text, text: "\(mail.subject)\n\(mail.text)")
            return .taken
        } catch {
            return .later("outbox")
        }
    }
}

/// A mail server that takes messages: a JSON file.
///
///     {
///       "server": "smtps://mail.example:465",
///       "from": "linli@estate.example",
///       "user": "linli",
///       "secret_file": "/etc/linli/mail-secret",
///       "timeout_seconds": 30
///     }
package struct MailConfiguration: Sendable {
    /// What is wrong with the file: as with the gateway of messages.
    package typealias Fault = SMSGatewayConfiguration.Fault

    let server: String
    let from: EmailAddress
    let signIn: (user: String, password: String)?
    let timeout: Duration
    /// Whether the server is this machine, to which mail may go in clear.
    let isLocal: Bool

    private struct File: Decodable {
        var server: String
        var from: String
        var user: String?
        var secretFile: String?
        var timeoutSeconds: Int?

        enum CodingKeys: String, CodingKey {
            case server, from, user
            case secretFile = "secret_file"
            case timeoutSeconds = "timeout_seconds"
        }
    }

    /// Reads a file; `credentials` is the folder of systemd's credentials, where `mail-secret` is looked
    /// for when the file names none.
    package init(path: String, credentials: String?) throws(Fault) {
        try self.init(
            json: SMSGatewayConfiguration.contents(of: path),
            secretFile: credentials.map { "\($0)/mail-secret" })
    }

    /// Reads the JSON; the secret is in the file that it names, or else in `secretFile`.
    package init(json: [UInt8], secretFile: String?) throws(Fault) {
        guard let file = try? JSONDecoder().decode(File.self, from: Data(json)) else {
            throw .malformed("server, from, user, secret_file and timeout_seconds are its members")
        }
        guard let from = EmailAddress(file.from) else { throw .malformed("from is no address") }
        self.from = from
        server = file.server
        let lower = file.server.lowercased()
        guard lower.hasPrefix("smtp://") || lower.hasPrefix("smtps://"), !lower.contains("@"),
            lower.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else { throw .malformed("server is an smtp or smtps URL without a password") }
        isLocal = ["smtp://127.0.0.1:", "smtp://[::1]:"].contains { lower.hasPrefix($0) }
        timeout = try SMSGatewayConfiguration.timeout(file.timeoutSeconds ?? 30)
        if let user = file.user {
            signIn = (user, try SMSGatewayConfiguration.read(file.secretFile ?? secretFile))
        } else {
            signIn = nil
        }
    }
}

/// Hands messages to a mail server over SMTP, from one shard.
///
/// It does not try again: what the server did not take, the delivery's row knows.
package final class SMTPChannel: MailChannel {
    private let configuration: MailConfiguration
    private let shard: Shard
    /// A PEM file of the authorities to trust instead of the system's; for tests.
    private let authorities: String?

    /// A channel that sends from `shard`.
    package init(
        _ configuration: MailConfiguration, on shard: Shard, authorities: String? = nil
    ) {
        self.configuration = configuration
        self.shard = shard
        self.authorities = authorities
    }

    /// Makes what sends, on the shard.
    package func start() async throws {
        try await shard.installMailOutlet(authorities: authorities)
    }

    /// Ends what is being sent.
    package func stop() async { await shard.closeMailOutlet() }

    package func hand(_ mail: OutgoingMail) async -> Handover {
        var call = MailCall(
            server: configuration.server, from: configuration.from.text, to: [mail.to.text],
            message: mail.message(from: configuration.from))
        call.requiresTLS = !configuration.isLocal
        call.signIn = configuration.signIn
        call.timeout = configuration.timeout
        return await shard.handMail(call)
    }
}

/// What of a channel lives on its shard.
private final class MailOutlet {
    let client: CallClient

    init(on loop: EventLoop, authorities: String?) throws(UVError) {
        var limits = CallClient.Limits()
        // Mail servers take few connections from one sender.
        limits.runningMax = 8
        limits.waitingMax = 1024
        client = try CallClient(on: loop, limits: limits, authorities: authorities)
    }
}

extension Shard {
    fileprivate func installMailOutlet(authorities: String?) throws {
        try install { try MailOutlet(on: $0.loop, authorities: authorities) }
    }

    fileprivate func closeMailOutlet() { local(MailOutlet.self)?.client.close() }

    fileprivate func handMail(_ call: MailCall) async -> Handover {
        guard let outlet = local(MailOutlet.self) else { return .later("stopped") }
        do throws(CallError) {
            try await outlet.client.send(call)
            return .taken
        } catch {
            return .failed(error)
        }
    }
}
