internal import Platform
internal import Support
import Testing

@testable internal import Social

@Suite("Calendar links through the wire") struct CalendarLinkTests {
    typealias Estate = CalendarEstate

    @Test("a link shows its address once, is listed without it, and opens nothing once revoked")
    func life() async throws {
        try await Estate.with { estate async throws in
            let key = UUID.random()
            let wanted = Estate.wanted("personal")
            let made = try estate.activities.ask(.member, "POST", Estate.links, key: key, wanted)
            #expect(made.status == 201)
            let again = try estate.activities.ask(.member, "POST", Estate.links, key: key, wanted)
            #expect(again.status == 409 && again.text.contains("secret-shown-once"))
            let link = try estate.link(.member, "venue", ActivityEstate.room)
            let list = try estate.activities.ask(.member, "GET", Estate.links)
            let links = try JSON(parsing: list.body)["links"]?.elements
            #expect(links?.map { $0["kind"]?.text } == ["personal", "venue"])
            #expect(links?.last?["place"]?.text == "\(ActivityEstate.room)")
            #expect(!list.text.contains(link.secret) && !list.text.contains("url"))
            #expect(try estate.fetch(link.path).status == 200)
            // It is its maker's alone.
            let other = try estate.activities.ask(
                .neighbour, "DELETE", Estate.links + "/\(link.id)")
            #expect(other.status == 404)
            #expect(
                try estate.activities.json(.neighbour, "GET", Estate.links)["links"]
                    == .array([]))
            let revoked = try estate.activities.ask(
                .member, "DELETE", Estate.links + "/\(link.id)")
            #expect(revoked.status == 204)
            #expect(
                try estate.activities.ask(.member, "DELETE", Estate.links + "/\(link.id)").status
                    == 404)
            let gone = try estate.fetch(link.path)
            let unknown = try estate.fetch("/calendars/\(CalendarSecret.random().file)")
            #expect(gone.status == 404 && unknown.status == 404)
            #expect(gone.fields.map(\.name) == unknown.fields.map(\.name))
            #expect(gone.body.count == unknown.body.count)
            let told = try estate.activities.count(
                """
                SELECT count(*) FROM linli.event
                WHERE kind IN ('calendarLink.made', 'calendarLink.revoked')
                    AND audience = ARRAY['person:' || \(ActivityEstate.member)::text]
                    AND payload::text NOT LIKE '%' || \(link.secret) || '%'
                """)
            #expect(told == 3)
        }
    }

    @Test("what is no address of ours is not found, whatever it is")
    func shapes() async throws {
        try await Estate.with { estate async throws in
            let secret = try estate.link(.member, "estate").secret
            for file in [
                secret, secret + ".ICS", secret + ".icss", secret.dropLast() + ".ics",
                secret.dropLast() + "~.ics", String(repeating: "A", count: 43) + ".ics",
                "%00.ics", String(repeating: "x", count: 2000),
            ] { #expect(try estate.fetch("/calendars/\(file)").status == 404, "\(file)") }
            let asked = try estate.fetch("/calendars/\(secret).ics?x=1")
            #expect(asked.status == 400 && !asked.text.contains(secret))
        }
    }

    @Test("a person has twenty, also when two programs ask at once; a revoked one counts no more")
    func most() async throws {
        try await Estate.with { estate async throws in
            for _ in 1..<CalendarLinks.liveMax { _ = try estate.link(.member, "estate") }
            let answers = try await withThrowingTaskGroup(of: TestClient.Answer.self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        try estate.activities.ask(
                            .member, "POST", Estate.links, Estate.wanted("estate"))
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers.map(\.status).sorted() == [201, 409, 409, 409])
            #expect(
                answers.filter { $0.status == 409 }
                    .allSatisfy { $0.text.contains("calendar-links-max") })
            let links = try estate.activities.json(.member, "GET", Estate.links)["links"]
            #expect(links?.elements?.count == Int(CalendarLinks.liveMax))
            let first = links?.elements?.first?["id"]?.text ?? ""
            _ = try estate.activities.json(
                .member, "DELETE", Estate.links + "/\(first)", is: 204)
            _ = try estate.link(.member, "estate")
            _ = try estate.link(.neighbour, "estate")
        }
    }

    private struct Forget: Command {
        var sql: SQL { CalendarLinks.forget }
    }

    @Test("a revoked link is forgotten ninety days later, a live one never, and by its job alone")
    func sweep() async throws {
        try await Estate.with { estate async throws in
            let link = try estate.link(.member, "personal")
            let kept = try estate.link(.member, "estate")
            _ = try estate.activities.json(.member, "DELETE", Estate.links + "/\(link.id)", is: 204)
            for (job, days, microseconds, left) in [
                ("calendar-link-sweep", 90, -1, 2), ("notice-sweep", 90, 0, 2),
                ("calendar-link-sweep", 90, 0, 1), ("calendar-link-sweep", 900, 0, 1),
            ] as [(String, Int64, Int64, Int64)] {
                try estate.clock.set(
                    APIFixture.start + .seconds(days * 86_400) + .microseconds(microseconds))
                _ = try estate.activities.estate.connect(job: job).run(Forget())
                #expect(
                    try estate.activities.count("SELECT count(*) FROM linli.calendar_link") == left)
            }
            #expect(try estate.fetch(kept.path).status == 200)
        }
    }

    @Test("a venue's calendar names a venue, and no other names a place")
    func venues() async throws {
        try await Estate.with { estate async throws in
            let unknown = UUID(high: 1, low: 1)
            for wanted in [
                Estate.wanted("venue"), Estate.wanted("venue", ActivityEstate.garden),
                Estate.wanted("venue", unknown), Estate.wanted("estate", ActivityEstate.room),
                Estate.wanted("personal", ActivityEstate.room), Estate.wanted("everything"),
            ] {
                let answer = try estate.activities.ask(.member, "POST", Estate.links, wanted)
                #expect(answer.status == 400, "\(wanted)")
            }
            let stranger = try estate.activities.ask(
                .stranger, "POST", Estate.links, Estate.wanted("estate"))
            #expect(stranger.status == 404)
            let visitor = try estate.activities.ask(
                .visitor, "POST", Estate.links, Estate.wanted("estate"))
            #expect(visitor.status == 401)
        }
    }

    @Test(
        "the instant its person is here no more, the address opens nothing",
        arguments: [
            "UPDATE linli.person SET state = 'moved' WHERE id = '\(ActivityEstate.member)'",
            "UPDATE linli.person SET state = 'suspended' WHERE id = '\(ActivityEstate.member)'",
            "UPDATE linli.person SET state = 'erased' WHERE id = '\(ActivityEstate.member)'",
            "UPDATE linli.person SET state = 'dead' WHERE id = '\(ActivityEstate.member)'",
            "UPDATE linli.account SET state = 'suspended' WHERE id = '\(APIFixture.wife)'",
            "UPDATE linli.account SET state = 'erased' WHERE id = '\(APIFixture.wife)'",
        ])
    func gone(_ change: String) async throws {
        try await Estate.with { estate async throws in
            let paths = try [
                estate.link(.member, "personal").path, estate.link(.member, "estate").path,
                estate.link(.member, "venue", ActivityEstate.room).path,
            ]
            let other = try estate.link(.neighbour, "estate").path
            #expect(try paths.map { try estate.fetch($0).status } == [200, 200, 200])
            try estate.change(change)
            #expect(try paths.map { try estate.fetch($0).status } == [404, 404, 404])
            #expect(try estate.fetch(other).status == 200)
        }
    }

    @Test("an officer's link opens nothing from the end of the office on")
    func office() async throws {
        try await Estate.with { estate async throws in
            let path = try estate.link(.officer, "estate").path
            let ends = Instant("2027-01-01T00:00:00Z") ?? .epoch
            try estate.clock.set(ends - .microseconds(1))
            #expect(try estate.fetch(path).status == 200)
            try estate.clock.set(ends)
            #expect(try estate.fetch(path).status == 404)
        }
    }

    @Test("it is noted on which day it was read, once a day, and the log never sees the secret")
    func noted() async throws {
        try await Estate.with { estate async throws in
            let link = try estate.link(.member, "personal")
            func day() throws -> String? {
                try estate.activities.json(.member, "GET", Estate.links)["links"]?.elements?.first?[
                    "last_fetched_on"]?.text
            }
            #expect(try day() == nil)
            func writes() throws -> Int64 {
                try estate.activities.count(
                    "SELECT n.xmin::text::bigint FROM linli.calendar_link AS n")
            }
            _ = try estate.fetch(link.path)
            #expect(try day() == "2026-03-01")
            let written = try writes()
            _ = try estate.fetch(link.path)
            #expect(try writes() == written)
            try estate.clock.set(APIFixture.start + .seconds(86_400))
            _ = try estate.fetch(link.path)
            #expect(try day() == "2026-03-02")
            // A fault while it is read is logged by the operation's name alone.
            try estate.change(
                "REVOKE SELECT ON linli.activity FROM linli; UPDATE linli.estate SET name_zh = '丙'")
            #expect(try estate.fetch(link.path).status == 500)
            let lines = estate.activities.api.logged.lines
            #expect(lines.contains { $0.contains("readCalendar") })
            #expect(!lines.contains { $0.contains(link.secret) })
            let kept = try estate.activities.count(
                """
                SELECT count(*) FROM linli.idempotency AS i
                WHERE i.route = 'makeCalendarLink' AND i.answer_sealed IS NOT NULL
                """)
            #expect(kept == 0)
        }
    }
}
