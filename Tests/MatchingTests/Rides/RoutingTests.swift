import Foundation
import Matching
import MatchingChecks
import Testing

@Suite("Dial-a-ride, and pickup and delivery") struct RoutingTests {
    /// Passengers of a square of 10 minutes, with narrow windows at one end.
    static func passengers(_ requests: Int, vehicles: Int, seed: UInt64) -> DialARideInstance {
        var random = SplitMix64(seed: seed)
        let depot = DialARideInstance.Stop(
            x: 5, y: 5, service: 0, load: 0, earliest: 0, latest: 100)
        var (pickups, deliveries): ([DialARideInstance.Stop], [DialARideInstance.Stop]) = ([], [])
        for _ in 0..<requests {
            let begin = 10 + random.unit() * 60
            let isOut = random.below(2) == 0
            for isPickup in [true, false] {
                let isNarrow = isOut != isPickup
                let stop = DialARideInstance.Stop(
                    x: random.unit() * 10, y: random.unit() * 10, service: 1,
                    load: isPickup ? 1 : -1, earliest: isNarrow ? begin : 0,
                    latest: isNarrow ? begin + 8 : 100)
                if isPickup { pickups.append(stop) } else { deliveries.append(stop) }
            }
        }
        return DialARideInstance(
            vehicles: vehicles, maxDuration: 80, capacity: 2, maxRideTime: 14,
            stops: [depot] + pickups + deliveries + [depot])
    }

    /// The same as rides of drivers who come home; without the limit of duration.
    static func asRides(_ instance: DialARideInstance) -> RidesInstance {
        let rows = instance.stops.indices
        let travel = rows.map { from in
            rows.map { to in
                let (a, b) = (instance.stops[from], instance.stops[to])
                return ((a.x - b.x) * (a.x - b.x) + (a.y - b.y) * (a.y - b.y)).squareRoot()
            }
        }
        let day = RidesInstance.Window(earliest: 0, latest: 100)
        let driver = RidesInstance.Driver(
            from: 0, to: 0, window: day, room: RidesInstance.Room(seats: instance.capacity),
            maxDetour: 20_000)
        let riders = (1...instance.requests).map { row in
            let (pickup, delivery) = (instance.stops[row], instance.stops[row + instance.requests])
            var rider = RidesInstance.Rider(
                from: row, to: row + instance.requests,
                pickup: .init(earliest: pickup.earliest, latest: pickup.latest),
                delivery: .init(earliest: delivery.earliest, latest: delivery.latest),
                needs: RidesInstance.Room(seats: pickup.load))
            rider.service = pickup.service
            rider.rideFactor = 0
            rider.rideExtra = instance.maxRideTime
            return rider
        }
        return RidesInstance(
            travel: travel,
            drivers: [RidesInstance.Driver](repeating: driver, count: instance.vehicles),
            riders: riders)
    }

    @Test("few passengers get the cheapest plan there is", arguments: UInt64(1)...8)
    func cheapestPlan(_ seed: UInt64) async {
        var instance = Self.passengers(3 + Int(seed % 2), vehicles: 2, seed: seed)
        instance.maxDuration = 100
        let plan = await DialARideSolver.solve(
            instance, seed: 1, budget: Budget(iterations: 200), threads: 2)
        #expect(DialARideCheck.faults(instance, plan) == [], "seed \(seed)")
        let best = BruteRides(Self.asRides(instance)).best(isFleetLeast: false)
        #expect(instance.requests - plan.served == best.unserved, "seed \(seed)")
        if best.unserved == 0 { #expect(abs(plan.cost - best.detour) < 1e-6, "seed \(seed)") }
    }

    @Test("routes keep their duration, and each number of threads gives the same plan")
    func duration() async {
        for seed in UInt64(1)...4 {
            var instance = Self.passengers(12, vehicles: 4, seed: seed)
            instance.maxDuration = 45
            let plan = await DialARideSolver.solve(
                instance, seed: seed, budget: Budget(iterations: 60), threads: 1)
            #expect(DialARideCheck.faults(instance, plan) == [], "seed \(seed)")
            let again = await DialARideSolver.solve(
                instance, seed: seed, budget: Budget(iterations: 60), threads: 2)
            #expect(plan == again, "seed \(seed)")
        }
    }

    @Test("a search that is stopped answers what it has") func stopped() async {
        let instance = Self.passengers(20, vehicles: 6, seed: 9)
        let stop = StopSignal()
        stop.raise()
        let plan = await DialARideSolver.solve(
            instance, seed: 1, budget: Budget(iterations: .max, stop: stop), threads: 2)
        #expect(DialARideCheck.faults(instance, plan) == [])
        #expect(plan.served > 10)
    }

    @Test(
        "few errands get the fewest vehicles, and then the shortest way", arguments: UInt64(1)...6)
    func fewestVehicles(_ seed: UInt64) async {
        var riders = Self.passengers(4, vehicles: 3, seed: seed)
        riders.maxRideTime = 100
        let stops = riders.stops.dropLast().enumerated().map { row, stop in
            PickupDeliveryInstance.Stop(
                x: stop.x, y: stop.y, demand: stop.load, earliest: stop.earliest,
                latest: stop.latest, service: stop.service,
                partner: row == 0 ? 0 : row <= 4 ? row + 4 : row - 4, isPickup: stop.load > 0)
        }
        let instance = PickupDeliveryInstance(vehicles: 3, capacity: 2, stops: stops)
        let plan = await PickupDeliverySolver.solve(
            instance, seed: 1, budget: Budget(iterations: 400), threads: 2)
        #expect(PickupDeliveryCheck.faults(instance, plan) == [], "seed \(seed)")
        var rides = Self.asRides(riders)
        for rider in rides.riders.indices { rides.riders[rider].rideMax = 100 }
        let best = BruteRides(rides).best(isFleetLeast: true)
        #expect((plan.unserved ?? []).count == best.unserved, "seed \(seed)")
        #expect(plan.vehicles == best.used, "seed \(seed)")
        if best.unserved == 0 { #expect(abs(plan.distance - best.detour) < 1e-6, "seed \(seed)") }
    }

    @Test("a dial-a-ride plan that was changed is refused") func changedRefused() async throws {
        let instance = Self.passengers(8, vehicles: 4, seed: 2)
        let plan = await DialARideSolver.solve(
            instance, seed: 1, budget: Budget(iterations: 50), threads: 1)
        #expect(DialARideCheck.faults(instance, plan) == [])
        for change in 0..<6 {
            var other = plan
            switch change {
            case 0: other.routes[0].reverse()
            case 1: other.schedule[0][0] -= 20
            case 2: other.cost -= 1
            case 3: other.served += 1
            case 4:
                other.routes[0].removeLast()
                other.schedule[0].removeLast()
            default: other.routes[0][0] = 99
            }
            #expect(!DialARideCheck.faults(instance, other).isEmpty, "change \(change)")
        }
    }

    @Test(
        "the published solutions hold, and changed ones do not",
        .enabled(if: SharedData.isThere))
    func publishedHold() throws {
        let folder = "pickup-delivery/best-solutions"
        for name in try SharedData.names(in: folder, ending: ".txt") {
            let parts = name.split(separator: ".", maxSplits: 1).map(String.init)
            let figures = parts[1].dropLast(4).split(separator: "_")
            let instance = try LiLimFormat.read(
                SharedData.bytes("pickup-delivery/\(parts[0]).txt"))
            let text = String(decoding: try SharedData.bytes("\(folder)/\(name)"), as: UTF8.self)
            let routes = text.split(whereSeparator: \.isNewline).filter { $0.hasPrefix("Route") }
                .map { line in
                    line.split(separator: ":")[1].split(separator: " ").compactMap { Int($0) }
                }
            let plan = PickupDeliveryPlan(
                vehicles: Int(figures[0]) ?? 0, distance: Double(figures[1]) ?? 0, routes: routes)
            let faults = PickupDeliveryCheck.faults(instance, plan)
            #expect(faults == [], "\(name)")
            var other = plan
            other.routes[0].swapAt(0, other.routes[0].count - 1)
            #expect(
                PickupDeliveryCheck.faults(instance, other).contains {
                    $0.rule == "precedence" || $0.rule == "window"
                }, "\(name)")
            other = plan
            other.routes[0] += other.routes.removeLast()
            other.vehicles -= 1
            #expect(
                PickupDeliveryCheck.faults(instance, other).contains { $0.rule != "distance" },
                "\(name)")
        }
    }
}
