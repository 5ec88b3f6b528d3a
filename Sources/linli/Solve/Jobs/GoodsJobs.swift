internal import FoundationEssentials
internal import Matching
internal import MatchingChecks

/// Shares out indivisible goods with the largest product of utilities.
enum MaxNashJob: SolvingJob {
    static let name = "max-nash"
    static let formats = ["json"]
    static let iterations = 20_000_000

    static func solve(_ input: SolveInput) async throws(InputProblem) -> Solved {
        let instances = try GoodsFormat.read(input.bytes)
        for instance in instances.all {
            guard let excess = MaxNash.excess(instance) else { continue }
            throw InputProblem(
                line: nil, expected: excess, found: "\(instance.persons) times \(instance.goods)")
        }
        return GoodsAnswer.solved(instances) { MaxNash.plan($0, budget: input.budget) }
    }

    static func check(
        _ input: SolveInput, solution: [UInt8]
    ) async throws(InputProblem) -> [String] {
        try GoodsAnswer.faults(input.bytes, solution: solution) { _, _ in [] }
    }
}

/// Shares out indivisible goods by turns: nobody envies another up to one good, each by its weight.
enum PickingJob: SolvingJob {
    static let name = "picking"
    static let formats = ["json"]
    static let iterations = 100

    static func solve(_ input: SolveInput) async throws(InputProblem) -> Solved {
        GoodsAnswer.solved(try GoodsFormat.read(input.bytes)) {
            PickingSequence.plan($0, budget: input.budget)
        }
    }

    static func check(
        _ input: SolveInput, solution: [UInt8]
    ) async throws(InputProblem) -> [String] {
        try GoodsAnswer.faults(input.bytes, solution: solution, GoodsCheck.envy)
    }
}

/// What both jobs answer.
struct GoodsAnswer: Codable {
    /// Owner of each good; null when there is nobody.
    var allocation: [Int?]
    /// Sum of the natural logarithms of all positive utilities, in the file's unit.
    var logNashWelfare: Double
    /// Whether no other allocation has a larger product; only `max-nash` proves that.
    var isProven: Bool

    enum CodingKeys: String, CodingKey {
        case allocation
        case logNashWelfare = "log_nw"
        case isProven = "proven"
    }

    static func solved(
        _ instances: OneOrMany<GoodsInstance>, _ plan: (GoodsInstance) -> GoodsPlan
    ) -> Solved {
        let answers = instances.map { instance in
            let plan = plan(instance)
            return GoodsAnswer(
                allocation: plan.owners.map { $0 < 0 ? nil : Int($0) },
                logNashWelfare: instance.logNashWelfare(of: plan.owners), isProven: plan.isProven)
        }
        return Solved(
            answer: answers,
            summary: answers.all.map { answer in
                "log of the product of utilities \(answer.logNashWelfare)"
                    + (answer.isProven ? ", proven" : "")
            })
    }

    static func faults(
        _ bytes: [UInt8], solution: [UInt8], _ more: ([Int32], GoodsInstance) -> [Fault]
    ) throws(InputProblem) -> [String] {
        let instances = try GoodsFormat.read(bytes).all
        let answers = try JSONInput.oneOrMany(Partial.self, from: solution).all
        guard instances.count == answers.count else {
            return ["answers: \(answers.count) for \(instances.count) instances"]
        }
        return zip(instances, answers).flatMap { instance, answer in
            let owners = answer.allocation.map { Int32(clamping: $0?.value ?? -1) }
            var faults = GoodsCheck.faults(owners, of: instance)
            if faults.isEmpty, instance.persons > 0 {
                faults = GoodsCheck.welfare(answer.logNashWelfare, owners, of: instance)
                faults += more(owners, instance)
            }
            return faults.map(\.description)
        }
    }

    /// What a checker needs of an answer, whoever wrote it.
    private struct Partial: Decodable {
        var allocation: [WholeNumber?]
        var logNashWelfare: Double

        enum CodingKeys: String, CodingKey {
            case allocation
            case logNashWelfare = "log_nw"
        }
    }
}
