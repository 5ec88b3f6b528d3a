/// Ruin and recreate over routes of pickups and deliveries.
///
/// Strings of neighbouring stops are torn out and put back greedily, with blinks, under simulated
/// annealing: SISR of Christiaens and Vanden Berghe ("Slack Induction by String Removals for
/// Vehicle
/// Routing Problems", Transportation Science 54, 2020), pickups and deliveries always together.
struct RouteSearch: Sendable {
    var model: RoutingModel
    let neighbours: ContiguousArray<ContiguousArray<Int32>>
    let hasRideTimes: Bool
    var state: RouteState
    var random: SplitMix64
    var times: RouteTimes
    /// Places that passed the quick tests and wait for their schedule.
    var candidates: ContiguousArray<Insertion> = []
    /// Best insertion of each request into each route, and the version of the route it holds for.
    var known: ContiguousArray<Known>
    var versions = 0
    /// How often each request was left out, for the search for fewer vehicles.
    var absences: ContiguousArray<Int>
    /// Routes torn into in this iteration.
    var torn: ContiguousArray<Int32> = []
    var isTorn: ContiguousArray<Bool>

    /// Where a request goes on a route, and what that adds to its travel.
    struct Insertion: Sendable {
        var added = Double.infinity
        /// The pickup comes behind this node.
        var pickup: Int32 = -1
        /// The delivery comes behind this node; the pickup itself when they are neighbours.
        var delivery: Int32 = -1
    }

    /// An insertion with the version of the route for which it was found.
    struct Known: Sendable {
        var insertion = Insertion()
        var version = -1
    }

    /// Chance that a place is overlooked, and that a whole route is looked at with blinking eyes.
    static let blink = 0.01

    init(_ model: RoutingModel, seed: UInt64) {
        var model = model
        model.tightenWindows()
        self.model = model
        neighbours = model.neighbours(most: 200)
        hasRideTimes = model.hasRideTimes
        state = RouteState(model)
        random = SplitMix64(seed: seed)
        times = RouteTimes(nodes: model.nodes)
        known = ContiguousArray(
            repeating: Known(), count: model.requests * model.vehicles.count)
        absences = ContiguousArray(repeating: 0, count: model.requests)
        isTorn = ContiguousArray(repeating: false, count: model.vehicles.count)
        for vehicle in model.vehicles.indices where !refresh(vehicle) {
            state.routes[vehicle].isOpen = false
        }
    }

    /// Whether a schedule of this route needs more than the earliest times.
    func needsSchedule(_ vehicle: Int) -> Bool {
        hasRideTimes || model.vehicles[vehicle].maxDuration.isFinite
    }

    /// Works out all bounds of a route that was changed; false when it has no schedule.
    mutating func refresh(_ vehicle: Int) -> Bool {
        let end = model.end(of: vehicle)
        let maxDuration = model.vehicles[vehicle].maxDuration
        times.count = 0
        var load = SIMD4<Int32>()
        var aboard: Int16 = 0
        var travel = 0.0
        var node = model.start(of: vehicle)
        var leg = 0.0
        while true {
            times.add(node, leg: leg, model, maxDuration: maxDuration)
            let site = model.sites[node]
            load &+= site.load
            aboard += node < model.requests ? 1 : node < 2 * model.requests ? -1 : 0
            var stop = state.stops[node]
            stop.load = load
            stop.aboard = aboard
            stop.position = Int16(times.count - 1)
            let next = Int(stop.next)
            let way = node == end ? 0 : model.distance(node, next)
            stop.way = way
            state.stops[node] = stop
            if node == end { break }
            travel += way
            leg = site.service + way
            node = next
        }
        versions += 1
        state.routes[vehicle].version = versions
        state.routes[vehicle].travel = travel
        state.routes[vehicle].stops = Int32(times.count - 2)
        guard times.findEarliest() else { return false }
        for at in 0..<times.count {
            let begin = times.entries[at].begin
            state.stops[Int(times.entries[at].node)].early = begin
            times.entries[at].low = begin
        }
        guard times.findLatest() else { return false }
        for at in 0..<times.count {
            state.stops[Int(times.entries[at].node)].late = times.entries[at].begin
        }
        return true
    }

    /// Puts a request into a route.
    mutating func insert(_ request: Int, _ vehicle: Int, _ place: Insertion) {
        state.link(request, behind: Int(place.pickup))
        state.link(request + model.requests, behind: Int(place.delivery))
        let holds = refresh(vehicle)
        assert(holds, "an insertion is judged before it is made")
    }

    /// Takes a request off its route, whose bounds are then out of date.
    mutating func remove(_ request: Int) {
        state.unlink(request)
        state.unlink(request + model.requests)
        state.absent.append(Int32(request))
    }
}

extension RouteSearch {
    /// Drops remembered insertions, when a state of another search is taken over.
    mutating func forget() {
        for index in known.indices { known[index].version = -1 }
        for vehicle in model.vehicles.indices
        where state.routes[vehicle].isOpen || state.routes[vehicle].stops > 0 {
            let holds = refresh(vehicle)
            assert(holds, "a state that was reached is feasible")
        }
    }
}
