/// What a connection is doing, as far as its time is concerned.
enum ConnectionPhase: Equatable {
    /// Our last word is said; what still comes is dropped.
    case lingering
    /// Bytes wait for a slow reader.
    case stalled
    /// A handler is at work; that is our time, not the peer's.
    case answering
    /// A request's head has begun to come.
    case head(began: UInt64)
    /// A request's content is coming.
    case content(began: UInt64, bytes: Int)
    /// Nothing is under way.
    case idle

    /// The loop's millisecond at which the phase has lasted too long.
    func deadline(_ now: UInt64, _ limits: Limits) -> UInt64 {
        switch self {
        case .lingering: now + limits.lingerMillisecondsMax
        case .stalled: now + limits.stalledMillisecondsMax
        case .answering: .max
        case .head(let began): began + limits.headMillisecondsMax
        case .content(let began, let bytes):
            began + limits.headMillisecondsMax
                + UInt64(bytes) * 1000 / limits.contentBytesPerSecondMin
        case .idle: now + limits.idleMillisecondsMax
        }
    }
}
