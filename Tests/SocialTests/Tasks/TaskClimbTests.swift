internal import Platform
internal import Support
import Testing

@testable internal import Social

@Suite("Tasks that nobody takes, through the wire") struct TaskClimbTests {
    typealias Estate = StewardEstate

    private func at(_ estate: Estate, hours: Int64, microseconds: Int64 = 0) throws {
        try estate.api.clock.set(
            Instant(
                microseconds: APIFixture.start.microseconds + hours * 3_600_000_000
                    + microseconds))
    }

    @Test("at its due time and not before it falls to the stand-in, then climbs to the next role")
    func climbs() async throws {
        try await Estate.with { estate async throws in
            // The committee's officer enters: before that it has no person here.
            _ = try estate.ask(.officer, "GET", Estate.base + "/tasks")
            let officer = try #require(
                try estate.api.database.superuser().run(
                    OneCell<UUID>(
                        sql: "SELECT id FROM linli.person WHERE account_id = \(APIFixture.officer)")
                ).first)
            let task = try estate.raise()
            try at(estate, hours: 24, microseconds: -1)
            try estate.climb()
            #expect(try estate.told(Estate.first) == ["task.raised"])
            #expect(try estate.told(Estate.second) == ["task.raised"])
            try at(estate, hours: 24)
            try estate.climb()
            let both = try [Estate.first, Estate.second].map { try estate.told($0) }
            #expect(Set(both.map(Set.init)) == [["task.raised"], ["task.raised", "task.climbed"]])
            #expect(try estate.ask(.officer, "GET", estate.path(task)).status == 404)
            try at(estate, hours: 36)
            try estate.climb()
            try estate.climb()
            #expect(try estate.told(officer) == ["task.climbed"])
            let seen = try estate.content(estate.ask(.officer, "GET", estate.path(task)))
            #expect(seen["task"]?["role"]?.text == "residents_committee")
            #expect(seen["task"]?["is_overdue"]?.bool == true)
            // Who had it before still may take it.
            _ = try estate.content(
                estate.ask(Estate.second, "POST", estate.path(task) + "/taking"))
            try at(estate, hours: 200)
            try estate.climb()
            #expect(try estate.told(officer) == ["task.climbed"])
            #expect(estate.api.logged.lines.isEmpty)
        }
    }

    @Test("a no leaves it to the others; the last no lets it climb within the minute")
    func declined() async throws {
        try await Estate.with { estate async throws in
            let task = try estate.raise()
            let no = #"{"because":"too_near","note":"是我表姐"}"#
            let refusals = estate.path(task) + "/refusals"
            let said = try estate.content(
                estate.ask(Estate.first, "POST", refusals, no))
            #expect(said["refusals"]?.elements?.first?["note"]?.text == "是我表姐")
            try estate.climb()
            #expect(try estate.ask(.officer, "GET", estate.path(task)).status == 404)
            _ = try estate.content(
                estate.ask(Estate.second, "POST", estate.path(task) + "/taking"))
            #expect(
                try estate.refusal(
                    estate.ask(Estate.second, "POST", estate.path(task) + "/passing"))
                    == "409 task-no-stand-in", "who said no stands in for nobody")
            _ = try estate.content(
                estate.ask(Estate.second, "POST", refusals, #"{"because":"busy"}"#))
            try estate.climb()
            let seen = try estate.content(estate.ask(.officer, "GET", estate.path(task)))
            #expect(seen["refusals"]?.elements?.count == 2)
            #expect(seen["task"]?["state"]?.text == "open")
        }
    }

    @Test("whoever is away is not asked, nor who stands in; with all away it climbs at once")
    func away() async throws {
        try await Estate.with { estate async throws in
            func leave(_ person: UUID, _ number: UInt64) throws {
                try estate.api.database.superuser().run(
                    """
                    INSERT INTO linli.absence
                        (estate_id, id, person_id, kind, begins, ends, set_by, set_at)
                    VALUES ('\(APIFixture.a)', '\(APIFixture.id(number))', '\(person)', 'away',
                        '2026-02-01Z', '2026-12-01Z', '\(person)', '2026-02-01Z')
                    """)
            }
            try leave(Estate.first, 0x2F0)
            let task = try estate.raise()
            #expect(try estate.told(Estate.first) == [])
            #expect(try estate.told(Estate.second) == ["task.raised"])
            let seen = try estate.content(estate.ask(Estate.second, "GET", estate.path(task)))
            #expect(seen["task"]?["stand_in"]?.text == nil)
            try leave(Estate.second, 0x2F1)
            let next = try estate.raise(about: Estate.neighbour)
            let climbed = try estate.content(estate.ask(.officer, "GET", estate.path(next)))
            #expect(climbed["task"]?["state"]?.text == "open")
        }
    }

    @Test("it is handed back, passed to the stand-in, and left by whoever's role has ended")
    func handedBack() async throws {
        try await Estate.with { estate async throws in
            let task = try estate.raise()
            _ = try estate.content(
                estate.ask(Estate.first, "POST", estate.path(task) + "/taking"))
            let passed = try estate.content(
                estate.ask(Estate.first, "POST", estate.path(task) + "/passing"))
            #expect(passed["task"]?["taken_by"]?.text == Estate.second.description)
            #expect(passed["task"]?["stand_in"]?.text == Estate.first.description)
            #expect(try estate.told(Estate.second) == ["task.passed", "task.raised"])
            #expect(
                try estate.refusal(
                    estate.ask(Estate.first, "POST", estate.path(task) + "/handing-back"))
                    == "403 task-not-yours")
            let back = try estate.content(
                estate.ask(Estate.second, "POST", estate.path(task) + "/handing-back"))
            #expect(back["task"]?["state"]?.text == "open")
            #expect(try estate.told(Estate.first) == ["task.handedBack", "task.raised"])
            _ = try estate.content(
                estate.ask(Estate.second, "POST", estate.path(task) + "/taking"))
            try estate.api.database.superuser().run(
                """
                UPDATE linli.role_term SET ends = '2026-03-01T01:00Z'
                WHERE person_id = '\(Estate.second)'
                """)
            try at(estate, hours: 1)
            #expect(try estate.ask(Estate.second, "GET", estate.path(task)).status == 404)
            try estate.climb()
            let free = try estate.content(estate.ask(Estate.first, "GET", estate.path(task)))
            #expect(free["task"]?["state"]?.text == "open")
            #expect(free["task"]?["taken_by"]?.text == nil)
        }
    }

    @Test("the subdistrict sees that something is overdue, and nothing of whom it is about")
    func subdistrict() async throws {
        try await Estate.with { estate async throws in
            try estate.api.database.superuser().run(
                """
                INSERT INTO linli.account_role_term
                    (account_id, id, role, node_id, display_name, begins, ends, because)
                VALUES ('\(APIFixture.officer)', '\(APIFixture.id(0x96))', 'subdistrict_officer',
                    '\(APIFixture.id(0xC1))', '街道', '2026-01-01Z', '2027-01-01Z', 'appointed');
                DELETE FROM linli.account_role_term WHERE role = 'residents_committee';
                DELETE FROM linli.role_term WHERE role IN ('residents_committee', 'stair_leader')
                """)
            // Whoever has never entered is told of nothing.
            #expect(try estate.ask(.officer, "GET", Estate.base + "/tasks").status == 200)
            let task = try estate.raise()
            for _ in 0..<4 {
                try estate.api.clock.set(estate.api.clock.now() + .seconds(2 * 86_400))
                try estate.climb()
            }
            let (list, one) = (
                try estate.ask(.officer, "GET", Estate.base + "/tasks"),
                try estate.ask(.officer, "GET", estate.path(task))
            )
            for answer in [list, one] {
                #expect(answer.status == 200 && answer.text.contains(task), "\(answer.text)")
                for word in ["\(Estate.member)", "王小芳", #""about""#, #""person""#] {
                    #expect(!answer.text.contains(word), "\(answer.text)")
                }
            }
            let asked = Estate.base + "/tasks?person=\(Estate.member)"
            #expect(try !estate.ask(.officer, "GET", asked).text.contains(task))
            let told = try estate.api.database.superuser().run(
                OneCell<Bool>(
                    sql: """
                        SELECT cardinality(about) > 0 FROM linli.event
                        WHERE kind LIKE 'task.%' AND array_to_string(audience, ' ') LIKE '%subdistrict%'
                        """))
            #expect(!told.isEmpty && !told.contains(true), "an event names it: \(told)")
        }
    }
}
