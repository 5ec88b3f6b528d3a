internal import Platform
internal import Realtime
internal import Social

/// Whether whom the list of erasures names is erased in the database, too: after a restore it may not be.
enum ErasureCheck {
    static func estates(_ database: Database, _ list: ErasureList) async throws -> [Finding] {
        var findings: [Finding] = []
        for estate in try await database.read(.none, EstateIDs()) {
            do {
                let found = try await ErasureJob.standing(of: estate, list, database)
                findings.append(finding(estate, found))
            } catch let fault as ErasureList.Fault {
                findings.append(
                    Finding(
                        .bad, "erasures of \(estate)",
                        zh: "注销名单 \(list.folder) 被改动过或读不到（\(fault)）：请从别处的副本恢复，之前不要启动服务。",
                        en: "the list in \(list.folder) was altered or cannot be read (\(fault)):"
                            + " restore it from the copy kept elsewhere before the server starts"))
            }
        }
        return findings
    }

    private static func finding(
        _ estate: UUID, _ found: (listed: Int, held: Int, torn: Int)
    ) -> Finding {
        let name = "erasures of \(estate) (\(found.listed))"
        if found.held > 0 {
            return Finding(
                .warn, name, zh: "\(found.held) 位已注销的人随备份回来了：请启动服务，它会先再次注销。",
                en: "\(found.held) who were erased are back with a backup: start the server, which"
                    + " erases them again before it serves")
        }
        if found.torn > 0 {
            return Finding(
                .warn, name, zh: "名单里有 \(found.torn) 行没写完：那次注销会自动重做，请与副本比对。",
                en: "\(found.torn) lines were cut off: that erasure was done again by itself;"
                    + " compare the list with its copy")
        }
        return Finding(name)
    }
}
