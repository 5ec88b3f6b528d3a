internal import Platform
internal import Support
import Testing

@testable internal import Social

@Suite("Reports and what becomes of posts, through the wire") struct ReportTests {
    typealias Estate = StewardEstate

    @Test("a report is one tap; who made it is shown to nobody, and decides nothing of it")
    func reported() async throws {
        try await Estate.moderated { estate async throws in
            let (id, _) = try estate.publish(.neighbour, Estate.draft("合唱"))
            #expect(
                try estate.refusal(estate.report(.neighbour, "activity", id)) == "409 own-post")
            #expect(try estate.report(.stranger, "activity", id).status == 404)
            #expect(try estate.report(.visitor, "activity", id).status == 401)
            #expect(try estate.report(.leader, "comment", id).status == 404)
            for _ in 0..<2 { #expect(try estate.report(.member, "activity", id).status == 204) }
            _ = try estate.content(
                estate.ask(
                    Estate.first, "POST", Estate.base + "/reports",
                    #"{"thing_kind":"activity","thing":"\#(id)","kind":"other"}"#), 204)
            #expect(try estate.openTasks() == ["report"])
            // The worker who reported it hears nothing more of it.
            #expect(
                try estate.refusal(estate.decide(Estate.first, id, Estate.decision("hidden")))
                    == "403 own-moderation")
            #expect(
                try estate.content(estate.ask(Estate.first, "GET", Estate.base + "/moderation"))[
                    "posts"]?.elements?.count == 0)
            #expect(
                try estate.tasks(estate.ask(Estate.first, "GET", Estate.base + "/tasks")) == [])
            let one = try estate.ask(Estate.second, "GET", Estate.base + "/moderation/\(id)")
            #expect(try estate.content(one)["post"]?["reports"]?.integer == 2)
            #expect(one.text.contains("像骗子"))
            for person in [Estate.member, Estate.first] {
                #expect(!one.text.contains(person.description))
            }
            for reader in [Estate.Reader.leader, .neighbour, .member] {
                #expect(
                    try estate.ask(reader, "GET", Estate.base + "/moderation/\(id)").status == 404)
                #expect(
                    try estate.ask(
                        reader, "POST", Estate.base + "/moderation/\(id)/decisions",
                        Estate.decision("hidden")
                    ).status == 404)
            }
            #expect(
                try estate.estate.count(
                    """
                    SELECT count(*) FROM linli.event WHERE kind LIKE 'task.%'
                        AND actor_kind <> 'job'
                    """) == 0)
            let unfounded = Estate.decision("visible", "unfounded")
            _ = try estate.content(estate.decide(Estate.second, id, unfounded))
            #expect(try estate.sees(.leader, id) == [true, true])
            #expect(
                try estate.estate.count(
                    "SELECT count(*) FROM linli.notice WHERE kind = 'moderation.told'") == 0,
                "nothing changed for the author")
            #expect(estate.api.logged.lines.isEmpty)
        }
    }

    @Test("hidden, shadowed, unlisted and visible hold in lists, by id and for who would join")
    func states() async throws {
        try await Estate.moderated { estate async throws in
            let (id, _) = try estate.publish(.neighbour, Estate.draft("合唱"))
            let one = try estate.content(
                estate.ask(.leader, "GET", Estate.base + "/activities/\(id)"))
            let meeting = try #require(one["occurrences"]?.elements?.first?["id"]?.text)
            let join = Estate.base + "/occurrences/\(meeting)/reservations"
            _ = try estate.content(estate.ask(.member, "POST", join, "{}"), 201)
            _ = try estate.report(.member, "activity", id)
            for (state, others, status) in [
                ("unlisted", [false, true], 201), ("shadowed", [false, false], 404),
                ("visible", [true, true], 409), ("hidden", [false, false], 404),
            ] {
                _ = try estate.content(
                    estate.decide(Estate.second, id, Estate.decision(state)))
                #expect(try estate.sees(.leader, id) == others, "\(state)")
                #expect(try estate.ask(.leader, "POST", join, "{}").status == status, "\(state)")
                let own = try estate.content(
                    estate.ask(.neighbour, "GET", Estate.base + "/activities/\(id)"))
                let told = own["activity"]?["visibility"]?.text
                #expect(told == (["unlisted", "hidden"].contains(state) ? state : nil))
                #expect(own["activity"]?["version"]?.integer == 2, "no version is counted")
                let list = try estate.ask(.neighbour, "GET", Estate.base + "/me/moderation")
                #expect(list.text.contains(id) == (state != "shadowed"), "\(state)")
            }
            // An edit does not bring it back, and who joined knows not to go.
            let edited = try estate.estate.ask(
                .neighbour, "PUT", Estate.base + "/activities/\(id)", key: UUID.random(),
                fields: [("If-Match", "*")], body: Estate.draft("合唱团"))
            #expect(edited.status == 200, "\(edited.text)")
            #expect(try estate.sees(.leader, id) == [false, false])
            #expect(
                try estate.estate.count(
                    """
                    SELECT count(*) FROM linli.notice WHERE kind = 'moderation.withdrawn'
                        AND person_id IN (\(Estate.member), \(Estate.leader))
                    """) == 2)
            #expect(throws: (any Error).self) {
                try estate.api.database.superuser().run(
                    "UPDATE linli.moderation_decision SET because = 'fine'")
            }
            #expect(estate.api.logged.lines.isEmpty)
        }
    }

    @Test("a shadowed comment is there for its author alone")
    func shadowed() async throws {
        try await Estate.moderated { estate async throws in
            let (id, _) = try estate.publish(.leader, Estate.draft("合唱"))
            let said = try estate.comment(.neighbour, on: id, "无聊")
            _ = try estate.report(.leader, "comment", said)
            _ = try estate.content(
                estate.decide(Estate.first, said, Estate.decision("shadowed", "harassment")))
            #expect(try estate.comments(.neighbour, on: id) == ["无聊"])
            #expect(try estate.comments(.leader, on: id) == [])
            #expect(try estate.report(.member, "comment", said).status == 404)
            #expect(
                try estate.refusal(estate.decide(Estate.first, said, Estate.decision("unlisted")))
                    == "422 not-for-this-post")
            _ = try estate.content(
                estate.decide(Estate.first, said, Estate.decision("visible", "fine")))
            #expect(try estate.comments(.leader, on: id) == ["无聊"])
        }
    }
}
