import Matching
import MatchingChecks
import Testing

@Suite("Rides") struct RidesTests {
    private func solve(
        _ day: RidesInstance, from previous: RidesPlan? = nil, iterations: Int = 200,
        threads: Int = 2
    ) async throws -> RidesPlan {
        let plan = try await RidesSolver.solve(
            day, from: previous, seed: 5, budget: Budget(iterations: iterations), threads: threads)
        #expect(RidesCheck.faults(day, plan) == [], "with \(day.riders.count) riders")
        return plan
    }

    private func missed(_ day: RidesInstance, _ plan: RidesPlan) -> Int {
        plan.unserved.reduce(0) { $0 + day.riders[$1.rider].priority }
    }

    @Test("few riders get the best plan there is", arguments: UInt64(1)...12)
    func bestPlan(_ seed: UInt64) async throws {
        let day = RandomRides.day(riders: 2 + Int(seed % 3), drivers: 2, seed: seed)
        let plan = try await solve(day)
        let best = BruteRides(day).best(isFleetLeast: false)
        #expect(missed(day, plan) == best.unserved, "seed \(seed)")
        #expect(abs(plan.detour - best.detour) < 1e-6, "seed \(seed)")
    }

    @Test("five riders get the best plan there is") func bestOfFive() async throws {
        let day = RandomRides.day(riders: 5, drivers: 1, seed: 77)
        let plan = try await solve(day)
        let best = BruteRides(day).best(isFleetLeast: false)
        #expect(missed(day, plan) == best.unserved && abs(plan.detour - best.detour) < 1e-6)
    }

    @Test("the plan is the same for each number of threads") func sameForThreads() async throws {
        let day = RandomRides.day(riders: 14, drivers: 4, seed: 3)
        #expect(try await solve(day, threads: 1) == solve(day, threads: 2))
    }

    @Test(
        "wider windows never make a plan worse that begins from the old one", arguments: [1, 2, 3])
    func widerWindows(_ seed: UInt64) async throws {
        var day = RandomRides.day(riders: 12, drivers: 3, seed: seed)
        let old = try await solve(day)
        for rider in day.riders.indices {
            day.riders[rider].pickup.latest += 5
            day.riders[rider].delivery.latest += 5
        }
        let new = try await solve(day, from: old, iterations: 0)
        #expect(missed(day, new) <= missed(day, old), "seed \(seed)")
        if missed(day, new) == missed(day, old) {
            #expect(new.detour <= old.detour + 1e-6, "seed \(seed)")
        }
    }

    @Test("when a rider stays at home, the others keep their rides", arguments: [4, 5, 6])
    func riderStays(_ seed: UInt64) async throws {
        var day = RandomRides.day(riders: 10, drivers: 3, seed: seed)
        let old = try await solve(day)
        let gone = try #require(old.rides.first?.rider)
        day.riders[gone].pickup = RidesInstance.Window(earliest: 0, latest: 0)
        day.riders[gone].delivery = RidesInstance.Window(earliest: 0, latest: 0)
        let new = try await solve(day, from: old, iterations: 0)
        let kept = Set(new.rides.map(\.rider))
        #expect(kept.isSuperset(of: old.rides.map(\.rider).filter { $0 != gone }), "seed \(seed)")
    }

    @Test("promised riders stay with their drivers when more ask", arguments: [7, 8, 9])
    func promisedStay(_ seed: UInt64) async throws {
        var day = RandomRides.day(riders: 12, drivers: 3, seed: seed)
        let asks = day.riders
        day.riders = Array(asks.prefix(6))
        day.travel = RandomRides.day(riders: 12, drivers: 3, seed: seed).travel
        day.refused = []
        let old = try await solve(day)
        for ride in old.rides { day.riders[ride.rider].promisedTo = ride.driver }
        for var rider in asks.dropFirst(6) {
            rider.priority = 1000
            day.riders.append(rider)
        }
        let new = try await solve(day, from: old)
        for ride in old.rides {
            #expect(
                new.rides.contains { $0.rider == ride.rider && $0.driver == ride.driver },
                "seed \(seed)")
        }
    }

    private func simple() -> RidesInstance {
        let day = RidesInstance.Window(earliest: 0, latest: 100)
        return RidesInstance(
            travel: [[0, 10, 20], [10, 0, 10], [20, 10, 0]],
            drivers: [
                RidesInstance.Driver(
                    from: 0, to: 2, window: day, room: RidesInstance.Room(seats: 2), maxDetour: 0)
            ],
            riders: [
                RidesInstance.Rider(
                    from: 0, to: 2, pickup: day, delivery: day, needs: RidesInstance.Room(seats: 1))
            ])
    }

    @Test("who is left out hears why, and of rules nothing more") func reasons() async throws {
        var day = simple()
        #expect(try await solve(day).unserved.isEmpty)
        day.riders[0].needs = RidesInstance.Room(seats: 1, wheelchairs: 1)
        #expect(try await solve(day).unserved.first?.reasons == [.seats(drivers: 1)])
        day = simple()
        day.riders[0].from = 2
        day.riders[0].to = 0
        #expect(try await solve(day).unserved.first?.reasons == [.detour(drivers: 1)])
        day = simple()
        day.riders[0].delivery.latest = 19
        #expect(try await solve(day).unserved.first?.reasons == [.window(drivers: 1)])
        for isBlock in [true, false] {
            day = simple()
            if isBlock { day.refused = [[0, 0]] } else { day.riders[0].wantsWomenOnly = true }
            #expect(try await solve(day).unserved.first?.reasons == [.rule(drivers: 1)])
        }
        day = simple()
        day.riders += day.riders
        day.apart = [[1, 0]]
        #expect(try await solve(day).unserved.first?.reasons == [.rule(drivers: 1)])
    }

    @Test("a plan that was changed is refused") func changedRefused() async throws {
        let day = RandomRides.day(riders: 8, drivers: 3, seed: 21)
        let plan = try await solve(day)
        let tour = try #require(
            plan.tours.indices.max { left, right in
                plan.tours[left].stops.count < plan.tours[right].stops.count
            })
        var wrong: [RidesPlan] = []
        for change in 0..<5 {
            var other = plan
            switch change {
            case 0: other.tours[tour].stops.reverse()
            case 1: other.tours[tour].stops[0].time -= 50
            case 2: other.rides[0].wait += 1
            case 3: other.tours[tour].detour -= 1
            default: other.tours[tour].stops.removeLast()
            }
            wrong.append(other)
        }
        for other in wrong { #expect(!RidesCheck.faults(day, other).isEmpty) }
    }

    @Test("what points nowhere is refused") func pointsNowhere() async {
        var day = simple()
        day.riders[0].to = 3
        await #expect(throws: InputProblem.self) { try await self.solve(day) }
        day = simple()
        day.apart = [[0, 0]]
        await #expect(throws: InputProblem.self) { try await self.solve(day) }
        day = simple()
        day.riders[0].promisedTo = 1
        await #expect(throws: InputProblem.self) { try await self.solve(day) }
    }
}
