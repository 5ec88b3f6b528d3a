package import Realtime

/// Where a browser is reached by Web Push (RFC 8030), and how what is sent there is encrypted.
///
/// It is personal: it never prints itself.
package struct PushTarget: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
    /// The push service's address of this browser: an `https` URL.
    package let endpoint: String
    /// The browser's public key: a point on P-256, 65 bytes.
    package let publicKey: [UInt8]
    /// The browser's secret: 16 bytes.
    package let secret: [UInt8]

    /// Longest endpoint, in bytes.
    package static let endpointBytesMax = 2048

    /// A target as a browser gives it (`PushSubscription.toJSON()`); nil when it is none.
    package init?(endpoint: String, p256dh: String, auth: String) {
        guard endpoint.utf8.count <= Self.endpointBytesMax, endpoint.hasPrefix("https://"),
            endpoint.utf8.allSatisfy({ (0x21...0x7E).contains($0) }),
            let publicKey = Base64.urlDecoded(p256dh), publicKey.count == 65, publicKey.first == 4,
            let secret = Base64.urlDecoded(auth), secret.count == 16,
            Self.origin(of: endpoint) != nil
        else { return nil }
        self.endpoint = endpoint
        self.publicKey = publicKey
        self.secret = secret
    }

    /// The text that is sealed.
    package var text: String {
        "\(endpoint) \(Base64.urlEncoded(publicKey)) \(Base64.urlEncoded(secret))"
    }

    /// Reads what `text` wrote.
    package init?(text: String) {
        let parts = text.split(separator: " ").map(String.init)
        guard parts.count == 3 else { return nil }
        self.init(endpoint: parts[0], p256dh: parts[1], auth: parts[2])
    }

    /// Scheme and authority of the endpoint, for which a proof is good (RFC 8292 §2).
    package var origin: String { Self.origin(of: endpoint) ?? "" }

    private static func origin(of endpoint: String) -> String? {
        let authority = endpoint.dropFirst("https://".count).prefix { !"/?#".contains($0) }
        guard !authority.isEmpty, !authority.contains("@") else { return nil }
        return "https://\(authority.lowercased())"
    }

    package var description: String { "a push target" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

/// Encrypts messages for browsers (RFC 8291) and proves who sends them (RFC 8292).
package struct WebPush: Sendable {
    private let key: P256Key
    /// Whom a push service asks when something is wrong: a `mailto:` or `https:` URI.
    private let contact: String

    /// The key that browsers subscribe under, as they want it.
    package var applicationServerKey: String { Base64.urlEncoded(key.publicBytes) }

    /// The sender of this installation: its key follows from the keyring, so that it stays.
    package init(_ keyring: Keyring, contact: String) throws(CryptoError) {
        key = try P256Key(seed: keyring.hashingKey(for: "web push"), purpose: "vapid")
        self.contact = contact
    }

    /// Longest message, in bytes: with its head and tag it fits the 4096 bytes that every push service
    /// takes (RFC 8030 §7.2).
    package static let messageBytesMax = 3993

    /// The content of a push: `aes128gcm` (RFC 8188) in one record.
    package static func encrypted(
        _ message: [UInt8], for target: PushTarget, ephemeral: P256Key, salt: [UInt8]
    ) throws(CryptoError) -> [UInt8] {
        guard message.count <= messageBytesMax, salt.count == 16 else { throw .wrongLength }
        let shared = try ephemeral.sharedSecret(with: target.publicKey)
        let info = Array("WebPush: info\u{0}".utf8) + target.publicKey + ephemeral.publicBytes
        let input = HKDF.expand(
            HKDF.extract(shared, salt: target.secret), info: info, byteCount: 32)
        let secret = HKDF.extract(input, salt: salt)
        let contentKey = HKDF.expand(
            secret, info: Array("Content-Encoding: aes128gcm\u{0}".utf8), byteCount: 16)
        let nonce = HKDF.expand(
            secret, info: Array("Content-Encoding: nonce\u{0}".utf8), byteCount: 12)
        // 2: the last record (RFC 8188 §2).
        let record = try AES128GCM.sealed(message + [2], key: contentKey, nonce: nonce)
        return salt + bigEndian(4096) + [65] + ephemeral.publicBytes + record
    }

    /// The field that proves who sends (RFC 8292 §3), good for twelve hours.
    package func authorization(
        for target: PushTarget, at instant: Instant
    ) throws(CryptoError) -> String {
        var claims = JSONWriter(capacity: 256)
        claims.object { json in
            json.member("aud", target.origin)
            json.member("exp", instant.microseconds / 1_000_000 + 12 * 3600)
            json.member("sub", contact)
        }
        let signed =
            Base64.urlEncoded(Array(#"{"typ":"JWT","alg":"ES256"}"#.utf8)) + "."
            + Base64.urlEncoded(claims.bytes)
        let signature = try key.signature(of: Array(signed.utf8))
        return "vapid t=\(signed).\(Base64.urlEncoded(signature)), k=\(applicationServerKey)"
    }

    /// The call that hands a message to the push service.
    package func call(
        _ message: [UInt8], to target: PushTarget, isUrgent: Bool, at instant: Instant,
        audience: Audience = .userGiven
    ) throws(CryptoError) -> Call {
        var call = Call(.post, target.endpoint, audience: audience)
        call.headers = [
            ("Authorization", try authorization(for: target, at: instant)),
            ("Content-Encoding", "aes128gcm"),
            ("Content-Type", "application/octet-stream"),
            ("TTL", "86400"),
            ("Urgency", isUrgent ? "high" : "normal"),
        ]
        call.body = try Self.encrypted(
            message, for: target, ephemeral: .random(), salt: SecureRandom.bytes(16))
        call.answerBytesMax = 64 * 1024
        return call
    }
}
