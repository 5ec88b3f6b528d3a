internal import CLibuv
internal import Glibc

/// Writing to descriptors of the process without ever waiting.
enum Descriptor {
    /// Writes all of `bytes` with one `write(2)`, or says no; never waits.
    ///
    /// The descriptor's flags are shared with whoever gave it to us, so it stays blocking and is
    /// asked first: POSIX promises that a pipe ready to be written takes `PIPE_BUF` (4096) bytes.
    static func writeWhole(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        var wanted = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        guard unsafe poll(&wanted, 1, 0) == 1, wanted.revents & Int16(POLLOUT) != 0 else {
            return false
        }
        return unsafe write(descriptor, bytes, bytes.count) == bytes.count
    }

    /// Sends one datagram to the Unix socket at `path`; a leading `@` means an abstract name.
    static func send(_ bytes: [UInt8], toDatagramSocket path: String) -> Bool {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var name = [UInt8](path.utf8)
        let isAbstract = name.first == UInt8(ascii: "@")
        // The last of `sun_path`'s 108 bytes ends the name (unix(7)).
        guard !name.isEmpty, name.count < 108 else { return false }
        if isAbstract { name[0] = 0 }
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: name) }
        let descriptor = socket(AF_UNIX, c_SOCK_DGRAM_CLOEXEC, 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        let prefix = MemoryLayout<sa_family_t>.size
        let length = socklen_t(prefix + name.count + (isAbstract ? 0 : 1))
        let sent = unsafe withUnsafePointer(to: &address) { address in
            unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                unsafe sendto(
                    descriptor, bytes, bytes.count, Int32(MSG_DONTWAIT), address, length)
            }
        }
        return sent == bytes.count
    }

    /// The value of one of the process's environment variables.
    static func environment(_ name: String) -> String? {
        unsafe getenv(name).map { unsafe String(cString: $0) }
    }
}
