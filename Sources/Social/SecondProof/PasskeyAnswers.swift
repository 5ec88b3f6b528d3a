internal import Platform
internal import Realtime

/// What a browser's `credential.toJSON()` holds (WebAuthn Level 3 §5.1.8), as far as we read it; the
/// bytes are base64url.
struct PasskeyAnswer {
    var id: [UInt8]
    var clientDataJSON: [UInt8]
    var clientData: WebAuthn.ClientData
    /// Of a registration.
    var attestationObject: [UInt8]?
    /// Of an assertion.
    var authenticatorData: [UInt8]?
    var signature: [UInt8]?

    /// Reads it; `nil` when something that is always there is not.
    init?(_ credential: JSON?) {
        func bytes(_ json: JSON?) -> [UInt8]? {
            json?.text.flatMap { Base64.urlDecoded($0.trimmingPadding()) }
        }
        guard let credential, credential["type"]?.text == "public-key",
            let response = credential["response"], let id = bytes(credential["id"]),
            let clientDataJSON = bytes(response["clientDataJSON"]),
            let clientData = WebAuthn.ClientData(clientDataJSON)
        else { return nil }
        self.id = id
        self.clientDataJSON = clientDataJSON
        self.clientData = clientData
        attestationObject = bytes(response["attestationObject"])
        authenticatorData = bytes(response["authenticatorData"])
        signature = bytes(response["signature"])
    }

    /// The challenge that it says it answers.
    var challenge: [UInt8] { Base64.urlDecoded(clientData.challenge) ?? [] }

    /// Checks an assertion of this passkey; the counter to keep.
    func counter(
        of passkey: PasskeyOf.Row, expecting expected: WebAuthn.Expectation
    ) throws(WebAuthn.Refusal) -> UInt32 {
        guard let authenticatorData, let signature else { throw .malformed }
        return try WebAuthn.assert(
            clientData, clientDataJSON: clientDataJSON, authenticatorData: authenticatorData,
            signature: signature, publicKey: passkey.publicKey, signCount: passkey.signCount,
            expecting: expected)
    }
}

extension WebAuthn.ClientData {
    /// Reads `clientDataJSON` (WebAuthn Level 2 §5.8.1); members that it does not know are nothing
    /// to it.
    ///
    /// `nil` when it is malformed.
    init?(_ bytes: [UInt8]) {
        guard bytes.count <= WebAuthn.answerBytesMax, let json = try? JSON(parsing: bytes),
            let type = json["type"]?.text, let challenge = json["challenge"]?.text,
            let origin = json["origin"]?.text
        else { return nil }
        self.init(
            type: type, challenge: challenge, origin: origin,
            isCrossOrigin: json["crossOrigin"]?.bool ?? false)
    }
}

extension String {
    /// Without the padding that base64url needs not have.
    fileprivate func trimmingPadding() -> Substring {
        self[...].prefix { $0 != "=" }
    }
}

extension Call {
    /// What an answer to this challenge must fit.
    func expectation(of challenge: [UInt8]) -> WebAuthn.Expectation {
        WebAuthn.Expectation(
            challenge: challenge, origins: context.origins.union([site]), rpID: relyingParty)
    }

    /// The relying party's id: the host that the client names, without its port.
    var relyingParty: String {
        let host = request.field("host") ?? "localhost"
        guard let colon = host.lastIndex(of: ":"), !host.hasSuffix("]") else { return host }
        return String(host[..<colon])
    }
}

extension Call {
    /// What `navigator.credentials.get` is to be called with
    /// (`PublicKeyCredential.parseRequestOptionsFromJSON`).
    func requestOptions(_ challenge: [UInt8], allowing ids: [[UInt8]]) -> Response {
        json(capacity: 1024) { json in
            json.object { json in
                json.member("challenge", Base64.urlEncoded(challenge))
                json.member("rpId", relyingParty)
                json.member("timeout", WebAuthnChallenges.lifetime.components.seconds * 1000)
                json.member("userVerification", "required")
                json.key("allowCredentials")
                Self.write(ids, to: &json)
            }
        }
    }

    /// What `navigator.credentials.create` is to be called with
    /// (`PublicKeyCredential.parseCreationOptionsFromJSON`).
    func creationOptions(
        _ challenge: [UInt8], account: UUID, name: String, excluding ids: [[UInt8]]
    ) -> Response {
        json(capacity: 1024) { json in
            json.object { json in
                json.key("rp")
                json.object { json in
                    json.member("id", relyingParty)
                    json.member("name", "邻里 Linli")
                }
                json.key("user")
                json.object { json in
                    json.member("id", Base64.urlEncoded(account.bytes))
                    json.member("name", name)
                    json.member("displayName", name)
                }
                json.member("challenge", Base64.urlEncoded(challenge))
                json.key("pubKeyCredParams")
                json.array { json in
                    for algorithm in WebAuthn.algorithms {
                        json.object { json in
                            json.member("type", "public-key")
                            json.member("alg", algorithm)
                        }
                    }
                }
                json.member("timeout", WebAuthnChallenges.lifetime.components.seconds * 1000)
                json.key("excludeCredentials")
                Self.write(ids, to: &json)
                json.key("authenticatorSelection")
                json.object { json in
                    json.member("residentKey", "required")
                    json.member("requireResidentKey", true)
                    json.member("userVerification", "required")
                }
                json.member("attestation", "none")
            }
        }
    }

    private static func write(_ ids: [[UInt8]], to json: inout JSONWriter) {
        json.array { json in
            for id in ids {
                json.object { json in
                    json.member("type", "public-key")
                    json.member("id", Base64.urlEncoded(id))
                }
            }
        }
    }
}
