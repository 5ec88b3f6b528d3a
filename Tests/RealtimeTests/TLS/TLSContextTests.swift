import Foundation
import Realtime
import Testing

@Suite("A TLS context")
struct TLSContextTests {
    let files: Certificates
    init() throws { files = try Certificates.shared.get() }

    func load(
        _ chain: String, _ key: String, after seconds: Int64 = 0
    ) throws(TLSError) -> TLSContext {
        let settings = TLSServerSettings(certificateChainFile: chain, privateKeyFile: key)
        return try TLSContext(server: settings, nowSeconds: nowSeconds() + seconds)
    }

    @Test("knows when its certificate ends")
    func expiry() throws {
        let context = try load(files.server, files.serverKey)
        let end = try #require(context.expirySeconds)
        #expect(abs(end - nowSeconds() - 2 * 86_400) < 3600)
    }

    @Test("names the file and what is wrong with it")
    func refusals() {
        let missing = "\(files.folder)/none.pem"
        #expect(throws: TLSError.unreadable(file: missing)) { try load(missing, files.serverKey) }
        #expect(throws: TLSError.unreadable(file: missing)) { try load(files.server, missing) }
        #expect(throws: TLSError.noCertificate(file: files.serverKey)) {
            try load(files.serverKey, files.serverKey)
        }
        #expect(throws: TLSError.noPrivateKey(file: files.server)) {
            try load(files.server, files.server)
        }
        #expect(throws: TLSError.keyMismatch(certificate: files.server, key: files.strayKey)) {
            try load(files.server, files.strayKey)
        }
        #expect(throws: TLSError.expired(file: files.server)) {
            try load(files.server, files.serverKey, after: 3 * 86_400)
        }
        #expect(throws: TLSError.notYetValid(file: files.server)) {
            try load(files.server, files.serverKey, after: -86_400)
        }
        #expect("\(TLSError.expired(file: "a.pem"))".contains("a.pem"))
    }

    @Test("is replaced at a reload, and kept when the reload fails, while old sessions go on")
    func reload() throws {
        let folder = "\(files.folder)/reload"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let chain = "\(folder)/server.pem"
        try FileManager.default.copyItem(atPath: files.server, toPath: chain)
        let settings = TLSServerSettings(
            certificateChainFile: chain, privateKeyFile: files.serverKey)
        let store = try TLSContextStore(settings, nowSeconds: nowSeconds())
        let client = try TLSContext(client: TLSClientSettings(authorities: files.authority))
        let first = store.context
        let pair = try TLSPair(client: client, server: first)
        try pair.exchange()

        try Data("nonsense".utf8).write(to: URL(filePath: chain))
        #expect(throws: TLSError.noCertificate(file: chain)) {
            try store.reload(nowSeconds: nowSeconds())
        }
        #expect(store.context === first)

        try FileManager.default.removeItem(atPath: chain)
        try FileManager.default.copyItem(atPath: files.server, toPath: chain)
        try store.reload(nowSeconds: nowSeconds())
        #expect(store.context !== first)
        try pair.client.send([7])
        try pair.exchange()
        #expect(pair.atServer == [7])
        let fresh = try TLSPair(client: client, server: store.context)
        try fresh.exchange()
        #expect(fresh.server.progress == .open)
    }
}
