internal import Platform
package import Realtime

extension Problem {
    /// What the server itself refused.
    package init(refusal: Refusal) {
        self.init(ProblemKind(refusal))
        if case .methodNotAllowed(let allowed) = refusal { fields["Allow"] = allowed }
    }

    /// What a fault looks like from outside: nothing of its inside.
    package init(fault error: any Error) {
        switch error {
        case let stop as Stop: self = stop.problem
        case let error as PostgresError where error.kind == .noSession:
            self.init(.unauthenticated)
        case let error as PostgresError where error.constraint == "session_of_age":
            self.init(.minorSignsIn)
        case let error as PostgresError where error.constraint == "activity_of_banned":
            self.init(.safetyBanned)
        case let error as PostgresError where error.isTemporary:
            self.init(.unavailable)
            retryAfterSeconds = Self.retrySeconds
        default: self.init(.internalFault)
        }
    }

    /// Why a request does not become a WebSocket.
    init(handshake refusal: WebSocketHandshake.Refusal) {
        switch refusal {
        case .method: self.init(refusal: .methodNotAllowed(allowed: "GET"))
        case .noUpgrade, .version:
            self.init(.upgradeRequired)
            fields = ["Upgrade": "websocket", "Sec-WebSocket-Version": "13"]
        case .key: self.init(.malformed)
        case .origin: self.init(.crossOrigin)
        }
    }

    /// Seconds after which a database that was lost is likely to be there again.
    private static let retrySeconds = 2
}

extension ProblemKind {
    /// The kind of what the server itself refused.
    fileprivate init(_ refusal: Refusal) {
        self =
            switch refusal {
            case .malformed, .hostMissingOrRepeated: .malformed
            case .hostUnknown: .hostUnknown
            case .methodUnknown: .notImplemented
            case .versionUnknown: .versionUnknown
            case .targetTooLong: .targetTooLong
            case .fieldsTooLarge: .headTooLarge
            case .contentTooLarge: .contentTooLarge
            case .expectationUnknown: .expectationUnknown
            case .tooSlow: .tooSlow
            case .routeUnknown: .notFound
            case .methodNotAllowed: .methodNotAllowed
            case .failed: .internalFault
            }
    }
}
