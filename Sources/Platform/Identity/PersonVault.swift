/// A field of a person that is kept sealed; its code stands in `linli.person_sealed.field`.
package enum SealedField: String, Sendable, Hashable, CaseIterable {
    /// `YYYY-MM-DD`.
    case birthDate = "birth_date"
    /// The name in the documents.
    case legalName = "legal_name"
    /// In E.164.
    case contactPhone = "contact_phone"
    /// Of an identity document.
    case identityNumber = "identity_number"
    /// What is known of health and living, as JSON.
    case attributes
    /// Where notices go by e-mail, confirmed by a code.
    case email
    /// Where they shall go, once it is.
    case emailWanted = "email_wanted"
}

/// Seals and opens what is kept of an estate's persons, under that estate's own keys.
package struct PersonVault: Sendable {
    private let sealer: Sealer

    /// The vault of one estate.
    package init(_ keyring: Keyring, of estate: UUID) {
        sealer = keyring.sealer(for: "person_sealed", of: estate)
    }

    /// What each value begins with that is sealed now; another beginning is to be sealed anew.
    package var head: [UInt8] { sealer.head }

    /// The value sealed for its person: `person_sealed.value_sealed`.
    package func seal(
        _ value: String, _ field: SealedField, of person: UUID
    ) throws(CryptoError) -> [UInt8] {
        try sealer.seal(Array(value.utf8), at: place(field, person))
    }

    /// The value that was sealed for this person.
    ///
    /// - Throws: `CryptoError` when it is another's, or under a key that is not held any more.
    package func open(
        _ sealed: [UInt8], _ field: SealedField, of person: UUID
    ) throws(CryptoError) -> String {
        String(decoding: try sealer.open(sealed, at: place(field, person)), as: UTF8.self)
    }

    /// The same value under the key of now.
    package func renewed(
        _ sealed: [UInt8], field: String, of person: UUID
    ) throws(CryptoError) -> [UInt8] {
        let place = SealedPlace(table: "person_sealed", column: field, row: person.bytes)
        return try sealer.seal(try sealer.open(sealed, at: place), at: place)
    }

    private func place(_ field: SealedField, _ person: UUID) -> SealedPlace {
        SealedPlace(table: "person_sealed", column: field.rawValue, row: person.bytes)
    }
}
