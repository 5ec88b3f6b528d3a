package import Realtime

/// A message for a browser.
package struct OutgoingPush: Sendable {
    package var target: PushTarget
    /// JSON, as the page's worker reads it.
    package var message: [UInt8]
    /// Whether it goes ahead of everything else.
    package var isAlarm: Bool
    /// When it is sent.
    package var at: Instant

    /// A message for a browser.
    package init(target: PushTarget, message: [UInt8], isAlarm: Bool, at: Instant) {
        self.target = target
        self.message = message
        self.isAlarm = isAlarm
        self.at = at
    }
}

/// What carries messages to browsers.
package protocol PushChannel: Sendable {
    /// The key that browsers subscribe under.
    var applicationServerKey: String { get }
    /// Hands a message over; `Handover.gone` where the browser is no longer there.
    func hand(_ push: OutgoingPush) async -> Handover
}

extension Handover {
    /// The push service says that the subscription has ended (RFC 8030 §7.3).
    package static let gone = Handover.never("gone")
}

/// Hands messages to the browsers' push services, from one shard.
///
/// Their addresses came from people: they lead to the public Internet, or nowhere.
package final class WebPushChannel: PushChannel {
    private let sender: WebPush
    private let shard: Shard
    private let audience: Audience
    /// A PEM file of the authorities to trust instead of the system's; for tests.
    private let authorities: String?

    /// A channel that sends from `shard`; `audience` and `authorities` are for tests.
    package init(
        _ sender: WebPush, on shard: Shard, audience: Audience = .userGiven,
        authorities: String? = nil
    ) {
        self.sender = sender
        self.shard = shard
        self.audience = audience
        self.authorities = authorities
    }

    /// Makes what sends, on the shard.
    package func start() async throws {
        try await shard.installPushOutlet(authorities: authorities)
    }

    /// Ends what is being sent.
    package func stop() async { await shard.closePushOutlet() }

    package var applicationServerKey: String { sender.applicationServerKey }

    package func hand(_ push: OutgoingPush) async -> Handover {
        guard
            let call = try? sender.call(
                push.message, to: push.target, isUrgent: push.isAlarm, at: push.at,
                audience: audience)
        else { return .never("unusable_key") }
        return await shard.handPush(call)
    }
}

/// What of a channel lives on its shard.
private final class PushOutlet {
    let client: CallClient

    init(on loop: EventLoop, authorities: String?) throws(UVError) {
        var limits = CallClient.Limits()
        limits.waitingMax = 1024
        client = try CallClient(on: loop, limits: limits, authorities: authorities)
    }
}

extension Shard {
    fileprivate func installPushOutlet(authorities: String?) throws {
        try install { try PushOutlet(on: $0.loop, authorities: authorities) }
    }

    fileprivate func closePushOutlet() { local(PushOutlet.self)?.client.close() }

    fileprivate func handPush(_ call: Call) async -> Handover {
        guard let outlet = local(PushOutlet.self) else { return .later("stopped") }
        do throws(CallError) {
            let answer = try await outlet.client.send(call)
            if answer.status == 404 || answer.status == 410 { return .gone }
            return .answered(answer, expected: nil)
        } catch {
            return .failed(error)
        }
    }
}
