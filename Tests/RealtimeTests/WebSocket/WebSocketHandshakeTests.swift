import Realtime
import Testing

@Suite("A WebSocket handshake")
struct WebSocketHandshakeTests {
    let fields: [String: [String]] = [
        "upgrade": ["websocket"], "connection": ["keep-alive, Upgrade"],
        "sec-websocket-version": ["13"], "sec-websocket-key": ["dGhlIHNhbXBsZSBub25jZQ=="],
        "origin": ["https://estate.example"],
    ]

    func judge(
        _ name: String = "", _ values: [String] = [], method: String = "GET",
        origins: WebSocketHandshake.Origins = .any
    ) -> WebSocketHandshake.Outcome {
        var fields = fields
        fields[name] = values
        return WebSocketHandshake.judge(method: method, origins: origins) { fields[$0] ?? [] }
    }

    @Test("accepts the request of RFC 6455 §1.3 with its answer")
    func example() {
        #expect(judge() == .accept("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="))
        #expect(judge("upgrade", ["h2c", "WebSocket"]) == judge())
        #expect(judge("connection", ["upgrade"]) == judge())
    }

    @Test("refuses what is not a request for a WebSocket of version 13")
    func refusals() {
        #expect(judge(method: "POST") == .refuse(.method))
        #expect(judge("upgrade") == .refuse(.noUpgrade))
        #expect(judge("upgrade", ["websocketx"]) == .refuse(.noUpgrade))
        #expect(judge("connection", ["close"]) == .refuse(.noUpgrade))
        #expect(judge("sec-websocket-version", ["8"]) == .refuse(.version))
        #expect(judge("sec-websocket-version", ["13", "8"]) == .refuse(.version))
    }

    @Test(
        "refuses a key that is not 16 bytes in base64",
        arguments: [
            [], [""], ["dGhlIHNhbXBsZSBub25jZQ"], ["dGhlIHNhbXBsZSBub25jZS4="],
            ["dGhlIHNhbXBsZSBub25j*Q=="], ["dGhlIHNhbXBsZSBub25jZQ==", "dGhlIHNhbXBsZSBub25jZQ=="],
        ])
    func keys(values: [String]) {
        #expect(judge("sec-websocket-key", values) == .refuse(.key))
    }

    @Test("lets pages of listed origins in, and clients that are no pages")
    func origins() {
        let ours = WebSocketHandshake.Origins.only(["https://estate.example"])
        #expect(judge(origins: ours) == judge())
        #expect(judge("origin", ["HTTPS://Estate.example"], origins: ours) == judge())
        #expect(judge("origin", [], origins: ours) == judge())
        for foreign in ["https://estate.example.evil.example", "null", ""] {
            #expect(judge("origin", [foreign], origins: ours) == .refuse(.origin))
        }
    }
}

@Suite("Keeping a connection alive")
struct KeepAliveTests {
    let start = ContinuousClock.now

    @Test("pings a silent peer every 30 s and gives it up after two without an answer")
    func silence() {
        var policy = KeepAlive(now: start)
        #expect(policy.tick(at: start + .seconds(29)) == .wait(until: start + .seconds(30)))
        #expect(policy.tick(at: start + .seconds(30)) == .ping(next: start + .seconds(60)))
        #expect(policy.tick(at: start + .seconds(60)) == .ping(next: start + .seconds(90)))
        #expect(policy.tick(at: start + .seconds(89)) == .wait(until: start + .seconds(90)))
        #expect(policy.tick(at: start + .seconds(90)) == .dead)
    }

    @Test("begins anew whenever the peer says anything")
    func heard() {
        var policy = KeepAlive(now: start)
        _ = policy.tick(at: start + .seconds(30))
        _ = policy.tick(at: start + .seconds(60))
        policy.heard(at: start + .seconds(61))
        #expect(policy.tick(at: start + .seconds(90)) == .wait(until: start + .seconds(91)))
        #expect(policy.tick(at: start + .seconds(91)) == .ping(next: start + .seconds(121)))
    }
}
