internal import Platform
internal import Realtime

/// What a notice leads to, and what its words name.
struct NoticeSubject: Hashable {
    /// The kinds that there are; how each is named, `NoticeTitles` says.
    enum Kind: String, CaseIterable {
        case activity
        case occurrence
        case reservation
        case person
        /// As its guardians know it.
        case child
        /// One's own account: nothing names it.
        case account
        case task
        /// What somebody wrote: nothing names it.
        case comment
        case feedback
        case announcement
        case message
        /// As those who are in it know it.
        case conversation
        /// What one gave: nothing names it.
        case gift
        /// By the item that is recalled.
        case recall
        /// What one's household needs: nothing names it.
        case need
        /// What is set aside for one's household: nothing names it.
        case parcel
        /// A visit of help: nothing names it.
        case helpVisit = "help_visit"
        /// That one is on the care list: nothing names it.
        case care
        /// Help that was asked for: nothing names it.
        case helpRequest = "help_request"
        /// What one is asked to help with: nothing names it.
        case helpProposal = "help_proposal"
        /// A pairing: nothing names it.
        case pairing
        /// A visit that one is asked to stand in for: nothing names it.
        case pairingCover = "pairing_cover"
        /// By its name, as its weekly shifts, and each of these.
        case helpGroup = "help_group"
        case helpRota = "help_rota"
        case helpShift = "help_shift"
    }

    var kind: Kind
    var id: UUID

    /// One thing of a kind.
    init(_ kind: Kind, _ id: UUID) {
        self.kind = kind
        self.id = id
    }
}

/// Tells persons of an event that the same transaction has just written.
///
/// The doer is not told of its own act; the one it acts for is. One event tells a person once.
struct Notify: Command {
    private let kind: NoticeKind
    private let event: UUID
    private let subject: NoticeSubject
    private let persons: [UUID]
    private let details: String

    /// A notice of `event`, with the details that its kind's words need: ids, codes and instants
    /// alone, 2048 bytes at most.
    init(
        _ kind: NoticeKind, of event: UUID, about subject: NoticeSubject, to persons: [UUID],
        details write: (inout JSONWriter) -> Void = { _ in }
    ) {
        self.kind = kind
        self.event = event
        self.subject = subject
        self.persons = persons
        var json = JSONWriter(capacity: 256)
        json.object { json in write(&json) }
        details = String(decoding: json.bytes, as: UTF8.self)
    }

    var sql: SQL {
        """
        SELECT linli.notify(\(event), \(kind.rawValue), \(subject.kind.rawValue), \(subject.id),
            \(details), \(persons))
        """
    }
}
