import Matching
import MatchingChecks
import Testing

@Suite("Formats of rides") struct RideFormatTests {
    static let cordeau = """
        1 2 100 3 30
        0 0 0 0 0 0 100
        1 1 0 1 1 0 100
        2 2 0 1 1 0 100
        3 4 0 1 -1 0 100
        4 3 0 1 -1 0 100
        5 0 0 0 0 0 100
        """

    static let liLim = """
        2 10 1
        0 0 0 0 0 100 0 0 0
        1 1 0 4 0 100 1 0 3
        2 2 0 7 0 100 1 0 4
        3 4 0 -4 0 100 1 1 0
        4 3 0 -7 0 100 1 2 0
        """

    @Test("dial-a-ride files are read, with the closing depot or without it")
    func cordeauRead() throws {
        let whole = try CordeauFormat.read(Array(Self.cordeau.utf8))
        let lines = Self.cordeau.split(separator: "\n").dropLast().joined(separator: "\n")
        #expect(try CordeauFormat.read(Array(lines.utf8)) == whole)
        #expect(whole.requests == 2 && whole.vehicles == 1 && whole.maxRideTime == 30)
        #expect(whole.stops[3].load == -1)
    }

    @Test(
        "a dial-a-ride file that contradicts itself is refused with its line",
        arguments: [
            ("1 2 100 3 30", "1 2 100 3", 3), ("2 2 0 1 1 0 100", "7 2 0 1 1 0 100", 4),
            ("3 4 0 1 -1 0 100", "3 4 0 1 -2 0 100", 5), ("1 1 0 1 1 0 100", "1 1 0 1 1 9 8", 3),
            ("5 0 0 0 0 0 100", "5 0 0 0 0 0 100 6", 7),
            ("4 3 0 1 -1 0 100", "4 nan 0 1 -1 0 100", 6),
        ])
    func cordeauRefused(_ good: String, _ bad: String, _ line: Int) {
        let text = Self.cordeau.replacing(good, with: bad)
        let problem = #expect(throws: InputProblem.self) {
            try CordeauFormat.read(Array(text.utf8))
        }
        #expect(problem?.line == line)
    }

    @Test("pickup and delivery files are read") func liLimRead() throws {
        let instance = try LiLimFormat.read(Array(Self.liLim.utf8))
        #expect(instance.vehicles == 2 && instance.capacity == 10 && instance.stops.count == 5)
        #expect(instance.stops[1].isPickup && instance.stops[1].partner == 3)
        #expect(!instance.stops[4].isPickup && instance.stops[4].partner == 2)
    }

    @Test(
        "a pickup and delivery file that contradicts itself is refused with its line",
        arguments: [
            ("0 0 0 0 0 100 0 0 0", "0 0 0 1 0 100 0 0 0", 2),
            ("1 1 0 4 0 100 1 0 3", "1 1 0 4 0 100 1 0 4", 3),
            ("2 2 0 7 0 100 1 0 4", "2 2 0 8 0 100 1 0 4", 4),
            ("3 4 0 -4 0 100 1 1 0", "3 4 0 -4 0 100 1 1 2", 5),
            ("4 3 0 -7 0 100 1 2 0", "4 3 0 -7 0 100 1 9 0", 4),
        ])
    func liLimRefused(_ good: String, _ bad: String, _ line: Int) {
        let text = Self.liLim.replacing(good, with: bad)
        let problem = #expect(throws: InputProblem.self) {
            try LiLimFormat.read(Array(text.utf8))
        }
        #expect(problem?.line == line)
    }

    @Test("an instance without requests is answered") func empty() async throws {
        let rides = try CordeauFormat.read(Array("0 0 9 3 9\n0 1 1 0 0 0 9\n".utf8))
        let plan = await DialARideSolver.solve(
            rides, seed: 1, budget: Budget(iterations: 10), threads: 2)
        #expect(plan.served == 0 && plan.routes.isEmpty)
        #expect(DialARideCheck.faults(rides, plan).isEmpty)
        let goods = try LiLimFormat.read(Array("0 5 1\n0 1 1 0 0 9 0 0 0\n".utf8))
        let errands = await PickupDeliverySolver.solve(
            goods, seed: 1, budget: Budget(iterations: 10), threads: 2)
        #expect(errands.vehicles == 0 && PickupDeliveryCheck.faults(goods, errands).isEmpty)
    }
}
