/// What an authenticator signs beside the client's data (WebAuthn Level 2 §6.1).
struct AuthenticatorData {
    /// A credential that was made (§6.5.1).
    struct Credential {
        var id: [UInt8]
        /// The COSE_Key as it came.
        var publicKey: [UInt8]
    }

    var rpIDHash: [UInt8]
    /// Somebody touched it.
    var isUserPresent: Bool
    /// It knew its user, by a PIN or a finger.
    var isUserVerified: Bool
    var signCount: UInt32
    /// With a registration alone.
    var credential: Credential?

    /// Longest credential id in bytes (§7.1 step 18).
    static let credentialIDBytesMax = 1023

    /// Reads it; `nil` when it is malformed, or something follows.
    init?(_ bytes: [UInt8]) {
        guard bytes.count >= 37 else { return nil }
        rpIDHash = Array(bytes[..<32])
        let flags = bytes[32]
        isUserPresent = flags & 0x01 != 0
        isUserVerified = flags & 0x04 != 0
        signCount = bytes[33..<37].reduce(0) { $0 << 8 | UInt32($1) }
        var rest = bytes[37...]
        if flags & 0x40 != 0 {
            guard let credential = Self.credential(&rest) else { return nil }
            self.credential = credential
        }
        if flags & 0x80 != 0 {
            guard let (extensions, after) = CBOR.first(of: rest), case .map = extensions else {
                return nil
            }
            rest = after
        }
        guard rest.isEmpty else { return nil }
    }

    private static func credential(_ rest: inout ArraySlice<UInt8>) -> Credential? {
        // After the 16 bytes of the AAGUID, which we do not ask about.
        guard rest.count >= 18 else { return nil }
        rest = rest.dropFirst(16)
        let count = Int(rest[rest.startIndex]) << 8 | Int(rest[rest.startIndex + 1])
        rest = rest.dropFirst(2)
        guard (1...credentialIDBytesMax).contains(count), count <= rest.count else { return nil }
        let id = Array(rest.prefix(count))
        rest = rest.dropFirst(count)
        guard let (key, after) = CBOR.first(of: rest), case .map = key else { return nil }
        defer { rest = after }
        return Credential(id: id, publicKey: Array(rest[..<after.startIndex]))
    }
}
