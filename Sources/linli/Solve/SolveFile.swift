internal import ArgumentParser
internal import Glibc
internal import Realtime

/// The files of `linli solve`.
enum SolveFile {
    /// Longest file, and longest content of a packed one, in bytes.
    static let bytesMax = 1 << 30

    /// A whole file, unpacked where it is gzip; `-` is standard input.
    static func bytes(of path: String) throws -> [UInt8] {
        do {
            let bytes = try Files.contents(
                of: path == "-" ? "/dev/stdin" : path, bytesMax: bytesMax)
            return Gunzip.isGzip(bytes) ? try Gunzip.open(bytes, bytesMax: bytesMax) : bytes
        } catch is Files.Unreadable {
            complain("\(path) cannot be read: name a file of at most \(bytesMax) bytes, or -")
            throw ExitCode(EX_NOINPUT)
        } catch {
            complain("\(path): expected a whole gzip file of at most \(bytesMax) bytes")
            throw ExitCode(EX_DATAERR)
        }
    }

    /// Writes a line to standard error.
    static func complain(_ line: String) { StandardError.write(line: line) }
}
