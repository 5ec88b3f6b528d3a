internal import Platform
internal import Realtime

/// What the estate's log tells of activities: that one changed and in which parts, never what it
/// says.
enum ActivityEvents {
    enum Kind: String {
        case drafted = "activity.drafted"
        case published = "activity.published"
        case changed = "activity.changed"
        case cancelled = "activity.cancelled"
        case split = "activity.split"
        case organisersChanged = "activity.organisersChanged"
        case succeeded = "activity.succeeded"
        case occurrenceChanged = "activity.occurrenceChanged"
        case occurrenceCancelled = "activity.occurrenceCancelled"
    }

    /// The event of a change, for those who may see the activity and for who looks after it.
    static func event(
        _ kind: Kind, _ activity: UUID, version: Int32, to audience: [EventAudience], event: UUID,
        about persons: [UUID] = [], payload: (inout JSONWriter) -> Void = { _ in }
    ) -> AppendEvent {
        AppendEvent(
            EventDraft(id: event, kind: kind.rawValue, audience: audience, about: persons) { json in
                json.member("activity", activity)
                json.member("version", version)
                payload(&json)
            })
    }
}

/// The parts of an activity that a change can touch: codes for events, notices and answers.
enum ActivityPart: String {
    case title
    case body
    case audience
    case time
    case place
    case capacity
    case cost
    case bring
    case accessibility
    case registration

    /// What differs between two contents.
    static func changed(from old: ActivityContent, to new: ActivityContent) -> [ActivityPart] {
        let differs: [(ActivityPart, Bool)] = [
            (
                .title,
                old.words.titleZh != new.words.titleZh || old.words.titleEn != new.words.titleEn
                    || old.kind != new.kind
            ),
            (
                .body, old.words.bodyZh != new.words.bodyZh || old.words.bodyEn != new.words.bodyEn
            ),
            (.audience, old.address != new.address || old.meantFor != new.meantFor),
            (.time, old.schedule != new.schedule), (.place, old.place != new.place),
            (.capacity, old.seats != new.seats), (.cost, old.costNote != new.costNote),
            (.bring, old.bring != new.bring),
            (
                .accessibility,
                old.accessibility != new.accessibility
                    || old.accessibilityNote != new.accessibilityNote
            ),
            (.registration, old.window != new.window),
        ]
        return differs.filter(\.1).map(\.0)
    }
}
