internal import Platform
package import Realtime

extension Problem {
    /// What the server itself refused.
    package init(_ refusal: Refusal) {
        switch refusal {
        case .malformed, .hostMissingOrRepeated: self.init(.malformed)
        case .hostUnknown: self.init(.hostUnknown)
        case .methodUnknown: self.init(.notImplemented)
        case .versionUnknown: self.init(.versionUnknown)
        case .targetTooLong: self.init(.targetTooLong)
        case .fieldsTooLarge: self.init(.headTooLarge)
        case .contentTooLarge: self.init(.contentTooLarge)
        case .expectationUnknown: self.init(.expectationUnknown)
        case .tooSlow: self.init(.tooSlow)
        case .routeUnknown: self.init(.notFound)
        case .methodNotAllowed(let allowed):
            self.init(.methodNotAllowed)
            fields["Allow"] = allowed
        case .failed: self.init(.internalFault)
        }
    }

    /// What a fault looks like from outside: nothing of its inside.
    package init(fault error: any Error) {
        switch error {
        case let stop as Stop: self = stop.problem
        case let error as PostgresError where error.kind == .noSession:
            self.init(.unauthenticated)
        case let error as PostgresError where error.isTemporary:
            self.init(.unavailable)
            retryAfterSeconds = Self.retrySeconds
        default: self.init(.internalFault)
        }
    }

    /// Seconds after which a database that was lost is likely to be there again.
    private static let retrySeconds = 2
}
