internal import Glibc

/// The server's secrets, from one file that only its user can read.
///
/// A line a key: `pepper 1 HEX`, `seal ID HEX` (one or more, the highest id seals), `sign 1 HEX`;
/// each key 32 bytes as 64 hexadecimal digits; `#` starts a comment line. `open ID HEX` is a key that opens and
/// does not seal yet. The pepper is for good: what it hashed can be found under no other.
/// `linli keys --rotate` adds the next key.
package struct Keyring: Sendable {
    private let pepper: SymmetricKey
    private let sealing: [UInt32: SymmetricKey]
    private let sealingID: UInt32
    /// Signs the heads of the event log and what else leaves the house.
    package let signingKey: SigningKey

    /// The key of a keyed hash, such as `phone`.
    package func hashingKey(for purpose: String) -> SymmetricKey {
        pepper.derived(for: "linli/hash/\(purpose)")
    }

    /// The sealer for a purpose, such as an estate's persons or an account's identifiers.
    package func sealer(for purpose: String) -> Sealer {
        let keys = sealing.mapValues { $0.derived(for: "linli/seal/\(purpose)") }
        do {
            return try Sealer(keys: keys, currentID: sealingID)
        } catch {
            preconditionFailure("a keyring holds the key that it seals with")
        }
    }

    /// The sealer for what of a purpose belongs to one owner, an estate or an account.
    ///
    /// Its keys open nobody else's values. They are derived from the file's (HKDF, RFC 5869), so that no estate's
    /// key has to be kept, fetched or lost.
    package func sealer(for purpose: String, of owner: UUID) -> Sealer {
        let before = sealing.mapValues { $0.derived(for: "linli/seal/\(purpose)") }
        let owned = sealing.mapValues { $0.derived(for: "linli/seal/\(purpose)/\(owner)") }
        do {
            return try Sealer(owned: owned, currentID: sealingID, before: before)
        } catch {
            preconditionFailure("a keyring holds the key that it seals with")
        }
    }

    /// How the key that a sealed value names stands here, by the value's first five bytes.
    package func standing(of head: [UInt8]) -> Standing {
        let id = head.dropFirst().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        guard head.count == 5, sealing[id] != nil else { return .unknown }
        return id == sealingID ? .current : .old
    }

    /// Of a key, beside those of the file.
    package enum Standing: Sendable, Hashable {
        /// It seals now.
        case current
        /// It opens: what is under it is to be sealed anew.
        case old
        /// It is not held.
        case unknown
    }

    /// The id of the key that opens and will seal next; `nil` where none is prepared.
    var preparedID: UInt32? { lastID > sealingID ? lastID : nil }

    /// The highest id of a sealing key.
    var lastID: UInt32 { sealing.keys.max() ?? sealingID }

    /// Fresh keys, for tests and for the first start.
    package static func random() -> Keyring {
        do {
            return try Keyring(text: freshText())
        } catch {
            preconditionFailure("a fresh keyring reads itself: \(error)")
        }
    }

    /// Reads a key file's text.
    package init(text: String) throws(KeyringError) {
        var pepper: SymmetricKey?
        var seed: SymmetricKey?
        var sealing: [UInt32: SymmetricKey] = [:]
        var sealingID: UInt32?
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false)
            .enumerated()
        {
            let words = line.split(whereSeparator: \.isWhitespace)
            guard let kind = words.first, !kind.hasPrefix("#") else { continue }
            guard words.count == 3, let id = UInt32(words[1]), let bytes = Hex.decoded(words[2]),
                let key = try? SymmetricKey(bytes)
            else { throw .unreadableLine(index + 1) }
            switch (kind, id) {
            case ("pepper", 1) where pepper == nil: pepper = key
            case ("sign", 1) where seed == nil: seed = key
            case ("open", _) where sealing[id] == nil: sealing[id] = key
            case ("seal", _) where sealing[id] == nil:
                sealing[id] = key
                sealingID = max(sealingID ?? id, id)
            default: throw .unreadableLine(index + 1)
            }
        }
        guard let pepper, let seed, let sealingID,
            let signingKey = try? SigningKey(seed: seed)
        else { throw .keyMissing }
        self.pepper = pepper
        self.sealing = sealing
        self.sealingID = sealingID
        self.signingKey = signingKey
    }

    /// Reads the key file, which must belong to its reader alone.
    ///
    /// `makesMissing` is for development only: a missing file is made, with mode 0600, once, however
    /// many processes start together.
    package static func load(path: String, makesMissing: Bool) throws(KeyringError) -> Keyring {
        if makesMissing, unsafe access(path, F_OK) != 0 { try make(path: path) }
        return try Keyring(text: readPrivate(path: path))
    }

    private static func freshText() -> String {
        func line(_ kind: String) -> String {
            "\(kind) 1 \(Hex.encoded(SecureRandom.bytes(SymmetricKey.byteCount)))\n"
        }
        return
            "# Linli's keys. Whoever reads this file reads everything sealed; keep a copy apart.\n"
            + line("pepper") + line("seal") + line("sign")
    }

    /// Writes beside and links into place: the file appears whole, and the first writer wins.
    private static func make(path: String) throws(KeyringError) {
        let draft = "\(path).\(Hex.encoded(SecureRandom.bytes(8)))"
        let file = unsafe open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw .file(errno) }
        defer { _ = unsafe unlink(draft) }
        let bytes = Array(freshText().utf8)
        let written = unsafe write(file, bytes, bytes.count)
        let isSynced = fsync(file) == 0
        guard close(file) == 0, isSynced, written == bytes.count else { throw .file(EIO) }
        guard unsafe link(draft, path) == 0 || errno == EEXIST else { throw .file(errno) }
    }

    private static let fileBytesMax = 64 * 1024

    static func readPrivate(path: String) throws(KeyringError) -> String {
        let file = unsafe open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
        guard file >= 0 else { throw errno == ENOENT ? .fileMissing : .file(errno) }
        defer { close(file) }
        var status = stat()
        guard unsafe fstat(file, &status) == 0 else { throw .file(errno) }
        guard status.st_mode & S_IFMT == S_IFREG, !PrivateFile.isOpenToOthers(status) else {
            throw .readableByOthers
        }
        var bytes = [UInt8](repeating: 0, count: fileBytesMax)
        let count = unsafe read(file, &bytes, bytes.count)
        guard count >= 0 else { throw .file(errno) }
        return String(decoding: bytes[..<count], as: UTF8.self)
    }
}

/// Why the key file cannot be used; none of it names a key.
package enum KeyringError: Error, Hashable {
    /// Production does not invent keys: restore the file, or make one before the first start.
    case fileMissing
    /// Others may read the file: `chmod 600` it.
    case readableByOthers
    /// This line is no key, or names one twice.
    case unreadableLine(Int)
    /// A `pepper`, a `seal` or a `sign` line is not there.
    case keyMissing
    /// The operating system's error number.
    case file(Int32)
}
