internal import Matching
internal import MatchingChecks

/// One job of `linli solve`: its files, its solver and its checker.
protocol SolvingJob: Sendable {
    /// What the operator types, such as `dial-a-ride`.
    static var name: String { get }
    /// What its files may be; the first where none is named.
    static var formats: [String] { get }
    /// Iterations where none are named; what one is, the job's solver says.
    static var iterations: Int { get }

    /// Reads the instance, or the instances, and solves it.
    static func solve(_ input: SolveInput) async throws(InputProblem) -> Solved

    /// What the independent checker finds wrong with a solution; nothing when it holds.
    ///
    /// - Throws: `InputProblem` of the instance, or `Solution.Problem`.
    static func check(_ input: SolveInput, _ solution: Solution) throws -> [Fault]
}

/// What `linli solve` hands to a job.
struct SolveInput: Sendable {
    /// The instance's file, unpacked.
    var bytes: [UInt8]
    /// One of the job's formats.
    var format: String
    var seed: UInt64
    var budget: Budget
    /// Threads that the search may use; the answer is the same for each number.
    var threads: Int
    /// Whether reasons are wanted.
    var explains: Bool
    /// The options that only some jobs have.
    var options = SolveJobOptions()
}

/// Options of single jobs.
struct SolveJobOptions: Sendable {
    /// `rings`: longest cycle, in families; longest chain, in gifts.
    var cycleCap = 3
    var chainCap = 3
    /// `trust-nearest`: whose neighbours; chance to start again at each step; most mass left a unit of
    /// out-degree.
    var judge = 0
    var restart = 0.15
    var precision = 1e-5
    /// `pickup-delivery` and others with a quick mode: the first good plan instead of the best.
    var isQuick = false
}

/// What a job answers.
struct Solved: Sendable {
    /// The answer; its keys are in docs/matching.md.
    var answer: any Encodable & Sendable
    /// The answer in a few lines, for the person at the terminal.
    var summary: [String]
    /// Why it came out so, a line each; empty unless reasons were wanted.
    var reasons: [String] = []
}

/// All jobs, in the order in which the help lists them.
enum SolvingJobs {
    static let all: [any SolvingJob.Type] = [
        AssignmentJob.self, RoommatesJob.self, MarriageJob.self, RingsJob.self,
        DialARideJob.self, PickupDeliveryJob.self, RideBatchJob.self, LeximinJob.self,
        MaxNashJob.self, PickingJob.self, MealsJob.self, TrustRatingsJob.self,
        TrustSybilJob.self, TrustNearestJob.self,
    ]

    /// The job that the operator means.
    static func named(_ name: String) -> (any SolvingJob.Type)? {
        for job in all where job.name == name { return job }
        return nil
    }

    static var names: [String] { all.map { job in job.name } }

    /// A line a job, with its formats.
    static var help: String {
        all.map { job in "  \(job.name): \(job.formats.joined(separator: ", "))" }
            .joined(separator: "\n")
    }
}
