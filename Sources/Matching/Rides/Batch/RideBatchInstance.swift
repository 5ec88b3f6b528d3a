/// Trips that vehicles could make now, of which each vehicle makes at most one.
///
/// The cost of a choice is the delay of its trips plus `unservedCost` for each request without one.
public struct RideBatchInstance: Hashable, Sendable, Codable {
    /// Most requests, and most vehicles, that a reader lets through.
    public static let countMax = 100_000
    /// Most trips that a reader lets through.
    public static let tripsMax = 1_000_000
    /// Most requests of one trip that a reader lets through.
    public static let tripRequestsMax = 16
    /// Longest delay, and highest cost of an unserved request, in seconds.
    public static let costMax: Int64 = 100_000

    /// A trip that is known to be possible.
    public struct Trip: Hashable, Sendable, Codable {
        /// Who drives.
        public var vehicle: Int32
        /// Who rides, each once.
        public var requests: [Int32]
        /// Sum of the riders' delays, in whole seconds.
        public var delay: Int64

        /// A trip of a vehicle with these requests.
        public init(vehicle: Int32, requests: [Int32], delay: Int64) {
            self.vehicle = vehicle
            self.requests = requests
            self.delay = delay
        }
    }

    /// Number of requests; their ids begin at 0.
    public var requestCount: Int
    /// Number of vehicles; their ids begin at 0.
    public var vehicleCount: Int
    /// All trips, in the file's order.
    public var trips: [Trip]
    /// Cost of a request that nobody takes, in seconds of delay.
    public var unservedCost: Int64
    /// Requests that were promised a ride: as many of them as possible ride, whatever it costs.
    public var promised: [Int32]

    /// An instance; ids must lie within the counts, and a trip must not name a request twice.
    public init(
        requestCount: Int, vehicleCount: Int, trips: [Trip], unservedCost: Int64 = 10_000,
        promised: [Int32] = []
    ) {
        self.requestCount = requestCount
        self.vehicleCount = vehicleCount
        self.trips = trips
        self.unservedCost = unservedCost
        self.promised = promised
    }
}
