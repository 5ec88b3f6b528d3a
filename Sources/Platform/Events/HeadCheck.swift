internal import FoundationEssentials

/// Holds an export against signed heads of its log: what follows a chain alone cannot tell, such as an
/// end that was cut off or a log written anew.
package struct HeadCheck: Sendable {
    /// What is wrong, with the line of the heads, from 1.
    package enum Fault: Error, Hashable {
        /// It is no signed head.
        case unreadable(line: Int)
        /// Its signature is not by this key, or it was altered.
        case notSigned(line: Int)
        /// It is of another estate than the export.
        case otherEstate(line: Int)
        /// The log had another event at this number when the head was signed.
        case rewritten(line: Int, sequence: Int64)
        /// The log went on to this number when the head was signed; the export ends before.
        case cutOff(line: Int, sequence: Int64)
    }

    /// The heads by number; the last line of those with one number.
    private var heads: [Int64: (head: SignedHead.Head, line: Int)] = [:]
    private var estate: UUID?
    /// The head with the highest number, which the export must reach.
    package private(set) var newest: SignedHead.Head?
    /// How many heads were read.
    package private(set) var count = 0

    /// Reads heads, a line each, as the server writes them.
    ///
    /// - Throws: The first line that is no head signed by the key.
    package init(_ lines: some Sequence<some Collection<UInt8>>, key: VerifyingKey) throws(Fault) {
        for line in lines {
            count += 1
            guard let signed = SignedHead(line: line) else { throw .unreadable(line: count) }
            guard signed.isSigned(by: key) else { throw .notSigned(line: count) }
            let head = signed.head
            guard estate == nil || estate == head.estate else { throw .otherEstate(line: count) }
            if let same = heads[head.sequence], same.head.hash != head.hash {
                throw .rewritten(line: count, sequence: head.sequence)
            }
            estate = head.estate
            heads[head.sequence] = (head, count)
            if head.sequence >= newest?.sequence ?? 0 { newest = head }
        }
    }

    /// Compares the chain as far as it was followed; call it after each event.
    package func check(_ chain: ChainVerifier) throws(Fault) {
        guard let (head, line) = heads[chain.sequence] else { return }
        guard chain.estate == nil || chain.estate == head.estate else {
            throw .otherEstate(line: line)
        }
        guard chain.hash == head.hash else {
            throw .rewritten(line: line, sequence: head.sequence)
        }
    }

    /// Compares the end of the export.
    package func finish(_ chain: ChainVerifier) throws(Fault) {
        guard let newest, newest.sequence > chain.sequence else { return }
        throw .cutOff(line: heads[newest.sequence]?.line ?? count, sequence: newest.sequence)
    }
}

extension SignedHead {
    /// Reads one line; `nil` when it is none.
    package init?(line: some Collection<UInt8>) {
        guard line.count <= Self.lineBytesMax,
            let read = try? JSONDecoder().decode(Line.self, from: Data(line)),
            let estate = UUID(read.estate), let hash = Hex.decoded(read.hash), hash.count == 32,
            let signature = Hex.decoded(read.signature), read.seq >= 0
        else { return nil }
        self.init(
            head: Head(
                estate: estate, sequence: read.seq, hash: hash,
                at: Instant(microseconds: read.atMicroseconds)),
            signature: signature)
    }

    /// Longest line read, in bytes.
    private static let lineBytesMax = 1024

    private struct Line: Decodable {
        var estate: String
        var seq: Int64
        var hash: String
        var atMicroseconds: Int64
        var signature: String

        enum CodingKeys: String, CodingKey {
            case estate, seq, hash, signature
            case atMicroseconds = "at_microseconds"
        }
    }
}
