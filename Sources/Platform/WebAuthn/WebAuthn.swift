/// Checks what authenticators answer, as a relying party does (WebAuthn Level 2 §7).
///
/// Pure: challenge, origin and key are arguments. The user must be present and verified, always: so
/// a passkey is two factors by itself. Attestation is not asked for and not looked at: whatever
/// statement comes counts as none (§7.1 step 21 allows it), for we trust no maker of authenticators
/// over another.
package enum WebAuthn {
    /// What the client says it was asked, read from `clientDataJSON` (§5.8.1).
    package struct ClientData: Sendable, Hashable {
        package var type: String
        /// Base64url of the challenge.
        package var challenge: String
        package var origin: String
        package var isCrossOrigin: Bool

        /// What a client says.
        package init(type: String, challenge: String, origin: String, isCrossOrigin: Bool) {
            self.type = type
            self.challenge = challenge
            self.origin = origin
            self.isCrossOrigin = isCrossOrigin
        }
    }

    /// What is expected of an answer.
    package struct Expectation: Sendable {
        /// The bytes that were sent as the challenge.
        package var challenge: [UInt8]
        /// Origins that may ask, such as `https://linli.example`.
        package var origins: Set<String>
        /// The relying party: a host's name.
        package var rpID: String

        /// What is expected.
        package init(challenge: [UInt8], origins: Set<String>, rpID: String) {
            self.challenge = challenge
            self.origins = origins
            self.rpID = rpID
        }
    }

    /// Why an answer is not good.
    package enum Refusal: Error, Hashable {
        /// Not of the form, or of another kind of request.
        case malformed
        /// Another challenge than the one that was sent.
        case challenge
        /// Another site.
        case origin
        /// Nobody was there, or not known to the authenticator.
        case user
        /// A key of a kind that we do not take.
        case key
        /// Signed by another, or something else.
        case signature
        /// The counter went back: there are two of this key (§6.1.1).
        case counter
    }

    /// A credential that was made.
    package struct NewCredential: Sendable, Hashable {
        package var id: [UInt8]
        /// A COSE_Key.
        package var publicKey: [UInt8]
        package var signCount: UInt32
    }

    /// COSE's numbers of the algorithms that we take, the one that we like best first.
    package static var algorithms: [Int64] { COSEKey.algorithms }
    /// Longest answer of an authenticator that we read, in bytes.
    package static let answerBytesMax = 16 * 1024

    /// Checks the answer to `navigator.credentials.create` (§7.1).
    package static func register(
        _ clientData: ClientData, attestationObject: [UInt8], expecting expected: Expectation
    ) throws(Refusal) -> NewCredential {
        try check(clientData, type: "webauthn.create", expected)
        guard attestationObject.count <= answerBytesMax, let object = CBOR(attestationObject),
            object["fmt"]?.text != nil, object["attStmt"] != nil,
            let bytes = object["authData"]?.bytes, let data = AuthenticatorData(bytes)
        else { throw .malformed }
        try check(data, expected)
        guard let credential = data.credential else { throw .malformed }
        guard COSEKey(credential.publicKey) != nil else { throw .key }
        return NewCredential(
            id: credential.id, publicKey: credential.publicKey, signCount: data.signCount)
    }

    /// Checks the answer to `navigator.credentials.get` (§7.2); the counter to keep.
    ///
    /// `clientDataJSON` is what `clientData` was read from.
    package static func assert(
        _ clientData: ClientData, clientDataJSON: [UInt8], authenticatorData: [UInt8],
        signature: [UInt8], publicKey: [UInt8], signCount: UInt32,
        expecting expected: Expectation
    ) throws(Refusal) -> UInt32 {
        try check(clientData, type: "webauthn.get", expected)
        guard let data = AuthenticatorData(authenticatorData), data.credential == nil else {
            throw .malformed
        }
        try check(data, expected)
        guard let key = COSEKey(publicKey) else { throw .key }
        let signed = authenticatorData + SHA256.digest(of: clientDataJSON)
        guard key.key.isSignature(signature, of: signed) else { throw .signature }
        guard data.signCount > signCount || (data.signCount == 0 && signCount == 0) else {
            throw .counter
        }
        return data.signCount
    }

    private static func check(
        _ clientData: ClientData, type: String, _ expected: Expectation
    ) throws(Refusal) {
        guard clientData.type == type else { throw .malformed }
        guard let challenge = Base64.urlDecoded(clientData.challenge),
            isEqualInConstantTime(challenge, expected.challenge)
        else { throw .challenge }
        guard expected.origins.contains(clientData.origin), !clientData.isCrossOrigin else {
            throw .origin
        }
    }

    private static func check(
        _ data: AuthenticatorData, _ expected: Expectation
    ) throws(Refusal) {
        guard data.rpIDHash == SHA256.digest(of: Array(expected.rpID.utf8)) else { throw .origin }
        guard data.isUserPresent, data.isUserVerified else { throw .user }
    }
}
