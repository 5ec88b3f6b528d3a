internal import Foundation
import Support
import Testing

@testable import Realtime

@Suite("Answers that go out squeezed")
struct CompressionTests {
    static let long = String(repeating: "邻里互助 neighbours help. ", count: 200)
    static let routes = [
        Route(.get, "/long") { _, _ in Response(.ok, text: long) },
        Route(.get, "/short") { _, _ in Response(.ok, text: "short") },
        Route(.get, "/image") { _, _ in Response(.ok, "image/png", Array(long.utf8)) },
        Route(.get, "/secret") { _, _ in
            Response(.ok, text: long).adding("Cache-Control", "no-store, no-transform")
        },
        Route(.get, "/coded") { _, _ in
            Response(.ok, text: long).adding("Content-Encoding", "br")
        },
        Route(.get, "/strong") { _, _ in Response(.ok, text: long).adding("ETag", "\"1\"") },
        Route(.get, "/weak") { _, _ in
            Response(.ok, text: long).adding("ETag", "W/\"1\"").adding("Vary", "Accept-Language")
        },
        Route(.get, "/part") { _, _ in
            Response(.partialContent, "text/plain", Array(long.utf8))
                .adding("Content-Range", "bytes 0-99/100")
        },
    ]

    @Test("a foreign gunzip restores what was sent, and HEAD shows the same")
    func restored() async throws {
        let server = try await TestServer(Self.routes)
        let client = try TestClient(port: server.port)
        let squeezed = try client.request("GET", "/long", fields: [("Accept-Encoding", "gzip")])
        #expect(squeezed["content-encoding"] == "gzip")
        #expect(squeezed["vary"] == "Accept-Encoding")
        #expect(squeezed.body.count < 1024)
        #expect(try gunzip(squeezed.body) == Array(Self.long.utf8))
        let head = try client.request("HEAD", "/long", fields: [("Accept-Encoding", "gzip")])
        #expect(head.fields.map(\.value) == squeezed.fields.map(\.value))
        let plain = try client.request("GET", "/long")
        #expect(plain.text == Self.long)
        #expect(plain["content-encoding"] == nil)
        #expect(plain["vary"] == "Accept-Encoding")
        let weak = try client.request("GET", "/weak", fields: [("Accept-Encoding", "gzip")])
        #expect(weak["content-encoding"] == "gzip")
        #expect(weak["vary"] == "Accept-Language, Accept-Encoding")
        await server.stop()
    }

    @Test(
        "what must not be changed is not",
        arguments: ["/short", "/image", "/secret", "/coded", "/strong", "/part"])
    func untouched(path: String) async throws {
        let server = try await TestServer(Self.routes)
        let client = try TestClient(port: server.port)
        let plain = try client.request("GET", path)
        let asked = try client.request("GET", path, fields: [("Accept-Encoding", "gzip")])
        #expect(asked.body == plain.body)
        #expect(asked.fields.map(\.value) == plain.fields.map(\.value))
        #expect(asked["vary"] == nil)
        await server.stop()
    }

    @Test("names in Vary are not repeated")
    func vary() {
        var response = Response(.ok)
        response.addVary("Accept-Encoding")
        response.addVary("accept-encoding")
        #expect(response.fields.map(\.value) == ["Accept-Encoding"])
        var everything = Response(.ok).adding("Vary", "*")
        everything.addVary("Accept-Encoding")
        #expect(everything.fields.map(\.value) == ["*"])
    }
}

/// Restores by the foreign `gzip` command.
func gunzip(_ bytes: [UInt8]) throws -> [UInt8] {
    let file = FileManager.default.temporaryDirectory
        .appending(path: "linli-\(UUID().uuidString).gz")
    defer { try? FileManager.default.removeItem(at: file) }
    try Data(bytes).write(to: file)
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["gzip", "-dc", file.path]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let restored = [UInt8](output.fileHandleForReading.readDataToEndOfFile())
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
    return restored
}
