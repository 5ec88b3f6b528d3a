internal import Platform

/// What a coded list checks a pick-up word or a card's number with: a salt of its own and a slow hash.
///
/// A word has eight digits, so the rounds are what keeps it: whoever has a list tries a hundred million
/// words at these rounds each, for a word that is good for fourteen days and once. Kept sealed, so that the
/// database alone checks nothing.
struct ListedWord: Sendable, Hashable {
    /// Rounds of PBKDF2-HMAC-SHA256, some twenty milliseconds.
    static let rounds = 50_000
    private static let saltBytes = 16

    /// The salt and the hash in hexadecimal digits, a space between them.
    let text: String

    /// Hashes a word under a fresh salt.
    init(_ word: String) {
        let salt = SecureRandom.bytes(Self.saltBytes)
        let hash = PBKDF2.derived(from: word, salt: salt, rounds: Self.rounds)
        text = "\(Hex.encoded(salt)) \(Hex.encoded(hash))"
    }
}

/// Keeps what lists check a word or a card with; whether there was one to keep it at.
struct WordListed: Statement {
    var word: UUID
    var sealed: [UInt8]

    var sql: SQL { "SELECT linli.word_listed(\(word), \(sealed))" }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Bool { try cells.read() }
}
