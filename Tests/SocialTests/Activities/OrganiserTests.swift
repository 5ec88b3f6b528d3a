internal import Logging
internal import Platform
internal import Realtime
internal import Support
import Testing

@testable internal import Social

@Suite("Who looks after an activity, through the wire") struct OrganiserTests {
    typealias Estate = ActivityEstate

    private static func person(_ id: UUID) -> String { #"{"person":"\#(id)"}"# }
    private static func successor(_ id: UUID) -> String {
        #"{"person":"\#(id)","because":"搬家"}"#
    }

    @Test("a cancelled activity stays there for its audience with the reason, and is not undone")
    func cancellation() async throws {
        try await Estate.with { estate async throws in
            let path = try estate.publish(
                .leader, Estate.body(["place_text": "-", "place": #""\#(Estate.room)""#]))
            let one = try estate.occurrences(path).first
            try estate.join(one, [Estate.neighbour])
            try estate.join(one, [Estate.member], state: "waiting")
            for reader in [Estate.Reader.member, .officer] {
                let refused = try estate.ask(
                    reader, "POST", path + "/cancellation", #"{"because":"x"}"#)
                #expect(refused.status == 403)
            }
            let outside = try estate.ask(
                .stranger, "POST", path + "/cancellation", #"{"because":"x"}"#)
            #expect(outside.status == 404)
            _ = try estate.json(
                .leader, "POST", path + "/cancellation", #"{"because":"台风"}"#)
            let seen = try estate.json(.neighbour, "GET", path)
            #expect(seen["activity"]?["state"]?.text == "cancelled")
            #expect(seen["activity"]?["cancelled_because"]?.text == "台风")
            #expect(seen["occurrences"]?.elements?.first?["state"]?.text == "cancelled")
            let feed = try estate.ask(.neighbour, "GET", Estate.base + "/occurrences").text
            #expect(feed.contains("台风"))
            #expect(try estate.told(Estate.neighbour) == ["reservation.closed"])
            #expect(try estate.told(Estate.member) == ["reservation.closed"])
            #expect(
                try estate.count(
                    "SELECT count(*) FROM linli.venue_booking WHERE cancelled_at IS NULL") == 0)
            for (method, target, body) in [
                ("POST", path + "/cancellation", #"{"because":"再来"}"#),
                ("PUT", path, Estate.body()), ("POST", path + "/publication", nil),
                ("PUT", Estate.path(of: one), #"{"scope":"one","place_text":"凉亭"}"#),
            ] as [(String, String, String?)] {
                let again = try estate.ask(.leader, method, target, version: "*", body)
                #expect(again.status == 409, "\(target) \(again.text)")
                #expect(again.text.contains("重新发布"))
            }
        }
    }

    @Test("one meeting is called off alone, before it begins")
    func oneMeeting() async throws {
        try await Estate.with { estate async throws in
            let path = try estate.publish(
                .leader, Estate.body(["rrule": #""FREQ=WEEKLY;COUNT=3""#]))
            let all = try estate.occurrences(path)
            let because = #"{"because":"下雨"}"#
            try estate.api.clock.set(try #require(Instant("2026-03-03T11:00:00Z")))
            let begun = try estate.ask(
                .leader, "POST", Estate.path(of: all[0]) + "/cancellation", because)
            #expect(begun.status == 409 && begun.text.contains("already-begun"))
            _ = try estate.json(
                .leader, "POST", Estate.path(of: all[1]) + "/cancellation", because)
            let after = try estate.occurrences(path)
            #expect(after.map { $0["state"]?.text } == ["scheduled", "cancelled", "scheduled"])
            #expect(after.map { $0["sequence"]?.integer } == [0, 1, 0])
        }
    }

    @Test("a co-organiser is of the audience, does what the organiser does, and can be removed")
    func coOrganisers() async throws {
        try await Estate.with { estate async throws in
            let audience = AnnouncementEstate.place(AnnouncementEstate.stair)
            let path = try estate.publish(.leader, Estate.body(["audience": "[\(audience)]"]))
            let organisers = path + "/organisers"
            for unknown in [Estate.neighbour, APIFixture.id(0x99), APIFixture.id(0xF2)] {
                let refused = try estate.ask(.leader, "POST", organisers, Self.person(unknown))
                #expect(refused.status == 422, "\(refused.text)")
                #expect(refused.text.contains("not-of-the-audience"))
            }
            let early = try estate.ask(.member, "POST", organisers, Self.person(Estate.member))
            #expect(early.status == 403)
            _ = try estate.json(.leader, "POST", organisers, Self.person(Estate.member))
            #expect(try estate.told(Estate.member) == ["activity.organiser"])
            let seen = try estate.json(.member, "GET", path)
            #expect(
                seen["activity"]?["organisers"]?.elements?.map(\.text)
                    == ["\(Estate.leader)", "\(Estate.member)"])
            _ = try estate.json(
                .member, "PUT", path, version: "*",
                Estate.body(["audience": "[\(audience)]", "bring": #""水杯""#]))
            let byOther = try estate.ask(
                .member, "DELETE", organisers + "/\(Estate.leader)")
            #expect(byOther.status == 403)
            let lead = try estate.ask(.leader, "DELETE", organisers + "/\(Estate.leader)")
            #expect(lead.status == 409 && lead.text.contains("organiser-stays"))
            _ = try estate.json(
                .leader, "DELETE", organisers + "/\(Estate.member)", is: 204)
            let after = try estate.ask(.member, "PUT", path, version: "*", Estate.body())
            #expect(after.status == 403)
        }
    }

    @Test("the organiser hands over to who helps, the committee to whom it chooses, with a reason")
    func handOver() async throws {
        try await Estate.with { estate async throws in
            let path = try estate.publish(.leader, Estate.body())
            let target = path + "/successor"
            let early = try estate.ask(.leader, "POST", target, Self.successor(Estate.member))
            #expect(early.status == 422 && early.text.contains("no-successor"))
            #expect(
                try estate.ask(.member, "POST", target, Self.successor(Estate.member)).status
                    == 403)
            _ = try estate.json(.leader, "POST", path + "/organisers", Self.person(Estate.member))
            let handed = try estate.json(.leader, "POST", target, Self.successor(Estate.member))
            #expect(handed["activity"]?["organiser"]?.text == "\(Estate.member)")
            #expect(handed["activity"]?["handed_over_because"]?.text == "搬家")
            #expect(try estate.told(Estate.member).last == "activity.successor")
            _ = try estate.json(.officer, "POST", target, Self.successor(Estate.neighbour))
            let seen = try estate.json(.neighbour, "GET", path)
            #expect(seen["activity"]?["organiser"]?.text == "\(Estate.neighbour)")
            #expect(
                try estate.ask(.stranger, "POST", target, Self.successor(Estate.member)).status
                    == 404)
            #expect(
                try estate.count(
                    "SELECT count(*) FROM linli.event WHERE kind = 'activity.succeeded'") == 2)
        }
    }

    @Test("guests of what is to come hear of a new organiser, once, and nobody else does")
    func guestsHear() async throws {
        try await Estate.with { estate async throws in
            let weekly = Estate.body(["rrule": #""FREQ=WEEKLY;COUNT=3""#])
            let path = try estate.publish(.leader, weekly)
            let other = try estate.publish(.leader, weekly)
            let all = try estate.occurrences(path)
            try estate.join(all[1], [Estate.neighbour])
            try estate.join(all[2], [Estate.neighbour])
            _ = try estate.json(.leader, "POST", path + "/organisers", Self.person(Estate.member))
            let target = path + "/successor"
            _ = try estate.json(.leader, "POST", target, Self.successor(Estate.member))
            #expect(try estate.told(Estate.neighbour) == ["activity.successor"])
            let notices = try estate.json(.neighbour, "GET", Estate.base + "/notices")["notices"]
            #expect(notices?.elements?.first?["text_zh"]?.text?.hasSuffix("换了发起人。") == true)
            #expect(notices?.elements?.first?["subject"]?["id"]?.text.map(path.hasSuffix) == true)

            // Past, over, lapsed, or elsewhere: not a guest of what is to come.
            try estate.api.clock.set(try #require(Instant("2026-03-11T00:00:00Z")))
            _ = try estate.json(.officer, "GET", Estate.path)
            try estate.api.database.superuser().run(
                """
                SELECT set_config('linli.instant', '\(estate.api.clock.now().microseconds)', false),
                    set_config('linli.principal', 'job', false),
                    set_config('linli.estate', '\(APIFixture.a)', false),
                    set_config('linli.job', 'reservation-sweep', false);
                UPDATE linli.reservation SET state = 'ended', ended_at = changed_at,
                    ended_as = 'closed'
                WHERE capacity_id = (SELECT capacity_id FROM linli.activity_occurrence
                    WHERE id = '\(all[2]["id"]?.text ?? "")')
                """)
            try estate.join(
                all[2], [Estate.neighbour], state: "held",
                until: Instant("2026-03-11T00:01:00Z"))
            try estate.api.clock.advance(by: .seconds(60))
            try estate.join(try estate.occurrences(other)[0], [Estate.neighbour])
            let before = try estate.told(Estate.leader)
            _ = try estate.json(.officer, "POST", target, Self.successor(Estate.leader))
            // The leader is told as one who looks after it.
            #expect(try estate.told(Estate.leader) == before + ["activity.successor"])
            #expect(try estate.told(Estate.neighbour) == ["activity.successor"])
        }
    }

    @Test("nobody tells guests of what is not about their activity")
    func guestsAreLeftAlone() async throws {
        try await Estate.with { estate async throws in
            let path = try estate.publish(.leader, Estate.body())
            try estate.join(try estate.occurrences(path).first, [Estate.neighbour])
            let activity = try #require(path.split(separator: "/").last.flatMap { UUID("\($0)") })
            let connection = try estate.estate.connect(
                person: Estate.member, account: APIFixture.wife)
            func tell(of subject: String, _ event: UUID) throws {
                try connection.run("BEGIN")
                _ = try connection.run(
                    AppendEvent(
                        EventDraft(id: event, kind: "activity.succeeded", audience: [.estate]) {
                            json in json.member("activity", subject)
                        }))
                _ = try connection.run(
                    NotifyGuests(.activitySuccessor, of: event, at: activity))
                try connection.run("COMMIT")
            }
            #expect {
                try tell(of: "\(APIFixture.id(0x5F))", APIFixture.id(0x5D))
            } throws: { error in
                "\(error)".contains("guests are told of what happens to their activity")
            }
            try connection.run("ROLLBACK")
            #expect(try estate.told(Estate.neighbour) == [])
            try tell(of: "\(activity)", APIFixture.id(0x5E))
            #expect(try estate.told(Estate.neighbour) == ["activity.successor"])
        }
    }

    /// Runs the job once; how many events of succession there are after it.
    private func succeed(_ estate: Estate) async throws -> Int64 {
        let clock = estate.api.clock
        let job = ActivitySuccessors.job(ids: UUIDGenerator(clock: clock)) {}
        try clock.advance(by: job.every)
        let configuration = estate.api.database.configuration
        try await withShard { shard in
            let pool = Database(configuration, clock: clock, on: shard.loop)
            let runner = JobRunner(
                [job], holder: APIFixture.id(0x77), pool, clock: clock,
                logger: Logger(label: "jobs"))
            do {
                // One run for each estate.
                #expect(try await runner.runDue(on: shard) == 2)
            } catch {
                await pool.close()
                throw error
            }
            await pool.close()
        }
        #expect(
            try estate.count("SELECT count(*) FROM linli.job_run WHERE outcome = 'done'") == 2)
        return try estate.count(
            "SELECT count(*) FROM linli.event WHERE kind = 'activity.succeeded'")
    }

    @Test(
        "when the organiser is here no more, the co-organiser of longest standing succeeds",
        arguments: [
            "UPDATE linli.person SET state = 'moved' WHERE id = '\(ActivityEstate.leader)'",
            "UPDATE linli.person SET state = 'suspended' WHERE id = '\(ActivityEstate.leader)'",
            """
            UPDATE linli.membership SET ends = '2026-03-02Z'
                WHERE person_id = '\(ActivityEstate.leader)';
            UPDATE linli.role_term SET ends = '2026-03-02Z'
                WHERE person_id = '\(ActivityEstate.leader)'
            """,
        ])
    func succession(_ change: String) async throws {
        try await Estate.with { estate async throws in
            let path = try estate.publish(
                .leader, Estate.body(["rrule": #""FREQ=WEEKLY;COUNT=4""#]))
            for person in [Estate.neighbour, Estate.member] {
                try estate.api.clock.advance(by: .seconds(60))
                _ = try estate.json(.leader, "POST", path + "/organisers", Self.person(person))
            }
            #expect(try await succeed(estate) == 0)
            try estate.api.database.superuser().run(change)
            try estate.api.clock.set(try #require(Instant("2026-03-02T00:00:00Z")))
            #expect(try await succeed(estate) == 1)
            #expect(try await succeed(estate) == 1)
            let seen = try estate.json(.neighbour, "GET", path)
            #expect(seen["activity"]?["organiser"]?.text == "\(Estate.neighbour)")
            #expect(
                seen["activity"]?["organisers"]?.elements?.map(\.text)
                    == ["\(Estate.neighbour)", "\(Estate.member)"])
            #expect(try estate.told(Estate.neighbour).last == "activity.organiser")
            #expect(try estate.told(Estate.member).last == "activity.successor")
        }
    }

    @Test("without a co-organiser the residents' committee looks after it, and is told")
    func committee() async throws {
        try await Estate.with { estate async throws in
            let role = #"[{"kind":"role","role":"stair_leader"}]"#
            let path = try estate.publish(.leader, Estate.body(["audience": role]))
            try estate.join(try estate.occurrences(path).first, [Estate.neighbour])
            // The officer enters, so that it has a person here.
            #expect(try estate.ask(.officer, "GET", path).status == 404)
            _ = try estate.json(.officer, "GET", Estate.path)
            try estate.api.database.superuser().run(
                "UPDATE linli.person SET state = 'dead' WHERE id = '\(Estate.leader)'")
            #expect(try await succeed(estate) == 1)
            let seen = try estate.json(.officer, "GET", path)
            let officer = seen["activity"]?["organiser"]?.text.flatMap { UUID($0) }
            #expect(try estate.told(try #require(officer)) == ["activity.organiser"])
            #expect(try estate.told(Estate.neighbour) == ["activity.successor"])
            _ = try estate.json(
                .officer, "POST", path + "/cancellation", #"{"because":"发起人去世"}"#)
        }
    }
}
