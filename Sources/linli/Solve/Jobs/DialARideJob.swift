internal import Matching
internal import MatchingChecks

/// `dial-a-ride`: all passengers by the vehicles there are, as cheaply as can be found.
enum DialARideJob: SolvingJob {
    static let name = "dial-a-ride"
    static let formats = ["cordeau"]
    /// As many as suit the instance.
    static let iterations = Int.max

    static func solve(_ input: SolveInput) async throws(InputProblem) -> Solved {
        let instance = try CordeauFormat.read(input.bytes)
        let plan = await DialARideSolver.solve(
            instance, seed: input.seed, budget: input.budget, threads: input.threads)
        return Solved(
            answer: plan,
            summary: [
                "served \(plan.served) of \(instance.requests)",
                "vehicles \(plan.vehicles) of \(instance.vehicles)",
                "cost \(plan.cost)",
            ] + plan.routes.map { $0.map(String.init).joined(separator: " ") })
    }

    static func check(_ input: SolveInput, _ solution: Solution) throws -> [Fault] {
        let instance = try CordeauFormat.read(input.bytes)
        let plan = try solution.answer(DialARidePlan.self)
        return DialARideCheck.faults(instance, plan)
    }
}
