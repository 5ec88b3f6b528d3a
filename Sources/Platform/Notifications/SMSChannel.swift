package import Realtime

/// Hands texts of notices to the provider of the gateway's file, from one shard.
///
/// Alarms have connections of their own, which nothing else can use up. It does not try again: what a
/// provider did not take, the delivery's row knows.
package final class SMSChannel: TextChannel {
    private let configuration: SMSGatewayConfiguration
    private let shard: Shard
    /// A PEM file of the authorities to trust instead of the system's; for tests.
    private let authorities: String?

    /// A channel that sends from `shard`.
    package init(
        _ configuration: SMSGatewayConfiguration, on shard: Shard, authorities: String? = nil
    ) {
        self.configuration = configuration
        self.shard = shard
        self.authorities = authorities
    }

    /// Makes what sends, on the shard.
    package func start() async throws {
        try await shard.installNoticeOutlet(authorities: authorities)
    }

    /// Ends what is being sent.
    package func stop() async { await shard.closeNoticeOutlet() }

    package func sender(ofAlarms areAlarms: Bool) -> String {
        configuration.signature(areAlarms ? .alarm : .notice)
    }

    package var codeSender: String { configuration.signature(.code) }

    package func hand(_ text: OutgoingText) async -> Handover {
        let filling = MessageTemplate.Filling(
            phone: text.phone, text: text.text, id: text.reference,
            signature: sender(ofAlarms: text.isAlarm))
        return await shard.handNotice(
            configuration.call(filling), expected: configuration.expected,
            isAlarm: text.isAlarm)
    }
}

extension Handover {
    /// What an answer means, given what it must contain.
    static func answered(_ answer: Call.Answer, expected: [UInt8]?) -> Handover {
        switch answer.status {
        case 200...299:
            guard expected.map({ answer.body.firstRange(of: $0) != nil }) ?? true else {
                return .later("unexpected_answer")
            }
            return .taken
        // 401 and 403: somebody has to correct the file, and then it goes.
        case 401, 403, 407, 408, 425, 429, 500...599: return .later("status_\(answer.status)")
        default: return .never("status_\(answer.status)")
        }
    }

    /// What it means that there was no answer.
    static func failed(_ error: CallError) -> Handover {
        switch error {
        case .badCall: .never("bad_call")
        case .refusedAddress: .never("refused_address")
        case .unresolved(.badName): .never("bad_name")
        case .unresolved: .later("unresolved")
        case .unreachable: .later("unreachable")
        case .timedOut: .later("timed_out")
        case .untrusted: .later("untrusted")
        case .tooLarge: .later("answer_too_large")
        case .broken: .later("broken")
        case .mailRefused(let code):
            (500...599).contains(code) ? .never("mail_\(code)") : .later("mail_\(code)")
        case .overloaded: .later("overloaded")
        case .cancelled, .closed: .later("stopped")
        }
    }
}

/// What of a channel lives on its shard.
private final class NoticeOutlet {
    let alarms: CallClient
    let others: CallClient

    init(on loop: EventLoop, authorities: String?) throws(UVError) {
        var limits = CallClient.Limits()
        limits.waitingMax = 1024
        others = try CallClient(on: loop, limits: limits, authorities: authorities)
        limits.runningMax = 16
        alarms = try CallClient(on: loop, limits: limits, authorities: authorities)
    }
}

extension Shard {
    fileprivate func installNoticeOutlet(authorities: String?) throws {
        try install { try NoticeOutlet(on: $0.loop, authorities: authorities) }
    }

    fileprivate func closeNoticeOutlet() {
        guard let outlet = local(NoticeOutlet.self) else { return }
        outlet.alarms.close()
        outlet.others.close()
    }

    fileprivate func handNotice(
        _ call: Call, expected: [UInt8]?, isAlarm: Bool
    ) async -> Handover {
        guard let outlet = local(NoticeOutlet.self) else { return .later("stopped") }
        do throws(CallError) {
            let answer = try await (isAlarm ? outlet.alarms : outlet.others).send(call)
            return .answered(answer, expected: expected)
        } catch {
            return .failed(error)
        }
    }
}
