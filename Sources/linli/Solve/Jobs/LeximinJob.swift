internal import Matching
internal import MatchingChecks

/// Shares divisible lots out to households: the exact leximin of their need-weighted fills.
enum LeximinJob: SolvingJob {
    static let name = "leximin"
    static let formats = ["json"]
    static let iterations = 10_000

    static func solve(_ input: SolveInput) async throws(InputProblem) -> Solved {
        let rounds = try LeximinFormat.read(input.bytes)
        let solved = rounds.map { round in
            (round: round, plan: LeximinSolver.plan(round, budget: input.budget))
        }
        let answers = solved.map { LeximinAnswer($0.plan, of: $0.round) }
        var reasons: [String] = []
        for (round, plan) in solved.all where input.explains {
            for (household, reason) in plan.reasons(of: round).enumerated() {
                reasons.append("household \(household): \(line(reason))")
            }
        }
        return Solved(
            answer: answers, summary: zip(solved.all, answers.all).map { summary($0.plan, $1) },
            reasons: reasons)
    }

    static func check(_ input: SolveInput, _ solution: Solution) throws -> [Fault] {
        try solution.faults(LeximinAnswer.self, of: LeximinFormat.read(input.bytes).all) {
            round, answer in
            LeximinCheck.faults(answer, of: round)
        }
    }

    private static func summary(_ plan: LeximinPlan, _ answer: LeximinAnswer) -> String {
        let least = answer.fill.min() ?? 1
        let full = answer.fill.count { $0 == 1 }
        let proof = plan.isProven ? "proven fairest" : "ended early, not proven"
        return "least fill \(least), \(full) of \(answer.fill.count) households full, "
            + "\(plan.levels.count) levels, \(plan.dropped.count) left out, \(proof)"
    }

    private static func line(_ reason: LeximinPlan.Reason) -> String {
        switch reason {
        case .needMet: "need-met"
        case .lotsUsedUp(let level): "lots-used-up level=\(level)"
        case .unitsUsedUp: "units-used-up"
        case .noLot: "no-lot"
        case .tooLittleThere(let held, let useful):
            "too-little-there held=\(held) useful=\(useful)"
        case .shareBelowUse(let share, let useful):
            "share-below-use share=\(share) useful=\(useful)"
        }
    }
}
