internal import Glibc

/// What start-up and commands read of the file system; each call blocks, so never on a busy loop.
package enum Files {
    /// A file or folder that could not be read, by its path.
    package struct Unreadable: Error, Hashable {
        package let path: String
    }

    /// The names in a folder, sorted, without those that begin with a dot.
    package static func names(in folder: String) throws(Unreadable) -> [String] {
        guard let stream = unsafe opendir(folder) else { throw Unreadable(path: folder) }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        while let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                unsafe String(
                    cString: UnsafeRawPointer(pointer).assumingMemoryBound(to: CChar.self))
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }

    /// Whether there is a folder at a path.
    package static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// Whether we may read what is at a path.
    package static func isReadable(_ path: String) -> Bool { unsafe access(path, R_OK) == 0 }

    /// A whole file; one longer than `bytesMax` counts as unreadable.
    package static func contents(
        of path: String, bytesMax: Int = 64 << 20
    ) throws(Unreadable) -> [UInt8] {
        guard let file = unsafe fopen(path, "rb") else { throw Unreadable(path: path) }
        defer { unsafe _ = fclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = unsafe fread(&chunk, 1, chunk.count, file)
            guard count > 0 else { break }
            bytes.append(contentsOf: chunk[..<count])
            guard bytes.count <= bytesMax else { throw Unreadable(path: path) }
        }
        guard unsafe ferror(file) == 0 else { throw Unreadable(path: path) }
        return bytes
    }

    /// Bytes that an unprivileged user may still write on a path's disk.
    package static func freeBytes(of path: String) -> UInt64? {
        var status = statvfs()
        guard unsafe statvfs(path, &status) == 0 else { return nil }
        return UInt64(status.f_bavail) * UInt64(status.f_frsize)
    }

    /// Most files and sockets that this process may have open at once.
    package static var openFilesMax: UInt64? {
        var limit = rlimit()
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        return unsafe getrlimit(resource, &limit) == 0 ? UInt64(limit.rlim_cur) : nil
    }

    /// The folder of the running program.
    package static var programFolder: String {
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

    /// A variable of the environment; `nil` when it is missing or empty.
    package static func environment(_ name: String) -> String? {
        guard let value = Descriptor.environment(name), !value.isEmpty else { return nil }
        return value
    }
}
