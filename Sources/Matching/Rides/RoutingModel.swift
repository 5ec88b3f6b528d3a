/// What the routing search knows: requests, each with a pickup and a delivery, and vehicles.
///
/// Node r is the pickup of request r, node n + r its delivery, node 2n + 2v the start of vehicle v
/// and
/// 2n + 2v + 1 its end. Times and distances have the unit of the instance; the distances must keep
/// the
/// triangle inequality, so that leaving out a stop never makes a route late.
struct RoutingModel: Sendable {
    /// What is fixed about a node.
    struct Site: Sendable {
        var earliest = 0.0
        var latest = 0.0
        var service = 0.0
        /// What is taken aboard, by kind of place; negative where it is given back.
        var load = SIMD4<Int32>()
    }

    /// What is fixed about a vehicle.
    struct Vehicle: Hashable, Sendable {
        var capacity = SIMD4<Int32>()
        /// Longest time from start to end.
        var maxDuration = Double.infinity
        /// Longest way, in units of distance.
        var maxTravel = Double.infinity
        /// Added to the cost when the vehicle is used.
        var fixedCost = 0.0
        /// Vehicles of one kind are the same in everything.
        var kind = 0
    }

    var requests: Int
    var sites: ContiguousArray<Site>
    var vehicles: ContiguousArray<Vehicle>
    /// Longest time from the end of the pickup to the beginning of the delivery, by request.
    var maxRide: ContiguousArray<Double>
    /// What leaving a request out costs.
    var penalty: ContiguousArray<Double>
    /// Row of the table of distances for each node.
    var place: ContiguousArray<Int>
    var places: Int
    /// Distance from row to column.
    var outward: ContiguousArray<Double>
    /// Distance from column to row.
    var inward: ContiguousArray<Double>
    /// Whether a vehicle may take a request, by vehicle and then request; empty when each may.
    var isAllowed: ContiguousArray<Bool> = []
    /// Requests that must never be aboard together with a request; empty when all may.
    var strangers: ContiguousArray<[Int32]> = []

    /// Whether a schedule needs more than the earliest times.
    var hasRideTimes: Bool { maxRide.contains { $0.isFinite } }

    var nodes: Int { sites.count }

    func start(of vehicle: Int) -> Int { 2 * requests + 2 * vehicle }

    func end(of vehicle: Int) -> Int { 2 * requests + 2 * vehicle + 1 }

    @inline(__always)
    func distance(_ from: Int, _ to: Int) -> Double {
        outward[place[from] &* places &+ place[to]]
    }

    /// Takes from the windows what no ride can use: each end of a request bounds the other.
    mutating func tightenWindows() {
        for request in 0..<requests {
            let way = distance(request, request + requests)
            var (pickup, delivery) = (sites[request], sites[request + requests])
            let longest = pickup.service + maxRide[request]
            let shortest = pickup.service + way
            pickup.earliest = max(pickup.earliest, delivery.earliest - longest)
            pickup.latest = min(pickup.latest, delivery.latest - shortest)
            delivery.earliest = max(delivery.earliest, pickup.earliest + shortest)
            delivery.latest = min(delivery.latest, pickup.latest + longest)
            sites[request] = pickup
            sites[request + requests] = delivery
        }
    }

    /// How far two stops are from following each other: the way, and a share of the wait between.
    private func gap(_ from: Int, _ to: Int) -> Double {
        let way = distance(from, to)
        let ready = sites[from].service + way
        if sites[from].earliest + ready > sites[to].latest { return .infinity }
        let wait = max(0, sites[to].earliest - sites[from].latest - ready)
        return way + 0.2 * wait
    }

    /// The stops that can follow or precede each stop with the smallest gap, itself first.
    func neighbours(most: Int) -> ContiguousArray<ContiguousArray<Int32>> {
        let stops = Int32(2 * requests)
        var all = ContiguousArray<ContiguousArray<Int32>>()
        all.reserveCapacity(Int(stops))
        for node in 0..<Int(stops) {
            let gaps = (0..<Int(stops)).map { other in
                other == node ? -1 : min(gap(node, other), gap(other, node))
            }
            let others = (0..<stops).sorted { left, right in
                let (near, far) = (gaps[Int(left)], gaps[Int(right)])
                return near == far ? left < right : near < far
            }
            all.append(ContiguousArray(others.prefix(most)))
        }
        return all
    }

    /// The table of Euclidean distances between points.
    static func euclidean(_ points: [SIMD2<Double>]) -> ContiguousArray<Double> {
        var table = ContiguousArray<Double>()
        table.reserveCapacity(points.count * points.count)
        for from in points {
            for to in points {
                let way = from - to
                table.append((way * way).sum().squareRoot())
            }
        }
        return table
    }
}
