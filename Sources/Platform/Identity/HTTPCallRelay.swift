internal import FoundationEssentials
package import Realtime

/// A relay of calls over HTTP: asks a provider for a number, from one shard.
///
/// The contract (docs/operations.md): a POST of `{"call", "from", "to"}`, numbers as E.164, with
/// `Authorization: Bearer` and the secret. 200 with `{"number", "until"}` gives a number, the same one
/// for the same call; 403, 404, 409 and 422 refuse the call; all else is a fault.
package final class HTTPCallRelay: CallRelay {
    /// Why the relay was of no use; nothing in it is personal or quotes the provider.
    package enum Failure: Error, Hashable {
        /// The provider's status was none of the contract's.
        case refused(status: Int)
        /// The answer is not what the contract says, or has already lapsed.
        case unexpectedAnswer
        /// The provider was not reached, or its answer did not come.
        case call(CallError)
        /// The server is stopping.
        case stopped
    }

    private let configuration: CallRelayConfiguration
    private let shard: Shard
    private let clock: Clock
    /// A PEM file of the authorities to trust instead of the system's; for tests.
    private let authorities: String?

    /// A relay that asks from `shard`.
    package init(
        _ configuration: CallRelayConfiguration, on shard: Shard, clock: Clock,
        authorities: String? = nil
    ) {
        self.configuration = configuration
        self.shard = shard
        self.clock = clock
        self.authorities = authorities
    }

    /// Makes what asks, on the shard.
    package func start() async throws {
        try await shard.installRelayOutlet(authorities: authorities)
    }

    /// Ends what is asked.
    package func stop() async { await shard.closeRelayOutlet() }

    /// Asks the provider for a number; throws `Failure`.
    package func connect(
        _ call: UUID, from caller: PhoneNumber, to callee: PhoneNumber
    ) async throws -> RelayedCall? {
        var request = Call(.post, configuration.url, audience: .trusted)
        request.headers = [
            ("Content-Type", "application/json"),
            ("Authorization", "Bearer \(configuration.secret)"),
        ]
        var json = JSONWriter(capacity: 256)
        json.object { json in
            json.member("call", call)
            json.member("from", caller.e164)
            json.member("to", callee.e164)
        }
        request.body = json.bytes
        request.timeout = configuration.timeout
        request.answerBytesMax = 64 * 1024
        let answer = try await shard.askRelay(request)
        switch answer.status {
        case 200: return try read(answer.body, besides: [caller, callee])
        case 403, 404, 409, 422: return nil
        default: throw Failure.refused(status: answer.status)
        }
    }

    private struct Content: Decodable {
        var number: String
        var until: String
    }

    /// A number that is neither end's, and leads there for a while.
    private func read(_ body: [UInt8], besides ends: [PhoneNumber]) throws -> RelayedCall {
        guard let content = try? JSONDecoder().decode(Content.self, from: Data(body)),
            let until = Instant(content.until), until > clock.now(),
            let relayed = RelayedCall(number: content.number, until: until, between: ends)
        else { throw Failure.unexpectedAnswer }
        return relayed
    }
}

/// What of a relay lives on its shard.
private final class RelayOutlet {
    let client: CallClient
    var isClosed = false

    init(on loop: EventLoop, authorities: String?) throws(UVError) {
        client = try CallClient(
            on: loop, limits: CallClient.Limits(), authorities: authorities)
    }
}

extension Shard {
    fileprivate func installRelayOutlet(authorities: String?) throws {
        try install { try RelayOutlet(on: $0.loop, authorities: authorities) }
    }

    fileprivate func closeRelayOutlet() {
        guard let outlet = local(RelayOutlet.self) else { return }
        outlet.isClosed = true
        outlet.client.close()
    }

    fileprivate func askRelay(_ call: Call) async throws -> Call.Answer {
        guard let outlet = local(RelayOutlet.self), !outlet.isClosed else {
            throw HTTPCallRelay.Failure.stopped
        }
        do {
            return try await outlet.client.send(call)
        } catch {
            throw HTTPCallRelay.Failure.call(error)
        }
    }
}
