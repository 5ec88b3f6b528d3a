/// A short text on its way to a phone.
package struct OutgoingText: Sendable {
    /// What it is known by, the same whenever it is handed over again.
    package var reference: String
    package var phone: PhoneNumber
    package var text: String
    /// Whether it goes ahead of everything else.
    package var isAlarm: Bool

    /// A text for a phone.
    package init(reference: String, phone: PhoneNumber, text: String, isAlarm: Bool) {
        self.reference = reference
        self.phone = phone
        self.text = text
        self.isAlarm = isAlarm
    }
}

/// What became of something that was handed to a gateway.
///
/// The codes say why, for the desk: lower-case words joined by underscores, nothing that was sent.
package enum Handover: Sendable, Hashable {
    /// The gateway has it.
    case taken
    /// It has it not, or may not have it: to be handed over again.
    case later(String)
    /// It will never take this.
    case never(String)
}

/// What carries texts of notices to phones.
package protocol TextChannel: Sendable {
    /// The name that texts are sent under, by which a provider limits them.
    func sender(ofAlarms areAlarms: Bool) -> String
    /// The name that codes of sign-ins are sent under: those of the same name count together.
    var codeSender: String { get }
    /// Hands a text over; at most so long that a run keeps its lease.
    func hand(_ text: OutgoingText) async -> Handover
}

extension OutboxGateway: TextChannel {
    package func sender(ofAlarms areAlarms: Bool) -> String { areAlarms ? "alarm" : "notice" }

    package var codeSender: String { "code" }

    package func hand(_ text: OutgoingText) async -> Handover {
        do {
            try await send(to: text.phone, text: text.text)
            return .taken
        } catch {
            return .later("outbox")
        }
    }
}
