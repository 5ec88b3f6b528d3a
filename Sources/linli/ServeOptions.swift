internal import ArgumentParser
internal import Platform
internal import Realtime

/// The certificate that a server shows, as `serve` and `doctor` are told.
struct TLSFiles: ParsableArguments {
    @Option(help: "PEM file of the certificate chain; with --key, serves TLS (LINLI_CERTIFICATE).")
    var certificate: String?

    @Option(help: "PEM file of the certificate's private key (LINLI_KEY).")
    var key: String?

    func validate() throws {
        let (certificate, key) = files
        guard (certificate == nil) == (key == nil) else {
            throw ValidationError("--certificate and --key go together")
        }
    }

    private var files: (certificate: String?, key: String?) {
        (
            certificate ?? Files.environment("LINLI_CERTIFICATE"),
            key ?? Files.environment("LINLI_KEY")
        )
    }

    /// Both files; `nil` for plain HTTP.
    var settings: TLSServerSettings? {
        guard case (let certificate?, let key?) = files else { return nil }
        return TLSServerSettings(certificateChainFile: certificate, privateKeyFile: key)
    }
}

/// How a server is reached from outside.
struct Reach: ParsableArguments {
    @Option(
        help: """
            A name that the server answers for, besides this machine's loopback; may be repeated \
            (LINLI_HOSTS, comma-separated). Required in production.
            """)
    var publicHost: [String] = Reach.list("LINLI_HOSTS")

    @Option(
        help: """
            An address, or a block such as 10.0.0.0/8, of a proxy whose X-Forwarded-For is \
            believed; may be repeated (LINLI_TRUSTED_PROXIES, comma-separated).
            """)
    var trustedProxy: [String] = Reach.list("LINLI_TRUSTED_PROXIES")

    /// Names of the machine itself: what a supervisor on it asks by.
    static let loopback: Set<String> = ["localhost", "127.0.0.1", "[::1]"]

    func validate() throws {
        for host in publicHost where !Self.isHost(host) {
            throw ValidationError(
                "\(host) is no host: give a name such as linli.example.org, without scheme or port")
        }
        for block in trustedProxy where AddressBlock(block) == nil {
            throw ValidationError("\(block) is no address, and no block such as 10.0.0.0/8")
        }
    }

    /// What the `Host` field may say.
    var hosts: Set<String> { Self.loopback.union(publicHost.map { $0.lowercased() }) }

    /// Whose word about addresses is taken.
    var proxies: TrustedProxies { TrustedProxies(trustedProxy.compactMap { AddressBlock($0) }) }

    private static func isHost(_ text: String) -> Bool {
        let isBracketed = text.first == "[" && text.last == "]"
        if isBracketed { return IPAddress(text.dropFirst().dropLast())?.family == .v6 }
        return !text.isEmpty && text.utf8.count <= 253
            && text.wholeMatch(of: /[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?/) != nil
    }

    private static func list(_ variable: String) -> [String] {
        (Files.environment(variable) ?? "").split { $0 == "," || $0 == " " }.map(String.init)
    }
}
