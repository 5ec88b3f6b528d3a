import Foundation
import Support
import Testing

/// What an outsider does with an export, the signed heads and the public key: no database, no secret.
@Suite("Verifying an exported log", .serialized, .timeLimit(.minutes(3)))
struct VerifyEventsTests {
    private func verify(_ lines: [String], _ options: [String]) throws -> Command {
        try Command.run(
            ["verify-events"] + options, input: Data(lines.map { $0 + "\n" }.joined().utf8))
    }

    @Test("an altered, dropped, moved or cut off line is found with the files an outsider can get")
    func outsider() async throws {
        try await TestDatabase.with { clone in
            let house = try Installation(on: clone)
            defer { house.remove() }
            try await house.start()
            let list = try house.request("GET", "/api/v1/estates").object
            let estates = try #require(list["estates"] as? [[String: Any]])
            let estate = try #require(
                estates.first { $0["code"] as? String == "YYGC" }?["id"] as? String)
            let heads = house.data.appending(path: "heads/\(estate).jsonl")
            try await house.until("a head is signed", within: .seconds(20)) {
                (try? Data(contentsOf: heads))?.last == UInt8(ascii: "\n")
            }
            let key = house.data.appending(path: "event-key.pem")
            let pem = try house.request("GET", "/.well-known/linli/event-key.pem")
            #expect(pem.status == 200)
            try Data(pem.body).write(to: key)
            let export = try house.run("verify-events", "--export", estate)
            let lines = export.split(separator: "\n").map(String.init)
            #expect(lines.count >= 1)
            let options = ["--heads", heads.path, "--key", key.path]
            #expect(try verify(lines, options).status == 0)
            let cut = try verify(Array(lines.dropLast()), options)
            #expect(cut.status == 1 && cut.text.contains("cutOff"))
            #expect(try verify(Array(lines.dropLast()), []).text.contains("would not show"))
            let altered = lines.map { $0.replacing("import.completed", with: "import.dropped") }
            #expect(try verify(altered, options).status == 1)
            #expect(try verify(Array(lines.prefix(1)) + lines, options).status == 1)
            let other = ["--heads", heads.path, "--key", heads.path]
            #expect(try verify(lines, other).status != 0)
            #expect(try await house.terminate() == 0)
        }
    }
}
