/// Passengers who are fetched and brought by a fleet that stands at one depot: the dial-a-ride
/// problem of Cordeau ("A Branch-and-Cut Algorithm for the Dial-a-Ride Problem", 2006).
///
/// Distances are Euclidean and unrounded; a unit of distance costs a unit of time and one of money.
public struct DialARideInstance: Hashable, Sendable, Codable {
    /// A place with its service; loads are positive where people enter, negative where they leave.
    public struct Stop: Hashable, Sendable, Codable {
        /// Where it is, in units of distance.
        public var x: Double
        /// Where it is, in units of distance.
        public var y: Double
        /// How long the service takes, in units of time.
        public var service: Double
        /// Seats taken; negative where they are given back.
        public var load: Int
        /// When the service may begin at the earliest, in units of time.
        public var earliest: Double
        /// When the service may begin at the latest, in units of time.
        public var latest: Double

        /// A place with its service.
        public init(
            x: Double, y: Double, service: Double, load: Int, earliest: Double, latest: Double
        ) {
            self.x = x
            self.y = y
            self.service = service
            self.load = load
            self.earliest = earliest
            self.latest = latest
        }
    }

    /// Vehicles at the depot.
    public var vehicles: Int
    /// Longest time from leaving the depot to coming back, in units of time.
    public var maxDuration: Double
    /// Seats of each vehicle.
    public var capacity: Int
    /// Longest time from the end of a passenger's pickup to the beginning of the delivery.
    public var maxRideTime: Double
    /// Row 0 and the last one are the depot; each pickup stands n rows before its delivery.
    ///
    /// With n requests the pickups are the rows 1 to n.
    public var stops: [Stop]

    /// A fleet with its passengers; `stops` has an even number of rows, at least two.
    public init(
        vehicles: Int, maxDuration: Double, capacity: Int, maxRideTime: Double, stops: [Stop]
    ) {
        self.vehicles = vehicles
        self.maxDuration = maxDuration
        self.capacity = capacity
        self.maxRideTime = maxRideTime
        self.stops = stops
    }

    /// Number of requests.
    public var requests: Int { max(0, stops.count / 2 - 1) }
}

/// Who is driven by which vehicle, and when.
public struct DialARidePlan: Hashable, Sendable, Codable {
    /// Requests that are served.
    public var served: Int
    /// Vehicles that leave the depot.
    public var vehicles: Int
    /// Distance driven.
    public var cost: Double
    /// Rows of the instance that each vehicle visits, without the depot.
    public var routes: [[Int]]
    /// Beginning of service at each row of `routes`, in units of time.
    public var schedule: [[Double]]

    /// A plan with its totals.
    public init(
        served: Int, vehicles: Int, cost: Double, routes: [[Int]], schedule: [[Double]]
    ) {
        self.served = served
        self.vehicles = vehicles
        self.cost = cost
        self.routes = routes
        self.schedule = schedule
    }
}
