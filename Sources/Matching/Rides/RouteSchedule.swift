extension RouteSearch {
    /// Whether a route has a schedule with a request put in.
    ///
    /// Only the part that the insertion can change is looked at: from the last stop before it at
    /// which
    /// nobody was aboard, to the first one behind it that is not delayed.
    mutating func hasSchedule(_ vehicle: Int, _ request: Int, _ place: Insertion) -> Bool {
        Self.hasSchedule(vehicle, request, place, state, model, &times.entries, &times.index)
    }

    private static func hasSchedule(
        _ vehicle: Int, _ request: Int, _ place: Insertion, _ state: RouteState,
        _ model: RoutingModel, _ held: inout ContiguousArray<RouteTimes.Entry>,
        _ places: inout ContiguousArray<Int32>
    ) -> Bool {
        let isWhole = model.vehicles[vehicle].maxDuration.isFinite
        var walk = Walk(
            request: request, delivery: request + model.requests, place: place,
            behindPickup: Int(state.stops[Int(place.pickup)].next),
            upcoming: isWhole ? model.start(of: vehicle) : firstTouched(place, state))
        let end = model.end(of: vehicle)
        let requests = model.requests
        let maxDuration = model.vehicles[vehicle].maxDuration
        let stops = state.stops.span
        var entries = held.mutableSpan
        var index = places.mutableSpan
        var pulls = RouteTimes.pullsMax(64)
        var (at, count, isDelivered) = (0, 0, false)
        while true {
            if at == count {
                let node = walk.upcoming
                var entry = RouteTimes.Entry(node: Int32(node), leg: walk.leg)
                if node == walk.request || node == walk.delivery {
                    entry.low = model.sites[node].earliest
                    entry.high = model.sites[node].latest
                } else {
                    entry.low = stops[node].early
                    entry.high = stops[node].late
                }
                if node >= requests, node < 2 * requests {
                    entry.partner = index[node - requests]
                    entry.longest =
                        model.maxRide[node - requests] + stops[node - requests].service
                } else if node == end {
                    entry.partner = isWhole ? 0 : -1
                    entry.longest = maxDuration
                }
                entries[count] = entry
                index[node] = Int32(count)
                count += 1
                if node == walk.delivery { isDelivered = true }
                if node != end { walk.advance(stops, model) }
            }
            let entry = entries[at]
            let time = at == 0 ? entry.low : max(entry.low, entries[at - 1].begin + entry.leg)
            if time > entry.high + RouteTimes.rounding { return false }
            entries[at].begin = time
            if entry.partner >= 0 {
                let from = Int(entry.partner)
                if time - entries[from].begin > entry.longest + RouteTimes.rounding {
                    pulls -= 1
                    let pulled = time - entry.longest
                    if pulled > entries[from].high + RouteTimes.rounding || pulls == 0 {
                        return false
                    }
                    entries[from].low = pulled
                    at = from
                    continue
                }
            }
            if entry.node == Int32(end) { return true }
            at += 1
            if at == count, isDelivered, !isWhole, entry.node != Int32(walk.delivery),
                time <= stops[Int(entry.node)].early
            {
                return true
            }
        }
    }

    /// The stop from which on an insertion can change the times.
    private static func firstTouched(_ place: Insertion, _ state: RouteState) -> Int {
        var node = Int(place.pickup)
        while state.stops[node].previous >= 0,
            state.stops[Int(state.stops[node].previous)].aboard > 0
        {
            node = Int(state.stops[node].previous)
        }
        return node
    }

    /// A way along a route with a request put in.
    struct Walk {
        var request: Int
        var delivery: Int
        var place: Insertion
        var behindPickup: Int
        var upcoming: Int
        var leg = 0.0

        /// Goes on to the node behind `upcoming`.
        @inline(__always)
        mutating func advance(_ stops: Span<RouteState.Stop>, _ model: RoutingModel) {
            let node = upcoming
            let stop = stops[node]
            if node == Int(place.pickup) {
                upcoming = request
            } else if node == Int(place.delivery) {
                upcoming = delivery
            } else if node == request {
                upcoming = behindPickup
            } else if node == delivery {
                upcoming =
                    Int(place.delivery) == request
                    ? behindPickup : Int(stops[Int(place.delivery)].next)
            } else {
                upcoming = Int(stop.next)
                leg = stop.service + stop.way
                return
            }
            leg = stop.service + model.distance(node, upcoming)
        }
    }
}
