internal import Matching
internal import MatchingChecks

/// Makes groups that eat together.
enum MealsJob: SolvingJob {
    static let name = "meals"
    static let formats = ["json"]
    static let iterations = 4000

    static func solve(_ input: SolveInput) async throws(InputProblem) -> Solved {
        let plans = try MealFormat.read(input.bytes).map {
            MealSolver.plan($0, seed: input.seed, budget: input.budget)
        }
        var reasons: [String] = []
        for plan in plans.all where input.explains {
            for (person, reason) in plan.reasons.enumerated() {
                if let reason { reasons.append("person \(person): \(line(reason))") }
            }
        }
        return Solved(
            answer: plans.map(Answer.init), summary: plans.all.map(summary), reasons: reasons)
    }

    static func check(_ input: SolveInput, _ solution: Solution) throws -> [Fault] {
        try solution.faults(Answer.self, of: MealFormat.read(input.bytes).all) { instance, answer in
            MealCheck.faults(
                groups: answer.groups.map { $0.map(\.value) }, placed: answer.placed.value,
                keys: answer.keys.map { keys in keys.map { $0.map(\.value) } }, of: instance)
        }
    }

    /// What is written.
    struct Answer: Codable {
        /// People in groups.
        var placed: WholeNumber
        /// The members of each group.
        var groups: [[WholeNumber]]
        /// Slot and taste of each group.
        var keys: [[WholeNumber]]?
        /// No plan places more people.
        var bound: WholeNumber?

        init(_ plan: MealPlan) {
            placed = WholeNumber(plan.placed)
            groups = plan.groups.map { group in group.members.map { WholeNumber(Int($0)) } }
            keys = plan.groups.map { group in
                [WholeNumber(Int(group.slot)), WholeNumber(Int(group.taste))]
            }
            bound = WholeNumber(plan.bound)
        }
    }

    private static func summary(_ plan: MealPlan) -> String {
        let proof = plan.isProven ? "no plan places more" : "no plan places more than \(plan.bound)"
        let people = "\(plan.placed) of \(plan.reasons.count) people placed"
        return "\(people) in \(plan.groups.count) groups, \(proof)"
    }

    private static func line(_ reason: MealPlan.Reason) -> String {
        switch reason {
        case .noKey: "no-key"
        case .fewShareKey(let most): "few-share-key most=\(most)"
        case .noGroupPossible: "no-group-possible"
        case .othersFirst: "others-first"
        }
    }
}
