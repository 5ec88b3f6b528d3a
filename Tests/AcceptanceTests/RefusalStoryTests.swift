import Foundation
import Support
import Testing

/// What cannot be is refused in both languages, says what to do, and leaves nothing behind.
@Suite("Stories of bad input", .serialized, .timeLimit(.minutes(5)))
struct RefusalStoryTests {
    /// All that a refusal might have touched, as its people read it, by its path.
    private func everything(_ there: Gathering) throws -> [String: String] {
        var found: [String: String] = [:]
        for path in ["activities", "occurrences", "notices"] {
            found["organiser's \(path)"] = try there.get(.organiser, path).json
        }
        for path in ["reservations?state=all", "notices"] {
            found["neighbour's \(path)"] = try there.get(.neighbour, path).json
        }
        let events = try there.get(.organiser, "events?limit=100")["items"].elements
        found["events"] = events.map(\.id).joined(separator: "\n")
        return found
    }

    /// What of that has changed since.
    private func changes(_ there: Gathering, since before: [String: String]) throws -> [String] {
        try everything(there).filter { before[$0.key] != $0.value }.map(\.key).sorted()
    }

    @Test("a draft that cannot be names each fault, and is not kept")
    func drafts() async throws {
        let cases: [([String: Any], Int, String, String)] = [
            (
                ["starts": "2025-03-04T10:00", "ends": "2025-03-04T11:00"], 400, "invalid",
                "/starts"
            ),
            (
                ["starts": "2026-03-02T07:59", "ends": "2026-03-02T09:00"], 400, "invalid",
                "/starts"
            ),
            (
                ["starts": "2029-03-04T10:00", "ends": "2029-03-04T11:00"], 400, "invalid",
                "/starts"
            ),
            (["starts": "2026-02-30T10:00"], 400, "invalid", "/starts"),
            (["ends": "2026-03-04T10:00"], 400, "invalid", "/ends"),
            (["ends": "2026-03-19T10:00"], 400, "invalid", "/ends"),
            (["starts": "2026-03-04T10:00:00Z"], 400, "invalid", "/starts"),
            (["rrule": "FREQ=WEEKLY"], 422, "series-unbounded", "COUNT"),
            (["rrule": "FREQ=DAILY;COUNT=1000000"], 422, "series-too-long", "400"),
            (["rrule": "FREQ=DAILY;UNTIL=99991231T000000"], 422, "series-too-long", "400"),
            (["rrule": "FREQ=SECONDLY;COUNT=1000000"], 400, "invalid", "/rrule"),
            (["kind": "karaoke"], 400, "invalid", "/kind"),
            (["seats": [["kind": "sofa", "total": 2]]], 400, "invalid", "/seats/0/kind"),
            (["seats": [["kind": "adult", "total": -1]]], 400, "invalid", "/seats/0/total"),
            (["seats": [["kind": "adult", "total": 1e6]]], 400, "invalid", "/seats/0/total"),
            (["opens_minutes": 60, "closes_minutes": 90], 400, "invalid", "/opens_minutes"),
            (["audience": [["kind": "everyone"]]], 403, "may-not-invite", "居委会"),
        ]
        try await Gathering.with([.organiser, .neighbour]) { there in
            let before = try everything(there)
            for (members, status, code, word) in cases {
                let body = there.draft(members)
                let refused = try there.refusal(
                    .organiser, "POST", "activities", body, is: status)
                #expect(refused == code, "\(members)")
                let answer = try there.ask(.organiser, "POST", "activities", body)
                #expect(answer.text.contains(word), "\(answer.text)")
            }
            #expect(try changes(there, since: before) == [])
        }
    }

    @Test(
        "too early, too late, of another kind, twice: one does not join, and nobody's place moves")
    func joining() async throws {
        try await Gathering.with([.organiser, .neighbour, .volunteer]) { there in
            let window = there.draft(["opens_minutes": 2 * 1440, "closes_minutes": 60])
            let (_, meetings) = try there.publish(.organiser, window)
            let join = "occurrences/\(try #require(meetings.first))/reservations"
            let before = try everything(there)
            #expect(try there.refusal(.neighbour, join) == "booking-not-open")
            try there.clock("03-02T10:00")
            let me = try there.id(.neighbour)
            let others: [String: Any] = ["members": [["person": try there.id(.volunteer)]]]
            #expect(try there.refusal(.neighbour, join, others, is: 403) == "not-of-household")
            for (kind, code, status) in [
                ("wheelchair", "seat-kind-unknown", 409), ("sofa", "invalid", 400),
            ] {
                let group = ["members": [["person": me, "kind": kind]]]
                #expect(try there.refusal(.neighbour, join, group, is: status) == code)
            }
            try there.clock("03-04T09:00")
            #expect(try there.refusal(.neighbour, join) == "booking-over")
            try there.clock("03-04T10:00")
            #expect(["has-begun", "booking-over"].contains(try there.refusal(.neighbour, join)))

            try there.clock("03-04T08:59")
            #expect(try changes(there, since: before) == [])
            try there.get(.neighbour, "POST", join, [:], is: 201)
            #expect(try there.refusal(.neighbour, join) == "already-reserved")
        }
    }

    @Test("a code of another activity does not open this one, and still opens its own")
    func codes() async throws {
        try await Gathering.with([.organiser, .neighbour]) { there in
            let first = try #require(
                try there.publish(.organiser, there.draft()).meetings.first)
            let later = there.draft(["starts": "2026-03-04T12:00", "ends": "2026-03-04T13:00"])
            let second = try #require(try there.publish(.organiser, later).meetings.first)
            let place = try there.join(.neighbour, first)
            _ = try there.join(.neighbour, second)
            try there.clock("03-04T11:15")
            let made = try there.get(
                .neighbour, "POST", "reservations/\(place.id)/codes", [:], is: 201)
            let code = try #require(made["code"].text)
            let door = "occurrences/\(second)/attendance"
            #expect(
                try there.refusal(.organiser, door, ["code": code]) == "attendance-code-elsewhere")
            let unknown = code == "00000000" ? "00000001" : "00000000"
            #expect(
                try there.refusal(.organiser, door, ["code": unknown], is: 422)
                    == "attendance-code-unknown")
            try there.get(
                .organiser, "POST", "occurrences/\(first)/attendance", ["code": code])
        }
    }

    @Test("only the server's clock counts: neither a client's own nor a draft grown old moves it")
    func clocks() async throws {
        try await Gathering.with([.organiser, .neighbour]) { there in
            let drafted = try there.get(
                .organiser, "POST", "activities", there.draft(), is: 201)
            let (_, meetings) = try there.publish(.organiser, there.draft(["title_zh": "茶会"]))
            let join = "occurrences/\(try #require(meetings.first))/reservations"
            for date in ["Thu, 01 Jan 1970 00:00:00 GMT", "Fri, 31 Dec 2999 23:59:59 GMT"] {
                let made = try there.get(
                    .neighbour, "POST", join, [:], is: 201, fields: [("Date", date)])
                #expect(made["queued_at"].text?.hasPrefix("2026-03-02T00:") == true)
                try there.leave(.neighbour, made)
            }
            // What was drafted in time is published too late: not one meeting is laid down.
            try there.clock("03-04T10:00")
            let path = "activities/\(drafted["activity"].id)"
            let late = try there.refusal(
                .organiser, "POST", path + "/publication", [:], is: 400)
            #expect(late == "invalid")
            let draft = try there.get(.organiser, path)
            #expect(draft["activity"]["state"].text == "draft")
            #expect(draft["occurrences"].elements.isEmpty)
            let begun = "occurrences/\(try #require(meetings.first))"
            let edit = ["scope": "one", "starts": "2026-03-01T10:00", "ends": "2026-03-01T11:00"]
            let refused = try there.refusal(
                .organiser, "PUT", begun, edit, fields: [("If-Match", "*")])
            #expect(refused == "already-begun")
            let missing = try there.refusal(.organiser, "PUT", begun, edit, is: 428)
            #expect(missing == "if-match-missing")
        }
    }
}
