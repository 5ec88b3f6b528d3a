internal import Matching
internal import MatchingChecks

/// Rows to columns, or requests to helpers with capacities, at the least cost.
enum AssignmentJob: SolvingJob {
    static let name = "assignment"
    static let formats = ["or-library", "sparse", "capacitated"]
    /// The solvers end by themselves.
    static let iterations = 1

    static func solve(_ input: SolveInput) async throws(InputProblem) -> Solved {
        if input.format == "capacitated" {
            let instance = try AssignmentFormat.capacitated(input.bytes)
            let plan = CapacitatedSolver.solve(instance, stop: input.budget.stop)
            let met = plan.assignment.count { $0 != nil }
            return Solved(
                answer: plan,
                summary: [
                    "cost \(plan.cost)",
                    "met \(met) of \(plan.assignment.count) requests",
                ] + proof(plan.dual != nil),
                reasons: input.explains ? reasons(plan, instance) : [])
        }
        let plan = AssignmentSolver.solve(try instance(input), stop: input.budget.stop)
        return Solved(
            answer: plan, summary: summary(of: plan), reasons: input.explains ? reasons(plan) : [])
    }

    static func check(_ input: SolveInput, _ solution: Solution) throws -> [Fault] {
        if input.format == "capacitated" {
            let instance = try AssignmentFormat.capacitated(input.bytes)
            let plan = try solution.answer(CapacitatedPlan.self)
            return CapacitatedCheck.faults(of: plan, in: instance)
        }
        let instance = try instance(input)
        return AssignmentCheck.faults(of: try solution.answer(AssignmentPlan.self), in: instance)
    }

    private static func instance(
        _ input: SolveInput
    ) throws(InputProblem) -> AssignmentInstance {
        input.format == "sparse"
            ? try AssignmentFormat.sparse(input.bytes) : try AssignmentFormat.orLibrary(input.bytes)
    }

    private static func summary(of plan: AssignmentPlan) -> [String] {
        if let shortage = plan.shortage {
            return [
                "no assignment is perfect",
                "\(shortage.rows.count) rows have only \(shortage.columns.count) columns among them",
            ]
        }
        guard let cost = plan.cost else { return [] }
        return ["cost \(cost)"] + proof(plan.dual != nil)
    }

    /// A line an unmet request: what its best helper would cost, others' loss included.
    private static func reasons(
        _ plan: CapacitatedPlan, _ instance: CapacitatedInstance
    ) -> [String] {
        guard let dual = plan.dual else { return [] }
        return plan.assignment.indices.filter { plan.assignment[$0] == nil }.map { request in
            var best: Int64?
            for entry in instance.requests.entries(of: request) {
                let helper = Int(instance.requests.columns[entry])
                let whole = instance.costs[entry] - dual.helpers[helper]
                best = min(best ?? whole, whole)
            }
            guard instance.capacity > 0, let best else { return "request \(request): nobody" }
            return "request \(request): unmet \(instance.unmetCost), helped at least \(best)"
        }
    }

    /// Who is short of what.
    private static func reasons(_ plan: AssignmentPlan) -> [String] {
        guard let shortage = plan.shortage else { return [] }
        let columns = shortage.columns.map(String.init).joined(separator: " ")
        return shortage.rows.map { "row \($0): only columns \(columns), too few for all" }
    }

    private static func proof(_ isProven: Bool) -> [String] {
        [isProven ? "proven by its dual" : "stopped before it was proven"]
    }
}
