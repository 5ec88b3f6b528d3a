internal import Platform

/// The secret of a paper code or an invitation: twelve characters of Crockford's base 32, 60 bits;
/// codes that live for minutes are shorter.
///
/// The database knows its keyed hash alone; it never prints itself.
struct JoinCode: Hashable, CustomStringConvertible, CustomReflectable {
    /// How many characters it has, unless told otherwise.
    static let length = 12
    /// How many stand in one group, between hyphens.
    private static let group = 4
    /// Without I, L, O and U, which are misread or form words.
    private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ")

    /// Its characters, in upper case and without hyphens.
    private let characters: String

    /// A fresh code.
    static func random(length: Int = length) -> JoinCode {
        JoinCode(
            trusted: String(
                (0..<length).map { _ in
                    alphabet[Int(SecureRandom.number(below: UInt32(alphabet.count)))]
                }))
    }

    /// Reads a code as people type it; `nil` when it has not the form of one.
    ///
    /// Case, hyphens, spaces and full-width characters do not matter; O is read as 0, I and L as 1.
    init?(_ text: String, length: Int = length) {
        var characters = ""
        for scalar in text.unicodeScalars {
            let isWide = (0xFF01...0xFF5E).contains(scalar.value)
            guard let plain = isWide ? Unicode.Scalar(scalar.value - 0xFEE0) : scalar else {
                return nil
            }
            switch Character(plain).uppercased() {
            case "-", " ", "\u{3000}": continue
            case "O": characters.append("0")
            case "I", "L": characters.append("1")
            case let one:
                guard one.count == 1, let character = one.first,
                    Self.alphabet.contains(character)
                else { return nil }
                characters.append(character)
            }
            guard characters.utf8.count <= length else { return nil }
        }
        guard characters.utf8.count == length else { return nil }
        self.init(trusted: characters)
    }

    private init(trusted characters: String) { self.characters = characters }

    /// The code as it is printed, in groups of four.
    var text: String {
        let all = Array(characters)
        return stride(from: 0, to: all.count, by: Self.group)
            .map { String(all[$0..<min($0 + Self.group, all.count)]) }.joined(separator: "-")
    }

    /// What the database finds it by.
    func hash(_ key: SymmetricKey) -> [UInt8] {
        HMACSHA256.code(of: Array(characters.utf8), key: key)
    }

    var description: String { "a join code" }
    var customMirror: Mirror { Mirror(self, children: []) }
}

/// What somebody may be in a household.
enum Standing {
    /// All that there are.
    static let all = [
        "head", "spouse", "child", "parent", "grandparent", "grandchild", "relative", "tenant",
        "flatmate", "carer", "other",
    ]
    /// What a member may invite somebody as: not in its own place.
    static let invited = all.filter { $0 != "head" }

    /// Whether the day of birth must be known: a child may be too young to sign in.
    static func isOfChild(_ standing: String) -> Bool {
        ["child", "grandchild"].contains(standing)
    }
}
