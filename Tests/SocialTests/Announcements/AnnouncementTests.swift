internal import Platform
internal import Support
import Testing

@testable internal import Social

@Suite("Announcements through the wire") struct AnnouncementTests {
    typealias Estate = AnnouncementEstate

    @Test("a stair's announcement is seen by its stair and the committee, and by nobody else")
    func stair() async throws {
        try await Estate.with { estate async throws in
            let path = try estate.publish(.leader, to: Estate.place(Estate.stair))
            #expect(try estate.readers(of: path) == [.leader, .member, .officer])
        }
    }

    @Test("who may read follows the audience")
    func audiences() async throws {
        try await Estate.with { estate async throws in
            let everyone = try estate.publish(.officer, to: #"{"kind":"everyone"}"#)
            #expect(try estate.readers(of: everyone) == Set(Estate.Reader.allCases))
            let all = try estate.publish(.officer, to: #"{"kind":"estate"}"#)
            #expect(
                try estate.readers(of: all) == [.leader, .member, .neighbour, .officer])
            let role = try estate.publish(
                .officer, to: #"{"kind":"role","role":"stair_leader"}"#)
            #expect(try estate.readers(of: role) == [.leader, .officer])
            let two = try estate.publish(
                .officer, to: Estate.place(Estate.stair) + "," + Estate.place(Estate.otherStair))
            #expect(try estate.readers(of: two) == [.leader, .member, .neighbour, .officer])
        }
    }

    @Test("a neighbour cannot publish, nor a stair leader past the own stair")
    func refusedPublishing() async throws {
        try await Estate.with { estate async throws in
            for (reader, audience, status) in [
                (Estate.Reader.neighbour, Estate.place(Estate.otherStair), 403),
                (.neighbour, #"{"kind":"everyone"}"#, 403),
                (.leader, Estate.place(Estate.otherStair), 403),
                (.leader, Estate.place(Estate.stair) + #",{"kind":"estate"}"#, 403),
                (.leader, Estate.place(APIFixture.id(0xA1)), 403),
                (.officer, Estate.place(APIFixture.id(0xA4)), 400),
                (.officer, Estate.place(APIFixture.id(0x99)), 400),
                (.officer, #"{"kind":"place"}"#, 400),
                (.stranger, #"{"kind":"everyone"}"#, 404),
                (.visitor, #"{"kind":"everyone"}"#, 401),
            ] {
                let answer = try estate.ask(
                    reader, "POST", Estate.path, key: UUID.random(),
                    body: Estate.draft(to: audience))
                #expect(answer.status == status, "\(reader) \(audience) \(answer.text)")
            }
            #expect(try estate.count("SELECT count(*) FROM linli.announcement") == 0)
            #expect(try estate.count("SELECT count(*) FROM linli.event") == 0)
        }
    }

    @Test("repeated under its key it is published once")
    func repeated() async throws {
        try await Estate.with { estate async throws in
            let draft = Estate.draft(to: Estate.place(Estate.stair))
            let first = try estate.ask(.leader, "POST", Estate.path, key: "k", body: draft)
            let second = try estate.ask(.leader, "POST", Estate.path, key: "k", body: draft)
            #expect(first.status == 201 && second.status == 201 && first.body == second.body)
            #expect(second["location"] == first["location"])
            #expect(try estate.count("SELECT count(*) FROM linli.announcement") == 1)
            #expect(try estate.count("SELECT count(*) FROM linli.event") == 1)
        }
    }

    @Test("a correction keeps what was said; one on an old version is told what changed")
    func corrected() async throws {
        try await Estate.with { estate async throws in
            let path = try estate.publish(.leader, to: Estate.place(Estate.stair))
            let tag = try estate.ask(.member, "GET", path)["etag"] ?? ""
            let done = try estate.ask(
                .leader, "PUT", path, key: "1", fields: [("If-Match", tag)],
                body: Estate.correction("停水改期"))
            #expect(done.status == 200 && done["etag"] != tag, "\(done.text)")
            let stale = try estate.ask(
                .officer, "PUT", path, key: "2", fields: [("If-Match", tag)],
                body: Estate.correction("别的"))
            #expect(stale.status == 412 && stale["etag"] == done["etag"])
            #expect(stale.text.contains(#""changed":["title_zh","body_zh"]"#), "\(stale.text)")
            let read = try estate.ask(.member, "GET", path)
            #expect(read["etag"] == done["etag"])
            #expect(read.text.contains("停水改期") && read.text.contains("停水通知"))
            let same = try estate.ask(
                .member, "GET", path, fields: [("If-None-Match", done["etag"] ?? "")])
            #expect(same.status == 304)
            for (reader, status) in [(Estate.Reader.member, 404), (.neighbour, 404)] {
                let refused = try estate.ask(
                    reader, "PUT", path, key: "3", fields: [("If-Match", "*")],
                    body: Estate.correction("我改"))
                #expect(refused.status == status)
            }
        }
    }

    @Test("withdrawn, it vanishes; its publishers still find it and the reason")
    func withdrawn() async throws {
        try await Estate.with { estate async throws in
            let path = try estate.publish(.officer, to: #"{"kind":"everyone"}"#)
            let body = #"{"because":"写错了"}"#
            let refused = try estate.ask(
                .leader, "POST", path + "/withdrawal", key: "1", body: body)
            #expect(refused.status == 404)
            let done = try estate.ask(
                .officer, "POST", path + "/withdrawal", key: "2", body: body)
            #expect(done.status == 200, "\(done.text)")
            for reader in Estate.Reader.allCases {
                #expect(try estate.ask(reader, "GET", Estate.path).text == Self.empty)
                let status = try estate.ask(reader, "GET", path).status
                #expect(status == (reader == .officer ? 200 : 404))
                let whole = try estate.ask(reader, "GET", Estate.path + "?state=all").text
                #expect(whole.contains("写错了") == (reader == .officer))
            }
            let again = try estate.ask(
                .officer, "PUT", path, key: "3", fields: [("If-Match", "*")],
                body: Estate.correction("再来"))
            #expect(again.status == 409)
        }
    }

    private static let empty = #"{"announcements":[]}"#

    @Test("it is there to the last microsecond of its term, and gone at its end")
    func term() async throws {
        try await Estate.with { estate async throws in
            let end = Instant("2026-03-02T08:00:00Z") ?? .epoch
            let path = try estate.publish(
                .leader, to: Estate.place(Estate.stair), ends: "2026-03-02T08:00:00Z")
            try estate.api.clock.set(end - .microseconds(1))
            #expect(try estate.ask(.member, "GET", path).status == 200)
            try estate.api.clock.set(end)
            #expect(try estate.ask(.member, "GET", path).status == 404)
            #expect(try estate.ask(.member, "GET", Estate.path).text == Self.empty)
        }
    }

    @Test("a household that read counts once; a correction is unread again")
    func readCounts() async throws {
        try await Estate.with { estate async throws in
            let inbox = "/api/v1/estates/\(APIFixture.a)/inbox"
            let path = try estate.publish(.officer, to: #"{"kind":"estate"}"#)
            #expect(try estate.ask(.member, "GET", inbox).text.contains("停水通知"))
            for (index, reader) in [Estate.Reader.leader, .member, .member].enumerated() {
                let answer = try estate.ask(reader, "PUT", path + "/receipt", key: "r\(index)")
                #expect(answer.status == 204)
            }
            #expect(try estate.ask(.member, "GET", inbox).text == Self.empty)
            #expect(try estate.ask(.neighbour, "GET", inbox).text.contains("停水通知"))
            let counts = try estate.ask(.officer, "GET", path + "/readers")
            #expect(
                counts.text == #"{"version":1,"persons":2,"households_read":1,"#
                    + #""households_current":1,"households_addressed":2}"#)
            #expect(try estate.ask(.leader, "GET", path + "/readers").status == 404)
            _ = try estate.ask(
                .officer, "PUT", path, key: "c", fields: [("If-Match", "*")],
                body: Estate.correction("停水改期"))
            #expect(try estate.ask(.member, "GET", inbox).text.contains("停水改期"))
            let after = try estate.ask(.officer, "GET", path + "/readers").text
            #expect(after.contains(#""households_read":1,"households_current":0"#), "\(after)")
        }
    }

    @Test("nobody gives a receipt for what cannot be read")
    func noReceipt() async throws {
        try await Estate.with { estate async throws in
            let path = try estate.publish(.leader, to: Estate.place(Estate.stair))
            let answer = try estate.ask(.neighbour, "PUT", path + "/receipt", key: "r")
            #expect(answer.status == 404)
            #expect(try estate.count("SELECT count(*) FROM linli.announcement_receipt") == 0)
        }
    }

    @Test("each change stands in the log for its audience, without what it says")
    func events() async throws {
        try await Estate.with { estate async throws in
            let path = try estate.publish(.leader, to: Estate.place(Estate.stair))
            _ = try estate.ask(
                .leader, "PUT", path, key: "1", fields: [("If-Match", "*")],
                body: Estate.correction("停水改期"))
            _ = try estate.ask(
                .leader, "POST", path + "/withdrawal", key: "2", body: #"{"because":"误发"}"#)
            let server = try estate.api.database.superuser()
            let rows = try server.run(
                OneCell<String>(
                    sql: """
                        SELECT concat_ws(' ', kind, array_to_string(audience, ','), payload)
                        FROM linli.event ORDER BY id
                        """))
            let id = path.split(separator: "/").last ?? ""
            let audience = "place:\(Estate.stair),officer,person:\(APIFixture.id(0xF1))"
            let expected = ["published", "corrected", "withdrawn"].enumerated().map {
                #"announcement.\#($1) \#(audience) {"announcement":"\#(id)","version":\#($0 + 1)}"#
            }
            #expect(rows == expected)
        }
    }

    @Test("pages follow one another, the pinned first, none twice and none left out")
    func pages() async throws {
        try await Estate.with { estate async throws in
            var published: [String] = []
            for index in 0..<7 {
                let path = try estate.publish(
                    .officer, to: #"{"kind":"everyone"}"#, isPinned: index == 0)
                published.insert(path.split(separator: "/").last.map(String.init) ?? "", at: 0)
                try estate.api.clock.advance(by: .seconds(1))
            }
            let pinned = published.removeLast()
            var target: String? = Estate.path + "?limit=3"
            var seen: [String] = []
            while let next = target, seen.count < 20 {
                let answer = try estate.ask(.visitor, "GET", next)
                #expect(answer.status == 200)
                seen += ids(in: answer.text)
                target = answer["link"].flatMap {
                    $0.split(separator: ">").first.map { String($0.dropFirst()) }
                }
            }
            #expect(seen == [pinned] + published)
        }
    }

    private func ids(in text: String) -> [String] {
        text.split(separator: #"{"id":""#).dropFirst().map { String($0.prefix(36)) }
    }

    @Test("a visitor finds the estates by name, and no estate is nowhere")
    func estates() async throws {
        try await Estate.with { estate async throws in
            let names = try estate.ask(.visitor, "GET", "/api/v1/estates").text
            #expect(names.contains("甲小区") && names.contains("乙小区"))
            let nowhere = "/api/v1/estates/\(APIFixture.id(0x99))/announcements"
            #expect(try estate.ask(.visitor, "GET", nowhere).status == 404)
            #expect(try estate.ask(.officer, "GET", nowhere).status == 404)
        }
    }
}
