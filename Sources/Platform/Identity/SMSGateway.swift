package import Realtime

/// The gateway of the production profile: hands messages to a provider over HTTP.
///
/// Messages leave from one shard, some time after the answer that promised them, so that neither
/// the answer nor its time tells whether there was one. It is best installed before anybody asks.
package final class SMSGateway: MessageGateway {
    /// How much waits, and how long.
    package struct Pace: Sendable {
        /// Messages on their way at once.
        package var runningMax = 8
        /// Messages that wait or are on their way; one more is refused.
        package var queuedMax = 512
        /// A message waits a random while of these, in milliseconds, before it is sent.
        package var delayMilliseconds: ClosedRange<Int> = 50...250
        /// Tries of a message that nobody took.
        package var triesMax = 3
        /// Before the second try; it doubles.
        package var retryDelay: Duration = .seconds(1)

        /// The defaults.
        package init() {}
    }

    /// Why a message was not delivered; nothing in it is personal or quotes the provider.
    package enum Failure: Error, Hashable {
        /// Too many messages wait: the provider is slow or away.
        case queueFull
        /// The provider's status was not from 200 to 299.
        case refused(status: Int)
        /// The answer does not contain what `expect` says.
        case unexpectedAnswer
        /// The provider was not reached, or its answer did not come.
        case call(CallError)
        /// The server is stopping.
        case stopped
    }

    private let configuration: SMSGatewayConfiguration
    private let pace: Pace
    private let shard: Shard
    /// A PEM file of the authorities to trust instead of the system's; for tests.
    private let authorities: String?

    /// A gateway that sends from `shard`.
    package init(
        _ configuration: SMSGatewayConfiguration, on shard: Shard, pace: Pace = Pace(),
        authorities: String? = nil
    ) {
        self.configuration = configuration
        self.shard = shard
        self.pace = pace
        self.authorities = authorities
    }

    /// Makes what sends, on the shard.
    package func start() async throws {
        try await shard.installSMSOutlet(
            runningMax: pace.runningMax, waitingMax: pace.queuedMax, authorities: authorities)
    }

    /// Lets messages that wait leave, for as long as `patience`, and ends the rest.
    package func stop(patience: Duration = .seconds(5)) async {
        await shard.closeSMSOutlet(patience: patience)
    }

    /// Sends a message, and again while nobody took it; throws `Failure`.
    package func send(to phone: PhoneNumber, text: String) async throws {
        let filling = MessageTemplate.Filling(
            phone: phone, text: text, id: Hex.encoded(SecureRandom.bytes(16)),
            signature: configuration.signature(.code))
        try await shard.sendSMS(
            configuration.call(filling), expected: configuration.expected, pace)
    }
}

/// What of a gateway lives on its shard.
private final class SMSOutlet {
    let client: CallClient
    /// Messages that wait or are on their way.
    var queued = 0
    var isClosed = false

    init(on loop: EventLoop, limits: CallClient.Limits, authorities: String?) throws(UVError) {
        client = try CallClient(on: loop, limits: limits, authorities: authorities)
    }
}

extension Shard {
    fileprivate func installSMSOutlet(
        runningMax: Int, waitingMax: Int, authorities: String?
    ) throws {
        var limits = CallClient.Limits()
        limits.runningMax = runningMax
        limits.waitingMax = waitingMax
        let settled = limits
        try install { try SMSOutlet(on: $0.loop, limits: settled, authorities: authorities) }
    }

    fileprivate func closeSMSOutlet(patience: Duration) async {
        guard let outlet = local(SMSOutlet.self) else { return }
        outlet.isClosed = true
        let end = ContinuousClock.now + patience
        while outlet.queued > 0, ContinuousClock.now < end { await sleep(for: .milliseconds(20)) }
        outlet.client.close()
    }

    fileprivate func sendSMS(
        _ call: Call, expected: [UInt8]?, _ pace: SMSGateway.Pace
    ) async throws {
        guard let outlet = local(SMSOutlet.self), !outlet.isClosed else {
            throw SMSGateway.Failure.stopped
        }
        guard outlet.queued < pace.queuedMax else { throw SMSGateway.Failure.queueFull }
        outlet.queued += 1
        defer { outlet.queued -= 1 }
        await sleep(for: .milliseconds(Int.random(in: pace.delayMilliseconds)))
        var delay = pace.retryDelay
        for attempt in 1... {
            let outcome = await attemptSMS(call, expected: expected, outlet)
            guard let (failure, isSafe) = outcome else { return }
            guard isSafe, attempt < pace.triesMax else { throw failure }
            await sleep(for: delay)
            delay = delay * 2
        }
    }

    /// Tries once; what went wrong, and whether surely nobody took the message.
    private func attemptSMS(
        _ call: Call, expected: [UInt8]?, _ outlet: SMSOutlet
    ) async -> (SMSGateway.Failure, isSafe: Bool)? {
        do throws(CallError) {
            let answer = try await outlet.client.send(call)
            // 429: asked too often, and so not taken (RFC 6585 §4).
            guard (200...299).contains(answer.status) else {
                return (.refused(status: answer.status), answer.status == 429)
            }
            guard expected.map({ answer.body.firstRange(of: $0) != nil }) ?? true else {
                return (.unexpectedAnswer, false)
            }
            return nil
        } catch {
            switch error {
            case .unreachable, .unresolved(.unavailable), .unresolved(.timedOut):
                return (.call(error), true)
            default: return (.call(error), false)
            }
        }
    }
}
