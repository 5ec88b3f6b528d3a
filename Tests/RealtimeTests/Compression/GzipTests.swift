import Foundation
import Realtime
import Testing

@Suite("Gzip")
struct GzipTests {
    @Test("what it squeezes, gunzip restores", arguments: [0, 1, 1023, 1024, 100_000, 3_000_000])
    func restores(count: Int) throws {
        var generator = SystemRandomNumberGenerator()
        let bytes = (0..<count).map { _ in UInt8.random(in: 0..<32, using: &generator) }
        let gzip = Gzip()
        // Twice by the same tables: nothing of the first body may be left over.
        for _ in 0..<2 {
            let squeezed = try #require(gzip.compress(bytes))
            #expect(try gunzip(squeezed) == bytes)
            #expect(count < 1024 || squeezed.count < bytes.count)
        }
        #expect(try gunzip(try #require(Gzip.compress(bytes, level: 9))) == bytes)
    }

    @Test("a body past the limit is left alone")
    func limit() {
        let gzip = Gzip(level: 1)
        #expect(gzip.compress(Array(repeating: 7, count: Gzip.bodyBytesMax)) != nil)
        #expect(gzip.compress(Array(repeating: 7, count: Gzip.bodyBytesMax + 1)) == nil)
    }

    @Test(
        "readers are asked what they accept (RFC 9110 §12.5.3)",
        arguments: [
            ("gzip", true), ("GZIP", true), ("x-gzip", true), ("gzip, deflate, br", true),
            ("br;q=1.0, gzip;q=0.8, *;q=0.1", true), ("*", true), ("br, *;q=0.5", true),
            ("gzip;q=0.001", true), ("gzip ; q=1", true), ("gzip;q=1.000", true),
            ("gzip;Q=0.5", true), (" ,gzip,, ", true),
            ("", false), ("identity", false), ("br", false), ("gzip;q=0", false),
            ("gzip;q=0.", false),
            ("gzip;q=0.000", false), ("*, gzip;q=0", false), ("*;q=0", false),
            ("gzip;q=2", false), ("gzip;q=-1", false), ("gzip;q=0.0001", false),
            ("gzip;q", false), ("gzip;level=9", false), ("gzipped", false), ("not-gzip", false),
        ])
    func accepts(field: String, expected: Bool) {
        #expect(
            ContentCoding.shouldCompress(
                contentType: "text/html", length: 5000, acceptEncoding: field) == expected)
    }

    @Test(
        "only what shrinks is squeezed",
        arguments: [
            ("application/json", true), ("application/json; charset=utf-8", true),
            ("Text/HTML;charset=utf-8", true), ("image/svg+xml", true), ("text/css", true),
            ("text/javascript", true), ("application/javascript", true), ("text/calendar", true),
            ("application/problem+json", true), ("image/png", false), ("application/zip", false),
            ("application/octet-stream", false), ("text/event-stream", false), ("", false),
            ("font/woff2", false), ("application/jsonp", false),
        ])
    func types(type: String, expected: Bool) {
        #expect(
            ContentCoding.shouldCompress(
                contentType: type, length: 5000, acceptEncoding: "gzip") == expected)
    }

    @Test("short bodies and silent readers get plain bytes")
    func short() {
        let type = "application/json"
        func decide(_ length: Int, _ field: String?) -> Bool {
            ContentCoding.shouldCompress(
                contentType: type, length: length, acceptEncoding: field)
        }
        #expect(!decide(1023, "gzip"))
        #expect(decide(1024, "gzip"))
        #expect(!decide(5000, nil))
        #expect(!decide(5000, String(repeating: "a,", count: 600) + "gzip"))
    }

    /// Restores by the foreign `gzip` command.
    private func gunzip(_ bytes: [UInt8]) throws -> [UInt8] {
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
}
