/// Which trips are made, and how far from the best choice they can be at most.
public struct RideBatchPlan: Hashable, Sendable, Codable {
    /// Indices of the trips that are made, ascending.
    public var trips: [Int32]
    /// Requests that ride.
    public var served: Int
    /// Delays of the trips plus the cost of all unserved requests, in seconds.
    public var cost: Int64
    /// No choice with as many promised requests costs less than this, in seconds.
    public var bound: Int64
    /// Why each request does not ride; nil where it does.
    public var reasons: [Reason?]

    /// Whether no choice is better.
    public var isProven: Bool { bound == cost }

    /// Why a request does not ride.
    public enum Reason: Hashable, Sendable, Codable {
        /// No vehicle can reach it in time.
        case noTrip
        /// It has so many trips, and others use their vehicles better.
        case othersFirst(trips: Int)
    }

    /// A plan as a solver leaves it.
    public init(
        trips: [Int32], served: Int, cost: Int64, bound: Int64, reasons: [Reason?]
    ) {
        self.trips = trips
        self.served = served
        self.cost = cost
        self.bound = bound
        self.reasons = reasons
    }
}
