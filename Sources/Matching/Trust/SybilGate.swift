/// Who passes from the verified to matching: a filter, never a rank.
///
/// A resident passes who was verified in person, or whom early-ended walks from the verified reach
/// with at least a share of what the middle one of the verified has. The gate is made anew by
/// rounds, as O(ties log residents); verification and its end hold at once.
public struct SybilGate: Hashable, Sendable {
    /// The share of the score of the middle one of the verified, at least, that passes.
    public static let shareMin = 0.25
    /// Below so many verified residents, only the verified pass.
    public static let seedsMin = 50

    private var isVerified: [Bool]
    private var isReached: [Bool]

    /// Nobody passes.
    public init(residents: Int) {
        isVerified = [Bool](repeating: false, count: residents)
        isReached = isVerified
    }

    /// Whether the resident's household was verified in person.
    public func isVerified(_ resident: Int32) -> Bool { isVerified[Int(resident)] }

    /// Whether the resident passes.
    public func isOpen(to resident: Int32) -> Bool {
        isVerified[Int(resident)] || isReached[Int(resident)]
    }

    /// Says that a resident's household is, or is no longer, verified.
    public mutating func setVerified(_ resident: Int32, _ verified: Bool) {
        isVerified[Int(resident)] = verified
    }

    /// Walks anew over the mutual ties; a stop leaves the gate as it was.
    public mutating func renew(ties: TieGraph, stop: StopSignal = StopSignal()) {
        let seeds = isVerified.indices.filter { isVerified[$0] }.map { Int32($0) }
        guard seeds.count >= Self.seedsMin else {
            isReached = [Bool](repeating: false, count: isVerified.count)
            return
        }
        let (rows, weights) = ties.mutualRows()
        let scores = SybilSolver.scores(
            rows: rows, weights: weights, seeds: seeds, stop: stop)
        guard !stop.isRaised else { return }
        let least = Self.least(seeds.map { scores[Int($0)] })
        isReached = scores.map { $0 > 0 && $0 >= least }
    }

    /// The least score that passes, of the scores of the verified.
    ///
    /// An attacker can add to the graph as much as there is, but nothing to the middle one of the
    /// verified: who passes behind the attack edges has at least this score for each unit of weight
    /// that they have, and all of them have no more than came across.
    static func least(_ verified: [Double]) -> Double {
        shareMin * SybilSolver.middle(of: verified)
    }
}
