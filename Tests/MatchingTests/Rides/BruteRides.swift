import Matching

/// All ways to serve a few riders, tried one by one.
///
/// A route's schedule is judged by Bellman and Ford over its difference constraints, which no
/// solver does.
struct BruteRides {
    let instance: RidesInstance
    let ways: [[Double]]

    init(_ instance: RidesInstance) {
        self.instance = instance
        var ways = instance.travel
        for through in ways.indices {
            for from in ways.indices {
                for to in ways.indices {
                    ways[from][to] = min(ways[from][to], ways[from][through] + ways[through][to])
                }
            }
        }
        self.ways = ways
    }

    /// Value of a plan; the smaller is the better.
    struct Value: Comparable {
        var unserved: Int
        var used: Int
        var detour: Double

        static func < (left: Value, right: Value) -> Bool {
            (left.unserved, left.used, left.detour) < (right.unserved, right.used, right.detour)
        }
    }

    /// The best value; vehicles count only where `isFleetLeast`.
    func best(isFleetLeast: Bool) -> Value {
        let all = 1 << instance.riders.count
        let none = Value(unserved: .max, used: .max, detour: .infinity)
        var best = [Value](repeating: none, count: all)
        best[0] = Value(unserved: 0, used: 0, detour: 0)
        var routes: [[Double]] = []
        for driver in instance.drivers.indices {
            routes.append((0..<all).map { $0 == 0 ? 0 : cheapest(driver, $0) })
        }
        for driver in instance.drivers.indices {
            var next = best
            for taken in 0..<all where best[taken].unserved == 0 {
                for more in 1..<max(1, all) where taken & more == 0 {
                    let detour = routes[driver][more]
                    guard detour < .infinity else { continue }
                    let value = Value(
                        unserved: 0, used: isFleetLeast ? best[taken].used + 1 : 0,
                        detour: best[taken].detour + detour)
                    next[taken | more] = min(next[taken | more], value)
                }
            }
            best = next
        }
        return (0..<all).filter { best[$0].unserved == 0 }.map { served in
            var value = best[served]
            value.unserved = instance.riders.indices.reduce(0) {
                $0 + (served >> $1 & 1 == 1 ? 0 : instance.riders[$1].priority)
            }
            return value
        }.min() ?? Value(unserved: .max, used: 0, detour: 0)
    }

    /// Least detour of a driver with exactly these riders; infinite when there is no way.
    func cheapest(_ driver: Int, _ riders: Int) -> Double {
        var best = Double.infinity
        let car = instance.drivers[driver]
        extend(driver, riders, [], (car.from, car.window.earliest), &best)
        return best
    }

    /// Goes on to each stop that is still in time; `ready` is the place and when it can be left.
    private func extend(
        _ driver: Int, _ riders: Int, _ stops: [Int], _ ready: (Int, Double), _ best: inout Double
    ) {
        let count = instance.riders.count
        if stops.count == 2 * riders.nonzeroBitCount {
            let detour = self.detour(driver, stops)
            if detour < best, holds(driver, stops) { best = detour }
            return
        }
        for index in 0..<count where riders >> index & 1 == 1 {
            if stops.contains(index + count) { continue }
            let rider = instance.riders[index]
            let isPickup = !stops.contains(index)
            let window = isPickup ? rider.pickup : rider.delivery
            let to = isPickup ? rider.from : rider.to
            let begin = max(window.earliest, ready.1 + ways[ready.0][to])
            guard begin <= window.latest + 1e-6 else { continue }
            extend(
                driver, riders, stops + [isPickup ? index : index + count],
                (to, begin + rider.service), &best)
        }
    }

    private func place(_ stop: Int) -> Int {
        let count = instance.riders.count
        return stop < count ? instance.riders[stop].from : instance.riders[stop - count].to
    }

    private func detour(_ driver: Int, _ stops: [Int]) -> Double {
        let (from, to) = (instance.drivers[driver].from, instance.drivers[driver].to)
        let places = [from] + stops.map(place) + [to]
        return zip(places, places.dropFirst()).map { ways[$0][$1] }.reduce(0, +) - ways[from][to]
    }

    private func holds(_ driver: Int, _ stops: [Int]) -> Bool {
        let count = instance.riders.count
        let car = instance.drivers[driver]
        guard detour(driver, stops) <= car.maxDetour + 1e-9 else { return false }
        var aboard: [Int] = []
        for stop in stops {
            if stop >= count {
                aboard.removeAll { $0 == stop - count }
                continue
            }
            let rider = instance.riders[stop]
            if rider.wantsWomenOnly && !car.isWoman || instance.refused.contains([driver, stop])
                || rider.promisedTo != nil && rider.promisedTo != driver
            {
                return false
            }
            for other in aboard {
                let mate = instance.riders[other]
                if instance.apart.contains([other, stop]) || instance.apart.contains([stop, other])
                    || rider.wantsWomenOnly && !mate.isWoman
                    || mate.wantsWomenOnly && !rider.isWoman
                {
                    return false
                }
            }
            aboard.append(stop)
            let seats = aboard.map { instance.riders[$0].needs.seats }.reduce(0, +)
            let luggage = aboard.map { instance.riders[$0].needs.luggage }.reduce(0, +)
            if seats > car.room.seats || luggage > car.room.luggage { return false }
        }
        return hasSchedule(car, stops)
    }

    /// Nodes 0 (the origin of time), 1 (start), stops, end; an arc (i, j, w) means t[j] >= t[i] +
    /// w.
    private func hasSchedule(_ car: RidesInstance.Driver, _ stops: [Int]) -> Bool {
        let count = instance.riders.count
        var arcs: [(Int, Int, Double)] = []
        func bound(_ node: Int, _ window: RidesInstance.Window) {
            arcs += [(0, node, window.earliest), (node, 0, -window.latest)]
        }
        bound(1, car.window)
        bound(stops.count + 2, car.window)
        var (before, ready) = (car.from, 0.0)
        for (index, stop) in stops.enumerated() {
            let rider = instance.riders[stop % count]
            bound(index + 2, stop < count ? rider.pickup : rider.delivery)
            arcs.append((index + 1, index + 2, ready + ways[before][place(stop)]))
            (before, ready) = (place(stop), rider.service)
            if stop >= count, let pickup = stops.firstIndex(of: stop - count) {
                let longest = rider.maxRide(direct: ways[rider.from][rider.to])
                arcs.append((index + 2, pickup + 2, -longest - rider.service))
            }
        }
        arcs.append((stops.count + 1, stops.count + 2, ready + ways[before][car.to]))
        var times = [Double](repeating: -.infinity, count: stops.count + 3)
        times[0] = 0
        for _ in 0...times.count {
            var isStill = true
            for (from, to, way) in arcs where times[from] + way > times[to] + 1e-9 {
                times[to] = times[from] + way
                isStill = false
            }
            if isStill { return times[0] <= 1e-6 }
        }
        return false
    }
}

/// Small days of rides by chance.
enum RandomRides {
    /// A day in a square of 10 minutes; times, needs and rules by the seed.
    static func day(riders: Int, drivers: Int, seed: UInt64) -> RidesInstance {
        var random = SplitMix64(seed: seed)
        let points = (0..<(2 * riders + 2 * drivers)).map { _ in
            SIMD2(random.unit() * 10, random.unit() * 10)
        }
        let travel = points.map { from in
            points.map { to in
                let way = (from - to) * (from - to)
                return way.sum().squareRoot()
            }
        }
        var day = RidesInstance(travel: travel, drivers: [], riders: [])
        for driver in 0..<drivers {
            let begin = random.unit() * 20
            day.drivers.append(
                RidesInstance.Driver(
                    from: 2 * riders + 2 * driver, to: 2 * riders + 2 * driver + 1,
                    window: RidesInstance.Window(earliest: begin, latest: begin + 40),
                    room: RidesInstance.Room(seats: 1 + random.below(3), luggage: 2),
                    maxDetour: 5 + random.unit() * 25, isWoman: random.below(2) == 0))
        }
        for rider in 0..<riders {
            let begin = random.unit() * 40
            let wide = RidesInstance.Window(earliest: 0, latest: 100)
            let narrow = RidesInstance.Window(earliest: begin, latest: begin + 10)
            let isOut = random.below(2) == 0
            var one = RidesInstance.Rider(
                from: rider, to: riders + rider, pickup: isOut ? wide : narrow,
                delivery: isOut ? narrow : wide,
                needs: RidesInstance.Room(seats: 1, luggage: random.below(2)))
            one.service = Double(random.below(2))
            one.rideFactor = 1.2
            one.rideExtra = random.unit() * 6
            one.rideMax = 15
            one.priority = 1 + random.below(3)
            one.isWoman = random.below(2) == 0
            one.wantsWomenOnly = one.isWoman && random.below(4) == 0
            day.riders.append(one)
        }
        if riders > 1, random.below(2) == 0 { day.apart = [[0, 1]] }
        if random.below(2) == 0 { day.refused = [[0, riders - 1]] }
        return day
    }
}
