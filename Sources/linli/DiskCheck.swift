internal import Platform
internal import Realtime

/// Whether the disks have room: the data folder's, and the private database's where it stands there.
enum DiskCheck {
    /// Less is a warning; `Readiness.freeBytesMin` is where the server stops being ready.
    private static let freeBytesWanted: UInt64 = 2 << 30

    static func findings(_ folder: String) -> [Finding] {
        let cluster = "\(folder)/cluster/pg"
        return [look("disk", folder)]
            + (Files.isFolder(cluster) ? [look("disk of the database", cluster)] : [])
    }

    private static func look(_ name: String, _ folder: String) -> Finding {
        guard let free = Files.freeBytes(of: folder) else {
            return Finding(
                .bad, name, zh: "读不到 \(folder)：请检查路径和权限，或用 --data 指定。",
                en: "\(folder) cannot be read: check it, or name another with --data")
        }
        let named = "\(name) (\(free >> 20) MiB free)"
        guard free < freeBytesWanted else { return Finding(named) }
        return Finding(
            free < Readiness.freeBytesMin ? .bad : .warn, named,
            zh: "磁盘快满了：请清理 \(folder) 所在的磁盘或扩容，先移走旧备份。",
            en: "make room on the disk of \(folder): move old backups away, or enlarge it")
    }
}
