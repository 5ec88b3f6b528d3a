/// From neighbours' rides to the routing model, and back to a plan with its reasons.
enum RidesModel {
    /// The model of an instance that was validated.
    static func model(_ instance: RidesInstance) -> RoutingModel {
        let riders = instance.riders
        let ways = shortestWays(instance.travel)
        let places = instance.travel.count
        var sites = ContiguousArray<RoutingModel.Site>()
        for rider in riders {
            sites.append(
                RoutingModel.Site(
                    earliest: rider.pickup.earliest, latest: rider.pickup.latest,
                    service: rider.service, load: vector(rider.needs)))
        }
        for rider in riders {
            sites.append(
                RoutingModel.Site(
                    earliest: rider.delivery.earliest, latest: rider.delivery.latest,
                    service: rider.service, load: 0 &- vector(rider.needs)))
        }
        var place = ContiguousArray(riders.map(\.from) + riders.map(\.to))
        var vehicles = ContiguousArray<RoutingModel.Vehicle>()
        for (index, driver) in instance.drivers.enumerated() {
            let site = RoutingModel.Site(
                earliest: driver.window.earliest, latest: driver.window.latest)
            sites += [site, site]
            place += [driver.from, driver.to]
            let direct = ways[driver.from * places + driver.to]
            vehicles.append(
                RoutingModel.Vehicle(
                    capacity: vector(driver.room), maxTravel: direct + driver.maxDetour,
                    fixedCost: -direct, kind: index))
        }
        return RoutingModel(
            requests: riders.count, sites: sites, vehicles: vehicles,
            maxRide: ContiguousArray(
                riders.map { $0.maxRide(direct: ways[$0.from * places + $0.to]) }),
            penalty: ContiguousArray(
                riders.map {
                    $0.promisedTo == nil
                        ? RidesSolver.unservedMinutes * Double($0.priority)
                        : RidesSolver.promiseMinutes
                }), place: place, places: places, outward: ways,
            inward: transposed(ways, places), isAllowed: allowed(instance),
            strangers: strangers(instance))
    }

    private static func vector(_ room: RidesInstance.Room) -> SIMD4<Int32> {
        SIMD4(
            Int32(room.seats), Int32(room.childSeats), Int32(room.wheelchairs),
            Int32(room.luggage))
    }

    /// Floyd and Warshall: a way through other places counts when it is shorter.
    private static func shortestWays(_ travel: [[Double]]) -> ContiguousArray<Double> {
        let count = travel.count
        var ways = ContiguousArray(travel.joined())
        for through in 0..<count {
            for from in 0..<count {
                let first = ways[from * count + through]
                for to in 0..<count {
                    let way = first + ways[through * count + to]
                    if way < ways[from * count + to] { ways[from * count + to] = way }
                }
            }
        }
        return ways
    }

    private static func transposed(
        _ ways: ContiguousArray<Double>, _ count: Int
    ) -> ContiguousArray<Double> {
        var turned = ways
        for row in 0..<count {
            for column in 0..<count { turned[column * count + row] = ways[row * count + column] }
        }
        return turned
    }

    private static func allowed(_ instance: RidesInstance) -> ContiguousArray<Bool> {
        var allowed = ContiguousArray<Bool>()
        for (index, driver) in instance.drivers.enumerated() {
            for rider in instance.riders {
                allowed.append(
                    (rider.promisedTo ?? index) == index
                        && (driver.isWoman || !rider.wantsWomenOnly))
            }
        }
        for pair in instance.refused {
            allowed[pair[0] * instance.riders.count + pair[1]] = false
        }
        return allowed
    }

    private static func strangers(_ instance: RidesInstance) -> ContiguousArray<[Int32]> {
        let riders = instance.riders
        var strangers = ContiguousArray(repeating: Set<Int32>(), count: riders.count)
        for pair in instance.apart {
            strangers[pair[0]].insert(Int32(pair[1]))
            strangers[pair[1]].insert(Int32(pair[0]))
        }
        for one in riders.indices where riders[one].wantsWomenOnly {
            for other in riders.indices
            where other != one && !riders[other].isWoman && riders[other].needs.isForPeople {
                strangers[one].insert(Int32(other))
                strangers[other].insert(Int32(one))
            }
        }
        guard strangers.contains(where: { !$0.isEmpty }) else { return [] }
        return ContiguousArray(strangers.map { $0.sorted() })
    }

    /// The plan of a search's state, with times as late as the earliest end allows.
    static func plan(_ instance: RidesInstance, _ search: inout RouteSearch) -> RidesPlan {
        let model = search.model
        var plan = RidesPlan(tours: [], rides: [], unserved: [], detour: 0)
        for driver in model.vehicles.indices where search.state.routes[driver].stops > 0 {
            let tour = self.tour(driver, &search)
            plan.tours.append(tour)
            plan.detour += tour.detour
            for stop in tour.stops where stop.isPickup {
                let delivery =
                    tour.stops.first { $0.rider == stop.rider && !$0.isPickup }?.time ?? stop.time
                let direct = model.distance(stop.rider, stop.rider + model.requests)
                let rider = instance.riders[stop.rider]
                plan.rides.append(
                    RidesPlan.Ride(
                        rider: stop.rider, driver: driver, pickup: stop.time, delivery: delivery,
                        wait: stop.time - rider.pickup.earliest,
                        detour: delivery - stop.time - rider.service - direct))
            }
        }
        plan.rides.sort { $0.rider < $1.rider }
        for rider in search.state.absent.map(Int.init).sorted() {
            plan.unserved.append(
                RidesPlan.Unserved(rider: rider, reasons: reasons(rider, instance, search)))
        }
        return plan
    }

    private static func tour(_ driver: Int, _ search: inout RouteSearch) -> RidesPlan.Tour {
        let model = search.model
        let holds = search.refresh(driver)
        assert(holds, "a state that was reached is feasible")
        let last = search.times.count - 1
        for at in 0...last {
            let node = Int(search.times.entries[at].node)
            search.times.entries[at].low = search.state.stops[node].early
        }
        search.times.entries[last].high = search.times.entries[last].low
        let isLate = search.times.findLatest()
        assert(isLate, "the earliest times end as early")
        let stops = (1..<max(1, last)).map { at in
            let entry = search.times.entries[at]
            let node = Int(entry.node)
            return RidesPlan.Stop(
                rider: node % model.requests, isPickup: node < model.requests, time: entry.begin)
        }
        return RidesPlan.Tour(
            driver: driver, leaves: search.times.entries[0].begin, stops: stops,
            arrives: search.times.entries[last].begin,
            detour: search.state.routes[driver].travel + model.vehicles[driver].fixedCost)
    }

    /// Lifts one kind of limit after another, and names for each driver the one that stood last.
    private static func reasons(
        _ rider: Int, _ instance: RidesInstance, _ search: RouteSearch
    ) -> [RideReason] {
        var counts = [0, 0, 0, 0]
        var free: [RouteSearch] = [search]
        var model = self.model(instance)
        model.isAllowed = []
        model.strangers = []
        free.append(search.judging(model))
        for driver in model.vehicles.indices {
            model.vehicles[driver].capacity = SIMD4(repeating: .max / 4)
        }
        free.append(search.judging(model))
        model.maxRide = ContiguousArray(repeating: .infinity, count: model.requests)
        for driver in model.vehicles.indices { model.vehicles[driver].maxTravel = .infinity }
        free.append(search.judging(model))
        for driver in model.vehicles.indices {
            var lifted = 1
            while lifted < free.count, !free[lifted].canTake(driver, rider) { lifted += 1 }
            counts[lifted - 1] += 1
        }
        let all: [RideReason] = [
            .rule(drivers: counts[0]), .seats(drivers: counts[1]), .detour(drivers: counts[2]),
            .window(drivers: counts[3]),
        ]
        return all.indices.filter { counts[$0] > 0 }.map { all[$0] }
    }
}

extension RidesInstance.Room {
    /// Whether somebody sits there, rather than goods lie there.
    var isForPeople: Bool { seats + childSeats + wheelchairs > 0 }
}

extension RouteSearch {
    /// The same routes under another model, with its bounds.
    func judging(_ model: RoutingModel) -> RouteSearch {
        var other = self
        other.model = model
        for vehicle in model.vehicles.indices where state.routes[vehicle].isOpen {
            let holds = other.refresh(vehicle)
            assert(holds, "limits are only lifted")
        }
        return other
    }

    /// Whether a rider fits into a driver's way.
    mutating func canTake(_ vehicle: Int, _ request: Int) -> Bool {
        mayTake(vehicle, request)
            && cheapest(request, vehicle, below: .infinity, blinking: 0).added < .infinity
    }
}
