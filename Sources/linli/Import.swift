internal import ArgumentParser
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
            same files again changes nothing. A folder with a demo.csv marks its estates as demo
            ones, for good; the production profile neither imports nor serves them.

            Examples:
              linli import --dry-run /srv/registry
              linli import --database "host=/run/postgresql dbname=linli user=linli" /srv/registry
              linli import --skip-bad /srv/registry
            """)

    @OptionGroup var settings: Settings

    @Flag(help: "Check everything, and change nothing.")
    var dryRun = false

    @Flag(help: "Leave out bad rows, and those that need them, and import the rest.")
    var skipBad = false

    @Flag(help: "Do nothing when the database already has an estate.")
    var ifEmpty = false

    @Option(help: "Write every problem, a row each, to this CSV file as well.")
    var report: String?

    @Argument(help: "The folder.")
    var path: String

    func run() async throws {
        let clock = settings.makeClock()
        let isDemo = try isDemo()
        let keyring = try settings.keyring()
        let folders: [Folder]
        do {
            folders = try Folder.estates(below: path)
        } catch let unreadable as Files.Unreadable {
            throw ValidationError("\(unreadable.path) cannot be read: name a folder of CSV files")
        }
        guard !folders.isEmpty else {
            throw ValidationError("no estates.csv in \(path) or its sub-folders")
        }
        let options = ImportOptions(skipBad: skipBad, dryRun: dryRun, isDemo: isDemo)
        let reports = try await settings.withDatabase(clock: clock) { database, shard in
            if ifEmpty, try await !database.read(.none, EstateIDs()).isEmpty {
                say("the database has estates already; nothing imported")
                return [ImportReport]()
            }
            var reports: [ImportReport] = []
            for folder in folders {
                let report = try await Importer(clock: clock, keyring: keyring).run(
                    folder.files, into: database, options: options, on: shard
                ) { table, counts in
                    say("  \(table.rawValue): \(counts.inserted) new, \(counts.updated) changed")
                }
                describe(report, of: folder.path)
                reports.append(report)
            }
            return reports
        }
        if let path = report {
            try PrivateFile.replace(
                path, with: ImportProblem.spreadsheet(reports.flatMap(\.problems)))
            say("the problems are in \(path)")
        }
        if reports.contains(where: { $0.outcome == .refused }) { throw ExitCode(1) }
    }

    /// Whether the folder says by its demo.csv that its people are invented, to sign in as.
    private func isDemo() throws -> Bool {
        guard Files.isReadable("\(path)/demo.csv") else { return false }
        guard settings.profile == .development else {
            throw ValidationError(
                "\(path) 是演示数据，正式环境不能导入；确是真实资料的，请先删去 demo.csv。\n"
                    + "\(path) holds demo people (demo.csv), and production imports none: import"
                    + " the estate's own files, or remove demo.csv if its people are real")
        }
        return true
    }

    /// Prints what came of it.
    private func describe(_ report: ImportReport, of folder: String) {
        for (table, headers) in report.unknownHeaders {
            say(
                "\(table.rawValue): unknown columns are ignored: \(headers.joined(separator: ", "))"
            )
        }
        for problem in report.problems { say("\(problem)") }
        switch report.outcome {
        case .imported:
            say("\(folder): " + (report.changedNothing ? "nothing has changed" : "imported"))
        case .wouldImport:
            say("\(folder): would be imported; nothing was changed (dry run)")
        case .refused:
            say(
                "\(folder): NOT imported: \(report.problems.count) rows are bad; correct them, or"
                    + " leave them out with --skip-bad")
        }
    }
}

/// One estate's folder of files.
private struct Folder {
    var path: String
    var files: [ImportFile]

    /// The folder itself and its sub-folders, as far as they hold an `estates.csv`.
    static func estates(below path: String) throws -> [Folder] {
        let subfolders = try Files.names(in: path).map { "\(path)/\($0)" }.filter(Files.isFolder)
        return try ([path] + subfolders).compactMap { folder in
            let tables = try Files.names(in: folder).filter {
                $0.hasSuffix(".csv") && $0 != "demo.csv"
            }
            guard tables.contains("estates.csv") else { return nil }
            let files = try tables.map { name in
                ImportFile(name: name, bytes: try Files.contents(of: "\(folder)/\(name)"))
            }
            return Folder(path: folder, files: files)
        }
    }
}
