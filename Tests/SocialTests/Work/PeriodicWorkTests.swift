internal import Foundation
internal import Platform
internal import Support
import Testing

@testable internal import Social

@Suite("Periodic work") struct PeriodicWorkTests {
    private static let path = "/api/v1/estates/\(APIFixture.a)/periodic-work"

    /// Rows as a runner leaves them: one done in 250 ms, one that failed, one under way, one that is
    /// late, one of another estate, and one of the installation that never ran.
    private static func rows(at now: Instant) -> String {
        func at(_ seconds: Int64) -> String { "'\(now + .seconds(seconds))'" }
        let holder = APIFixture.id(0x99)
        return """
            INSERT INTO linli.job_run (estate_id, job, next_run, last_started, last_finished,
                outcome, lease_until, holder, run_count) VALUES
            ('\(APIFixture.a)', 'help-round', \(at(240)), \(at(-60)),
                timestamptz \(at(-60)) + interval '250 milliseconds', 'done', NULL, NULL, 7),
            ('\(APIFixture.a)', 'retention', \(at(30)), \(at(-30)), \(at(-29)), 'timeout', NULL,
                NULL, 3),
            ('\(APIFixture.a)', 'task-climb', \(at(-1)), \(at(-1)), \(at(-61)), 'done', \(at(59)),
                '\(holder)', 8),
            ('\(APIFixture.a)', 'tie-sweep', \(at(-301)), NULL, NULL, NULL, NULL, NULL, 0),
            ('\(APIFixture.b)', 'care-due', \(at(60)), NULL, NULL, NULL, NULL, NULL, 0),
            ('\(Job.noEstate)', 'sign-in-sweep', \(at(60)), NULL, NULL, NULL, NULL, NULL, 0);
            """
    }

    @Test("an office reads how each run went, of its estate and of the installation")
    func office() async throws {
        try await AnnouncementEstate.with(operations: PeriodicWorkOperations.all()) { estate in
            try Self.reads(estate)
        }
    }

    private static func reads(_ estate: AnnouncementEstate) throws {
        try estate.api.database.superuser().run(rows(at: estate.api.clock.now()))
        let answer = try estate.ask(.officer, "GET", path)
        #expect(answer.status == 200, "\(answer.text)")
        let work = try #require(try JSON(parsing: answer.body)["work"]?.elements)
        #expect(
            work.map { "\($0["job"]?.text ?? "") \($0["state"]?.text ?? "")" } == [
                "help-round done", "retention failed", "sign-in-sweep waiting",
                "task-climb running", "tie-sweep late",
            ])
        #expect(work.map { $0["milliseconds"]?.integer } == [250, 1_000, nil, nil, nil])
        #expect(work[0]["title_zh"]?.text == "为求助找人")
        #expect(work[0]["runs"]?.integer == 7)
        #expect(work[1]["outcome"]?.text == "timeout")
        for reader in [AnnouncementEstate.Reader.neighbour, .member, .stranger] {
            #expect(try estate.ask(reader, "GET", path).status == 404, "\(reader)")
        }
        #expect(try estate.ask(.visitor, "GET", path).status == 401)
    }

    @Test("each piece of work has its words, and its line in docs/operations.md")
    func words() throws {
        let root = #filePath.split(separator: "/").dropLast(4).joined(separator: "/")
        let text = try String(contentsOfFile: "/\(root)/docs/operations.md", encoding: .utf8)
        #expect(Set(WorkWords.all.keys) == Set(Services.jobNames))
        for name in Services.jobNames {
            let words = try #require(WorkWords.all[name], "\(name)")
            #expect(!words.zh.isEmpty && !words.en.isEmpty)
            #expect(
                text.split(separator: "\n").contains {
                    $0.hasPrefix("| `") && $0.contains("`\(name)`")
                }, "\(name) has no line")
        }
    }
}
