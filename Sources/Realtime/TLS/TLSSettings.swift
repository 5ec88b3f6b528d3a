/// What a TLS server shows and asks for.
package struct TLSServerSettings: Sendable, Hashable {
    /// Whether clients show a certificate, and whose certificates count.
    package enum ClientCertificates: Sendable, Hashable {
        /// Clients are not asked.
        case ignored
        /// Clients are asked; one that shows a certificate must show one of these authorities.
        case optional(authorities: String)
        /// Clients without a certificate of these authorities are refused.
        case required(authorities: String)
    }

    /// PEM file: the server's certificate first, then its intermediates.
    package var certificateChainFile: String
    /// PEM file with the key of the first certificate, without passphrase.
    package var privateKeyFile: String
    /// Whether clients authenticate by certificate; authorities are a PEM file.
    package var clientCertificates: ClientCertificates
    /// ALPN names in the order of preference (RFC 7301).
    package var applicationProtocols: [String]

    /// Settings of an HTTP/1.1 server that asks clients for nothing.
    package init(
        certificateChainFile: String, privateKeyFile: String,
        clientCertificates: ClientCertificates = .ignored,
        applicationProtocols: [String] = ["http/1.1"]
    ) {
        self.certificateChainFile = certificateChainFile
        self.privateKeyFile = privateKeyFile
        self.clientCertificates = clientCertificates
        self.applicationProtocols = applicationProtocols
    }
}

/// The other end of a TLS connection, for checks of a server from inside this process.
///
/// Calls to other hosts go through libcurl, not through this.
package struct TLSClientSettings: Sendable, Hashable {
    /// PEM file of the authorities that the server's certificate must come from.
    package var authorities: String
    /// Highest version that is offered.
    package var versionMax: TLSVersion
    /// ALPN names that are offered; none means no ALPN extension.
    package var applicationProtocols: [String]
    /// PEM file of the client's certificate, if it shows one.
    package var certificateChainFile: String?
    /// PEM file of the client's key, if it shows a certificate.
    package var privateKeyFile: String?

    /// Settings that offer everything up to TLS 1.3 and HTTP/1.1.
    package init(
        authorities: String, versionMax: TLSVersion = .tls13,
        applicationProtocols: [String] = ["http/1.1"],
        certificateChainFile: String? = nil, privateKeyFile: String? = nil
    ) {
        self.authorities = authorities
        self.versionMax = versionMax
        self.applicationProtocols = applicationProtocols
        self.certificateChainFile = certificateChainFile
        self.privateKeyFile = privateKeyFile
    }
}

/// A version of TLS by its number on the wire (RFC 8446 §4.2.1).
package enum TLSVersion: Int32, Sendable, Hashable {
    case tls11 = 0x0302
    case tls12 = 0x0303
    case tls13 = 0x0304
}
