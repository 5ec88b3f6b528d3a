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

    static func check(_ input: SolveInput, _ solution: Solution) throws -> [Fault] {
        try GoodsAnswer.faults(input.bytes, solution) { _, _ in [] }
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

    static func check(_ input: SolveInput, _ solution: Solution) throws -> [Fault] {
        try GoodsAnswer.faults(input.bytes, solution, GoodsCheck.envy)
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
        _ bytes: [UInt8], _ solution: Solution, _ more: ([Int32], GoodsInstance) -> [Fault]
    ) throws -> [Fault] {
        try solution.faults(Partial.self, of: GoodsFormat.read(bytes).all) { instance, answer in
            let owners = answer.allocation.map { Int32(clamping: $0?.value ?? -1) }
            let faults = GoodsCheck.faults(owners, of: instance)
            guard faults.isEmpty, instance.persons > 0 else { return faults }
            return GoodsCheck.welfare(answer.logNashWelfare, owners, of: instance)
                + more(owners, instance)
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
