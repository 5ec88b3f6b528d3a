/// Plans dial-a-ride: all requests by the vehicles there are, as cheaply as can be found.
///
/// An iteration is one ruin and recreate of one search. Two searches run with seeds of their own,
/// beside
/// each other where there are two threads; the better one counts.
public enum DialARideSolver {
    /// Iterations that suit an instance, where the caller names none (`Int.max`).
    public static func iterations(for instance: DialARideInstance) -> Int {
        min(160_000, 10_000 + 1_500 * instance.requests)
    }

    /// A plan that keeps all limits; what it cannot serve within the budget it leaves out.
    public static func solve(
        _ instance: DialARideInstance, seed: UInt64, budget: Budget, threads: Int
    ) async -> DialARidePlan {
        let model = self.model(instance)
        let iterations =
            budget.iterations == .max ? self.iterations(for: instance) : budget.iterations
        let searches = await RouteTeam.run(threads: threads) { index in
            var search = RouteSearch(model, seed: seed &+ UInt64(index) &* 0x9E37)
            search.serveAll(budget, iterations: iterations, isFleetLeast: false)
            search.cheapen(
                budget, iterations: iterations, RouteSearch.Cooling(first: 1, last: 0.08))
            return search.state
        }
        return plan(instance, model, RouteTeam.best(searches, model))
    }

    static func model(_ instance: DialARideInstance) -> RoutingModel {
        let requests = instance.requests
        let vehicles = min(instance.vehicles, requests)
        let depot = (instance.stops[0], instance.stops[instance.stops.count - 1])
        let stops = instance.stops[1..<max(1, 2 * requests + 1)] + [depot.0, depot.1]
        var sites = ContiguousArray(stops.dropLast(2).map(site))
        for _ in 0..<vehicles { sites += [site(depot.0), site(depot.1)] }
        var place = ContiguousArray(0..<2 * requests)
        for _ in 0..<vehicles { place += [2 * requests, 2 * requests + 1] }
        let table = RoutingModel.euclidean(stops.map { SIMD2($0.x, $0.y) })
        let horizon = depot.1.latest - depot.0.earliest
        let vehicle = RoutingModel.Vehicle(
            capacity: SIMD4(Int32(instance.capacity), 0, 0, 0),
            maxDuration: instance.maxDuration < horizon ? instance.maxDuration : .infinity)
        return RoutingModel(
            requests: requests, sites: sites,
            vehicles: ContiguousArray(repeating: vehicle, count: vehicles),
            maxRide: ContiguousArray(repeating: instance.maxRideTime, count: requests),
            penalty: ContiguousArray(repeating: 1e9, count: requests), place: place,
            places: 2 * requests + 2, outward: table, inward: table)
    }

    private static func site(_ stop: DialARideInstance.Stop) -> RoutingModel.Site {
        RoutingModel.Site(
            earliest: stop.earliest, latest: stop.latest, service: stop.service,
            load: SIMD4(Int32(stop.load), 0, 0, 0))
    }

    private static func plan(
        _ instance: DialARideInstance, _ model: RoutingModel, _ state: RouteState
    ) -> DialARidePlan {
        var routes: [[Int]] = []
        var schedule: [[Double]] = []
        var cost = 0.0
        for vehicle in model.vehicles.indices where state.routes[vehicle].stops > 0 {
            let nodes = state.nodes(of: vehicle, model)
            routes.append(nodes.map { $0 + 1 })
            schedule.append(nodes.map { state.stops[$0].early })
            cost += state.routes[vehicle].travel
        }
        return DialARidePlan(
            served: instance.requests - state.absent.count, vehicles: routes.count, cost: cost,
            routes: routes, schedule: schedule)
    }
}
