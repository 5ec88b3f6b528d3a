internal import FoundationEssentials
internal import Platform
import Testing

@Suite("The development gateway") struct OutboxGatewayTests {
    private struct Line: Decodable {
        var to: String
        var text: String
        var at: String
    }

    @Test("each message is one JSON line, and the file is its owner's alone")
    func lines() async throws {
        let path = "/tmp/linli-outbox-\(Hex.encoded(SecureRandom.bytes(8))).jsonl"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let clock = Platform.Clock.settable(scale: 0)
        try clock.set(Estates.start)
        let gateway = OutboxGateway(path: path, clock: clock)
        let phone = try #require(PhoneNumber("13812345678"))
        for text in ["验证码 123456\n\"x\"", "second"] {
            try await gateway.send(to: phone, text: text)
        }
        let written = try Data(contentsOf: URL(filePath: path)).split(separator: 10)
        let lines = try written.map { try JSONDecoder().decode(Line.self, from: $0) }
        #expect(lines.map(\.text) == ["验证码 123456\n\"x\"", "second"])
        #expect(lines.map(\.to) == ["+8613812345678", "+8613812345678"])
        #expect(lines.first?.at.hasPrefix("2026-03-01T00:00:00") == true)
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
        #expect(mode as? Int == 0o600)
    }
}
