/// A name that its bearer recognises and a stranger cannot use: `张*`, `欧**娜`, `M***`.
package struct MaskedName: Sendable, Hashable {
    /// What may be shown.
    package let text: String

    /// Masks a name: its first character stays, and the last of three or more Chinese ones.
    package init(masking name: String) {
        let characters = Array(name.prefix(80))
        guard let first = characters.first else {
            text = "*"
            return
        }
        guard characters.allSatisfy(\.isChinese) else {
            text = "\(first)***"
            return
        }
        let stars = String(repeating: "*", count: max(1, characters.count - 2))
        text =
            characters.count > 2
            ? "\(first)\(stars)\(characters[characters.count - 1])"
            : "\(first)*"
    }
}

extension Character {
    /// Whether it is a Han character (Unicode's unified ideographs, all planes).
    fileprivate var isChinese: Bool {
        unicodeScalars.allSatisfy(\.properties.isUnifiedIdeograph)
    }
}
