internal import Platform
internal import Realtime

/// What the doctor asks the database.
enum DatabaseCheck {
    /// Whether it answers, binds us, writes, and has this program's schema.
    static func reach(_ database: Database) async -> [Finding] {
        let reach = await Readiness.database(database)
        if let fault = reach.fault {
            return [
                Finding(
                    .bad, "database",
                    zh: "数据库用不了（\(fault)）：请检查 --database、角色 linli 和 PostgreSQL 是否在运行。",
                    en: fault)
            ]
        }
        do {
            let schema = await Readiness.schema(database, try Migrator())
            guard let fault = schema.fault else { return [Finding("database"), Finding("schema")] }
            return [
                Finding("database"),
                Finding(
                    .bad, "schema", zh: "数据库结构不是这个版本的：请先备份，再运行 linli migrate。", en: fault),
            ]
        } catch {
            return [
                Finding(
                    .bad, "schema", zh: "程序旁边的迁移文件读不到：请重新安装完整的程序。",
                    en: "the program's own migrations cannot be read: install it whole again")
            ]
        }
    }

    /// Version, checksums, durability and connections.
    static func settings(_ database: Database, loops: Int) async throws -> [Finding] {
        guard let facts = try await database.read(.none, DatabaseFacts()).first else { return [] }
        let version = "PostgreSQL (\(facts.version / 10_000).\(facts.version % 10_000))"
        var findings = [
            facts.version >= 150_000
                ? Finding(version)
                : Finding(.bad, version, zh: "版本太旧：请升级到 15 或更新。", en: "upgrade to 15 or later")
        ]
        findings.append(
            facts.checksums == "on"
                ? Finding("data checksums")
                : Finding(
                    .warn, "data checksums",
                    zh: "数据页没有校验和：停库后运行 pg_checksums --enable。",
                    en: "they are off: stop PostgreSQL, and run pg_checksums --enable"))
        let durable = [
            ("fsync", facts.fsync), ("full_page_writes", facts.fullPageWrites),
            ("synchronous_commit", facts.synchronousCommit),
        ]
        for (name, value) in durable {
            findings.append(
                value != "off"
                    ? Finding(name)
                    : Finding(
                        .bad, name, zh: "已确认的写入可能丢失：请在 postgresql.conf 里设为 on 并重载。",
                        en: "acknowledged writes may be lost: set it on, and reload"))
        }
        let pool = DatabaseConfiguration(connection: "")
        // Beside the pools: those reserved for superusers, a backup, and a command or two.
        let needed = Int64(loops * (pool.readersPerShard + pool.writersPerShard) + 10)
        let name = "max_connections (\(facts.connectionsMax))"
        findings.append(
            facts.connectionsMax >= needed
                ? Finding(name)
                : Finding(
                    .bad, name,
                    zh: "连接数不够：一个 \(loops) 核的进程需要 \(needed)，请调大后重启。",
                    en: "a process of \(loops) loops needs \(needed): raise it, and restart"))
        return findings
    }

    /// The machine's clock against the database's.
    static func clock(_ database: Database) async throws -> [Finding] {
        let machine = Clock.machine()
        let before = machine.now()
        guard let theirs = try await database.read(.none, DatabaseFacts()).first?.clock else {
            return []
        }
        let after = machine.now()
        let slack = Duration.seconds(2)
        guard theirs < before - slack || theirs > after + slack else { return [Finding("clock")] }
        return [
            Finding(
                .bad, "clock",
                zh: "本机和数据库的时钟相差超过 2 秒：两边都请启用 NTP（timedatectl set-ntp true）。",
                en: "this machine's and the database's differ by more than 2 s: have NTP set both"
                    + " (timedatectl set-ntp true)")
        ]
    }

    /// The three roles of ops/roles.sql.
    static func roles(_ database: Database) async throws -> [Finding] {
        guard let facts = try await database.read(.none, RoleFacts()).first else { return [] }
        let zh = "请以超级用户运行 psql -f ops/roles.sql，再运行 linli migrate。"
        let en = "run ops/roles.sql as a superuser, then linli migrate"
        return [
            facts.isOwned
                ? Finding("role linli_owner")
                : Finding(
                    .bad, "role linli_owner", zh: "它应拥有 linli 模式且不是超级用户：" + zh,
                    en: "it must own the schema linli, and be no superuser: " + en),
            facts.hasBackup && facts.unreadableCount == 0
                ? Finding("role linli_backup")
                : Finding(
                    .bad, "role linli_backup", zh: "备份会不完整：" + zh,
                    en: "backups would be incomplete: " + en),
            facts.isGranted
                ? Finding("grants")
                : Finding(
                    .bad, "grants", zh: "服务角色应能使用而不能改动 linli 模式：" + zh,
                    en: "the serving role must use the schema and make nothing in it: " + en),
        ]
    }

    /// Sealed values under keys that are to go, or that are not held.
    static func sealed(_ database: Database, under keyring: Keyring) async throws -> [Finding] {
        let heads = try await database.read(.none, SealedHeads())
        let stale = heads.filter { keyring.standing(of: $0.head) == .old }
        let lost = heads.filter { keyring.standing(of: $0.head) == .unknown }
        guard lost.isEmpty else {
            let count = lost.reduce(0) { $0 + $1.count }
            return [
                Finding(
                    .bad, "sealed values",
                    zh: "有 \(count) 项的密钥不在密钥文件里：请从密钥备份恢复缺少的行。",
                    en: "the key of \(count) is not in the key file: restore its line from the"
                        + " keys' backup")
            ]
        }
        guard !stale.isEmpty else { return [Finding("sealed values")] }
        let count = stale.reduce(0) { $0 + $1.count }
        return [
            Finding(
                .warn, "sealed values",
                zh: "还有 \(count) 项用旧密钥封存：一天内会自动换新，换完之前请保留旧密钥的行。",
                en: "\(count) are under an older key: the jobs reseal take them within a day; keep"
                    + " its line until then")
        ]
    }

    /// Demo people, in production.
    static func demo(_ database: Database) async throws -> [Finding] {
        let codes = try await database.read(.none, DemoEstates())
        guard !codes.isEmpty else { return [Finding("no demo people")] }
        return [
            Finding(
                .bad, "demo people",
                zh: "演示小区 \(codes.joined(separator: "、"))：正式环境请换一个新库并导入真实资料。",
                en: "the estates \(codes.joined(separator: ", ")) are demos: make a new database,"
                    + " and import the real registry into it")
        ]
    }

    /// Periodic work that failed, or has not run for long.
    static func jobs(_ database: Database, _ clock: Clock) async throws -> [Finding] {
        let statuses = try await database.read(.none, JobStatuses())
        let now = clock.now()
        let unwell: [Finding] = statuses.compactMap { status in
            let place = status.estate == Job.noEstate ? "" : " in \(status.estate)"
            let name = "job \(status.job)\(place)"
            if status.hasFailed {
                let outcome = status.outcome ?? ""
                return Finding(
                    .bad, name, zh: "上次运行以 \(outcome) 结束：请看服务日志。",
                    en: "its last run ended with \(outcome): see the server's log")
            }
            guard status.isLate(at: now, by: .seconds(3600)) else { return nil }
            return Finding(
                .bad, name, zh: "该做的事已晚了一小时以上：linli serve 在运行吗？",
                en: "it is more than an hour late: is linli serve running?")
        }
        return unwell.isEmpty ? [Finding("jobs (\(statuses.count))")] : unwell
    }
}
