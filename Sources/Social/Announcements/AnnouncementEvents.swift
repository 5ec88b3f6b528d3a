internal import Platform
internal import Realtime

/// What the estate's log tells of announcements: that one changed, never what it says.
enum AnnouncementEvents {
    enum Kind: String {
        case published = "announcement.published"
        case corrected = "announcement.corrected"
        case withdrawn = "announcement.withdrawn"
        case received = "announcement.received"
    }

    /// The event of a change, for those who may see the announcement.
    static func event(
        _ kind: Kind, _ id: UUID, version: Int32, to audience: [EventAudience], event: UUID
    ) -> AppendEvent {
        AppendEvent(
            EventDraft(id: event, kind: kind.rawValue, audience: audience) { json in
                json.member("announcement", id)
                json.member("version", version)
            })
    }
}
