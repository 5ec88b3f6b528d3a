/// An authenticator's public key (RFC 9052 §7, RFC 9053 §2): ES256, EdDSA by Ed25519, or RS256.
struct COSEKey {
    /// The algorithms that we ask for, the one that we like best first
    /// (https://www.iana.org/assignments/cose).
    static let algorithms: [Int64] = [-7, -8, -257]

    /// What checks its signatures.
    let key: PublicKey

    /// Reads a COSE_Key; `nil` when it is of another kind, or no key.
    init?(_ bytes: [UInt8]) {
        guard let map = CBOR(bytes) else { return nil }
        self.init(map)
    }

    init?(_ map: CBOR) {
        switch (map[1]?.integer, map[3]?.integer) {
        case (2, -7): self.init(p256: map)
        case (1, -8): self.init(edwards: map)
        case (3, -257): self.init(rsa: map)
        default: return nil
        }
    }

    /// §7.1.1 of RFC 9053, curve 1: both coordinates, 32 bytes each.
    private init?(p256 map: CBOR) {
        guard map[-1]?.integer == 1, let x = map[-2]?.bytes, let y = map[-3]?.bytes,
            x.count == 32, y.count == 32
        else { return nil }
        let point = [0x04] + x + y
        self.init(DER.publicKey([DER.ecPublicKey, DER.prime256v1], point), .sha256)
    }

    /// §7.2, curve 6: Ed25519.
    private init?(edwards map: CBOR) {
        guard map[-1]?.integer == 6, let x = map[-2]?.bytes, x.count == 32 else { return nil }
        self.init(DER.publicKey([DER.ed25519], x), .none)
    }

    /// RFC 8230 §4; 2048 to 4096 bits, and an odd exponent of three bytes or fewer.
    private init?(rsa map: CBOR) {
        guard let modulus = map[-1]?.bytes, let exponent = map[-2]?.bytes,
            (256...512).contains(modulus.count), modulus[0] != 0,
            (1...3).contains(exponent.count), exponent[0] != 0, exponent.last.map({ $0 & 1 }) == 1,
            exponent != [1]
        else { return nil }
        let numbers = DER.sequence([DER.integer(modulus), DER.integer(exponent)])
        self.init(DER.publicKey([DER.rsaEncryption, [0x05, 0x00]], numbers), .sha256)
    }

    private init?(_ subjectPublicKeyInfo: [UInt8], _ digest: PublicKey.Digest) {
        guard let key = PublicKey(subjectPublicKeyInfo: subjectPublicKeyInfo, digest: digest)
        else { return nil }
        self.key = key
    }
}

/// As much of DER (X.690) as a SubjectPublicKeyInfo takes.
private enum DER {
    static let ecPublicKey: [UInt8] = [6, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1]
    static let prime256v1: [UInt8] = [6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7]
    static let ed25519: [UInt8] = [6, 3, 0x2b, 0x65, 0x70]
    static let rsaEncryption: [UInt8] = [6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1]

    static func publicKey(_ algorithm: [[UInt8]], _ key: [UInt8]) -> [UInt8] {
        sequence([sequence(algorithm), element(0x03, [0] + key)])
    }

    static func sequence(_ parts: [[UInt8]]) -> [UInt8] { element(0x30, parts.flatMap(\.self)) }

    /// A positive number, whose first byte is not zero.
    static func integer(_ bytes: [UInt8]) -> [UInt8] {
        element(0x02, (bytes[0] >= 0x80 ? [0] : []) + bytes)
    }

    private static func element(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
        let count = content.count
        let length: [UInt8] =
            count < 0x80
            ? [UInt8(count)]
            : count < 0x100
                ? [0x81, UInt8(count)] : [0x82, UInt8(count >> 8), UInt8(count & 0xff)]
        return [tag] + length + content
    }
}
