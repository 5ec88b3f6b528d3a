internal import COpenSSL
internal import Glibc

/// A certificate, its key and the rules of the connections that use them, shared by all loops.
///
/// TLS 1.2 with AEAD suites only, and TLS 1.3; no renegotiation, no compression, no TLS 1.2
/// tickets. TLS 1.3 tickets live two hours under keys of this context alone, so every reload also
/// rotates them; with client certificates there is no resumption at all, so that each connection
/// shows its certificate. `SSL_CTX` counts references by itself and its settings are final once
/// `init` ends, which OpenSSL's manual page openssl-threads(7) asks for sharing it.
@safe package final class TLSContext: Sendable {
    // Written in `init` only; OpenSSL locks what sessions change in it.
    nonisolated(unsafe) let raw: OpaquePointer
    // ALPN names as on the wire; OpenSSL's callback reads them while a session lives.
    nonisolated(unsafe) private let protocols: UnsafeMutableBufferPointer<UInt8>
    /// Whether its sessions are servers.
    let isServer: Bool
    /// When the certificate ends, in seconds since 1970 UTC; nil without a certificate.
    package let expirySeconds: Int64?

    /// Lifetime of a TLS 1.3 ticket; RFC 8446 §4.6.1 allows at most 7 days.
    static let ticketSecondsMax = 2 * 60 * 60
    private static let suitesOfTLS12 = "ECDHE+AESGCM:ECDHE+CHACHA20"

    /// Reads certificate and key and checks that they fit and that `nowSeconds` is in their term.
    ///
    /// `nowSeconds` counts from 1970 UTC.
    package init(server settings: TLSServerSettings, nowSeconds: Int64) throws(TLSError) {
        let raw = try unsafe Self.make(server: true)
        do throws(TLSError) {
            try unsafe Self.harden(raw)
            let certificate = settings.certificateChainFile
            try unsafe Self.load(chain: certificate, key: settings.privateKeyFile, into: raw)
            expirySeconds = try unsafe Self.checkTerm(
                of: raw, file: certificate, nowSeconds: nowSeconds)
            try unsafe Self.ask(settings.clientCertificates, in: raw)
        } catch {
            unsafe SSL_CTX_free(raw)
            throw error
        }
        unsafe self.raw = raw
        isServer = true
        unsafe protocols = Self.wireForm(of: settings.applicationProtocols)
        guard !settings.applicationProtocols.isEmpty else { return }
        let names = unsafe Unmanaged.passUnretained(self).toOpaque()
        unsafe SSL_CTX_set_alpn_select_cb(raw, chooseProtocol, names)
    }

    /// A client that believes the given authorities and checks no host name.
    package init(client settings: TLSClientSettings) throws(TLSError) {
        let raw = try unsafe Self.make(server: false)
        let protocols = unsafe Self.wireForm(of: settings.applicationProtocols)
        do throws(TLSError) {
            try unsafe Self.believe(settings.authorities, in: raw)
            if let chain = settings.certificateChainFile, let key = settings.privateKeyFile {
                try unsafe Self.load(chain: chain, key: key, into: raw)
            }
            try accept(unsafe c_SSL_CTX_set_max_proto_version(raw, settings.versionMax.rawValue))
            if settings.versionMax.rawValue < TLSVersion.tls12.rawValue {
                // Debian's default level would not even offer what this client is asked to offer.
                try accept(unsafe SSL_CTX_set_cipher_list(raw, "DEFAULT:@SECLEVEL=0"))
            }
            if !settings.applicationProtocols.isEmpty {
                let status = unsafe SSL_CTX_set_alpn_protos(
                    raw, protocols.baseAddress, UInt32(protocols.count))
                try accept(status == 0 ? 1 : 0)
            }
        } catch {
            unsafe protocols.deallocate()
            unsafe SSL_CTX_free(raw)
            throw error
        }
        unsafe SSL_CTX_set_verify(raw, SSL_VERIFY_PEER, nil)
        unsafe self.raw = raw
        unsafe self.protocols = protocols
        isServer = false
        expirySeconds = nil
    }

    /// The first of our names which the client offers too; none in common ends the handshake.
    ///
    /// RFC 7301 §3.2: `no_application_protocol`.
    fileprivate func choose(
        from offered: UnsafePointer<UInt8>?, count: UInt32,
        _ chosen: UnsafeMutablePointer<UnsafePointer<UInt8>?>,
        _ chosenCount: UnsafeMutablePointer<UInt8>?
    ) -> Int32 {
        var name: UnsafeMutablePointer<UInt8>?
        let outcome = unsafe SSL_select_next_proto(
            &name, chosenCount, protocols.baseAddress, UInt32(protocols.count), offered, count)
        guard outcome == OPENSSL_NPN_NEGOTIATED else { return SSL_TLSEXT_ERR_ALERT_FATAL }
        unsafe chosen.pointee = UnsafePointer(name)
        return SSL_TLSEXT_ERR_OK
    }

    deinit {
        unsafe SSL_CTX_free(raw)
        unsafe protocols.deallocate()
    }
}

/// OpenSSL's callback; its argument is the context, which outlives its sessions.
private func chooseProtocol(
    _: OpaquePointer?, _ chosen: UnsafeMutablePointer<UnsafePointer<UInt8>?>?,
    _ chosenCount: UnsafeMutablePointer<UInt8>?, _ offered: UnsafePointer<UInt8>?,
    _ count: UInt32, _ context: UnsafeMutableRawPointer?
) -> Int32 {
    guard let chosen = unsafe chosen, let context = unsafe context else {
        return SSL_TLSEXT_ERR_ALERT_FATAL
    }
    let owner = unsafe Unmanaged<TLSContext>.fromOpaque(context).takeUnretainedValue()
    return unsafe owner.choose(from: offered, count: count, chosen, chosenCount)
}

/// OpenSSL's convention of 1 for success, as a throw.
private func accept(_ status: Int32) throws(TLSError) {
    guard status == 1 else { throw .refused(reason: TLSError.takeReason()) }
}

extension TLSContext {
    private static func make(server: Bool) throws(TLSError) -> OpaquePointer {
        ERR_clear_error()
        let method = unsafe server ? TLS_server_method() : TLS_client_method()
        guard let raw = unsafe SSL_CTX_new(method) else {
            throw .refused(reason: TLSError.takeReason())
        }
        // Buffers of idle connections go back: 34 kB less for each.
        unsafe _ = c_SSL_CTX_set_mode(raw, Int(SSL_MODE_RELEASE_BUFFERS))
        return unsafe raw
    }

    private static func harden(_ raw: OpaquePointer) throws(TLSError) {
        try accept(unsafe c_SSL_CTX_set_min_proto_version(raw, TLS1_2_VERSION))
        try accept(unsafe SSL_CTX_set_cipher_list(raw, suitesOfTLS12))
        let options =
            c_SSL_OP_NO_RENEGOTIATION | c_SSL_OP_NO_COMPRESSION
            | c_SSL_OP_CIPHER_SERVER_PREFERENCE | c_SSL_OP_PRIORITIZE_CHACHA
        unsafe _ = SSL_CTX_set_options(raw, options)
        unsafe _ = c_SSL_CTX_set_session_cache_mode(raw, Int(SSL_SESS_CACHE_OFF))
        unsafe _ = SSL_CTX_set_timeout(raw, Int(ticketSecondsMax))
        try accept(unsafe SSL_CTX_set_num_tickets(raw, 1))
    }

    private static func load(
        chain: String, key: String, into raw: OpaquePointer
    ) throws(TLSError) {
        try checkReadable(chain)
        try checkReadable(key)
        guard unsafe SSL_CTX_use_certificate_chain_file(raw, chain) == 1 else {
            ERR_clear_error()
            throw .noCertificate(file: chain)
        }
        // An empty passphrase instead of a question on the terminal.
        unsafe SSL_CTX_set_default_passwd_cb(raw) { _, _, _, _ in 0 }
        guard unsafe SSL_CTX_use_PrivateKey_file(raw, key, SSL_FILETYPE_PEM) == 1 else {
            let isMismatch =
                ERR_GET_REASON(ERR_peek_last_error()) == X509_R_KEY_VALUES_MISMATCH
            ERR_clear_error()
            throw isMismatch ? .keyMismatch(certificate: chain, key: key) : .noPrivateKey(file: key)
        }
        guard unsafe SSL_CTX_check_private_key(raw) == 1 else {
            ERR_clear_error()
            throw .keyMismatch(certificate: chain, key: key)
        }
    }

    private static func checkReadable(_ file: String) throws(TLSError) {
        guard unsafe access(file, R_OK) == 0 else { throw .unreadable(file: file) }
    }

    /// Checks the term of the context's certificate and returns its end.
    private static func checkTerm(
        of raw: OpaquePointer, file: String, nowSeconds: Int64
    ) throws(TLSError) -> Int64 {
        guard let certificate = unsafe SSL_CTX_get0_certificate(raw) else {
            throw .noCertificate(file: file)
        }
        let begin = unsafe seconds(X509_get0_notBefore(certificate))
        let end = unsafe seconds(X509_get0_notAfter(certificate))
        guard let begin, let end else { throw .noCertificate(file: file) }
        guard nowSeconds >= begin else { throw .notYetValid(file: file) }
        guard nowSeconds <= end else { throw .expired(file: file) }
        return end
    }

    /// Seconds since 1970 UTC, counted by OpenSSL.
    private static func seconds(_ time: UnsafePointer<ASN1_TIME>?) -> Int64? {
        guard let epoch = unsafe ASN1_TIME_set(nil, 0) else { return nil }
        defer { unsafe ASN1_STRING_free(epoch) }
        var days: Int32 = 0
        var seconds: Int32 = 0
        guard unsafe ASN1_TIME_diff(&days, &seconds, epoch, time) == 1 else { return nil }
        return Int64(days) * 86_400 + Int64(seconds)
    }

    private static func ask(
        _ wish: TLSServerSettings.ClientCertificates, in raw: OpaquePointer
    ) throws(TLSError) {
        let authorities: String
        let mode: Int32
        switch wish {
        case .ignored: return
        case .optional(let file): (authorities, mode) = (file, SSL_VERIFY_PEER)
        case .required(let file):
            (authorities, mode) = (file, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT)
        }
        try unsafe believe(authorities, in: raw)
        unsafe SSL_CTX_set_client_CA_list(raw, SSL_load_client_CA_file(authorities))
        unsafe SSL_CTX_set_verify(raw, mode, nil)
        unsafe _ = SSL_CTX_set_options(raw, c_SSL_OP_NO_TICKET)
        try accept(unsafe SSL_CTX_set_num_tickets(raw, 0))
    }

    private static func believe(_ authorities: String, in raw: OpaquePointer) throws(TLSError) {
        try checkReadable(authorities)
        guard unsafe SSL_CTX_load_verify_file(raw, authorities) == 1 else {
            ERR_clear_error()
            throw .noCertificate(file: authorities)
        }
    }

    /// Each name behind a byte of length (RFC 7301 §3.1).
    private static func wireForm(of names: [String]) -> UnsafeMutableBufferPointer<UInt8> {
        var bytes: [UInt8] = []
        for name in names {
            precondition((1...255).contains(name.utf8.count), "an ALPN name has 1 to 255 bytes")
            bytes.append(UInt8(name.utf8.count))
            bytes.append(contentsOf: name.utf8)
        }
        let buffer = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: bytes.count)
        _ = unsafe buffer.initialize(from: bytes)
        return unsafe buffer
    }
}
