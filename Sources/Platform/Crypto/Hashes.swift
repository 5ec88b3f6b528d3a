internal import COpenSSL

/// SHA-256 (FIPS 180-4).
package enum SHA256 {
    /// How many bytes a digest has.
    package static let byteCount = 32

    /// The digest of these bytes.
    package static func digest(of bytes: [UInt8]) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: byteCount)
        let done = unsafe COpenSSL.SHA256(bytes, bytes.count, &digest)
        // One-shot hashing of memory fails only where OpenSSL has no provider at all.
        precondition(unsafe done != nil, "OpenSSL has no SHA-256")
        return digest
    }
}

/// HMAC-SHA256 (RFC 2104).
package enum HMACSHA256 {
    /// The 32-byte code of these bytes under the key.
    package static func code(of bytes: [UInt8], key: SymmetricKey) -> [UInt8] {
        code(of: bytes, keyBytes: key.bytes)
    }

    /// The same under a key of any length, as HKDF needs it and as webhooks spell it.
    package static func code(of bytes: [UInt8], keyBytes: [UInt8]) -> [UInt8] {
        var code = [UInt8](repeating: 0, count: SHA256.byteCount)
        let done = unsafe HMAC(
            EVP_sha256(), keyBytes, Int32(keyBytes.count), bytes, bytes.count, &code, nil)
        precondition(unsafe done != nil, "OpenSSL has no HMAC-SHA256")
        return code
    }
}

/// HKDF-SHA256 (RFC 5869): keys for purposes from one secret.
package enum HKDF {
    /// §2.2: a pseudo-random key from the secret.
    package static func extract(_ secret: [UInt8], salt: [UInt8]) -> [UInt8] {
        let noSalt = [UInt8](repeating: 0, count: SHA256.byteCount)
        return HMACSHA256.code(of: secret, keyBytes: salt.isEmpty ? noSalt : salt)
    }

    /// §2.3: that many bytes for a purpose, at most 255 digests long.
    package static func expand(_ key: [UInt8], info: [UInt8], byteCount: Int) -> [UInt8] {
        precondition(byteCount <= 255 * SHA256.byteCount, "RFC 5869 §2.3 ends there")
        var output: [UInt8] = []
        var block: [UInt8] = []
        var counter: UInt8 = 0
        while output.count < byteCount {
            counter += 1
            block = HMACSHA256.code(of: block + info + [counter], keyBytes: key)
            output += block
        }
        return Array(output.prefix(byteCount))
    }
}

/// PBKDF2-HMAC-SHA256 (RFC 8018 §5.2): a slow hash of a short secret, as `openssl kdf` computes it.
package enum PBKDF2 {
    /// 32 bytes from a secret and its salt, after so many rounds; takes a microsecond or less a round.
    package static func derived(
        from secret: String, salt: [UInt8], rounds: Int
    ) -> [UInt8] {
        let password = Array(secret.utf8).map { CChar(bitPattern: $0) }
        var key = [UInt8](repeating: 0, count: SHA256.byteCount)
        let done = unsafe PKCS5_PBKDF2_HMAC(
            password, Int32(password.count), salt, Int32(salt.count), Int32(rounds), EVP_sha256(),
            Int32(key.count), &key)
        precondition(done == 1, "OpenSSL has no PBKDF2")
        return key
    }
}
