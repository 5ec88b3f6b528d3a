internal import Matching
internal import MatchingChecks

/// Chooses, of all possible trips, those of one round of ride pooling.
enum RideBatchJob: SolvingJob {
    static let name = "ride-batch"
    static let formats = ["json"]
    static let iterations = 2_000

    static func solve(_ input: SolveInput) async throws(InputProblem) -> Solved {
        let plans = try RideBatchFormat.read(input.bytes).map {
            RideBatchSolver.plan($0, budget: input.budget)
        }
        var reasons: [String] = []
        for plan in plans.all where input.explains {
            for (request, reason) in plan.reasons.enumerated() {
                if let reason { reasons.append("request \(request): \(line(reason))") }
            }
        }
        return Solved(
            answer: plans.map(Answer.init), summary: plans.all.map(summary), reasons: reasons)
    }

    static func check(_ input: SolveInput, _ solution: Solution) throws -> [Fault] {
        try solution.faults(Answer.self, of: RideBatchFormat.read(input.bytes).all) {
            batch, answer in
            RideBatchCheck.faults(
                trips: answer.trips.map(\.value), served: answer.served.value,
                cost: Int64(answer.cost.value), bound: answer.bound.map { Int64($0.value) },
                of: batch)
        }
    }

    /// What is written.
    struct Answer: Codable {
        /// Requests that ride.
        var served: WholeNumber
        /// Delays and the cost of unserved requests, in seconds.
        var cost: WholeNumber
        /// Indices into the file's list.
        var trips: [WholeNumber]
        /// No choice costs less; equal to the cost when the choice is proven best.
        var bound: WholeNumber?

        init(_ plan: RideBatchPlan) {
            served = WholeNumber(plan.served)
            cost = WholeNumber(Int(plan.cost))
            trips = plan.trips.map { WholeNumber(Int($0)) }
            bound = WholeNumber(Int(plan.bound))
        }
    }

    private static func summary(_ plan: RideBatchPlan) -> String {
        let gap = plan.cost - plan.bound
        let proof = plan.isProven ? "proven best" : "at most \(gap) s above the best"
        let requests = "\(plan.served) of \(plan.reasons.count) requests served"
        return "\(requests), cost \(plan.cost) s, \(proof)"
    }

    private static func line(_ reason: RideBatchPlan.Reason) -> String {
        switch reason {
        case .noTrip: "no-trip"
        case .othersFirst(let trips): "others-first trips=\(trips)"
        }
    }
}
