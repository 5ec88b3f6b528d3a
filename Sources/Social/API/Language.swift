/// The languages that everything shown is written in.
package enum Language: String, Sendable, Hashable, CaseIterable {
    case zh
    case en

    /// The language that an `Accept-Language` field prefers (RFC 9110 §12.5.4); Chinese by default.
    ///
    /// The highest weight wins, the earlier one among equals; `*` and languages we lack count for
    /// nothing. A field past 256 bytes is read no further.
    package init(accepting field: String?) {
        var best: (language: Language, weight: Double)?
        for range in (field ?? "").prefix(256).split(separator: ",").prefix(16) {
            let parts = range.split(separator: ";", maxSplits: 1)
            let tag = parts.first?.filter { $0 != " " && $0 != "\t" }.lowercased() ?? ""
            guard let language = Language(rawValue: String(tag.prefix { $0 != "-" })) else {
                continue
            }
            let weight = parts.count == 2 ? Self.weight(parts[1]) : 1
            if weight > best?.weight ?? 0 { best = (language, weight) }
        }
        self = best?.language ?? .zh
    }

    private static func weight(_ parameter: Substring) -> Double {
        let text = parameter.filter { $0 != " " && $0 != "\t" }.lowercased()
        guard text.hasPrefix("q="), let weight = Double(text.dropFirst(2)) else { return 0 }
        return (0...1).contains(weight) ? weight : 0
    }
}

/// One text in both languages.
package struct Text: Sendable, Hashable {
    /// In simplified Chinese.
    package var zh: String
    /// In English.
    package var en: String

    /// A text in both languages.
    package init(zh: String, en: String) {
        self.zh = zh
        self.en = en
    }

    /// The text in one language.
    package subscript(language: Language) -> String {
        switch language {
        case .zh: zh
        case .en: en
        }
    }
}
