internal import Foundation

/// Runs `ops/verify-list` over a list and a key, as a volunteer does without a network.
enum VerifyList {
    /// What it answered.
    struct Answer {
        var status: Int32
        var text: String
    }

    private static let script = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "ops/verify-list").path

    /// Checks a list at an instant, and a word against a code where both are given.
    static func run(
        _ list: String, key: String, at instant: String, _ more: [String] = []
    ) throws -> Answer {
        let files = FileManager.default
        let folder = files.temporaryDirectory.appending(path: "linli-list-\(UUID().uuidString)")
        try files.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? files.removeItem(at: folder) }
        try Data(list.utf8).write(to: folder.appending(path: "list.txt"))
        try Data(key.utf8).write(to: folder.appending(path: "event-key.pem"))
        let (process, pipe) = (Process(), Pipe())
        process.executableURL = URL(filePath: script)
        process.arguments =
            ["--at", instant, folder.appending(path: "list.txt").path] + more
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let bytes = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return Answer(
            status: process.terminationStatus, text: String(decoding: bytes, as: UTF8.self))
    }
}
