internal import Foundation

/// What a foreign reader finds in a ZIP archive.
package enum Archive {
    /// The archive is none, or its files contradict each other; the reader's words are on the test's
    /// standard error.
    package struct Unreadable: Error {}

    /// Each file's text by its name, as `zip_peer.py` reads them.
    package static func files(_ bytes: [UInt8]) throws -> [String: String] {
        let file = FileManager.default.temporaryDirectory
            .appending(path: "linli-\(UUID().uuidString).zip")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data(bytes).write(to: file)
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "peers")
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", folder.appending(path: "zip_peer.py").path, file.path]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let read = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Unreadable() }
        return try JSONDecoder().decode([String: String].self, from: read)
    }
}
