/// A challenge for an authenticator: it says itself until when, for what and for whom it is good,
/// and only we can make one; that it is used once, the database sees to (`linli.spend_challenge`).
///
/// Its bytes: the end in microseconds, 8, big-endian · 16 random ones · HMAC-SHA256 of these, of the
/// purpose and of the account. So a flood of requests for challenges writes nothing.
package struct WebAuthnChallenges: Sendable {
    /// What a challenge is for.
    package enum Purpose: String, Sendable {
        case add
        case prove
        case signIn = "sign_in"
    }

    /// How long one is good.
    package static let lifetime: Duration = .seconds(300)
    private static let nonceBytes = 16

    private let key: SymmetricKey

    /// Challenges under this keyring.
    package init(_ keyring: Keyring) { key = keyring.hashingKey(for: "passkey challenge") }

    /// A fresh one; for an account, if it is signed in.
    package func make(for purpose: Purpose, account: UUID?, at instant: Instant) -> [UInt8] {
        let ends = UInt64(clamping: (instant + Self.lifetime).microseconds)
        let head = ends.bigEndianBytes + SecureRandom.bytes(Self.nonceBytes)
        return head + code(head, purpose, account)
    }

    /// Until when a challenge is good; `nil` when it is none of ours for this, or has lapsed.
    package func end(
        of challenge: [UInt8], for purpose: Purpose, account: UUID?, at instant: Instant
    ) -> Instant? {
        let headCount = 8 + Self.nonceBytes
        guard challenge.count == headCount + SHA256.byteCount else { return nil }
        let head = Array(challenge[..<headCount])
        guard
            isEqualInConstantTime(
                Array(challenge[headCount...]), code(head, purpose, account))
        else { return nil }
        let ends = Instant(
            microseconds: Int64(
                clamping: head.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }))
        return ends > instant ? ends : nil
    }

    private func code(_ head: [UInt8], _ purpose: Purpose, _ account: UUID?) -> [UInt8] {
        HMACSHA256.code(
            of: head + (account?.bytes ?? []) + Array(purpose.rawValue.utf8), key: key)
    }
}
