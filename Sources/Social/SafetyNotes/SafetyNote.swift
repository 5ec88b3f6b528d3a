internal import Platform
internal import Realtime

/// What one committee tells another about a safety ban: a file, signed by its installation.
///
/// `payload` is the content as JSON in base64url, so that what is signed are exactly the bytes that
/// travel; `key` and `signature` are Ed25519's, in base64url too.
struct SafetyNote: Sendable {
    /// Of what the note tells.
    enum Kind: String, Sendable {
        case ban
        case lifting
    }

    /// What is said.
    struct Content: Sendable, Hashable {
        var kind: String
        /// The ban's id, and where it was decided.
        var ban: String
        var estate: String
        var issuer: String
        /// Whom it is about; a lifting names nobody.
        var name: String?
        var born: String?
        var because: String
        var reason: String?
        var from: String
        var until: String
        var issued: String
    }

    /// Longest payload in bytes.
    static let payloadBytesMax = 16 * 1024
    /// What stands before the signed bytes, so that no other signature of the key is one of a note.
    private static let domain = Array("linli/safety-note/1\n".utf8)

    var content: Content
    var key: VerifyingKey
    private let payload: [UInt8]
    private let signature: [UInt8]

    /// A note signed by a key.
    init(_ content: Content, signedBy key: SigningKey) throws {
        self.content = content
        self.key = key.verifyingKey
        payload = content.bytes
        signature = try key.signature(of: Self.domain + payload)
    }

    /// Reads a note; `nil` when it is none, or when its signature is not that of its key.
    init?(payload: String, key: String, signature: String) {
        guard let payload = Base64.urlDecoded(payload), payload.count <= Self.payloadBytesMax,
            let key = Base64.urlDecoded(key).flatMap({ try? VerifyingKey(rawBytes: $0) }),
            let signature = Base64.urlDecoded(signature),
            key.isSignature(signature, of: Self.domain + payload),
            let content = Content(bytes: payload), Kind(rawValue: content.kind) != nil,
            SafetyBans.kinds.contains(content.because),
            (1...240).contains(content.issuer.unicodeScalars.count)
        else { return nil }
        self.content = content
        self.key = key
        self.payload = payload
        self.signature = signature
    }

    /// The note as the file that travels.
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("payload", Base64.urlEncoded(payload))
            json.member("key", Base64.urlEncoded(key.rawBytes))
            json.member("signature", Base64.urlEncoded(signature))
        }
    }
}

extension SafetyNote.Content {
    /// The version that is written and read.
    private static let version: Int64 = 1

    /// It as JSON.
    fileprivate var bytes: [UInt8] {
        var json = JSONWriter(capacity: 1024)
        json.object { json in
            json.member("version", Self.version)
            json.member("kind", kind)
            json.member("ban", ban)
            json.member("estate", estate)
            json.member("issuer", issuer)
            json.memberIfPresent("name", name)
            json.memberIfPresent("born", born)
            json.member("because", because)
            json.memberIfPresent("reason", reason)
            json.member("from", from)
            json.member("until", until)
            json.member("issued", issued)
        }
        return json.bytes
    }

    /// Reads what `bytes` writes; `nil` for anything else.
    fileprivate init?(bytes: [UInt8]) {
        guard let json = try? JSON(parsing: bytes), json["version"]?.integer == Self.version,
            let kind = json["kind"]?.text, let ban = json["ban"]?.text,
            let estate = json["estate"]?.text, let issuer = json["issuer"]?.text,
            let because = json["because"]?.text, let from = json["from"]?.text,
            let until = json["until"]?.text, let issued = json["issued"]?.text
        else { return nil }
        self.init(
            kind: kind, ban: ban, estate: estate, issuer: issuer, name: json["name"]?.text,
            born: json["born"]?.text, because: because, reason: json["reason"]?.text, from: from,
            until: until, issued: issued)
    }
}

/// Whom a note is about, as it is compared with who is here.
struct NotedPerson: Sendable, Hashable {
    var name: String
    var born: String?

    /// Somebody of a name, born on a day if it is known.
    init(name: String, born: String?) {
        self.name = name
        self.born = born
    }

    /// Reads what `text` writes.
    init?(text: String) {
        guard let json = try? JSON(parsing: Array(text.utf8)), let name = json["name"]?.text
        else { return nil }
        self.init(name: name, born: json["born"]?.text)
    }

    /// It as JSON, to be sealed.
    var text: String {
        var json = JSONWriter(capacity: 128)
        json.object { json in
            json.member("name", name)
            json.memberIfPresent("born", born)
        }
        return String(decoding: json.bytes, as: UTF8.self)
    }

    /// Whether somebody of these names, born on that day if it is known, may be the one.
    ///
    /// It decides nothing: a person finds out.
    func mayBe(_ names: [String?], born other: String?) -> Bool {
        guard names.contains(where: { $0.map(Self.bare) == Self.bare(name) }) else { return false }
        guard let born, let other else { return true }
        return born == other
    }

    private static func bare(_ name: String) -> String {
        String(
            String.UnicodeScalarView(
                name.lowercased().unicodeScalars.filter { $0.properties.isAlphabetic }))
    }
}
