internal import Matching
internal import MatchingChecks

/// `trust-nearest`: who is near to the judge.
enum TrustNearestJob: SolvingJob {
    static let name = "trust-nearest"
    static let formats = ["edges"]
    /// Pushes; at the ordinary precision there are at most 667 thousand.
    static let iterations = 1_000_000_000

    static func solve(_ input: SolveInput) async throws(InputProblem) -> Solved {
        let plan = NearestSolver.solve(try instance(input), budget: input.budget)
        return Solved(
            answer: plan,
            summary: plan.nearest.map { "\($0.node) \($0.score)" }
                + ["mass left: \(plan.residual)"])
    }

    static func check(_ input: SolveInput, _ solution: Solution) throws -> [Fault] {
        let instance = try instance(input)
        let plan = try solution.answer(NearestPlan.self)
        return NearestCheck.faults(plan, of: instance)
    }

    private static func instance(_ input: SolveInput) throws(InputProblem) -> NearestInstance {
        try NearestInstance(
            edges: input.bytes, judge: input.options.judge, restart: input.options.restart,
            precision: input.options.precision)
    }
}
