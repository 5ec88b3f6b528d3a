internal import COpenSSL

/// A key pair on the curve P-256 (SEC 2 §2.4.2), for ES256 and for the shared secrets of Web Push.
///
/// It never prints its secret half.
package struct P256Key: Sendable, CustomStringConvertible, CustomReflectable {
    private let scalar: [UInt8]
    /// Its public half: 65 bytes, uncompressed (SEC 1 §2.3.3).
    package let publicBytes: [UInt8]

    /// The pair of a secret scalar of 32 bytes, which is from 1 to below the curve's order.
    package init(scalar: [UInt8]) throws(CryptoError) {
        guard scalar.count == 32 else { throw .wrongLength }
        self.scalar = scalar
        publicBytes = try P256Curve().publicPoint(of: scalar)
    }

    /// A fresh pair.
    package static func random() throws(CryptoError) -> P256Key {
        try P256Key(seed: .random(), purpose: "fresh")
    }

    /// The pair that follows from a seed, the same each time.
    package init(seed: SymmetricKey, purpose: String) throws(CryptoError) {
        // One try in four thousand million is no scalar of the curve.
        for attempt in 0..<8 {
            let bytes = seed.derived(for: "\(purpose) \(attempt)").bytes
            if let key = try? P256Key(scalar: bytes) {
                self = key
                return
            }
        }
        throw .notAuthentic
    }

    /// The secret that this pair shares with the holder of another's public half (SEC 1 §3.3.1).
    package func sharedSecret(with other: [UInt8]) throws(CryptoError) -> [UInt8] {
        try P256Curve().sharedSecret(scalar, other)
    }

    /// The signature of these bytes by ES256: 64 bytes (RFC 7518 §3.4).
    package func signature(of bytes: [UInt8]) throws(CryptoError) -> [UInt8] {
        try P256Signer(scalar, publicBytes).signature(of: bytes)
    }

    package var description: String { "a key on P-256" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

/// The owner of OpenSSL's group, for one operation.
@safe private struct P256Curve: ~Copyable {
    private let group: OpaquePointer

    init() throws(CryptoError) {
        guard let group = unsafe EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1) else {
            throw .lastOfLibrary
        }
        unsafe self.group = group
    }

    func publicPoint(of scalar: [UInt8]) throws(CryptoError) -> [UInt8] {
        guard let number = unsafe BN_bin2bn(scalar, 32, nil) else { throw .lastOfLibrary }
        defer { unsafe BN_clear_free(number) }
        guard let order = unsafe EC_GROUP_get0_order(group), unsafe BN_is_zero(number) == 0,
            unsafe BN_cmp(number, order) < 0
        else { throw .wrongLength }
        guard let point = unsafe EC_POINT_new(group) else { throw .lastOfLibrary }
        defer { unsafe EC_POINT_clear_free(point) }
        var bytes = [UInt8](repeating: 0, count: 65)
        guard unsafe EC_POINT_mul(group, point, number, nil, nil, nil) == 1,
            unsafe EC_POINT_point2oct(
                group, point, POINT_CONVERSION_UNCOMPRESSED, &bytes, bytes.count, nil) == 65
        else { throw .lastOfLibrary }
        return bytes
    }

    func sharedSecret(_ scalar: [UInt8], _ other: [UInt8]) throws(CryptoError) -> [UInt8] {
        guard other.count == 65, other.first == 4 else { throw .wrongLength }
        guard let number = unsafe BN_bin2bn(scalar, 32, nil), let x = unsafe BN_new(),
            let point = unsafe EC_POINT_new(group), let shared = unsafe EC_POINT_new(group)
        else { throw .lastOfLibrary }
        defer {
            unsafe BN_clear_free(number)
            unsafe BN_clear_free(x)
            unsafe EC_POINT_free(point)
            unsafe EC_POINT_clear_free(shared)
        }
        var bytes = [UInt8](repeating: 0, count: 32)
        // Reading refuses a point that is not on the curve.
        guard unsafe EC_POINT_oct2point(group, point, other, other.count, nil) == 1,
            unsafe EC_POINT_mul(group, shared, nil, point, number, nil) == 1,
            unsafe EC_POINT_get_affine_coordinates(group, shared, x, nil, nil) == 1,
            unsafe BN_bn2binpad(x, &bytes, 32) == 32
        else {
            ERR_clear_error()
            throw .notAuthentic
        }
        return bytes
    }

    deinit { unsafe EC_GROUP_free(group) }
}

/// The owner of OpenSSL's key object, for one signature.
@safe private struct P256Signer: ~Copyable {
    private let raw: OpaquePointer

    init(_ scalar: [UInt8], _ publicBytes: [UInt8]) throws(CryptoError) {
        guard let number = unsafe BN_bin2bn(scalar, 32, nil) else { throw .lastOfLibrary }
        defer { unsafe BN_clear_free(number) }
        guard let builder = unsafe OSSL_PARAM_BLD_new() else { throw .lastOfLibrary }
        defer { unsafe OSSL_PARAM_BLD_free(builder) }
        guard
            let parameters = unsafe Self.parameters(builder, number, publicBytes)
        else { throw .lastOfLibrary }
        defer { unsafe OSSL_PARAM_free(parameters) }
        guard let context = unsafe EVP_PKEY_CTX_new_from_name(nil, "EC", nil) else {
            throw .lastOfLibrary
        }
        defer { unsafe EVP_PKEY_CTX_free(context) }
        var made: OpaquePointer?
        guard unsafe EVP_PKEY_fromdata_init(context) == 1,
            unsafe EVP_PKEY_fromdata(context, &made, c_EVP_PKEY_KEYPAIR, parameters) == 1,
            let raw = unsafe made
        else { throw .lastOfLibrary }
        unsafe self.raw = raw
    }

    /// What OpenSSL makes the key of.
    ///
    /// The builder only borrows the values until then, and the names for as long as they are used.
    private static func parameters(
        _ builder: OpaquePointer, _ number: OpaquePointer, _ publicBytes: [UInt8]
    ) -> UnsafeMutablePointer<OSSL_PARAM>? {
        unsafe publicBytes.withUnsafeBufferPointer { bytes in
            guard
                unsafe OSSL_PARAM_BLD_push_utf8_string(
                    builder, text("group"), text("prime256v1"), 0) == 1,
                unsafe OSSL_PARAM_BLD_push_BN(builder, text("priv"), number) == 1,
                unsafe OSSL_PARAM_BLD_push_octet_string(
                    builder, text("pub"), bytes.baseAddress, bytes.count) == 1
            else { return nil }
            return unsafe OSSL_PARAM_BLD_to_param(builder)
        }
    }

    /// A constant as C reads it: literals end with a zero and stay where they are.
    private static func text(_ constant: StaticString) -> UnsafePointer<CChar> {
        unsafe UnsafeRawPointer(constant.utf8Start).assumingMemoryBound(to: CChar.self)
    }

    func signature(of bytes: [UInt8]) throws(CryptoError) -> [UInt8] {
        guard let context = unsafe EVP_MD_CTX_new() else { throw .lastOfLibrary }
        defer { unsafe EVP_MD_CTX_free(context) }
        var der = [UInt8](repeating: 0, count: 80)
        var count = der.count
        guard unsafe EVP_DigestSignInit(context, nil, EVP_sha256(), nil, raw) == 1,
            unsafe EVP_DigestSign(context, &der, &count, bytes, bytes.count) == 1
        else { throw .lastOfLibrary }
        return try Self.plain(Array(der.prefix(count)))
    }

    /// The two numbers of a signature in DER (RFC 3279 §2.2.3), 32 bytes each.
    private static func plain(_ der: [UInt8]) throws(CryptoError) -> [UInt8] {
        var rest = der.dropFirst(2)
        var numbers: [UInt8] = []
        for _ in 0..<2 {
            guard rest.popFirst() == 2, let count = rest.popFirst(), rest.count >= Int(count) else {
                throw .notAuthentic
            }
            let number = rest.prefix(Int(count)).drop { $0 == 0 }
            guard number.count <= 32 else { throw .notAuthentic }
            numbers += [UInt8](repeating: 0, count: 32 - number.count) + number
            rest = rest.dropFirst(Int(count))
        }
        return numbers
    }

    deinit { unsafe EVP_PKEY_free(raw) }
}

/// AES-128-GCM (NIST SP 800-38D), as Web Push encrypts its only record.
enum AES128GCM {
    /// The bytes encrypted, with their tag of 16 bytes behind them.
    static func sealed(
        _ plain: [UInt8], key: [UInt8], nonce: [UInt8]
    ) throws(CryptoError) -> [UInt8] {
        guard key.count == 16, nonce.count == 12 else { throw .wrongLength }
        guard let context = unsafe EVP_CIPHER_CTX_new() else { throw .lastOfLibrary }
        defer { unsafe EVP_CIPHER_CTX_free(context) }
        var output = [UInt8](repeating: 0, count: plain.count + 16)
        var tag = [UInt8](repeating: 0, count: 16)
        var (written, last): (Int32, Int32) = (0, 0)
        guard unsafe EVP_EncryptInit_ex(context, EVP_aes_128_gcm(), nil, key, nonce) == 1,
            unsafe EVP_EncryptUpdate(context, &output, &written, plain, Int32(plain.count)) == 1,
            unsafe EVP_EncryptFinal_ex(context, &tag, &last) == 1, last == 0,
            unsafe EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_GET_TAG, 16, &tag) == 1
        else { throw .lastOfLibrary }
        output.replaceSubrange(Int(written)..., with: tag)
        return output
    }
}
