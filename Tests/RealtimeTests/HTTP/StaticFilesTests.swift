internal import Foundation
import Support
import Testing

@testable import Realtime

@Suite("A folder of static files")
struct StaticFilesTests {
    static let script = String(repeating: "console.log('邻里');\n", count: 100)

    @Test("a file is sent plain or squeezed, each with a tag of its own, and asked for again")
    func served() async throws {
        try await withFolder { _, client in
            let plain = try client.request("GET", "/app.js")
            #expect(plain.text == Self.script)
            #expect(plain["content-type"] == "text/javascript; charset=utf-8")
            #expect(plain["cache-control"] == "no-cache")
            #expect(plain["x-content-type-options"] == "nosniff")
            #expect(plain["content-security-policy"]?.hasPrefix("default-src 'self';") == true)
            #expect(plain.fields.filter { $0.name == "vary" }.count == 1)
            let gzip = [("Accept-Encoding", "gzip")]
            let squeezed = try client.request("GET", "/app.js", fields: gzip)
            #expect(squeezed["content-encoding"] == "gzip")
            #expect(try gunzip(squeezed.body) == plain.body)
            let head = try client.request("HEAD", "/app.js", fields: gzip)
            #expect(head.fields.map(\.value) == squeezed.fields.map(\.value))
            let tag = try #require(plain["etag"])
            #expect(squeezed["etag"] != tag)
            let again = try client.request("GET", "/app.js", fields: [("If-None-Match", tag)])
            #expect(again.status == 304 && again["etag"] == tag && again.body.isEmpty)
            #expect(again["vary"] == "Accept-Encoding")
            let listed = try client.request(
                "GET", "/app.js", fields: [("If-None-Match", "\"x\", W/\(tag)")])
            #expect(listed.status == 304)
            let other = try client.request(
                "GET", "/app.js", fields: [("If-None-Match", tag), ("Accept-Encoding", "gzip")])
            #expect(other.status == 200)
            #expect(
                try client.request("GET", "/app.js", fields: [("If-Match", "\"x\"")]).status == 412)
            let pinned = try client.request("GET", "/app.0123abcd.js")
            #expect(pinned["cache-control"] == "public, max-age=31536000, immutable")
            #expect(try client.request("GET", "/").text == "<p>页")
            #expect(try client.request("GET", "/img/tree.svg").status == 200)
            #expect(try client.request("GET", "/empty.txt").text == "")
        }
    }

    @Test("a part is sent as 206, one that is not there as 416, several as the whole")
    func parts() async throws {
        try await withFolder { _, client in
            let bytes = Array(Self.script.utf8)
            func get(_ range: String, _ more: [(String, String)] = []) throws -> TestClient.Answer {
                try client.request("GET", "/app.js", fields: [("Range", range)] + more)
            }
            let part = try get("bytes=2-5", [("Accept-Encoding", "gzip")])
            #expect(part.status == 206 && part.body == Array(bytes[2...5]))
            #expect(part["content-range"] == "bytes 2-5/\(bytes.count)")
            #expect(part["content-encoding"] == nil)
            #expect(try get("bytes=-3").body == Array(bytes.suffix(3)))
            let past = try get("bytes=\(bytes.count)-")
            #expect(past.status == 416 && past["content-range"] == "bytes */\(bytes.count)")
            #expect(try get("bytes=0-1,4-5").status == 200)
            let tag = try #require(try client.request("GET", "/app.js")["etag"])
            #expect(try get("bytes=0-0", [("If-Range", tag)]).status == 206)
            #expect(try get("bytes=0-0", [("If-Range", "\"old\"")]).body == bytes)
            #expect(try get("bytes=0-0", [("If-None-Match", tag)]).status == 304)
            let head = try client.request("HEAD", "/app.js", fields: [("Range", "bytes=0-0")])
            #expect(head.status == 200)
        }
    }

    @Test("hidden files, links and strange names are left out, and no path leads out")
    func outside() async throws {
        try await withFolder { files, client in
            let skipped = [".hidden.js", "Upper.js", "data.bin", "folder", "link.js"]
            #expect(files.skipped == skipped)
            for path in [
                "/.hidden.js", "/link.js", "/folder/passwd", "/../etc/passwd", "/img/../app.js",
                "/%2e%2e/etc/passwd", "/img%2ftree.svg", "/app.js%00", "//etc/passwd", "/img",
            ] {
                let status = try client.request("GET", path).status
                #expect(status == 404 || status == 400, "\(path): \(status)")
            }
            #expect(try client.request("POST", "/app.js", body: "x").status == 405)
        }
    }

    @Test("a folder past a limit, or none at all, is refused")
    func limits() throws {
        let folder = try makeFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        var limits = StaticFiles.Limits()
        limits.fileCountMax = 5
        _ = try StaticFiles(folder: folder.path, limits: limits)
        limits.fileCountMax = 4
        #expect(throws: StaticFiles.Failure.tooLarge) {
            try StaticFiles(folder: folder.path, limits: limits)
        }
        limits = StaticFiles.Limits()
        limits.bytesMax = Self.script.utf8.count
        #expect(throws: StaticFiles.Failure.tooLarge) {
            try StaticFiles(folder: folder.path, limits: limits)
        }
        #expect(throws: StaticFiles.Failure.unreadable("")) {
            try StaticFiles(folder: folder.path + "/none")
        }
    }

    @Test(
        "a Range field is read by the letter, or not at all (RFC 9110 §14.1.2)",
        arguments: [
            ("bytes=0-0", 0..<1), ("bytes=0-499", 0..<10), ("Bytes= 3-", 3..<10),
            ("bytes=-4", 6..<10), ("bytes=-99", 0..<10), ("bytes=9-9", 9..<10),
            ("bytes=9-99999999999999999999999", 9..<10),
        ])
    func ranges(field: String, part: Range<Int>) {
        #expect(ByteRange(field, length: 10) == .part(part))
    }

    @Test(
        "a Range field that says nothing is passed over",
        arguments: [
            "bytes", "bytes=", "bytes=-", "bytes=5-4", "bytes=a-b", "bytes=1-2-3", "bytes=+1-2",
            "items=0-1", "bytes=0-1, 3-4", "bytes=,0-1", "", "bytes=0x1-2", "bytes=１-2",
        ])
    func unreadable(field: String) {
        #expect(ByteRange(field, length: 10) == .whole)
        #expect(ByteRange("bytes=-1", length: 0) == .whole)
        #expect(ByteRange("bytes=10-", length: 10) == .unsatisfiable)
        #expect(ByteRange("bytes=-0", length: 10) == .unsatisfiable)
        #expect(ByteRange("bytes=0-", length: 0) == .unsatisfiable)
    }

    private func withFolder(_ body: (StaticFiles, TestClient) throws -> Void) async throws {
        let folder = try makeFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let files = try StaticFiles(folder: folder.path)
        let server = try await TestServer(files.routes())
        try body(files, TestClient(port: server.port))
        await server.stop()
    }

    private func makeFolder() throws -> URL {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "linli-static-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: folder.appending(path: "img"), withIntermediateDirectories: true)
        for (path, text) in [
            ("app.js", Self.script), ("app.0123abcd.js", "1"), ("index.html", "<p>页"),
            ("img/tree.svg", "<svg/>"), ("empty.txt", ""), (".hidden.js", "1"), ("Upper.js", "1"),
            ("data.bin", "1"),
        ] { try Data(text.utf8).write(to: folder.appending(path: path)) }
        for (link, target) in [("link.js", "/etc/passwd"), ("folder", "/etc")] {
            try FileManager.default.createSymbolicLink(
                atPath: folder.appending(path: link).path, withDestinationPath: target)
        }
        return folder
    }
}
