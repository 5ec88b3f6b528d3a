internal import Realtime

/// One numbered step of the schema: a file `V0001__name.sql`.
package struct MigrationFile: Sendable, Hashable {
    /// Its place in the order, from 1.
    package let version: Int
    /// What the file's name says it does.
    package let name: String
    /// The statements.
    package let text: String
    /// SHA-256 of the text, in hexadecimal.
    package let checksum: String

    /// A migration by its parts.
    package init(version: Int, name: String, text: String) {
        self.version = version
        self.name = name
        self.text = text
        checksum = Hex.encoded(SHA256.digest(of: Array(text.utf8)))
    }

    /// For example `V0001__settings.sql`.
    package var fileName: String {
        let digits = String(version)
        return "V" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
            + "__\(name).sql"
    }

    /// Reads the migrations in `folder`, in order.
    ///
    /// - Throws: When the folder cannot be read, a file's name is malformed, or two share a number.
    package static func all(in folder: String) throws(PostgresError) -> [MigrationFile] {
        var files: [MigrationFile] = []
        for fileName in try names(in: folder) where fileName.hasSuffix(".sql") {
            guard let (version, name) = parts(of: fileName) else {
                throw PostgresError(
                    .migration, message: "\(fileName): a migration is named V0001__name.sql")
            }
            let text = try contents(of: "\(folder)/\(fileName)")
            files.append(MigrationFile(version: version, name: name, text: text))
        }
        files.sort { $0.version < $1.version }
        for (file, next) in zip(files, files.dropFirst()) where file.version == next.version {
            throw PostgresError(
                .migration,
                message: "\(file.fileName) and \(next.fileName) share a number: rename the newer")
        }
        return files
    }

    /// The folder of the migrations that belong to this program.
    ///
    /// `LINLI_MIGRATIONS` if it is set; else beside the program (as built, and as installed); else
    /// where this source file stood when it was compiled.
    package static func folder() throws(PostgresError) -> String {
        if let named = Files.environment("LINLI_MIGRATIONS") { return named }
        let program = Files.programFolder
        let source = "\(#filePath)".split(separator: "/").dropLast().joined(separator: "/")
        let candidates = [
            "\(program)/linli_Platform.resources/SQL", "\(program)/../share/linli/migrations",
            "/\(source)/SQL",
        ]
        if let found = candidates.first(where: Files.isFolder) { return found }
        throw PostgresError(
            .migration,
            message: "no migrations beside the program: set LINLI_MIGRATIONS to their folder")
    }

    private static func parts(of fileName: String) -> (Int, String)? {
        guard fileName.hasPrefix("V"), let gap = fileName.firstRange(of: "__") else { return nil }
        let digits = fileName[fileName.index(after: fileName.startIndex)..<gap.lowerBound]
        let name = fileName[gap.upperBound...].dropLast(".sql".count)
        guard digits.count == 4, let version = Int(digits), version > 0, !name.isEmpty else {
            return nil
        }
        return (version, String(name))
    }

    private static func names(in folder: String) throws(PostgresError) -> [String] {
        do { return try Files.names(in: folder) } catch { throw unreadable(error.path) }
    }

    private static func contents(of path: String) throws(PostgresError) -> String {
        let bytes: [UInt8]
        do { bytes = try Files.contents(of: path) } catch { throw unreadable(error.path) }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw unreadable(path) }
        return text
    }

    private static func unreadable(_ path: String) -> PostgresError {
        PostgresError(.migration, message: "\(path) cannot be read: check that it is there")
    }
}
