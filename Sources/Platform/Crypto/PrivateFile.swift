internal import Glibc

/// A file that only the server's own user reads.
package enum PrivateFile {
    /// The operating system's error number.
    package struct Failure: Error, Hashable {
        package let number: Int32
    }

    /// Appends the bytes in one write; makes the file with mode 0600 when it is missing.
    ///
    /// It blocks for as long as the file system takes: not for a loop's thread.
    package static func append(_ bytes: [UInt8], to path: String) throws(Failure) {
        try append(bytes, to: path, isSynced: false)
    }

    private static func append(
        _ bytes: [UInt8], to path: String, isSynced: Bool
    ) throws(Failure) {
        let file = unsafe open(path, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw Failure(number: errno) }
        let written = unsafe write(file, bytes, bytes.count)
        var failure = written == bytes.count ? 0 : written < 0 ? errno : ENOSPC
        if isSynced, failure == 0, fsync(file) != 0 { failure = errno }
        close(file)
        guard failure == 0 else { throw Failure(number: failure) }
    }

    /// Writes the bytes to a new file of mode 0600, which then takes the place of one at `path`;
    /// whatever stops it, one of the two is there whole.
    ///
    /// It blocks for as long as the file system takes: not for a loop's thread.
    package static func replace(_ path: String, with bytes: [UInt8]) throws(Failure) {
        let new = "\(path).new"
        guard unsafe unlink(new) == 0 || errno == ENOENT else { throw Failure(number: errno) }
        try append(bytes, to: new, isSynced: true)
        guard unsafe rename(new, path) == 0 else { throw Failure(number: errno) }
    }

    /// Whether anybody but its owner may read or write a file, or there is none.
    package static func isOpenToOthers(_ path: String) -> Bool {
        var status = stat()
        return unsafe stat(path, &status) != 0 || isOpenToOthers(status)
    }

    /// Whether a file's mode lets in anybody but its owner and root.
    ///
    /// systemd may hand over a credential as root's file with an entry for the service's user, which
    /// `stat` shows as the group's right to read.
    static func isOpenToOthers(_ status: stat) -> Bool {
        let isRoots = status.st_uid == 0 && status.st_gid == 0 && getuid() != 0
        return status.st_mode & (isRoots ? 0o037 : 0o077) != 0
    }
}
