import Matching
import MatchingChecks
import Testing

@Suite("Nearest") struct NearestTests {
    private static let restart = 0.15

    @Test(
        "score and what the residual becomes are the exact nearness, to the twelfth digit",
        arguments: 0..<20 as Range<UInt64>)
    func identity(_ seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let count = 5 + random.below(30)
        let graph = TrustGraphs.directed(count, degree: 3, &random).graph
        let judge = random.below(count)
        let push = TrustGraphs.pushed(
            graph, judge: judge, precision: [1e-2, 1e-4][random.below(2)])
        let matrix = TrustGraphs.matrix(graph, judge: judge)
        let exact = TrustGraphs.exact(
            matrix, from: TrustGraphs.unit(judge, of: count), restart: Self.restart)
        let rest = TrustGraphs.exact(
            matrix, from: (0..<count).map { push.residual(of: $0) }, restart: Self.restart)
        var mass = 0.0
        for node in 0..<count {
            #expect(abs(push.score(of: node) + rest[node] - exact[node]) < 1e-12, "seed \(seed)")
            #expect(push.score(of: node) <= exact[node] + 1e-15, "seed \(seed)")
            mass += push.score(of: node) + push.residual(of: node)
        }
        #expect(abs(mass - 1) < 1e-12, "seed \(seed)")
    }

    @Test("in halves and quarters no mass is lost at all") func dyadic() {
        var graph = StochasticRows(count: 4)
        graph.replace(0, columns: [1, 2], weights: [1, 1])
        graph.replace(1, columns: [0, 2, 3], weights: [2, 1, 1])
        graph.replace(2, columns: [3], weights: [1])
        let push = TrustGraphs.pushed(graph, judge: 0, precision: 1e-3, restart: 0.25)
        #expect((0..<4).reduce(0) { $0 + push.score(of: $1) + push.residual(of: $1) } == 1)
    }

    @Test("going on with a smaller precision lowers no score", arguments: 0..<5 as Range<UInt64>)
    func refined(_ seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let graph = TrustGraphs.directed(60, degree: 4, &random).graph
        var push = TrustGraphs.pushed(graph, judge: 7, precision: 1e-2)
        for precision in [1e-3, 1e-5, 1e-9] {
            let before = (0..<60).map { push.score(of: $0) }
            let left = push.residual
            push.refine(
                graph: graph, judge: 7, restart: Self.restart, precision: precision,
                budget: Budget(iterations: .max))
            #expect((0..<60).allSatisfy { push.score(of: $0) >= before[$0] }, "seed \(seed)")
            #expect(push.residual <= left, "seed \(seed)")
        }
    }

    @Test("moving weight to a node never lowers its nearness", arguments: 0..<10 as Range<UInt64>)
    func moving(_ seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let edges = TrustGraphs.directed(25, degree: 3, &random)
        let matrix = TrustGraphs.matrix(edges.graph, judge: 0)
        let judge = TrustGraphs.unit(0, of: 25)
        let before = TrustGraphs.exact(matrix, from: judge, restart: Self.restart)
        for _ in 0..<10 {
            let from = random.below(25)
            let to = random.below(25)
            var moved = matrix
            guard let other = (0..<25).first(where: { $0 != to && matrix[from][$0] > 0 }) else {
                continue
            }
            let share = matrix[from][other] * random.unit()
            moved[from][other] -= share
            moved[from][to] += share
            let after = TrustGraphs.exact(moved, from: judge, restart: Self.restart)
            #expect(after[to] >= before[to] - 1e-14, "seed \(seed)")
        }
    }

    @Test(
        "relabelling permutes, and a node that nobody reaches can go",
        arguments: 0..<10 as Range<UInt64>)
    func relabelled(_ seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let edges = TrustGraphs.directed(40, degree: 3, &random)
        let names = Array(0..<40).shuffled(using: &random)
        let push = TrustGraphs.pushed(edges.graph, judge: 3, precision: 1e-12)
        let renamed = TrustGraphs.pushed(
            TrustGraphs.renamed(edges, names).graph, judge: names[3], precision: 1e-12)
        for node in 0..<40 {
            #expect(
                abs(push.score(of: node) - renamed.score(of: names[node])) < 1e-9, "seed \(seed)")
        }
        // Nodes of a second graph know those of the first, who do not know them.
        var larger = edges
        larger.count += 10
        for stranger in 40..<50 {
            larger.list.append((stranger, random.below(50), 1))
        }
        let beside = TrustGraphs.pushed(larger.graph, judge: 3, precision: 1e-12)
        #expect((0..<40).allSatisfy { push.score(of: $0) == beside.score(of: $0) })
        #expect((40..<50).allSatisfy { beside.score(of: $0) == 0 })
    }

    @Test(
        "the checker accepts each answer, and refuses what was changed",
        arguments: 0..<4 as Range<UInt64>)
    func checked(_ seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let instance = NearestInstance(
            graph: TrustGraphs.directed(90, degree: 4, &random).graph, judge: 9,
            restart: Self.restart, precision: 1e-4)
        let plan = NearestSolver.solve(instance, budget: Budget(iterations: .max))
        #expect(NearestCheck.faults(plan, of: instance).isEmpty, "seed \(seed)")
        let early = NearestSolver.solve(instance, budget: Budget(iterations: 5))
        #expect(NearestCheck.faults(early, of: instance).isEmpty && early.residual > 0.2)
        guard plan.nearest.count > 1 else { return }
        var wrong = plan
        wrong.nearest[0].score += 0.3
        #expect(!NearestCheck.faults(wrong, of: instance).isEmpty, "seed \(seed)")
        wrong = plan
        wrong.nearest.swapAt(0, 1)
        #expect(!NearestCheck.faults(wrong, of: instance).isEmpty, "seed \(seed)")
        wrong = plan
        wrong.nearest.removeFirst()
        #expect(!NearestCheck.faults(wrong, of: instance).isEmpty, "seed \(seed)")
        wrong = plan
        wrong.residual = 0
        #expect(!NearestCheck.faults(wrong, of: instance).isEmpty, "seed \(seed)")
    }

    @Test("the weights of an edge named twice add up, and nought is no edge") func read() throws {
        func read(_ text: String) throws -> [Double] {
            let instance = try NearestInstance(
                edges: Array(text.utf8), judge: 0, restart: 0.5, precision: 1e-9)
            return instance.graph.row(0).map(\.share)
        }
        #expect(try read("3 4\n0 2 1\n0 1 2e0\n0 2 1\n1 0 0\n") == [0.5, 0.5])
        #expect(try read("3 1\n0 2 0\n") == [])
    }

    @Test("nobody is near in an empty graph; alone, one is near to oneself") func empty() throws {
        for (text, nearest) in [("0 0\n", []), ("1 0\n", [0])] {
            let instance = try NearestInstance(
                edges: Array(text.utf8), judge: 0, restart: 0.15, precision: 1e-6)
            let plan = NearestSolver.solve(instance, budget: Budget(iterations: .max))
            #expect(plan.nearest.map(\.node) == nearest)
            #expect(NearestCheck.faults(plan, of: instance).isEmpty)
        }
    }

    @Test(
        "a wrong file is refused with its line",
        arguments: [
            ("", 1), ("3\n", 2), ("3 1\n0 3 1\n", 2), ("3 1\n0 1 -1\n", 2), ("3 1\n0 1 nan\n", 2),
            ("3 1\n0 1 1e-300\n", 2), ("3 2\n0 1 1\n", 3), ("3 1\n0 1 1\n0 2 1\n", 3),
            ("2 1\n0 1 1\n", 1), ("0 1\n0 0 1\n", 1), ("3 1\n0 1 1e10\n", 2),
        ]) func refused(_ text: String, _ line: Int)
    {
        let problem = #expect(throws: InputProblem.self) {
            try NearestInstance(
                edges: Array(text.utf8), judge: 2, restart: 0.15, precision: 1e-5)
        }
        #expect(problem?.line == line, "\(text)")
    }
}
