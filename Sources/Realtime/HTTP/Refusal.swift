/// Why the server itself turned a request away, before any handler saw it.
///
/// After a refusal that doubts the framing the connection is closed: what follows on it cannot be
/// told from an attack (RFC 9112 §11.2).
package enum Refusal: Sendable, Hashable, Error {
    /// Bytes that are no HTTP/1.1 message; `what` names the rule that was broken.
    case malformed(String)
    /// No field of this name, or more than one.
    case hostMissingOrRepeated
    /// The host named is none that we serve.
    case hostUnknown
    /// A method that we do not answer at all.
    case methodUnknown
    /// HTTP/2 or something older than HTTP/1.0.
    case versionUnknown
    /// The target is longer than `Limits.targetBytesMax`.
    case targetTooLong
    /// A field, or the fields together, are longer or more than `Limits` allows.
    case fieldsTooLarge
    /// The content is longer than the route allows.
    case contentTooLarge
    /// Something other than `100-continue` was expected.
    case expectationUnknown
    /// The head or the content came too slowly.
    case tooSlow
    /// No route has this path.
    case routeUnknown
    /// The path exists, but not with this method; the methods it has, joined by `, `.
    case methodNotAllowed(allowed: String)
    /// The handler failed; its error is in the log.
    case failed

    /// The status that says so.
    package var status: Status {
        switch self {
        case .malformed, .hostMissingOrRepeated: .badRequest
        case .hostUnknown: .misdirectedRequest
        case .methodUnknown: .notImplemented
        case .versionUnknown: .versionNotSupported
        case .targetTooLong: .uriTooLong
        case .fieldsTooLarge: .fieldsTooLarge
        case .contentTooLarge: .contentTooLarge
        case .expectationUnknown: .expectationFailed
        case .tooSlow: .requestTimeout
        case .routeUnknown: .notFound
        case .methodNotAllowed: .methodNotAllowed
        case .failed: .internalServerError
        }
    }

    /// Whether the connection can go on after it.
    var keepsConnection: Bool {
        switch self {
        case .routeUnknown, .methodNotAllowed, .failed: true
        default: false
        }
    }
}
