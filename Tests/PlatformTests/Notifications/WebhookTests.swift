import Platform
import Realtime
import Support
import Testing

@Suite("Webhooks by the Standard Webhooks convention")
struct WebhookTests {
    // The example of the specification: whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw.
    private static let secret = "31f290f6bf06298aab4f08d43c3f082cf648a362da2da4b0"
    private static let content = Array(#"{"test": 2432232314}"#.utf8)

    @Test("the specification's example has the specification's signature")
    func example() throws {
        let secret = try #require(WebhookSecret.read(Self.secret).first)
        #expect(secret.text == "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
        #expect(
            secret.signature(
                id: "msg_p5jXN8AQM9LWM0D4loKWxJek", unixSeconds: 1_614_265_330,
                content: Self.content) == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
    }

    @Test("secrets are kept in order, what is none is left out, and none prints itself")
    func secrets() {
        let (one, other) = (WebhookSecret.random(), WebhookSecret.random())
        #expect(WebhookSecret.read(WebhookSecret.sealed([one, other])) == [one, other])
        #expect(WebhookSecret.read("") == [] && WebhookSecret.read("00 zz") == [])
        #expect(!"\(one) \(String(reflecting: one))".contains(WebhookSecret.sealed([one])))
    }

    private func hand(
        _ url: String, audience: Audience, authorities: String? = nil
    ) async throws -> Handover {
        let shard = try Shard(index: 0)
        let channel = HTTPWebhookChannel(
            on: shard, audience: audience, authorities: authorities)
        try await channel.start()
        let outcome = await channel.hand(
            OutgoingWebhook(
                url: url, id: "1", content: Self.content, secrets: [.random()], at: .epoch))
        await channel.stop()
        await shard.removeLocals()
        shard.loop.stop()
        return outcome
    }

    @Test(
        "addresses that lead into the house are never called, however they are spelled",
        arguments: [
            "127.0.0.1", "localhost", "127.1", "2130706433", "0x7f.0.0.1", "0177.0.0.1", "[::1]",
            "[::ffff:127.0.0.1]", "10.0.0.1", "192.168.1.1", "169.254.169.254", "[fd00::1]",
            "0.0.0.0", "100.100.100.200", "[64:ff9b::7f00:1]",
        ])
    func privateAddresses(_ host: String) async throws {
        #expect(
            try await hand("https://\(host)/hook", audience: .userGiven)
                == .never("refused_address"))
    }

    @Test(
        "an answer of 2xx is taken, 410 ends it, all else is tried again; a redirect is not followed",
        arguments: [
            (200, .taken), (204, .taken), (410, .gone), (302, .later("status_302")),
            (400, .later("status_400")), (500, .later("status_500")),
        ] as [(Int, Handover)])
    func answers(_ status: Int, _ expected: Handover) async throws {
        let certificate = try SelfSigned()
        defer { certificate.remove() }
        let peer = try Peer("http_peer.py", [certificate.certificate, certificate.key])
        defer { peer.stop() }
        let outcome = try await hand(
            "https://127.0.0.1:\(peer.port)/status/\(status)", audience: .trusted,
            authorities: certificate.certificate)
        #expect(outcome == expected)
    }
}
