/// The exact schedule of a route: windows, ride times and duration are difference constraints, of
/// which
/// the earliest times are the least solution and the latest ones the greatest.
///
/// Times are pushed forward along the route; a delivery that comes too long after its pickup pulls
/// the
/// pickup later, and the push begins again there. Each pull raises a bound, and what has no
/// solution
/// passes a window's end, or pulls more often than a route of so many nodes can need.
struct RouteTimes: Sendable {
    /// What may be lost to rounding, in units of time.
    static let rounding = 1e-9

    /// A node on the route in hand.
    struct Entry: Sendable {
        var node: Int32 = 0
        /// Index of the pickup of a delivery, or of the start for the end; -1 where nothing is
        /// bound.
        var partner: Int32 = -1
        /// Service and way from the node before.
        var leg = 0.0
        var low = 0.0
        var high = 0.0
        var begin = 0.0
        /// Longest time from the beginning at the partner to the one here.
        var longest = Double.infinity
    }

    var entries: ContiguousArray<Entry>
    /// Index on the route, for each node of the model.
    var index: ContiguousArray<Int32>
    var count = 0

    init(nodes: Int) {
        entries = ContiguousArray(repeating: Entry(), count: nodes + 4)
        index = ContiguousArray(repeating: 0, count: nodes)
    }

    /// Pulls that a route of so many nodes may need; more mean that there is no schedule.
    static func pullsMax(_ count: Int) -> Int { 8 * count + 64 }

    /// Adds a node with its bounds; `leg` is service and way from the node before.
    mutating func add(_ node: Int, leg: Double, _ model: RoutingModel, maxDuration: Double) {
        let site = model.sites[node]
        var entry = Entry(
            node: Int32(node), leg: leg, low: site.earliest, high: site.latest)
        let requests = model.requests
        if node >= 2 * requests {
            if node & 1 == 1 {
                entry.partner = 0
                entry.longest = maxDuration
            }
        } else if node >= requests {
            entry.partner = index[node - requests]
            entry.longest = model.maxRide[node - requests] + model.sites[node - requests].service
        }
        entries[count] = entry
        index[node] = Int32(count)
        count += 1
    }

    /// Finds the earliest times; false when there is no schedule.
    mutating func findEarliest() -> Bool {
        let count = self.count
        var entries = self.entries.mutableSpan
        var pulls = Self.pullsMax(count)
        var at = 0
        while at < count {
            let entry = entries[at]
            let time = at == 0 ? entry.low : max(entry.low, entries[at - 1].begin + entry.leg)
            if time > entry.high + Self.rounding { return false }
            entries[at].begin = time
            if entry.partner >= 0 {
                let from = Int(entry.partner)
                if time - entries[from].begin > entry.longest + Self.rounding {
                    pulls -= 1
                    let pulled = time - entry.longest
                    if pulled > entries[from].high + Self.rounding || pulls == 0 { return false }
                    entries[from].low = pulled
                    at = from
                    continue
                }
            }
            at += 1
        }
        return true
    }

    /// Finds the latest times that keep `low`; false when there is no schedule.
    mutating func findLatest() -> Bool {
        let count = self.count
        var entries = self.entries.mutableSpan
        var pulls = Self.pullsMax(count)
        // A pull lowers the bound of a delivery, so all pickups before it are seen again.
        var isPulled = true
        while isPulled {
            isPulled = false
            for at in stride(from: count - 1, through: 0, by: -1) {
                let entry = entries[at]
                let time =
                    at == count - 1
                    ? entry.high : min(entry.high, entries[at + 1].begin - entries[at + 1].leg)
                if time < entry.low - Self.rounding { return false }
                entries[at].begin = time
            }
            for at in 0..<count where entries[at].partner >= 0 {
                let from = Int(entries[at].partner)
                let pulled = entries[from].begin + entries[at].longest
                if pulled < entries[at].begin - Self.rounding {
                    pulls -= 1
                    if pulls == 0 || pulled < entries[at].low - Self.rounding { return false }
                    entries[at].high = pulled
                    isPulled = true
                }
            }
        }
        return true
    }
}
