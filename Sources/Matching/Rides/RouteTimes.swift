/// The exact schedule of one route: windows, ride times and duration are difference constraints, of which
/// the earliest times are the least solution.
///
/// Times are pushed forward along the route; a delivery that comes too long after its pickup pulls the
/// pickup later, and the push begins again there. Each pull raises a bound, and what has no solution
/// passes a window's end, or pulls more often than a route of so many nodes can need.
struct RouteTimes: Sendable {
    /// What may be lost to rounding, in units of time.
    static let rounding = 1e-9

    var nodes: ContiguousArray<Int> = []
    /// Service and way from the node before.
    var legs: ContiguousArray<Double> = []
    var low: ContiguousArray<Double> = []
    var high: ContiguousArray<Double> = []
    var begin: ContiguousArray<Double> = []
    /// Index on the route, for each node of the model.
    var index: ContiguousArray<Int>
    var count = 0

    init(nodes: Int) { index = ContiguousArray(repeating: 0, count: nodes) }

    mutating func clear() { count = 0 }

    /// Adds a node with its bounds; `leg` is service and way from the node before.
    mutating func add(_ node: Int, leg: Double, low: Double, high: Double) {
        if count == nodes.count {
            nodes.append(node)
            legs.append(leg)
            self.low.append(low)
            self.high.append(high)
            begin.append(0)
        } else {
            nodes[count] = node
            legs[count] = leg
            self.low[count] = low
            self.high[count] = high
        }
        index[node] = count
        count += 1
    }

    /// Finds the earliest times; false when there is no schedule.
    mutating func findEarliest(_ model: RoutingModel, maxDuration: Double) -> Bool {
        let requests = model.requests
        var pulls = 8 * count + 64
        var at = 0
        var time = -Double.infinity
        while at < count {
            time = at == 0 ? low[0] : max(low[at], time + legs[at])
            if time > high[at] + Self.rounding { return false }
            begin[at] = time
            let node = nodes[at]
            var from = -1
            var longest = 0.0
            if node >= requests, node < 2 * requests {
                from = index[node - requests]
                longest = model.maxRide[node - requests] + model.sites[node - requests].service
            } else if at == count - 1 {
                from = 0
                longest = maxDuration
            }
            if from >= 0, time - begin[from] > longest + Self.rounding {
                pulls -= 1
                let pulled = time - longest
                if pulled > high[from] + Self.rounding || pulls == 0 { return false }
                low[from] = pulled
                at = from
                time = from == 0 ? pulled : begin[from - 1]
                continue
            }
            at += 1
        }
        return true
    }

    /// Finds the latest times into `begin`; false when there is no schedule.
    mutating func findLatest(_ model: RoutingModel, maxDuration: Double) -> Bool {
        let requests = model.requests
        var pulls = 8 * count + 64
        var at = count - 1
        while at >= 0 {
            let time = at == count - 1 ? high[at] : min(high[at], begin[at + 1] - legs[at + 1])
            if time < low[at] - Self.rounding { return false }
            begin[at] = time
            let node = nodes[at]
            var from = -1
            var longest = 0.0
            if node < requests {
                from = index[node + requests]
                longest = model.maxRide[node] + model.sites[node].service
            } else if at == 0 {
                from = count - 1
                longest = maxDuration
            }
            if from >= 0, begin[from] - time > longest + Self.rounding {
                pulls -= 1
                let pulled = time + longest
                if pulled < low[from] - Self.rounding || pulls == 0 { return false }
                high[from] = pulled
                at = from
                continue
            }
            at -= 1
        }
        return true
    }
}
