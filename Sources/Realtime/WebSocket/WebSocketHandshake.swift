internal import COpenSSL

/// Judges the request that asks to become a WebSocket (RFC 6455 §4.2).
package enum WebSocketHandshake {
    /// Pages that may connect; browsers always name theirs, others name none (RFC 6455 §10.2).
    package enum Origins: Sendable, Hashable {
        case any
        /// Serialised origins in lower case, such as `https://estate.example`.
        case only(Set<String>)
    }

    /// What the server answers.
    package enum Outcome: Sendable, Hashable {
        /// 101 with this `Sec-WebSocket-Accept`.
        case accept(String)
        case refuse(Refusal)
    }

    /// Why the request does not become a WebSocket.
    package enum Refusal: Sendable, Hashable {
        /// 405 with `Allow: GET`.
        case method
        /// 426 with `Upgrade: websocket`: the resource speaks nothing else.
        case noUpgrade
        /// 426 with `Sec-WebSocket-Version: 13`.
        case version
        /// 400: the key is missing, repeated, or not 16 bytes in base64.
        case key
        /// 403: the page comes from an origin that may not connect.
        case origin

        /// The response's status.
        package var status: Int {
            switch self {
            case .method: 405
            case .noUpgrade, .version: 426
            case .key: 400
            case .origin: 403
            }
        }
    }

    private static let keySuffix = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  // RFC 6455 §1.3

    /// Judges a request of HTTP/1.1; `field` gives all values of the lines with a lower-case name.
    package static func judge(
        method: String, origins: Origins, field: (String) -> [String]
    ) -> Outcome {
        guard method == "GET" else { return .refuse(.method) }
        guard tokens(field("upgrade")).contains("websocket"),
            tokens(field("connection")).contains("upgrade")
        else { return .refuse(.noUpgrade) }
        guard field("sec-websocket-version") == ["13"] else { return .refuse(.version) }
        let keys = field("sec-websocket-key")
        guard keys.count == 1, isKey(keys[0]) else { return .refuse(.key) }
        guard allows(field("origin"), origins) else { return .refuse(.origin) }
        return .accept(acceptance(of: keys[0]))
    }

    /// `Sec-WebSocket-Accept` for a key: base64 of SHA-1 (RFC 6455 §4.2.2).
    package static func acceptance(of key: String) -> String {
        let text = Array((key + keySuffix).utf8)
        var digest = [UInt8](repeating: 0, count: 20)
        let status = unsafe EVP_Digest(text, text.count, &digest, nil, EVP_sha1(), nil)
        precondition(status == 1, "OpenSSL knows SHA-1")
        var encoded = [UInt8](repeating: 0, count: 29)  // 28 characters and a zero byte
        let count = unsafe EVP_EncodeBlock(&encoded, digest, 20)
        return String(decoding: encoded.prefix(Int(count)), as: UTF8.self)
    }

    /// 22 characters of base64 and its padding stand for 16 bytes.
    private static func isKey(_ key: String) -> Bool {
        let bytes = Array(key.utf8)
        guard bytes.count == 24, bytes.suffix(2).elementsEqual("==".utf8) else { return false }
        return bytes.prefix(22).allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "/"):
                true
            default: false
            }
        }
    }

    private static func allows(_ named: [String], _ origins: Origins) -> Bool {
        guard case .only(let allowed) = origins, let origin = named.first else { return true }
        return named.count == 1 && allowed.contains(origin.lowercased())
    }

    /// Elements of a comma-separated list, in lower case (RFC 9110 §5.6.1).
    private static func tokens(_ values: [String]) -> Set<String> {
        var tokens: Set<String> = []
        for value in values {
            for token in value.split(separator: ",") {
                let trimmed = token.drop { $0 == " " || $0 == "\t" }
                tokens.insert(trimmed.prefix { $0 != " " && $0 != "\t" }.lowercased())
            }
        }
        return tokens
    }
}
