internal import Matching
internal import MatchingChecks

/// Long-running pairs among equals.
enum RoommatesJob: SolvingJob {
    static let name = "roommates"
    static let formats = ["json"]
    static let iterations = 500_000

    /// An answer; a solution may leave out what is optional.
    struct Answer: Codable, Sendable {
        var stable: Bool
        var pairs: [[Int]]
        /// Pairs that would rather have each other, where no plan is stable.
        var blocking: [[Int]]?
        /// Whether no plan has fewer of them.
        var fewest: Bool?
    }

    static func solve(_ input: SolveInput) async throws(InputProblem) -> Solved {
        let instances = try StableFormat.roommates(input.bytes)
        var solved = Solved(answer: 0, summary: [])
        let answers = instances.map { instance in
            let plan = RoommatesSolver(instance).solve(budget: input.budget)
            solved.summary.append(summary(of: plan))
            if input.explains { solved.reasons += reasons(of: plan) }
            return Answer(
                stable: plan.isStable, pairs: pairs(of: plan.partners),
                blocking: plan.isStable ? nil : plan.blocking.map { $0.map { Int($0) } },
                fewest: plan.isStable ? nil : plan.isFewest)
        }
        solved.answer = answers
        return solved
    }

    static func check(_ input: SolveInput, _ solution: Solution) throws -> [Fault] {
        let instances = try StableFormat.roommates(input.bytes).all
        return try solution.faults(Answer.self, of: instances) { instance, answer in
            StableCheck.faults(
                instance, pairs: answer.pairs, isStable: answer.stable, blocking: answer.blocking)
        }
    }

    private static func pairs(of partners: [Int32?]) -> [[Int]] {
        MarriageJob.pairs(of: partners).filter { $0[0] < $0[1] }
    }

    private static func summary(of plan: RoommatesPlan) -> String {
        let pairs = pairs(of: plan.partners).count
        if plan.isStable { return "stable, \(pairs) pairs" }
        return "none is stable; \(pairs) pairs; \(plan.blocking.count) would rather have each "
            + "other\(plan.isFewest ? ", and no plan has fewer" : "")"
    }

    private static func reasons(of plan: RoommatesPlan) -> [String] {
        plan.oddRings.map { ring in
            "no plan is stable: each of \(ring.map(String.init).joined(separator: ", ")) "
                + "prefers the next to the one before, and they are an odd number"
        }
    }
}
