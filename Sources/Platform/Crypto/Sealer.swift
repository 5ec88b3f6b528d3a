internal import COpenSSL

/// Where a sealed value stands: it opens there and nowhere else.
package struct SealedPlace: Sendable, Hashable {
    package var table: String
    package var column: String
    /// The row's id, as its 16 bytes.
    package var row: [UInt8]

    package init(table: String, column: String, row: [UInt8]) {
        self.table = table
        self.column = column
        self.row = row
    }

    /// The additional data: each part after its length, so that no two places look alike.
    var bytes: [UInt8] {
        [Array(table.utf8), Array(column.utf8), row].flatMap { part in
            bigEndian(UInt32(part.count)) + part
        }
    }
}

/// Seals small values with AES-256-GCM (NIST SP 800-38D) under keys that can be rotated.
///
/// Sealed bytes: whose key · key id, 4 bytes, big-endian · nonce, 12 bytes, random · ciphertext · tag,
/// 16 bytes. `1` is a key of the purpose alone, `2` one of an owner: an estate or an account. A key
/// is changed long before 2³² values, the bound for random nonces.
package struct Sealer: Sendable {
    /// How many bytes sealing adds to a value.
    package static let overheadBytes = 33

    private static let nonceBytes = 12
    private static let tagBytes = 16

    /// Whose a key is; its number is the first byte of what it seals.
    private enum Standing: UInt8 {
        case purpose = 1
        case owner = 2
    }

    /// The keys of each standing, by their ids.
    private let keys: [Standing: [UInt32: SymmetricKey]]
    private let current: SymmetricKey
    /// What everything begins with that is sealed now: whose key, and its id.
    package let head: [UInt8]

    /// Seals under the key `currentID`, opens under any of them; fails when it is not among them.
    package init(keys: [UInt32: SymmetricKey], currentID: UInt32) throws(CryptoError) {
        guard let current = keys[currentID] else { throw .unknownKey(currentID) }
        self.keys = [.purpose: keys]
        self.current = current
        head = [Standing.purpose.rawValue] + bigEndian(currentID)
    }

    /// Seals under an owner's key `currentID`, and opens also what was sealed before owners had keys,
    /// under those of the purpose alone.
    package init(
        owned: [UInt32: SymmetricKey], currentID: UInt32, before: [UInt32: SymmetricKey]
    ) throws(CryptoError) {
        guard let current = owned[currentID] else { throw .unknownKey(currentID) }
        keys = [.owner: owned, .purpose: before]
        self.current = current
        head = [Standing.owner.rawValue] + bigEndian(currentID)
    }

    /// The value, sealed for this place.
    package func seal(_ plain: [UInt8], at place: SealedPlace) throws(CryptoError) -> [UInt8] {
        let nonce = SecureRandom.bytes(Self.nonceBytes)
        var cipher = try GCM(.seal, key: current, nonce: nonce)
        try cipher.authenticate(head + place.bytes)
        return head + nonce + (try cipher.transform(plain)) + (try cipher.tag())
    }

    /// The value that was sealed for this place.
    ///
    /// `notAuthentic` when a byte, the place or the key is another; `unknownKey` when the key named
    /// is not held any more.
    package func open(_ sealed: [UInt8], at place: SealedPlace) throws(CryptoError) -> [UInt8] {
        guard sealed.count >= Self.overheadBytes, let standing = Standing(rawValue: sealed[0]),
            let keys = keys[standing]
        else { throw .notAuthentic }
        let id = sealed[1..<5].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        guard let key = keys[id] else { throw .unknownKey(id) }
        let textStart = 5 + Self.nonceBytes
        let tagStart = sealed.count - Self.tagBytes
        var cipher = try GCM(.open, key: key, nonce: Array(sealed[5..<textStart]))
        try cipher.authenticate(Array(sealed[..<5]) + place.bytes)
        let plain = try cipher.transform(Array(sealed[textStart..<tagStart]))
        try cipher.verify(tag: Array(sealed[tagStart...]))
        return plain
    }

    /// Whether these bytes were sealed under the current key; if not, rotation seals them anew.
    package func isCurrent(_ sealed: [UInt8]) -> Bool {
        sealed.count >= Self.overheadBytes && Array(sealed[..<5]) == head
    }
}

/// A number's bytes, the highest first.
func bigEndian(_ number: UInt32) -> [UInt8] {
    [UInt8(number >> 24), UInt8(number >> 16 & 255), UInt8(number >> 8 & 255), UInt8(number & 255)]
}

/// One AES-256-GCM operation; the owner of OpenSSL's cipher context.
@safe private struct GCM: ~Copyable {
    enum Direction: Int32 {
        case open = 0
        case seal = 1
    }

    private let raw: OpaquePointer

    init(_ direction: Direction, key: SymmetricKey, nonce: [UInt8]) throws(CryptoError) {
        guard let raw = unsafe EVP_CIPHER_CTX_new() else { throw .lastOfLibrary }
        let status = unsafe EVP_CipherInit_ex2(
            raw, EVP_aes_256_gcm(), key.bytes, nonce, direction.rawValue, nil)
        guard status == 1 else {
            unsafe EVP_CIPHER_CTX_free(raw)
            throw .lastOfLibrary
        }
        unsafe self.raw = raw
    }

    mutating func authenticate(_ bytes: [UInt8]) throws(CryptoError) {
        var written: Int32 = 0
        let status = unsafe EVP_CipherUpdate(raw, nil, &written, bytes, Int32(bytes.count))
        guard status == 1 else { throw .lastOfLibrary }
    }

    mutating func transform(_ bytes: [UInt8]) throws(CryptoError) -> [UInt8] {
        guard !bytes.isEmpty else { return [] }
        var output = [UInt8](repeating: 0, count: bytes.count)
        var written: Int32 = 0
        let status = unsafe EVP_CipherUpdate(raw, &output, &written, bytes, Int32(bytes.count))
        guard status == 1, Int(written) == bytes.count else { throw .lastOfLibrary }
        return output
    }

    mutating func tag() throws(CryptoError) -> [UInt8] {
        guard finish() else { throw .lastOfLibrary }
        var tag = [UInt8](repeating: 0, count: 16)
        let status = unsafe EVP_CIPHER_CTX_ctrl(raw, EVP_CTRL_AEAD_GET_TAG, 16, &tag)
        guard status == 1 else { throw .lastOfLibrary }
        return tag
    }

    mutating func verify(tag: [UInt8]) throws(CryptoError) {
        var tag = tag
        let status = unsafe EVP_CIPHER_CTX_ctrl(
            raw, EVP_CTRL_AEAD_SET_TAG, Int32(tag.count), &tag)
        guard status == 1 else { throw .lastOfLibrary }
        guard finish() else { throw .notAuthentic }
    }

    private func finish() -> Bool {
        // GCM has no padding: nothing is written, but OpenSSL wants a place for it.
        var rest = [UInt8](repeating: 0, count: 16)
        var written: Int32 = 0
        return unsafe EVP_CipherFinal_ex(raw, &rest, &written) == 1
    }

    deinit { unsafe EVP_CIPHER_CTX_free(raw) }
}

extension CryptoError {
    /// OpenSSL's oldest waiting error; the rest of its queue is dropped.
    static var lastOfLibrary: CryptoError {
        let code = ERR_get_error()
        ERR_clear_error()
        return .library(UInt(code))
    }
}
