internal import COpenSSL

/// Why a certificate, a key or a connection cannot be used.
///
/// The texts name files and say what to do; they never hold key material or peers' bytes.
package enum TLSError: Error, Hashable, CustomStringConvertible {
    /// The file is missing or may not be read by this user.
    case unreadable(file: String)
    /// The file holds no PEM certificate.
    case noCertificate(file: String)
    /// The file holds no PEM private key, or one behind a passphrase.
    case noPrivateKey(file: String)
    /// The private key belongs to another certificate.
    case keyMismatch(certificate: String, key: String)
    /// The certificate's term has ended.
    case expired(file: String)
    /// The certificate's term has not begun.
    case notYetValid(file: String)
    /// OpenSSL refuses a setting or is out of memory.
    case refused(reason: String)
    /// The peer broke the protocol, or sent an alert; the connection is lost.
    case protocolViolation(reason: String)
    /// The transport ended without `close_notify`: what came may be cut short (RFC 8446 §6.1).
    case truncated
    /// The session is closed for sending, or not yet open.
    case notOpen

    /// One sentence with what to do.
    package var description: String {
        switch self {
        case .unreadable(let file):
            "\(file) cannot be read: check the path, and that the server's user may read it"
        case .noCertificate(let file):
            "\(file) holds no PEM certificate: give the chain, the server's own certificate first"
        case .noPrivateKey(let file):
            "\(file) holds no PEM private key without passphrase"
        case .keyMismatch(let certificate, let key):
            "\(key) is not the key of the first certificate in \(certificate): give the pair"
        case .expired(let file):
            "the certificate in \(file) has expired: renew it, then reload"
        case .notYetValid(let file):
            "the certificate in \(file) is not valid yet: check the machine's clock"
        case .refused(let reason): "OpenSSL refuses a TLS setting: \(reason)"
        case .protocolViolation(let reason): "the TLS connection failed: \(reason)"
        case .truncated: "the peer ended the connection without closing TLS"
        case .notOpen: "the TLS session is not open for sending"
        }
    }

    /// OpenSSL's own words for the oldest error of this thread, and forgets the rest.
    static func takeReason() -> String {
        let code = ERR_get_error()
        ERR_clear_error()
        guard code != 0, let reason = unsafe ERR_reason_error_string(code) else {
            return "no reason given"
        }
        return unsafe String(cString: reason)
    }
}
