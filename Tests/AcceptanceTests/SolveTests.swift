import Foundation
import Testing

/// `linli solve`, as an operator types it.
@Suite("Solving from the command line", .timeLimit(.minutes(3)))
struct SolveTests {
    private static let square = "2\n1 5\n5 1\n"
    /// Two who ride, one car: vehicles, requests, longest route, seats, longest ride; then the rows.
    private static let rides = """
        1 2 480 3 30
        0 0 0 0 0 0 480
        1 1 0 1 1 0 480
        2 0 1 1 1 0 480
        3 2 0 1 -1 0 480
        4 0 2 1 -1 0 480
        5 0 0 0 0 0 480
        """

    private func solve(_ arguments: String..., input: String) throws -> Command {
        try Command.run(["solve"] + arguments, input: Data(input.utf8))
    }

    /// A file beside the test's own, removed when `body` ends.
    private func withFile<Value>(
        _ content: String, _ body: (String) throws -> Value
    ) throws -> Value {
        let file = FileManager.default.temporaryDirectory
            .appending(path: "linli-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data(content.utf8).write(to: file)
        return try body(file.path)
    }

    @Test(
        "an answer is JSON that the checker takes, and a spoilt one is refused with what is wrong")
    func checked() throws {
        let answer = try solve("assignment", "-", "--json", input: Self.square)
        #expect(answer.status == 0)
        #expect(answer.text.contains(#""cost":2"#) && answer.text.contains(#""assignment":[0,1]"#))
        let good = try withFile(answer.text) {
            try solve("assignment", "-", "--check", $0, input: Self.square)
        }
        #expect(good.status == 0, "\(good.text)")
        let bad = try withFile(answer.text.replacing("[0,1]", with: "[1,0]")) {
            try solve("assignment", "-", "--check", $0, input: Self.square)
        }
        #expect(bad.status == 1 && !bad.text.isEmpty)
    }

    @Test("a packed file is opened, and a file of several instances is answered by a list")
    func packed() throws {
        let marriage = #"{"men": [[0, 1], [1, 0]], "women": [[0, 1], [1, 0]]}"#
        try withFile("[\(marriage),\(marriage)]") { path in
            let gzip = Process()
            gzip.executableURL = URL(filePath: "/usr/bin/env")
            gzip.arguments = ["gzip", "-k", path]
            try gzip.run()
            gzip.waitUntilExit()
            defer { try? FileManager.default.removeItem(atPath: path + ".gz") }
            let plain = try solve("marriage", path, "--json", input: "")
            #expect(plain.status == 0 && plain.text.hasPrefix("[{"))
            #expect(try solve("marriage", path + ".gz", "--json", input: "").text == plain.text)
        }
    }

    @Test("the faulty file is named, with its line and what was expected")
    func faulty() throws {
        let instance = try solve("assignment", "-", input: "2\n1 5\n5 x\n")
        #expect(instance.status == 65)
        #expect(instance.text.hasPrefix("-: line 3: expected a cost"), "\(instance.text)")
        let unread = try solve("assignment", "/nonexistent", input: "")
        #expect(unread.status == 66 && unread.text.contains("/nonexistent cannot be read"))
        let cut = try Command.run(["solve", "assignment", "-"], input: Data([0x1F, 0x8B, 8]))
        #expect(cut.status == 65 && cut.text.contains("a whole gzip file"))
        try withFile("{") { path in
            let solution = try solve("assignment", "-", "--check", path, input: Self.square)
            #expect(solution.status == 65 && solution.text.hasPrefix("\(path): "))
            let other = try solve("assignment", "-", "--check", path, input: "x")
            #expect(other.status == 65 && other.text.hasPrefix("-: line 1"), "\(other.text)")
        }
        #expect(try solve("cooking", "-", input: "").status == 64)
        #expect(try solve("meals", "-", "--format", "csv", input: "").status == 64)
    }

    @Test("a search says how far it is, and its time limit ends it, whatever threads it keeps busy")
    func limited() throws {
        let answer = try solve(
            "dial-a-ride", "-", "--json", "--iterations", "1000000000000", "--time-limit", "1.2",
            "--threads", "8", input: Self.rides)
        #expect(answer.status == 0 && answer.text.contains(#""served":2"#), "\(answer.text)")
        #expect(answer.text.hasPrefix("1 s: "), "\(answer.text)")
    }

    @Test("one thread and two give the same bytes")
    func threads() throws {
        let answers = try ["1", "2"].map {
            try solve(
                "dial-a-ride", "-", "--json", "--iterations", "200", "--threads", $0,
                input: Self.rides
            ).text
        }
        #expect(answers[0] == answers[1] && answers[0].contains("schedule"))
    }
}
