internal import FoundationEssentials
internal import Realtime

/// An estate's log as JSON lines, one event a line, that an outsider can verify.
package enum EventExport {
    /// Why an export does not verify.
    package enum Fault: Error, Hashable {
        /// This line, from 1, is no event.
        case unreadableLine(Int)
        /// The row on this line, from 1, does not fit.
        case broken(line: Int, ChainVerifier.Break)
    }

    /// Longest line in bytes: a payload of 4096, all escaped, with 128 ids and keys.
    package static let lineBytesMax = 64 * 1024

    /// One line, without its line feed.
    package static func line(_ event: Event) -> [UInt8] {
        var json = JSONWriter(capacity: 1024)
        json.beginObject()
        json.member("estate", event.estate)
        json.member("id", event.id)
        json.member("seq", event.sequence)
        json.member("kind", event.kind)
        json.member("at_microseconds", event.at.microseconds)
        json.member("actor_kind", event.actorKind)
        json.member("actor", event.actor)
        json.member("beneficiary", event.beneficiary)
        json.member("audience", event.audience)
        json.member("about", event.about)
        json.member("payload", event.payload)
        json.member("salt", event.salt.map(Hex.encoded))
        json.member("digest", Hex.encoded(event.digest))
        json.member("hash", Hex.encoded(event.hash))
        json.endObject()
        return json.bytes
    }

    /// Reads one line; `nil` when it is no event.
    package static func event(_ line: some Collection<UInt8>) -> Event? {
        guard line.count <= lineBytesMax,
            let read = try? JSONDecoder().decode(Line.self, from: Data(line))
        else { return nil }
        return read.event
    }

    /// Follows the chain of an export's lines; stops at the first that does not fit.
    package struct Verifier: Sendable {
        /// The chain as far as it was followed.
        package private(set) var chain = ChainVerifier()
        private var lines = 0

        /// Starts before the first line.
        package init() {}

        /// Takes the next line, without its line feed.
        package mutating func verify(_ line: some Collection<UInt8>) throws(Fault) {
            lines += 1
            guard let event = EventExport.event(line) else { throw .unreadableLine(lines) }
            do throws(ChainVerifier.Break) {
                try chain.verify(event)
            } catch {
                throw .broken(line: lines, error)
            }
        }
    }

    private struct Line: Decodable {
        var estate: String
        var id: String
        var seq: Int64
        var kind: String
        var atMicroseconds: Int64
        var actorKind: String
        var actor: String?
        var beneficiary: String?
        var audience: [String]
        var about: [String]
        var payload: String?
        var salt: String?
        var digest: String
        var hash: String

        enum CodingKeys: String, CodingKey {
            case estate, id, seq, kind, actor, beneficiary, audience, about, payload, salt, digest
            case hash
            case atMicroseconds = "at_microseconds"
            case actorKind = "actor_kind"
        }

        /// The event; `nil` where an id or a hash cannot be read.
        var event: Event? {
            let persons = about.compactMap { UUID($0) }
            let ids = [actor, beneficiary].map { $0.map { UUID($0) } }
            guard let estate = UUID(estate), let id = UUID(id), persons.count == about.count,
                ids.allSatisfy({ $0 != .some(nil) }), let digest = Hex.decoded(digest),
                let hash = Hex.decoded(hash)
            else { return nil }
            let salt = salt.map { Hex.decoded($0) }
            guard salt != .some(nil) else { return nil }
            return Event(
                estate: estate, id: id, sequence: seq, kind: kind,
                at: Instant(microseconds: atMicroseconds), actorKind: actorKind,
                actor: ids[0] ?? nil, beneficiary: ids[1] ?? nil, audience: audience,
                about: persons, payload: payload, salt: salt ?? nil, digest: digest, hash: hash)
        }
    }
}
