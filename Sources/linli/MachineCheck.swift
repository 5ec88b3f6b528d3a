internal import Glibc
internal import Realtime

/// Whether the machine is large enough, and lets a server have what it needs.
enum MachineCheck {
    /// A small estate's server and its database run in this, with room for the system.
    private static let memoryBytesMin: UInt64 = 1 << 30
    /// Open files: connections, and some for everything else.
    private static let openFilesMin: UInt64 = 4096
    /// Connections that may wait to be accepted; libuv asks for as many.
    private static let backlogMin: UInt64 = 511

    static func findings() -> [Finding] { [cores(), memory(), openFiles(), backlog()] }

    private static func cores() -> Finding {
        let count = sysconf(Int32(_SC_NPROCESSORS_ONLN))
        guard count < 2 else { return Finding("cores (\(count))") }
        return Finding(
            .warn, "cores (\(count))", zh: "只有一个核：繁忙时数据库和服务会互相等待，建议两个以上。",
            en: "server and database share one core: give the machine two or more")
    }

    private static func memory() -> Finding {
        let bytes =
            UInt64(max(0, sysconf(Int32(_SC_PHYS_PAGES))))
            * UInt64(max(0, sysconf(Int32(_SC_PAGESIZE))))
        let name = "memory (\(bytes >> 20) MiB)"
        guard bytes < memoryBytesMin else { return Finding(name) }
        return Finding(
            .warn, name, zh: "内存不到 1 GiB：请增加内存，或把数据库放到另一台机器。",
            en: "less than 1 GiB: add memory, or move the database to another machine")
    }

    private static func openFiles() -> Finding {
        guard let count = Files.openFilesMax else { return Finding("open files") }
        let name = "open files (\(count))"
        guard count < openFilesMin else { return Finding(name) }
        return Finding(
            .warn, name, zh: "打开文件数的上限太低：在 systemd 里设 LimitNOFILE=65536，或运行 ulimit -n 65536。",
            en: "the limit is low for many connections: LimitNOFILE=65536 in systemd, or ulimit -n")
    }

    private static func backlog() -> Finding {
        let bytes = (try? Files.contents(of: "/proc/sys/net/core/somaxconn", bytesMax: 64)) ?? []
        let digits = bytes.prefix { (0x30...0x39).contains($0) }
        guard let count = UInt64(String(decoding: digits, as: UTF8.self)) else {
            return Finding("listen backlog")
        }
        let name = "listen backlog (\(count))"
        guard count < backlogMin else { return Finding(name) }
        return Finding(
            .warn, name, zh: "等待接入的连接太少：运行 sysctl -w net.core.somaxconn=4096 并写入 /etc/sysctl.d。",
            en: "bursts of connections are turned away: sysctl -w net.core.somaxconn=4096, and keep"
                + " it in /etc/sysctl.d")
    }
}
