internal import Platform
internal import Support
import Testing

@testable internal import Social

@Suite("The daily check, through the wire") struct DailyCheckTests {
    typealias Estate = CareEstate

    private static let own = Estate.base + "/me/daily-check"
    private static let well = own + "/well"
    private static let forHer = Estate.base + "/people/\(Estate.leader)/daily-check/well"
    private static let notices = Estate.base + "/notices"

    /// Chooses nine o'clock, and the member of the household to be told.
    private func begin(_ care: Estate) throws {
        try care.content(
            care.ask(
                .leader, "PUT", Self.own, #"{"minute":540,"told":["\#(Estate.worker)"]}"#), 204)
    }

    private func sweep(_ care: Estate, at instant: String) throws -> Int64? {
        try care.api.clock.set(#require(Instant(instant)))
        return try care.estate.connect(job: DailyCheckSweep.name).run(
            SweepDailyChecks(rowsMax: 100)
        ).first
    }

    private func told(_ care: Estate, _ reader: Estate.Reader) throws -> [String?] {
        try care.content(care.ask(reader, "GET", Self.notices))["notices"]?.elements?
            .compactMap { $0["kind"]?.text }.filter { $0.hasPrefix("dailyCheck") } ?? []
    }

    @Test("not said by the hour she is reminded, then those she named are told, then it is a task")
    func missed() async throws {
        try await Estate.with { care async throws in
            try begin(care)
            #expect(try sweep(care, at: "2026-03-01T00:59:00Z") == 0)
            #expect(try sweep(care, at: "2026-03-01T01:00:00Z") == 1)
            #expect(try sweep(care, at: "2026-03-01T01:29:00Z") == 0)
            #expect(try told(care, .leader) == ["dailyCheck.reminded"])
            #expect(try told(care, .member) == [])
            #expect(try sweep(care, at: "2026-03-01T01:30:00Z") == 1)
            #expect(try told(care, .member) == ["dailyCheck.told"])
            #expect(try care.tasks("daily-check-missed") == 0)
            #expect(try sweep(care, at: "2026-03-01T02:00:00Z") == 1)
            #expect(try care.tasks("daily-check-missed") == 1)
            // Her own tap takes all of it back, and those who worried hear of it.
            try care.content(care.ask(.leader, "POST", Self.well), 204)
            try care.content(care.ask(.leader, "POST", Self.well), 204)
            #expect(try care.tasks("daily-check-missed") == 0)
            #expect(try told(care, .member).first == "dailyCheck.said")
            #expect(try sweep(care, at: "2026-03-01T12:00:00Z") == 0)
            // The next day begins anew.
            #expect(try sweep(care, at: "2026-03-02T01:00:00Z") == 1)
        }
    }

    @Test("her household, an office and who was named say it for her; a neighbour finds nothing")
    func forHer() async throws {
        try await Estate.with { care async throws in
            try begin(care)
            #expect(try care.ask(.neighbour, "POST", Self.forHer).status == 404)
            try care.content(care.ask(.member, "POST", Self.forHer), 204)
            let shown = try care.content(care.ask(.leader, "GET", Self.own))
            #expect(shown["is_said"] == .bool(true))
            #expect(try sweep(care, at: "2026-03-01T05:00:00Z") == 0)
            let doers = try care.estate.count(
                """
                SELECT count(*) FROM linli.event
                WHERE kind = 'dailyCheck.said' AND actor_id = \(Estate.worker)
                    AND beneficiary_id = \(Estate.leader)
                """)
            #expect(doers == 1)
            #expect(try told(care, .leader) == ["dailyCheck.said"])
            #expect(try sweep(care, at: "2026-03-02T01:00:00Z") == 1)
            try care.content(care.ask(.officer, "POST", Self.forHer), 204)
            #expect(try sweep(care, at: "2026-03-02T05:00:00Z") == 0)
        }
    }

    @Test("a stranger to her cannot be named; away it waits; she ends it at once")
    func ends() async throws {
        try await Estate.with { care async throws in
            let stranger = #"{"minute":540,"told":["\#(Estate.neighbour)"]}"#
            #expect(
                try care.refusal(care.ask(.leader, "PUT", Self.own, stranger))
                    == "422 daily-check-told")
            #expect(try care.ask(.leader, "GET", Self.own).status == 404)
            #expect(try care.ask(.leader, "POST", Self.well).status == 404)
            try begin(care)
            try care.api.database.superuser().run(
                "UPDATE linli.person SET state = 'away' WHERE id = '\(Estate.leader)'")
            #expect(try sweep(care, at: "2026-03-01T05:00:00Z") == 0)
            try care.api.database.superuser().run(
                "UPDATE linli.person SET state = 'active' WHERE id = '\(Estate.leader)'")
            // The server stood still over two of the steps: they are taken together.
            #expect(try sweep(care, at: "2026-03-01T05:01:00Z") == 1)
            #expect(try care.tasks("daily-check-missed") == 1)
            try care.content(care.ask(.leader, "DELETE", Self.own), 204)
            #expect(try care.tasks("daily-check-missed") == 0)
            #expect(try care.ask(.leader, "DELETE", Self.own).status == 404)
            #expect(try sweep(care, at: "2026-03-02T05:00:00Z") == 0)
        }
    }

    @Test("a block in the middle: the one she named is told nothing any more")
    func blocks() async throws {
        try await Estate.with { care async throws in
            try begin(care)
            let made = try care.ask(
                .leader, "POST", Estate.base + "/me/blocks", #"{"person":"\#(Estate.worker)"}"#)
            try #require(made.status == 201 || made.status == 204, "\(made.text)")
            #expect(try sweep(care, at: "2026-03-01T01:45:00Z") == 1)
            #expect(try told(care, .member) == [])
        }
    }
}
