internal import Glibc
internal import Matching

/// Pairs an estate of a size, in a batch and one by one, and prints what that took, in a line; or
/// prints the flow behind the batch, for a peer.
///
///     pairing-table [REQUESTS=2000]
///     pairing-table REQUESTS flow
///
/// The flow: line 1 `helpers requests`, then for each helper its room and the costs of its tasks,
/// then for each request its cost when unmet and triples of helper, instant and cost.
@main
enum PairingTable {
    static let listedMax = 5_000

    static func main() {
        let arguments = CommandLine.arguments
        let requests = arguments.count > 1 ? max(1, Int(arguments[1]) ?? 0) : 2000
        let instance = SampleEstate.make(seed: 7, requests: requests)
        if arguments.count > 2 { return printFlow(instance) }
        var best = PairingTimes(instance)
        for _ in 0..<2 { best = best.least(PairingTimes(instance)) }
        print(best.line(requests))
    }

    private static func printFlow(_ instance: PairingInstance) {
        print("\(instance.helpers.count) \(instance.requests.count)")
        for helper in instance.helpers {
            let costs = (0..<helper.room).map {
                Int(instance.weights.workload(task: Int(helper.load) + $0 + 1, of: helper))
            }
            print(([helper.room] + costs).map { "\($0)" }.joined(separator: " "))
        }
        let filter = PairingFilter(instance)
        for request in instance.requests.indices {
            var numbers = [Int(filter.unmetCost(request))]
            for arc in filter.arcs(of: request) {
                let begin = instance.requests[request].window.begin
                numbers += [Int(arc.helper), Int(begin), Int(arc.cost)]
            }
            print(numbers.map { "\($0)" }.joined(separator: " "))
        }
    }
}

/// What one size took.
struct PairingTimes {
    /// Seconds of the processor for the batch, the filter and all reasons in it.
    var batch: Double
    /// Seconds a request that comes alone: the median and the 99th part in a hundred.
    var median = 0.0
    var late = 0.0
    var cost: Int64 = 0
    var bound: Int64 = 0
    var unmet = 0

    init(_ instance: PairingInstance) {
        var begun = seconds()
        // All pairs that fall would not fit into memory beyond.
        let plan = PairingSolver.solve(
            instance, listsFallen: instance.requests.count <= PairingTable.listedMax)
        batch = seconds() - begun
        (cost, bound) = (plan.cost, plan.bound)
        unmet = plan.helpers.count { $0 == nil }
        var first = instance
        let coming = first.requests.suffix(min(500, first.requests.count))
        first.requests.removeLast(coming.count)
        var online = OnlinePairing(first)
        var times: [Double] = []
        for request in coming {
            begun = seconds()
            online.add(request)
            times.append(seconds() - begun)
        }
        // The first makes what the others go on from.
        times.removeFirst()
        times.sort()
        if !times.isEmpty {
            median = times[times.count / 2]
            late = times[times.count * 99 / 100]
        }
    }

    func least(_ other: PairingTimes) -> PairingTimes {
        var best = self
        best.batch = min(batch, other.batch)
        best.median = min(median, other.median)
        best.late = min(late, other.late)
        return best
    }

    /// Requests, unmet, cost, bound, seconds of the batch, of an arrival, of a late one.
    func line(_ requests: Int) -> String {
        "\(requests) \(unmet) \(cost) \(bound) \(batch) \(median) \(late)"
    }
}

/// One thread works, so that what else the machine does is not counted.
private func seconds() -> Double {
    var time = timespec()
    unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}
