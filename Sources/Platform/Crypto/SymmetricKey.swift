internal import COpenSSL

/// 32 secret bytes that never print themselves.
package struct SymmetricKey: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
    /// How many bytes a key has.
    package static let byteCount = 32

    /// The secret itself; for the functions of this folder.
    let bytes: [UInt8]

    /// Takes 32 bytes, or fails with `wrongLength`.
    package init(_ bytes: [UInt8]) throws(CryptoError) {
        guard bytes.count == Self.byteCount else { throw .wrongLength }
        self.bytes = bytes
    }

    /// A fresh key.
    package static func random() -> SymmetricKey {
        SymmetricKey(trusted: SecureRandom.bytes(byteCount))
    }

    /// The key for one purpose, by HKDF-SHA256 (RFC 5869) without salt.
    package func derived(for purpose: String) -> SymmetricKey {
        SymmetricKey(
            trusted: HKDF.expand(
                HKDF.extract(bytes, salt: []), info: Array(purpose.utf8),
                byteCount: Self.byteCount))
    }

    package var description: String { "a key" }
    package var customMirror: Mirror { Mirror(self, children: []) }

    private init(trusted bytes: [UInt8]) { self.bytes = bytes }
}

/// Bytes that nobody can guess.
package enum SecureRandom {
    /// That many bytes of OpenSSL's generator, which the kernel seeds.
    package static func bytes(_ count: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        let status = unsafe RAND_bytes(&bytes, Int32(count))
        // It fails only where the kernel gives no entropy; nothing secret may be made then.
        precondition(status == 1, "the random generator has no seed")
        return bytes
    }

    /// A number below `bound`, each as likely as the others.
    package static func number(below bound: UInt32) -> UInt32 {
        var generator = SecureRandomGenerator()
        return UInt32.random(in: 0..<bound, using: &generator)
    }
}

/// `SecureRandom` as the standard library's functions want it.
package struct SecureRandomGenerator: RandomNumberGenerator {
    package init() {}

    package mutating func next() -> UInt64 {
        SecureRandom.bytes(8).reduce(0) { $0 << 8 | UInt64($1) }
    }
}

/// Whether both are the same bytes, in a time that tells nothing but their lengths.
package func isEqualInConstantTime(_ one: [UInt8], _ other: [UInt8]) -> Bool {
    guard one.count == other.count else { return false }
    return unsafe CRYPTO_memcmp(one, other, one.count) == 0
}
