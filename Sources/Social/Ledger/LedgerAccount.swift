package import Platform

/// Who or what has something.
package struct LedgerHolder: Sendable, Hashable {
    /// The sorts of holders; V0142 knows the same.
    package enum Kind: String, Sendable, CaseIterable {
        /// A place of the estate, such as a goods room or a bin.
        case place
        case person
        case household
        /// The estate's own, such as that from which time credits are issued.
        case pot
        /// Where things come from and go to: its balance may be below zero.
        case outside
        /// On the way between estates.
        case underway
    }

    /// Of which sort.
    package let kind: Kind
    /// Which one; of a pot, outside and underway it may be the only one.
    package let id: UUID?

    private init(_ kind: Kind, _ id: UUID?) {
        self.kind = kind
        self.id = id
    }

    /// A place.
    package static func place(_ id: UUID) -> Self { Self(.place, id) }
    /// A person.
    package static func person(_ id: UUID) -> Self { Self(.person, id) }
    /// A household.
    package static func household(_ id: UUID) -> Self { Self(.household, id) }
    /// A pot of the estate.
    package static func pot(_ id: UUID? = nil) -> Self { Self(.pot, id) }
    /// Outside, whole or a part of it such as a drive.
    package static func outside(_ id: UUID? = nil) -> Self { Self(.outside, id) }
    /// On the way, whole or with one transfer.
    package static func underway(_ id: UUID? = nil) -> Self { Self(.underway, id) }
}

/// Who has something, and in which status: with the asset, where an account is found.
package struct LedgerSide: Sendable, Hashable {
    /// Who has it.
    package var holder: LedgerHolder
    /// Such as `free`, `reserved`, `quarantine`: a code of the feature's.
    package var status: String

    /// A side.
    package init(_ holder: LedgerHolder, _ status: String) {
        self.holder = holder
        self.status = status
    }
}

/// What is counted, and how.
package struct LedgerAsset: Sendable, Hashable {
    /// Its id.
    package var id: UUID
    /// Whose rules decide who reads and posts, such as `stock`, `credit` or `money`.
    package var book: String
    /// A code such as `piece`, `kilogram`, `minute`, `yuan`.
    package var unit: String
    /// Decimal places: amounts are whole numbers of 10^-scale units; 0 to 6.
    package var scale: Int
    /// The lot, for stock; a book without one has one asset an estate.
    package var ref: UUID?

    /// An asset.
    package init(id: UUID, book: String, unit: String, scale: Int, ref: UUID? = nil) {
        self.id = id
        self.book = book
        self.unit = unit
        self.scale = scale
        self.ref = ref
    }
}

/// An account that the principal may read.
package struct LedgerAccount: Sendable, Hashable {
    /// Its id, for its statement.
    package var id: UUID
    /// What is counted.
    package var asset: LedgerAsset
    /// Who has it.
    package var holder: LedgerHolder
    /// In which status.
    package var status: String
    /// So much is there, in smallest units.
    package var balance: Int64
    /// How many movements led there.
    package var moves: Int64
}

extension LedgerHolder {
    /// Reads a holder's kind and id.
    static func read(_ cells: inout Cells) throws(PostgresError) -> LedgerHolder {
        let code: String = try cells.read()
        let id: UUID? = try cells.read()
        guard let kind = Kind(rawValue: code) else {
            throw PostgresError(.decoding, message: "a holder is malformed")
        }
        return LedgerHolder(kind, id)
    }
}
