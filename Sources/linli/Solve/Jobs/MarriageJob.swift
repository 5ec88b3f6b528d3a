internal import Matching
internal import MatchingChecks

/// Long-running pairs of two sides.
enum MarriageJob: SolvingJob {
    static let name = "marriage"
    static let formats = ["json"]
    static let iterations = 1

    /// An answer; in a solution only the pairs are asked for.
    struct Answer: Codable, Sendable {
        var stable: Bool
        var pairs: [[Int]]
        /// Sum of the places (0 the best) that partners have on each other's lists.
        var cost: Int64?
    }

    static func solve(_ input: SolveInput) async throws(InputProblem) -> Solved {
        let instances = try StableFormat.marriages(input.bytes)
        var summary: [String] = []
        var reasons: [String] = []
        let answers = instances.map { instance in
            let plan = DeferredAcceptance(instance).solve()
            let answer = Answer(stable: true, pairs: pairs(of: plan.partners), cost: plan.cost)
            summary.append(
                "\(answer.pairs.count) pairs, \(plan.proposals) proposals, places \(plan.cost)")
            if input.explains { reasons.append(price(of: plan, instance, input.budget.stop)) }
            return answer
        }
        return Solved(answer: answers, summary: summary, reasons: reasons)
    }

    /// What stability costs, beside the plan that would be best if nobody ever left it.
    private static func price(
        of plan: MarriagePlan, _ instance: MarriageInstance, _ stop: StopSignal
    ) -> String {
        guard let best = BestSum(instance, stop: stop) else {
            return "what stability costs was not looked for: more than "
                + "\(BestSum.seatsMax) entries, or stopped"
        }
        let pairs = plan.partners.count { $0 != nil }
        return "stability costs \(best.pairs - pairs) pairs of \(best.pairs), and "
            + "\(plan.cost - best.cost) places above \(best.cost)"
    }

    static func check(_ input: SolveInput, _ solution: Solution) throws -> [Fault] {
        let instances = try StableFormat.marriages(input.bytes).all
        return try solution.faults(Answer.self, of: instances) { instance, answer in
            (answer.stable ? [] : [Fault("stable", "every such instance has a stable plan")])
                + StableCheck.faults(instance, pairs: answer.pairs)
        }
    }

    static func pairs(of partners: [Int32?]) -> [[Int]] {
        partners.enumerated().compactMap { man, woman in woman.map { [man, Int($0)] } }
    }
}
