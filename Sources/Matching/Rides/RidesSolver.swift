/// Plans neighbours' rides and errands: as many as can be served by priority, then the least
/// detour.
///
/// An iteration is one ruin and recreate of one search; two searches run as in `DialARideSolver`.
public enum RidesSolver {
    /// Unserved, a rider of priority 1 costs as much as so many minutes of detour.
    static let unservedMinutes = 1e6
    /// A promise that is broken costs as much as so many minutes.
    static let promiseMinutes = 1e10

    /// Iterations that suit an instance, where the caller names none (`Int.max`).
    public static func iterations(for instance: RidesInstance) -> Int {
        min(20_000, 1_000 + 200 * instance.riders.count)
    }

    /// A plan that is never worse than `previous`, whose rides are kept where they still fit.
    ///
    /// Who was promised a ride keeps it, with the driver to whom it was promised; the caller keeps
    /// the
    /// times that were told by narrowing the windows.
    public static func solve(
        _ instance: RidesInstance, from previous: RidesPlan? = nil, seed: UInt64, budget: Budget,
        threads: Int
    ) async throws(InputProblem) -> RidesPlan {
        try instance.validate()
        let model = RidesModel.model(instance)
        let iterations =
            budget.iterations == .max ? self.iterations(for: instance) : budget.iterations
        let states = await RouteTeam.run(threads: threads) { index in
            var search = RouteSearch(model, seed: seed &+ UInt64(index) &* 0x9E37)
            if let previous { search.restore(previous) }
            search.serveAll(budget, iterations: iterations / 2, isFleetLeast: false)
            search.cheapen(
                budget, iterations: iterations / 2, RouteSearch.Cooling(first: 1, last: 0.02))
            return search.state
        }
        var best = states[0]
        for state in states.dropFirst() where state.cost(model) < best.cost(model) { best = state }
        var search = RouteSearch(model, seed: seed)
        search.state = best
        search.forget()
        return RidesModel.plan(instance, &search)
    }
}

extension RouteSearch {
    /// Takes over the tours of an earlier plan, as far as they still hold.
    ///
    /// A tour that holds no longer loses first who could not be taken alone, and then who was
    /// promised
    /// nothing; when that is not enough, its promised riders are put in one by one.
    mutating func restore(_ previous: RidesPlan) {
        for tour in previous.tours where model.vehicles.indices.contains(tour.driver) {
            guard state.routes[tour.driver].isOpen, state.routes[tour.driver].stops == 0 else {
                continue
            }
            let riders = Set(tour.stops.map(\.rider)).filter((0..<model.requests).contains)
            if restore(tour, riders) { continue }
            let able = riders.filter { canTake(tour.driver, $0) }
            if restore(tour, able) { continue }
            let promised = able.filter { model.penalty[$0] >= RidesSolver.promiseMinutes }
            if !restore(tour, promised) { insertPromised(tour) }
        }
    }

    private mutating func restore(_ tour: RidesPlan.Tour, _ riders: Set<Int>) -> Bool {
        var at = model.start(of: tour.driver)
        var taken: [Int] = []
        for stop in tour.stops where riders.contains(stop.rider) {
            let rider = stop.rider
            let isThere = state.stops[rider].route >= 0
            guard isThere != stop.isPickup, mayTake(tour.driver, rider) else { continue }
            let node = stop.isPickup ? rider : rider + model.requests
            if state.stops[node].route >= 0 || isThere && !taken.contains(rider) { continue }
            state.link(node, behind: at)
            at = node
            if stop.isPickup { taken.append(rider) }
        }
        for rider in taken where state.stops[rider + model.requests].route < 0 {
            state.link(rider + model.requests, behind: at)
            at = rider + model.requests
        }
        let kept = taken
        state.absent.removeAll { kept.contains(Int($0)) }
        if refresh(tour.driver), holdsRoom(tour.driver) { return true }
        for rider in taken { remove(rider) }
        let holds = refresh(tour.driver)
        assert(holds, "an open driver's empty way holds")
        return false
    }

    private mutating func insertPromised(_ tour: RidesPlan.Tour) {
        for stop in tour.stops where stop.isPickup && (0..<model.requests).contains(stop.rider) {
            guard state.stops[stop.rider].route < 0, mayTake(tour.driver, stop.rider),
                model.penalty[stop.rider] >= RidesSolver.promiseMinutes
            else { continue }
            let place = cheapest(stop.rider, tour.driver, below: .infinity, blinking: 0)
            guard place.added < .infinity else { continue }
            state.absent.removeAll { Int($0) == stop.rider }
            insert(stop.rider, tour.driver, place)
        }
    }

    /// Whether a route keeps its room, its detour and its strangers apart; its times are checked
    /// before.
    private func holdsRoom(_ vehicle: Int) -> Bool {
        guard
            state.routes[vehicle].travel
                <= model.vehicles[vehicle].maxTravel + RouteTimes.rounding
        else { return false }
        var aboard: [Int32] = []
        for node in state.nodes(of: vehicle, model) {
            if any(state.stops[node].load .> model.vehicles[vehicle].capacity) { return false }
            if node >= model.requests {
                aboard.removeAll { Int($0) == node - model.requests }
                continue
            }
            if !model.strangers.isEmpty,
                model.strangers[node].contains(where: { aboard.contains($0) })
            {
                return false
            }
            aboard.append(Int32(node))
        }
        return true
    }
}
