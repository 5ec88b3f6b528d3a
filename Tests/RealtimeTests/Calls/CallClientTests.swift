import Foundation
import Realtime
import Support
import Testing

@Suite("Calling others")
struct CallClientTests {
    private func body(_ answer: Call.Answer) -> String {
        String(decoding: answer.body, as: UTF8.self)
    }

    @Test("sends method, fields and body, and brings back status, fields and body")
    func echoes() async throws {
        let peer = try Peer("http_peer.py")
        defer { peer.stop() }
        let calls = try await Calls()
        for method in [Call.Method.post, .put, .patch, .delete] {
            var call = Call(method, peer.url("/echo?a=b"), audience: .trusted)
            call.headers = [("X-One", "1"), ("Content-Type", "application/json"), ("X-None", "")]
            call.body = Array(#"{"n":1}"#.utf8)
            let answer = try await calls.send(call)
            #expect(answer.status == 200)
            #expect(answer.header("x-peer") == "python")
            let text = body(answer)
            #expect(text.hasPrefix(method.rawValue.uppercased() + "\n"))
            #expect(text.hasSuffix(#"{"n":1}"#))
            for field in ["x-one: 1\n", "content-type: application/json\n", "x-none: \n"] {
                #expect(text.contains(field))
            }
            #expect(!text.contains("expect:"))
        }
        #expect(body(try await calls.get(peer.url("/echo"))).hasPrefix("GET\n"))
        let head = try await calls.send(Call(.head, peer.url("/bytes/100"), audience: .trusted))
        #expect(head.status == 200 && head.body.isEmpty)
        #expect(head.header("content-length") == "100")
        await calls.end()
    }

    @Test("a large body arrives whole, and any status is an answer")
    func statuses() async throws {
        let peer = try Peer("http_peer.py")
        defer { peer.stop() }
        let calls = try await Calls()
        var call = Call(.post, peer.url("/echo"), audience: .trusted)
        call.body = Array(repeating: UInt8(ascii: "z"), count: 3_000_000)
        call.answerBytesMax = 4_000_000
        let answer = try await calls.send(call)
        #expect(answer.body.suffix(3_000_000).elementsEqual(call.body))
        for status in [204, 404, 500, 503] {
            #expect(try await calls.get(peer.url("/status/\(status)")).status == status)
        }
        await calls.end()
    }

    @Test("redirects are answers, not followed")
    func redirects() async throws {
        let peer = try Peer("http_peer.py")
        defer { peer.stop() }
        let calls = try await Calls()
        let answer = try await calls.get(peer.url("/redirect"))
        #expect(answer.status == 302)
        #expect(answer.header("location") == "/echo")
        await calls.end()
    }

    @Test("bodies and heads past the limit are refused, at the limit they are taken")
    func sizes() async throws {
        let peer = try Peer("http_peer.py")
        defer { peer.stop() }
        let calls = try await Calls()
        var call = Call(.get, peer.url("/bytes/1000"), audience: .trusted)
        call.answerBytesMax = 1000
        #expect(try await calls.send(call).body.count == 1000)
        call.answerBytesMax = 999
        await #expect(throws: CallError.tooLarge) { try await calls.send(call) }
        call.url = peer.url("/endless")
        await #expect(throws: CallError.tooLarge) { try await calls.send(call) }
        call.url = peer.url("/heads")
        await #expect(throws: CallError.tooLarge) { try await calls.send(call) }
        await calls.end()
    }

    @Test("a slow body ends at the time given, a broken one as broken, a closed port at once")
    func faults() async throws {
        let peer = try Peer("http_peer.py")
        defer { peer.stop() }
        let calls = try await Calls()
        var call = Call(.get, peer.url("/slow"), audience: .trusted)
        call.timeout = .milliseconds(300)
        let start = ContinuousClock.now
        await #expect(throws: CallError.timedOut) { try await calls.send(call) }
        #expect(ContinuousClock.now - start < .seconds(5))
        await #expect(throws: CallError.broken(code: 18)) {
            try await calls.get(peer.url("/cut"))
        }
        await #expect(throws: CallError.broken(code: 1)) {
            try await calls.get(peer.url("/nonsense"))
        }
        let url = peer.url("/")
        peer.stop()
        await #expect(throws: CallError.unreachable) { try await calls.get(url) }
        await calls.end()
    }

    @Test("digest sign-in opens, with the body sent once more; a wrong password is a 401")
    func digest() async throws {
        let peer = try Peer("http_peer.py")
        defer { peer.stop() }
        let calls = try await Calls()
        var call = Call(.put, peer.url("/digest?door=1"), audience: .trusted)
        call.body = Array("door".utf8)
        #expect(try await calls.send(call).status == 401)
        call.signIn = .digest(user: "user", password: "pass")
        let answer = try await calls.send(call)
        #expect(answer.status == 200)
        #expect(body(answer) == "open door")
        call.signIn = .digest(user: "user", password: "wrong")
        #expect(try await calls.send(call).status == 401)
        call.signIn = .basic(user: "user", password: "pass")
        await #expect(throws: CallError.badCall) { try await calls.send(call) }
        await calls.end()
    }

    @Test("a field cannot smuggle another, nor change the framing")
    func fields() async throws {
        let calls = try await Calls()
        let bad = [
            ("X", "a\r\nY: b"), ("X\nY", "a"), ("", "a"), ("X Y", "a"), ("X:", "a"),
            ("Transfer-Encoding", "chunked"), ("content-length", "3"), ("Host", "other"),
            ("X", "a\u{0}b"), ("X", String(repeating: "a", count: 8193)),
        ]
        for (name, value) in bad {
            var call = Call(.get, "http://127.0.0.1:1/", audience: .trusted)
            call.headers = [(name, value)]
            await #expect(throws: CallError.badCall) { try await calls.send(call) }
        }
        await calls.end()
    }

    @Test("TLS is checked against the authorities given, and against nothing less")
    func tls() async throws {
        let own = try SelfSigned()
        defer { own.remove() }
        let peer = try Peer("http_peer.py", [own.certificate, own.key])
        defer { peer.stop() }
        let trusting = try await Calls(authorities: own.certificate)
        for host in ["127.0.0.1", "localhost"] {
            let answer = try await trusting.get("https://\(host):\(peer.port)/status/204")
            #expect(answer.status == 204)
        }
        let strict = try await Calls()
        await #expect(throws: CallError.untrusted) {
            try await strict.get("https://127.0.0.1:\(peer.port)/status/204")
        }
        await trusting.end()
        await strict.end()
    }
}

extension Peer {
    func url(_ path: String) -> String { "http://127.0.0.1:\(port)\(path)" }
}

/// A shard with a client on it.
struct Calls: Sendable {
    let shard: Shard

    init(limits: CallClient.Limits = .init(), authorities: String? = nil) async throws {
        shard = try Shard(index: 0)
        try await shard.install { shard in
            try CallClient(on: shard.loop, limits: limits, authorities: authorities)
        }
    }

    func send(_ call: Call) async throws -> Call.Answer { try await shard.send(call) }
    func send(_ mail: MailCall) async throws { try await shard.send(mail) }
    func get(_ url: String) async throws -> Call.Answer {
        try await send(Call(.get, url, audience: .trusted))
    }
    func load() async -> (running: Int, waiting: Int) { await shard.callLoad() }
    func close() async { await shard.closeCalls() }

    func end() async {
        await shard.closeCalls()
        await shard.removeLocals()
        shard.loop.stop()
    }
}

extension Shard {
    fileprivate var client: CallClient {
        get throws { try #require(local(CallClient.self)) }
    }
    fileprivate func send(_ call: Call) async throws -> Call.Answer { try await client.send(call) }
    fileprivate func send(_ mail: MailCall) async throws { try await client.send(mail) }
    fileprivate func callLoad() -> (running: Int, waiting: Int) {
        local(CallClient.self)?.load ?? (0, 0)
    }
    fileprivate func closeCalls() { local(CallClient.self)?.close() }
}
