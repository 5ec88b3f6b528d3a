/// A telephone number in the form of E.164: `+`, country code, subscriber number.
///
/// It is personal: it never prints itself.
package struct PhoneNumber: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
    /// The number, such as `+8613812345678`; for a gateway and for sealing alone.
    package let e164: String

    /// Longest text that is read as a number, in bytes.
    package static let textBytesMax = 40

    /// Reads a number as people type it; nil when it is none.
    ///
    /// Spaces, hyphens, dots, parentheses and full-width digits are read; the prefix is `+`, `00` or
    /// none (then it is of mainland China). E.164 §6.2.1 allows 15 digits; a mobile number of China
    /// has eleven, from 13 to 19.
    package init?(_ text: some StringProtocol) {
        guard text.utf8.count <= Self.textBytesMax else { return nil }
        var digits = ""
        var isInternational = false
        for scalar in text.unicodeScalars {
            switch scalar {
            case "0"..."9": digits.unicodeScalars.append(scalar)
            case "\u{FF10}"..."\u{FF19}":
                digits += String(scalar.value - 0xFF10)
            case "+", "\u{FF0B}":
                guard digits.isEmpty, !isInternational else { return nil }
                isInternational = true
            case " ", "-", ".", "(", ")", "\u{A0}", "\u{3000}", "\u{FF08}", "\u{FF09}": continue
            default: return nil
            }
        }
        if !isInternational, digits.hasPrefix("00") {
            isInternational = true
            digits.removeFirst(2)
        }
        if !isInternational {
            digits = digits.count == 13 && digits.hasPrefix("86") ? digits : "86" + digits
        }
        guard (8...15).contains(digits.count), digits.first != "0" else { return nil }
        if digits.hasPrefix("86") {
            let subscriber = digits.dropFirst(2)
            guard subscriber.count == 11, subscriber.first == "1",
                let second = subscriber.dropFirst().first, second >= "3"
            else { return nil }
        }
        e164 = "+" + digits
    }

    package var description: String { "a phone number" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

/// How what identifies an account is found and kept: by a keyed hash, and sealed.
package struct IdentifierVault: Sendable {
    private let phoneKey: SymmetricKey
    private let addressKey: SymmetricKey
    private let codeKey: SymmetricKey
    private let deviceCodeKey: SymmetricKey
    private let keyring: Keyring

    /// The vault under this keyring.
    package init(_ keyring: Keyring) {
        phoneKey = keyring.hashingKey(for: "phone")
        addressKey = keyring.hashingKey(for: "address")
        codeKey = keyring.hashingKey(for: "sign-in code")
        deviceCodeKey = keyring.hashingKey(for: "device code")
        self.keyring = keyring
    }

    /// What a phone number is found by: `account_identifier.value_hash`.
    package func hash(of phone: PhoneNumber) -> [UInt8] {
        HMACSHA256.code(of: Array(phone.e164.utf8), key: phoneKey)
    }

    /// What requests of one network address are counted by.
    package func hash(ofAddress address: String) -> [UInt8] {
        HMACSHA256.code(of: Array(address.utf8), key: addressKey)
    }

    /// What a code is compared by; it belongs to its request alone.
    package func hash(ofCode code: String, nonce: UUID) -> [UInt8] {
        HMACSHA256.code(of: nonce.bytes + Array(code.utf8), key: codeKey)
    }

    /// What a device's code is found by.
    package func hash(of code: DeviceCode) -> [UInt8] {
        HMACSHA256.code(of: code.bytes, key: deviceCodeKey)
    }

    /// The number sealed for its row, under the keys of its account:
    /// `account_identifier.value_sealed`.
    package func seal(
        _ phone: PhoneNumber, identifier: UUID, of account: UUID
    ) throws(CryptoError) -> [UInt8] {
        try sealer(account).seal(Array(phone.e164.utf8), at: place(identifier))
    }

    /// The number sealed for a row whose account is not known yet: under no account's keys, until the
    /// job `reseal-accounts` finds it.
    package func sealUnowned(
        _ phone: PhoneNumber, identifier: UUID
    ) throws(CryptoError) -> [UInt8] {
        try keyring.sealer(for: "account").seal(Array(phone.e164.utf8), at: place(identifier))
    }

    /// The number that was sealed for this row of the account.
    package func openPhone(
        _ sealed: [UInt8], identifier: UUID, of account: UUID
    ) throws(CryptoError) -> PhoneNumber {
        let bytes = try sealer(account).open(sealed, at: place(identifier))
        let text = String(decoding: bytes, as: UTF8.self)
        guard let phone = PhoneNumber(text) else { throw .notAuthentic }
        return phone
    }

    /// What is sealed for this row, under the account's key of now.
    package func renewed(
        _ sealed: [UInt8], identifier: UUID, of account: UUID
    ) throws(CryptoError) -> [UInt8] {
        let (sealer, place) = (sealer(account), place(identifier))
        return try sealer.seal(try sealer.open(sealed, at: place), at: place)
    }

    /// What each value begins with that is sealed now, whoever's account it is.
    package var head: [UInt8] { sealer(Job.noEstate).head }

    private func sealer(_ account: UUID) -> Sealer { keyring.sealer(for: "account", of: account) }

    private func place(_ identifier: UUID) -> SealedPlace {
        SealedPlace(table: "account_identifier", column: "value_sealed", row: identifier.bytes)
    }
}

extension UUID {
    /// Its 16 bytes, the highest first (RFC 9562 §4).
    package var bytes: [UInt8] {
        [high, low].flatMap { half in
            stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: half >> $0) }
        }
    }
}
