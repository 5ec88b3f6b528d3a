internal import Glibc
public import Matching

/// Checks a pickup and delivery plan against its instance, by driving each route as early as it can
/// be.
public enum PickupDeliveryCheck {
    /// What a sum of times or distances may be off by, for rounding.
    public static let tolerance = 1e-6

    /// Everything that does not hold.
    public static func faults(
        _ instance: PickupDeliveryInstance, _ plan: PickupDeliveryPlan
    ) -> [Fault] {
        var faults: [Fault] = []
        var visits = [Int](repeating: 0, count: instance.stops.count)
        var distance = 0.0
        for route in plan.routes {
            for row in route where row < 1 || row >= instance.stops.count {
                return faults + [Fault("row", "\(row) is no task")]
            }
            for row in route { visits[row] += 1 }
            distance += drive(instance, route, &faults)
        }
        let unserved = Set(plan.unserved ?? [])
        for row in visits.indices.dropFirst() {
            let stop = instance.stops[row]
            let isLeft = unserved.contains(stop.isPickup ? row : stop.partner)
            if visits[row] > 1 { faults.append(Fault("twice", "row \(row)")) }
            if (visits[row] == 0) != isLeft { faults.append(Fault("served", "row \(row)")) }
        }
        let used = plan.routes.count { !$0.isEmpty }
        if plan.vehicles != used || used > instance.vehicles {
            faults.append(
                Fault("vehicles", "\(plan.vehicles) stated, \(used) used of \(instance.vehicles)"))
        }
        if !(abs(plan.distance - distance) <= tolerance * max(1, distance)) {
            faults.append(
                Fault("distance", "\(plan.distance) is stated, \(distance) is driven"))
        }
        return faults
    }

    /// One vehicle; answers how far it drives.
    private static func drive(
        _ instance: PickupDeliveryInstance, _ route: [Int], _ faults: inout [Fault]
    ) -> Double {
        guard !route.isEmpty else { return 0 }
        var aboard = Set<Int>()
        var (load, driven, before) = (0, 0.0, 0)
        var time = instance.stops[0].earliest
        for row in route + [0] {
            let (from, stop) = (instance.stops[before], instance.stops[row])
            let way = sqrt(
                (from.x - stop.x) * (from.x - stop.x) + (from.y - stop.y) * (from.y - stop.y))
            driven += way
            time = max(stop.earliest, time + from.service + way)
            if !(time <= stop.latest + tolerance) {
                faults.append(Fault("window", "row \(row) at \(time)"))
            }
            load += stop.demand
            if load > instance.capacity { faults.append(Fault("load", "\(load) at row \(row)")) }
            before = row
            if row == 0 { break }
            if stop.isPickup {
                aboard.insert(row)
            } else if aboard.remove(stop.partner) == nil {
                faults.append(Fault("precedence", "row \(row) before its pickup"))
            }
        }
        for row in aboard.sorted() { faults.append(Fault("pairing", "row \(row) stays aboard")) }
        return driven
    }
}
