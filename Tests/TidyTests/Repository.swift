import Foundation

/// The files of this repository, as the rules see them.
enum Repository {
    /// One text file: its path from the root, its lines, and their code without comments.
    struct File: Sendable {
        let path: String
        let text: String
        let lines: [Substring]
        let codes: [String]

        init(path: String, text: String) {
            self.path = path
            self.text = text
            lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            let mark = path.hasSuffix(".sql") ? "--" : "//"
            codes = lines.map { String($0.before(mark)) }
        }
    }

    static let root = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// Folders that hold what people wrote; the rest of a checkout is built or is data.
    private static let folders = [".ci", "Sources", "Tests", "docs", "ops", "seed-data", "web"]
    private static let files = ["Package.swift", "README.md", "CONTRIBUTING.md"]

    /// Every text file, in order of path; read once.
    static func texts() throws -> [File] { try read.get() }

    private static let read = Result { try readTexts() }

    private static func readTexts() throws -> [File] {
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

extension StringProtocol {
    /// Whether it holds any of these words; far cheaper than a pattern that need not be tried then.
    func holds(_ words: String...) -> Bool {
        words.contains { word in
            let word = Array(word.utf8)
            var rest = utf8[...]
            while let found = rest.firstIndex(of: word[0]) {
                rest = rest[found...]
                if rest.starts(with: word) { return true }
                rest = rest.dropFirst()
            }
            return false
        }
    }
}

extension Substring {
    /// What stands before a mark of two equal characters.
    fileprivate func before(_ mark: String) -> Substring {
        let (text, mark) = (utf8, Array(mark.utf8))
        var index = text.startIndex
        while let found = text[index...].firstIndex(of: mark[0]) {
            let next = text.index(after: found)
            if next < text.endIndex, text[next] == mark[1] { return self[..<found] }
            index = next
        }
        return self
    }
}
