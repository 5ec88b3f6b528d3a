/// Goods that are fetched at one place and brought to another by equal vehicles: the pickup and
/// delivery problem with time windows of Li and Lim ("A Metaheuristic for the Pickup and Delivery
/// Problem with Time Windows", 2001).
///
/// Distances are Euclidean and unrounded; a unit of distance takes a unit of time.
public struct PickupDeliveryInstance: Hashable, Sendable, Codable {
    /// A place with its service.
    public struct Stop: Hashable, Sendable, Codable {
        /// Where it is, in units of distance.
        public var x: Double
        /// Where it is, in units of distance.
        public var y: Double
        /// Load taken; negative where it is given back.
        public var demand: Int
        /// When the service may begin at the earliest, in units of time.
        public var earliest: Double
        /// When the service may begin at the latest, in units of time.
        public var latest: Double
        /// How long the service takes, in units of time.
        public var service: Double
        /// Row of the other end of the request; 0 for the depot.
        public var partner: Int
        /// Whether goods are fetched here.
        public var isPickup: Bool

        /// A place with its service.
        public init(
            x: Double, y: Double, demand: Int, earliest: Double, latest: Double, service: Double,
            partner: Int, isPickup: Bool
        ) {
            self.x = x
            self.y = y
            self.demand = demand
            self.earliest = earliest
            self.latest = latest
            self.service = service
            self.partner = partner
            self.isPickup = isPickup
        }
    }

    /// Vehicles at the depot.
    public var vehicles: Int
    /// Load that a vehicle carries.
    public var capacity: Int
    /// Row 0 is the depot; each other row is a pickup or the delivery of one.
    public var stops: [Stop]

    /// A fleet with its requests; partners must point at each other.
    public init(vehicles: Int, capacity: Int, stops: [Stop]) {
        self.vehicles = vehicles
        self.capacity = capacity
        self.stops = stops
    }
}

/// Which vehicle visits which places.
public struct PickupDeliveryPlan: Hashable, Sendable, Codable {
    /// Vehicles that leave the depot.
    public var vehicles: Int
    /// Distance driven.
    public var distance: Double
    /// Rows of the instance that each vehicle visits, without the depot.
    public var routes: [[Int]]
    /// Rows of pickups that no vehicle could take; nil when all are served.
    public var unserved: [Int]?

    /// A plan with its totals.
    public init(vehicles: Int, distance: Double, routes: [[Int]], unserved: [Int]? = nil) {
        self.vehicles = vehicles
        self.distance = distance
        self.routes = routes
        self.unserved = unserved
    }
}
