/// Who goes along with whom, when, and why somebody does not.
public struct RidesPlan: Hashable, Sendable, Codable {
    /// A stop on a driver's way.
    public struct Stop: Hashable, Sendable, Codable {
        /// Who gets in or out.
        public var rider: Int
        /// Whether it is the pickup.
        public var isPickup: Bool
        /// When the service begins, in minutes.
        public var time: Double

        /// A stop at a time.
        public init(rider: Int, isPickup: Bool, time: Double) {
            self.rider = rider
            self.isPickup = isPickup
            self.time = time
        }
    }

    /// A driver's way with riders.
    public struct Tour: Hashable, Sendable, Codable {
        /// Who drives.
        public var driver: Int
        /// When to leave, in minutes.
        public var leaves: Double
        /// The stops, in their order.
        public var stops: [Stop]
        /// When the way ends, in minutes.
        public var arrives: Double
        /// Minutes of driving beyond the direct way.
        public var detour: Double

        /// A way with its stops.
        public init(
            driver: Int, leaves: Double, stops: [Stop], arrives: Double, detour: Double
        ) {
            self.driver = driver
            self.leaves = leaves
            self.stops = stops
            self.arrives = arrives
            self.detour = detour
        }
    }

    /// What a rider is told; it equals the tour's schedule.
    public struct Ride: Hashable, Sendable, Codable {
        /// Who rides.
        public var rider: Int
        /// Who drives.
        public var driver: Int
        /// When the pickup begins, in minutes.
        public var pickup: Double
        /// When the delivery begins, in minutes.
        public var delivery: Double
        /// Minutes from the earliest pickup wished to the pickup.
        public var wait: Double
        /// Minutes aboard beyond the direct way.
        public var detour: Double

        /// A ride with its times.
        public init(
            rider: Int, driver: Int, pickup: Double, delivery: Double, wait: Double, detour: Double
        ) {
            self.rider = rider
            self.driver = driver
            self.pickup = pickup
            self.delivery = delivery
            self.wait = wait
            self.detour = detour
        }
    }

    /// Who is left out, and why.
    public struct Unserved: Hashable, Sendable, Codable {
        /// Who is left out.
        public var rider: Int
        /// What stands against it, each driver counted once.
        public var reasons: [RideReason]

        /// A rider with the reasons.
        public init(rider: Int, reasons: [RideReason]) {
            self.rider = rider
            self.reasons = reasons
        }
    }

    /// Ways with riders, by driver.
    public var tours: [Tour]
    /// Rides, by rider.
    public var rides: [Ride]
    /// Who is left out, by rider.
    public var unserved: [Unserved]
    /// Minutes of driving beyond the direct ways, of all drivers.
    public var detour: Double

    /// A plan with its parts.
    public init(tours: [Tour], rides: [Ride], unserved: [Unserved], detour: Double) {
        self.tours = tours
        self.rides = rides
        self.unserved = unserved
        self.detour = detour
    }
}

/// Why drivers cannot take a rider along in this plan; `drivers` says how many.
public enum RideReason: Hashable, Sendable, Codable {
    /// A rule keeps people apart: a block, a wish for women alone, or another one; it is never said
    /// which.
    case rule(drivers: Int)
    /// There is no room of the kind that is needed.
    case seats(drivers: Int)
    /// The driver's detour or somebody's ride would be too long.
    case detour(drivers: Int)
    /// The times do not fit.
    case window(drivers: Int)
}
