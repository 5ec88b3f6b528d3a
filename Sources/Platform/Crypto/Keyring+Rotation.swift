/// A key's next step.
package enum KeyRotation: Sendable, Hashable {
    /// A key that opens and does not seal yet: for each server to read before one of them seals
    /// with it.
    case prepare
    /// A key that seals from now on: the prepared one, or else a fresh one.
    case use
}

extension Keyring {
    /// Takes the key file a step further; nothing that was sealed becomes unreadable.
    ///
    /// - Returns: The id of the key that was added or begins to seal; where one is prepared already,
    ///   preparing changes nothing and returns it.
    /// - Throws: `KeyringError` where the file is none, or cannot be replaced.
    @discardableResult
    package static func rotate(path: String, _ step: KeyRotation) throws(KeyringError) -> UInt32 {
        let text = try readPrivate(path: path)
        let (rotated, id) = try rotated(text, step)
        guard rotated != text else { return id }
        do {
            try PrivateFile.replace(path, with: Array(rotated.utf8))
        } catch { throw .file(error.number) }
        return id
    }

    /// The key file's text after the step, and the id of the key that it concerns.
    static func rotated(
        _ text: String, _ step: KeyRotation
    ) throws(KeyringError) -> (text: String, id: UInt32) {
        let keyring = try Keyring(text: text)
        let prepared = keyring.preparedID
        if let prepared, step == .prepare { return (text, prepared) }
        if let prepared {
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
                let words = line.split(whereSeparator: \.isWhitespace)
                guard words.count == 3, words[0] == "open", UInt32(words[1]) == prepared else {
                    return String(line)
                }
                return "seal \(prepared) \(words[2])"
            }
            return (lines.joined(separator: "\n"), prepared)
        }
        let (next, isBeyond) = keyring.lastID.addingReportingOverflow(1)
        guard !isBeyond else { throw .keyMissing }
        let kind = step == .prepare ? "open" : "seal"
        let key = Hex.encoded(SecureRandom.bytes(SymmetricKey.byteCount))
        let whole = text.hasSuffix("\n") ? text : text + "\n"
        return (whole + "\(kind) \(next) \(key)\n", next)
    }
}
