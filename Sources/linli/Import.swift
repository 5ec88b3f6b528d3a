internal import ArgumentParser
internal import Glibc
internal import Platform
internal import Realtime

/// Imports estates from CSV files.
struct Import: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Import an estate's registry from a folder of CSV files.",
        discussion: """
            The folder holds estates.csv, places.csv, residences.csv, households.csv, persons.csv …
            (seed-data/README.md describes each); its sub-folders are imported as estates of
            their own. All rows are imported or none, unless --skip-bad is given. Importing the
            same files again changes nothing.
            """)

    @OptionGroup var settings: Settings

    @Flag(help: "Check everything, and change nothing.")
    var dryRun = false

    @Flag(help: "Leave out bad rows, and those that need them, and import the rest.")
    var skipBad = false

    @Flag(help: "Do nothing when the database already has an estate.")
    var ifEmpty = false

    @Argument(help: "The folder.")
    var path: String

    func run() async throws {
        let clock = Clock.machine()
        let keyring = try settings.keyring()
        let folders = try Folder.estates(below: path)
        guard !folders.isEmpty else {
            throw ValidationError("no estates.csv in \(path) or its sub-folders")
        }
        let options = ImportOptions(skipBad: skipBad, dryRun: dryRun)
        let isRefused = try await settings.withDatabase(clock: clock) { database, shard in
            if ifEmpty, try await !database.read(.none, EstateIDs()).isEmpty {
                say("the database has estates already; nothing imported")
                return false
            }
            var isRefused = false
            for folder in folders {
                let report = try await Importer(clock: clock, keyring: keyring).run(
                    folder.files, into: database, options: options, on: shard
                ) { table, counts in
                    say("  \(table.rawValue): \(counts.inserted) new, \(counts.updated) changed")
                }
                isRefused = describe(report, of: folder.path) || isRefused
            }
            return isRefused
        }
        if isRefused { throw ExitCode(1) }
    }

    /// Prints what came of it; true when it was refused.
    private func describe(_ report: ImportReport, of folder: String) -> Bool {
        for (table, headers) in report.unknownHeaders {
            say(
                "\(table.rawValue): unknown columns are ignored: \(headers.joined(separator: ", "))"
            )
        }
        for problem in report.problems { say("\(problem)") }
        switch report.outcome {
        case .imported:
            say("\(folder): " + (report.changedNothing ? "nothing has changed" : "imported"))
            return false
        case .wouldImport:
            say("\(folder): would be imported; nothing was changed (dry run)")
            return false
        case .refused:
            say(
                "\(folder): NOT imported: \(report.problems.count) rows are bad; correct them, or"
                    + " leave them out with --skip-bad")
            return true
        }
    }
}

/// One estate's folder of files.
private struct Folder {
    var path: String
    var files: [ImportFile]

    /// The folder itself and its sub-folders, as far as they hold an `estates.csv`.
    static func estates(below path: String) throws -> [Folder] {
        let subfolders = try names(in: path).map { "\(path)/\($0)" }.filter(isFolder)
        return try ([path] + subfolders).compactMap { folder in
            let tables = try names(in: folder).filter { $0.hasSuffix(".csv") && $0 != "demo.csv" }
            guard tables.contains("estates.csv") else { return nil }
            let files = try tables.map { name in
                ImportFile(name: name, bytes: try contents(of: "\(folder)/\(name)"))
            }
            return Folder(path: folder, files: files)
        }
    }

    private static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    private static func names(in folder: String) throws -> [String] {
        guard let stream = unsafe opendir(folder) else {
            throw ValidationError("\(folder) cannot be read: name a folder of CSV files")
        }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        while let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { name in
                unsafe name.withMemoryRebound(to: CChar.self, capacity: 256) {
                    unsafe String(cString: $0)
                }
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }

    private static func contents(of path: String) throws -> [UInt8] {
        guard let file = unsafe fopen(path, "rb") else {
            throw ValidationError("\(path) cannot be read")
        }
        defer { unsafe _ = fclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while case let count = unsafe fread(&chunk, 1, chunk.count, file), count > 0 {
            bytes += chunk[..<count]
            guard bytes.count <= 64 << 20 else { throw ValidationError("\(path) is too long") }
        }
        return bytes
    }
}
