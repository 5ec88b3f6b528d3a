import Matching
import MatchingChecks
import Testing

@Suite("Sybils") struct SybilTests {
    private static func solve(_ instance: SybilInstance) -> SybilPlan {
        SybilSolver.solve(instance, budget: Budget(iterations: 1))
    }

    @Test(
        "on estates of clusters the honest stand above, while attack edges are few",
        arguments: [(1, 2, 0.999), (2, 10, 0.99), (3, 10, 0.99), (4, 60, 0.9)])
    func estates(_ seed: UInt64, _ attack: Int, _ least: Double) throws {
        var random = SplitMix64(seed: seed)
        let instance = TrustGraphs.sybil(
            honest: 600, sybils: 200, attack: attack, degree: 12, seeds: 50, &random)
        let plan = Self.solve(instance)
        #expect(try #require(plan.auc) >= least, "seed \(seed)")
        #expect(SybilCheck.faults(plan, of: instance).isEmpty, "seed \(seed)")
    }

    @Test(
        "where the verified lie in one corner, evening them out finds more Sybils than SybilRank",
        arguments: 0..<6 as Range<UInt64>)
    func evened(_ seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var instance = TrustGraphs.sybil(
            honest: 600, sybils: 200, attack: 500, degree: 12, seeds: 0, &random)
        // 40 of the first clusters, 10 of all the others.
        var verified = Set<Int32>()
        while verified.count < 40 { verified.insert(Int32(random.below(100))) }
        while verified.count < 50 { verified.insert(Int32(100 + random.below(500))) }
        instance.seeds = verified.sorted()
        let plan = Self.solve(instance)
        let plain = TrustGraphs.sybilRank(instance)
        let area = AreaUnderCurve.of(
            above: Array(plain[..<600]), below: Array(plain[600...]))
        #expect(try #require(plan.auc) > #require(area), "seed \(seed)")
        #expect(SybilCheck.faults(plan, of: instance).isEmpty, "seed \(seed)")
    }

    @Test(
        "mass is kept: scores times degrees sum to one, and relabelling permutes",
        arguments: 0..<10 as Range<UInt64>)
    func mass(_ seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let instance = TrustGraphs.sybil(
            honest: 80, sybils: 30, attack: 5, degree: 6, seeds: 9, &random)
        let plan = Self.solve(instance)
        var sum = 0.0
        for (one, other) in zip(instance.from, instance.to) {
            sum += plan.scores[Int(one)] + plan.scores[Int(other)]
        }
        #expect(abs(sum - 1) < 1e-12, "seed \(seed)")
        let names = Array(0..<110).shuffled(using: &random)
        var other = instance
        other.from = instance.from.map { Int32(names[Int($0)]) }
        other.to = instance.to.map { Int32(names[Int($0)]) }
        other.seeds = instance.seeds.map { Int32(names[Int($0)]) }
        let renamed = Self.solve(other)
        for node in 0..<110 {
            #expect(
                abs(renamed.scores[names[node]] - plan.scores[node]) < 1e-15, "seed \(seed)")
        }
    }

    @Test("a node beyond the steps of the walk, and one without edges, has nothing")
    func beyond() {
        let path = SybilInstance(
            honest: 9, nodes: 9, seeds: [0], from: Array(0..<7), to: Array(1..<8), attackEdges: 0)
        let plan = Self.solve(path)
        #expect(SybilSolver.steps(nodes: 9) == 4 && plan.auc == nil)
        #expect(plan.scores[4] > 0 && plan.scores[5...].allSatisfy { $0 == 0 })
        #expect((0...5).map { SybilSolver.steps(nodes: $0) } == [0, 0, 1, 2, 2, 3])
    }

    @Test("the checker refuses another score, a missing one and another area")
    func mutated() {
        var random = SplitMix64(seed: 8)
        let instance = TrustGraphs.sybil(
            honest: 60, sybils: 20, attack: 4, degree: 6, seeds: 5, &random)
        let plan = Self.solve(instance)
        var wrong = plan
        wrong.scores[3] *= 1.001
        #expect(SybilCheck.faults(wrong, of: instance).map(\.rule).contains("score"))
        wrong = plan
        wrong.scores[3] = .nan
        #expect(!SybilCheck.faults(wrong, of: instance).isEmpty)
        wrong.scores.removeLast()
        #expect(SybilCheck.faults(wrong, of: instance).map(\.rule) == ["scores"])
        wrong = plan
        wrong.auc = 0.25
        #expect(SybilCheck.faults(wrong, of: instance).map(\.rule) == ["auc"])
    }

    @Test("a file is read with or without its word, and an edge named twice counts once")
    func read() throws {
        let rest = "0 2\n0 1\n1 2\n2 1\n2 3\n"
        let instance = try SybilInstance(edges: Array("3 4 4 1\nseeds \(rest)".utf8))
        #expect(instance.seeds == [0, 2] && instance.honest == 3 && instance.nodes == 4)
        #expect(try SybilInstance(edges: Array("3 4 4 1\n\(rest)".utf8)) == instance)
        var once = instance
        once.from.remove(at: 2)
        once.to.remove(at: 2)
        #expect(Self.solve(once) == Self.solve(instance))
        #expect(SybilCheck.faults(Self.solve(instance), of: instance).isEmpty)
    }

    @Test("an empty graph has no scores") func empty() throws {
        let instance = try SybilInstance(edges: Array("0 0 0 0\nseeds\n".utf8))
        #expect(Self.solve(instance) == SybilPlan(scores: [], auc: nil))
        #expect(SybilCheck.faults(Self.solve(instance), of: instance).isEmpty)
    }

    @Test(
        "a wrong file is refused with its line",
        arguments: [
            ("", 1), ("5 4 0 0\nseeds\n", 1), ("2 4 1 2\nseeds 0\n0 1\n", 1),
            ("2 4 1 0\nsprouts\n0 1\n", 2), ("2 4 1 0\nseeds 4\n0 1\n", 2),
            ("2 4 1 0\nseeds 0 0\n0 1\n", 2), ("2 4 1 0\nseeds 0\n1 1\n", 3),
            ("2 4 1 0\nseeds 0\n0 4\n", 3), ("2 4 2 0\nseeds 0\n0 1\n", 4),
            ("2 4 1 0\nseeds 0\n0 1\n1 2\n", 4), ("0 0 1 0\nseeds\n0 1\n", 2),
            ("2 99999999 1 0\nseeds 0\n0 1\n", 1),
        ]) func refused(_ text: String, _ line: Int)
    {
        let problem = #expect(throws: InputProblem.self) {
            try SybilInstance(edges: Array(text.utf8))
        }
        #expect(problem?.line == line, "\(text)")
    }
}
