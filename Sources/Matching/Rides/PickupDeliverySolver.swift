/// Plans pickups and deliveries: as few vehicles as can be found, then the shortest way.
///
/// An iteration is one ruin and recreate of one search. Two searches run with seeds of their own,
/// beside
/// each other where there are two threads; the better one counts.
public enum PickupDeliverySolver {
    /// Iterations that suit an instance, where the caller names none (`Int.max`).
    public static func iterations(for instance: PickupDeliveryInstance, isQuick: Bool) -> Int {
        isQuick ? 6_000 : 60_000
    }

    /// A plan that keeps all limits; what it cannot serve within the budget it leaves out.
    public static func solve(
        _ instance: PickupDeliveryInstance, seed: UInt64, budget: Budget, threads: Int,
        isQuick: Bool = false
    ) async -> PickupDeliveryPlan {
        let (model, rows) = self.model(instance)
        let iterations =
            budget.iterations == .max
            ? self.iterations(for: instance, isQuick: isQuick) : budget.iterations
        let fleets = await RouteTeam.run(threads: threads) { index in
            var search = RouteSearch(model, seed: seed &+ UInt64(index) &* 0x9E37)
            search.serveAll(budget, iterations: iterations / 2, isFleetLeast: true)
            return search
        }
        let least = RouteTeam.best(fleets.map(\.state), model, isFleetLeast: true)
        let searches = await RouteTeam.run(threads: threads) { index in
            var search = fleets[index]
            if search.state.used != least.used || search.state.absent.count != least.absent.count {
                search.state = least
            }
            search.forget()
            search.cheapen(
                budget, iterations: iterations / 2, RouteSearch.Cooling(first: 4, last: 0.05))
            return search.state
        }
        return plan(model, rows, RouteTeam.best(searches, model, isFleetLeast: true))
    }

    /// The model, and for each of its nodes the instance's row.
    static func model(_ instance: PickupDeliveryInstance) -> (RoutingModel, [Int]) {
        let pickups = instance.stops.indices.dropFirst().filter { instance.stops[$0].isPickup }
        let rows = pickups + pickups.map { instance.stops[$0].partner }
        let requests = pickups.count
        let vehicles = min(instance.vehicles, requests)
        let depot = instance.stops[0]
        var sites = ContiguousArray(rows.map { site(instance.stops[$0]) })
        for _ in 0..<vehicles { sites += [site(depot), site(depot)] }
        let place =
            ContiguousArray(0..<2 * requests)
            + ContiguousArray(repeating: 2 * requests, count: 2 * vehicles)
        let table = RoutingModel.euclidean(
            (rows + [0]).map { SIMD2(instance.stops[$0].x, instance.stops[$0].y) })
        let vehicle = RoutingModel.Vehicle(capacity: SIMD4(Int32(instance.capacity), 0, 0, 0))
        let model = RoutingModel(
            requests: requests, sites: sites,
            vehicles: ContiguousArray(repeating: vehicle, count: vehicles),
            maxRide: ContiguousArray(repeating: .infinity, count: requests),
            penalty: ContiguousArray(repeating: 1e9, count: requests), place: place,
            places: 2 * requests + 1, outward: table, inward: table)
        return (model, rows)
    }

    private static func site(_ stop: PickupDeliveryInstance.Stop) -> RoutingModel.Site {
        RoutingModel.Site(
            earliest: stop.earliest, latest: stop.latest, service: stop.service,
            load: SIMD4(Int32(stop.demand), 0, 0, 0))
    }

    private static func plan(
        _ model: RoutingModel, _ rows: [Int], _ state: RouteState
    ) -> PickupDeliveryPlan {
        var routes: [[Int]] = []
        var distance = 0.0
        for vehicle in model.vehicles.indices where state.routes[vehicle].stops > 0 {
            routes.append(state.nodes(of: vehicle, model).map { rows[$0] })
            distance += state.routes[vehicle].travel
        }
        let unserved = state.absent.map { rows[Int($0)] }.sorted()
        return PickupDeliveryPlan(
            vehicles: routes.count, distance: distance, routes: routes,
            unserved: unserved.isEmpty ? nil : unserved)
    }
}
