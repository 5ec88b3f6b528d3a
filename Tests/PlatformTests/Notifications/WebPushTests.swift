import Platform
import Realtime
import Support
import Testing

@Suite("Pushes to browsers")
struct WebPushTests {
    // RFC 8291, appendix A.
    private static let endpoint = "https://push.example.net/push/JzLQ3raZJfFBR0aqvOMsLrt54w4rJUsV"
    private static let browserPublic =
        "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
    private static let auth = "BTBZMqHH6r4Tts7J_aSIgg"
    private static let serverPrivate = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
    private static let serverPublic =
        "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8"
    private static let salt = "DGv6ra1nlYgDCS1FRnbzlw"
    private static let content =
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS"
        + "6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qu"
        + "lcy4a-fN"

    private func target() throws -> PushTarget {
        try #require(
            PushTarget(
                endpoint: Self.endpoint, p256dh: Self.browserPublic, auth: Self.auth))
    }

    @Test("the example of RFC 8291 comes out byte by byte")
    func example() throws {
        let scalar = try #require(Base64.urlDecoded(Self.serverPrivate))
        let key = try P256Key(scalar: scalar)
        #expect(Base64.urlEncoded(key.publicBytes) == Self.serverPublic)
        let salt = try #require(Base64.urlDecoded(Self.salt))
        let message = Array("When I grow up, I want to be a watermelon".utf8)
        let body = try WebPush.encrypted(message, for: target(), ephemeral: key, salt: salt)
        #expect(Base64.urlEncoded(body) == Self.content)
    }

    @Test("both ends share one secret, and nobody shares one with a point that is on no curve")
    func secrets() throws {
        let (one, other) = (try P256Key.random(), try P256Key.random())
        #expect(
            try one.sharedSecret(with: other.publicBytes)
                == other.sharedSecret(with: one.publicBytes))
        var beside = other.publicBytes
        beside[64] ^= 1
        #expect(throws: CryptoError.self) { try one.sharedSecret(with: beside) }
        #expect(throws: CryptoError.self) { try one.sharedSecret(with: []) }
        for scalar in [[UInt8](repeating: 0, count: 32), [UInt8](repeating: 255, count: 32), [1]] {
            #expect(throws: CryptoError.self) { try P256Key(scalar: scalar) }
        }
        #expect(!"\(one) \(String(reflecting: one))".contains(Hex.encoded(one.publicBytes)))
    }

    @Test("the longest message fits, one byte more does not")
    func lengths() throws {
        let key = try P256Key.random()
        let salt = [UInt8](repeating: 7, count: 16)
        let longest = [UInt8](repeating: 0, count: WebPush.messageBytesMax)
        let body = try WebPush.encrypted(longest, for: target(), ephemeral: key, salt: salt)
        #expect(body.count <= 4096)
        #expect(throws: CryptoError.self) {
            try WebPush.encrypted(longest + [0], for: target(), ephemeral: key, salt: salt)
        }
    }

    @Test("the proof names the push service alone, by a key that stays")
    func proof() throws {
        let keyring = Keyring.random()
        let sender = try WebPush(keyring, contact: "https://linli.example.org")
        let field = try sender.authorization(for: target(), at: .epoch)
        #expect(field.hasSuffix(", k=\(sender.applicationServerKey)"))
        let parts = field.dropFirst("vapid t=".count).prefix { $0 != "," }.split(separator: ".")
        #expect(parts.count == 3)
        let claims = try #require(Base64.urlDecoded(parts[1]))
        #expect(
            String(decoding: claims, as: UTF8.self)
                == #"{"aud":"https://push.example.net","exp":43200,"sub":"https://linli.example.org"}"#
        )
        #expect(Base64.urlDecoded(parts[2])?.count == 64)
        let again = try WebPush(keyring, contact: "https://linli.example.org")
        #expect(again.applicationServerKey == sender.applicationServerKey)
    }

    @Test(
        "what is no browser's address is none",
        arguments: [
            "http://push.example.net/a", "https://", "https:///a", "https://a:b@push.example.net/a",
            "https://push.example.net/a b", "ftp://push.example.net/a",
        ])
    func endpoints(_ endpoint: String) {
        #expect(PushTarget(endpoint: endpoint, p256dh: Self.browserPublic, auth: Self.auth) == nil)
    }

    @Test("addresses that lead into the house are never called, however they are spelled")
    func privateAddresses() async throws {
        let shard = try Shard(index: 0)
        let channel = WebPushChannel(
            try WebPush(.random(), contact: "https://linli.example.org"), on: shard)
        try await channel.start()
        for host in [
            "127.0.0.1", "localhost", "127.1", "2130706433", "0x7f.0.0.1", "0177.0.0.1", "[::1]",
            "[::ffff:127.0.0.1]", "10.0.0.1", "192.168.1.1", "169.254.169.254", "[fd00::1]",
            "[::ffff:7f00:1]", "0.0.0.0", "100.100.100.200",
        ] {
            let target = try #require(
                PushTarget(
                    endpoint: "https://\(host)/push", p256dh: Self.browserPublic, auth: Self.auth))
            let outcome = await channel.hand(
                OutgoingPush(target: target, message: [1], isAlarm: false, at: .epoch))
            #expect(outcome == .never("refused_address"), "\(host)")
        }
        await channel.stop()
        await shard.removeLocals()
        shard.loop.stop()
    }

    @Test(
        "a push service's answers: taken, gone, later, never",
        arguments: [
            (201, .taken), (404, .gone), (410, .gone), (429, .later("status_429")),
            (500, .later("status_500")), (413, .never("status_413")),
        ] as [(Int, Handover)])
    func answers(_ status: Int, _ expected: Handover) async throws {
        let certificate = try SelfSigned()
        defer { certificate.remove() }
        let peer = try Peer("http_peer.py", [certificate.certificate, certificate.key])
        defer { peer.stop() }
        let shard = try Shard(index: 0)
        let channel = WebPushChannel(
            try WebPush(.random(), contact: "https://linli.example.org"), on: shard,
            audience: .trusted, authorities: certificate.certificate)
        try await channel.start()
        let target = try #require(
            PushTarget(
                endpoint: "https://127.0.0.1:\(peer.port)/status/\(status)",
                p256dh: Self.browserPublic, auth: Self.auth))
        let outcome = await channel.hand(
            OutgoingPush(target: target, message: [1], isAlarm: true, at: .epoch))
        #expect(outcome == expected)
        await channel.stop()
        await shard.removeLocals()
        shard.loop.stop()
    }
}
