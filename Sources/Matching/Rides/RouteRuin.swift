extension RouteSearch {
    /// Stops taken out on average, and the longest string.
    static let removedMean = 10.0
    static let stringMax = 10.0

    /// Tears strings of stops out of routes that are near each other.
    mutating func ruin() {
        for vehicle in torn { isTorn[Int(vehicle)] = false }
        torn.removeAll(keepingCapacity: true)
        let used = state.used
        guard used > 0 else { return }
        let served = 2 * (model.requests - state.absent.count)
        let longest = min(Self.stringMax, Double(served) / Double(used))
        let stringsMax = 4 * Self.removedMean / (1 + longest) - 1
        let strings = Int(random.unit() * stringsMax + 1)
        let seed = random.below(2 * model.requests)
        tear(around: seed, longest: longest, strings: strings)
        for vehicle in torn {
            let holds = refresh(Int(vehicle))
            assert(holds, "a route with fewer stops is never late")
        }
    }

    private mutating func tear(around seed: Int, longest: Double, strings: Int) {
        for other in neighbours[seed] {
            let node = Int(other)
            let vehicle = state.stops[node].route
            if vehicle < 0 || isTorn[Int(vehicle)] { continue }
            let stops = Int(state.routes[Int(vehicle)].stops)
            let length = Int(random.unit() * min(Double(stops), longest) + 1)
            isTorn[Int(vehicle)] = true
            torn.append(vehicle)
            tearString(at: node, Int(vehicle), length: min(length, stops), stops: stops)
            if torn.count >= strings { return }
        }
    }

    /// Takes out a string of `length` stops with `node` in it; half of the time the string is
    /// split, and
    /// some stops in its middle stay.
    private mutating func tearString(at node: Int, _ vehicle: Int, length: Int, stops: Int) {
        var kept = 0
        if length > 1, length < stops, random.unit() < 0.5 {
            kept = 1
            while length + kept < stops, random.unit() > 0.01 { kept += 1 }
            if random.unit() < 0.5 { kept = 1 + random.below(kept) }
        }
        let span = length + kept
        let position = Int(state.stops[node].position)
        let first = max(1, position - span + 1)
        let last = min(position, stops - span + 1)
        let begin = first + random.below(max(1, last - first + 1))
        let gap = kept == 0 ? span : 1 + random.below(max(1, length - 1))
        var at = Int(state.stops[model.start(of: vehicle)].next)
        var place = 1
        var doomed: [Int] = []
        while place < begin + span, at != model.end(of: vehicle) {
            if place >= begin {
                let inside = place - begin
                if inside < gap || inside >= gap + kept {
                    doomed.append(at % model.requests)
                }
            }
            at = Int(state.stops[at].next)
            place += 1
        }
        for request in doomed where state.stops[request].route >= 0 { remove(request) }
    }

    /// Puts back all that is left out, each at its cheapest place, in an order drawn by lot.
    mutating func recreate(blinking: Double = RouteSearch.blink) {
        var waiting = state.absent
        state.absent.removeAll(keepingCapacity: true)
        order(&waiting)
        for request in waiting {
            let found = cheapestOfAll(Int(request), blinking: blinking)
            if let found {
                insert(Int(request), found.vehicle, found.place)
            } else {
                state.absent.append(request)
            }
        }
    }

    private mutating func order(_ waiting: inout ContiguousArray<Int32>) {
        for index in waiting.indices.dropLast() {
            waiting.swapAt(index, index + random.below(waiting.count - index))
        }
        let lot = random.below(17)
        if lot < 4 { return }
        let keys = waiting.map { rank(Int($0), lot) }
        let sorted = waiting.indices.sorted { left, right in
            keys[left] == keys[right] ? left < right : keys[left] < keys[right]
        }
        waiting = ContiguousArray(sorted.map { waiting[$0] })
    }

    /// What requests are ordered by: load, way from a start, width of windows, or their times.
    private func rank(_ request: Int, _ lot: Int) -> Double {
        let (pickup, delivery) = (model.sites[request], model.sites[request + model.requests])
        let start = 2 * model.requests
        switch lot {
        case 4, 5, 6: return -Double(pickup.load.wrappedSum())
        case 7, 8:
            return -model.distance(start, request)
                - model.distance(start, request + model.requests)
        case 9:
            return model.distance(start, request)
                + model.distance(start, request + model.requests)
        case 10, 11:
            return min(pickup.latest - pickup.earliest, delivery.latest - delivery.earliest)
        case 12: return pickup.earliest
        case 13: return delivery.latest
        case 14: return pickup.latest
        default: return -model.distance(request, request + model.requests)
        }
    }
}
