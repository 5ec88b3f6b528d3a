internal import ArgumentParser
internal import FoundationEssentials
internal import Glibc
internal import Matching
internal import MatchingChecks
internal import Realtime

/// Solves an instance of a matching job from a file, with no database and no server.
struct Solve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Solve an instance of a matching job from a file.",
        discussion: """
            Jobs and their formats (docs/matching.md describes each):
            \(SolvingJobs.help)

            The same file, seed and iterations give the same answer, whatever else the
            machine does; a time limit ends the search early and is the one exception.
            Bad input is refused with its line, what was expected and exit code 65; a
            file that cannot be read with 66; a solution that does not hold with 1.

            Examples:
              linli solve assignment --format or-library assign100.txt
              linli solve dial-a-ride --json a4-24.txt > plan.json
              linli solve dial-a-ride --check plan.json a4-24.txt
            """)

    @Argument(help: "The job.")
    var job: String

    @Argument(help: "The instance's file, which may be gzip-compressed; - is standard input.")
    var file: String

    @Option(help: "The file's format, where the job has several.")
    var format: String?

    @Option(help: "Where chance begins.")
    var seed: UInt64 = 1

    @Option(help: "Iterations of the search; without it, as many as suit the job.")
    var iterations: Int?

    @Option(help: "Seconds after which the search ends with what it has.")
    var timeLimit: Double?

    @Option(help: "Threads; the answer is the same for any number.")
    var threads: Int = 2

    @Flag(help: "Write the answer as JSON.")
    var json = false

    @Flag(help: "Say why the answer is as it is, on standard error.")
    var explain = false

    @Option(help: "Check the solution in this file (JSON, as --json writes it) instead of solving.")
    var check: String?

    @Option(help: "rings: most families in a cycle.")
    var cycleCap = 3

    @Option(help: "rings: most gifts in a chain.")
    var chainCap = 3

    @Option(help: "trust-nearest: the node whose neighbours are asked for.")
    var judge = 0

    @Option(help: "trust-nearest: the chance to start again at each step.")
    var restart = 0.15

    @Option(help: "trust-nearest: the mass left at a node, by its out-degree.")
    var eps = 1e-5

    @Flag(help: "pickup-delivery: a good plan in a fraction of a second instead of the best.")
    var quick = false

    func validate() throws {
        let formats = try chosen().formats
        if let format, !formats.contains(format) {
            throw ValidationError("\(job) has no format \(format): \(list(formats))")
        }
        try require(iterations ?? 0 >= 0, "--iterations must not be negative")
        try require(
            (timeLimit ?? 1) > 0 && (timeLimit ?? 1) <= 86_400,
            "--time-limit is in seconds, more than 0, at most 86400")
        try require((1...64).contains(threads), "--threads is 1 to 64")
        try require((1...64).contains(cycleCap), "--cycle-cap is 1 to 64")
        try require((0...64).contains(chainCap), "--chain-cap is 0 to 64")
        try require(restart > 0 && restart < 1, "--restart lies between 0 and 1")
        try require(eps > 0 && eps < 1, "--eps lies between 0 and 1")
    }

    private func chosen() throws -> any SolvingJob.Type {
        if let chosen = SolvingJobs.named(job) { return chosen }
        throw ValidationError("no job is named \(job): \(list(SolvingJobs.names))")
    }

    private func list(_ words: [String]) -> String { words.joined(separator: ", ") }

    private func require(_ holds: Bool, _ otherwise: String) throws {
        if !holds { throw ValidationError(otherwise) }
    }

    func run() async throws {
        let job = try chosen()
        let (stop, progress) = (StopSignal(), SolveProgress())
        let input = SolveInput(
            bytes: try SolveFile.bytes(of: file), format: format ?? job.formats[0], seed: seed,
            budget: Budget(
                iterations: iterations ?? job.iterations, stop: stop,
                progress: progress.report),
            threads: threads, explains: explain,
            options: SolveJobOptions(
                cycleCap: cycleCap, chainCap: chainCap, judge: judge, restart: restart,
                precision: eps, isQuick: quick))
        do {
            if let check {
                try self.check(job, input, Solution(bytes: try SolveFile.bytes(of: check)))
            } else {
                try await solve(job, input, stop, progress)
            }
        } catch let error as InputProblem {
            SolveFile.complain("\(file): \(error)")
            throw ExitCode(EX_DATAERR)
        } catch let error as Solution.Problem {
            SolveFile.complain("\(check ?? ""): \(error.problem)")
            throw ExitCode(EX_DATAERR)
        }
    }
}

extension Solve {
    /// Solves and writes the answer to standard output, reasons to standard error.
    private func solve(
        _ job: any SolvingJob.Type, _ input: SolveInput, _ stop: StopSignal,
        _ progress: SolveProgress
    ) async throws {
        let solved = try await watched(stop, progress) { () async throws(InputProblem) in
            try await job.solve(input)
        }
        for reason in solved.reasons { SolveFile.complain(reason) }
        say(json ? Self.text(of: solved.answer) : solved.summary.joined(separator: "\n"))
    }

    /// Says every second how far the search is, and raises `stop` when its time is over.
    private func watched(
        _ stop: StopSignal, _ progress: SolveProgress,
        _ search: () async throws(InputProblem) -> Solved
    ) async throws -> Solved {
        // On a loop of its own: a search may keep every thread of the process's pool busy.
        let shard = try Shard(index: 0)
        let ticker = Task(executorPreference: shard.loop) {
            for second in 1... {
                await shard.sleep(for: .seconds(1))
                guard !Task.isCancelled else { return }
                SolveFile.complain(progress.line(after: second))
            }
        }
        let timer = Task(executorPreference: shard.loop) { [timeLimit] in
            guard let timeLimit else { return }
            await shard.sleep(for: .seconds(timeLimit))
            stop.raise()
        }
        let solved: Result<Solved, InputProblem>
        do throws(InputProblem) {
            solved = .success(try await search())
        } catch { solved = .failure(error) }
        for task in [ticker, timer] {
            task.cancel()
            await task.value
        }
        shard.loop.stop()
        return try solved.get()
    }

    /// Checks a solution; what does not hold goes to standard output, and ends with 1.
    private func check(
        _ job: any SolvingJob.Type, _ input: SolveInput, _ solution: Solution
    ) throws {
        let faults = try job.check(input, solution)
        guard faults.isEmpty else {
            say(faults.map(\.description).joined(separator: "\n"))
            throw ExitCode(1)
        }
        say("the solution holds")
    }

    private static func text(of answer: any Encodable) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let bytes = try? encoder.encode(answer) else {
            preconditionFailure("an answer holds numbers that JSON knows, and nothing else")
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
