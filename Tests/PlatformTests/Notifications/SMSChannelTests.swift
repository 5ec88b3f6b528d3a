import Platform
import Realtime
import Support
import Testing

@Suite("Texts of notices, handed to a provider")
struct SMSChannelTests {
    private static let body =
        #"{\"to\":\"{phone}\",\"text\":\"{text}\",\"id\":\"{id}\",\"by\":\"{signature}\"}"#

    private func hand(
        _ path: String, expect: String = "", isAlarm: Bool = true, port: UInt16
    ) async throws -> Handover {
        let json = """
            {"url":"http://127.0.0.1:\(port)\(path)","timeout_seconds":2,
            "headers":{"Content-Type":"application/json"},
            "body":"\(Self.body)",
            \(expect.isEmpty ? "" : "\"expect\":\"\(expect)\",")
            "signatures":{"code":"码","notice":"知","alarm":"急"}}
            """
        let configuration = try SMSGatewayConfiguration(json: Array(json.utf8), secretFile: nil)
        let shard = try Shard(index: 0)
        let channel = SMSChannel(configuration, on: shard)
        try await channel.start()
        let phone = try #require(PhoneNumber("13812345678"))
        let outcome = await channel.hand(
            OutgoingText(reference: "e.d", phone: phone, text: "字", isAlarm: isAlarm))
        await channel.stop()
        await shard.removeLocals()
        shard.loop.stop()
        return outcome
    }

    @Test("a text carries what it is known by, and the signature of its purpose")
    func placeholders() async throws {
        let peer = try Peer("http_peer.py")
        defer { peer.stop() }
        // The peer echoes what it got, and `expect` looks for it there.
        let alarm = #"\"id\":\"e.d\",\"by\":\"急\""#
        #expect(try await hand("/echo", expect: alarm, port: peer.port) == .taken)
        #expect(
            try await hand("/echo", expect: alarm, isAlarm: false, port: peer.port)
                == .later("unexpected_answer"))
    }

    @Test(
        "what a provider says: taken, later, never",
        arguments: [
            (200, .taken), (401, .later("status_401")), (429, .later("status_429")),
            (503, .later("status_503")), (400, .never("status_400")), (302, .never("status_302")),
        ] as [(Int, Handover)])
    func answers(_ status: Int, _ expected: Handover) async throws {
        let peer = try Peer("http_peer.py")
        defer { peer.stop() }
        #expect(try await hand("/status/\(status)", port: peer.port) == expected)
    }

    @Test("nobody there is later")
    func unreachable() async throws {
        let closed = try Peer("http_peer.py")
        let port = closed.port
        closed.stop()
        #expect(try await hand("/echo", port: port) == .later("unreachable"))
    }

    @Test("signatures are of known purposes, and of some length")
    func faults() {
        for signatures in [#"{"advert":"x"}"#, #"{"code":""}"#] {
            let json = """
                {"url":"https://a.b/{phone}/{text}","signatures":\(signatures)}
                """
            #expect(throws: SMSGatewayConfiguration.Fault.self) {
                try SMSGatewayConfiguration(json: Array(json.utf8), secretFile: nil)
            }
        }
    }
}
