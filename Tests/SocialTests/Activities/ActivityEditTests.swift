internal import Platform
internal import Support
import Testing

@testable internal import Social

@Suite("Edits of activities through the wire") struct ActivityEditTests {
    typealias Estate = ActivityEstate

    private static let weekly = ["rrule": #""FREQ=WEEKLY;COUNT=4""#]

    private static func body(_ members: [String: String] = [:]) -> String {
        Estate.body(weekly.merging(members) { $1 })
    }

    @Test("an edit of all moves every meeting to come, and everybody keeps the place")
    func all() async throws {
        try await Estate.with { estate async throws in
            let path = try estate.publish(.leader, Self.body())
            let before = try estate.occurrences(path)
            try estate.join(before[1], [Estate.neighbour])
            let begins = try #require(Instant("2026-03-03T11:00:01Z"))
            try estate.api.clock.set(begins)
            let changed = try estate.json(
                .leader, "PUT", path, version: try estate.tag(.leader, path),
                Self.body([
                    "starts": #""2026-03-03T19:30""#, "ends": #""2026-03-03T21:00""#,
                    "title_zh": #""夜练太极""#,
                ]))
            #expect(changed["moved"]?.elements?.count == 3)
            #expect(changed["occurrences"]?.integer == 0)
            #expect(changed["cancelled"]?.elements?.isEmpty == true)
            let after = try estate.occurrences(path)
            #expect(after.map { $0["id"] } == before.map { $0["id"] })
            #expect(
                after.map { $0["begins"]?.text } == [
                    "2026-03-03T11:00:00Z", "2026-03-10T11:30:00Z", "2026-03-17T11:30:00Z",
                    "2026-03-24T11:30:00Z",
                ])
            #expect(after[1]["recurrence"]?.text == "2026-03-10T19:00")
            #expect(after.map { $0["sequence"]?.integer } == [0, 1, 1, 1])
            #expect(after[1]["title_zh"]?.text == "夜练太极")
            #expect(after[1]["seats"]?.elements?.first?["free"]?.integer == 19)
            #expect(try estate.told(Estate.neighbour) == ["activity.changed"])
            #expect(
                try estate.count(
                    """
                    SELECT count(*) FROM linli.capacity AS c JOIN linli.activity_occurrence AS o
                    ON o.capacity_id = c.id WHERE c.begins = o.begins AND c.ends = o.ends
                    """) == 4)
        }
    }

    @Test("meetings with guests vanish only when that is said with a reason, and all are told")
    func vanishing() async throws {
        try await Estate.with { estate async throws in
            let path = try estate.publish(.leader, Self.body())
            let before = try estate.occurrences(path)
            try estate.join(before[3], [Estate.neighbour])
            let shorter = ["rrule": #""FREQ=WEEKLY;COUNT=2""#]
            let refused = try estate.ask(
                .leader, "PUT", path, version: "*", Self.body(shorter))
            #expect(refused.status == 409, "\(refused.text)")
            #expect(refused.text.contains("guests-would-lose-places"))
            #expect(refused.text.contains("2026-03-24T19:00"))
            #expect(!refused.text.contains("2026-03-17T19:00"))
            #expect(try estate.occurrences(path).allSatisfy { $0["state"]?.text == "scheduled" })
            let noReason = try estate.ask(
                .leader, "PUT", path, version: "*",
                Self.body(shorter.merging(["cancels": "true"]) { $1 }))
            #expect(noReason.status == 409)
            let changed = try estate.json(
                .leader, "PUT", path, version: "*",
                Self.body(
                    shorter.merging(["cancels": "true", "because": #""老师出差""#]) { $1 }))
            #expect(changed["cancelled"]?.elements?.count == 2)
            let after = try estate.occurrences(path)
            #expect(
                after.map { $0["state"]?.text } == [
                    "scheduled", "scheduled", "cancelled", "cancelled",
                ])
            #expect(after[3]["cancelled_because"]?.text == "老师出差")
            #expect(try estate.told(Estate.neighbour) == ["reservation.closed"])
        }
    }

    @Test("a wider rule lays down what is new, and nothing that was called off comes back")
    func widening() async throws {
        try await Estate.with { estate async throws in
            let path = try estate.publish(.leader, Self.body())
            let second = try estate.occurrences(path)[1]
            _ = try estate.json(
                .leader, "POST", Estate.path(of: second) + "/cancellation", #"{"because":"下雨"}"#)
            let changed = try estate.json(
                .leader, "PUT", path, version: "*", Self.body(["rrule": #""FREQ=WEEKLY;COUNT=6""#]))
            #expect(changed["occurrences"]?.integer == 2)
            let after = try estate.occurrences(path)
            #expect(after.count == 6)
            #expect(after.filter { $0["state"]?.text == "cancelled" }.count == 1)
            #expect(try estate.count("SELECT count(*) FROM linli.capacity") == 6)
        }
    }

    @Test("one meeting gets a time and words of its own, and an edit of all leaves them")
    func one() async throws {
        try await Estate.with { estate async throws in
            let path = try estate.publish(.leader, Self.body())
            let second = try estate.occurrences(path)[1]
            try estate.join(second, [Estate.neighbour])
            let target = Estate.path(of: second)
            let edit = #"""
                {"scope":"one","starts":"2026-03-11T09:00","ends":"2026-03-11T10:00",
                "title_zh":"改到周三","body_zh":"仅此一次。"}
                """#
            let stale = try estate.ask(.leader, "PUT", target, version: "\"7\"", edit)
            #expect(stale.status == 412)
            let other = try estate.ask(.member, "PUT", target, version: "*", edit)
            #expect(other.status == 403 && other.text.contains("organisers-only"))
            let changed = try estate.json(
                .leader, "PUT", target, version: try estate.tag(.leader, target), edit)
            #expect(changed["occurrence"]?["begins"]?.text == "2026-03-11T01:00:00Z")
            #expect(changed["occurrence"]?["sequence"]?.integer == 1)
            #expect(
                changed["occurrence"]?["overrides"]?.elements?.map(\.text) == ["time", "words"])
            #expect(try estate.told(Estate.neighbour) == ["reservation.moved"])
            _ = try estate.json(
                .leader, "PUT", path, version: "*",
                Self.body(["starts": #""2026-03-03T18:00""#, "ends": #""2026-03-03T19:00""#]))
            let after = try estate.occurrences(path)
            #expect(
                after.map { $0["begins"]?.text } == [
                    "2026-03-03T10:00:00Z", "2026-03-11T01:00:00Z", "2026-03-17T10:00:00Z",
                    "2026-03-24T10:00:00Z",
                ])
            #expect(after[1]["title_zh"]?.text == "改到周三")
        }
    }

    @Test("this one and all that follow become an activity of their own, with whoever holds seats")
    func following() async throws {
        try await Estate.with { estate async throws in
            let path = try estate.publish(.leader, Self.body())
            let before = try estate.occurrences(path)
            try estate.join(before[0], [Estate.member])
            try estate.join(before[3], [Estate.neighbour])
            let changed = try estate.json(
                .leader, "PUT", Estate.path(of: before[2]), version: "*",
                #"""
                {"scope":"following","starts":"2026-03-17T20:00","ends":"2026-03-17T21:00",
                "title_zh":"晚场","body_zh":"以后都在晚上。"}
                """#)
            let part = changed["activity"]
            #expect(part?["split_from"]?.text.map { path.hasSuffix($0) } == true)
            #expect(changed["moved"]?.elements?.count == 2)
            let old = try estate.json(.leader, "GET", path)
            #expect(
                old["occurrences"]?.elements?.map { $0["id"] } == before[0...1].map { $0["id"] })
            #expect(
                old["activity"]?["rrule"]?.text?.contains("UNTIL=20260317T185900") == true,
                "\(old["activity"]?["rrule"]?.text ?? "")")
            let newPath = "\(Estate.path)/\(part?["id"]?.text ?? "")"
            let later = try estate.occurrences(newPath)
            #expect(later.map { $0["id"] } == before[2...3].map { $0["id"] })
            #expect(
                later.map { $0["begins"]?.text } == [
                    "2026-03-17T12:00:00Z", "2026-03-24T12:00:00Z",
                ])
            #expect(later[1]["seats"]?.elements?.first?["free"]?.integer == 19)
            #expect(try estate.told(Estate.neighbour) == ["activity.changed"])
            #expect(try estate.told(Estate.member) == [])
            // Both go on being edited, each by its own rule.
            _ = try estate.json(
                .leader, "PUT", Estate.path(of: later[1]), version: "*",
                #"{"scope":"one","place_text":"凉亭"}"#)
            _ = try estate.json(
                .leader, "POST", newPath + "/cancellation", #"{"because":"停办"}"#)
            #expect(try estate.told(Estate.neighbour).last == "reservation.closed")
            let stands = try estate.occurrences(path)
            #expect(stands.allSatisfy { $0["state"]?.text == "scheduled" })
        }
    }

    @Test("who has something else after a move keeps both, and is named and told")
    func clashes() async throws {
        try await Estate.with { estate async throws in
            let first = try estate.publish(.leader, Estate.body())
            let second = try estate.publish(
                .member,
                Estate.body(["starts": #""2026-03-04T19:00""#, "ends": #""2026-03-04T20:00""#]))
            try estate.join(try estate.occurrences(first).first, [Estate.neighbour])
            let other = try estate.occurrences(second).first
            try estate.join(other, [Estate.neighbour])
            let changed = try estate.json(
                .member, "PUT", Estate.path(of: other), version: "*",
                #"{"scope":"one","starts":"2026-03-03T19:30","ends":"2026-03-03T20:00"}"#)
            #expect(
                changed["clashes"]?.elements?.map { $0["person"]?.text }
                    == ["\(Estate.neighbour)"])
            #expect(try estate.told(Estate.neighbour) == ["reservation.clash"])
            #expect(
                try estate.count(
                    "SELECT count(*) FROM linli.reservation WHERE state = 'confirmed'") == 2)
        }
    }

    @Test("seats never shrink below what is held, unless who goes back to the queue is named")
    func seats() async throws {
        try await Estate.with { estate async throws in
            let path = try estate.publish(
                .leader, Self.body(["seats": #"[{"kind":"adult","total":2}]"#]))
            let one = try estate.occurrences(path)[0]
            let target = Estate.path(of: one) + "/capacity"
            let kept = try estate.join(one, [Estate.member])
            try estate.api.clock.advance(by: .seconds(1))
            let leaving = try estate.join(one, [Estate.neighbour])
            let fewer = #"{"seats":[{"kind":"adult","total":1}]}"#
            let refused = try estate.ask(.leader, "PUT", target, version: "*", fewer)
            #expect(refused.status == 409 && refused.text.contains("below-held"), "\(refused.text)")
            let all = try estate.ask(
                .leader, "PUT", path, version: "*",
                Self.body(["seats": #"[{"kind":"adult","total":1}]"#]))
            #expect(all.status == 409 && all.text.contains("2026-03-03T19:00"), "\(all.text)")
            let both = #"""
                {"seats":[{"kind":"adult","total":1}],"leaving":["\#(kept)","\#(leaving)"],
                "because":"场地小了"}
                """#
            let tooMany = try estate.ask(.leader, "PUT", target, version: "*", both)
            #expect(tooMany.status == 409 && tooMany.text.contains("need-not-leave"))
            let named = #"""
                {"seats":[{"kind":"adult","total":1}],"leaving":["\#(leaving)"],"because":"场地小了"}
                """#
            let changed = try estate.json(.leader, "PUT", target, version: "*", named)
            #expect(changed["occurrence"]?["waiting"]?.integer == 1)
            #expect(changed["occurrence"]?["overrides"]?.elements?.map(\.text) == ["seats"])
            #expect(try estate.told(Estate.neighbour) == ["reservation.released"])
            // More seats go to who waits, at every meeting that has none of its own.
            _ = try estate.json(
                .leader, "PUT", path, version: "*",
                Self.body(["seats": #"[{"kind":"adult","total":5}]"#]))
            let after = try estate.occurrences(path)
            #expect(
                after.map { $0["seats"]?.elements?.first?["total"]?.integer } == [1, 5, 5, 5])
        }
    }

    /// How the queue of each meeting of the estate is served, in order of begin.
    private func queues(_ estate: Estate) throws -> [String] {
        try estate.api.database.superuser().run(
            OneCell<String>(
                sql: """
                    SELECT offer_minutes || ' ' || array_to_string(cancel_minutes, ',') || ' '
                        || waiting_max || ' '
                        || extract(epoch FROM begins - closes_at)::integer / 60
                    FROM linli.capacity
                    ORDER BY begins
                    """))
    }

    @Test("how seats are given changes at every meeting to come; running offers keep their time")
    func giving() async throws {
        try await Estate.with { estate async throws in
            let seats = #"[{"kind":"adult","total":1,"cancel_minutes":60}]"#
            let path = try estate.publish(.leader, Self.body(["seats": seats]))
            let all = try estate.occurrences(path)
            let until = try #require(Instant("2026-03-03T09:00:00Z"))
            let offered = try estate.join(all[1], [Estate.neighbour], state: "held", until: until)
            _ = try estate.json(
                .leader, "PUT", Estate.path(of: all[2]) + "/capacity", version: "*",
                #"{"seats":[{"kind":"adult","total":3}]}"#)
            try estate.api.clock.set(try #require(Instant("2026-03-03T07:00:00Z")))
            _ = try estate.json(
                .leader, "PUT", Estate.path(of: all[3]), version: "*",
                #"{"scope":"one","starts":"2026-03-25T19:00","ends":"2026-03-25T20:00"}"#)
            #expect(try queues(estate) == Array(repeating: "120 60 50 0", count: 4))
            try estate.api.clock.set(try #require(Instant("2026-03-03T08:00:00Z")))
            let given = #"[{"kind":"adult","total":1,"cancel_minutes":90}]"#
            let changed = try estate.json(
                .leader, "PUT", path, version: "*",
                Self.body([
                    "seats": given, "offer_minutes": "15", "waiting_max": "3",
                    "closes_minutes": "30",
                ]))
            #expect(changed["moved"]?.elements?.isEmpty == true)
            #expect(try queues(estate) == Array(repeating: "15 90 3 30", count: 4))
            #expect(
                try estate.count(
                    """
                    SELECT count(*) FROM linli.reservation
                    WHERE id = \(offered) AND state = 'held' AND until = \(until)
                    """) == 1)
            #expect(try estate.told(Estate.neighbour) == ["activity.changed"])
            // What has begun stays as it was.
            try estate.api.clock.set(try #require(Instant("2026-03-03T11:00:00Z")))
            _ = try estate.json(
                .leader, "PUT", path, version: "*",
                Self.body(["seats": given, "offer_minutes": "20", "waiting_max": "3"]))
            #expect(try queues(estate) == ["15 90 3 30"] + Array(repeating: "20 90 3 0", count: 3))
        }
    }

    @Test("how seats are given changes from one meeting on, and never for one alone")
    func givingFollowing() async throws {
        try await Estate.with { estate async throws in
            let path = try estate.publish(.leader, Self.body(["opens_minutes": "600"]))
            let third = try estate.occurrences(path)[2]
            let target = Estate.path(of: third)
            for (scope, more, pointer) in [
                ("one", #""offer_minutes":15"#, "/scope"),
                ("following", #""closes_minutes":600"#, "/opens_minutes"),
                ("following", #""offer_minutes":4"#, "/offer_minutes"),
                ("following", #""cancel_minutes":43201"#, "/cancel_minutes"),
            ] {
                let refused = try estate.ask(
                    .leader, "PUT", target, version: "*", #"{"scope":"\#(scope)",\#(more)}"#)
                #expect(refused.status == 400, "\(refused.text)")
                #expect(refused.text.contains(#""pointer":"\#(pointer)""#), "\(refused.text)")
            }
            #expect(try queues(estate) == Array(repeating: "120 120 50 0", count: 4))
            let changed = try estate.json(
                .leader, "PUT", target, version: "*",
                #"""
                {"scope":"following","offer_minutes":15,"waiting_max":0,"cancel_minutes":30,
                "closes_minutes":10}
                """#)
            #expect(changed["activity"]?["offer_minutes"]?.integer == 15)
            #expect(changed["activity"]?["opens_minutes"]?.integer == 600)
            let (before, after) = ("120 120 50 0", "15 30 0 10")
            #expect(try queues(estate) == [before, before, after, after])
        }
    }

    @Test("an edit of an old version names what changed since")
    func stale() async throws {
        try await Estate.with { estate async throws in
            let path = try estate.publish(.leader, Self.body())
            let tag = try estate.tag(.leader, path)
            _ = try estate.json(
                .leader, "PUT", path, version: tag, Self.body(["bring": #""扇子""#]))
            let answer = try estate.ask(
                .leader, "PUT", path, version: tag, Self.body(["cost_note": #""五元""#]))
            #expect(answer.status == 412)
            #expect(answer.text.contains(#""changed":["bring"]"#), "\(answer.text)")
            let missing = try estate.ask(.leader, "PUT", path, Self.body())
            #expect(missing.status == 428)
        }
    }
}
