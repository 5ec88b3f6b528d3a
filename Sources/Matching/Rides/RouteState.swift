/// Routes as linked lists over the nodes of a model, with the bounds that make an insertion cheap
/// to judge.
struct RouteState: Sendable {
    /// What is known of a node on its route; 64 bytes, one line of the cache.
    struct Stop: Sendable {
        /// What is aboard when the vehicle leaves.
        var load = SIMD4<Int32>()
        /// Earliest beginning of service in any schedule that keeps all limits of the route.
        var early = 0.0
        /// Latest one.
        var late = 0.0
        /// Distance to the next node.
        var way = 0.0
        var service = 0.0
        var next: Int32 = -1
        var previous: Int32 = -1
        /// Vehicle, or -1 when the request is left out.
        var route: Int32 = -1
        /// Place on the route; the start has 0.
        var position: Int16 = 0
        /// Requests aboard when the vehicle leaves.
        var aboard: Int16 = 0
    }

    /// What is known of a route.
    struct Route: Sendable {
        var travel = 0.0
        /// Nodes of requests on it.
        var stops: Int32 = 0
        /// Whether the vehicle may be used.
        var isOpen = true
        /// Changes whenever the route does; equal versions are equal routes.
        var version = 0
    }

    var stops: ContiguousArray<Stop>
    var routes: ContiguousArray<Route>
    /// Requests left out, in no order that matters.
    var absent: ContiguousArray<Int32>

    /// No request is served.
    init(_ model: RoutingModel) {
        stops = ContiguousArray(repeating: Stop(), count: model.nodes)
        for node in stops.indices { stops[node].service = model.sites[node].service }
        routes = ContiguousArray(repeating: Route(), count: model.vehicles.count)
        absent = ContiguousArray(0..<Int32(model.requests))
        for vehicle in model.vehicles.indices {
            let (start, end) = (model.start(of: vehicle), model.end(of: vehicle))
            stops[start].next = Int32(end)
            stops[end].previous = Int32(start)
            stops[start].route = Int32(vehicle)
            stops[end].route = Int32(vehicle)
        }
    }

    /// The nodes of requests on a route, in their order.
    func nodes(of vehicle: Int, _ model: RoutingModel) -> [Int] {
        var nodes: [Int] = []
        let end = Int32(model.end(of: vehicle))
        var node = stops[model.start(of: vehicle)].next
        while node != end {
            nodes.append(Int(node))
            node = stops[Int(node)].next
        }
        return nodes
    }

    /// Distance, fixed costs and penalties.
    func cost(_ model: RoutingModel) -> Double {
        var cost = 0.0
        for vehicle in routes.indices where routes[vehicle].stops > 0 {
            cost += routes[vehicle].travel + model.vehicles[vehicle].fixedCost
        }
        for request in absent { cost += model.penalty[Int(request)] }
        return cost
    }

    /// Vehicles that are used.
    var used: Int { routes.count { $0.stops > 0 } }

    /// Puts a node behind another one.
    mutating func link(_ node: Int, behind before: Int) {
        let next = stops[before].next
        stops[node].next = next
        stops[node].previous = Int32(before)
        stops[node].route = stops[before].route
        stops[before].next = Int32(node)
        stops[Int(next)].previous = Int32(node)
    }

    /// Takes a node off its route.
    mutating func unlink(_ node: Int) {
        let (previous, next) = (stops[node].previous, stops[node].next)
        stops[Int(previous)].next = next
        stops[Int(next)].previous = previous
        stops[node].route = -1
    }
}
