import Glibc
import Platform
import Realtime
import Support
import Testing

@Suite("The relay of calls over HTTP") struct HTTPCallRelayTests {
    private static let ends = ["13812345678", "13912345678"].compactMap { PhoneNumber($0) }
    private static let call = UUID(high: 7 << 12, low: 1 << 63 | 5)

    /// What the peer's answer comes to, asked at an instant.
    private func connect(
        _ path: String, _ ends: [PhoneNumber] = ends, at now: String = "2026-03-01T00:00:00Z"
    ) async throws -> Result<RelayedCall?, HTTPCallRelay.Failure> {
        let secret = "/tmp/linli-relay-\(Hex.encoded(SecureRandom.bytes(8)))"
        defer { _ = unsafe unlink(secret) }
        try PrivateFile.append(Array("s3cret\n".utf8), to: secret)
        let peer = try Peer("http_peer.py")
        defer { peer.stop() }
        let json = #"{"url":"http://127.0.0.1:\#(peer.port)\#(path)","timeout_seconds":2}"#
        let configuration = try CallRelayConfiguration(json: Array(json.utf8), secretFile: secret)
        let shard = try Shard(index: 0)
        let clock = Clock.settable(at: Instant(now) ?? .epoch, scale: 0)
        let relay = HTTPCallRelay(configuration, on: shard, clock: clock)
        try await relay.start()
        let outcome: Result<RelayedCall?, HTTPCallRelay.Failure>
        do {
            outcome = .success(try await relay.connect(Self.call, from: ends[0], to: ends[1]))
        } catch let failure as HTTPCallRelay.Failure {
            outcome = .failure(failure)
        }
        await relay.stop()
        await shard.removeLocals()
        shard.loop.stop()
        return outcome
    }

    @Test("a number that is neither end's is passed on until it leads nowhere any more")
    func given() async throws {
        let given = try await connect("/relay").get()
        #expect(given?.number == "950135678")
        #expect(given?.until == Instant("2026-03-01T00:30:00Z"))
        #expect(
            try await connect("/relay", at: "2026-03-01T00:30:00Z")
                == .failure(.unexpectedAnswer))
        let same = [Self.ends[0], Self.ends[0]]
        #expect(try await connect("/relay", same) == .failure(.unexpectedAnswer))
    }

    @Test("a refusal is no fault; what is no answer of the contract is, and says no number")
    func refused() async throws {
        for status in [403, 404, 409, 422] {
            #expect(try await connect("/status/\(status)") == .success(nil))
        }
        #expect(try await connect("/status/500") == .failure(.refused(status: 500)))
        #expect(try await connect("/status/200") == .failure(.unexpectedAnswer))
        #expect(try await connect("/echo") == .failure(.unexpectedAnswer))
        let words = try await "\(connect("/status/500"))"
        #expect(!words.contains("12345678"))
    }

    @Test(
        "a file without a secret, or that would send numbers in clear, is refused",
        arguments: [
            (#"{"url":"http://relay.example/v1"}"#, SMSGatewayConfiguration.Fault.badURL),
            (#"{"url":"https://relay.example/v1"}"#, .secretMissing),
            (#"{"url":"https://relay.example/v1","timeout_seconds":0}"#, .badTimeout),
        ])
    func faults(_ json: String, _ fault: SMSGatewayConfiguration.Fault) {
        #expect(throws: fault) {
            try CallRelayConfiguration(json: Array(json.utf8), secretFile: nil)
        }
    }
}
