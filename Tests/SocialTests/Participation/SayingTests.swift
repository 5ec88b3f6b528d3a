internal import Platform
internal import Support
import Testing

@testable internal import Social

@Suite("Comments and feedback, through the wire") struct SayingTests {
    typealias Estate = ParticipationEstate

    private func thread(_ estate: Estate, _ reader: Estate.Reader) throws -> [JSON] {
        try estate.json(reader, "GET", estate.activity + "/comments")["comments"]?.elements ?? []
    }

    private func say(
        _ estate: Estate, _ reader: Estate.Reader, _ words: String
    ) throws -> String {
        let made = try estate.json(
            reader, "POST", estate.activity + "/comments", is: 201, #"{"body":"\#(words)"}"#)
        return estate.activity + "/comments/\(made["id"]?.text ?? "")"
    }

    @Test("whoever sees the activity reads and writes its thread, the latest first")
    func comments() async throws {
        try await Estate.with { estate async throws in
            let first = try say(estate, .leader, "要带围裙吗？")
            let second = try say(estate, .neighbour, "不用。")
            for reader in [Estate.Reader.leader, .member, .neighbour] {
                let all = try thread(estate, reader)
                #expect(all.map { $0["body"]?.text } == ["不用。", "要带围裙吗？"])
                #expect(all.map { $0["author_name"]?.text } == ["李明", "张三"])
                #expect(all.map { $0["is_organiser"]?.bool } == [true, false])
            }
            #expect(try estate.told(Estate.neighbour) == ["comment.added"])
            #expect(
                try estate.ask(.stranger, "GET", estate.activity + "/comments").status == 404)
            #expect(try estate.ask(.visitor, "GET", estate.activity + "/comments").status == 401)
            // The author removes its own, an organiser any; the words are gone for good.
            #expect(try estate.ask(.member, "DELETE", first).status == 403)
            #expect(try estate.ask(.leader, "DELETE", second).status == 403)
            #expect(try estate.ask(.neighbour, "DELETE", first).status == 204)
            #expect(try estate.told(Estate.leader) == ["comment.removed"])
            #expect(try estate.ask(.neighbour, "DELETE", second).status == 204)
            #expect(try estate.ask(.neighbour, "DELETE", second).status == 404)
            let all = try thread(estate, .member)
            #expect(all.map { $0["body"]?.text } == [nil, nil])
            #expect(all.map { $0["removed_as"]?.text } == ["author", "steward"])
            #expect(
                try estate.estate.count(
                    "SELECT count(*) FROM linli.activity_comment WHERE body IS NOT NULL") == 0)
            #expect(
                try estate.estate.count(
                    "SELECT count(*) FROM linli.event WHERE payload::text LIKE '%围裙%'") == 0)
            #expect(estate.api.logged.lines.isEmpty)
        }
    }

    @Test("an author writes twenty an hour, a thread ends at its limit, a cancelled one at once")
    func bounded() async throws {
        try await Estate.with { estate async throws in
            let target = estate.activity + "/comments"
            let body = #"{"body":"好"}"#
            for _ in 0..<20 { _ = try say(estate, .leader, "好") }
            let refused = try estate.ask(.leader, "POST", target, body)
            #expect(refused.status == 429)
            #expect(refused["retry-after"] == "3600")
            _ = try say(estate, .member, "好")
            try estate.change(
                """
                INSERT INTO linli.activity_comment (estate_id, id, activity_id, author_id, body, at)
                SELECT c.estate_id, gen_random_uuid(), c.activity_id, c.author_id, '好',
                    '2026-02-01Z'
                FROM (SELECT * FROM linli.activity_comment LIMIT 1) AS c,
                    generate_series(1, \(Comments.threadMax - 22))
                """)
            _ = try say(estate, .member, "最后一条")
            #expect(try estate.refusal(.member, target, body) == "thread-full")
            let cancelled = #"{"because":"下雨"}"#
            try estate.json(.neighbour, "POST", estate.activity + "/cancellation", cancelled)
            #expect(try estate.refusal(.member, target, body) == "activity-cancelled")
            for words in ["", String(repeating: "长", count: 1001)] {
                #expect(
                    try estate.refusal(.member, target, #"{"body":"\#(words)"}"#) == "invalid")
            }
        }
    }

    @Test("those who came say how it was, once, after its end; its organisers read it")
    func feedback() async throws {
        try await Estate.with { estate async throws in
            let made = try estate.join(.leader)
            try estate.join(.member)
            let target = estate.meeting + "/feedback"
            let body = #"{"verdict":"good","body":"下次还来"}"#
            try estate.api.clock.set(Estate.begins)
            let here = #"{"reservation":"\#(made["id"]?.text ?? "")","person":"\#(Estate.leader)"}"#
            try estate.json(.neighbour, "POST", estate.meeting + "/attendance", here)
            #expect(try estate.refusal(.leader, target, body) == "not-over")
            try estate.api.clock.set(Estate.ends)
            #expect(try estate.refusal(.member, target, body) == "was-not-there")
            #expect(try estate.refusal(.stranger, target, body) == "not-found")
            #expect(try estate.refusal(.leader, target, #"{"verdict":"5"}"#) == "invalid")
            #expect(try estate.ask(.leader, "POST", target, body).status == 204)
            #expect(try estate.refusal(.leader, target, body) == "feedback-given")
            #expect(try estate.told(Estate.neighbour) == ["feedback.given"])
            let read = try estate.json(.neighbour, "GET", target)["feedback"]?.elements
            #expect(read?.map { $0["verdict"]?.text } == ["good"])
            #expect(read?.first?["body"]?.text == "下次还来")
            #expect(try estate.ask(.leader, "GET", target).status == 403)
            #expect(try estate.ask(.stranger, "GET", target).status == 404)
            #expect(estate.api.logged.lines.isEmpty)
        }
    }

    @Test("feedback ends 30 days after the end")
    func feedbackEnds() async throws {
        try await Estate.with { estate async throws in
            let made = try estate.join(.leader)
            try estate.api.clock.set(Estate.begins)
            let here = #"{"reservation":"\#(made["id"]?.text ?? "")","person":"\#(Estate.leader)"}"#
            try estate.json(.neighbour, "POST", estate.meeting + "/attendance", here)
            let last = Estate.ends + .seconds(30 * 86_400)
            try estate.api.clock.set(last)
            let target = estate.meeting + "/feedback"
            #expect(
                try estate.refusal(.leader, target, #"{"verdict":"poor"}"#) == "too-long-ago")
            try estate.api.clock.set(last - .microseconds(1))
            #expect(
                try estate.ask(.leader, "POST", target, #"{"verdict":"poor"}"#).status == 204)
        }
    }
}
