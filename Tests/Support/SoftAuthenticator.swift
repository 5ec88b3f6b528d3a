internal import Platform

/// An authenticator in software, as a browser hands out its answers (`credential.toJSON()`): one
/// Ed25519 key, whose answers a test may bend.
package final class SoftAuthenticator {
    /// How an answer is made.
    package struct Bend: Sendable {
        /// The site that asks.
        package var origin = "http://localhost"
        /// The relying party.
        package var rpID = "localhost"
        /// Present and verified: 0x01 and 0x04.
        package var flags: UInt8 = 0x05
        /// Instead of what is asked.
        package var type: String?
        /// The format of the attestation.
        package var format = "none"
        /// Whether a frame of another site asks.
        package var isCrossOrigin = false
        /// What comes after the signature was made.
        package var tampers = false

        /// As a good one answers.
        package init() {}
    }

    /// The credential's id.
    package let id = SecureRandom.bytes(32)
    /// Signatures so far; the next has one more.
    package var count: UInt32 = 0
    /// Whether it counts at all.
    package var counts = true
    private let key: SigningKey

    /// A fresh key.
    package init() {
        do {
            key = try SigningKey(seed: .random())
        } catch {
            preconditionFailure("any seed is a key: \(error)")
        }
    }

    /// The public key as a COSE_Key: {1: 1, 3: -8, -1: 6, -2: x}.
    package var coseKey: [UInt8] {
        [0xA4, 0x01, 0x01, 0x03, 0x27, 0x20, 0x06, 0x21, 0x58, 0x20] + key.verifyingKey.rawBytes
    }

    /// What `navigator.credentials.create` brings for a challenge (base64url).
    package func create(_ challenge: String, _ bend: Bend = Bend()) -> String {
        let data =
            head(bend, flags: bend.flags | 0x40) + [UInt8](repeating: 0, count: 16)
            + [0, UInt8(id.count)] + id + coseKey
        let object =
            [0xA3, 0x63] + Array("fmt".utf8) + Self.text(bend.format) + [0x67]
            + Array("attStmt".utf8) + [0xA0, 0x68] + Array("authData".utf8) + Self.bytes(data)
        let client = clientData(bend.type ?? "webauthn.create", challenge, bend)
        return """
            {"id":"\(Base64.urlEncoded(id))","rawId":"\(Base64.urlEncoded(id))",
            "type":"public-key","authenticatorAttachment":"platform","clientExtensionResults":{},
            "response":{"clientDataJSON":"\(Base64.urlEncoded(client))",
            "attestationObject":"\(Base64.urlEncoded(object))","transports":["internal"]}}
            """
    }

    /// What `navigator.credentials.get` brings for a challenge (base64url).
    package func get(_ challenge: String, _ bend: Bend = Bend()) throws -> String {
        if counts { count += 1 }
        var data = head(bend, flags: bend.flags)
        let client = clientData(bend.type ?? "webauthn.get", challenge, bend)
        let signature = try key.signature(of: data + SHA256.digest(of: client))
        if bend.tampers { data[36] &+= 1 }
        return """
            {"id":"\(Base64.urlEncoded(id))","rawId":"\(Base64.urlEncoded(id))",
            "type":"public-key","clientExtensionResults":{},
            "response":{"clientDataJSON":"\(Base64.urlEncoded(client))",
            "authenticatorData":"\(Base64.urlEncoded(data))",
            "signature":"\(Base64.urlEncoded(signature))","userHandle":null}}
            """
    }

    private func head(_ bend: Bend, flags: UInt8) -> [UInt8] {
        SHA256.digest(of: Array(bend.rpID.utf8)) + [flags]
            + (0..<4).map { UInt8(truncatingIfNeeded: count >> UInt32(24 - 8 * $0)) }
    }

    private func clientData(_ type: String, _ challenge: String, _ bend: Bend) -> [UInt8] {
        Array(
            """
            {"type":"\(type)","challenge":"\(challenge)","origin":"\(bend.origin)",\
            "crossOrigin":\(bend.isCrossOrigin),"other":"keys may come"}
            """.utf8)
    }

    private static func text(_ text: String) -> [UInt8] {
        [0x60 | UInt8(text.utf8.count)] + Array(text.utf8)
    }

    private static func bytes(_ bytes: [UInt8]) -> [UInt8] {
        bytes.count < 256
            ? [0x58, UInt8(bytes.count)] + bytes
            : [0x59, UInt8(bytes.count >> 8), UInt8(bytes.count & 0xFF)] + bytes
    }
}
