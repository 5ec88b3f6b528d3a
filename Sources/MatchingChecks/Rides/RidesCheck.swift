public import Matching

/// Checks a plan of neighbours' rides against its instance, stop by stop.
public enum RidesCheck {
    /// What a sum of minutes may be off by, for rounding.
    public static let tolerance = 1e-6

    /// Everything that does not hold; the instance must be valid.
    public static func faults(_ instance: RidesInstance, _ plan: RidesPlan) -> [Fault] {
        let ways = closed(instance.travel)
        var faults: [Fault] = []
        var told: [Int: RidesPlan.Ride] = [:]
        for ride in plan.rides where told.updateValue(ride, forKey: ride.rider) != nil {
            faults.append(Fault("twice", "rider \(ride.rider)"))
        }
        var detour = 0.0
        var drivers: [Int] = []
        var driven: [Int] = []
        for tour in plan.tours {
            guard instance.drivers.indices.contains(tour.driver), !drivers.contains(tour.driver),
                tour.stops.allSatisfy({ instance.riders.indices.contains($0.rider) })
            else {
                faults.append(Fault("tour", "driver \(tour.driver)"))
                continue
            }
            drivers.append(tour.driver)
            driven += tour.stops.filter(\.isPickup).map(\.rider)
            detour += tour.detour
            faults += way(instance, ways, tour) + room(instance, tour)
            faults += company(instance, tour) + rides(instance, ways, tour, told)
        }
        let left = plan.unserved.map(\.rider)
        if (driven + left).sorted() != Array(instance.riders.indices)
            || driven.sorted() != told.keys.sorted()
        {
            faults.append(Fault("served", "not every rider once, aboard or left out"))
        }
        if !(abs(detour - plan.detour) <= tolerance * max(1, detour)) {
            faults.append(Fault("detour", "\(plan.detour) is stated, \(detour) is driven"))
        }
        return faults
    }

    /// Shortest ways, by repeating what any third place saves until nothing is saved.
    private static func closed(_ travel: [[Double]]) -> [[Double]] {
        var ways = travel
        var isShorter = true
        while isShorter {
            isShorter = false
            for from in ways.indices {
                for to in ways.indices {
                    for through in ways.indices
                    where ways[from][through] + ways[through][to] < ways[from][to] - 1e-12 {
                        ways[from][to] = ways[from][through] + ways[through][to]
                        isShorter = true
                    }
                }
            }
        }
        return ways
    }

    /// Travel between the stops, the driver's window and detour.
    private static func way(
        _ instance: RidesInstance, _ ways: [[Double]], _ tour: RidesPlan.Tour
    ) -> [Fault] {
        let driver = instance.drivers[tour.driver]
        var faults: [Fault] = []
        var (place, ready, minutes) = (driver.from, tour.leaves, 0.0)
        for stop in tour.stops {
            let rider = instance.riders[stop.rider]
            let next = stop.isPickup ? rider.from : rider.to
            minutes += ways[place][next]
            if !(stop.time >= ready + ways[place][next] - tolerance) {
                faults.append(Fault("travel", "driver \(tour.driver), rider \(stop.rider)"))
            }
            let window = stop.isPickup ? rider.pickup : rider.delivery
            if !(stop.time >= window.earliest - tolerance && stop.time <= window.latest + tolerance)
            {
                faults.append(Fault("window", "rider \(stop.rider) at \(stop.time)"))
            }
            place = next
            ready = stop.time + rider.service
        }
        minutes += ways[place][driver.to]
        let detour = minutes - ways[driver.from][driver.to]
        if !(tour.leaves >= driver.window.earliest - tolerance
            && tour.arrives <= driver.window.latest + tolerance
            && tour.arrives >= ready + ways[place][driver.to] - tolerance)
        {
            faults.append(Fault("window", "driver \(tour.driver)"))
        }
        if !(detour <= driver.maxDetour + tolerance && abs(detour - tour.detour) <= tolerance) {
            faults.append(Fault("detour", "driver \(tour.driver): \(detour)"))
        }
        return faults
    }

    /// Each kind of room, at each stop.
    private static func room(_ instance: RidesInstance, _ tour: RidesPlan.Tour) -> [Fault] {
        let room = instance.drivers[tour.driver].room
        var taken = RidesInstance.Room()
        var faults: [Fault] = []
        for stop in tour.stops {
            let needs = instance.riders[stop.rider].needs
            let sign = stop.isPickup ? 1 : -1
            taken.seats += sign * needs.seats
            taken.childSeats += sign * needs.childSeats
            taken.wheelchairs += sign * needs.wheelchairs
            taken.luggage += sign * needs.luggage
            if taken.seats > room.seats || taken.childSeats > room.childSeats
                || taken.wheelchairs > room.wheelchairs || taken.luggage > room.luggage
            {
                faults.append(Fault("room", "driver \(tour.driver) at rider \(stop.rider)"))
            }
        }
        return faults
    }

    /// Pairing, precedence, promises, and who is aboard with whom.
    private static func company(_ instance: RidesInstance, _ tour: RidesPlan.Tour) -> [Fault] {
        var faults: [Fault] = []
        var aboard: [Int] = []
        for stop in tour.stops {
            let rider = instance.riders[stop.rider]
            guard stop.isPickup else {
                if !aboard.contains(stop.rider) {
                    faults.append(Fault("precedence", "rider \(stop.rider)"))
                }
                aboard.removeAll { $0 == stop.rider }
                continue
            }
            if instance.refused.contains([tour.driver, stop.rider])
                || rider.wantsWomenOnly && !instance.drivers[tour.driver].isWoman
                || aboard.contains(where: { mayNotMeet(instance, $0, stop.rider) })
            {
                faults.append(Fault("rule", "rider \(stop.rider)"))
            }
            if let promised = rider.promisedTo, promised != tour.driver {
                faults.append(Fault("promise", "rider \(stop.rider)"))
            }
            aboard.append(stop.rider)
        }
        return faults + aboard.map { Fault("pairing", "rider \($0) stays aboard") }
    }

    private static func mayNotMeet(_ instance: RidesInstance, _ one: Int, _ other: Int) -> Bool {
        if instance.apart.contains([one, other]) || instance.apart.contains([other, one]) {
            return true
        }
        return troubles(instance, one, other) || troubles(instance, other, one)
    }

    /// Whether one wants women only, and the other is a person, but none.
    private static func troubles(_ instance: RidesInstance, _ one: Int, _ other: Int) -> Bool {
        let needs = instance.riders[other].needs
        return instance.riders[one].wantsWomenOnly && !instance.riders[other].isWoman
            && needs.seats + needs.childSeats + needs.wheelchairs > 0
    }

    /// Ride times, and that riders are told what the schedule says.
    private static func rides(
        _ instance: RidesInstance, _ ways: [[Double]], _ tour: RidesPlan.Tour,
        _ told: [Int: RidesPlan.Ride]
    ) -> [Fault] {
        var faults: [Fault] = []
        for stop in tour.stops where stop.isPickup {
            let rider = instance.riders[stop.rider]
            guard let out = tour.stops.first(where: { $0.rider == stop.rider && !$0.isPickup }),
                let ride = told[stop.rider]
            else {
                faults.append(Fault("told", "rider \(stop.rider)"))
                continue
            }
            let direct = ways[rider.from][rider.to]
            let minutes = out.time - stop.time - rider.service
            let longest = min(rider.rideFactor * direct + rider.rideExtra, rider.rideMax)
            if !(minutes <= longest + tolerance) {
                faults.append(Fault("ride-time", "rider \(stop.rider): \(minutes)"))
            }
            if ride.driver != tour.driver || abs(ride.pickup - stop.time) > tolerance
                || abs(ride.delivery - out.time) > tolerance
                || abs(ride.wait - (stop.time - rider.pickup.earliest)) > tolerance
                || abs(ride.detour - (minutes - direct)) > tolerance
            {
                faults.append(Fault("told", "rider \(stop.rider)"))
            }
        }
        return faults
    }
}
