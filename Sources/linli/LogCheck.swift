internal import Platform
internal import Realtime

/// Every estate's event log: its chain, and the signed heads that the log must contain.
enum LogCheck {
    static func estates(
        _ database: Database, _ clock: Clock, heads folder: String, key: VerifyingKey?
    ) async throws -> [Finding] {
        var findings: [Finding] = []
        for estate in try await database.read(.none, EstateIDs()) {
            findings += try await self.estate(
                estate, database, clock, heads: "\(folder)/\(estate).jsonl", key)
        }
        return findings
    }

    private static func estate(
        _ estate: UUID, _ database: Database, _ clock: Clock, heads path: String,
        _ key: VerifyingKey?
    ) async throws -> [Finding] {
        let name = "signed heads of \(estate)"
        var heads: HeadCheck?
        var findings: [Finding] = []
        do {
            if let key, let bytes = try? Files.contents(of: path) {
                heads = try HeadCheck(bytes.split(separator: UInt8(ascii: "\n")), key: key)
            }
        } catch {
            findings.append(altered(name, path, "\(error)"))
        }
        var chain = ChainVerifier()
        var newest: Instant?
        do {
            try await EventLogReader(database: database, estate: estate, job: "audit").read {
                event in
                try chain.verify(event)
                try heads?.check(chain)
                newest = event.at
            }
            try heads?.finish(chain)
        } catch let broken as ChainVerifier.Break {
            return findings + [rewritten("events of \(estate)", "\(broken)")]
        } catch let fault as HeadCheck.Fault {
            return findings + [rewritten(name, "\(fault)")]
        }
        let log = "events of \(estate) (\(chain.sequence))"
        if let newest, newest > clock.now() + .seconds(2) {
            findings.append(
                Finding(
                    .bad, log, zh: "最新的事件在未来：请校准本机时钟。",
                    en: "the newest event is of the future: set this machine's clock"))
        } else {
            findings.append(Finding(log))
        }
        if let heads {
            findings.append(Finding("\(name) (\(heads.count))"))
        } else if findings.count == 1, chain.sequence > 0, key != nil {
            findings.append(
                Finding(
                    .warn, name, zh: "还没有签名的链头：服务运行后每小时写一次；请把 \(path) 抄送到别处保存。",
                    en: "there is none yet: the server writes one an hour; keep copies of"
                        + " \(path) elsewhere"))
        }
        return findings
    }

    private static func altered(_ name: String, _ path: String, _ what: String) -> Finding {
        Finding(
            .bad, name, zh: "\(path) 被改动过（\(what)）：请从别处的副本恢复。",
            en: "\(path) was altered (\(what)): restore it from the copy kept elsewhere")
    }

    private static func rewritten(_ name: String, _ what: String) -> Finding {
        Finding(
            .bad, name, zh: "事件记录与链或签名不符（\(what)）：请停用写入，从备份恢复后比对签名链头。",
            en: "\(what): stop writing, restore the log from the backup and compare signed heads")
    }
}
