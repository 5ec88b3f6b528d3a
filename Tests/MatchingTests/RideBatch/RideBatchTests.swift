import Matching
import MatchingChecks
import Testing

@Suite("Ride batch") struct RideBatchTests {
    /// Trips at random; every part of a trip is a trip, as when trips are found by growing.
    static func instance(requests: Int, vehicles: Int, seed: UInt64) -> RideBatchInstance {
        var random = SplitMix64(seed: seed)
        var trips: [RideBatchInstance.Trip] = []
        for vehicle in 0..<Int32(vehicles) {
            for _ in 0..<(requests == 0 ? 0 : 1 + random.below(4)) {
                let size = 1 + random.below(min(3, requests))
                var riders: [Int32] = []
                while riders.count < size {
                    let rider = Int32(random.below(requests))
                    if !riders.contains(rider) { riders.append(rider) }
                }
                riders.sort()
                for part in 1..<(1 << size) {
                    let some = riders.indices.filter { part & (1 << $0) != 0 }.map { riders[$0] }
                    if trips.contains(where: { $0.vehicle == vehicle && $0.requests == some }) {
                        continue
                    }
                    let delay = Int64(some.count * (20 + random.below(200)))
                    trips.append(.init(vehicle: vehicle, requests: some, delay: delay))
                }
            }
        }
        return RideBatchInstance(requestCount: requests, vehicleCount: vehicles, trips: trips)
    }

    static func faults(_ plan: RideBatchPlan, _ instance: RideBatchInstance) -> [Fault] {
        RideBatchCheck.faults(
            trips: plan.trips.map(Int.init), served: plan.served, cost: plan.cost,
            bound: plan.bound, of: instance)
    }

    static func plan(_ instance: RideBatchInstance, nodes: Int = 100_000) -> RideBatchPlan {
        RideBatchSolver.plan(instance, budget: Budget(iterations: nodes))
    }

    /// The least cost, and the most promised requests that ride, by trying all choices.
    static func best(_ instance: RideBatchInstance) -> (promised: Int, cost: Int64) {
        var best = (promised: -1, cost: Int64.max)
        var taken = [Bool](repeating: false, count: instance.requestCount)
        func go(_ vehicle: Int32, _ cost: Int64) {
            if vehicle == instance.vehicleCount {
                let rides = instance.promised.count { taken[Int($0)] }
                if rides > best.promised || rides == best.promised && cost < best.cost {
                    best = (rides, cost)
                }
                return
            }
            go(vehicle + 1, cost)
            for trip in instance.trips
            where trip.vehicle == vehicle && trip.requests.allSatisfy({ !taken[Int($0)] }) {
                for request in trip.requests { taken[Int(request)] = true }
                let saved = instance.unservedCost * Int64(trip.requests.count)
                go(vehicle + 1, cost + trip.delay - saved)
                for request in trip.requests { taken[Int(request)] = false }
            }
        }
        go(0, instance.unservedCost * Int64(instance.requestCount))
        return best
    }

    @Test("small batches are solved as well as trying all choices does") func bruteForce() {
        for seed in 0..<150 as Range<UInt64> {
            var instance = Self.instance(
                requests: Int(seed % 9), vehicles: 1 + Int(seed % 4), seed: seed)
            if seed % 3 == 0 { instance.unservedCost = 150 }
            let plan = Self.plan(instance)
            #expect(plan.cost == Self.best(instance).cost, "seed \(seed)")
            #expect(plan.isProven && Self.faults(plan, instance) == [], "seed \(seed)")
        }
    }

    @Test("promised requests ride if they can, whatever it costs") func promised() {
        var broken = 0
        for seed in 0..<60 as Range<UInt64> {
            var instance = Self.instance(requests: 8, vehicles: 3, seed: 900 + seed)
            let free = Self.best(instance).cost
            instance.promised = [1, 4, 6]
            let plan = Self.plan(instance)
            let best = Self.best(instance)
            #expect(instance.promised.count { plan.reasons[Int($0)] == nil } == best.promised)
            #expect(plan.cost == best.cost, "seed \(900 + seed)")
            if best.cost > free { broken += 1 }
        }
        #expect(broken > 0)
    }

    @Test("a batch that needs a search is proven, and bounded when the search may not go on")
    func bounded() {
        for seed in 0..<6 as Range<UInt64> {
            let instance = Self.instance(requests: 30, vehicles: 14, seed: 40 + seed)
            let plan = Self.plan(instance)
            #expect(plan.isProven && Self.faults(plan, instance) == [], "seed \(40 + seed)")
            let quick = Self.plan(instance, nodes: 0)
            #expect(quick.bound <= plan.cost && plan.cost <= quick.cost, "seed \(40 + seed)")
            #expect(Self.faults(quick, instance) == [], "seed \(40 + seed)")
            #expect(Self.plan(instance) == plan)
        }
        let stop = StopSignal()
        stop.raise()
        let instance = Self.instance(requests: 30, vehicles: 14, seed: 40)
        let stopped = RideBatchSolver.plan(
            instance, budget: Budget(iterations: 10, stop: stop))
        #expect(Self.faults(stopped, instance) == [])
        #expect(stopped.bound <= Self.plan(instance).cost)
    }

    @Test("other numbers cost the same, and one more vehicle never costs more") func metamorphic() {
        for seed in 0..<10 as Range<UInt64> {
            let instance = Self.instance(requests: 16, vehicles: 8, seed: 300 + seed)
            var other = instance
            other.trips = instance.trips.reversed().map { trip in
                RideBatchInstance.Trip(
                    vehicle: 7 - trip.vehicle, requests: trip.requests.map { 15 - $0 }.sorted(),
                    delay: trip.delay)
            }
            let cost = Self.plan(instance).cost
            #expect(Self.plan(other).cost == cost, "seed \(300 + seed)")
            var fewer = instance
            fewer.trips.removeAll { $0.vehicle == 3 }
            #expect(Self.plan(fewer).cost >= cost, "seed \(300 + seed)")
        }
    }

    @Test("spoilt choices are refused") func mutations() throws {
        let instance = Self.instance(requests: 20, vehicles: 8, seed: 5)
        let plan = Self.plan(instance)
        let trips = plan.trips.map(Int.init)
        func rules(_ trips: [Int], served: Int? = nil, cost: Int64? = nil, bound: Int64? = nil)
            -> [String]
        {
            RideBatchCheck.faults(
                trips: trips, served: served ?? plan.served, cost: cost ?? plan.cost,
                bound: bound, of: instance
            ).map(\.rule)
        }
        #expect(rules(trips) == [])
        #expect(rules(trips, cost: plan.cost - 1) == ["cost"])
        #expect(rules(trips, served: plan.served + 1) == ["served"])
        #expect(rules(trips, bound: plan.cost + 1) == ["bound"])
        #expect(rules(trips + [instance.trips.count]) == ["trip"])
        #expect(rules(trips + [trips[0]]).contains("vehicle"))
        #expect(rules(Array(trips.dropFirst())).contains("idle"))
        let shared = try #require(
            instance.trips.indices.first { index in
                let trip = instance.trips[index]
                return !plan.trips.contains { instance.trips[Int($0)].vehicle == trip.vehicle }
                    || trip.requests != instance.trips[trips[0]].requests
                        && trip.vehicle != instance.trips[trips[0]].vehicle
                        && trip.requests.contains(instance.trips[trips[0]].requests[0])
            })
        #expect(rules(trips + [shared]).contains("request"))
    }

    private static let plain = """
        {"origin": [5, 6, 7], "vehicle_node": [1],
        "trips": [[0, [0], 10.5],
        [0, [1, 2], 30.25]]}
        """

    @Test(
        "a file that contradicts itself is refused with its line",
        arguments: [
            ("[0, [0], 10.5]", "[1, [0], 10.5]", 2), ("[1, 2]", "[1, 1]", 3),
            ("[1, 2]", "[1, 3]", 3), ("[1, 2]", "[]", 3), ("30.25", "-1", 3),
            ("30.25", "1e9", 3), ("30.25", "30.25, 1", 3), ("[0, [0], 10.5]", "[0, [0]]", 2),
            ("{\"origin\"", "{\"penalty\": -1, \"origin\"", 1),
            ("{\"origin\"", "{\"promised\": [3], \"origin\"", 1),
        ])
    func badFile(_ old: String, _ new: String, _ line: Int) throws {
        let spoilt = Self.plain.replacing(old, with: new, maxReplacements: 1)
        #expect(spoilt != Self.plain)
        let problem = #expect(throws: InputProblem.self) {
            try RideBatchFormat.read(Array(spoilt.utf8))
        }
        #expect(problem?.line == line)
    }

    @Test("delays are rounded, halves to the even second; who has no trip hears so") func rounding()
        throws
    {
        let instance = try RideBatchFormat.read(Array(Self.plain.utf8)).all[0]
        #expect(instance.trips.map(\.delay) == [10, 30])
        let plan = Self.plan(instance)
        #expect(plan.trips == [1] && plan.cost == 10_030)
        #expect(plan.reasons == [.othersFirst(trips: 1), nil, nil])
        let none = RideBatchInstance(requestCount: 1, vehicleCount: 0, trips: [])
        #expect(Self.plan(none).reasons == [.noTrip])
        #expect(Self.plan(Self.instance(requests: 0, vehicles: 0, seed: 1)).cost == 0)
    }

    @Test("the public batch is solved to its proven optimum", .enabled(if: SharedData.isThere))
    func known() throws {
        let bytes = try SharedData.bytes("ride-batch/rtv-100x40.json")
        for instance in try RideBatchFormat.read(bytes).all {
            let plan = Self.plan(instance)
            #expect(plan.cost == 457_066 && plan.served == 55 && plan.isProven)
            #expect(Self.faults(plan, instance) == [])
        }
    }
}
