internal import Platform
internal import Support
import Testing

@testable internal import Social

@Suite("Tasks of those on duty, through the wire") struct TaskTests {
    typealias Estate = StewardEstate

    /// How many lines of the first worker stand in the member's record.
    private func lines(_ estate: Estate) throws -> Int64? {
        try estate.estate.count(
            """
            SELECT count(*) FROM linli.record_read
            WHERE kind = 'task' AND about_id = \(Estate.member) AND reader_id = \(Estate.first)
            """)
    }

    @Test("a task comes to the holders of its duty; one takes and ends it, the note is sealed")
    func taken() async throws {
        try await Estate.with { estate async throws in
            let task = try estate.raise()
            #expect(try estate.raise() == task, "the same matter is the same task")
            #expect(try estate.told(Estate.first) == ["task.raised"])
            #expect(try estate.told(Estate.second) == ["task.raised"])
            #expect(try estate.told(Estate.leader) == [])
            let notices = try estate.content(
                try estate.ask(Estate.first, "GET", Estate.base + "/notices"))
            #expect(
                notices["notices"]?.elements?.first?["text_en"]?.text?.contains("call back")
                    == true, "\(notices)")
            // Nobody else finds it: not the committee yet, nor its subject, nor a visitor.
            for reader in [Estate.Reader.officer, .member, .neighbour, .leader, .stranger] {
                #expect(try estate.ask(reader, "GET", estate.path(task)).status == 404)
            }
            #expect(try estate.ask(.visitor, "GET", estate.path(task)).status == 401)
            #expect(
                try estate.tasks(estate.ask(.neighbour, "GET", Estate.base + "/tasks")) == [])
            #expect(
                try estate.refusal(
                    estate.ask(
                        Estate.first, "POST", estate.path(task) + "/end", #"{"outcome":"done"}"#))
                    == "403 task-not-yours")
            let took = try estate.content(
                estate.ask(Estate.first, "POST", estate.path(task) + "/taking", key: "k"))
            #expect(took["task"]?["taken_by"]?.text == Estate.first.description)
            #expect(took["display_name"]?.text == "王小芳")
            #expect(try lines(estate) == 1)
            #expect(
                try estate.ask(Estate.first, "POST", estate.path(task) + "/taking", key: "k")[
                    "idempotency-replayed"] == "true")
            #expect(
                try estate.refusal(
                    estate.ask(Estate.second, "POST", estate.path(task) + "/taking"))
                    == "409 task-taken")
            let end = try estate.content(
                estate.ask(
                    Estate.first, "POST", estate.path(task) + "/end",
                    #"{"outcome":"not_reached","note":"电话没人接"}"#))
            #expect(end["note"]?.text == "电话没人接")
            #expect(end["task"]?["state"]?.text == "finished")
            #expect(
                try estate.refusal(
                    estate.ask(Estate.second, "POST", estate.path(task) + "/taking"))
                    == "409 task-finished")
            #expect(
                try estate.estate.count(
                    """
                    SELECT count(*) FROM linli.task
                    WHERE position(convert_to('没人接', 'UTF8') IN note_sealed) > 0
                    """) == 0)
            #expect(
                try estate.tasks(estate.ask(Estate.second, "GET", Estate.base + "/tasks")) == [])
            #expect(
                try estate.tasks(
                    estate.ask(Estate.second, "GET", Estate.base + "/tasks?view=finished"))
                    == [[task]])
            #expect(try estate.raise() != task, "what is new is a new task")
            // The one who asked stands nowhere in the log of it.
            #expect(
                try estate.estate.count(
                    """
                    SELECT count(*) FROM linli.event
                    WHERE kind = 'task.raised' AND (actor_id IS NOT NULL
                        OR \(Estate.neighbour) = ANY (about))
                    """) == 0)
            #expect(estate.api.logged.lines.isEmpty)
        }
    }

    @Test("of two who take at once, one has it")
    func race() async throws {
        try await Estate.with { estate async throws in
            for _ in 0..<5 {
                let task = try estate.raise(about: nil)
                let answers = try await withThrowingTaskGroup(of: Int.self) { group in
                    for worker in [Estate.first, Estate.second, Estate.first, Estate.second] {
                        group.addTask {
                            try estate.ask(worker, "POST", estate.path(task) + "/taking").status
                        }
                    }
                    return try await group.reduce(into: [Int]()) { $0.append($1) }
                }
                #expect(answers.sorted() == [200, 200, 409, 409], "each asks twice")
                #expect(
                    try estate.estate.count(
                        """
                        SELECT count(DISTINCT actor_id) FROM linli.event
                        WHERE kind = 'task.taken' AND payload ->> 'task' = \(task)
                        """) == 1)
                let owner = try estate.api.database.superuser().run(
                    OneCell<UUID>(
                        sql: "SELECT taken_by FROM linli.task WHERE id::text = \(task)"))
                _ = try estate.content(
                    estate.ask(
                        owner[0], "POST", estate.path(task) + "/end", #"{"outcome":"done"}"#))
            }
            #expect(estate.api.logged.lines.isEmpty)
        }
    }

    @Test("who is concerned herself, or lives with her, hears and finds nothing of it")
    func concerned() async throws {
        try await Estate.with { estate async throws in
            let own = try estate.raise(about: Estate.first)
            let other = try estate.raise("t-decided", concerned: [Estate.first])
            #expect(try estate.told(Estate.first) == [])
            #expect(try estate.told(Estate.second) == ["task.raised", "task.raised"])
            for task in [own, other] {
                #expect(try estate.ask(Estate.first, "GET", estate.path(task)).status == 404)
                #expect(
                    try estate.ask(Estate.first, "POST", estate.path(task) + "/taking").status
                        == 404)
            }
            #expect(try estate.tasks(estate.ask(Estate.first, "GET", Estate.base + "/tasks")) == [])
            #expect(
                try estate.estate.count(
                    """
                    SELECT count(*) FROM linli.event WHERE kind = 'task.raised'
                        AND linli.event_visible(audience, ARRAY(
                            SELECT key FROM linli.event_keys(estate_id, ARRAY[\(Estate.first)])))
                    """) == 0)
            // The leader of the stair lives with the member: it is not the leader's to see to.
            let stair = try estate.raise("t-stair", place: AnnouncementEstate.stair)
            #expect(try estate.told(Estate.leader) == [])
            #expect(try estate.ask(.leader, "GET", estate.path(stair)).status == 404)
            #expect(try estate.ask(.officer, "GET", estate.path(stair)).status == 200)
            let elsewhere = try estate.raise(
                "t-stair", about: Estate.neighbour, place: AnnouncementEstate.stair)
            #expect(try estate.told(Estate.leader) == ["task.raised"])
            #expect(try estate.ask(.leader, "GET", estate.path(elsewhere)).status == 200)
            // What its feature decides, nobody ends by hand.
            _ = try estate.content(
                estate.ask(Estate.second, "POST", estate.path(other) + "/taking"))
            #expect(
                try estate.refusal(
                    estate.ask(
                        Estate.second, "POST", estate.path(other) + "/end",
                        #"{"outcome":"done"}"#)) == "409 task-decided-elsewhere")
        }
    }

    @Test("tasks of one person are one thread, and the load counts what each has in hand")
    func threads() async throws {
        try await Estate.with { estate async throws in
            let first = try estate.raise()
            let second = try estate.raise("t-decided")
            let other = try estate.raise(about: Estate.neighbour)
            let all = try estate.tasks(estate.ask(Estate.first, "GET", Estate.base + "/tasks"))
            #expect(Set(all.map(Set.init)) == [[first, second], [other]])
            let page = try estate.ask(Estate.first, "GET", Estate.base + "/tasks?limit=1")
            let link = try #require(page["link"]?.split(separator: ">").first?.dropFirst())
            let rest = try estate.ask(Estate.first, "GET", String(link))
            #expect(try estate.tasks(page) + estate.tasks(rest) == all)
            #expect(rest["link"] == nil)
            _ = try estate.content(
                estate.ask(Estate.first, "POST", estate.path(other) + "/taking"))
            try estate.api.clock.set(APIFixture.start + .seconds(86_400))
            let load = try estate.content(
                estate.ask(Estate.second, "GET", Estate.base + "/task-load"))
            let rows = load["load"]?.elements?.map { row in
                [
                    row["person"]?.text, row["open"]?.integer.map(String.init),
                    row["overdue"]?.integer.map(String.init),
                ]
            }
            #expect(
                rows == [
                    [Estate.first.description, "1", "1"], [Estate.second.description, "0", "0"],
                    [nil, "2", "2"],
                ])
        }
    }
}
