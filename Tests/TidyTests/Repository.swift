import Foundation

/// The files of this repository, as the rules see them.
enum Repository {
    /// One text file: its path from the root, and its lines.
    struct File: Sendable {
        let path: String
        let text: String

        var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
    }

    static let root = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// Folders that hold what people wrote; the rest of a checkout is built or is data.
    private static let folders = [".ci", "Sources", "Tests", "docs", "ops", "seed-data", "web"]
    private static let files = ["Package.swift", "README.md", "CONTRIBUTING.md"]

    /// Every text file, in order of path.
    static func texts() throws -> [File] {
        var paths = files
        for folder in folders {
            let found = FileManager.default.enumerator(atPath: root.appending(path: folder).path)
            paths += (found?.allObjects as? [String] ?? []).map { "\(folder)/\($0)" }
        }
        return try paths.sorted().compactMap(text(at:))
    }

    /// Whether a file or folder stands at this path from the root.
    static func holds(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: root.appending(path: path).path)
    }

    private static func text(at path: String) throws -> File? {
        let url = root.appending(path: path)
        let values = try? url.resourceValues(forKeys: [.isRegularFileKey])
        guard values?.isRegularFile == true, !path.contains("__pycache__"), !path.contains("/.")
        else { return nil }
        // What is not UTF-8 (an image, a sample in another encoding) has no lines to judge.
        return String(data: try Data(contentsOf: url), encoding: .utf8)
            .map { File(path: path, text: $0) }
    }
}

extension String {
    /// The code of a Swift line: what stands before a comment.
    var withoutSwiftComment: Substring { self[...].before("//") }

    /// The code of an SQL line.
    var withoutSQLComment: Substring { self[...].before("--") }
}

extension Substring {
    fileprivate func before(_ mark: String) -> Substring {
        range(of: mark).map { self[..<$0.lowerBound] } ?? self
    }
}
