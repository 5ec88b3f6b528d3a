extension RouteSearch {
    /// The cheapest place for a request on a route, below `limit`; with blinks, perhaps the next best.
    ///
    /// Windows, load, travel and the request's own ride are judged in constant time from the bounds of
    /// the stops; what passes and is cheaper is scheduled exactly.
    mutating func cheapest(
        _ request: Int, _ vehicle: Int, below limit: Double, blinking: Double
    ) -> Insertion {
        let end = model.end(of: vehicle)
        let (pickup, delivery) = (model.sites[request], model.sites[request + model.requests])
        let capacity = model.vehicles[vehicle].capacity
        let row = model.place[request] &* model.places
        let isScheduled = needsSchedule(vehicle)
        let strangers = strangersAboard(request, vehicle)
        let spare = model.vehicles[vehicle].maxTravel - state.routes[vehicle].travel
        var best = Insertion(added: min(limit, spare + RouteTimes.rounding))
        let between = model.distance(request, request + model.requests)
        var node = model.start(of: vehicle)
        while node != end {
            let stop = state.stops[node]
            let next = Int(stop.next)
            let place = model.place[node]
            let arrival = max(
                pickup.earliest, stop.early + stop.service + model.inward[row &+ place])
            if arrival > pickup.latest + RouteTimes.rounding { break }
            defer { node = next }
            if any((stop.load &+ pickup.load) .> capacity) { continue }
            let added =
                model.inward[row &+ place] + model.outward[row &+ model.place[next]] - stop.way
            if added >= best.added { continue }
            let trial = Trial(
                request: request, vehicle: vehicle, node: node, next: next, pickup: pickup,
                delivery: delivery, capacity: capacity, arrival: arrival, added: added,
                between: between, isScheduled: isScheduled, strangers: strangers,
                blinking: blinking)
            deliverAtOnce(trial, &best)
            deliverLater(trial, &best)
        }
        if best.pickup < 0 { best.added = .infinity }
        return best
    }

    /// A pickup that was put behind `node`.
    struct Trial {
        var request: Int
        var vehicle: Int
        var node: Int
        var next: Int
        var pickup: RoutingModel.Site
        var delivery: RoutingModel.Site
        var capacity: SIMD4<Int32>
        var arrival: Double
        var added: Double
        var between: Double
        var isScheduled: Bool
        var strangers: Bool
        var blinking: Double
    }

    @inline(__always)
    private mutating func deliverAtOnce(_ trial: Trial, _ best: inout Insertion) {
        let stop = state.stops[trial.node]
        let goal = trial.request + model.requests
        let row = model.place[goal] &* model.places
        let onward = model.outward[row &+ model.place[trial.next]]
        let added =
            model.inward[model.place[trial.request] &* model.places &+ model.place[trial.node]]
            + trial.between + onward - stop.way
        if added >= best.added || trial.between > model.maxRide[trial.request] { return }
        let arrival = max(
            trial.delivery.earliest, trial.arrival + trial.pickup.service + trial.between)
        if arrival > trial.delivery.latest + RouteTimes.rounding { return }
        if arrival + trial.delivery.service + onward
            > state.stops[trial.next].late + RouteTimes.rounding
        {
            return
        }
        accept(
            trial, &best,
            Insertion(
                added: added, pickup: Int32(trial.node), delivery: Int32(trial.request)))
    }

    @inline(__always)
    private mutating func deliverLater(_ trial: Trial, _ best: inout Insertion) {
        let end = model.end(of: trial.vehicle)
        let goal = trial.request + model.requests
        let row = model.place[goal] &* model.places
        let longest = model.maxRide[trial.request] + RouteTimes.rounding
        var ride =
            model.outward[model.place[trial.request] &* model.places &+ model.place[trial.next]]
        var node = trial.next
        var stop = state.stops[node]
        var time = max(stop.early, trial.arrival + trial.pickup.service + ride)
        while node != end {
            if time > stop.late + RouteTimes.rounding { return }
            if any((stop.load &+ trial.pickup.load) .> trial.capacity) { return }
            let way = model.inward[row &+ model.place[node]]
            if ride + stop.service + way > longest { return }
            let arrival = max(trial.delivery.earliest, time + stop.service + way)
            if arrival > trial.delivery.latest + RouteTimes.rounding { return }
            let next = Int(stop.next)
            let following = state.stops[next]
            let onward = model.outward[row &+ model.place[next]]
            let added = trial.added + way + onward - stop.way
            if added < best.added,
                arrival + trial.delivery.service + onward
                    <= following.late + RouteTimes.rounding
            {
                accept(
                    trial, &best,
                    Insertion(added: added, pickup: Int32(trial.node), delivery: Int32(node)))
            }
            ride += stop.service + stop.way
            time = max(following.early, time + stop.service + stop.way)
            node = next
            stop = following
        }
    }

    @inline(__always)
    private mutating func accept(_ trial: Trial, _ best: inout Insertion, _ place: Insertion) {
        if trial.blinking > 0, random.unit() < trial.blinking { return }
        if trial.strangers, meetsStranger(trial, place) { return }
        if trial.isScheduled, !hasSchedule(trial.vehicle, trial.request, place) { return }
        best = place
    }

    private func strangersAboard(_ request: Int, _ vehicle: Int) -> Bool {
        guard !model.strangers.isEmpty else { return false }
        return model.strangers[request].contains {
            state.stops[Int($0)].route == Int32(vehicle)
        }
    }

    /// Whether the ride would overlap with that of somebody who must not be aboard at the same time.
    private func meetsStranger(_ trial: Trial, _ place: Insertion) -> Bool {
        let enters = state.stops[trial.node].position
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

    /// The cheapest place over all routes; of vehicles of one kind that stand still, the first is tried.
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
