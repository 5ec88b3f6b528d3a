internal import Glibc

/// The few system calls on small files and the environment that starting up needs; they block.
package enum SystemFiles {
    /// Why a file or folder could not be read: an `errno`.
    package struct Unreadable: Error, Hashable {
        /// The path asked for.
        package let path: String
        /// The system's number for the reason.
        package let code: Int32
    }

    /// The value of an environment variable, if it is set.
    package static func environment(_ name: String) -> String? {
        unsafe getenv(name).map { unsafe String(cString: $0) }
    }

    /// The folder of the running program.
    package static func programFolder() -> String {
        var path = [UInt8](repeating: 0, count: Int(PATH_MAX))
        let count = unsafe path.withUnsafeMutableBytes { buffer in
            guard let start = unsafe buffer.assumingMemoryBound(to: CChar.self).baseAddress else {
                return 0
            }
            return unsafe readlink("/proc/self/exe", start, buffer.count)
        }
        let text = String(decoding: path.prefix(max(count, 0)), as: UTF8.self)
        return "/" + text.split(separator: "/").dropLast().joined(separator: "/")
    }

    /// Whether this folder can be listed.
    package static func isFolder(_ path: String) -> Bool { unsafe access("\(path)/.", R_OK) == 0 }

    /// The names in a folder, in no order.
    package static func names(in folder: String) throws(Unreadable) -> [String] {
        guard let stream = unsafe opendir(folder) else {
            throw Unreadable(path: folder, code: errno)
        }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        while let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                unsafe String(
                    cString: UnsafeRawPointer(pointer).assumingMemoryBound(to: CChar.self))
            }
            names.append(name)
        }
        return names
    }

    /// All bytes of a file, up to 16 MiB.
    package static func bytes(of path: String) throws(Unreadable) -> [UInt8] {
        guard let stream = unsafe fopen(path, "rbe") else {
            throw Unreadable(path: path, code: errno)
        }
        defer { unsafe _ = fclose(stream) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = unsafe fread(&chunk, 1, chunk.count, stream)
            guard count > 0 else { break }
            bytes.append(contentsOf: chunk.prefix(count))
            guard bytes.count <= 16 << 20 else { throw Unreadable(path: path, code: EFBIG) }
        }
        guard unsafe ferror(stream) == 0 else { throw Unreadable(path: path, code: EIO) }
        return bytes
    }
}
