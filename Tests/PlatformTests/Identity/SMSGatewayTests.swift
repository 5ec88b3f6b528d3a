import Glibc
import Platform
import Realtime
import Support
import Testing

@Suite("The production gateway")
struct SMSGatewayTests {
    private static let phone = "13812345678"
    private static let text = "【邻里】验证码 \"123\" \\ &=%\n"

    private func configuration(
        _ port: UInt16, _ path: String, type: String = "application/json",
        body: String = #"{\"to\":\"{phone}\",\"text\":\"{text}\"}"#, expect: String? = nil,
        scheme: String = "http"
    ) throws -> SMSGatewayConfiguration {
        let expected = expect.map { ",\"expect\":\"\($0)\"" } ?? ""
        let json = """
            {"url":"\(scheme)://127.0.0.1:\(port)\(path)","timeout_seconds":2,
            "headers":{"Content-Type":"\(type)","X-Kind":"sms"},"body":"\(body)"\(expected)}
            """
        return try SMSGatewayConfiguration(json: Array(json.utf8), secretFile: nil)
    }

    /// Sends one message; what went wrong, if anything did.
    private func send(
        _ configuration: SMSGatewayConfiguration
    ) async throws -> SMSGateway.Failure? {
        let phone = try #require(PhoneNumber(Self.phone))
        let shard = try Shard(index: 0)
        var pace = SMSGateway.Pace()
        pace.delayMilliseconds = 0...1
        pace.retryDelay = .milliseconds(1)
        let gateway = SMSGateway(configuration, on: shard, pace: pace)
        try await gateway.start()
        var failure: SMSGateway.Failure?
        do {
            try await gateway.send(to: phone, text: Self.text)
        } catch {
            failure = error as? SMSGateway.Failure
        }
        await gateway.stop()
        await shard.removeLocals()
        shard.loop.stop()
        return failure
    }

    @Test(
        "phone and text are written as the body's type asks",
        arguments: [
            (
                "application/json", #"{\"to\":\"{phone}\",\"text\":\"{text}\"}"#,
                #"{\"to\":\"+8613812345678\",\"text\":\"【邻里】验证码 \\\"123\\\" \\\\ &=%\\u000a\"}"#
            ),
            (
                "application/x-www-form-urlencoded", "to={national}&text={text}",
                "to=13812345678&text=%E3%80%90%E9%82%BB%E9%87%8C%E3%80%91%E9%AA%8C%E8%AF%81%E7%A0%81"
                    + "%20%22123%22%20%5C%20%26%3D%25%0A"
            ),
        ])
    func bodies(_ type: String, _ body: String, _ expected: String) async throws {
        let peer = try Peer("http_peer.py")
        defer { peer.stop() }
        // The peer echoes what it got, and `expect` looks for it there.
        let whole = try configuration(peer.port, "/echo", type: type, body: body, expect: expected)
        #expect(try await send(whole) == nil)
        let other = try configuration(peer.port, "/echo", type: type, body: body, expect: "no")
        #expect(try await send(other) == .unexpectedAnswer)
    }

    @Test("what the provider refuses is not sent again, and says its status alone")
    func refused() async throws {
        let peer = try Peer("http_peer.py")
        defer { peer.stop() }
        let failure = try await send(configuration(peer.port, "/status/503"))
        #expect(failure == .refused(status: 503))
        let words = "\(String(describing: failure)) \(String(reflecting: failure))"
        #expect(!words.contains(Self.phone) && !words.contains("验证码"))
    }

    @Test("nobody there, and a certificate that nobody trusts, are failures of the call")
    func unreached() async throws {
        let closed = try Peer("http_peer.py")
        let port = closed.port
        closed.stop()
        #expect(try await send(configuration(port, "/echo")) == .call(.unreachable))
        let certificate = try SelfSigned()
        defer { certificate.remove() }
        let peer = try Peer("http_peer.py", [certificate.certificate, certificate.key])
        defer { peer.stop() }
        #expect(
            try await send(configuration(peer.port, "/echo", scheme: "https"))
                == .call(.untrusted))
    }

    @Test(
        "a file that would send codes in clear, or to nobody, is refused",
        arguments: [
            (#""url":"http://sms.example/{phone}/{text}""#, .badURL),
            (#""url":"https://{phone}.example/{text}""#, .badURL),
            (#""url":"https://a:b@sms.example/{phone}/{text}""#, .badURL),
            (#""url":"https://sms.example/{phone}""#, .missingPlaceholder),
            (#""url":"https://a.b/{phone}/{text}/{code}""#, .unknownPlaceholder("code")),
            (#""url":"https://a.b/{phone}/{text}","body":"x""#, .unknownContentType("")),
            (#""url":"https://a.b/{phone}/{text}","method":"DELETE""#, .badMethod("DELETE")),
            (#""url":"https://a.b/{phone}/{text}","headers":{"A":"{phone}"}"#, .badField("A")),
            (#""url":"https://a.b/{phone}/{text}","headers":{"A":"{secret}"}"#, .secretMissing),
            (#""url":"https://a.b/{phone}/{text}","timeout_seconds":0"#, .badTimeout),
            (#""url":"https://a.b/{phone}/{text}","urI":1"#, .malformed("unknown member urI")),
            ("", .malformed("url is missing")),
        ] as [(String, SMSGatewayConfiguration.Fault)])
    func faults(_ members: String, _ fault: SMSGatewayConfiguration.Fault) {
        #expect(throws: fault) {
            try SMSGatewayConfiguration(json: Array("{\(members)}".utf8), secretFile: nil)
        }
    }

    @Test("the secret comes from a file that is its owner's alone, into fields")
    func secret() async throws {
        let path = "/tmp/linli-sms-\(Hex.encoded(SecureRandom.bytes(8)))"
        defer { _ = unsafe unlink(path) }
        try PrivateFile.append(Array("s3cret\n".utf8), to: path)
        let peer = try Peer("http_peer.py")
        defer { peer.stop() }
        let json = """
            {"url":"http://127.0.0.1:\(peer.port)/echo?p={phone}&t={text}",
            "headers":{"Authorization":"Bearer {secret}"},
            "expect":"authorization: Bearer s3cret"}
            """
        let read = try SMSGatewayConfiguration(json: Array(json.utf8), secretFile: path)
        #expect(try await send(read) == nil)
        _ = unsafe chmod(path, 0o644)
        #expect(throws: SMSGatewayConfiguration.Fault.secretReadableByOthers) {
            try SMSGatewayConfiguration(json: Array(json.utf8), secretFile: path)
        }
    }
}
