internal import ArgumentParser
internal import Platform
internal import Realtime

/// Shows the periodic work: last run, outcome, next run.
struct Jobs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show periodic work: last run, duration, outcome and next run of each job.",
        discussion: """
            A line a job and estate; - stands for the installation. Ends with 1 when a last run
            failed.

            Examples:
              linli jobs --database "host=/run/postgresql dbname=linli user=linli"
              linli jobs --json
            """)

    @OptionGroup var settings: Settings

    @Flag(help: "Write a JSON array instead.")
    var json = false

    func run() async throws {
        let statuses = try await settings.withDatabase(clock: settings.makeClock()) { database, _ in
            try await database.read(.none, JobStatuses())
        }
        say(json ? Self.array(statuses) : Self.table(statuses))
        if statuses.contains(where: \.hasFailed) { throw ExitCode(1) }
    }

    private static func table(_ statuses: [JobStatus]) -> String {
        guard !statuses.isEmpty else { return "no job has run yet: start linli serve" }
        return statuses.map { status in
            let estate = status.estate == Job.noEstate ? "-" : "\(status.estate)"
            let last = status.lastFinished.map { "\($0)" } ?? "never"
            let outcome = status.leaseUntil == nil ? status.outcome ?? "-" : "running"
            let took = status.milliseconds.map { "\($0) ms" } ?? "-"
            return "\(status.job)  \(estate)  last \(last)  took \(took)  \(outcome)"
                + "  next \(status.nextRun)  runs \(status.runCount)"
        }.joined(separator: "\n")
    }

    private static func array(_ statuses: [JobStatus]) -> String {
        var json = JSONWriter()
        json.beginArray()
        for status in statuses {
            json.beginObject()
            json.member("job", status.job)
            if status.estate != Job.noEstate { json.member("estate", "\(status.estate)") }
            if let last = status.lastFinished { json.member("last_finished", "\(last)") }
            if let took = status.milliseconds { json.member("milliseconds", took) }
            if let outcome = status.outcome { json.member("outcome", outcome) }
            json.member("next_run", "\(status.nextRun)")
            json.member("runs", status.runCount)
            json.endObject()
        }
        json.endArray()
        return String(decoding: json.bytes, as: UTF8.self)
    }
}
