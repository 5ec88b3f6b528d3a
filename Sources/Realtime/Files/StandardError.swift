internal import Glibc

/// Where a command complains.
package enum StandardError {
    /// Writes a line; one that cannot be written is lost.
    package static func write(line: String) {
        let bytes = Array((line + "\n").utf8)
        var written = 0
        while written < bytes.count {
            let count = unsafe bytes[written...].withUnsafeBytes { rest in
                unsafe Glibc.write(STDERR_FILENO, rest.baseAddress, rest.count)
            }
            guard count > 0 else { return }
            written += count
        }
    }
}
