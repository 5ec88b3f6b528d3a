import Foundation
import Matching
import MatchingChecks
import Testing

@Suite("Assignment") struct AssignmentTests {
    static func dense(_ seed: UInt64, sizeMax: Int, _ range: Int) -> AssignmentInstance {
        var random = SplitMix64(seed: seed)
        let size = random.below(sizeMax + 1)
        return AssignmentInstance(
            dense: (0..<size * size).map { _ in Int64(random.below(range)) - Int64(range / 3) },
            size: size)
    }

    /// Sparse, with entries that are there twice.
    static func sparse(_ seed: UInt64, sizeMax: Int, _ range: Int) -> AssignmentInstance {
        var random = SplitMix64(seed: seed)
        let size = 1 + random.below(sizeMax)
        let count = size * (1 + random.below(5))
        return AssignmentInstance(
            size: size, rows: (0..<count).map { _ in Int32(random.below(size)) },
            columns: (0..<count).map { _ in Int32(random.below(size)) },
            costs: (0..<count).map { _ in Int64(random.below(range)) - Int64(range / 3) })
    }

    /// The least cost by trying everything.
    private func bruteForce(
        _ instance: AssignmentInstance, _ row: Int = 0, _ taken: Set<Int32> = []
    ) -> Int64? {
        guard row < instance.size else { return 0 }
        var best: Int64?
        for column in 0..<Int32(instance.size) where !taken.contains(column) {
            guard let cost = instance.cost(of: row, column),
                let rest = bruteForce(instance, row + 1, taken.union([column]))
            else { continue }
            best = min(best ?? .max, cost + rest)
        }
        return best
    }

    @Test("small instances get the cost that trying everything finds", arguments: 1...60)
    func small(_ seed: UInt64) {
        for instance in [
            Self.dense(seed, sizeMax: 6, 20), Self.sparse(seed, sizeMax: 6, 20),
            Self.sparse(seed, sizeMax: 6, 3),
        ] {
            let plan = AssignmentSolver.solve(instance)
            #expect(plan.cost == bruteForce(instance), "seed \(seed)")
            #expect(AssignmentCheck.faults(of: plan, in: instance).isEmpty, "seed \(seed)")
        }
    }

    @Test("larger ones are proven by their dual", arguments: 1...6) func larger(_ seed: UInt64) {
        for instance in [
            Self.dense(seed, sizeMax: 60, 1000), Self.dense(seed, sizeMax: 60, 4),
            Self.sparse(seed, sizeMax: 300, 1_000_000_000),
        ] {
            let plan = AssignmentSolver.solve(instance)
            #expect(AssignmentCheck.faults(of: plan, in: instance).isEmpty, "seed \(seed)")
        }
    }

    @Test("a constant on a row moves the cost, and permuted rows leave it", arguments: 1...10)
    func metamorphic(_ seed: UInt64) {
        let instance = Self.dense(seed, sizeMax: 20, 100)
        guard instance.size > 0 else { return }
        let size = instance.size
        let cost = AssignmentSolver.solve(instance).cost ?? 0
        var raised = instance
        for column in 0..<size { raised.costs[column] += 77 }
        #expect(AssignmentSolver.solve(raised).cost == cost + 77, "seed \(seed)")
        var turned = instance
        for row in 0..<size {
            for column in 0..<size {
                turned.costs[row * size + column] =
                    instance.costs[(row + 1) % size * size + (column + 3) % size]
            }
        }
        #expect(AssignmentSolver.solve(turned).cost == cost, "seed \(seed)")
    }

    @Test("a perfect assignment that cannot be is answered with who is short of what")
    func shortage() throws {
        let instance = AssignmentInstance(
            size: 3, rows: [0, 1, 1, 2, 2, 2], columns: [1, 1, 1, 0, 1, 2],
            costs: [1, 2, 3, 4, 5, 6])
        let plan = AssignmentSolver.solve(instance)
        #expect(plan.cost == nil)
        #expect(plan.shortage == AssignmentShortage(rows: [0, 1], columns: [1]))
        #expect(AssignmentCheck.faults(of: plan, in: instance).isEmpty)
        let text = String(decoding: try JSONEncoder().encode(plan), as: UTF8.self)
        #expect(text.contains("\"cost\":null"))
        let barren = AssignmentInstance(size: 1, rows: [], columns: [], costs: [])
        #expect(AssignmentSolver.solve(barren).shortage?.columns == [])
    }

    @Test("an assignment that was changed is refused") func changed() {
        let instance = AssignmentInstance(
            dense: [7, 2, 9, 4, 6, 1, 3, 8, 5], size: 3)
        let plan = AssignmentSolver.solve(instance)
        var other = plan
        other.assignment.swapAt(0, 1)
        #expect(!AssignmentCheck.faults(of: other, in: instance).isEmpty)
        other = plan
        other.assignment[0] = other.assignment[1]
        #expect(AssignmentCheck.faults(of: other, in: instance).map(\.rule).contains("column"))
        other = plan
        other.dual?.rows[0] += 1
        #expect(AssignmentCheck.faults(of: other, in: instance).map(\.rule).contains("dual"))
        other.dual = nil
        #expect(AssignmentCheck.faults(of: other, in: instance).map(\.rule) == ["dual"])
    }

    @Test("a stopped search still assigns everybody, and claims no proof") func stopped() {
        let stop = StopSignal()
        stop.raise()
        let plan = AssignmentSolver.solve(Self.dense(4, sizeMax: 40, 9), stop: stop)
        #expect(!plan.assignment.contains(nil))
        let instance = CapacitatedTests.instance(4, requests: 30, range: 9)
        let other = CapacitatedSolver.solve(instance, stop: stop)
        #expect(
            CapacitatedCheck.faults(of: other, in: instance).map(\.rule)
                == (other.dual == nil ? ["dual"] : []))
    }

    @Test(
        "published instances get their known cost", .enabled(if: SharedData.isThere),
        arguments: [
            ("orlib-assign100.txt", 305), ("orlib-assign500.txt", 991), ("random-lap200.txt", 4204),
        ] as [(String, Int64)])
    func published(_ name: String, _ cost: Int64) throws {
        let instance = try AssignmentFormat.orLibrary(SharedData.bytes("assignment/\(name)"))
        let plan = AssignmentSolver.solve(instance)
        #expect(plan.cost == cost)
        #expect(AssignmentCheck.faults(of: plan, in: instance).isEmpty)
    }
}

@Suite("Capacitated assignment") struct CapacitatedTests {
    static func instance(_ seed: UInt64, requests: Int, range: Int) -> CapacitatedInstance {
        var random = SplitMix64(seed: seed)
        let helpers = 1 + random.below(max(2, requests / 2))
        let count = random.below(requests * 4 + 1)
        return CapacitatedInstance(
            helperCount: helpers, requestCount: requests, capacity: random.below(4),
            unmetCost: Int64(random.below(2 * range)) - Int64(range / 4),
            helpers: (0..<count).map { _ in Int32(random.below(helpers)) },
            requests: (0..<count).map { _ in Int32(random.below(requests)) },
            costs: (0..<count).map { _ in Int64(random.below(range)) - Int64(range / 3) })
    }

    private func bruteForce(
        _ instance: CapacitatedInstance, _ request: Int = 0, _ loads: [Int32: Int] = [:]
    ) -> Int64 {
        guard request < instance.requestCount else { return 0 }
        var best = instance.unmetCost + bruteForce(instance, request + 1, loads)
        for entry in instance.requests.entries(of: request) {
            let helper = instance.requests.columns[entry]
            guard loads[helper, default: 0] < instance.capacity else { continue }
            var more = loads
            more[helper, default: 0] += 1
            best = min(best, instance.costs[entry] + bruteForce(instance, request + 1, more))
        }
        return best
    }

    @Test("small instances get the cost that trying everything finds", arguments: 1...60)
    func small(_ seed: UInt64) {
        let instance = Self.instance(seed, requests: 5, range: 20)
        let plan = CapacitatedSolver.solve(instance)
        #expect(plan.cost == bruteForce(instance), "seed \(seed)")
        #expect(CapacitatedCheck.faults(of: plan, in: instance).isEmpty, "seed \(seed)")
    }

    @Test("larger ones are proven by their dual", arguments: 1...6) func larger(_ seed: UInt64) {
        for range in [3, 1000, 100_000_000] {
            let instance = Self.instance(seed, requests: 200, range: range)
            let plan = CapacitatedSolver.solve(instance)
            #expect(CapacitatedCheck.faults(of: plan, in: instance).isEmpty, "seed \(seed)")
        }
    }

    @Test("nobody, no arcs and no room are answered") func nobody() {
        for (helpers, requests) in [(0, 0), (0, 3), (3, 0), (2, 2)] {
            let instance = CapacitatedInstance(
                helperCount: helpers, requestCount: requests, capacity: 0, unmetCost: -5,
                helpers: [], requests: [], costs: [])
            let plan = CapacitatedSolver.solve(instance)
            #expect(plan.cost == -5 * Int64(requests))
            #expect(CapacitatedCheck.faults(of: plan, in: instance).isEmpty)
        }
    }

    @Test("a plan that was changed is refused") func changed() throws {
        let instance = CapacitatedInstance(
            helperCount: 2, requestCount: 2, capacity: 1, unmetCost: 9, helpers: [0, 1, 0],
            requests: [0, 1, 1], costs: [1, 5, 2])
        let plan = CapacitatedSolver.solve(instance)
        #expect(plan.cost == 6)
        var other = plan
        other.assignment = [0, 0]
        #expect(CapacitatedCheck.faults(of: other, in: instance).map(\.rule) == ["capacity"])
        other = plan
        other.assignment = [1, nil]
        #expect(CapacitatedCheck.faults(of: other, in: instance).map(\.rule) == ["entry"])
        other = plan
        other.dual?.helpers[0] += 1
        #expect(CapacitatedCheck.faults(of: other, in: instance).map(\.rule) == ["dual"])
    }

    @Test(
        "files that contradict themselves are refused with their line",
        arguments: [
            ("1 1 1 1 9 0\n0 1 3", 2, "1"), ("1 1 1 1 9 0\n0 0", 2, nil),
            ("0 1 1 1 9 0\n0 0 1", 1, "1"), ("1 1 1 1 9 0\n0 0 1\n7", 3, "7"),
            ("1 1 1 -1 9 0", 1, "-1"), ("1 1 99999999999 1 9 0", 1, "99999999999"),
        ] as [(String, Int, String?)])
    func refused(_ text: String, _ line: Int, _ found: String?) {
        let problem = #expect(throws: InputProblem.self) {
            try AssignmentFormat.capacitated(Array(text.utf8))
        }
        #expect(problem?.line == line && problem?.found == found)
        #expect(throws: InputProblem.self) {
            try AssignmentFormat.orLibrary(Array("3\n1 2 3\n4 5 x\n".utf8))
        }
        #expect(throws: InputProblem.self) {
            try AssignmentFormat.sparse(Array("2 1 0\n0 2 1\n".utf8))
        }
    }
}
