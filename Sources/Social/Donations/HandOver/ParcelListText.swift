internal import Platform

/// A day's coded list of what waits at a room, as the text that is printed, signed, and read by
/// `ops/verify-list`.
///
/// Lines end in a line feed; the last is `signature`, by the installation's Ed25519 key over all
/// bytes before it; its first line keeps it apart from whatever else the key signs.
struct ParcelListText: Sendable {
    /// Some of a lot in a parcel.
    struct Part: Sendable, Hashable {
        var code: String
        var until: Instant
        var bin: String
        var lot: String
        var name: Text
        var quantity: String
        var unit: String
        var expires: Day?
        var allergens: [String]
        var isValuable: Bool
    }

    /// Of which room and day it is.
    struct Head: Sendable, Hashable {
        var code: String
        var name: String
        var day: Day
        var at: Instant
        /// From here on the list is too old.
        var ends: Instant
    }

    private var lines: [String] = []

    /// Of these parts, by code, and what the words that fetch each code are checked with.
    init(estate: UUID, room: UUID, _ head: Head, parts: [Part], words: [String: [String]]) {
        lines = [
            "linli-parcel-list-1", "estate \(estate)",
            "room \(room) \(Self.plain(head.code)) \(Self.plain(head.name))", "day \(head.day)",
            "made \(head.at)", "ends \(head.ends)",
            "words PBKDF2-HMAC-SHA256 \(ListedWord.rounds)",
        ]
        var last: String?
        var count = 0
        for part in parts {
            if part.code != last {
                last = part.code
                count += 1
                lines += ["parcel \(part.code)", "kept-until \(part.until)"]
                lines += (words[part.code] ?? []).map { "word \($0)" }
            }
            lines.append(Self.line(part))
        }
        lines.append("parcels \(count)")
    }

    private static func line(_ part: Part) -> String {
        let cells = [
            part.bin, part.lot, "\(part.name.zh) / \(part.name.en)",
            "\(part.quantity) \(part.unit)", part.expires.map { "\($0)" } ?? "-",
            part.allergens.isEmpty ? "-" : part.allergens.joined(separator: ","),
            part.isValuable ? "two-persons" : "-",
        ]
        return "part " + cells.map(plain).joined(separator: " | ")
    }

    /// No name ends a line or a cell.
    private static func plain(_ text: String) -> String {
        String(
            text.unicodeScalars.map {
                $0.properties.generalCategory == .control || $0 == "|" ? " " : Character($0)
            })
    }

    /// The text with its signature.
    func signed(by key: SigningKey) throws(CryptoError) -> [UInt8] {
        let body = Array((lines.joined(separator: "\n") + "\n").utf8)
        let signature = try key.signature(of: body)
        return body + Array("signature \(Hex.encoded(signature))\n".utf8)
    }
}

/// Of which room and day a list is; nothing for who does not handle goods there.
struct FindParcelListHead: Statement {
    var room: UUID

    var sql: SQL { "SELECT code, name_zh, on_day, at, ends FROM linli.parcel_list_head(\(room))" }

    func decode(_ cells: inout Cells) throws(PostgresError) -> ParcelListText.Head {
        ParcelListText.Head(
            code: try cells.read(), name: try cells.read(), day: try cells.read(),
            at: try cells.read(), ends: try cells.read())
    }
}

/// What waits at a room, a lot a row.
struct FindParcelListParts: Statement {
    var room: UUID

    var sql: SQL {
        """
        SELECT code, until, bin, lot, name_zh, name_en, quantity, unit, expires_on, allergens,
            is_valuable
        FROM linli.parcel_list_parts(\(room))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> ParcelListText.Part {
        ParcelListText.Part(
            code: try cells.read(), until: try cells.read(), bin: try cells.read(),
            lot: try cells.read(), name: Text(zh: try cells.read(), en: try cells.read()),
            quantity: try cells.read(), unit: try cells.read(), expires: try cells.read(),
            allergens: try cells.read(), isValuable: try cells.read())
    }
}

/// What the words that fetch a parcel are checked with, sealed.
struct FindParcelListWords: Statement {
    struct Row {
        var code: String
        var word: UUID
        var isCard: Bool
        var sealed: [UInt8]
    }

    var room: UUID

    var sql: SQL {
        "SELECT code, word_id, is_card, listed_sealed FROM linli.parcel_list_words(\(room))"
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Row {
        Row(
            code: try cells.read(), word: try cells.read(), isCard: try cells.read(),
            sealed: try cells.read())
    }
}
