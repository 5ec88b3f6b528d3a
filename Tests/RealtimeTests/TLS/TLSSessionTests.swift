import Realtime
import Testing

/// Two sessions joined by arrays instead of a socket.
final class TLSPair {
    let client: TLSSession
    let server: TLSSession
    var atClient: [UInt8] = []
    var atServer: [UInt8] = []
    /// Longest slice handed over at once.
    var sliceBytes = Int.max

    init(client: TLSContext, server: TLSContext) throws {
        self.client = try TLSSession(client)
        self.server = try TLSSession(server)
    }

    /// Carries bytes both ways until neither side has any.
    func exchange() throws {
        while client.outputByteCount + server.outputByteCount > 0 {
            try carry(client.takeOutput()) { try server.receive($0, into: &atServer) }
            try carry(server.takeOutput()) { try client.receive($0, into: &atClient) }
        }
    }

    private func carry(_ bytes: [UInt8], _ receive: ([UInt8]) throws -> TLSSession.Progress) throws
    {
        var rest = bytes[...]
        while !rest.isEmpty {
            _ = try receive(Array(rest.prefix(sliceBytes)))
            rest = rest.dropFirst(sliceBytes)
        }
    }
}

@Suite("A TLS session")
struct TLSSessionTests {
    let files: Certificates
    let server: TLSContext

    init() throws {
        files = try Certificates.shared.get()
        server = try TLSContext(server: files.settings(), nowSeconds: nowSeconds())
    }

    func pair(
        _ versionMax: TLSVersion = .tls13, protocols: [String] = ["h2", "http/1.1"],
        server other: TLSContext? = nil, showing certificate: (String, String)? = nil
    ) throws -> TLSPair {
        let settings = TLSClientSettings(
            authorities: files.authority, versionMax: versionMax, applicationProtocols: protocols,
            certificateChainFile: certificate?.0, privateKeyFile: certificate?.1)
        return try TLSPair(client: TLSContext(client: settings), server: other ?? server)
    }

    @Test(
        "agrees on version, AEAD suite and protocol, and carries bytes both ways",
        arguments: [TLSVersion.tls12, .tls13])
    func handshake(version: TLSVersion) throws {
        let pair = try pair(version)
        try pair.exchange()
        #expect(pair.server.progress == .open)
        #expect(pair.server.version == version)
        #expect(pair.server.applicationProtocol == "http/1.1")
        let suite = try #require(pair.server.cipherSuite)
        #expect(suite.contains("GCM") || suite.contains("CHACHA20"))
        try pair.client.send(Array("来".utf8))
        try pair.server.send(Array("去".utf8))
        try pair.exchange()
        #expect(pair.atServer == Array("来".utf8))
        #expect(pair.atClient == Array("去".utf8))
    }

    @Test("carries a megabyte cut at odd places", arguments: [1, 7, 1021, 16_389, 70_001])
    func slices(sliceBytes: Int) throws {
        let pair = try pair()
        pair.sliceBytes = sliceBytes
        let count = sliceBytes < 100 ? 50_000 : 1_000_000
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try pair.exchange()
        try pair.client.send(bytes)
        try pair.server.send(bytes)
        try pair.exchange()
        #expect(pair.atServer == bytes)
        #expect(pair.atClient == bytes)
        #expect(pair.server.outputByteCount == 0)
    }

    @Test("refuses TLS 1.1 with an alert")
    func oldVersion() throws {
        let pair = try pair(.tls11)
        #expect(throws: TLSError.self) { try pair.exchange() }
        #expect(pair.server.progress == .handshaking)
        #expect(pair.server.takeOutput().first == 21)  // an alert record (RFC 5246 §6.2.1)
    }

    @Test("refuses a client with no protocol in common, and serves one that names none")
    func protocols() throws {
        let foreign = try pair(protocols: ["h2"])
        #expect(throws: TLSError.self) { try foreign.exchange() }
        let silent = try pair(protocols: [])
        try silent.exchange()
        #expect(silent.server.progress == .open)
        #expect(silent.server.applicationProtocol == nil)
    }

    @Test("refuses garbage, and everything after it")
    func garbage() throws {
        let session = try TLSSession(server)
        var plaintext: [UInt8] = []
        #expect(throws: TLSError.self) {
            try session.receive(Array("GET / HTTP/1.1\r\n\r\n".utf8), into: &plaintext)
        }
        #expect(throws: TLSError.notOpen) { try session.receive([22], into: &plaintext) }
        #expect(throws: TLSError.notOpen) { try session.send([1]) }
        #expect(plaintext.isEmpty)
    }

    @Test("refuses a record that was changed on its way")
    func tampered() throws {
        let pair = try pair()
        try pair.exchange()
        try pair.client.send(Array("pay 10".utf8))
        var record = pair.client.takeOutput()
        record[record.count - 1] ^= 1
        var plaintext: [UInt8] = []
        #expect(throws: TLSError.self) { try pair.server.receive(record, into: &plaintext) }
        #expect(plaintext.isEmpty)
        #expect(pair.server.outputByteCount > 0)  // the alert
    }

    @Test("does not renegotiate")
    func renegotiation() throws {
        let pair = try pair(.tls12)
        try pair.exchange()
        #expect(pair.client.requestRenegotiation())
        #expect(throws: TLSError.self) { try pair.exchange() }
        // The client gives up; the server went on with the keys it had.
        #expect(pair.server.progress == .open)
        try pair.server.send([1])
        #expect(pair.server.outputByteCount > 0)
    }

    @Test("tells an orderly end from a connection that was cut")
    func ends() throws {
        let pair = try pair()
        try pair.exchange()
        pair.client.close()
        try pair.exchange()
        #expect(pair.server.progress == .ended)
        try pair.server.receiveEnd()
        #expect(throws: TLSError.notOpen) { try pair.client.send([1]) }
        // Half-closed: the server may still answer (RFC 8446 §6.1).
        try pair.server.send([2])
        try pair.exchange()
        #expect(pair.atClient == [2])

        let cut = try self.pair()
        try cut.exchange()
        #expect(throws: TLSError.truncated) { try cut.server.receiveEnd() }
    }

    @Test("asks for client certificates when told to, and names the one it verified")
    func clientCertificates() throws {
        let der = "\(files.folder)/client.der"
        try files.openssl("x509 -in \(files.client) -outform DER -out \(der)")
        let digest = try Array(files.openssl("dgst -sha256 -binary \(der)"))
        let optional = try TLSContext(
            server: files.settings(clients: .optional(authorities: files.authority)),
            nowSeconds: nowSeconds())
        let required = try TLSContext(
            server: files.settings(clients: .required(authorities: files.authority)),
            nowSeconds: nowSeconds())
        for context in [optional, required] {
            let known = try pair(server: context, showing: (files.client, files.clientKey))
            try known.exchange()
            #expect(known.server.progress == .open)
            #expect(known.server.peerCertificateSHA256 == digest)
        }
        let shy = try pair(server: optional)
        try shy.exchange()
        #expect(shy.server.progress == .open)
        #expect(shy.server.peerCertificateSHA256 == nil)
        let refused = try pair(server: required)
        #expect(throws: TLSError.self) { try refused.exchange() }
        let stranger = (files.stranger, "\(files.folder)/stranger.key")
        for context in [optional, required] {
            let unknown = try pair(server: context, showing: stranger)
            #expect(throws: TLSError.self) { try unknown.exchange() }
            #expect(unknown.server.peerCertificateSHA256 == nil)
        }
    }
}
