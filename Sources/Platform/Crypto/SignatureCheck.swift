internal import COpenSSL

/// A public key of somebody else's, from its SubjectPublicKeyInfo (RFC 5280 §4.1), as an
/// authenticator's or a partner's signature is checked by it.
struct PublicKey {
    /// How the bytes are hashed before they are signed.
    enum Digest {
        /// ECDSA (RFC 6979) and RSASSA-PKCS1-v1_5 (RFC 8017 §8.2).
        case sha256
        /// Ed25519 (RFC 8032) hashes by itself.
        case none
    }

    private let subjectPublicKeyInfo: [UInt8]
    private let digest: Digest

    /// The key, as DER; `nil` when OpenSSL finds none in it, such as a point that is on no curve.
    init?(subjectPublicKeyInfo: [UInt8], digest: Digest) {
        guard (try? ForeignKey(subjectPublicKeyInfo)) != nil else { return nil }
        self.subjectPublicKeyInfo = subjectPublicKeyInfo
        self.digest = digest
    }

    /// Whether the holder of the key signed exactly these bytes.
    func isSignature(_ signature: [UInt8], of bytes: [UInt8]) -> Bool {
        guard let key = try? ForeignKey(subjectPublicKeyInfo) else { return false }
        return key.verifies(signature, of: bytes, digest)
    }
}

/// The owner of OpenSSL's key object, for one operation.
@safe private struct ForeignKey: ~Copyable {
    private let raw: OpaquePointer

    init(_ subjectPublicKeyInfo: [UInt8]) throws(CryptoError) {
        let found = unsafe subjectPublicKeyInfo.withUnsafeBufferPointer { bytes in
            var place = bytes.baseAddress
            let key = unsafe d2i_PUBKEY(nil, &place, bytes.count)
            let isWhole = unsafe place == bytes.baseAddress.map { unsafe $0 + bytes.count }
            return unsafe (key, isWhole)
        }
        guard let raw = unsafe found.0 else { throw .lastOfLibrary }
        guard unsafe found.1 else {
            unsafe EVP_PKEY_free(raw)
            throw .wrongLength
        }
        unsafe self.raw = raw
    }

    func verifies(_ signature: [UInt8], of bytes: [UInt8], _ digest: PublicKey.Digest) -> Bool {
        guard let context = unsafe EVP_MD_CTX_new() else { return false }
        defer { unsafe EVP_MD_CTX_free(context) }
        let hash = unsafe digest == .sha256 ? EVP_sha256() : nil
        guard unsafe EVP_DigestVerifyInit(context, nil, hash, nil, raw) == 1 else {
            ERR_clear_error()
            return false
        }
        let status = unsafe EVP_DigestVerify(
            context, signature, signature.count, bytes, bytes.count)
        ERR_clear_error()
        return status == 1
    }

    deinit { unsafe EVP_PKEY_free(raw) }
}
