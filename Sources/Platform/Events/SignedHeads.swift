internal import Glibc
internal import Realtime

/// The heads of event logs, signed and kept outside the database.
///
/// One file an estate, `ESTATE.jsonl`, a line an hour, only ever appended to. Whoever holds a copy
/// can tell later whether the log behind that number was rewritten.
package struct SignedHeads: Sendable {
    /// What goes wrong when a line is written.
    package enum Fault: Error, Hashable {
        /// The operating system's error number.
        case file(Int32)
        /// The head could not be signed.
        case signing(CryptoError)
    }

    private let folder: String
    private let key: SigningKey

    /// Most waiting rows that the job numbers before it reads the head.
    private static let rowsMax = 10_000

    /// Heads in this folder, which is made when it is missing.
    package init(folder: String, key: SigningKey) {
        self.folder = folder
        self.key = key
    }

    /// Appends one line and waits until it is on disk; blocks, so not on a loop.
    package func append(_ head: SignedHead.Head) throws(Fault) {
        let signature: [UInt8]
        do {
            signature = try key.signature(of: head.signedBytes)
        } catch {
            throw .signing(error)
        }
        let line = SignedHead(head: head, signature: signature).line + [UInt8(ascii: "\n")]
        guard unsafe mkdir(folder, 0o750) == 0 || errno == EEXIST else { throw .file(errno) }
        let path = "\(folder)/\(head.estate).jsonl"
        let file = unsafe open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o640)
        guard file >= 0 else { throw .file(errno) }
        // One write of a short line: two processes that append never mix.
        let written = unsafe write(file, line, line.count)
        let isSynced = fsync(file) == 0
        guard close(file) == 0, isSynced, written == line.count else { throw .file(EIO) }
    }

    /// The hourly job: reads the estate's head and appends it signed.
    package func job(every interval: Duration = .seconds(3600)) -> Job {
        Job(name: "event-heads", every: interval) { run, database, shard in
            // An import may have left rows that no server has numbered yet.
            _ = try await database.write(.none) { tx in
                try await tx.run(NumberEvents(rowsMax: Self.rowsMax))
            }
            let heads = try await database.read(run.principal, EventHeadRow(of: run.estate))
            guard let (sequence, hash) = heads.first else { return }
            let head = SignedHead.Head(
                estate: run.estate, sequence: sequence, hash: hash, at: run.instant)
            try await OffLoop.run(on: shard.loop) { () throws(Fault) in try append(head) }
        }
    }
}

/// A signed statement that an estate's log had this hash at this number.
package struct SignedHead: Sendable, Hashable {
    /// What is signed.
    package struct Head: Sendable, Hashable {
        /// The estate.
        package var estate: UUID
        /// The last number.
        package var sequence: Int64
        /// The hash of that event.
        package var hash: [UInt8]
        /// When it was read.
        package var at: Instant

        /// A head as it was read.
        package init(estate: UUID, sequence: Int64, hash: [UInt8], at: Instant) {
            self.estate = estate
            self.sequence = sequence
            self.hash = hash
            self.at = at
        }

        /// The lines that the signature covers: `linli-head-1`, estate, number, hash in hex,
        /// microseconds since 1970, joined by line feeds.
        package var signedBytes: [UInt8] {
            Array(
                [
                    "linli-head-1", "\(estate)", "\(sequence)", Hex.encoded(hash),
                    "\(at.microseconds)",
                ]
                .joined(separator: "\n").utf8)
        }
    }

    /// What is signed.
    package var head: Head
    /// Ed25519 (RFC 8032), 64 bytes.
    package var signature: [UInt8]

    /// A head with what was found beside it.
    package init(head: Head, signature: [UInt8]) {
        self.head = head
        self.signature = signature
    }

    /// Whether the holder of the key signed this head.
    package func isSigned(by key: VerifyingKey) -> Bool {
        key.isSignature(signature, of: head.signedBytes)
    }

    /// One line of JSON, without its line feed.
    package var line: [UInt8] {
        var json = JSONWriter(capacity: 512)
        json.beginObject()
        json.member("estate", head.estate)
        json.member("seq", head.sequence)
        json.member("hash", Hex.encoded(head.hash))
        json.member("at_microseconds", head.at.microseconds)
        json.member("signature", Hex.encoded(signature))
        json.endObject()
        return json.bytes
    }
}
