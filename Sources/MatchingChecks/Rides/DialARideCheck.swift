internal import Glibc
public import Matching

/// Checks a dial-a-ride plan against its instance, by walking the schedule that the plan states.
public enum DialARideCheck {
    /// What a sum of times may be off by, for rounding.
    public static let tolerance = 1e-6

    /// Everything that does not hold.
    public static func faults(_ instance: DialARideInstance, _ plan: DialARidePlan) -> [Fault] {
        var faults: [Fault] = []
        if plan.routes.count > instance.vehicles {
            faults.append(Fault("vehicles", "\(plan.routes.count) of \(instance.vehicles)"))
        }
        guard plan.schedule.map(\.count) == plan.routes.map(\.count) else {
            return faults + [Fault("schedule", "not one time a stop")]
        }
        var visits = [Int](repeating: 0, count: instance.stops.count)
        var cost = 0.0
        for (route, times) in zip(plan.routes, plan.schedule) {
            for row in route where !(1...max(1, 2 * instance.requests)).contains(row) {
                return faults + [Fault("row", "\(row) is no stop")]
            }
            for row in route { visits[row] += 1 }
            cost += length(instance, route)
            faults += walk(instance, route, times)
        }
        let served = (0..<instance.requests).count { visits[1 + $0] > 0 }
        for row in visits.indices where visits[row] > 1 {
            faults.append(Fault("twice", "row \(row)"))
        }
        if plan.served != served { faults.append(Fault("served", "\(served) are")) }
        let used = plan.routes.count { !$0.isEmpty }
        if plan.vehicles != used { faults.append(Fault("vehicles", "\(used) are used")) }
        if !(abs(plan.cost - cost) <= tolerance * max(1, cost)) {
            faults.append(Fault("cost", "\(plan.cost) is stated, \(cost) is driven"))
        }
        return faults
    }

    private static func distance(_ instance: DialARideInstance, _ from: Int, _ to: Int) -> Double {
        let (a, b) = (instance.stops[from], instance.stops[to])
        return sqrt((a.x - b.x) * (a.x - b.x) + (a.y - b.y) * (a.y - b.y))
    }

    private static func length(_ instance: DialARideInstance, _ route: [Int]) -> Double {
        guard !route.isEmpty else { return 0 }
        let stops = [0] + route + [instance.stops.count - 1]
        return zip(stops, stops.dropFirst()).map { distance(instance, $0, $1) }.reduce(0, +)
    }

    /// One vehicle: pairing, precedence, load, windows, travel, ride times and duration.
    private static func walk(
        _ instance: DialARideInstance, _ route: [Int], _ times: [Double]
    ) -> [Fault] {
        guard let first = route.first, let last = route.last else { return [] }
        var faults: [Fault] = []
        var load = 0
        var aboard: [Int: Double] = [:]
        for (position, row) in route.enumerated() {
            let stop = instance.stops[row]
            let time = times[position]
            if !(time >= stop.earliest - tolerance && time <= stop.latest + tolerance) {
                faults.append(Fault("window", "row \(row) at \(time)"))
            }
            if position > 0 {
                let before = route[position - 1]
                let ready =
                    times[position - 1] + instance.stops[before].service
                    + distance(instance, before, row)
                if !(time >= ready - tolerance) {
                    faults.append(Fault("travel", "row \(row) at \(time), not before \(ready)"))
                }
            }
            load += stop.load
            if load > instance.capacity { faults.append(Fault("load", "\(load) at row \(row)")) }
            if row <= instance.requests {
                aboard[row] = time + stop.service
            } else if let since = aboard.removeValue(forKey: row - instance.requests) {
                if !(time - since <= instance.maxRideTime + tolerance) {
                    faults.append(Fault("ride-time", "row \(row): \(time - since)"))
                }
            } else {
                faults.append(Fault("precedence", "row \(row) before its pickup"))
            }
        }
        faults += aboard.keys.sorted().map { Fault("pairing", "row \($0) stays aboard") }
        return faults + depot(instance, first, last, times)
    }

    /// Whether a departure and a return exist that the depot's windows and the duration allow.
    private static func depot(
        _ instance: DialARideInstance, _ first: Int, _ last: Int, _ times: [Double]
    ) -> [Fault] {
        guard let begin = times.first, let end = times.last else { return [] }
        let (start, back) = (instance.stops[0], instance.stops[instance.stops.count - 1])
        let leave = min(start.latest, begin - distance(instance, 0, first) - start.service)
        let home = max(
            back.earliest,
            end + instance.stops[last].service
                + distance(instance, last, instance.stops.count - 1))
        var faults: [Fault] = []
        if !(leave >= start.earliest - tolerance) {
            faults.append(Fault("depot", "left at \(leave)"))
        }
        if !(home <= back.latest + tolerance) { faults.append(Fault("depot", "back at \(home)")) }
        if !(home - leave <= instance.maxDuration + tolerance) {
            faults.append(Fault("duration", "\(home - leave) of the route to row \(first)"))
        }
        return faults
    }
}
