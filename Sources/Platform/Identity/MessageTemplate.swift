/// A text with places for a phone and a message, each written so that it cannot break out.
struct MessageTemplate: Sendable {
    /// How values are written where they stand.
    enum Escaping: Sendable {
        /// Percent-encoded (RFC 3986 §2.3).
        case url
        /// `application/x-www-form-urlencoded`: percent-encoded, which every reader takes.
        case form
        /// Inside a JSON string (RFC 8259 §7).
        case json
        /// As they are.
        case plain
    }

    /// What may stand in braces.
    enum Word: String, Sendable {
        /// E.164, such as `+8613812345678`.
        case phone
        /// The same without `+86`; other countries' numbers with their `+`.
        case national
        case text
        /// What the message is known by.
        case id
        /// The name that it is sent under.
        case signature
    }

    /// What stands in the places.
    struct Filling: Sendable {
        var phone: PhoneNumber
        var text: String
        var id: String
        var signature: String
    }

    private enum Part: Sendable {
        case literal(String)
        case word(Word)
    }

    private let parts: [Part]
    private let escaping: Escaping

    /// The words that stand in it.
    var words: Set<Word> {
        Set(parts.compactMap { if case .word(let word) = $0 { word } else { nil } })
    }

    /// Reads a template; braces around anything but lower-case letters are braces, as JSON has.
    init(
        _ text: String, escaping: Escaping
    ) throws(SMSGatewayConfiguration.Fault) {
        var parts: [Part] = []
        var rest = text[...]
        while let open = rest.firstIndex(of: "{") {
            let name = rest[rest.index(after: open)...].prefix { ("a"..."z").contains($0) }
            guard !name.isEmpty, name.endIndex < rest.endIndex, rest[name.endIndex] == "}" else {
                parts.append(.literal(String(rest[...open])))
                rest = rest[rest.index(after: open)...]
                continue
            }
            guard let word = Word(rawValue: String(name)) else {
                throw .unknownPlaceholder(String(name))
            }
            parts.append(.literal(String(rest[..<open])))
            parts.append(.word(word))
            rest = rest[rest.index(after: name.endIndex)...]
        }
        parts.append(.literal(String(rest)))
        self.parts = parts
        self.escaping = escaping
    }

    /// The text with a phone and a message in their places.
    func filled(_ filling: Filling) -> String {
        parts.map { part in
            switch part {
            case .literal(let literal): literal
            case .word(let word): escaped(value(word, filling))
            }
        }.joined()
    }

    private func value(_ word: Word, _ filling: Filling) -> String {
        let e164 = filling.phone.e164
        return switch word {
        case .phone: e164
        case .national: e164.hasPrefix("+86") ? String(e164.dropFirst(3)) : e164
        case .text: filling.text
        case .id: filling.id
        case .signature: filling.signature
        }
    }

    private func escaped(_ value: String) -> String {
        switch escaping {
        case .plain: value
        case .json: Self.json(value)
        case .url, .form: PercentEncoder.encode(value)
        }
    }

    private static func json(_ value: String) -> String {
        var escaped = ""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"", "\\": escaped += "\\\(scalar)"
            case "\u{0}"..."\u{1F}":
                let hex = String(scalar.value, radix: 16)
                escaped += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
