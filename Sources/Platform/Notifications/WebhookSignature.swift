/// The secret of a webhook, as Standard Webhooks spells it: `whsec_` and Base64 of 24 to 64 bytes.
///
/// It never prints itself.
package struct WebhookSecret: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
    /// What stands before the Base64.
    package static let prefix = "whsec_"

    private let bytes: [UInt8]

    /// A fresh one of 32 bytes.
    package static func random() -> WebhookSecret {
        WebhookSecret(bytes: SecureRandom.bytes(32))
    }

    /// Those that `sealed` wrote; what is none is left out.
    package static func read(_ text: String) -> [WebhookSecret] {
        text.split(separator: " ").compactMap { hex in
            Hex.decoded(hex).flatMap { bytes in
                (24...64).contains(bytes.count) ? WebhookSecret(bytes: bytes) : nil
            }
        }
    }

    /// Secrets as they are sealed, the newest first.
    package static func sealed(_ secrets: [WebhookSecret]) -> String {
        secrets.map { Hex.encoded($0.bytes) }.joined(separator: " ")
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    /// The secret in words, for the one who receives.
    package var text: String { Self.prefix + Base64.encoded(bytes) }

    /// The signature of a message: `v1,` and Base64 of HMAC-SHA256 over id, time and content.
    package func signature(id: String, unixSeconds: Int64, content: [UInt8]) -> String {
        let signed = Array("\(id).\(unixSeconds).".utf8) + content
        return "v1," + Base64.encoded(HMACSHA256.code(of: signed, keyBytes: bytes))
    }

    package var description: String { "a webhook's secret" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
