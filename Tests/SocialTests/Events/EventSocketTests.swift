import Platform
import Realtime
import Support
import Testing

@testable import Social

@Suite("Event sockets")
struct EventSocketTests {
    private static let path = EventServing.path + "/socket"

    private struct Opened {
        var client: TestClient
        var cursor: String
    }

    private func upgrade(
        _ fixture: APIFixture, _ target: String = path, fields: [(String, String)] = []
    ) throws -> (client: TestClient, answer: TestClient.Answer) {
        let client = try TestClient(port: fixture.server.port)
        client.send(TestClient.upgradeRequest(target, fields: fields))
        return (client, try client.answer())
    }

    /// A reader that has said where it begins and was told up to where it is served.
    private func open(
        _ fixture: APIFixture, as account: UUID?, saying greeting: String? = "{}",
        cursor: String? = nil
    ) throws -> Opened {
        let target = Self.path + (cursor.map { "?cursor=\($0)" } ?? "")
        let (client, answer) = try upgrade(
            fixture, target, fields: fixture.fields(account, nil, nil))
        #expect(answer.status == 101, "\(answer.text)")
        if let greeting, cursor == nil { client.send(ClientFrame.text(greeting).bytes) }
        let first = try message(client)
        #expect(first.type == "served")
        return Opened(client: client, cursor: first.cursor)
    }

    private func message(
        _ client: TestClient
    ) throws -> (type: String, cursor: String, event: String?) {
        var frame = try client.frame()
        // A slow machine may be pinged before it is told.
        while frame.opcode == 9 { frame = try client.frame() }
        try #require(frame.opcode == 1, "\(frame.closeCode ?? 0) \(frame.closeReason)")
        let json = try JSON(parsing: frame.payload)
        return (
            try #require(json["type"]?.text), try #require(json["cursor"]?.text),
            json["event"]?["id"]?.text
        )
    }

    /// The id of the next event; a slow machine may have a heartbeat come before it.
    private func event(_ client: TestClient) throws -> String? {
        while true {
            let next = try message(client)
            if next.type == "event" { return next.event }
        }
    }

    @Test("a reader gets what another's transaction wrote, live; who may not see it does not")
    func live() async throws {
        try await EventServing.with { fixture in
            let leader = try open(fixture, as: APIFixture.resident)
            let neighbour = try open(fixture, as: APIFixture.wife)
            let visitor = try open(fixture, as: nil)
            let ids = try await fixture.append([.role("stair_leader"), .everyone])
            for id in ids { #expect(try event(leader.client) == id.description) }
            for reader in [neighbour, visitor] {
                #expect(try event(reader.client) == ids[1].description)
            }
            #expect(fixture.logged.lines.isEmpty)
        }
    }

    @Test("who resumes gets exactly the rest, nothing twice, by address and by first message")
    func resume() async throws {
        try await EventServing.with { fixture in
            let first = try open(fixture, as: APIFixture.resident)
            let ids = try await fixture.append([.everyone, .role("stair_leader"), .everyone])
            let seen = try message(first.client)
            #expect(seen.event == ids[0].description)
            let byAddress = try open(fixture, as: APIFixture.resident, cursor: seen.cursor)
            let byMessage = try open(
                fixture, as: APIFixture.resident, saying: #"{"cursor":"\#(seen.cursor)"}"#)
            let asVisitor = try open(fixture, as: nil, cursor: seen.cursor)
            let again = try open(fixture, as: APIFixture.resident, cursor: first.cursor)
            let last = try await fixture.append([.everyone])
            for reader in [byAddress, byMessage] {
                for id in ids[1...] + last {
                    #expect(try event(reader.client) == id.description)
                }
            }
            for id in [ids[2], last[0]] {
                #expect(try event(asVisitor.client) == id.description)
            }
            for id in ids + last { #expect(try event(again.client) == id.description) }
            // The cursors of a page and of a socket are one kind.
            let page = try fixture.request(
                "GET", "\(EventServing.path)?cursor=\(seen.cursor)", as: APIFixture.resident)
            #expect(try JSON(parsing: page.body)["items"]?.elements?.count == 3)
        }
    }

    @Test("one that reads too slowly is dropped with 4008, and resumes with exactly the rest")
    func slow() async throws {
        try await EventServing.with { fixture in
            let slow = try open(fixture, as: APIFixture.resident)
            let fast = try open(fixture, as: APIFixture.resident)
            var ids: [UUID] = []
            // Events of 3.5 kB: past what the kernel takes for the slow one, then past its queue.
            while await fixture.subscriberCount == 2, ids.count < 20_000 {
                let more = try await fixture.append(Array(repeating: .everyone, count: 40))
                for id in more { #expect(try event(fast.client) == id.description) }
                ids += more
            }
            // All of it at once: the server waits for this reader no longer.
            var frames = [try slow.client.frame()]
            while frames.last?.opcode == 1 { frames.append(try slow.client.frame()) }
            let last = frames.popLast()
            let end = try #require(last)
            #expect(end.closeCode == 4008 && end.closeReason.contains("resume"))
            var seen: [String] = []
            var cursor = slow.cursor
            for frame in frames {
                let json = try JSON(parsing: frame.payload)
                if let id = json["event"]?["id"]?.text { seen.append(id) }
                cursor = try #require(json["cursor"]?.text)
            }
            #expect(seen == ids.prefix(seen.count).map(\.description))
            #expect(seen.count < ids.count)
            let resumed = try open(fixture, as: APIFixture.resident, cursor: cursor)
            for id in ids.dropFirst(seen.count) {
                #expect(try event(resumed.client) == id.description)
            }
        }
    }

    @Test("the heartbeat serves, and ends with 4001 when the session was revoked")
    func revoked() async throws {
        try await EventServing.with { fixture in
            let reader = try open(fixture, as: APIFixture.resident)
            let visitor = try open(fixture, as: nil)
            await fixture.remindAll()
            #expect(try message(reader.client).type == "served")
            let out = try fixture.request("POST", "/api/v1/sign-out", as: APIFixture.resident)
            #expect(out.status == 204)
            await fixture.remindAll()
            #expect(try reader.client.frame().closeCode == 4001)
            for _ in 0..<2 { #expect(try message(visitor.client).type == "served") }
            await fixture.subscribers(become: 1)
        }
    }

    @Test("when the server stops, it closes with 1001 and says to resume")
    func stopping() async throws {
        try await EventServing.with { fixture in
            let reader = try open(fixture, as: APIFixture.resident)
            await fixture.stopEvents()
            let frame = try reader.client.frame()
            #expect(frame.closeCode == 1001 && frame.closeReason.contains("resume"))
        }
    }

    @Test("what is wrong is told before the upgrade")
    func refusals() async throws {
        try await EventServing.with { fixture in
            let cookie = ("Cookie", "linli=\(fixture.tokens[APIFixture.resident] ?? "")")
            let nowhere = "/api/v1/estates/\(APIFixture.id(0x99))/events/socket"
            for (target, fields, status) in [
                (Self.path, [("Authorization", "Bearer nobody")], 401),
                (Self.path, fixture.fields(APIFixture.stranger, nil, nil), 404),
                (nowhere, [], 404), (nowhere, fixture.fields(APIFixture.resident, nil, nil), 404),
                (Self.path + "?cursor=garbage", [], 400),
                (Self.path, [cookie], 403),
                (Self.path, [cookie, ("Origin", "https://other.example")], 403),
                (Self.path, [("Origin", "https://other.example")], 403),
                (Self.path, [cookie, ("Origin", "http://localhost")], 101),
            ] {
                let answer = try upgrade(fixture, target, fields: fields).answer
                #expect(answer.status == status, "\(target) \(fields.map(\.0))")
                guard status >= 400 else { continue }
                #expect(answer["content-type"] == "application/problem+json")
                #expect(answer["connection"] == "close")
            }
            let plain = try fixture.request("GET", Self.path)
            #expect(plain.status == 426)
            #expect(plain["upgrade"] == "websocket" && plain["sec-websocket-version"] == "13")
            #expect(try fixture.request("HEAD", Self.path).status == 405)
            await fixture.subscribers(become: 0)
        }
    }

    @Test("a client that does not say where it begins is closed with 1008, in time")
    func silent() async throws {
        try await EventServing.with(greetingWait: .milliseconds(20)) { fixture in
            let (client, answer) = try upgrade(fixture)
            #expect(answer.status == 101)
            #expect(try client.frame().closeCode == 1008)
            await fixture.subscribers(become: 0)
        }
    }

    @Test("a first message that is not understood closes with 1008; later ones are dropped")
    func greetings() async throws {
        try await EventServing.with { fixture in
            for greeting in ["hello", "[]", #"{"cursor":"garbage"}"#, #"{"after":1}"#] {
                let (client, _) = try upgrade(fixture)
                client.send(ClientFrame.text(greeting).bytes)
                #expect(try client.frame().closeCode == 1008, "\(greeting)")
            }
            let reader = try open(fixture, as: nil)
            for _ in 0..<100 { reader.client.send(ClientFrame.text("{}").bytes) }
            let ids = try await fixture.append([.everyone])
            #expect(try event(reader.client) == ids[0].description)
            reader.client.send(ClientFrame.close(1000).bytes)
            #expect(try reader.client.frame().closeCode == 1000)
            await fixture.subscribers(become: 0)
        }
    }
}
