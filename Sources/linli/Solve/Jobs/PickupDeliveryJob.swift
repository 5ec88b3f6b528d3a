internal import Matching
internal import MatchingChecks

/// `pickup-delivery`: as few vehicles as can be found, then the shortest way.
enum PickupDeliveryJob: SolvingJob {
    static let name = "pickup-delivery"
    static let formats = ["li-lim"]
    /// As many as suit the instance.
    static let iterations = Int.max

    static func solve(_ input: SolveInput) async throws(InputProblem) -> Solved {
        let instance = try LiLimFormat.read(input.bytes)
        let plan = await PickupDeliverySolver.solve(
            instance, seed: input.seed, budget: input.budget, threads: input.threads,
            isQuick: input.options.isQuick)
        return Solved(
            answer: plan,
            summary: ["vehicles \(plan.vehicles)", "distance \(plan.distance)"]
                + plan.routes.map { $0.map(String.init).joined(separator: " ") },
            reasons: (plan.unserved ?? []).map { "row \($0) is left out" })
    }

    static func check(_ input: SolveInput, _ solution: Solution) throws -> [Fault] {
        let instance = try LiLimFormat.read(input.bytes)
        let plan = try solution.answer(PickupDeliveryPlan.self)
        return PickupDeliveryCheck.faults(instance, plan)
    }
}
