import Logging
import Platform
import Realtime
import Support
import Testing

@testable import Social

@Suite("Event streams")
struct EventStreamTests {
    private static let path = EventServing.path

    /// A reader of the stream that has got its first word.
    private func open(
        _ fixture: APIFixture, as account: UUID?, after id: String? = nil
    ) throws -> (client: TestClient, cursor: String) {
        let client = try TestClient(port: fixture.server.port)
        var request = "GET \(Self.path)/stream HTTP/1.1\r\nHost: localhost\r\n"
        for (name, value) in fixture.fields(account, nil, nil) {
            request += "\(name): \(value)\r\n"
        }
        if let id { request += "Last-Event-ID: \(id)\r\n" }
        client.send(request + "\r\n")
        let head = try client.head()
        #expect(head.status == 200)
        #expect(head["content-type"] == "text/event-stream")
        _ = try client.line(endingWith: "retry: 2000\n\n")
        let first = try message(client)
        #expect(first.name == "served")
        return (client, first.id)
    }

    /// The next message; chunk framing, which carries no such lines, is passed over.
    private func message(_ client: TestClient) throws -> (id: String, name: String, data: String) {
        var (id, name) = ("", "")
        while true {
            let line = try client.line(endingWith: "\n").filter { $0 != "\n" && $0 != "\r\n" }
            if line.hasPrefix("id: ") { id = String(line.dropFirst(4)) }
            if line.hasPrefix("event: ") { name = String(line.dropFirst(7)) }
            if line.hasPrefix("data: ") { return (id, name, String(line.dropFirst(6))) }
        }
    }

    @Test("a reader gets what another's transaction wrote, live; who may not see it does not")
    func live() async throws {
        try await EventServing.with { fixture in
            let leader = try open(fixture, as: APIFixture.resident)
            let neighbour = try open(fixture, as: APIFixture.wife)
            let visitor = try open(fixture, as: nil)
            let ids = try await fixture.append([.role("stair_leader"), .everyone])
            #expect(try message(leader.client).data.contains(ids[0].description))
            #expect(try message(leader.client).data.contains(ids[1].description))
            #expect(try message(neighbour.client).data.contains(ids[1].description))
            #expect(try message(visitor.client).data.contains(ids[1].description))
        }
    }

    @Test("who resumes with Last-Event-ID gets exactly the rest")
    func resume() async throws {
        try await EventServing.with { fixture in
            let first = try open(fixture, as: APIFixture.resident)
            let ids = try await fixture.append([.everyone, .estate, .everyone])
            let seen = try message(first.client)
            #expect(seen.data.contains(ids[0].description))
            let second = try open(fixture, as: APIFixture.resident, after: seen.id)
            for id in ids[1...] {
                #expect(try message(second.client).data.contains(id.description))
            }
            let again = try open(fixture, as: APIFixture.resident, after: first.cursor)
            for id in ids { #expect(try message(again.client).data.contains(id.description)) }
        }
    }

    @Test("pages go on where the last one ended, and the stream after them")
    func pages() async throws {
        try await EventServing.with { fixture in
            let witness = try open(fixture, as: APIFixture.resident)
            let ids = try await fixture.append([.everyone, .role("stair_leader"), .everyone])
            for _ in ids { _ = try message(witness.client) }
            let page = try fixture.request(
                "GET", "\(Self.path)?limit=2", as: APIFixture.resident)
            #expect(page.status == 200)
            let value = try JSON(parsing: page.body)
            #expect(
                value["items"]?.elements?.map { $0["id"]?.text } == ids[..<2].map(\.description))
            #expect(value["has_more"]?.bool == true)
            let cursor = try #require(value["cursor"]?.text)
            let rest = try fixture.request(
                "GET", "\(Self.path)?cursor=\(cursor)", as: APIFixture.resident)
            let last = try JSON(parsing: rest.body)
            #expect(last["items"]?.elements?.map { $0["id"]?.text } == [ids[2].description])
            #expect(last["has_more"]?.bool == false)
            let stream = try open(fixture, as: APIFixture.resident, after: cursor)
            #expect(try message(stream.client).data.contains(ids[2].description))
            let visitor = try JSON(parsing: try fixture.request("GET", Self.path).body)
            #expect(visitor["items"]?.elements?.count == 2)
            #expect(fixture.logged.lines.isEmpty)
        }
    }

    @Test("a cursor that is none of ours, and a session that is none, are refused")
    func refusals() async throws {
        try await EventServing.with { fixture in
            for target in ["\(Self.path)?cursor=garbage", "\(Self.path)/stream?cursor=garbage"] {
                let answer = try fixture.request("GET", target, as: APIFixture.resident)
                #expect(answer.status == 400)
                #expect(try JSON(parsing: answer.body)["code"]?.text == "cursor-invalid")
            }
            let resumed = try fixture.request(
                "GET", "\(Self.path)/stream", fields: [("Last-Event-ID", "garbage")])
            #expect(resumed.status == 400)
            let unknown = try fixture.request(
                "GET", "\(Self.path)/stream", fields: [("Authorization", "Bearer nobody")])
            #expect(unknown.status == 401)
            let outside = try fixture.request(
                "GET", "\(Self.path)/stream", as: APIFixture.stranger)
            #expect(outside.status == 404)
            let nowhere = "/api/v1/estates/\(APIFixture.id(0x99))/events"
            for target in [nowhere, nowhere + "/stream"] {
                #expect(try fixture.request("GET", target).status == 404)
                #expect(try fixture.request("GET", target, as: APIFixture.resident).status == 404)
            }
        }
    }

    @Test("a stream ends when the server stops, and says that the reader should resume")
    func drain() async throws {
        try await EventServing.with { fixture in
            let reader = try open(fixture, as: APIFixture.resident)
            await fixture.stopEvents()
            let last = try message(reader.client)
            #expect(last.name == "resume")
            #expect(!last.id.isEmpty)
        }
    }

    @Test("the reminder finds a session that was revoked, and the stream ends")
    func revoked() async throws {
        try await EventServing.with { fixture in
            let reader = try open(fixture, as: APIFixture.resident)
            await fixture.remindAll()
            #expect(try message(reader.client).name == "served")
            let out = try fixture.request("POST", "/api/v1/sign-out", as: APIFixture.resident)
            #expect(out.status == 204)
            await fixture.remindAll()
            #expect(try message(reader.client).name == "ended")
        }
    }

    @Test(
        "a role opens nothing more from the instant at which its term ends, in a stream that runs")
    func termEnds() async throws {
        let prepare = "UPDATE linli.role_term SET ends = '2026-03-02Z'"
        try await EventServing.with(prepare: prepare) { fixture in
            let leader = try open(fixture, as: APIFixture.resident)
            try fixture.clock.set(try #require(Instant("2026-03-01T23:59:59.999999Z")))
            let last = try await fixture.append([.role("stair_leader")])
            #expect(try message(leader.client).data.contains(last[0].description))
            try fixture.clock.set(try #require(Instant("2026-03-02T00:00:00Z")))
            let ids = try await fixture.append([.role("stair_leader"), .everyone])
            #expect(try message(leader.client).data.contains(ids[1].description))
            // Nor what it opened before: resuming and pages ask for the rights of this moment, too.
            let resumed = try open(fixture, as: APIFixture.resident, after: leader.cursor)
            #expect(try message(resumed.client).data.contains(ids[1].description))
            let page = try fixture.request("GET", Self.path, as: APIFixture.resident)
            #expect(page.text.contains(ids[1].description))
            for id in [last[0], ids[0]] { #expect(!page.text.contains(id.description)) }
        }
    }

    @Test("no number of the log shows in a page or a stream, and every cursor has one length")
    func opaque() async throws {
        try await EventServing.with { fixture in
            let stream = try open(fixture, as: nil)
            let unseen: [EventAudience] = Array(repeating: .role("stair_leader"), count: 120)
            let ids = try await fixture.append(unseen + [.everyone])
            let seen = try message(stream.client)
            #expect(seen.data.contains(ids[120].description))
            let page = try fixture.request("GET", Self.path)
            let value = try JSON(parsing: page.body)
            let cursor = try #require(value["cursor"]?.text)
            #expect(Set([stream.cursor, seen.id, cursor].map(\.utf8.count)).count == 1)
            #expect(Set([stream.cursor, seen.id, cursor]).count == 3)
            let members = Set(["id", "kind", "at", "by", "actor", "about", "payload"])
            let listed = try #require(value["items"]?.elements)
            for event in try [JSON(parsing: Array(seen.data.utf8))] + listed {
                #expect(Set(event.memberNames).isSubset(of: members))
            }
            #expect(Set(value.memberNames) == ["items", "cursor", "has_more"])
        }
    }

    @Test("a subscription ends when its reader goes")
    func gone() async throws {
        try await EventServing.with { fixture in
            do {
                let reader = try open(fixture, as: nil)
                #expect(await fixture.subscriberCount == 1)
                reader.client.endSending()
                _ = reader.client.closes()
            }
            await fixture.subscribers(become: 0)
        }
    }
}

extension JSON {
    fileprivate var memberNames: [String] {
        if case .object(let members) = self { Array(members.keys) } else { [] }
    }
}
