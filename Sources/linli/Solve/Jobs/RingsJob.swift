internal import Matching
internal import MatchingChecks

/// Cycles and chains of families who help each other.
enum RingsJob: SolvingJob {
    static let name = "rings"
    static let formats = ["arcs", "json"]
    static let iterations = 40_000

    /// An answer; a solution may leave out what is optional.
    struct Answer: Codable, Sendable {
        var count: Int
        /// In units of the file.
        var weight: Double
        var cycles: [[Int]]
        var chains: [[Int]]
        /// What no plan exceeds.
        var bound: Bound?
        /// Whether no plan is better.
        var optimal: Bool?
    }

    struct Bound: Codable, Sendable {
        var count: Int
        var weight: Double
    }

    static func solve(_ input: SolveInput) async throws(InputProblem) -> Solved {
        let instance = try instance(input)
        let plan = RingsSolver(
            instance, cycleCap: input.options.cycleCap, chainCap: input.options.chainCap
        ).solve(budget: input.budget)
        let answer = Answer(
            count: plan.gifts, weight: units(plan.weight),
            cycles: plan.cycles.map { $0.map { instance.ids[Int($0)] } },
            chains: plan.chains.map { $0.map { instance.ids[Int($0)] } },
            bound: Bound(count: plan.giftsBound, weight: units(plan.weightBound)),
            optimal: plan.isOptimal)
        var summary = [
            "\(plan.gifts) gifts, weight \(answer.weight), \(plan.cycles.count) cycles, "
                + "\(plan.chains.count) chains",
            plan.isOptimal
                ? "proven: no plan is better"
                : "no plan has more than \(plan.giftsBound) gifts; weight is at most "
                    + "\(units(plan.weightBound))",
        ]
        summary += answer.cycles.map { "cycle \($0.map(String.init).joined(separator: " "))" }
        summary += answer.chains.map { "chain \($0.map(String.init).joined(separator: " "))" }
        return Solved(
            answer: answer, summary: summary,
            reasons: input.explains ? reasons(instance, plan) : [])
    }

    static func check(_ input: SolveInput, _ solution: Solution) throws -> [Fault] {
        let instance = try instance(input)
        let answer = try solution.answer(Answer.self)
        return RingsCheck.faults(
            instance, cycles: answer.cycles, chains: answer.chains,
            cycleCap: input.options.cycleCap, chainCap: input.options.chainCap,
            gifts: answer.count, weight: millionths(answer.weight)
        )
    }

    private static func instance(_ input: SolveInput) throws(InputProblem) -> RingsInstance {
        input.format == "arcs"
            ? try RingsFormat.arcs(input.bytes) : try RingsFormat.donors(input.bytes)
    }

    private static func units(_ weight: Int64) -> Double {
        Double(weight) / Double(RingsInstance.unit)
    }

    /// A weight that a solution says, or what no plan has.
    private static func millionths(_ weight: Double) -> Int64 {
        let scaled = (weight * Double(RingsInstance.unit)).rounded()
        return abs(scaled) < 0x1p62 ? Int64(scaled) : .min
    }

    /// Who is in no ring, and whether anyone could give to it at all.
    private static func reasons(_ instance: RingsInstance, _ plan: RingsPlan) -> [String] {
        var isPlaced = [Bool](repeating: false, count: instance.familyCount)
        for donor in (plan.cycles + plan.chains).joined() {
            isPlaced[Int(instance.families[Int(donor)])] = true
        }
        let reached = Set(instance.arcs.columns)
        return instance.ids.indices.compactMap { donor in
            guard !isPlaced[Int(instance.families[donor])], !instance.isAltruist[donor] else {
                return nil
            }
            let id = instance.ids[donor]
            return reached.contains(Int32(donor))
                ? "\(id): in no ring, because every ring with it would leave others without"
                : "\(id): in no ring, because nobody can give to it"
        }
    }
}
