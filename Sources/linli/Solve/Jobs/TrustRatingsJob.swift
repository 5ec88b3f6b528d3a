internal import Matching
internal import MatchingChecks

/// `trust-ratings`: how well earlier ratings foretell the sign of later ones.
enum TrustRatingsJob: SolvingJob {
    static let name = "trust-ratings"
    static let formats = ["csv"]
    static let iterations = 1

    static func solve(_ input: SolveInput) async throws(InputProblem) -> Solved {
        let plan = RatingsSolver.solve(try RatingsInstance(csv: input.bytes))
        let auc = plan.auc.map { "\($0)" } ?? "none: the test needs good and bad ratings"
        return Solved(answer: plan, summary: ["area under the curve: \(auc)"])
    }

    static func check(_ input: SolveInput, _ solution: Solution) throws -> [Fault] {
        let instance = try RatingsInstance(csv: input.bytes)
        let plan = try solution.answer(RatingsPlan.self)
        return RatingsCheck.faults(plan, of: instance)
    }
}
