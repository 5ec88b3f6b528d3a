internal import COpenSSL

/// Names for bytes.
enum ContentDigest {
    /// The first 128 bits of the bytes' SHA-256 (FIPS 180-4), as 32 digits.
    static func text(of bytes: [UInt8]) -> String {
        var digest = [UInt8](repeating: 0, count: 32)
        let status = unsafe EVP_Digest(bytes, bytes.count, &digest, nil, EVP_sha256(), nil)
        // One-shot hashing of memory fails only where OpenSSL has no provider at all.
        precondition(status == 1, "OpenSSL has no SHA-256")
        return digest.prefix(16).map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
    }
}
