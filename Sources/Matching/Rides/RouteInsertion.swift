extension RouteSearch {
    /// The cheapest place for a request on a route, below `limit`; with blinks, perhaps the next
    /// best.
    ///
    /// Windows, load, travel and the request's own ride are judged in constant time from the bounds
    /// of
    /// the stops; what passes is scheduled exactly, the cheapest first.
    mutating func cheapest(
        _ request: Int, _ vehicle: Int, below limit: Double, blinking: Double
    ) -> Insertion {
        let spare = model.vehicles[vehicle].maxTravel - state.routes[vehicle].travel
        candidates.removeAll(keepingCapacity: true)
        let trial = Trial(
            request: request, delivery: request + model.requests, vehicle: vehicle,
            end: model.end(of: vehicle), fetch: model.sites[request],
            bring: model.sites[request + model.requests],
            capacity: model.vehicles[vehicle].capacity,
            fetchRow: model.place[request] &* model.places,
            bringRow: model.place[request + model.requests] &* model.places,
            between: model.distance(request, request + model.requests),
            longest: model.maxRide[request] + RouteTimes.rounding,
            keepsAll: blinking > 0 || needsSchedule(vehicle) || strangersAboard(request, vehicle))
        let best = Self.enumerate(
            trial, below: min(limit, spare + RouteTimes.rounding), state, model, &candidates)
        return trial.keepsAll ? firstThatHolds(trial, blinking) : best
    }

    /// A request that is to be put into a route.
    struct Trial {
        var request: Int
        var delivery: Int
        var vehicle: Int
        var end: Int
        var fetch: RoutingModel.Site
        var bring: RoutingModel.Site
        var capacity: SIMD4<Int32>
        var fetchRow: Int
        var bringRow: Int
        var between: Double
        /// Longest ride.
        var longest: Double
        /// Whether the quick tests do not decide, so that all that pass them are kept.
        var keepsAll: Bool
    }

    /// Tries the pickup behind each stop; what passes the quick tests goes to `candidates`, or,
    /// where
    /// they decide, the cheapest is answered.
    private static func enumerate(
        _ trial: Trial, below limit: Double, _ state: RouteState, _ model: RoutingModel,
        _ candidates: inout ContiguousArray<Insertion>
    ) -> Insertion {
        var best = Insertion()
        var bound = limit
        let stops = state.stops.span
        let inward = model.inward.span
        let outward = model.outward.span
        let place = model.place.span
        var node = model.start(of: trial.vehicle)
        while node != trial.end {
            let stop = stops[node]
            let next = Int(stop.next)
            let following = stops[next]
            let way = inward[trial.fetchRow &+ place[node]]
            let arrival = max(trial.fetch.earliest, stop.early + stop.service + way)
            if arrival > trial.fetch.latest + RouteTimes.rounding { break }
            let onward = outward[trial.fetchRow &+ place[next]]
            let added = way + onward - stop.way
            if added < bound,
                arrival + trial.fetch.service + onward <= following.late + RouteTimes.rounding,
                !any((stop.load &+ trial.fetch.load) .> trial.capacity)
            {
                // The delivery at once.
                let away = outward[trial.bringRow &+ place[next]]
                let cost = way + trial.between + away - stop.way
                let brought = max(
                    trial.bring.earliest, arrival + trial.fetch.service + trial.between)
                if cost < bound, brought <= trial.bring.latest + RouteTimes.rounding,
                    brought + trial.bring.service + away <= following.late + RouteTimes.rounding
                {
                    best = Insertion(
                        added: cost, pickup: Int32(node), delivery: Int32(trial.request))
                    if trial.keepsAll { candidates.append(best) } else { bound = cost }
                }
                let latest = min(
                    trial.fetch.latest, following.late - onward - trial.fetch.service)
                // The delivery behind a later stop.
                var ride = onward
                var at = next
                var here = following
                var time = max(here.early, arrival + trial.fetch.service + ride)
                while at != trial.end {
                    if time > here.late + RouteTimes.rounding { break }
                    if any((here.load &+ trial.fetch.load) .> trial.capacity) { break }
                    let way = inward[trial.bringRow &+ place[at]]
                    if ride + here.service + way > trial.longest { break }
                    let brought = max(trial.bring.earliest, time + here.service + way)
                    if brought > trial.bring.latest + RouteTimes.rounding { break }
                    if brought - latest - trial.fetch.service > trial.longest { break }
                    let then = Int(here.next)
                    let there = stops[then]
                    let away = outward[trial.bringRow &+ place[then]]
                    let cost = added + way + away - here.way
                    if cost < bound,
                        brought + trial.bring.service + away <= there.late + RouteTimes.rounding
                    {
                        best = Insertion(added: cost, pickup: Int32(node), delivery: Int32(at))
                        if trial.keepsAll { candidates.append(best) } else { bound = cost }
                    }
                    ride += here.service + here.way
                    time = max(there.early, time + here.service + here.way)
                    at = then
                    here = there
                }
            }
            node = next
        }
        return best
    }

    /// The cheapest candidate that is not overlooked, meets no stranger and has a schedule.
    private mutating func firstThatHolds(_ trial: Trial, _ blinking: Double) -> Insertion {
        let isScheduled = needsSchedule(trial.vehicle)
        let strangers = strangersAboard(trial.request, trial.vehicle)
        while true {
            var chosen = -1
            var least = Double.infinity
            for index in candidates.indices where candidates[index].added < least {
                least = candidates[index].added
                chosen = index
            }
            guard chosen >= 0 else { return Insertion() }
            let place = candidates[chosen]
            candidates[chosen].added = .infinity
            if blinking > 0, random.unit() < blinking { continue }
            if strangers, meetsStranger(trial, place) { continue }
            if isScheduled, !hasSchedule(trial.vehicle, trial.request, place) { continue }
            return place
        }
    }

    private func strangersAboard(_ request: Int, _ vehicle: Int) -> Bool {
        guard !model.strangers.isEmpty else { return false }
        return model.strangers[request].contains {
            state.stops[Int($0)].route == Int32(vehicle)
        }
    }

    /// Whether the ride would overlap with that of somebody who must not be aboard at the same
    /// time.
    private func meetsStranger(_ trial: Trial, _ place: Insertion) -> Bool {
        let enters = state.stops[Int(place.pickup)].position
        let leaves =
            Int(place.delivery) == trial.request
            ? enters : state.stops[Int(place.delivery)].position
        return model.strangers[trial.request].contains { stranger in
            let pickup = state.stops[Int(stranger)]
            guard pickup.route == Int32(trial.vehicle) else { return false }
            let delivery = state.stops[Int(stranger) + model.requests]
            return pickup.position <= leaves && delivery.position > enters
        }
    }

    /// Whether a route may be tried for a request at all.
    @inline(__always)
    func mayTake(_ vehicle: Int, _ request: Int) -> Bool {
        guard state.routes[vehicle].isOpen else { return false }
        return model.isAllowed.isEmpty
            || model.isAllowed[vehicle &* model.requests &+ request]
    }

    /// The cheapest place over all routes; of vehicles of one kind that stand still, the first is
    /// tried.
    mutating func cheapestOfAll(
        _ request: Int, blinking: Double
    ) -> (vehicle: Int, place: Insertion)? {
        var best = Insertion()
        var cost = Double.infinity
        var chosen = -1
        var stillKind = -1
        for vehicle in model.vehicles.indices where mayTake(vehicle, request) {
            let fixed: Double
            if state.routes[vehicle].stops == 0 {
                if model.vehicles[vehicle].kind == stillKind { continue }
                stillKind = model.vehicles[vehicle].kind
                fixed = model.vehicles[vehicle].fixedCost + state.routes[vehicle].travel
            } else {
                fixed = 0
            }
            let place = look(request, vehicle, below: cost - fixed, blinking: blinking)
            if place.added + fixed < cost {
                best = place
                cost = place.added + fixed
                chosen = vehicle
            }
        }
        guard chosen >= 0, cost < model.penalty[request] else { return nil }
        return (chosen, best)
    }

    /// The cheapest place on a route, from memory where the route is as it was.
    @inline(__always)
    private mutating func look(
        _ request: Int, _ vehicle: Int, below limit: Double, blinking: Double
    ) -> Insertion {
        if blinking > 0, random.unit() < 0.05 {
            return cheapest(request, vehicle, below: limit, blinking: 20 * blinking)
        }
        let index = vehicle &* model.requests &+ request
        let version = state.routes[vehicle].version
        if known[index].version == version { return known[index].insertion }
        let place = cheapest(request, vehicle, below: .infinity, blinking: 0)
        known[index] = Known(insertion: place, version: version)
        return place
    }
}
