internal import Platform
internal import Support
import Testing

@testable internal import Social

@Suite("Review before publication, and what is watched, through the wire") struct ReviewTests {
    typealias Estate = StewardEstate

    private func approve(_ estate: Estate, _ id: String) throws {
        _ = try estate.content(
            estate.decide(Estate.first, id, Estate.decision("visible", "fine")))
    }

    @Test("it ends with the third approval of one verified in person, not for watched words")
    func trusted() async throws {
        try await Estate.moderated(prepare: Estate.proved(Estate.neighbour)) {
            estate async throws in
            var ids: [String] = []
            for number in 1...3 {
                let (id, shown) = try estate.publish(
                    .neighbour, Estate.draft("茶话会\(number)", meantFor: "elders"))
                #expect(shown["visibility"]?.text == "held")
                try approve(estate, id)
                #expect(try estate.sees(.leader, id) == [true, true])
                ids.append(id)
            }
            let (fourth, free) = try estate.publish(
                .neighbour, Estate.draft("茶话会4", meantFor: "elders"))
            #expect(free["visibility"]?.text == nil)
            #expect(try estate.sees(.leader, fourth) == [true, true])
            #expect(try estate.openTasks() == [])
            let (_, worded) = try estate.publish(
                .neighbour, Estate.draft("免费讲座", meantFor: "elders"))
            #expect(worded["visibility"]?.text == "held")
            // A withdrawn approval counts no more, and what is said anew is read anew.
            _ = try estate.content(
                estate.decide(Estate.second, ids[0], Estate.decision("hidden")))
            let edited = try estate.estate.ask(
                .neighbour, "PUT", Estate.base + "/activities/\(fourth)", key: UUID.random(),
                fields: [("If-Match", "*")],
                body: Estate.draft("茶话会5", meantFor: "elders"))
            #expect(edited.status == 200, "\(edited.text)")
            #expect(try estate.sees(.leader, fourth) == [false, false])
            #expect(estate.api.logged.lines.isEmpty)
        }
    }

    @Test("what is for elders shows no visitor its place or hour, and its poster no name")
    func unseenByVisitors() async throws {
        try await Estate.moderated(
            prepare: Estate.proved(Estate.leader) + """
                INSERT INTO linli.role_term
                    (estate_id, id, person_id, role, begins, ends, because)
                VALUES ('\(APIFixture.a)', gen_random_uuid(), '\(Estate.leader)',
                    'residents_committee', '2026-01-01Z', '2027-01-01Z', 'elected');
                """
        ) { estate async throws in
            let everyone = #"{"kind":"everyone"}"#
            let (open, _) = try estate.publish(
                .leader, Estate.draft("春节联欢", audience: everyone))
            #expect(try estate.sees(.visitor, open) == [true, true])
            let (id, _) = try estate.publish(
                .leader, Estate.draft("量血压", meantFor: "elders", audience: everyone))
            try approve(estate, id)
            #expect(try estate.sees(.visitor, id) == [false, false])
            #expect(try estate.sees(.neighbour, id) == [true, true])
            let poster = try estate.ask(
                .neighbour, "GET", Estate.base + "/activities/\(id)/qr.svg")
            #expect(!poster.text.contains("量血压"))
            #expect(
                try estate.estate.count(
                    """
                    SELECT count(*) FROM linli.event
                    WHERE payload ->> 'activity' = \(id) AND 'public' = ANY (audience)
                    """) == 0)
        }
    }

    @Test("a newcomer who reaches many elders lets somebody look, one verified long ago does not")
    func contacts() async throws {
        let prepare =
            Estate.proved(Estate.neighbour) + Estate.proved(Estate.leader)
            + "UPDATE linli.watch_limit SET value = 1 WHERE name = 'elders_max';"
        try await Estate.moderated(prepare: prepare) { estate async throws in
            let (id, _) = try estate.publish(
                .neighbour, Estate.draft("茶话会", meantFor: "elders"))
            try approve(estate, id)
            let one = try estate.content(
                estate.ask(.leader, "GET", Estate.base + "/activities/\(id)"))
            let meeting = try #require(one["occurrences"]?.elements?.first?["id"]?.text)
            let join = Estate.base + "/occurrences/\(meeting)/reservations"
            for reader in [Estate.Reader.neighbour, .leader] {
                _ = try estate.content(estate.ask(reader, "POST", join, "{}"), 201)
            }
            _ = try estate.comment(.leader, on: id, "大家好")
            #expect(try estate.openTasks() == [], "one elder, and one who is known")
            _ = try estate.comment(.member, on: id, "大家好")
            #expect(try estate.openTasks() == ["unusual-pattern"])
            let task = try estate.api.database.superuser().run(
                OneCell<UUID>(
                    sql: "SELECT subject_id FROM linli.task WHERE kind = 'unusual-pattern'"))
            #expect(task == [Estate.member])
            #expect(estate.api.logged.lines.isEmpty)
        }
    }
}
