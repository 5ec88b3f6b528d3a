internal import Glibc
internal import Realtime

/// The server's only clock.
///
/// No other code reads the wall clock. In production it is the machine's; in the development
/// profile it may be set, and made to run faster, slower or not at all.
package final class Clock: Sendable {
    /// Why a clock stayed as it was.
    package enum Refusal: Error, Hashable {
        /// This is the machine's clock, as in production.
        case notSettable
        /// A scale is a finite number from 0 to 1,000,000.
        case scaleOutOfRange
    }

    private enum Face {
        case machine
        /// From `base` at the monotonic `since`, `scale` seconds a second.
        case settable(base: Instant, since: ContinuousClock.Instant, scale: Double)
    }

    private let face: Locked<Face>

    private init(_ face: sending Face) { self.face = Locked(face) }

    /// The machine's clock.
    package static func machine() -> Clock { Clock(.machine) }

    /// A clock that can be set, for development and tests.
    ///
    /// Starts at `instant`, or now; `scale` 0 stands still.
    package static func settable(at instant: Instant? = nil, scale: Double = 1) -> Clock {
        precondition((0...1_000_000).contains(scale), "a scale is from 0 to 1,000,000")
        return Clock(.settable(base: instant ?? machineNow(), since: .now, scale: scale))
    }

    /// The instant now.
    package func now() -> Instant {
        face.withLock { Self.read($0) }
    }

    /// Its seconds a second.
    package var scale: Double {
        face.withLock { if case .settable(_, _, let scale) = $0 { scale } else { 1 } }
    }

    /// Whether it is another than the machine's.
    package var isSettable: Bool {
        face.withLock { if case .settable = $0 { true } else { false } }
    }

    /// What must be said beside every answer that rests on a clock which is not the machine's.
    package var note: String? {
        face.withLock { face -> String? in
            guard case .settable(_, _, let scale) = face else { return nil }
            return "NOT the real time: \(Self.read(face)), \(scale) s a second (development)"
        }
    }

    /// Jumps to `instant` and runs on from there.
    package func set(_ instant: Instant) throws(Refusal) {
        try face.withLock { (face: inout Face) throws(Refusal) in
            guard case .settable(_, _, let scale) = face else { throw .notSettable }
            face = .settable(base: instant, since: .now, scale: scale)
        }
    }

    /// Jumps ahead, or back if `duration` is negative.
    package func advance(by duration: Duration) throws(Refusal) {
        try face.withLock { (face: inout Face) throws(Refusal) in
            guard case .settable(_, _, let scale) = face else { throw .notSettable }
            face = .settable(base: Self.read(face) + duration, since: .now, scale: scale)
        }
    }

    /// Runs `scale` seconds a second from now on; 0 stands still.
    package func scale(_ scale: Double) throws(Refusal) {
        guard (0...1_000_000).contains(scale) else { throw .scaleOutOfRange }
        try face.withLock { (face: inout Face) throws(Refusal) in
            guard case .settable = face else { throw .notSettable }
            face = .settable(base: Self.read(face), since: .now, scale: scale)
        }
    }

    private static func read(_ face: Face) -> Instant {
        switch face {
        case .machine: machineNow()
        case .settable(let base, _, 0): base
        case .settable(let base, let since, 1): base + (.now - since)
        case .settable(let base, let since, let scale): base + (.now - since) * scale
        }
    }

    private static func machineNow() -> Instant {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Instant(
            microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
    }
}
