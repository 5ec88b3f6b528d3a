internal import FoundationEssentials
internal import Glibc
internal import Realtime

/// The persons that were erased, kept outside the database and its backups, so that none comes back with
/// one of them.
///
/// One file an estate, `ESTATE.jsonl`, a line a person, only ever appended to: ids alone, each line
/// signed.
package struct ErasureList: Sendable {
    /// What goes wrong when it is written or read.
    package enum Fault: Error, Hashable {
        /// The operating system's error number.
        case file(Int32)
        /// A line could not be signed.
        case signing(CryptoError)
        /// This line, from 1, is of another estate, or signed by another key: somebody altered it.
        case altered(line: Int)
    }

    /// One person that was erased.
    package struct Entry: Sendable, Hashable {
        package var estate: UUID
        package var person: UUID
        package var at: Instant

        /// An entry as it was decided.
        package init(estate: UUID, person: UUID, at: Instant) {
            self.estate = estate
            self.person = person
            self.at = at
        }

        /// The lines that the signature covers, joined by line feeds.
        var signedBytes: [UInt8] {
            Array(
                ["linli-erasure-1", "\(estate)", "\(person)", "\(at.microseconds)"]
                    .joined(separator: "\n").utf8)
        }
    }

    /// What a file holds.
    package struct Contents: Sendable, Hashable {
        /// Each person once, in order of their ids.
        package var persons: [UUID] = []
        /// Lines that are none: a write was cut off.
        package var torn = 0
    }

    /// Where it stands.
    package let folder: String
    private let key: SigningKey

    /// The list in this folder, which is made when it is missing.
    package init(folder: String, key: SigningKey) {
        self.folder = folder
        self.key = key
    }

    /// Appends one line and waits until it is on disk; blocks, so not on a loop.
    package func append(_ entry: Entry) throws(Fault) {
        let signature: [UInt8]
        do {
            signature = try key.signature(of: entry.signedBytes)
        } catch {
            throw .signing(error)
        }
        var json = JSONWriter(capacity: 512)
        json.beginObject()
        json.member("estate", entry.estate)
        json.member("person", entry.person)
        json.member("at_microseconds", entry.at.microseconds)
        json.member("signature", Hex.encoded(signature))
        json.endObject()
        guard unsafe mkdir(folder, 0o750) == 0 || errno == EEXIST else { throw .file(errno) }
        let file = unsafe open(path(entry.estate), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0o640)
        guard file >= 0 else { throw .file(errno) }
        // What a write that was cut off left behind stays a line of its own.
        let line = (Self.endsInside(file) ? [0x0A] : []) + json.bytes + [0x0A]
        // One write of a short line: two processes that append never mix.
        let written = unsafe write(file, line, line.count)
        let isSynced = fsync(file) == 0
        guard close(file) == 0, isSynced, written == line.count else { throw .file(EIO) }
    }

    private static func endsInside(_ file: Int32) -> Bool {
        var status = stat()
        guard unsafe fstat(file, &status) == 0, status.st_size > 0 else { return false }
        var last: UInt8 = 0
        return unsafe pread(file, &last, 1, status.st_size - 1) == 1 && last != 0x0A
    }

    /// The estates that have a file.
    package func estates() -> [UUID] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.filter { $0.hasSuffix(".jsonl") }.compactMap { UUID(String($0.dropLast(6))) }
            .sorted()
    }

    /// The persons of an estate; none without a file.
    ///
    /// It blocks, so not on a loop.
    ///
    /// - Throws: `altered` at the first line that another key signed, or that is of another estate.
    package func contents(of estate: UUID) throws(Fault) -> Contents {
        guard let bytes = try? Files.contents(of: path(estate)) else {
            guard unsafe access(path(estate), F_OK) != 0 else { throw .file(EIO) }
            return Contents()
        }
        let verifying = key.verifyingKey
        var (persons, contents): (Set<UUID>, Contents) = ([], Contents())
        for (index, line) in bytes.split(separator: 0x0A).enumerated() {
            guard let read = try? JSONDecoder().decode(Line.self, from: Data(line)),
                let of = UUID(read.estate), let person = UUID(read.person),
                let signature = Hex.decoded(read.signature)
            else {
                contents.torn += 1
                continue
            }
            let entry = Entry(
                estate: of, person: person, at: Instant(microseconds: read.atMicroseconds))
            guard of == estate, verifying.isSignature(signature, of: entry.signedBytes) else {
                throw .altered(line: index + 1)
            }
            persons.insert(person)
        }
        contents.persons = persons.sorted()
        return contents
    }

    private func path(_ estate: UUID) -> String { "\(folder)/\(estate).jsonl" }

    private struct Line: Decodable {
        var estate: String
        var person: String
        var atMicroseconds: Int64
        var signature: String

        enum CodingKeys: String, CodingKey {
            case estate, person, signature
            case atMicroseconds = "at_microseconds"
        }
    }
}
