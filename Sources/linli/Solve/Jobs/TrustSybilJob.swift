internal import Matching
internal import MatchingChecks

/// `trust-sybil`: how far short walks from the verified reach each node.
enum TrustSybilJob: SolvingJob {
    static let name = "trust-sybil"
    static let formats = ["edges"]
    static let iterations = 1

    static func solve(_ input: SolveInput) async throws(InputProblem) -> Solved {
        let instance = try SybilInstance(edges: input.bytes)
        let plan = SybilSolver.solve(instance, budget: input.budget)
        let auc = plan.auc.map { "\($0)" } ?? "none: the file has honest nodes or others only"
        return Solved(
            answer: plan,
            summary: [
                "\(instance.nodes) nodes, \(SybilSolver.steps(nodes: instance.nodes)) steps",
                "area under the curve: \(auc)",
            ])
    }

    static func check(_ input: SolveInput, _ solution: Solution) throws -> [Fault] {
        let instance = try SybilInstance(edges: input.bytes)
        let plan = try solution.answer(SybilPlan.self)
        return SybilCheck.faults(plan, of: instance)
    }
}
