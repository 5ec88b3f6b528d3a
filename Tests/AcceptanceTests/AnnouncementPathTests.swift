import Foundation
import Support
import Testing

/// What the committee says, as each kind of reader meets it through the real command.
@Suite("Announcements from outside", .serialized, .timeLimit(.minutes(3)))
struct AnnouncementPathTests {
    private typealias Reader = Neighbourhood.Reader

    private static func with(_ body: (Neighbourhood) throws -> Void) async throws {
        try await TestDatabase.with { clone in
            let house = try Installation(on: clone)
            defer { house.remove() }
            try await house.start()
            try body(try await Neighbourhood(house))
            #expect(try await house.terminate() == 0)
        }
    }

    private func id(of answer: TestClient.Answer) throws -> String {
        #expect(answer.status == 201, "\(answer.text)")
        return try #require(try answer.object["id"] as? String)
    }

    @Test("a stair's announcement comes live to its stair and the committee, and to nobody else")
    func stair() async throws {
        try await Self.with { there in
            let inside: Set<Reader> = [.resident, .spouse, .neighbour, .committee]
            var streams: [Reader: LiveStream] = [:]
            for reader in Reader.allCases where reader != .stranger {
                streams[reader] = try there.stream(reader)
            }
            #expect(throws: Installation.Failure.self) { try there.stream(.stranger) }

            let stair = try there.stair("3号")
            let title = "三号楼明早停水"
            let published = try id(of: there.publish(title, to: ["kind": "place", "place": stair]))
            // Who is not told of the first has been told of nothing before the second.
            let fence = try id(of: there.publish("全体居民注意防火", to: ["kind": "everyone"]))
            for (reader, stream) in streams {
                let told = try stream.events(upTo: fence).map(\.announcement)
                #expect(told == (inside.contains(reader) ? [published, fence] : [fence]))
            }
            for reader in Reader.allCases {
                let sight = try there.sees(reader, published)
                #expect(sight == (inside.contains(reader) ? .all : .nothing), "\(reader)")
                let list = try there.ask(reader, "GET", there.announcements).text
                #expect(list.contains(title) == inside.contains(reader))
            }
            let outside = "/api/v1/estates/\(there.otherEstate)/announcements/\(published)"
            for reader in Reader.allCases {
                #expect(try there.ask(reader, "GET", outside).status == 404, "\(reader)")
            }
        }
    }

    @Test("read counts follow households: a couple is one, and others cannot count")
    func readCounts() async throws {
        try await Self.with { there in
            let audience = ["kind": "place", "place": try there.stair("3号")]
            let published = try id(of: there.publish("三号楼换门禁", to: audience))
            let path = "\(there.announcements)/\(published)"
            func counts() throws -> [Int?] {
                let answer = try there.ask(.committee, "GET", path + "/readers")
                #expect(answer.status == 200, "\(answer.text)")
                let object = try answer.object
                return ["persons", "households_read"].map { object[$0] as? Int }
            }
            #expect(try counts() == [0, 0])
            for (reader, expected) in [
                (Reader.resident, [1, 1]), (.spouse, [2, 1]), (.spouse, [2, 1]),
                (.neighbour, [3, 2]),
            ] {
                #expect(try there.ask(reader, "PUT", path + "/receipt").status == 204)
                #expect(try counts() == expected, "\(reader)")
                #expect(try !there.sees(reader, published).inbox)
            }
            for (reader, status) in [
                (Reader.elsewhere, 404), (.stranger, 404), (.visitor, 401),
            ] {
                #expect(try there.ask(reader, "PUT", path + "/receipt").status == status)
                #expect(try there.ask(reader, "GET", path + "/readers").status == status)
            }
            #expect(try there.ask(.resident, "GET", path + "/readers").status == 404)
            #expect(try counts() == [3, 2])
        }
    }

    @Test("a correction names its version, is told live, and keeps what was said")
    func corrected() async throws {
        try await Self.with { there in
            let audience = ["kind": "place", "place": try there.stair("3号")]
            let stream = try there.stream(.resident)
            let published = try id(of: there.publish("周六停电", to: audience))
            let path = "\(there.announcements)/\(published)"
            let tag = try #require(try there.ask(.resident, "GET", path)["etag"])
            #expect(try stream.events(upTo: published).map(\.kind) == ["announcement.published"])
            #expect(try there.ask(.committee, "PUT", path, there.wording("周日停电")).status == 428)
            let done = try there.ask(
                .committee, "PUT", path, there.wording("周日停电"), fields: [("If-Match", tag)])
            #expect(done.status == 200 && done["etag"] != tag, "\(done.text)")
            let told = try stream.events(upTo: published)
            #expect(told.map(\.kind) == ["announcement.corrected"])

            let stale = try there.ask(
                .committee, "PUT", path, there.wording("周一停电"), fields: [("If-Match", tag)])
            #expect(stale.status == 412 && stale["etag"] == done["etag"])
            let changed = try #require(try stale.object["changed"] as? [String])
            #expect(changed.contains("title_zh") && changed.contains("body_zh"))
            let now = try there.ask(.resident, "GET", path)
            let announcement = try #require(try now.object["announcement"] as? [String: Any])
            #expect(announcement["title_zh"] as? String == "周日停电")
            let history = try #require(try now.object["history"] as? [[String: Any]])
            #expect(history.map { $0["title_zh"] as? String } == ["周六停电"])
            for (reader, status) in [
                (Reader.resident, 404), (.elsewhere, 404), (.stranger, 404), (.visitor, 401),
            ] {
                let refused = try there.ask(
                    reader, "PUT", path, there.wording("我改"), fields: [("If-Match", "*")])
                #expect(refused.status == status, "\(reader)")
            }
        }
    }

    @Test("what is withdrawn is told live and gone for its readers; its publishers find the reason")
    func withdrawn() async throws {
        try await Self.with { there in
            let audience = ["kind": "place", "place": try there.stair("3号")]
            let streams = (try there.stream(.resident), try there.stream(.elsewhere))
            let published = try id(of: there.publish("停水通知", to: audience))
            let path = "\(there.announcements)/\(published)"
            let done = try there.ask(
                .committee, "POST", path + "/withdrawal", ["because": "发错了门牌"])
            #expect(done.status == 200, "\(done.text)")
            let fence = try id(of: there.publish("通知", to: ["kind": "estate"]))
            let told = try streams.0.events(upTo: fence).map(\.kind)
            let kinds = ["published", "withdrawn", "published"].map { "announcement." + $0 }
            #expect(told == kinds)
            #expect(try streams.1.events(upTo: fence).map(\.announcement) == [fence])
            for reader in [Reader.resident, .neighbour, .elsewhere, .stranger, .visitor] {
                #expect(try there.ask(reader, "GET", path).status == 404, "\(reader)")
                let list = try there.ask(reader, "GET", there.announcements + "?state=all")
                #expect(!list.text.contains(published), "\(reader)")
            }
            #expect(try there.ask(.committee, "GET", path).text.contains("发错了门牌"))
            let again = try there.ask(
                .committee, "PUT", path, there.wording("再发"), fields: [("If-Match", "*")])
            #expect(again.status == 409)
        }
    }

    @Test("a repeat under its key happens once, even after a restart; another request is refused")
    func repeated() async throws {
        try await TestDatabase.with { clone in
            let house = try Installation(on: clone)
            defer { house.remove() }
            try await house.start()
            let there = try await Neighbourhood(house)
            let key = [("Idempotency-Key", "notice-1")]
            let draft = there.draft("车库清洗", to: ["kind": "estate"])
            let first = try there.ask(.committee, "POST", there.announcements, draft, fields: key)
            let published = try id(of: first)
            let second = try there.ask(.committee, "POST", there.announcements, draft, fields: key)
            #expect(try await house.terminate() == 0)
            try await house.start()
            let third = try there.ask(.committee, "POST", there.announcements, draft, fields: key)
            for answer in [second, third] {
                #expect(answer.status == 201 && answer.body == first.body, "\(answer.text)")
                #expect(answer["location"] == first["location"])
                #expect(answer["idempotency-replayed"] == "true")
            }
            let other = there.draft("别的", to: ["kind": "estate"])
            let reused = try there.ask(.committee, "POST", there.announcements, other, fields: key)
            #expect(reused.status == 422)
            let list = try there.ask(.resident, "GET", there.announcements).text
            #expect(list.ranges(of: published).count == 1 && !list.contains("别的"))
            let missing = try TestClient(port: house.port).request(
                "POST", there.announcements, fields: [("Connection", "close")], body: "{}")
            #expect([400, 401].contains(missing.status))
            #expect(try await house.terminate() == 0)
        }
    }

    @Test("a public announcement reaches whoever opens the page, live, and no other estate's")
    func page() async throws {
        try await Self.with { there in
            let page = try there.house.request("GET", "/")
            #expect(page.status == 200 && page["content-type"]?.hasPrefix("text/html") == true)
            #expect(page["content-security-policy"]?.contains("default-src 'self'") == true)
            #expect(page.text.contains("/reference.html") && !page.text.contains("style=\""))
            for part in ["/app.js", "/common.js", "/style.css", "/icon.svg", "/reference.html"] {
                #expect(try there.house.request("GET", part).status == 200, "\(part)")
            }
            let stream = try there.stream(.visitor)
            let elsewhere = try LiveStream(there.house, estate: there.otherEstate, token: nil)
            let published = try id(of: there.publish("社区运动会", to: ["kind": "everyone"]))
            #expect(try stream.events(upTo: published).map(\.kind) == ["announcement.published"])
            #expect(try there.sees(.visitor, published).list)
            #expect(
                try there.ask(.visitor, "GET", "\(there.announcements)/\(published)").status == 200)

            let other = "/api/v1/estates/\(there.otherEstate)/announcements"
            let draft = there.draft("清涟苑义诊", to: ["kind": "everyone"])
            let theirs = try id(of: there.ask(.committee, "POST", other, draft))
            #expect(try elsewhere.events(upTo: theirs).map(\.announcement) == [theirs])
            #expect(try !there.ask(.visitor, "GET", other).text.contains(published))
            #expect(try !there.ask(.visitor, "GET", there.announcements).text.contains(theirs))
        }
    }

    @Test("who comes back to a stream is told what happened meanwhile, once")
    func resumed() async throws {
        try await Self.with { there in
            let audience = ["kind": "place", "place": try there.stair("3号")]
            let stream = try there.stream(.resident)
            let first = try id(of: there.publish("一", to: audience))
            let position = try #require(try stream.events(upTo: first).last?.position)
            let second = try id(of: there.publish("二", to: audience))
            let third = try id(of: there.publish("三", to: audience))
            let again = try there.stream(.resident, after: position)
            #expect(try again.events(upTo: third).map(\.announcement) == [second, third])
            // A position opens nothing: it is used by whoever has it, with the own rights.
            let theirs = try there.stream(.elsewhere, after: position)
            let fence = try id(of: there.publish("四", to: ["kind": "estate"]))
            #expect(try theirs.events(upTo: fence).map(\.announcement) == [fence])
        }
    }
}
