/// Neighbours' rides of one day, or errands: drivers with a way of their own, and who wants to go
/// along.
///
/// Times are minutes of the day. Goods and meals are riders without a person: their needs are
/// luggage.
/// Who must not meet is known here only as pairs and as a wish for women alone, never why.
public struct RidesInstance: Hashable, Sendable, Codable {
    /// Room in a car, or what a ride takes of it.
    public struct Room: Hashable, Sendable, Codable {
        /// Ordinary seats, without the driver's.
        public var seats: Int
        /// Child seats.
        public var childSeats: Int
        /// Places for wheelchairs.
        public var wheelchairs: Int
        /// Pieces of luggage.
        public var luggage: Int

        /// So much of each.
        public init(seats: Int = 0, childSeats: Int = 0, wheelchairs: Int = 0, luggage: Int = 0) {
            self.seats = seats
            self.childSeats = childSeats
            self.wheelchairs = wheelchairs
            self.luggage = luggage
        }
    }

    /// A span of time, in minutes; both ends belong to it.
    public struct Window: Hashable, Sendable, Codable {
        /// Its beginning.
        public var earliest: Double
        /// Its end.
        public var latest: Double

        /// From one minute to another.
        public init(earliest: Double, latest: Double) {
            self.earliest = earliest
            self.latest = latest
        }
    }

    /// Who drives, and how far out of the way.
    public struct Driver: Hashable, Sendable, Codable {
        /// Row of `travel` at which the way begins.
        public var from: Int
        /// Row at which it ends.
        public var to: Int
        /// Neither leaves before nor arrives after.
        public var window: Window
        /// Room in the car.
        public var room: Room
        /// Most minutes of driving beyond the direct way.
        public var maxDetour: Double
        /// Whether women who want women alone may go along.
        public var isWoman: Bool

        /// A driver with a way.
        public init(
            from: Int, to: Int, window: Window, room: Room, maxDetour: Double, isWoman: Bool = false
        ) {
            self.from = from
            self.to = to
            self.window = window
            self.room = room
            self.maxDetour = maxDetour
            self.isWoman = isWoman
        }
    }

    /// Who, or what, goes along.
    public struct Rider: Hashable, Sendable, Codable {
        /// Row of `travel` of the pickup.
        public var from: Int
        /// Row of the delivery.
        public var to: Int
        /// When the pickup may begin.
        public var pickup: Window
        /// When the delivery may begin.
        public var delivery: Window
        /// Room that is taken.
        public var needs: Room
        /// Minutes to get in, and to get out.
        public var service = 0.0
        /// The longest ride is so many times the direct way.
        public var rideFactor = 2.0
        /// It is so many minutes more.
        public var rideExtra = 10.0
        /// It is never longer than this, in minutes.
        public var rideMax = 60.0
        /// What serving this one counts against another; 1 to 1000.
        public var priority = 1
        /// Driver to whom the ride was promised; it stays with that driver.
        public var promisedTo: Int?
        /// Whether a woman goes along, alone or with children.
        public var isWoman = false
        /// Whether only women may be aboard, the driver included.
        public var wantsWomenOnly = false

        /// A ride from one place to another.
        public init(from: Int, to: Int, pickup: Window, delivery: Window, needs: Room) {
            self.from = from
            self.to = to
            self.pickup = pickup
            self.delivery = delivery
            self.needs = needs
        }

        /// Longest ride, in minutes, where the direct way takes `direct`.
        public func maxRide(direct: Double) -> Double {
            min(rideFactor * direct + rideExtra, rideMax)
        }
    }

    /// Minutes from each place to each other one; a way through a third place counts when shorter.
    public var travel: [[Double]]
    /// Who drives.
    public var drivers: [Driver]
    /// Who goes along.
    public var riders: [Rider]
    /// Pairs of riders who must not be aboard together.
    public var apart: [[Int]]
    /// Pairs of a driver and a rider who must not meet.
    public var refused: [[Int]]

    /// A day of rides.
    public init(
        travel: [[Double]], drivers: [Driver], riders: [Rider], apart: [[Int]] = [],
        refused: [[Int]] = []
    ) {
        self.travel = travel
        self.drivers = drivers
        self.riders = riders
        self.apart = apart
        self.refused = refused
    }

    /// Most places, so that shortest ways are found in a fraction of a second.
    public static let placesMax = 600
    /// Most riders.
    public static let ridersMax = 1_000
    /// Most drivers.
    public static let driversMax = 300
    /// Longest time, in minutes: a week, and some.
    public static let minutesMax = 20_000.0
    /// Most room of one kind.
    public static let roomMax = 1_000
    /// Most pairs of each kind.
    public static let pairsMax = 100_000
}

extension RidesInstance {
    /// Refuses what is out of range or points nowhere; the solver asks for it first.
    public func validate() throws(InputProblem) {
        try require(travel.count <= Self.placesMax, "at most \(Self.placesMax) places")
        try require(riders.count <= Self.ridersMax, "at most \(Self.ridersMax) riders")
        try require(drivers.count <= Self.driversMax, "at most \(Self.driversMax) drivers")
        try require(
            max(apart.count, refused.count) <= Self.pairsMax, "at most \(Self.pairsMax) pairs")
        for (row, ways) in travel.enumerated() {
            try require(
                ways.count == travel.count && ways.allSatisfy(isTime) && ways[row] == 0,
                "a square of minutes with 0 in its diagonal in travel[\(row)]")
        }
        for (index, driver) in drivers.enumerated() {
            try require(
                isPlace(driver.from) && isPlace(driver.to) && isWindow(driver.window)
                    && isTime(driver.maxDetour) && isRoom(driver.room),
                "places, a window, room and a detour in range in drivers[\(index)]")
        }
        for (index, rider) in riders.enumerated() {
            try require(
                isPlace(rider.from) && isPlace(rider.to) && isWindow(rider.pickup)
                    && isWindow(rider.delivery) && isRoom(rider.needs) && isTime(rider.service),
                "places, windows and needs in range in riders[\(index)]")
            try require(
                isTime(rider.rideFactor) && isTime(rider.rideExtra) && isTime(rider.rideMax)
                    && (1...1000).contains(rider.priority)
                    && rider.promisedTo.map(drivers.indices.contains) ?? true,
                "limits, a priority and a driver in range in riders[\(index)]")
        }
        for (index, pair) in apart.enumerated() {
            try require(
                pair.count == 2 && pair.allSatisfy(riders.indices.contains) && pair[0] != pair[1],
                "two riders in apart[\(index)]")
        }
        for (index, pair) in refused.enumerated() {
            try require(
                pair.count == 2 && drivers.indices.contains(pair[0])
                    && riders.indices.contains(pair[1]),
                "a driver and a rider in refused[\(index)]")
        }
    }

    private func require(_ holds: Bool, _ expected: String) throws(InputProblem) {
        if !holds { throw InputProblem(line: nil, expected: expected, found: "something else") }
    }

    private func isPlace(_ row: Int) -> Bool { travel.indices.contains(row) }

    private func isTime(_ time: Double) -> Bool { time >= 0 && time <= Self.minutesMax }

    private func isWindow(_ window: Window) -> Bool {
        isTime(window.earliest) && isTime(window.latest) && window.earliest <= window.latest
    }

    private func isRoom(_ room: Room) -> Bool {
        [room.seats, room.childSeats, room.wheelchairs, room.luggage]
            .allSatisfy((0...Self.roomMax).contains)
    }
}
