package import Realtime

/// A message for a webhook (Standard Webhooks 1.0).
package struct OutgoingWebhook: Sendable {
    /// An `https` URL.
    package var url: String
    /// What it is known by, the same whenever it is sent again.
    package var id: String
    package var content: [UInt8]
    /// The newest first: during a rotation the one before signs as well.
    package var secrets: [WebhookSecret]
    /// When it is sent.
    package var at: Instant

    /// A message for an address.
    package init(
        url: String, id: String, content: [UInt8], secrets: [WebhookSecret], at: Instant
    ) {
        self.url = url
        self.id = id
        self.content = content
        self.secrets = secrets
        self.at = at
    }

    /// The call that hands it over.
    package func call(audience: Audience = .userGiven) -> Call {
        let seconds = at.microseconds / 1_000_000
        let signatures = secrets.map {
            $0.signature(id: id, unixSeconds: seconds, content: content)
        }
        var call = Call(.post, url, audience: audience)
        call.headers = [
            ("Content-Type", "application/json"),
            ("webhook-id", id),
            ("webhook-timestamp", "\(seconds)"),
            ("webhook-signature", signatures.joined(separator: " ")),
        ]
        call.body = content
        call.timeout = .seconds(15)
        call.answerBytesMax = 64 * 1024
        return call
    }
}

/// What carries messages to webhooks.
package protocol WebhookChannel: Sendable {
    /// Hands a message over; `Handover.gone` where nobody wants any more there.
    func hand(_ webhook: OutgoingWebhook) async -> Handover
}

/// Hands messages to webhooks, from one shard.
///
/// Their addresses lead to the public Internet, or nowhere.
package final class HTTPWebhookChannel: WebhookChannel {
    private let shard: Shard
    private let audience: Audience
    /// A PEM file of the authorities to trust instead of the system's; for tests.
    private let authorities: String?

    /// A channel that sends from `shard`; `audience` and `authorities` are for tests.
    package init(
        on shard: Shard, audience: Audience = .userGiven, authorities: String? = nil
    ) {
        self.shard = shard
        self.audience = audience
        self.authorities = authorities
    }

    /// Makes what sends, on the shard.
    package func start() async throws {
        try await shard.installWebhookOutlet(authorities: authorities)
    }

    /// Ends what is being sent.
    package func stop() async { await shard.closeWebhookOutlet() }

    package func hand(_ webhook: OutgoingWebhook) async -> Handover {
        await shard.handWebhook(webhook.call(audience: audience))
    }
}

extension Handover {
    /// What a webhook's answer means: anything but 2xx may be better the next time, but 410.
    static func ofWebhook(_ answer: Call.Answer) -> Handover {
        switch answer.status {
        case 200...299: .taken
        case 410: .gone
        default: .later("status_\(answer.status)")
        }
    }
}

/// What of a channel lives on its shard.
private final class WebhookOutlet {
    let client: CallClient

    init(on loop: EventLoop, authorities: String?) throws(UVError) {
        client = try CallClient(on: loop, authorities: authorities)
    }
}

extension Shard {
    fileprivate func installWebhookOutlet(authorities: String?) throws {
        try install { try WebhookOutlet(on: $0.loop, authorities: authorities) }
    }

    fileprivate func closeWebhookOutlet() { local(WebhookOutlet.self)?.client.close() }

    fileprivate func handWebhook(_ call: Call) async -> Handover {
        guard let outlet = local(WebhookOutlet.self) else { return .later("stopped") }
        do throws(CallError) {
            return .ofWebhook(try await outlet.client.send(call))
        } catch {
            return .failed(error)
        }
    }
}
