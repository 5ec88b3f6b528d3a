internal import ArgumentParser
internal import Glibc
internal import Platform
internal import Realtime

/// Looks at everything an installation needs, and says what to do.
struct Doctor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract:
            "Check machine, database, roles, clock, certificate, disk, jobs and event chains.",
        discussion: """
            Changes nothing. Ends with 1 when something is BAD; a WARN alone ends with 0.

            Examples:
              linli doctor --data /var/lib/linli
              linli doctor --database "host=/run/linli dbname=linli user=linli"
              linli doctor --profile production --certificate chain.pem --key key.pem
              linli doctor --json
            """)

    @OptionGroup var settings: Settings

    @OptionGroup var tls: TLSFiles

    @Option(help: "JSON file of the SMS gateway (LINLI_SMS_GATEWAY).")
    var smsGateway: String?

    @Option(help: "Event loops that the server runs; one a core unless given.")
    var loops = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))

    @Flag(help: "Write a JSON array of findings instead.")
    var json = false

    func run() async throws {
        let clock = settings.makeClock()
        var findings = MachineCheck.findings()
        findings += DiskCheck.findings(settings.data)
        let (keys, keyring) = keys()
        findings.append(keys)
        if let certificate = certificate(clock) { findings.append(certificate) }
        if let gateway = gateway() { findings.append(gateway) }
        if let relay = Self.relay() { findings.append(relay) }
        let (data, loops, settings) = (settings.data, loops, settings)
        let isProduction = settings.profile == .production
        do {
            findings += try await settings.withDatabase(clock: clock) { database, _ in
                var findings = await DatabaseCheck.reach(database)
                guard findings.allSatisfy({ $0.level != .bad }) else { return findings }
                findings += try await DatabaseCheck.settings(database, loops: loops)
                findings += try await DatabaseCheck.clock(database)
                findings += try await DatabaseCheck.roles(database)
                if isProduction { findings += try await DatabaseCheck.demo(database) }
                findings += try await LogCheck.estates(
                    database, clock, heads: "\(data)/heads",
                    key: keyring?.signingKey.verifyingKey)
                if let keyring {
                    findings += try await ErasureCheck.estates(
                        database, settings.erasureList(keyring))
                    findings += try await DatabaseCheck.sealed(database, under: keyring)
                }
                findings += try await DatabaseCheck.jobs(database, clock)
                return findings
            }
        } catch {
            findings.append(
                Finding(
                    .bad, "database", zh: "无法检查数据库（\(error)）：请看 PostgreSQL 的日志。",
                    en: "it could not be examined (\(error)): look at PostgreSQL's log"))
        }
        say(json ? Finding.array(findings) : findings.map(\.lines).joined(separator: "\n"))
        if findings.contains(where: { $0.level == .bad }) { throw ExitCode(1) }
    }

    private func keys() -> (Finding, Keyring?) {
        var settings = settings
        settings.profile = .production  // a doctor makes no keys
        do {
            return (Finding("keys"), try settings.keyring())
        } catch {
            return (
                Finding(
                    .bad, "keys", zh: "密钥文件不能用：请从备份恢复，或首次启动前用 linli keys 生成。",
                    en: "\(error); before a first start, linli keys makes them"), nil
            )
        }
    }

    /// The end of the certificate's term; `nil` when there is none to look at.
    private func certificate(_ clock: Clock) -> Finding? {
        guard let files = tls.settings else { return nil }
        let now = clock.now().microseconds / 1_000_000
        do {
            let context = try TLSContext(server: files, nowSeconds: now)
            guard let end = context.expirySeconds else { return nil }
            let days = (end - now) / 86_400
            let name = "certificate (\(days) days left)"
            guard days < Self.certificateDaysMin else { return Finding(name) }
            return Finding(
                .warn, name, zh: "证书快到期了：请续期，然后 systemctl reload linli。",
                en: "it ends soon: renew it, then systemctl reload linli")
        } catch {
            return Finding(
                .bad, "certificate", zh: "证书或私钥不能用：\(error)。", en: "\(error)")
        }
    }

    /// Fewest days that a certificate should have left.
    private static let certificateDaysMin: Int64 = 21

    private static func relay() -> Finding? {
        guard let path = Files.environment("LINLI_CALL_RELAY") else { return nil }
        do {
            _ = try CallRelayConfiguration(
                path: path, credentials: Files.environment("CREDENTIALS_DIRECTORY"))
            return Finding("relay of calls")
        } catch {
            return Finding(
                .bad, "relay of calls", zh: "\(path) 不能用：\(error)。", en: "\(path): \(error)")
        }
    }

    private func gateway() -> Finding? {
        guard let path = smsGateway ?? Files.environment("LINLI_SMS_GATEWAY") else {
            guard settings.profile == .production else { return nil }
            return Finding(
                .bad, "SMS gateway", zh: "正式环境需要短信网关：用 --sms-gateway 指出配置文件。",
                en: "production needs one: name its file with --sms-gateway")
        }
        do {
            _ = try SMSGatewayConfiguration(
                path: path, credentials: Files.environment("CREDENTIALS_DIRECTORY"))
            return Finding("SMS gateway")
        } catch {
            return Finding(
                .bad, "SMS gateway", zh: "\(path) 不能用：\(error)。", en: "\(path): \(error)")
        }
    }
}
