package import Realtime

/// One numbered row of an estate's log, as the chain covers it.
package struct Event: Sendable, Hashable {
    /// The estate whose log it stands in.
    package var estate: UUID
    /// Its public id.
    package var id: UUID
    /// Its place in the log, from 1 and without gaps.
    package var sequence: Int64
    /// What happened, such as `announcement.published`.
    package var kind: String
    /// The instant of the transaction that wrote it.
    package var at: Instant
    /// `person`, `device` or `job`.
    package var actorKind: String
    /// The person who did it; `nil` for a device or a job.
    package var actor: UUID?
    /// For whom, when a person acted for another.
    package var beneficiary: UUID?
    /// The keys that open it, as they are stored.
    package var audience: [String]
    /// The persons it is about.
    package var about: [UUID]
    /// JSON of ids and codes; `nil` when it was erased.
    package var payload: String?
    /// Sixteen random bytes; `nil` when the payload was erased.
    package var salt: [UInt8]?
    /// SHA-256 of salt and payload.
    package var digest: [UInt8]
    /// SHA-256 of `Chain.lines`, which end in the hash of the event before.
    package var hash: [UInt8]
}

/// A key that opens an event to whoever holds it at the instant of reading.
package enum EventAudience: Sendable, Hashable {
    /// Everyone, visitors too.
    case everyone
    /// Every member and officer of the estate.
    case estate
    /// Who lives at or below this building, stair, floor or residence, or has a role there; and
    /// the offices over the whole estate.
    case place(UUID)
    /// Who has this role, anywhere in the estate or above it.
    case role(String)
    /// Who has this role at exactly this place, estate or node.
    case roleAt(String, UUID)
    /// One household's members.
    case household(UUID)
    /// One person.
    case person(UUID)

    /// The keys as V0010 stores them.
    package var keys: [String] {
        switch self {
        case .everyone: ["public"]
        case .estate: ["estate"]
        case .place(let place): ["place:\(place)", "officer"]
        case .role(let role): ["role:\(role)"]
        case .roleAt(let role, let node): ["role:\(role)@\(node)"]
        case .household(let household): ["household:\(household)"]
        case .person(let person): ["person:\(person)"]
        }
    }
}

/// An event that a business transaction is about to write.
package struct EventDraft: Sendable {
    /// Its public id, made by the server.
    package var id: UUID
    /// Two to four words joined by dots, such as `announcement.published`.
    package var kind: String
    /// Who may see it: whoever holds one of these.
    package var audience: [EventAudience]
    /// The persons it is about; at most 64.
    package var about: [UUID]
    /// One JSON object of ids and codes: never a name, a phone or free text; at most 4096 bytes.
    package var payload: String

    /// A draft whose payload is what `write` puts between the braces.
    package init(
        id: UUID, kind: String, audience: [EventAudience], about: [UUID] = [],
        payload write: (inout JSONWriter) -> Void
    ) {
        self.id = id
        self.kind = kind
        self.audience = audience
        self.about = about
        var json = JSONWriter(capacity: 256)
        json.beginObject()
        write(&json)
        json.endObject()
        payload = String(decoding: json.bytes, as: UTF8.self)
    }
}
