internal import COpenSSL

/// An Ed25519 key (RFC 8032) that signs; it never prints itself.
package struct SigningKey: Sendable, CustomStringConvertible, CustomReflectable {
    /// How many bytes a signature has.
    package static let signatureBytes = 64

    private let seed: SymmetricKey
    /// What others check this key's signatures with.
    package let verifyingKey: VerifyingKey

    /// The key of a 32-byte seed (RFC 8032 §5.1.5).
    package init(seed: SymmetricKey) throws(CryptoError) {
        self.seed = seed
        let key = try EdwardsKey(privateBytes: seed.bytes)
        verifyingKey = try VerifyingKey(rawBytes: key.publicBytes())
    }

    /// The 64-byte signature of these bytes.
    package func signature(of bytes: [UInt8]) throws(CryptoError) -> [UInt8] {
        try EdwardsKey(privateBytes: seed.bytes).signature(of: bytes)
    }

    package var description: String { "a signing key" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

/// An Ed25519 public key.
package struct VerifyingKey: Sendable, Hashable {
    /// Its 32 bytes (RFC 8032 §5.1.2).
    package let rawBytes: [UInt8]

    package init(rawBytes: [UInt8]) throws(CryptoError) {
        guard rawBytes.count == 32 else { throw .wrongLength }
        self.rawBytes = rawBytes
    }

    /// Whether the holder of the key signed exactly these bytes.
    package func isSignature(_ signature: [UInt8], of bytes: [UInt8]) -> Bool {
        guard signature.count == SigningKey.signatureBytes,
            let key = try? EdwardsKey(publicBytes: rawBytes)
        else { return false }
        return key.verifies(signature, of: bytes)
    }

    /// The key as `openssl pkey -pubin` reads it (RFC 7468 §13, RFC 8410 §4).
    package var pem: String {
        """
        -----BEGIN PUBLIC KEY-----
        \(Base64.encoded(Self.subjectPublicKeyInfo + rawBytes))
        -----END PUBLIC KEY-----

        """
    }

    /// Reads what `pem` writes; `nil` when it is no Ed25519 key.
    package init?(pem: String) {
        let lines = pem.split(whereSeparator: \.isNewline)
        guard lines.count >= 3, lines.first == "-----BEGIN PUBLIC KEY-----",
            lines.last == "-----END PUBLIC KEY-----"
        else { return nil }
        // The alphabet for addresses, without padding, is the one that we read.
        let text = lines.dropFirst().dropLast().joined()
            .map { $0 == "+" ? "-" : $0 == "/" ? "_" : $0 }.filter { $0 != "=" }
        guard let bytes = Base64.urlDecoded(String(text)),
            bytes.starts(with: Self.subjectPublicKeyInfo),
            let key = try? VerifyingKey(
                rawBytes: Array(bytes.dropFirst(Self.subjectPublicKeyInfo.count)))
        else { return nil }
        self = key
    }

    private static let subjectPublicKeyInfo: [UInt8] = [
        0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00,
    ]
}

/// The owner of OpenSSL's key object, for one operation.
@safe private struct EdwardsKey: ~Copyable {
    private let raw: OpaquePointer

    init(privateBytes: [UInt8]) throws(CryptoError) {
        guard
            let raw = unsafe EVP_PKEY_new_raw_private_key(
                EVP_PKEY_ED25519, nil, privateBytes, privateBytes.count)
        else { throw .lastOfLibrary }
        unsafe self.raw = raw
    }

    init(publicBytes: [UInt8]) throws(CryptoError) {
        guard
            let raw = unsafe EVP_PKEY_new_raw_public_key(
                EVP_PKEY_ED25519, nil, publicBytes, publicBytes.count)
        else { throw .lastOfLibrary }
        unsafe self.raw = raw
    }

    func publicBytes() throws(CryptoError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 32)
        var count = bytes.count
        guard unsafe EVP_PKEY_get_raw_public_key(raw, &bytes, &count) == 1 else {
            throw .lastOfLibrary
        }
        return bytes
    }

    func signature(of bytes: [UInt8]) throws(CryptoError) -> [UInt8] {
        guard let context = unsafe EVP_MD_CTX_new() else { throw .lastOfLibrary }
        defer { unsafe EVP_MD_CTX_free(context) }
        var signature = [UInt8](repeating: 0, count: SigningKey.signatureBytes)
        var count = signature.count
        guard unsafe EVP_DigestSignInit(context, nil, nil, nil, raw) == 1,
            unsafe EVP_DigestSign(context, &signature, &count, bytes, bytes.count) == 1
        else { throw .lastOfLibrary }
        return signature
    }

    func verifies(_ signature: [UInt8], of bytes: [UInt8]) -> Bool {
        guard let context = unsafe EVP_MD_CTX_new() else { return false }
        defer { unsafe EVP_MD_CTX_free(context) }
        guard unsafe EVP_DigestVerifyInit(context, nil, nil, nil, raw) == 1 else { return false }
        let status = unsafe EVP_DigestVerify(
            context, signature, signature.count, bytes, bytes.count)
        ERR_clear_error()
        return status == 1
    }

    deinit { unsafe EVP_PKEY_free(raw) }
}
