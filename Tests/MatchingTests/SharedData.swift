import Foundation

/// Public instances with known best results, which lie beside the project where it is developed.
///
/// They are data of others and never part of the project: a test that reads them is skipped, with a
/// notice, where they are absent.
enum SharedData {
    /// The folder of all instances, or nil.
    static let folder: URL? = {
        let root = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let folder = root.deletingLastPathComponent().appending(path: "shared/data/matching")
        return FileManager.default.fileExists(atPath: folder.path()) ? folder : nil
    }()

    /// Whether there are any.
    static var isThere: Bool { folder != nil }

    /// A file's bytes, by its path below the folder.
    static func bytes(_ path: String) throws -> [UInt8] {
        guard let folder else { return [] }
        return Array(try Data(contentsOf: folder.appending(path: path)))
    }

    /// Names of the files of a sub-folder that end so, sorted.
    static func names(in path: String, ending: String) throws -> [String] {
        guard let folder else { return [] }
        return try FileManager.default.contentsOfDirectory(
            atPath: folder.appending(path: path).path()
        ).filter { $0.hasSuffix(ending) }.sorted()
    }
}
